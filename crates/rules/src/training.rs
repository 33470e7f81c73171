//! Safety training, 安全教育培训: least hours by role, occasion and trade ([`hours`]) and the coverage of training all workers ([`coverage`]).
//!
//! Hours: 安监管人字〔2002〕123号 (2002-12-18 to 2006-02-28, from memory), 总局令第3号 (from 2006-03-01; metal smelting joins the
//! trades of high risk on 2015-07-01). Certificates and their review are the rule [`crate::certificate`].

use rust_decimal::{Decimal, RoundingStrategy};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{At, Number, Outcome, Refusal, Step, law_table, rule, trade, trade::Trade};

law_table!(
    /// Least hours.
    HOURS, "training-hours", "安全培训学时", ["role", "event", "trades"]
);
law_table!(
    /// Who counts among all workers.
    COVERAGE, "training-coverage", "全员培训统计口径", ["scope"]
);

rule!(
    /// The rule `training-hours`.
    RULE, "training-hours", "安全培训学时", "教育培训", "总局令第3号、第30号，安监管人字〔2002〕123号",
    Input, hours, [&HOURS], "2026-01-01", r#"{"role":"principal","event":"first","trade":"hazardous_chemicals"}"#
);
rule!(
    /// The rule `training-coverage`.
    COVERAGE_RULE, "training-coverage", "全员培训覆盖率", "教育培训", "安全生产法第二十八条",
    People, coverage, [&COVERAGE], "2026-01-01", r#"{"employees":96,"dispatched":3,"interns":1,"trained":98}"#
);

/// Whose training.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The principal.
    #[schemars(title = "主要负责人")]
    #[serde(alias = "主要负责人", alias = "head")]
    Principal,
    /// Safety managers.
    #[schemars(title = "安全生产管理人员")]
    #[serde(alias = "safety_manager", alias = "安全生产管理人员", alias = "安全管理人员")]
    Manager,
    /// Everybody else at work.
    #[schemars(title = "其他从业人员")]
    #[serde(
        alias = "new_worker",
        alias = "employee",
        alias = "从业人员",
        alias = "新上岗从业人员",
        alias = "新员工"
    )]
    Worker,
    /// Holders of a special-operation certificate.
    #[schemars(title = "特种作业人员")]
    #[serde(alias = "special_operation", alias = "特种作业人员")]
    SpecialOperator,
}

/// On what occasion.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// Before taking up the post.
    #[default]
    #[schemars(title = "初次（上岗前）")]
    #[serde(alias = "initial", alias = "before_post", alias = "初次", alias = "岗前")]
    First,
    /// Again, every year or before the review of a certificate.
    #[schemars(title = "再培训")]
    #[serde(
        alias = "refresher",
        alias = "retraining",
        alias = "yearly",
        alias = "again_yearly",
        alias = "再培训"
    )]
    Again,
    /// To another post, or back after a year or more.
    #[schemars(title = "转岗或者离岗一年以上复岗")]
    #[serde(alias = "转岗", alias = "复岗")]
    Transfer,
    /// New process, technique, material, equipment.
    #[schemars(title = "采用四新")]
    #[serde(alias = "四新")]
    NewTechnology,
}

fn code<T: Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_string)).unwrap_or_default()
}

/// Whose hours.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Whose training.
    #[schemars(title = "人员类别")]
    pub role: Role,
    /// On what occasion.
    #[serde(default)]
    #[schemars(title = "培训时机", description = "不填为初次")]
    pub event: Event,
    /// In what trade.
    #[serde(default, alias = "sector")]
    #[schemars(title = "行业", description = "不填为其他行业")]
    pub trade: Trade,
}

/// The hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Hours {
    /// Least hours; none where the law names no number.
    #[schemars(title = "最少学时", extend("x-unit" = "学时"))]
    pub hours: Option<i64>,
    /// once, yearly, two_years, three_years, on_event, by_plan.
    #[schemars(title = "频次代码")]
    pub frequency: String,
    /// The same in Chinese.
    #[schemars(title = "频次")]
    pub frequency_name: String,
    /// What it is called.
    #[schemars(title = "培训")]
    pub training: String,
    /// What must be taught.
    #[schemars(title = "内容要求")]
    pub content: String,
}

