//! Organisation code, 组织机构代码: GB 11714-1997. Eight signs (digits and letters) and a check sign: weights 3 7 9 10 5 8 4 2,
//! 11 − Σ mod 11, 10 is written X and 11 is 0. Since 2015-10-01 it lives on as positions 9 to 17 of the credit code.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::plain;
use crate::{
    At, Outcome, Refusal, Step,
    credit_code::{organization_check, organization_code_valid},
    rule,
};

rule!(
    /// The rule `organization-code`.
    RULE, "organization-code", "组织机构代码校验", "企业身份", "GB 11714-1997", Input, check, [], "2010-01-01",
    r#"{"code":"71526726-X"}"#
);

/// A code.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "组织机构代码")]
pub struct Input {
    /// As typed.
    #[serde(alias = "organization_code")]
    #[schemars(title = "组织机构代码", description = "9 位，末位前的连字符可写可不写")]
    pub code: String,
}

/// What the code says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(title = "校验结果")]
pub struct Finding {
    /// Whether its check sign is right.
    #[schemars(title = "是否有效")]
    pub valid: bool,
    /// Tidied, with the hyphen.
    #[schemars(title = "整理后的代码")]
    pub code: String,
    /// What is wrong.
    #[schemars(title = "问题")]
    pub problem: Option<String>,
    /// The check sign that the first eight ask for.
    #[schemars(title = "应有的校验码")]
    pub check_sign: Option<String>,
}

/// Whether a code can be right.
///
/// # Errors
/// `missing` for an empty code.
pub fn check(_: &At<'_>, input: &Input) -> Result<Outcome<Finding>, Refusal> {
    let code = plain(&input.code);
    if code.is_empty() {
        return Err(Refusal::missing("/code", "组织机构代码"));
    }
    let signs = code.as_bytes();
    let expected = signs.get(..8).and_then(organization_check).map(char::from);
    let valid = organization_code_valid(signs);
    let count = code.chars().count();
    let outside = code.chars().position(|sign| !sign.is_ascii_digit() && !sign.is_ascii_uppercase());
    let problem = match (valid, count, outside) {
        (true, ..) => None,
        (_, count, _) if count != 9 => Some(format!("组织机构代码应为 9 位，这里是 {count} 位")),
        (_, _, Some(at)) => Some(format!("第 {} 位不是数字或字母", at + 1)),
        _ => expected.map(|sign| format!("校验码应为 {sign}，请对照代码证核对")),
    };
    let text = match &problem {
        None => "加权求和，11 − 余数得校验码，与第 9 位一致".to_string(),
        Some(problem) => problem.clone(),
    };
    let finding = Finding {
        valid,
        code: code
            .get(..8)
            .filter(|_| signs.len() == 9)
            .map_or(code.clone(), |stem| format!("{stem}-{}", &code[8..])),
        problem,
        check_sign: expected.map(String::from),
    };
    Ok(Outcome::new(finding, vec![Step::clause("GB 11714-1997", text)]))
}
