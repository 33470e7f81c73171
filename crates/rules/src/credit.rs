//! Lists of bad faith in work safety, 安全生产失信名单: on what grounds an enterprise or person is listed, for how long, and how it comes off again.
//!
//! No national list before 2015. 安委办〔2015〕14号, 安监总办〔2017〕49号 (2017-05-09 to 2023-09-30: ten grounds of joint
//! punishment, the blacklist for the gravest, one year), 应急管理部令第11号 (from 2023-10-01: nine grounds, three years, early removal after
//! twelve months). The regime is the one of the day of listing.

use chrono::NaiveDate;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use crate::{
    At, Outcome, Refusal, Row, Step, choice, law_table, legal_limit::months, rule, working_days::shift,
};

law_table!(
    /// Lists and periods.
    REGIMES, "credit-regime", "安全生产失信名单制度", ["list"]
);
law_table!(
    /// Grounds.
    GROUNDS, "credit-ground", "安全生产失信列入情形", ["code", "group"]
);

rule!(
    /// The rule `credit-sanction`.
    RULE, "credit-sanction", "安全生产失信名单", "信用", "应急管理部令第11号、安监总办〔2017〕49号、安委办〔2015〕14号",
    Input, sanction, [&REGIMES, &GROUNDS], "2025-06-01", r#"{"grounds":["concealed"],"listed_on":"2024-03-01"}"#
);

fn grounds(_: &mut SchemaGenerator) -> Schema {
    schemars::json_schema!({ "type": "array", "items": choice::schema(&GROUNDS, "code", "text") })
}

/// What was done.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Grounds: codes or their words.
    #[serde(default)]
    #[schemars(title = "失信情形", schema_with = "grounds")]
    pub grounds: Vec<String>,
    /// 重大 and 特别重大 liable accidents.
    #[serde(default, deserialize_with = "crate::number::count")]
    #[schemars(title = "重大以上责任事故起数", extend("x-unit" = "起"))]
    pub major_accidents: u32,
    /// 较大 liable accidents in twelve months.
    #[serde(default, deserialize_with = "crate::number::count")]
    #[schemars(title = "十二个月内较大责任事故起数", extend("x-unit" = "起"))]
    pub greater_accidents: u32,
    /// Fatal 一般 liable accidents in twelve months.
    #[serde(default, deserialize_with = "crate::number::count")]
    #[schemars(title = "十二个月内死亡一般责任事故起数", extend("x-unit" = "起"))]
    pub fatal_general_accidents: u32,
    /// Day of the decision or publication.
    #[schemars(title = "列入（公布）日期", description = "已列入的填写，用以计算期限")]
    pub listed_on: Option<NaiveDate>,
}

/// A ground that holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Ground {
    /// Code.
    #[schemars(title = "情形代码")]
    pub code: String,
    /// Words.
    #[schemars(title = "情形")]
    pub text: String,
    /// Who is listed.
    #[schemars(title = "列入对象")]
    pub who: String,
    /// Whether it leads to the list, not to joint punishment alone.
    #[schemars(title = "列入名单")]
    pub listed: bool,
    /// Document and clause.
    #[schemars(title = "依据")]
    pub source: String,
}

/// The sanction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Sanction {
    /// Name of the list.
    #[schemars(title = "名单")]
    pub list: String,
    /// Whether a ground leads to the list.
    #[schemars(title = "是否应当列入名单")]
    pub listed: bool,
    /// Whether a ground leads to joint punishment.
    #[schemars(title = "是否联合惩戒")]
    pub joint_punishment: bool,
    /// The grounds that hold.
    #[schemars(title = "成立的情形")]
    pub grounds: Vec<Ground>,
    /// How long.
    #[schemars(title = "管理期限", extend("x-unit" = "月"))]
    pub term_months: Option<i64>,
    /// Last day on the list.
    #[schemars(title = "期满日")]
    pub ends_on: Option<NaiveDate>,
    /// First day on which removal may be asked for before the end.
    #[schemars(title = "可申请移出之日")]
    pub removal_from: Option<NaiveDate>,
    /// How it comes off.
    #[schemars(title = "移出条件")]
    pub removal: String,
    /// not_listed, listed, removable, ended; on the day asked for.
    #[schemars(
        title = "计算日状态代码",
        description = "not_listed 未列入，listed 在列，removable 可申请移出，ended 期满"
    )]
    pub state: String,
}