/// Least hours of training.
///
/// # Errors
/// `not_in_force` where no document of the day names this role and occasion.
pub fn hours(at: &At<'_>, input: &Input) -> Result<Outcome<Hours>, Refusal> {
    let (role, event) = (code(&input.role), code(&input.event));
    let rows = at.rows(&HOURS).into_iter().filter(|row| row.get("role") == role && row.get("event") == event);
    let rows = trade::narrow(rows.collect(), input.trade);
    let row = rows.first().ok_or_else(|| {
        Refusal::not_in_force(format!("{} 没有对该类人员该时机的学时规定，请核对人员类别和培训时机。", at.on))
    })?;
    let hours = row.whole("hours");
    let frequency_name = match row.get("frequency") {
        "once" => "一次",
        "yearly" => "每年",
        "two_years" => "每两年",
        "three_years" => "每三年",
        "on_event" => "发生时",
        _ => "按培训计划",
    };
    let amount = hours.map_or("法规未定学时".to_string(), |hours| format!("不少于 {hours} 学时"));
    let mut steps = vec![row.step(format!(
        "{}、{}、{}：{frequency_name}，{amount}",
        row.get("role_name"),
        input.trade.label(),
        row.get("event_name")
    ))];
    if !row.get("content").is_empty() {
        steps.push(row.step(format!("要求：{}", row.get("content"))));
    }
    let value = Hours {
        hours,
        frequency: row.get("frequency").to_string(),
        frequency_name: frequency_name.to_string(),
        training: row.get("event_name").to_string(),
        content: row.get("content").to_string(),
    };
    Ok(Outcome::new(value, steps))
}

/// The people of an enterprise on a day.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct People {
    /// Own workers on the roll.
    #[serde(deserialize_with = "crate::number::count")]
    #[schemars(title = "在册从业人员", description = "统计日在册，不含被派遣劳动者和实习学生", extend("x-unit" = "人"))]
    pub employees: u32,
    /// Workers sent by an agency.
    #[serde(default, deserialize_with = "crate::number::count")]
    #[schemars(title = "被派遣劳动者", extend("x-unit" = "人"))]
    pub dispatched: u32,
    /// Students at practical work.
    #[serde(default, deserialize_with = "crate::number::count")]
    #[schemars(title = "实习学生", extend("x-unit" = "人"))]
    pub interns: u32,
    /// Of all these, trained and passed within the period.
    #[serde(deserialize_with = "crate::number::count")]
    #[schemars(title = "培训考核合格人数", description = "以上人员中，在规定期限内培训并考核合格", extend("x-unit" = "人"))]
    pub trained: u32,
}

/// The coverage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Coverage {
    /// Trained and passed.
    #[schemars(title = "分子：培训合格人数", extend("x-unit" = "人"))]
    pub numerator: u32,
    /// All who must be.
    #[schemars(title = "分母：应培训人数", extend("x-unit" = "人"))]
    pub denominator: u32,
    /// Per cent, two decimals, rounded down, so that 100 means everybody.
    #[schemars(title = "覆盖率", extend("x-unit" = "%"))]
    pub percent: Number,
    /// How many are still to be trained.
    #[schemars(title = "尚未培训合格", extend("x-unit" = "人"))]
    pub missing: u32,
    /// Whether all are.
    #[schemars(title = "是否全员培训")]
    pub complete: bool,
}

