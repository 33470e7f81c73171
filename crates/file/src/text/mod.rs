//! The text of a document, for the search box: as much as is worth indexing. A hostile file costs no more than an honest one:
//! everything that is unpacked, nested or counted has a limit, and what cannot be read has no text.

mod office;
mod pdf;

use std::{panic::catch_unwind, path::Path};

use unicode_normalization::UnicodeNormalization;

use crate::Kind;

/// Longest text that is read, signs.
pub const MOST_TEXT: usize = 20_000;

/// What can be read in a file, [`MOST_TEXT`] signs at most; empty for pictures and for what cannot be read. It takes a while: not
/// for a thread that others wait for.
pub fn text(path: &Path, kind: Kind) -> std::io::Result<String> {
    let read = match kind {
        Kind::Png | Kind::Jpeg => return Ok(String::new()),
        Kind::Pdf => {
            let content = std::fs::read(path)?;
            catch_unwind(move || pdf::text(&content))
        }
        Kind::Docx | Kind::Xlsx => {
            let file = std::fs::File::open(path)?;
            catch_unwind(move || office::text(file, kind))
        }
    };
    // a fault of the reader is no fault of whoever uploaded it
    Ok(tidy(&read.unwrap_or_default()))
}

/// One space where there was any, none beside a sign that is not ASCII: Chinese text is set sign by sign.
fn tidy(text: &str) -> String {
    let mut tidy = String::new();
    let (mut signs, mut last, mut gap) = (0, None::<char>, false);
    for sign in text.chars() {
        if sign.is_whitespace() || sign.is_control() {
            gap = true;
            continue;
        }
        if gap && sign.is_ascii() && last.is_some_and(|last| last.is_ascii()) {
            tidy.push(' ');
            signs += 1;
        }
        (gap, last) = (false, Some(sign));
        // browsers write some signs into a PDF as the radicals that look like them
        let plain = match sign {
            '\u{2E80}'..='\u{2FDF}' | '\u{F900}'..='\u{FAFF}' => std::iter::once(sign).nfkc().next(),
            _ => None,
        };
        tidy.push(plain.unwrap_or(sign));
        signs += 1;
        if signs >= MOST_TEXT {
            break;
        }
    }
    tidy
}
