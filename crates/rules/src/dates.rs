//! Dates as registry extracts write them.

use chrono::{Days, NaiveDate};
use thiserror::Error;

/// The text is no date.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("「{0}」不是有效的日期，应写成 2019-03-01 这样的形式")]
pub struct InvalidDate(pub String);

/// The runs of digits in a text.
fn numbers(text: &str) -> Vec<String> {
    crate::name::fold(text)
        .split(|sign: char| !sign.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .map(str::to_string)
        .collect()
}

/// Whether the text names a year, or a month of a year, but no day: `1992年6月`, `1992.6`, `1992`.
pub fn names_no_day(text: &str) -> bool {
    let year = |text: &str| text.len() == 4 && matches!(text.parse(), Ok(1840..2200));
    match numbers(text).as_slice() {
        [one] => year(one),
        [one, month] => year(one) && matches!(month.parse(), Ok(1..=12)),
        _ => false,
    }
}

/// Reads `1978-06-14`, `1978/6/14`, `1978.6.14`, `1978年6月14日`, `19780614`, with a time behind it, or the day number
/// of a spreadsheet (28655, with a time 28655.5). `None` when the cell says that there is none.
pub fn parse(text: &str) -> Result<Option<NaiveDate>, InvalidDate> {
    let trimmed = text.trim();
    let folded = crate::name::fold(trimmed);
    let none = ["", "N/A", "NA", "-", "--", "无", "NULL", "/", "长期", "未知", "不详", "待定"];
    // a system without a date writes noughts
    let noughts = folded.starts_with('0') && folded.chars().all(|sign| matches!(sign, '0' | '-' | '/' | '.'));
    if none.contains(&folded.as_str()) || noughts {
        return Ok(None);
    }
    let invalid = || InvalidDate(trimmed.to_string());
    // the time of day, if any, begins behind a blank or a T
    let close = ["年", "月", "日"].iter().fold(trimmed.to_string(), |text, sign| {
        text.replace(&format!(" {sign}"), sign).replace(&format!("{sign} "), sign)
    });
    let day = close.split([' ', 'T']).next().unwrap_or(trimmed);
    let number = |text: &str| text.parse::<u32>().map_err(|_| invalid());
    let date = match numbers(day).as_slice() {
        [one] if one.len() == 8 => {
            NaiveDate::from_ymd_opt(number(&one[..4])? as i32, number(&one[4..6])?, number(&one[6..])?)
        }
        [one] if one.len() == 5 => from_spreadsheet(number(one)?),
        [one, _] if one.len() == 5 && day.contains('.') => from_spreadsheet(number(one)?),
        [year, month, day] if year.len() == 4 => {
            NaiveDate::from_ymd_opt(number(year)? as i32, number(month)?, number(day)?)
        }
        _ => None,
    };
    date.filter(|date| (1840..2200).contains(&chrono::Datelike::year(date))).map(Some).ok_or_else(invalid)
}

/// The day of a spreadsheet's number.
fn from_spreadsheet(number: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(u64::from(number)))
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
            "28655.5",
            "1978 年 6 月 14 日",
        ] {
            assert_eq!(parse(text), Ok(day), "{text}");
        }
        for text in ["N/A", "长期", "0000-00-00"] {
            assert_eq!(parse(text), Ok(None), "{text}");
        }
        assert!(["1992年6月", "1992.6", "1992"].into_iter().all(names_no_day));
        assert!(!["1992-13", "1992-06-31", "昨天"].into_iter().any(names_no_day));
        for text in ["1978-13-01", "2019-02-30", "昨天", "78-06-14"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
