//! Industry by GB/T 4754: sections and divisions of the editions of 2002, 2011 and 2017 with what became of each ([`editions`]), and a
//! classifier that proposes a division of 2017 from an enterprise's name and business scope. A proposal is marked `inferred` wherever it is
//! stored.

pub mod editions;
mod propose;
mod scope;
mod words;

use std::sync::OnceLock;

pub use propose::{Guess, classify};
pub(crate) use scope::without_exclusions;

/// The edition that [`divisions`] and [`classify`] speak of.
pub const EDITION: &str = "GB/T 4754-2017";

/// A division (大类), two digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Division {
    /// Two digits.
    pub code: &'static str,
    /// Chinese name.
    pub name: &'static str,
    /// Section letter (门类).
    pub section: &'static str,
    /// Chinese name of the section.
    pub section_name: &'static str,
}

/// All 97 divisions.
pub fn divisions() -> &'static [Division] {
    static DIVISIONS: OnceLock<Vec<Division>> = OnceLock::new();
    DIVISIONS.get_or_init(|| {
        let rows = &editions::DIVISIONS.rows().rows;
        let rows = rows.iter().filter(|row| row.get("edition") == "2017");
        rows.map(|row| Division {
            code: row.get("division"),
            name: row.get("name"),
            section: row.get("section"),
            section_name: row.get("section_name"),
        })
        .collect()
    })
}

/// Section letter (perhaps none) and digits of a code as registers write it: `C2929`, `C 29 橡胶和塑料制品业`, `[C29]`.
pub(crate) fn parts(text: &str) -> Option<(String, String)> {
    let text = crate::name::fold(text);
    let text = text.trim_start_matches(|sign: char| !sign.is_alphanumeric());
    let letter = text.chars().next().filter(char::is_ascii_alphabetic).map(String::from).unwrap_or_default();
    let rest = text[letter.len()..].trim_start_matches(['-', '.', '_', '(', ')', ':', '、']);
    let end = rest.find(|sign: char| !sign.is_ascii_digit()).unwrap_or(rest.len());
    let (digits, name) = rest.split_at(end);
    // another letter behind is another kind of code
    let known = (2..=4).contains(&digits.len())
        && !name.starts_with(|sign: char| sign.is_ascii_alphanumeric())
        && !name.trim_start_matches('.').starts_with(|sign: char| sign.is_ascii_digit());
    known.then(|| (letter, digits.to_string()))
}

/// The digits of a division, group or class code however it is written, where the edition has its division; a section letter that is
/// not the division's is none of this edition.
pub fn code(text: &str) -> Option<String> {
    let (letter, digits) = parts(text)?;
    let division = divisions().iter().find(|division| digits.starts_with(division.code))?;
    (letter.is_empty() || letter == division.section).then_some(digits)
}

/// The division that a code ([`code`]) lies in.
pub fn find(text: &str) -> Option<&'static Division> {
    let digits = code(text)?;
    divisions().iter().find(|division| digits.starts_with(division.code))
}

#[cfg(test)]
mod tests;
