//! Registration number of industry and commerce, 工商注册号: 15 digits by GS 15-2006 (from 2007; six digits of the office, eight of a serial
//! number, a check digit by ISO 7064 MOD 11,10), 13 digits before (six digits of the division, then the economic nature and the kind of
//! enterprise; no check digit). Since 2015-10-01 the credit code takes its place.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{PROVINCES, plain};
use crate::{At, Outcome, Refusal, Step, rule};

rule!(
    /// The rule `registration-number`.
    RULE, "registration-number", "工商注册号校验", "企业身份", "GS 15-2006", Input, check, [&PROVINCES], "2010-01-01",
    r#"{"number":"110108000000016"}"#
);

/// A number.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "工商注册号")]
pub struct Input {
    /// As typed.
    #[serde(alias = "code", alias = "registration_number")]
    #[schemars(title = "注册号", description = "15 位或 13 位数字")]
    pub number: String,
}

/// What the number says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(title = "校验结果")]
pub struct Finding {
    /// Whether it can be right; of 13 digits only the form is known.
    #[schemars(title = "是否有效")]
    pub valid: bool,
    /// Tidied.
    #[schemars(title = "整理后的注册号")]
    pub number: String,
    /// What is wrong.
    #[schemars(title = "问题")]
    pub problem: Option<String>,
    /// The one right number a wrong sign away.
    #[schemars(title = "可能的正确号码")]
    pub suggestion: Option<String>,
    /// First six digits: the office.
    #[schemars(title = "登记机关")]
    pub office: Option<String>,
    /// Province of that office.
    #[schemars(title = "登记机关所在省份")]
    pub province: Option<String>,
    /// Seventh of 13 digits.
    #[schemars(title = "经济性质")]
    pub nature: Option<String>,
    /// The check digit that the first 14 ask for.
    #[schemars(title = "应有的校验位")]
    pub check_digit: Option<String>,
}

/// The check digit of 14 digits, ISO 7064 MOD 11,10.
pub fn check_digit(stem: &[u8]) -> Option<u8> {
    let mut product = 10;
    for digit in stem {
        let sum = match (product + u32::from(digit.checked_sub(b'0').filter(|digit| *digit < 10)?)) % 10 {
            0 => 10,
            sum => sum,
        };
        product = sum * 2 % 11;
    }
    Some(b'0' + ((11 - product) % 10) as u8)
}

/// Whether the last of 15 digits is the check digit of the others.
pub fn valid(number: &[u8]) -> bool {
    number.len() == 15 && check_digit(&number[..14]) == Some(number[14])
}

/// Whether a number can be right.
///
/// # Errors
/// `missing` for an empty number.
pub fn check(at: &At<'_>, input: &Input) -> Result<Outcome<Finding>, Refusal> {
    let number = plain(&input.number);
    if number.is_empty() {
        return Err(Refusal::missing("/number", "注册号"));
    }
    let digits = number.bytes().all(|byte| byte.is_ascii_digit());
    let count = number.chars().count();
    let mut finding = Finding { number: number.clone(), ..Finding::default() };
    let mut steps = Vec::new();
    let source = if count == 13 { "工商注册号（13 位）" } else { "GS 15-2006" };
    let memory = |step: Step| Step {
        certainty: Some(crate::Certainty::Memory),
        note: Some("校验方法凭记忆".into()),
        ..step
    };
    finding.problem = match count {
        13 | 15 if !digits => Some("注册号应全部是数字".to_string()),
        13 => None,
        15 => check_digit(&number.as_bytes()[..14])
            .filter(|digit| *digit != number.as_bytes()[14])
            .map(|digit| format!("校验位应为 {}，请对照营业执照核对", char::from(digit))),
        _ => Some(format!("注册号应为 15 位（2007 年前为 13 位），这里是 {count} 位")),
    };
    finding.valid = finding.problem.is_none();
    if count == 15 && number.is_ascii() {
        finding.check_digit =
            check_digit(&number.as_bytes()[..14]).map(|digit| char::from(digit).to_string());
        if !finding.valid {
            finding.suggestion = only(number.as_bytes());
        }
    }
    let said = match &finding.problem {
        Some(problem) => problem.clone(),
        None if count == 13 => "13 位数字，没有校验位，只能核对形式".to_string(),
        None => "按 MOD 11,10 校验，与第 15 位一致".to_string(),
    };
    let step = Step::clause(source, said);
    steps.push(if count == 13 { step } else { memory(step) });
    if finding.valid {
        let office = &number[..6];
        finding.office = Some(office.to_string());
        if let Some(row) = at.row(&PROVINCES, &[("code", &office[..2])]) {
            finding.province = Some(row.get("name").to_string());
            steps.push(row.step(format!("前 6 位 {office}：登记机关在{}", row.get("name"))));
        }
        if count == 13 {
            let nature = match number.as_bytes()[6] {
                b'1' => Some("国有、集体（含股份）"),
                b'2' => Some("私营"),
                b'3' => Some("个体"),
                _ => None,
            };
            finding.nature = nature.map(str::to_string);
            if let Some(nature) = nature {
                let step = Step::clause(source, format!("第 7 位 {}：{nature}", &number[6..7]));
                steps.push(Step { certainty: Some(crate::Certainty::Single), ..step });
            }
        }
    }
    Ok(Outcome::new(finding, steps))
}

/// The one right number that a single other digit makes, if there is exactly one.
fn only(number: &[u8]) -> Option<String> {
    let mut found = None;
    for at in 0..15 {
        for digit in b'0'..=b'9' {
            let mut other = number.to_vec();
            other[at] = digit;
            if valid(&other) {
                if found.is_some() {
                    return None;
                }
                found = String::from_utf8(other).ok();
            }
        }
    }
    found
}
