//! What a monitoring point begins with, 监测点默认值: unit, alarm limits, dead band, delay, interval and plausible range by what it measures.
//!
//! Limits of gas detectors follow GB/T 50493-2019 clause 5.5.2 (from 2020-01-01); what is to be measured follows 安监总局令第40号 article 13 and AQ
//! 3035-2010. Temperature, pressure, level and flow have no limits of their own here: they are those of the design documents.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use crate::{At, Number, Outcome, Refusal, choice, law_table, rule};

law_table!(
    /// Defaults by kind.
    TABLE, "monitor-point", "监测点默认值", ["kind"]
);

rule!(
    /// The rule `monitor-point`.
    RULE, "monitor-point", "监测点默认值", "重大危险源", "安监总局令第40号、AQ 3035-2010、GB/T 50493-2019", Input, defaults, [&TABLE],
    "2026-01-01", r#"{"kind":"combustible_gas"}"#
);

fn kinds(_: &mut SchemaGenerator) -> Schema {
    choice::schema(&TABLE, "kind", "name")
}

/// A point.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "监测点")]
pub struct Input {
    /// What it measures.
    #[schemars(title = "监测项目", schema_with = "kinds")]
    pub kind: String,
}

/// What it begins with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(title = "监测点默认值")]
pub struct Defaults {
    /// Code of the kind.
    #[schemars(title = "监测项目")]
    pub kind: String,
    /// Unit; empty where nothing is measured.
    #[schemars(title = "单位")]
    pub unit: String,
    /// Low limit, level 1.
    #[schemars(title = "低限")]
    pub low: Option<Number>,
    /// High limit, level 1.
    #[schemars(title = "高限（一级报警）")]
    pub high: Option<Number>,
    /// High limit, level 2.
    #[schemars(title = "高高限（二级报警）")]
    pub high_high: Option<Number>,
    /// By how much a value must come back before an alarm ends.
    #[schemars(title = "回差")]
    pub hysteresis: Option<Number>,
    /// Seconds that a limit is passed before it is an alarm.
    #[schemars(title = "报警延时", extend("x-unit" = "秒"))]
    pub delay_s: Option<Number>,
    /// Seconds between two readings.
    #[schemars(title = "上传间隔", extend("x-unit" = "秒"))]
    pub interval_s: Option<Number>,
    /// Lowest value that can be true.
    #[schemars(title = "量程下限")]
    pub range_low: Option<Number>,
    /// Highest value that can be true.
    #[schemars(title = "量程上限")]
    pub range_high: Option<Number>,
    /// Document and clause.
    #[schemars(title = "依据")]
    pub basis: String,
}

/// What a point of that kind begins with.
///
/// # Errors
/// `unknown` for a kind that the table does not have, `not_in_force` for one it does not have on that day.
pub fn defaults(at: &At<'_>, input: &Input) -> Result<Outcome<Defaults>, Refusal> {
    let rows = choice::rows(at, &TABLE, ("kind", "name"), "/kind", "监测项目", &input.kind)?;
    let row = rows.first().ok_or_else(|| Refusal::missing("/kind", "监测项目"))?;
    let number = |column: &str| row.decimal(column).map(Number::from);
    let value = Defaults {
        kind: row.get("kind").to_string(),
        unit: row.get("unit").to_string(),
        low: number("low"),
        high: number("high"),
        high_high: number("high_high"),
        hysteresis: number("hysteresis"),
        delay_s: number("delay_s"),
        interval_s: number("interval_s"),
        range_low: number("range_low"),
        range_high: number("range_high"),
        basis: row.get("source").to_string(),
    };
    let said = match (value.high, value.high_high) {
        (Some(first), Some(second)) => {
            format!(
                "{}：一级报警 {first} {unit}，二级报警 {second} {unit}",
                row.get("name"),
                unit = value.unit
            )
        }
        (Some(first), None) => format!("{}：一级报警 {first} {}", row.get("name"), value.unit),
        _ => format!("{}：报警限按设计文件填写", row.get("name")),
    };
    Ok(Outcome::new(value, vec![row.step(said)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: &str) -> Defaults {
        let at = At::nation("2026-01-01".parse().unwrap());
        defaults(&at, &Input { kind: kind.into() }).unwrap().value
    }

    #[test]
    fn gas_begins_with_the_limits_of_the_standard_and_a_vessel_with_none() {
        let gas = of("combustible_gas");
        assert_eq!((gas.high, gas.high_high), (Some(25.into()), Some(50.into())));
        assert_eq!(of("有毒气体").high_high, Some(200.into()));
        assert_eq!(of("pressure").high, None);
        assert_eq!(of("video").unit, "");
        let at = At::nation("2026-01-01".parse().unwrap());
        assert_eq!(defaults(&at, &Input { kind: "noise".into() }).unwrap_err().pointer, "/kind");
    }
}
