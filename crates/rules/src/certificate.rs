//! People's certificates, 人员证书: special operations, heads and safety managers, special equipment, safety engineers: until when they hold,
//! when the next review is due, and from when it may be asked for (tables `certificate-period`, `special-operation`).
//!
//! Special operations: 经贸委令第13号 (1999 to 2010-06-30: review every two years, four after ten years in the trade), 总局令第30号 (from
//! 2010-07-01: six years, review every three; after ten years without a breach once in six).

use chrono::NaiveDate;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use crate::{
    At, Outcome, Refusal, Row, Step, choice, law_table, legal_limit::months, rule, working_days::shift,
};

law_table!(
    /// Validity and review.
    PERIODS, "certificate-period", "人员证书有效期与复审", ["kind"]
);
law_table!(
    /// Categories of special operations.
    OPERATIONS, "special-operation", "特种作业目录", ["code"]
);

rule!(
    /// The rule `certificate-period`.
    RULE, "certificate-period", "人员证书有效期与复审", "教育培训", "总局令第30号、第44号，经贸委令第13号",
    Input, period, [&PERIODS, &OPERATIONS], "2026-01-01",
    r#"{"certificate":"special_operation","operation":"02","issued_on":"2020-03-10"}"#
);

fn certificates(_: &mut SchemaGenerator) -> Schema {
    choice::schema(&PERIODS, "kind", "name")
}

fn operations(_: &mut SchemaGenerator) -> Schema {
    choice::schema(&OPERATIONS, "code", "name")
}

/// Which certificate.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Which: code or Chinese name.
    #[serde(alias = "kind")]
    #[schemars(title = "证书", schema_with = "certificates")]
    pub certificate: String,
    /// Category of the special operation.
    #[serde(default, alias = "category")]
    #[schemars(
        title = "特种作业类别",
        description = "特种作业操作证填写，类别代码或名称",
        schema_with = "operations"
    )]
    pub operation: String,
    /// Day of first issue, or of the last renewal.
    #[schemars(title = "发证日期", description = "初次领证或者最近一次换证的日期")]
    pub issued_on: NaiveDate,
    /// Day of the last review passed.
    #[schemars(title = "最近复审日期", description = "尚未复审的不填")]
    pub reviewed_on: Option<NaiveDate>,
    /// More than ten years in the trade without a breach, with the issuer's consent.
    #[serde(default)]
    #[schemars(
        title = "从业满十年且无违章",
        description = "连续从事本工种十年以上、遵守规程，并经发证机关同意"
    )]
    pub ten_years_clean: bool,
}

/// Until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Period {
    /// The certificate.
    #[schemars(title = "证书")]
    pub name: String,
    /// The category of the operation.
    #[schemars(title = "特种作业类别")]
    pub operation: Option<String>,
    /// What belongs to the category.
    #[schemars(title = "工种")]
    pub items: Vec<String>,
    /// Last day it holds.
    #[schemars(title = "有效期至")]
    pub expires_on: Option<NaiveDate>,
    /// Last day of the current interval of review.
    #[schemars(title = "复审截止")]
    pub review_due_on: Option<NaiveDate>,
    /// From this day on it should be asked for.
    #[schemars(title = "应当申请之日", description = "期满前规定天数的那一天")]
    pub apply_by: Option<NaiveDate>,
    /// valid, review_overdue, expired.
    #[schemars(
        title = "计算日状态代码",
        description = "valid 有效，review_overdue 逾期未复审，expired 已过期"
    )]
    pub state: String,
}

