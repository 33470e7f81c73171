//! Permits, 许可证: who must hold one, who issues it, how long it holds, until when its renewal must be asked for ([`validity`]); and the
//! duties of a construction project about its safety installations, 三同时 ([`duties`]).
//!
//! 国务院令第397号 (from 2004-01-13), 第344号 and 第591号, 第455号 with their orders. Dates: a permit of three years issued on 10 March holds
//! to 9 March; renewal is asked for at the latest three months before that day. The row is the one of the day of issue.

use chrono::NaiveDate;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use crate::{
    At, Outcome, Refusal, Step, choice, law_table,
    legal_limit::months,
    rule, trade,
    trade::Trade,
    working_days::{Calendar, HOLIDAY, shift},
};

law_table!(
    /// Permits.
    PERMITS, "permit", "许可证", ["kind"]
);
law_table!(
    /// Conditions of permits.
    CONDITIONS, "permit-condition", "许可条件", ["kind", "seq"]
);
law_table!(
    /// Duties of projects.
    PROJECTS, "three-simultaneities", "建设项目安全设施三同时", ["phase", "trades"]
);

rule!(
    /// The rule `permit-validity`.
    RULE, "permit-validity", "许可证有效期与延期", "许可", "国务院令第397号、第591号、第455号及配套规章",
    Input, validity, [&PERMITS, &CONDITIONS, &HOLIDAY], "2022-12-01",
    r#"{"permit":"safety_production","issued_on":"2020-03-10"}"#
);
rule!(
    /// The rule `three-simultaneities`.
    PROJECT_RULE, "three-simultaneities", "建设项目安全设施三同时", "许可", "安全生产法、总局令第36号",
    Project, duties, [&PROJECTS], "2026-01-01", r#"{"trade":"hazardous_chemicals"}"#
);

fn permits(_: &mut SchemaGenerator) -> Schema {
    choice::schema(&PERMITS, "kind", "name")
}

/// Which permit.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Which: code or Chinese name.
    #[serde(alias = "kind")]
    #[schemars(title = "许可证", schema_with = "permits")]
    pub permit: String,
    /// First day it holds.
    #[serde(alias = "valid_from")]
    #[schemars(title = "发证日期", description = "有效期起始日；不填只答谁须持有、谁颁发")]
    pub issued_on: Option<NaiveDate>,
    /// Last day as printed, where it differs.
    #[serde(alias = "valid_to")]
    #[schemars(title = "证载有效期至", description = "与计算不同的填写，以证载为准")]
    pub expires_on: Option<NaiveDate>,
    /// Day on which renewal was asked for.
    #[schemars(title = "延期申请日期", description = "尚未申请的不填")]
    pub applied_on: Option<NaiveDate>,
    /// Whether somebody was killed in the period.
    #[schemars(title = "有效期内是否发生死亡事故", description = "安全生产许可证延期用")]
    pub fatal_accident: Option<bool>,
}

/// The permit on that day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Validity {
    /// Its name.
    #[schemars(title = "许可证")]
    pub name: String,
    /// Who must hold it.
    #[schemars(title = "须持有的单位")]
    pub holders: String,
    /// Who issues it.
    #[schemars(title = "颁发机关")]
    pub issuer: String,
    /// Months it holds.
    #[schemars(title = "有效期", extend("x-unit" = "月"))]
    pub validity_months: Option<i64>,
    /// Days of the decision.
    #[schemars(title = "审批期限")]
    pub decision: Option<i64>,
    /// In what they are counted: day, working_day.
    #[schemars(title = "审批期限单位")]
    pub decision_unit: Option<String>,
    /// Last day it holds.
    #[schemars(title = "有效期至")]
    pub expires_on: Option<NaiveDate>,
    /// Last day to ask for renewal.
    #[schemars(title = "延期申请截止")]
    pub renewal_due_on: Option<NaiveDate>,
    /// Day by which the application is decided.
    #[schemars(title = "审批届满日")]
    pub decision_due_on: Option<NaiveDate>,
    /// on_time, late, unlicensed.
    #[schemars(title = "申请状态代码", description = "on_time 按期，late 逾期申请，unlicensed 过期后申请")]
    pub application: Option<String>,
    /// valid, renewal_overdue, expired.
    #[schemars(
        title = "计算日状态代码",
        description = "valid 有效，renewal_overdue 应当申请延期而未申请，expired 已过期"
    )]
    pub state: Option<String>,
    /// Whether it can be extended without review.
    #[schemars(title = "可否不再审查直接延期")]
    pub extension_without_review: Option<bool>,
    /// The conditions, as a checklist.
    #[schemars(title = "许可条件")]
    pub conditions: Vec<String>,
}

