//! Unified social credit code, 统一社会信用代码: GB 32100-2015 (from 2015-10-01). 18 signs: registering department, category, division of
//! registration (GB/T 2260), organisation code (GB 11714, with a check sign of its own), check sign.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{PROVINCES, plain};
use crate::{
    At, Outcome, Refusal, Step,
    credit_code::{self, CreditCode},
    law_table, rule,
};

law_table!(
    /// Departments and categories, positions 1 and 2.
    DEPARTMENTS, "credit-department", "统一社会信用代码登记管理部门和机构类别", ["department", "category"]
);

rule!(
    /// The rule `credit-code`.
    RULE, "credit-code", "统一社会信用代码校验", "企业身份", "GB 32100-2015", Input, check, [&DEPARTMENTS, &PROVINCES],
    "2026-01-01", r#"{"code":"914403001922038216"}"#
);

/// A code.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "统一社会信用代码")]
pub struct Input {
    /// As typed.
    #[serde(alias = "credit_code", alias = "uscc")]
    #[schemars(title = "统一社会信用代码", description = "18 位；小写、全角、空格和连字符会自动整理")]
    pub code: String,
}

/// What the code says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(title = "校验结果")]
pub struct Finding {
    /// Whether its check sign is right.
    #[schemars(title = "是否有效")]
    pub valid: bool,
    /// Tidied.
    #[schemars(title = "整理后的代码")]
    pub code: String,
    /// What is wrong.
    #[schemars(title = "问题")]
    pub problem: Option<String>,
    /// The one right code a slip away.
    #[schemars(title = "可能的正确代码")]
    pub suggestion: Option<String>,
    /// Position 1.
    #[schemars(title = "登记管理部门")]
    pub department: Option<String>,
    /// Position 2.
    #[schemars(title = "机构类别")]
    pub category: Option<String>,
    /// Positions 3 to 8: where it was given, not where the enterprise is.
    #[schemars(title = "登记机关行政区划")]
    pub division: Option<String>,
    /// Province of that division.
    #[schemars(title = "登记机关所在省份")]
    pub province: Option<String>,
    /// Positions 9 to 17.
    #[schemars(title = "组织机构代码")]
    pub organization_code: Option<String>,
    /// Whether the organisation code's own check sign is right too.
    #[schemars(title = "组织机构代码校验是否正确")]
    pub organization_code_valid: Option<bool>,
    /// The check sign that the first 17 signs ask for.
    #[schemars(title = "应有的校验码")]
    pub check_sign: Option<String>,
}

/// Whether a code can be right, and what it says.
///
/// # Errors
/// `missing` for an empty code; `not_in_force` before 2015-10-01.
pub fn check(at: &At<'_>, input: &Input) -> Result<Outcome<Finding>, Refusal> {
    let departments = at.rows(&DEPARTMENTS);
    if departments.is_empty() {
        return Err(Refusal::not_in_force(format!(
            "{} 尚无统一社会信用代码（2015-10-01 起），请用注册号和组织机构代码。",
            at.on
        )));
    }
    let code = plain(&input.code);
    if code.is_empty() {
        return Err(Refusal::missing("/code", "统一社会信用代码"));
    }
    const SOURCE: &str = "GB 32100-2015";
    let mut finding = Finding { code: code.clone(), ..Finding::default() };
    let mut steps = Vec::new();
    finding.check_sign =
        code.as_bytes().get(..17).and_then(credit_code::check_sign).map(|sign| char::from(sign).to_string());
    let parsed = match CreditCode::parse(&code) {
        Ok(parsed) => parsed,
        Err(problem) => {
            finding.suggestion = if code.len() == 18 { credit_code::suggest(&code) } else { None };
            steps.push(Step::clause(SOURCE, problem.to_string()));
            finding.problem = Some(problem.to_string());
            return Ok(Outcome::new(finding, steps));
        }
    };
    let text = |category: &str| {
        departments
            .iter()
            .find(|row| {
                row.get("department").starts_with(parsed.department()) && row.get("category") == category
            })
            .copied()
    };
    finding.valid = true;
    steps.push(Step::clause(
        SOURCE,
        format!(
            "前 17 位加权求和，31 − 余数得校验码 {}，与第 18 位一致",
            parsed.as_str().get(17..).unwrap_or_default()
        ),
    ));
    if let Some(row) = text("") {
        finding.department = Some(row.get("label").to_string());
        steps.push(row.step(format!("第 1 位 {}：{}部门登记", parsed.department(), row.get("label"))));
    }
    if let Some(row) = text(&parsed.category().to_string()) {
        finding.category = Some(row.get("label").to_string());
        steps.push(row.step(format!("第 2 位 {}：{}", parsed.category(), row.get("label"))));
    }
    let division = parsed.division();
    finding.division = Some(division.to_string());
    if let Some(row) = at.row(&PROVINCES, &[("code", division.get(..2).unwrap_or_default())]) {
        finding.province = Some(row.get("name").to_string());
        steps.push(row.step(format!("第 3～8 位 {division}：登记机关在{}", row.get("name"))));
    }
    let own = credit_code::organization_code_valid(parsed.organization_code().as_bytes());
    finding.organization_code = Some(parsed.organization_code().to_string());
    finding.organization_code_valid = Some(own);
    steps.push(Step::clause(
        "GB 11714-1997",
        format!(
            "第 9～17 位组织机构代码 {}，校验码{}",
            parsed.organization_code(),
            if own { "正确" } else { "不正确，请核对营业执照" }
        ),
    ));
    Ok(Outcome::new(finding, steps))
}
