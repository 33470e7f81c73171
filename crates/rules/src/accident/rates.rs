//! Rates of accidents, 伤亡事故统计指标: per thousand people, per million hours, and of economic loss (GB/T 6441-1986, GB/T 6721-1986; from
//! memory). Every rate whose figures are given is worked out, to four decimals.

use rust_decimal::{Decimal, RoundingStrategy};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{At, Certainty, Number, Outcome, Refusal, Step, law::day, rule};

rule!(
    /// The rule `accident-rates`.
    RULE, "accident-rates", "事故统计指标", "事故", "GB/T 6441-1986、GB/T 6721-1986",
    Input, compute, [], "2025-03-01", r#"{"deaths":1,"injuries":4,"staff":"500","hours":"1000000","lost_days":6200}"#
);

/// The figures of a period.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Deaths.
    #[schemars(title = "死亡人数", extend("x-unit" = "人"))]
    pub deaths: Option<Number>,
    /// Serious injuries.
    #[schemars(title = "重伤人数", extend("x-unit" = "人"))]
    pub serious: Option<Number>,
    /// People injured: deaths, serious and light.
    #[schemars(title = "伤害人次", description = "轻伤、重伤、死亡合计", extend("x-unit" = "人"))]
    pub injuries: Option<Number>,
    /// Average staff.
    #[schemars(title = "平均职工人数", extend("x-unit" = "人"))]
    pub staff: Option<Number>,
    /// Hours worked by all.
    #[schemars(title = "实际总工时", extend("x-unit" = "小时"))]
    pub hours: Option<Number>,
    /// Lost workdays.
    #[schemars(title = "总损失工作日", extend("x-unit" = "日"))]
    pub lost_days: Option<Number>,
    /// Economic loss, yuan.
    #[schemars(title = "经济损失", description = "全年经济损失", extend("x-unit" = "元"))]
    pub loss: Option<Number>,
    /// Value of output, yuan.
    #[schemars(title = "总产值", extend("x-unit" = "元"))]
    pub output: Option<Number>,
}

/// The rates.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Answer {
    /// Deaths per thousand people.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "千人死亡率", extend("x-unit" = "‰"))]
    pub deaths_per_thousand: Option<Number>,
    /// Serious injuries per thousand people.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "千人重伤率", extend("x-unit" = "‰"))]
    pub serious_per_thousand: Option<Number>,
    /// Injuries per million hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "百万工时伤害率")]
    pub injuries_per_million_hours: Option<Number>,
    /// Lost days per million hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "伤害严重率")]
    pub severity_rate: Option<Number>,
    /// Lost days per injury.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "伤害平均严重率", extend("x-unit" = "日/人"))]
    pub average_severity: Option<Number>,
    /// Loss in 万元 per thousand people.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "千人经济损失率", extend("x-unit" = "万元/千人"))]
    pub loss_per_thousand: Option<Number>,
    /// Loss in 万元 per million yuan of output.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "百万元产值经济损失率", extend("x-unit" = "万元/百万元"))]
    pub loss_per_million: Option<Number>,
}

