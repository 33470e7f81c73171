//! Dates as registry extracts write them.

use chrono::{Days, NaiveDate};
use thiserror::Error;

/// The text is no date.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("「{0}」不是有效的日期，应写成 2019-03-01 这样的形式")]
pub struct InvalidDate(pub String);

/// Reads `1978-06-14`, `1978/6/14`, `1978.6.14`, `1978年6月14日`, `19780614`, with a time behind it, or the day number
/// of a spreadsheet (28655). `None` when the cell says that there is none.
pub fn parse(text: &str) -> Result<Option<NaiveDate>, InvalidDate> {
    let trimmed = text.trim();
    let folded = crate::name::fold(trimmed);
    if matches!(folded.as_str(), "" | "N/A" | "NA" | "-" | "--" | "无" | "NULL" | "/") {
        return Ok(None);
    }
    let invalid = || InvalidDate(trimmed.to_string());
    // the time of day, if any, begins behind a blank or a T
    let day = trimmed.split([' ', 'T']).next().unwrap_or(trimmed);
    let parts: Vec<String> = crate::name::fold(day)
        .split(|sign: char| !sign.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .map(str::to_string)
        .collect();
    let number = |text: &str| text.parse::<u32>().map_err(|_| invalid());
    let date = match parts.as_slice() {
        [one] if one.len() == 8 => {
            NaiveDate::from_ymd_opt(number(&one[..4])? as i32, number(&one[4..6])?, number(&one[6..])?)
        }
        [one] if one.len() == 5 => NaiveDate::from_ymd_opt(1899, 12, 30)
            .and_then(|zero| zero.checked_add_days(Days::new(u64::from(number(one).ok()?)))),
        [year, month, day] if year.len() == 4 => {
            NaiveDate::from_ymd_opt(number(year)? as i32, number(month)?, number(day)?)
        }
        _ => None,
    };
    date.filter(|date| (1840..2200).contains(&chrono::Datelike::year(date))).map(Some).ok_or_else(invalid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_registry_extracts_are_one_day() {
        let day = NaiveDate::from_ymd_opt(1978, 6, 14);
        for text in [
            "1978-06-14",
            "1978/6/14",
            "1978.6.14",
            "1978年6月14日",
            "19780614",
            "1978-06-14 00:00:00",
            "１９７８－６－１４",
            "28655",
        ] {
            assert_eq!(parse(text), Ok(day), "{text}");
        }
        assert_eq!(parse("N/A"), Ok(None));
        for text in ["1978-13-01", "2019-02-30", "昨天", "78-06-14"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