/// Until when a certificate holds, and when it is reviewed.
///
/// # Errors
/// `unknown` certificate or category; `not_in_force` where the certificate had no rule on its day.
pub fn period(at: &At<'_>, input: &Input) -> Result<Outcome<Period>, Refusal> {
    let issued = At { on: input.issued_on, ..*at };
    let rows = choice::rows(&issued, &PERIODS, ("kind", "name"), "/certificate", "证书", &input.certificate)?;
    let row = *rows.first().ok_or_else(|| Refusal::missing("/certificate", "证书"))?;
    let operation = operation(&issued, row, &input.operation)?;
    let mut steps = Vec::new();
    let until =
        |from: NaiveDate, years: i64| -> Result<NaiveDate, Refusal> { shift(months(from, years * 12)?, -1) };
    let expires_on = row.whole("years").map(|years| until(input.issued_on, years)).transpose()?;
    if let (Some(years), Some(day)) = (row.whole("years"), expires_on) {
        steps.push(row.step(format!(
            "{}：自 {} 起 {years} 年有效，至 {day}",
            row.get("name"),
            input.issued_on
        )));
    }
    let long = input.ten_years_clean.then(|| row.whole("long_review")).flatten();
    let mut review_due_on = None;
    if let Some(years) = long.or(row.whole("review")) {
        let from = input.reviewed_on.unwrap_or(input.issued_on);
        if from < input.issued_on {
            return Err(Refusal::invalid("/reviewed_on", "复审日期不能早于发证日期。"));
        }
        let due = until(from, years)?;
        let due = expires_on.map_or(due, |end| due.min(end));
        let why = if long.is_some() { "（从业满十年且无违章，延长）" } else { "" };
        steps.push(row.step(format!("每 {years} 年复审一次{why}，自 {from} 起，应于 {due} 前复审")));
        review_due_on = Some(due);
    }
    let end = match (expires_on, review_due_on) {
        (Some(end), Some(due)) => Some(end.min(due)),
        (end, due) => end.or(due),
    };
    let apply_by = match (end, row.whole("apply_days")) {
        (Some(end), Some(days)) => Some(shift(end, -days)?),
        _ => None,
    };
    if let (Some(day), Some(days)) = (apply_by, row.whole("apply_days")) {
        steps.push(row.step(format!("期满前 {days} 日内申请复审或者换证，即 {day} 起")));
    }
    if let Some(own) = operation {
        steps.push(own.step(format!("特种作业类别：{}", own.get("name"))));
    }
    let state = if expires_on.is_some_and(|day| at.on > day) {
        "expired"
    } else if review_due_on.is_some_and(|day| at.on > day) {
        "review_overdue"
    } else {
        "valid"
    };
    let said = match state {
        "expired" => "已过期，不得上岗",
        "review_overdue" => "逾期未复审，证书失效",
        _ => "有效",
    };
    steps.push(Step::plain(format!("{}：{said}", at.on)));
    let value = Period {
        name: row.get("name").to_string(),
        operation: operation.map(|own| own.get("name").to_string()),
        items: operation.map(|own| words(own.get("items"))).unwrap_or_default(),
        expires_on,
        review_due_on,
        apply_by,
        state: state.to_string(),
    };
    Ok(Outcome::new(value, steps))
}

fn operation<'a>(at: &At<'a>, row: &Row, text: &str) -> Result<Option<&'a Row>, Refusal> {
    if row.get("kind") != "special_operation" || text.trim().is_empty() {
        return Ok(None);
    }
    let rows = choice::rows(at, &OPERATIONS, ("code", "name"), "/operation", "特种作业类别", text)?;
    Ok(rows.first().copied())
}

fn words(cell: &str) -> Vec<String> {
    cell.split(' ').filter(|word| !word.is_empty()).map(str::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(on: &str, issued: &str, ten_years_clean: bool) -> Period {
        let input = Input {
            certificate: "special_operation".into(),
            operation: String::new(),
            issued_on: issued.parse().unwrap(),
            reviewed_on: None,
            ten_years_clean,
        };
        period(&At::nation(on.parse().unwrap()), &input).unwrap().value
    }

    /// rules.md 8: six years, review every three, once in six after ten years without fault; before July 2010 every two years.
    #[test]
    fn a_special_operation_certificate_holds_six_years_with_a_review_every_three() {
        let own = asked("2023-03-09", "2020-03-10", false);
        assert_eq!(own.expires_on.unwrap().to_string(), "2026-03-09");
        assert_eq!(own.review_due_on.unwrap().to_string(), "2023-03-09");
        assert_eq!(own.apply_by.unwrap().to_string(), "2023-01-08");
        assert_eq!(own.state, "valid");
        assert_eq!(asked("2023-03-10", "2020-03-10", false).state, "review_overdue");
        assert_eq!(asked("2026-03-09", "2020-03-10", true).state, "valid");
        assert_eq!(asked("2026-03-10", "2020-03-10", true).state, "expired");
        let old = asked("2006-01-01", "2005-03-01", false);
        assert_eq!(
            (old.expires_on, old.review_due_on.unwrap().to_string()),
            (None, "2007-02-28".to_string())
        );
    }

    /// 总局令第30号: eleven categories; 经贸委令第13号: seventeen.
    #[test]
    fn the_catalogues_are_complete() {
        let count = |day: &str| At::nation(day.parse().unwrap()).rows(&OPERATIONS).len();
        assert_eq!((count("2010-06-30"), count("2010-07-01")), (17, 11));
    }

    #[test]
    fn an_unknown_category_lists_the_choices() {
        let input = Input {
            certificate: "特种作业操作证".into(),
            operation: "潜水".into(),
            issued_on: "2020-01-01".parse().unwrap(),
            reviewed_on: None,
            ten_years_clean: false,
        };
        let refusal = period(&At::nation("2026-01-01".parse().unwrap()), &input).unwrap_err();
        assert_eq!((refusal.code, refusal.pointer.as_str()), ("unknown", "/operation"));
        assert!(refusal.message.contains("电工作业"));
    }
}
