//! The statutory statistics of hidden dangers, 事故隐患排查治理情况统计表: by quarter and year (总局令第16号 article 14, from 2008-02-01; the layout
//! from memory). What each figure counts is said by the table `danger-statistics`; here the figures of a line are checked against each
//! other and its rates reckoned. Counts in items (项), funds in 万元 with two places.

use chrono::{Datelike, NaiveDate};
use rust_decimal::{Decimal, RoundingStrategy};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{At, Number, Outcome, Refusal, Step, law_table, rule};

law_table!(
    /// The figures of the table, in its order.
    TABLE, "danger-statistics", "事故隐患排查治理情况统计指标", ["code"]
);

rule!(
    /// The rule `danger-statistics`.
    RULE, "danger-statistics", "事故隐患排查治理情况统计", "隐患", "总局令第16号（安全生产事故隐患排查治理暂行规定）第十四条",
    Input, line, [&TABLE], "2026-04-01", r#"{"enterprises":120,"reported":96,"general_found":240,"general_mended":228,"major_found":3,"major_mended":1,"planned":2,"planned_task":2,"planned_funds":2,"planned_person":2,"planned_term":2,"planned_emergency":1,"funds":3560000}"#
);

/// The counts of a line.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Input {
    /// Enterprises that have to look for dangers.
    #[schemars(title = "应排查治理隐患企业", extend("x-unit" = "家"))]
    pub enterprises: i64,
    /// Enterprises that did.
    #[schemars(title = "实际排查治理隐患企业", extend("x-unit" = "家"))]
    pub reported: i64,
    /// General dangers found.
    #[schemars(title = "排查一般隐患", extend("x-unit" = "项"))]
    pub general_found: i64,
    /// Of them put right.
    #[schemars(title = "已整改一般隐患", extend("x-unit" = "项"))]
    pub general_mended: i64,
    /// Major dangers found.
    #[schemars(title = "排查重大隐患", extend("x-unit" = "项"))]
    pub major_found: i64,
    /// Of them struck off.
    #[schemars(title = "已整改销号重大隐患", extend("x-unit" = "项"))]
    pub major_mended: i64,
    /// Open major dangers with a plan.
    #[schemars(title = "列入治理计划的重大隐患", extend("x-unit" = "项"))]
    pub planned: i64,
    /// Of them with aims and measures.
    #[schemars(title = "落实治理目标任务", extend("x-unit" = "项"))]
    pub planned_task: i64,
    /// With funds.
    #[schemars(title = "落实治理经费物资", extend("x-unit" = "项"))]
    pub planned_funds: i64,
    /// With somebody responsible.
    #[schemars(title = "落实治理机构人员", extend("x-unit" = "项"))]
    pub planned_person: i64,
    /// With a term.
    #[schemars(title = "落实治理时间要求", extend("x-unit" = "项"))]
    pub planned_term: i64,
    /// With an emergency plan.
    #[schemars(title = "落实安全措施应急预案", extend("x-unit" = "项"))]
    pub planned_emergency: i64,
    /// Funds, yuan.
    #[schemars(title = "落实隐患治理资金", extend("x-unit" = "元"))]
    pub funds: Number,
}

/// What follows from the counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Rates {
    /// Of 100 general dangers found, how many were put right; none where none was found.
    #[schemars(title = "一般隐患整改率", extend("x-unit" = "%"))]
    pub general: Option<Number>,
    /// The same of major ones.
    #[schemars(title = "重大隐患整改率", extend("x-unit" = "%"))]
    pub major: Option<Number>,
    /// Of 100 enterprises, how many looked for dangers.
    #[schemars(title = "排查覆盖率", extend("x-unit" = "%"))]
    pub coverage: Option<Number>,
    /// Funds in 万元.
    #[schemars(title = "落实隐患治理资金", extend("x-unit" = "万元"))]
    pub funds: Number,
    /// What does not fit together.
    #[schemars(title = "不符合表内关系的")]
    pub wrong: Vec<String>,
}

/// A share in percent with two places, half up; none of nothing.
pub fn percent(part: i64, whole: i64) -> Option<Number> {
    let share = Decimal::from(part).checked_mul(Decimal::ONE_HUNDRED)?.checked_div(Decimal::from(whole))?;
    Some(Number(share.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero).normalize()))
}

/// The day by which the figures of a quarter (1 to 4) are reported: the 15th after it; of a year (`None`), 31 January after it.
pub fn due(year: i32, quarter: Option<u32>) -> Option<NaiveDate> {
    match quarter {
        None => NaiveDate::from_ymd_opt(year + 1, 1, 31),
        Some(4) => NaiveDate::from_ymd_opt(year + 1, 1, 15),
        Some(quarter @ 1..=3) => NaiveDate::from_ymd_opt(year, quarter * 3 + 1, 15),
        Some(_) => None,
    }
}

/// First and last day of a quarter (1 to 4) or of a year (`None`).
pub fn span(year: i32, quarter: Option<u32>) -> Option<(NaiveDate, NaiveDate)> {
    let (first, last) = match quarter {
        None => (1, 12),
        Some(quarter @ 1..=4) => (quarter * 3 - 2, quarter * 3),
        Some(_) => return None,
    };
    let from = NaiveDate::from_ymd_opt(year, first, 1)?;
    let after = NaiveDate::from_ymd_opt(year + i32::from(last == 12), last % 12 + 1, 1)?;
    Some((from, after.pred_opt()?))
}