/// The coverage of training all workers, 全员培训: trained and passed over all on the roll.
///
/// # Errors
/// `invalid` where nobody is on the roll or more are trained than there are.
pub fn coverage(at: &At<'_>, input: &People) -> Result<Outcome<Coverage>, Refusal> {
    let row = at
        .row(&COVERAGE, &[("scope", "all_workers")])
        .ok_or_else(|| Refusal::not_in_force(format!("{} 没有全员培训的规定。", at.on)))?;
    let mut steps = Vec::new();
    let mut denominator = u64::from(input.employees);
    let mut said = format!("在册从业人员 {}", input.employees);
    for (column, label, count) in
        [("dispatched", "被派遣劳动者", input.dispatched), ("interns", "实习学生", input.interns)]
    {
        if row.get(column) == "yes" {
            denominator += u64::from(count);
            said.push_str(&format!(" + {label} {count}"));
        } else if count > 0 {
            steps.push(row.step(format!("{label} {count} 人当时的法条未列入，不计")));
        }
    }
    let denominator =
        u32::try_from(denominator).map_err(|_| Refusal::invalid("/employees", "人数过大，请核对。"))?;
    if denominator == 0 {
        return Err(Refusal::invalid("/employees", "应培训人数为 0，无法计算覆盖率。"));
    }
    if input.trained > denominator {
        return Err(Refusal::invalid(
            "/trained",
            format!("培训合格人数 {} 多于应培训人数 {denominator}，请核对。", input.trained),
        ));
    }
    steps.insert(0, row.step(format!("应培训人数（分母）：{said} = {denominator} 人")));
    let percent = (Decimal::from(input.trained) * Decimal::ONE_HUNDRED / Decimal::from(denominator))
        .round_dp_with_strategy(2, RoundingStrategy::ToZero);
    let missing = denominator - input.trained;
    steps.push(Step::plain(format!(
        "覆盖率 = {} ÷ {denominator} = {}%，{}",
        input.trained,
        percent.normalize(),
        if missing == 0 {
            "达到全员培训".to_string()
        } else {
            format!("尚有 {missing} 人未培训合格")
        }
    )));
    let value = Coverage {
        numerator: input.trained,
        denominator,
        percent: Number(percent),
        missing,
        complete: missing == 0,
    };
    Ok(Outcome::new(value, steps))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: &str) -> At<'static> {
        At::nation(day.parse().unwrap())
    }

    fn asked(day: &str, role: Role, event: Event, trade: Trade) -> Option<i64> {
        hours(&at(day), &Input { role, event, trade }).unwrap().value.hours
    }

    /// rules.md 8, table of 总局令第3号.
    #[test]
    fn the_hours_of_order_three() {
        use {Event::*, Role::*, Trade::*};
        for (role, event, trade, wanted) in [
            (Principal, First, Other, Some(32)),
            (Principal, Again, Other, Some(12)),
            (Manager, First, HazardousChemicals, Some(48)),
            (Manager, Again, Fireworks, Some(16)),
            (Worker, First, Other, Some(24)),
            (Worker, First, NonCoalMine, Some(72)),
            (Worker, Again, CoalMine, Some(20)),
            (Worker, Again, Other, None),
            (Worker, Transfer, Construction, None),
            (SpecialOperator, Again, Other, Some(8)),
        ] {
            assert_eq!(asked("2026-01-01", role, event, trade), wanted, "{role:?} {event:?} {trade:?}");
        }
    }

    #[test]
    fn metal_smelting_is_of_high_risk_from_july_2015() {
        assert_eq!(asked("2015-06-30", Role::Principal, Event::First, Trade::MetalSmelting), Some(32));
        assert_eq!(asked("2015-07-01", Role::Principal, Event::First, Trade::MetalSmelting), Some(48));
    }

    #[test]
    fn the_hours_of_2005_rest_on_memory_and_say_so() {
        let input = Input { role: Role::Principal, event: Event::First, trade: Trade::Construction };
        let outcome = hours(&at("2005-06-01"), &input).unwrap();
        assert_eq!(outcome.value.hours, Some(48));
        assert_eq!(outcome.certainty(), crate::Certainty::Memory);
    }

    #[test]
    fn a_sector_may_be_said_by_its_code_or_in_chinese() {
        for text in ["metallurgy", "metal_smelting", "金属冶炼"] {
            let input = serde_json::json!({ "role": "主要负责人", "event": "初次", "sector": text });
            let outcome = (RULE.run)(&at("2026-01-01"), input).unwrap();
            assert_eq!(outcome.value["hours"], 48, "{text}");
        }
    }

    /// 安全生产法 (2021) art. 28: dispatched workers and interns count.
    #[test]
    fn coverage_counts_dispatched_workers_and_interns_from_december_2014() {
        let people = People { employees: 96, dispatched: 3, interns: 1, trained: 98 };
        let now = coverage(&at("2026-01-01"), &people).unwrap().value;
        assert_eq!((now.denominator, now.percent.to_string(), now.missing), (100, "98".into(), 2));
        let then = coverage(&at("2005-06-01"), &People { trained: 96, ..people }).unwrap().value;
        assert!(then.complete);
        let almost = People { employees: 30_000, dispatched: 0, interns: 0, trained: 29_999 };
        assert_eq!(coverage(&at("2026-01-01"), &almost).unwrap().value.percent.to_string(), "99.99");
        assert_eq!(
            coverage(&at("2026-01-01"), &People { trained: 5, ..People::default() }).unwrap_err().code,
            "invalid"
        );
    }
}