/// A permit's holder, issuer, validity and renewal.
///
/// # Errors
/// `unknown` permit; `not_in_force` where there was none on its day; `invalid` dates.
pub fn validity(at: &At<'_>, input: &Input) -> Result<Outcome<Validity>, Refusal> {
    let then = At { on: input.issued_on.unwrap_or(at.on), ..*at };
    let rows = choice::rows(&then, &PERMITS, ("kind", "name"), "/permit", "许可证", &input.permit)?;
    let row = *rows.first().ok_or_else(|| Refusal::missing("/permit", "许可证"))?;
    let name = row.get("name");
    let mut steps = vec![
        row.step(format!("{name}，须持有：{}", row.get("holders"))),
        row.step(format!("颁发机关：{}", row.get("issuer"))),
    ];
    let expires_on = match (input.expires_on, input.issued_on, row.whole("validity_months")) {
        (Some(printed), issued, _) => {
            if issued.is_some_and(|issued| printed < issued) {
                return Err(Refusal::invalid("/expires_on", "有效期至早于发证日期，请核对。"));
            }
            steps.push(Step::plain(format!("证载有效期至 {printed}")));
            Some(printed)
        }
        (None, Some(issued), Some(length)) => {
            let end = shift(months(issued, length)?, -1)?;
            steps.push(row.step(format!("自 {issued} 起有效 {length} 个月，至 {end}")));
            Some(end)
        }
        _ => None,
    };
    let renewal_due_on = match (expires_on, row.whole("renew_amount")) {
        (Some(end), Some(amount)) => {
            let (due, unit) = match row.get("renew_unit") {
                "month" => (months(end, -amount)?, "个月"),
                _ => (shift(end, -amount)?, "日"),
            };
            steps.push(row.step(format!("有效期满前 {amount} {unit}申请延期，最迟 {due}")));
            Some(due)
        }
        _ => None,
    };
    let decision = row.whole("decision_amount");
    let decision_unit = decision.map(|_| row.get("decision_unit").to_string());
    let mut decision_due_on = None;
    if let (Some(applied), Some(amount)) = (input.applied_on, decision) {
        let (due, unit) = match row.get("decision_unit") {
            "working_day" => (Calendar::of(at).add(applied, amount)?, "个工作日"),
            _ => (shift(applied, amount)?, "日"),
        };
        steps.push(row.step(format!("自 {applied} 收到申请起 {amount} {unit}内决定，最迟 {due}")));
        decision_due_on = Some(due);
    }
    let by = |day: NaiveDate, early: &'static str, late: &'static str, after: &'static str| {
        expires_on.map(|end| {
            if day > end {
                after
            } else if renewal_due_on.is_some_and(|due| day > due) {
                late
            } else {
                early
            }
        })
    };
    let application = input.applied_on.and_then(|day| by(day, "on_time", "late", "unlicensed"));
    if let (Some(day), Some(kind)) = (input.applied_on, application) {
        steps.push(Step::plain(match kind {
            "on_time" => format!("{day} 申请延期：按期"),
            "late" => format!("{day} 申请延期：已过申请截止日，提醒并尽快办理"),
            _ => format!("{day} 申请延期：许可证已过期，期间不得从事该活动，按无证处理"),
        }));
    }
    // an application in time keeps the permit from being overdue, not from running out
    let state =
        by(at.on, "valid", if application.is_some() { "valid" } else { "renewal_overdue" }, "expired");
    let mut extension_without_review = None;
    if row.get("extension") == "no_fatal_accident" {
        extension_without_review = input.fatal_accident.map(|killed| !killed);
        if let Some(free) = extension_without_review {
            steps.push(row.step(if free {
                "有效期内未发生死亡事故：经原发证机关同意，不再审查，直接延期"
            } else {
                "有效期内发生过死亡事故：延期须重新审查"
            }));
        }
    }
    let conditions: Vec<String> = then
        .rows(&CONDITIONS)
        .into_iter()
        .filter(|own| own.get("kind") == row.get("kind"))
        .map(|own| own.get("condition").to_string())
        .collect();
    let value = Validity {
        name: name.to_string(),
        holders: row.get("holders").to_string(),
        issuer: row.get("issuer").to_string(),
        validity_months: row.whole("validity_months"),
        decision,
        decision_unit,
        expires_on,
        renewal_due_on,
        decision_due_on,
        application: application.map(str::to_string),
        state: state.map(str::to_string),
        extension_without_review,
        conditions,
    };
    Ok(Outcome::new(value, steps))
}

/// Which project.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Project {
    /// Its trade.
    #[serde(default, alias = "sector")]
    #[schemars(title = "建设项目行业", description = "不填为其他行业")]
    pub trade: Trade,
}

/// One duty of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Duty {
    /// evaluation, design, review, construction, trial, acceptance.
    #[schemars(title = "阶段代码")]
    pub phase: String,
    /// The same in Chinese.
    #[schemars(title = "阶段")]
    pub phase_name: String,
    /// What must be done.
    #[schemars(title = "要求")]
    pub duty: String,
    /// By whom.
    #[schemars(title = "责任方")]
    pub who: String,
    /// The time allowed.
    #[schemars(title = "期限")]
    pub amount: Option<i64>,
    /// In what: day, working_day.
    #[schemars(title = "期限单位")]
    pub unit: Option<String>,
    /// Document and clause.
    #[schemars(title = "依据")]
    pub source: String,
}