/// The rates of a line, and which of its counts contradict each other.
///
/// # Errors
/// `invalid` where a count is below zero; `not_in_force` before 2008-02-01.
pub fn line(at: &At<'_>, input: &Input) -> Result<Outcome<Rates>, Refusal> {
    let rows = at.rows(&TABLE);
    let Some(any) = rows.first() else {
        return Err(Refusal::not_in_force(format!("{} 尚无隐患排查治理季报制度（2008-02-01 起）。", at.on)));
    };
    let counts = [
        ("enterprises", input.enterprises),
        ("reported", input.reported),
        ("general_found", input.general_found),
        ("general_mended", input.general_mended),
        ("major_found", input.major_found),
        ("major_mended", input.major_mended),
        ("planned", input.planned),
        ("planned_task", input.planned_task),
        ("planned_funds", input.planned_funds),
        ("planned_person", input.planned_person),
        ("planned_term", input.planned_term),
        ("planned_emergency", input.planned_emergency),
    ];
    let name = |code: &str| at.row(&TABLE, &[("code", code)]).map_or("", |row| row.get("name"));
    if let Some((code, _)) = counts.iter().find(|(_, count)| *count < 0) {
        return Err(Refusal::invalid(format!("/{code}"), format!("{}不能小于 0。", name(code))));
    }
    if input.funds.0 < Decimal::ZERO {
        return Err(Refusal::invalid("/funds", "资金不能小于 0。"));
    }
    let mut wrong = Vec::new();
    let mut within = |label: &str, part: i64, whole: i64, of: &str| {
        if part > whole {
            wrong.push(format!("{label}（{part}）大于{of}（{whole}）"));
        }
    };
    within("实际排查治理企业", input.reported, input.enterprises, "应排查治理企业");
    within("已整改一般隐患", input.general_mended, input.general_found, "排查一般隐患");
    within("已整改销号重大隐患", input.major_mended, input.major_found, "排查重大隐患");
    for (code, count) in counts.iter().filter(|(code, _)| code.starts_with("planned_")) {
        within(name(code), *count, input.planned, "列入治理计划的重大隐患");
    }
    let rates = Rates {
        general: percent(input.general_mended, input.general_found),
        major: percent(input.major_mended, input.major_found),
        coverage: percent(input.reported, input.enterprises),
        funds: Number(
            (input.funds.0 / Decimal::from(10_000))
                .round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
                .normalize(),
        ),
        wrong,
    };
    let mut steps = vec![any.step("隐患每季度、每年统计分析并报送")];
    for (label, part, whole, rate) in [
        ("一般隐患整改率", input.general_mended, input.general_found, rates.general),
        ("重大隐患整改率", input.major_mended, input.major_found, rates.major),
        ("排查覆盖率", input.reported, input.enterprises, rates.coverage),
    ] {
        if let Some(rate) = rate {
            steps.push(Step::plain(format!("{label}：{part} ÷ {whole} = {rate}%")));
        }
    }
    steps.push(Step::plain(format!("落实资金：{} 元，合 {} 万元", input.funds, rates.funds)));
    steps.extend(rates.wrong.iter().map(|text| Step::plain(format!("请核对：{text}"))));
    Ok(Outcome::new(rates, steps))
}

/// Year and quarter of the last quarter that ended before that day.
pub fn ended_before(day: NaiveDate) -> (i32, u32) {
    match (day.month() - 1) / 3 {
        0 => (day.year() - 1, 4),
        quarter => (day.year(), quarter),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at() -> At<'static> {
        At::nation("2026-04-01".parse().unwrap())
    }

    #[test]
    fn rates_are_of_what_was_found_and_of_nothing_there_is_none() {
        let input = Input {
            general_found: 240,
            general_mended: 228,
            major_found: 3,
            major_mended: 1,
            ..Input::default()
        };
        let rates = line(&at(), &input).unwrap().value;
        assert_eq!(rates.general.unwrap().to_string(), "95");
        assert_eq!(rates.major.unwrap().to_string(), "33.33");
        assert_eq!((rates.coverage, rates.wrong.len()), (None, 0));
    }

    #[test]
    fn figures_that_contradict_each_other_are_named() {
        let input = Input {
            general_found: 1,
            general_mended: 2,
            planned: 1,
            planned_emergency: 2,
            ..Input::default()
        };
        let wrong = line(&at(), &input).unwrap().value.wrong;
        assert_eq!(wrong.len(), 2, "{wrong:?}");
        assert!(wrong[1].contains("应急预案"), "{wrong:?}");
        assert_eq!(line(&at(), &Input { planned: -1, ..Input::default() }).unwrap_err().pointer, "/planned");
    }

    /// rules.md 11: by the 15th of the next quarter's first month, by 31 January.
    #[test]
    fn a_quarter_has_its_days_and_its_due_day() {
        let days = |year, quarter| {
            let (from, to) = span(year, quarter).unwrap();
            format!("{from} {to} {}", due(year, quarter).unwrap())
        };
        assert_eq!(days(2026, Some(1)), "2026-01-01 2026-03-31 2026-04-15");
        assert_eq!(days(2025, Some(4)), "2025-10-01 2025-12-31 2026-01-15");
        assert_eq!(days(2024, None), "2024-01-01 2024-12-31 2025-01-31");
        assert_eq!((span(2026, Some(5)), due(2026, Some(0))), (None, None));
        assert_eq!(ended_before("2026-01-10".parse().unwrap()), (2025, 4));
        assert_eq!(ended_before("2026-11-26".parse().unwrap()), (2026, 3));
    }

    #[test]
    fn before_2008_there_was_no_such_table() {
        let at = At::nation("2008-01-31".parse().unwrap());
        assert_eq!(line(&at, &Input::default()).unwrap_err().code, "not_in_force");
    }
}
