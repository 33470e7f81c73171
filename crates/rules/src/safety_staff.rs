//! Safety staff, 安全管理人员配备: the safety body or full-time staff of 安全生产法 (2002-11-01: from 300 people up; 2014-12-01: from 100 up;
//! trades of high risk always), registered safety engineers, and in Guangdong the registered safety director (table `safety-staff`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{At, Outcome, Refusal, Row, law_table, rule, trade, trade::Trade};

law_table!(
    /// Duties by trade and number of people.
    TABLE, "safety-staff", "安全管理人员配备", ["duty", "trades", "over", "up_to"]
);

rule!(
    /// The rule `safety-staff`.
    RULE, "safety-staff", "安全管理人员配备", "教育培训", "安全生产法、总局令第11号、广东省规定",
    Input, required, [&TABLE], "2026-01-01", r#"{"trade":"other","staff":120}"#
);

/// Which enterprise.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Its trade.
    #[serde(default, alias = "sector")]
    #[schemars(title = "行业", description = "不填为其他行业")]
    pub trade: Trade,
    /// People at work.
    #[serde(default, deserialize_with = "crate::number::optional_count")]
    #[schemars(title = "从业人员数", extend("x-unit" = "人"))]
    pub staff: Option<u32>,
}

/// What it must have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Duty {
    /// safety_management, registered_engineer, safety_director.
    #[schemars(title = "事项代码")]
    pub duty: String,
    /// The same in Chinese.
    #[schemars(title = "事项")]
    pub name: String,
    /// What is required.
    #[schemars(title = "要求")]
    pub requirement: String,
    /// Least number of people.
    #[schemars(title = "最少人数", extend("x-unit" = "人"))]
    pub count: i64,
    /// Whether a body or full-time people are needed.
    #[schemars(title = "须设机构或者专职")]
    pub full_time: bool,
    /// Document and clause.
    #[schemars(title = "依据")]
    pub source: String,
}

/// The staff that the law asks for.
///
/// # Errors
/// `missing` number of people where the duty turns on it.
pub fn required(at: &At<'_>, input: &Input) -> Result<Outcome<Vec<Duty>>, Refusal> {
    let rows = at.rows(&TABLE);
    if rows.is_empty() {
        return Err(Refusal::not_in_force(format!("{} 没有安全管理人员配备的规定。", at.on)));
    }
    let mut duties: Vec<&str> = Vec::new();
    for row in &rows {
        if !duties.contains(&row.get("duty")) {
            duties.push(row.get("duty"));
        }
    }
    let (mut value, mut steps) = (Vec::new(), Vec::new());
    for duty in duties {
        let own: Vec<&Row> = rows.iter().copied().filter(|row| row.get("duty") == duty).collect();
        for row in trade::narrow(own, input.trade) {
            let (over, up_to) = (row.whole("over"), row.whole("up_to"));
            let staff = match (input.staff, over.or(up_to)) {
                (None, Some(_)) => return Err(Refusal::missing("/staff", "从业人员数")),
                (staff, _) => i64::from(staff.unwrap_or_default()),
            };
            if over.is_some_and(|over| staff <= over) || up_to.is_some_and(|up_to| staff > up_to) {
                continue;
            }
            let limit = match (over, up_to) {
                (Some(over), _) => format!("从业人员 {staff} 人（多于 {over} 人）"),
                (None, Some(up_to)) => format!("从业人员 {staff} 人（不多于 {up_to} 人）"),
                (None, None) => "不论人数".to_string(),
            };
            steps.push(row.step(format!("{}，{limit}：{}", input.trade.label(), row.get("requirement"))));
            let requirement = row.get("requirement");
            value.push(Duty {
                duty: duty.to_string(),
                name: row.get("duty_name").to_string(),
                requirement: requirement.to_string(),
                count: row.whole("count").unwrap_or(1),
                full_time: requirement.contains("专职") && !requirement.contains("兼职"),
                source: row.get("source").to_string(),
            });
        }
    }
    Ok(Outcome::new(value, steps))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full_time(day: &str, trade: Trade, staff: u32) -> bool {
        let input = Input { trade, staff: Some(staff) };
        let duties = required(&At::nation(day.parse().unwrap()), &input).unwrap().value;
        duties.iter().find(|duty| duty.duty == "safety_management").unwrap().full_time
    }

    /// rules.md 8: over 300 until 2014-11-30, over 100 from 2014-12-01; high-risk trades always.
    #[test]
    fn the_threshold_is_300_and_from_december_2014_100() {
        assert!(!full_time("2014-11-30", Trade::Other, 300));
        assert!(full_time("2014-11-30", Trade::Other, 301));
        assert!(!full_time("2014-12-01", Trade::Other, 100));
        assert!(full_time("2014-12-01", Trade::Other, 101));
        assert!(full_time("2005-01-01", Trade::NonCoalMine, 5));
        assert!(!full_time("2014-11-30", Trade::MetalSmelting, 50));
        assert!(full_time("2014-12-01", Trade::MetalSmelting, 50));
        assert!(!full_time("2021-08-31", Trade::OtherTransport, 50));
        assert!(full_time("2021-09-01", Trade::OtherTransport, 50));
    }

    /// rules.md 8: Guangdong, under 300 one full or part time, 300 to 500 one full time, above: number not known.
    #[test]
    fn guangdong_asks_for_a_safety_director() {
        for (staff, full_time) in [(299, false), (300, true), (500, true), (501, true)] {
            let at = At { region: "440507", ..At::nation("2010-01-01".parse().unwrap()) };
            let outcome = required(&at, &Input { trade: Trade::Other, staff: Some(staff) }).unwrap();
            let duty = outcome.value.iter().find(|duty| duty.duty == "safety_director").unwrap();
            assert_eq!(duty.full_time, full_time, "{staff}");
        }
        let nation = required(
            &At::nation("2010-01-01".parse().unwrap()),
            &Input { trade: Trade::Other, staff: Some(9) },
        );
        assert!(nation.unwrap().value.iter().all(|duty| duty.duty != "safety_director"));
    }

    #[test]
    fn the_number_of_people_is_asked_for_where_it_decides() {
        let at = At::nation("2026-01-01".parse().unwrap());
        assert_eq!(required(&at, &Input::default()).unwrap_err().pointer, "/staff");
        assert!(required(&at, &Input { trade: Trade::CoalMine, staff: None }).is_ok());
    }
}