/// What a project owes in each phase, in order.
///
/// # Errors
/// `not_in_force` before 2002-11-01.
pub fn duties(at: &At<'_>, input: &Project) -> Result<Outcome<Vec<Duty>>, Refusal> {
    let rows = at.rows(&PROJECTS);
    if rows.is_empty() {
        return Err(Refusal::not_in_force(format!("{} 没有安全设施三同时的规定。", at.on)));
    }
    let (mut value, mut steps) = (Vec::new(), Vec::new());
    for phase in ["evaluation", "design", "review", "construction", "trial", "acceptance"] {
        let own = rows.iter().copied().filter(|row| row.get("phase") == phase).collect();
        for row in trade::narrow(own, input.trade) {
            steps.push(row.step(format!(
                "{}：{}（{}）",
                row.get("phase_name"),
                row.get("duty"),
                row.get("who")
            )));
            let unit = row.get("unit");
            value.push(Duty {
                phase: phase.to_string(),
                phase_name: row.get("phase_name").to_string(),
                duty: row.get("duty").to_string(),
                who: row.get("who").to_string(),
                amount: row.whole("amount"),
                unit: (!unit.is_empty()).then(|| unit.to_string()),
                source: row.get("source").to_string(),
            });
        }
    }
    Ok(Outcome::new(value, steps))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn licence(on: &str, applied: Option<&str>) -> Validity {
        let input = Input {
            permit: "安全生产许可证".into(),
            issued_on: Some(day("2020-03-10")),
            applied_on: applied.map(day),
            fatal_accident: Some(false),
            ..Input::default()
        };
        validity(&At::nation(day(on)), &input).unwrap().value
    }

    /// rules.md 9: issued 2020-03-10, valid to 2023-03-09; renewal closes 2022-12-09; 2022-12-10 is late, 2023-03-10 unlicensed.
    #[test]
    fn a_licence_of_2020_is_renewed_three_months_before_its_end() {
        let own = licence("2022-12-09", None);
        assert_eq!((own.expires_on, own.renewal_due_on), (Some(day("2023-03-09")), Some(day("2022-12-09"))));
        assert_eq!(own.state.as_deref(), Some("valid"));
        assert_eq!(own.conditions.len(), 13);
        assert_eq!(own.extension_without_review, Some(true));
        assert_eq!(licence("2022-12-10", None).state.as_deref(), Some("renewal_overdue"));
        assert_eq!(licence("2023-03-10", None).state.as_deref(), Some("expired"));
        for (applied, state) in [
            ("2022-12-09", "on_time"),
            ("2022-12-10", "late"),
            ("2023-03-09", "late"),
            ("2023-03-10", "unlicensed"),
        ] {
            assert_eq!(licence(applied, Some(applied)).application.as_deref(), Some(state), "{applied}");
        }
        assert_eq!(licence("2022-12-01", Some("2022-12-01")).decision_due_on, Some(day("2023-01-15")));
    }

    /// rules.md 9: 20 working days before September 2012, 30 days since; 45 days for safe use from May 2013.
    #[test]
    fn the_decision_time_is_that_of_the_day() {
        let decided = |permit: &str, on: &str| {
            let input = Input { permit: permit.into(), ..Input::default() };
            let own = validity(&At::nation(day(on)), &input).unwrap().value;
            (own.decision.unwrap(), own.decision_unit.unwrap())
        };
        assert_eq!(decided("hazardous_chemicals_trade", "2012-08-31"), (20, "working_day".into()));
        assert_eq!(decided("hazardous_chemicals_trade", "2012-09-01"), (30, "day".into()));
        assert_eq!(decided("hazardous_chemicals_use", "2013-05-01"), (45, "day".into()));
        let early = Input { permit: "hazardous_chemicals_use".into(), ..Input::default() };
        assert_eq!(validity(&At::nation(day("2012-01-01")), &early).unwrap_err().code, "not_in_force");
    }

    #[test]
    fn acceptance_is_the_enterprises_own_from_may_2015() {
        let who = |on: &str, trade: Trade| {
            let duties = duties(&At::nation(day(on)), &Project { trade }).unwrap().value;
            duties.iter().find(|duty| duty.phase == "acceptance").unwrap().who.clone()
        };
        assert_eq!(who("2015-04-30", Trade::HazardousChemicals), "安全生产监督管理部门");
        assert_eq!(who("2015-05-01", Trade::HazardousChemicals), "建设单位");
        assert_eq!(who("2005-06-01", Trade::NonCoalMine), "有关部门");
        assert_eq!(who("2005-06-01", Trade::Other), "建设单位");
    }
}