/// On what grounds, for how long.
///
/// # Errors
/// `not_in_force` before 2015; `unknown` ground.
pub fn sanction(at: &At<'_>, input: &Input) -> Result<Outcome<Sanction>, Refusal> {
    let then = At { on: input.listed_on.unwrap_or(at.on), ..*at };
    let regime = then.row(&REGIMES, &[("list", "list")]).ok_or_else(|| {
        Refusal::not_in_force(format!(
            "{} 没有全国性的安全生产失信名单制度（始于 2015 年）；地方另有规定的由管理员补录。",
            then.on
        ))
    })?;
    let mut rows: Vec<&Row> = Vec::new();
    for (place, text) in input.grounds.iter().enumerate() {
        let pointer = format!("/grounds/{place}");
        rows.extend(choice::rows(&then, &GROUNDS, ("code", "text"), &pointer, "失信情形", text)?);
    }
    let counts = [
        ("major_accidents", input.major_accidents),
        ("greater_accidents", input.greater_accidents),
        ("fatal_general_accidents", input.fatal_general_accidents),
    ];
    for row in then.rows(&GROUNDS) {
        let count =
            counts.iter().find(|(fact, _)| *fact == row.get("fact")).map(|(_, count)| i64::from(*count));
        let reached = count.zip(row.whole("min")).is_some_and(|(count, least)| count >= least);
        if reached && !rows.iter().any(|own| own.line == row.line) {
            rows.push(row);
        }
    }
    let mut steps = vec![regime.step(format!("适用制度：{}", regime.get("name")))];
    let grounds: Vec<Ground> = rows
        .iter()
        .map(|row| {
            let listed = row.get("group") == "list";
            let effect = if listed { "列入名单" } else { "联合惩戒" };
            steps.push(row.step(format!("{}：{effect}（{}）", row.get("text"), row.get("who"))));
            Ground {
                code: row.get("code").to_string(),
                text: row.get("text").to_string(),
                who: row.get("who").to_string(),
                listed,
                source: row.get("source").to_string(),
            }
        })
        .collect();
    let listed = grounds.iter().any(|ground| ground.listed);
    if grounds.is_empty() {
        steps.push(regime.step("没有成立的失信情形，不列入"));
    }
    let term_months = regime.whole("term_months");
    let (mut ends_on, mut removal_from) = (None, None);
    if let (Some(day), Some(term)) = (input.listed_on, term_months) {
        let end = shift(months(day, term)?, -1)?;
        steps.push(regime.step(format!("自 {day} 起 {term} 个月，至 {end}")));
        ends_on = Some(end);
        removal_from = match (regime.whole("apply_days"), regime.whole("early_months")) {
            (Some(days), _) => Some(shift(end, 1 - days)?),
            (_, Some(early)) => Some(months(day, early)?),
            _ => None,
        };
        if let Some(from) = removal_from {
            steps.push(regime.step(format!("{from} 起可以申请移出：{}", regime.get("removal"))));
        }
    }
    let state = match (input.listed_on, ends_on) {
        (Some(day), Some(end)) if at.on >= day => {
            if at.on > end {
                "ended"
            } else if removal_from.is_some_and(|from| at.on >= from) {
                "removable"
            } else {
                "listed"
            }
        }
        _ => "not_listed",
    };
    if let Some(end) = ends_on {
        let said = match state {
            "ended" => format!("{} 已期满（{end}），应当移出", at.on),
            "removable" => format!("{} 在列，可以申请移出", at.on),
            "listed" => format!("{} 在列", at.on),
            _ => format!("{} 尚未列入", at.on),
        };
        steps.push(Step::plain(said));
    }
    let value = Sanction {
        list: regime.get("name").to_string(),
        listed,
        joint_punishment: !grounds.is_empty(),
        grounds,
        term_months,
        ends_on,
        removal_from,
        removal: regime.get("removal").to_string(),
        state: state.to_string(),
    };
    Ok(Outcome::new(value, steps))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn asked(on: &str, input: &Input) -> Sanction {
        sanction(&At::nation(day(on)), input).unwrap().value
    }

    fn listed(on: &str) -> Input {
        Input { grounds: vec!["concealed".into()], listed_on: Some(day(on)), ..Input::default() }
    }

    /// rules.md 14: one year under 49号, three years under 部令11号, with removal from 12 months on.
    #[test]
    fn the_regime_of_the_day_of_listing_sets_the_period() {
        let old = asked("2024-01-01", &listed("2023-09-30"));
        assert_eq!((old.ends_on, old.removal_from), (Some(day("2024-09-29")), Some(day("2024-08-31"))));
        assert_eq!(old.state, "listed");
        let new = asked("2024-09-30", &listed("2023-10-01"));
        assert_eq!((new.ends_on, new.removal_from), (Some(day("2026-09-30")), Some(day("2024-10-01"))));
        assert_eq!(new.state, "listed");
        assert_eq!(asked("2024-10-01", &listed("2023-10-01")).state, "removable");
        assert_eq!(asked("2026-10-01", &listed("2023-10-01")).state, "ended");
    }

    #[test]
    fn counts_of_accidents_bring_grounds_about() {
        let one = Input { greater_accidents: 1, ..Input::default() };
        assert!(!asked("2024-01-01", &one).listed);
        assert!(asked("2018-01-01", &one).joint_punishment && !asked("2018-01-01", &one).listed);
        let two = Input { greater_accidents: 2, ..Input::default() };
        assert!(asked("2024-01-01", &two).listed && asked("2018-01-01", &two).listed);
        assert!(asked("2024-01-01", &Input { major_accidents: 1, ..Input::default() }).listed);
        let fatal = Input { fatal_general_accidents: 3, ..Input::default() };
        assert!(asked("2018-01-01", &fatal).joint_punishment);
    }

    /// 49号: ten grounds of joint punishment (the first splits in two counts); 部令11号: nine.
    #[test]
    fn the_grounds_are_complete() {
        let count = |on: &str, group: &str| {
            At::nation(day(on)).rows(&GROUNDS).iter().filter(|row| row.get("group") == group).count()
        };
        assert_eq!((count("2018-01-01", "joint"), count("2024-01-01", "list")), (11, 9));
    }

    #[test]
    fn before_2015_there_was_no_national_list() {
        let refusal = sanction(&At::nation(day("2005-06-01")), &Input::default()).unwrap_err();
        assert_eq!(refusal.code, "not_in_force");
        let wrong = Input { grounds: vec!["no_such".into()], ..Input::default() };
        assert_eq!(sanction(&At::nation(day("2024-01-01")), &wrong).unwrap_err().pointer, "/grounds/0");
    }
}