/// Every rate whose figures are given.
///
/// # Errors
/// `missing` where no rate has both of its figures; `invalid` for negative figures and nothing to divide by; `not_in_force` before
/// 1987-02-01.
pub fn compute(at: &At<'_>, input: &Input) -> Result<Outcome<Answer>, Refusal> {
    if at.on < day(1987, 2, 1) {
        return Err(Refusal::not_in_force(format!("{} 尚无事故统计标准（1987-02-01 起）。", at.on)));
    }
    let mut steps = Vec::new();
    let wan = |value: Option<Number>| value.map(|value| Number(value.0 / Decimal::from(10_000)));
    let mut rate = |name: &str, above: Given<'_>, below: Given<'_>, times: i64, source: &str| {
        let (Some(top), Some(bottom)) = (above.0, below.0) else { return Ok(None) };
        for (value, given) in [(top, &above), (bottom, &below)] {
            if value.0 < Decimal::ZERO {
                return Err(Refusal::invalid(given.1, format!("{}不能为负。", given.2)));
            }
        }
        if bottom.0.is_zero() {
            return Err(Refusal::invalid(below.1, format!("{}应大于零。", below.2)));
        }
        let value = (top.0 * Decimal::from(times) / bottom.0)
            .round_dp_with_strategy(4, RoundingStrategy::MidpointAwayFromZero);
        steps.push(Step {
            certainty: Some(Certainty::Memory),
            ..Step::clause(
                source,
                format!(
                    "{name} = {} {top} ÷ {} {bottom} × {times} = {}",
                    above.2,
                    below.2,
                    value.normalize()
                ),
            )
        });
        Ok(Some(Number(value)))
    };
    let deaths = (input.deaths, "/deaths", "死亡人数");
    let serious = (input.serious, "/serious", "重伤人数");
    let injuries = (input.injuries, "/injuries", "伤害人次");
    let staff = (input.staff, "/staff", "平均职工人数");
    let hours = (input.hours, "/hours", "实际总工时");
    let lost = (input.lost_days, "/lost_days", "总损失工作日");
    let loss = (wan(input.loss), "/loss", "经济损失（万元）");
    let output = (wan(input.output), "/output", "总产值（万元）");
    let (old, money) = ("GB/T 6441-1986", "GB/T 6721-1986");
    let answer = Answer {
        deaths_per_thousand: rate("千人死亡率", deaths, staff, 1000, old)?,
        serious_per_thousand: rate("千人重伤率", serious, staff, 1000, old)?,
        injuries_per_million_hours: rate("百万工时伤害率", injuries, hours, 1_000_000, old)?,
        severity_rate: rate("伤害严重率", lost, hours, 1_000_000, old)?,
        average_severity: if injuries.0.is_some_and(|own| own.0.is_zero()) {
            None
        } else {
            rate("伤害平均严重率", lost, injuries, 1, old)?
        },
        loss_per_thousand: rate("千人经济损失率", loss, staff, 1000, money)?,
        loss_per_million: rate("百万元产值经济损失率", loss, output, 100, money)?,
    };
    if answer == Answer::default() {
        return Err(Refusal::missing("", "一项指标的分子和分母（如死亡人数和平均职工人数）"));
    }
    Ok(Outcome::new(answer, steps))
}

/// A figure, its pointer and its Chinese name.
type Given<'a> = (Option<Number>, &'a str, &'a str);

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn ask(input: Value) -> Result<Value, Refusal> {
        (RULE.run)(&At::nation("2020-01-01".parse().unwrap()), input).map(|outcome| outcome.value)
    }

    #[test]
    fn every_rate_whose_figures_are_given_is_worked_out() {
        let value = ask(json!({
            "deaths": 1, "serious": 2, "injuries": 6, "staff": 300, "hours": 600_000, "lost_days": 6500,
            "loss": "1500000", "output": "90000000",
        }))
        .unwrap();
        for (field, rate) in [
            ("deaths_per_thousand", "3.3333"),
            ("serious_per_thousand", "6.6667"),
            ("injuries_per_million_hours", "10"),
            ("severity_rate", "10833.3333"),
            ("average_severity", "1083.3333"),
            ("loss_per_thousand", "500"),
            ("loss_per_million", "1.6667"),
        ] {
            assert_eq!(value[field], rate, "{field}");
        }
        let one = ask(json!({"deaths": 0, "staff": 10})).unwrap();
        assert_eq!(one, json!({"deaths_per_thousand": "0"}));
        assert_eq!(ask(json!({"deaths": 1})).unwrap_err().code, "missing");
        assert_eq!(ask(json!({"deaths": 1, "staff": 0})).unwrap_err().pointer, "/staff");
        assert_eq!(ask(json!({"deaths": -1, "staff": 5})).unwrap_err().pointer, "/deaths");
    }
}
