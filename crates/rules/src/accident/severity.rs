//! How grave an injury is, 伤害程度, by lost workdays: light from 1, serious from 105, a death counts 6000 (GB/T 6441-1986). From 2026-07-01
//! the days are those of GB 15499-2025, whose bounds are not yet checked.

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{At, Number, Outcome, Refusal, law_table, one_of, rule};

law_table!(
    /// Lower bounds of lost workdays.
    TABLE, "injury-severity", "伤害程度", ["severity"]
);

rule!(
    /// The rule `injury-severity`.
    RULE, "injury-severity", "伤害程度", "事故", "GB/T 6441-1986、GB 15499-2025",
    Input, compute, [&TABLE], "2025-03-01", r#"{"lost_days":105}"#
);

one_of!(
    /// How grave an injury is.
    Severity {
        Below = "below" "不足轻伤",
        Light = "light" "轻伤",
        Serious = "serious" "重伤",
        Death = "death" "死亡（或永久性全失能）",
    }
);

/// Lost workdays.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Lost workdays of one person.
    #[schemars(title = "损失工作日", description = "一人的损失工作日", extend("x-unit" = "日"))]
    pub lost_days: Number,
}

/// The severity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Answer {
    /// How grave it is.
    #[schemars(title = "伤害程度")]
    pub severity: Severity,
}

/// The severity of an injury with so many lost workdays.
///
/// # Errors
/// `invalid` for a negative number; `not_in_force` before 1987-02-01.
pub fn compute(at: &At<'_>, input: &Input) -> Result<Outcome<Answer>, Refusal> {
    let days = input.lost_days.0;
    if days < Decimal::ZERO {
        return Err(Refusal::invalid("/lost_days", "损失工作日不能为负。"));
    }
    let rows = at.rows(&TABLE);
    let Some(lowest) = rows.iter().min_by_key(|row| row.decimal("days")) else {
        return Err(Refusal::not_in_force(format!("{} 尚无伤害程度标准（1987-02-01 起）。", at.on)));
    };
    let reached = rows
        .iter()
        .filter(|row| row.decimal("days").is_some_and(|bound| bound <= days))
        .max_by_key(|row| row.decimal("days"));
    let severity = reached
        .and_then(|row| Severity::ALL.iter().copied().find(|own| own.code() == row.get("severity")))
        .unwrap_or(Severity::Below);
    let row = reached.unwrap_or(lowest);
    let step = row.step(format!(
        "损失 {} 个工作日：{}（{} 日起为轻伤，105 日起为重伤）",
        days.normalize(),
        severity.label(),
        lowest.get("days")
    ));
    Ok(Outcome::new(Answer { severity }, vec![step]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bounds_belong_to_the_graver_class() {
        for on in ["2020-01-01", "2026-07-01"] {
            for (days, severity) in [
                ("0.5", Severity::Below),
                ("1", Severity::Light),
                ("104", Severity::Light),
                ("105", Severity::Serious),
                ("5999", Severity::Serious),
                ("6000", Severity::Death),
            ] {
                let input = Input { lost_days: Number(days.parse().unwrap()) };
                assert_eq!(
                    compute(&At::nation(on.parse().unwrap()), &input).unwrap().value.severity,
                    severity
                );
            }
        }
    }
}
