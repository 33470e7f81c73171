//! Citizen identity number, 公民身份号码: GB 11643-1999 (18 signs: six digits of the division, eight of the birth date, three of the order with
//! the sex in the last, a check sign) and the 15 digits of 1989 (the year in two digits, no check sign), which were given to people
//! born in the 1900s.
//!
//! Checked are the form, the province, the date (a day of the calendar that has come) and the check sign. The county is not: codes of
//! divisions that are no more stay in numbers.

use chrono::{Datelike, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{PROVINCES, plain};
use crate::{At, Outcome, Refusal, Step, rule};

rule!(
    /// The rule `id-card`.
    RULE, "id-card", "公民身份号码校验", "企业身份", "GB 11643-1999", Input, check, [&PROVINCES], "2026-01-01",
    r#"{"number":"11010519491231002X"}"#
);

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: [u8; 11] = *b"10X98765432";

/// A number.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "公民身份号码")]
pub struct Input {
    /// As typed.
    #[serde(alias = "code", alias = "id_card", alias = "id", alias = "id_number")]
    #[schemars(title = "身份证号", description = "18 位，或旧证的 15 位")]
    pub number: String,
}

/// Sex.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(title = "性别")]
pub enum Sex {
    /// 男.
    #[schemars(title = "男")]
    Male,
    /// 女.
    #[schemars(title = "女")]
    Female,
}

/// What the number says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(title = "校验结果")]
pub struct Finding {
    /// Whether it can be right.
    #[schemars(title = "是否有效")]
    pub valid: bool,
    /// Tidied; of 15 digits still these.
    #[schemars(title = "整理后的号码")]
    pub number: String,
    /// With 18 signs.
    #[schemars(title = "18 位号码")]
    pub number18: Option<String>,
    /// What is wrong.
    #[schemars(title = "问题")]
    pub problem: Option<String>,
    /// The one right number a wrong sign away.
    #[schemars(title = "可能的正确号码")]
    pub suggestion: Option<String>,
    /// First six digits.
    #[schemars(title = "行政区划代码")]
    pub division: Option<String>,
    /// Province of that division.
    #[schemars(title = "省份")]
    pub province: Option<String>,
    /// Date of birth.
    #[schemars(title = "出生日期")]
    pub birth_date: Option<NaiveDate>,
    /// Full years on the day asked for.
    #[schemars(title = "周岁", extend("x-unit" = "岁"))]
    pub age: Option<u32>,
    /// Sex.
    #[schemars(title = "性别")]
    pub sex: Option<Sex>,
    /// The check sign that the first 17 ask for.
    #[schemars(title = "应有的校验码")]
    pub check_sign: Option<String>,
}

/// The check sign of 17 digits.
pub fn check_sign(stem: &[u8]) -> Option<u8> {
    if stem.len() != 17 || !stem.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let sum: u32 = stem.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    CHECKS.get(sum as usize % 11).copied()
}

/// What is wrong with 18 signs; `None` where nothing is.
fn fault(at: &At<'_>, number: &[u8]) -> Option<String> {
    for (place, sign) in number.iter().enumerate() {
        if !(sign.is_ascii_digit() || place == 17 && *sign == b'X') {
            return Some(format!("第 {} 位不是数字{}", place + 1, if place == 17 { "或 X" } else { "" }));
        }
    }
    let text = std::str::from_utf8(number).ok()?;
    if at.row(&PROVINCES, &[("code", &text[..2])]).is_none() {
        return Some(format!("没有代码为 {} 的省份", &text[..2]));
    }
    match birth(text) {
        None => return Some(format!("第 7～14 位 {} 不是日期", &text[6..14])),
        Some(day) if day > at.on => return Some(format!("出生日期 {day} 还没有到")),
        Some(day) if day.year() < 1850 => return Some(format!("出生日期 {day} 过早")),
        Some(_) => {}
    }
    let sign = check_sign(&number[..17])?;
    (sign != number[17]).then(|| format!("校验码应为 {}，请对照证件核对", char::from(sign)))
}

fn birth(number: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(number.get(6..14)?, "%Y%m%d").ok()
}

/// Whether a number can be right, and what it says.
///
/// # Errors
/// `missing` for an empty number.
pub fn check(at: &At<'_>, input: &Input) -> Result<Outcome<Finding>, Refusal> {
    const SOURCE: &str = "GB 11643-1999";
    let number = plain(&input.number);
    if number.is_empty() {
        return Err(Refusal::missing("/number", "身份证号"));
    }
    let count = number.chars().count();
    let mut finding = Finding { number: number.clone(), ..Finding::default() };
    let mut steps = Vec::new();
    let long = match count {
        15 if number.bytes().all(|byte| byte.is_ascii_digit()) => {
            let mut long = format!("{}19{}", &number[..6], &number[6..]);
            long.extend(check_sign(long.as_bytes()).map(char::from));
            steps.push(Step::clause(SOURCE, format!("15 位号码补上世纪和校验码为 {long}")));
            long
        }
        18 if number.is_ascii() => number.clone(),
        15 => return Ok(wrong(finding, "15 位号码应全部是数字".to_string())),
        18 => return Ok(wrong(finding, "号码中有数字和 X 以外的字符".to_string())),
        _ => return Ok(wrong(finding, format!("身份证号应为 18 位（旧证 15 位），这里是 {count} 位"))),
    };
    finding.check_sign = check_sign(&long.as_bytes()[..17]).map(|sign| char::from(sign).to_string());
    if let Some(problem) = fault(at, long.as_bytes()) {
        finding.suggestion = if count == 18 { only(at, long.as_bytes()) } else { None };
        return Ok(wrong(finding, problem));
    }
    finding.valid = true;
    let signs = long.as_bytes();
    steps.push(Step::clause(SOURCE, format!("前 17 位加权求和，校验码为 {}", char::from(signs[17]))));
    if let Some(row) = at.row(&PROVINCES, &[("code", &long[..2])]) {
        steps.push(row.step(format!("前 6 位 {}：{}", &long[..6], row.get("name"))));
        finding.province = Some(row.get("name").to_string());
    }
    finding.division = Some(long[..6].to_string());
    if let Some(day) = birth(&long) {
        finding.birth_date = Some(day);
        finding.age = at.on.years_since(day);
        steps.push(Step::clause(SOURCE, format!("第 7～14 位：{day} 出生")));
    }
    let sex = if (signs[16] - b'0') % 2 == 1 { Sex::Male } else { Sex::Female };
    steps.push(Step::clause(
        SOURCE,
        format!("第 17 位 {}：{}", char::from(signs[16]), if sex == Sex::Male { "男" } else { "女" }),
    ));
    finding.sex = Some(sex);
    finding.number18 = Some(long);
    Ok(Outcome::new(finding, steps))
}

fn wrong(finding: Finding, problem: String) -> Outcome<Finding> {
    let steps = vec![Step::clause("GB 11643-1999", problem.clone())];
    Outcome::new(Finding { problem: Some(problem), ..finding }, steps)
}

/// The one right number that a single other sign makes, if there is exactly one.
fn only(at: &At<'_>, number: &[u8]) -> Option<String> {
    // two signs that cannot stand there are two slips
    if number[..17].iter().filter(|sign| !sign.is_ascii_digit()).count() > 1 {
        return None;
    }
    let mut found = None;
    for place in 0..18 {
        for sign in CHECKS {
            let mut other = number.to_vec();
            other[place] = sign;
            // cheap first: nearly every candidate fails here
            if check_sign(&other[..17]) == Some(other[17]) && fault(at, &other).is_none() {
                if found.is_some() {
                    return None;
                }
                found = String::from_utf8(other).ok();
            }
        }
    }
    found
}
