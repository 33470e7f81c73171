//! Penalties, 行政处罚: what a violation may cost, whether the party may ask for a hearing, whether it may be decided on the spot.
//!
//! 安全生产法 (2021) chapter 6 by violation (table `penalty-discretion`): what is ordered at first and what follows when it was not put right in time,
//! for the unit and for the person who answers for it. Within the frame of the law the circumstances choose a share of it (总局令第31号, table
//! `penalty-circumstance`). From what amount on a hearing may be asked for, and up to which amount an officer may decide on the spot, is in
//! `penalty-threshold` (行政处罚法 articles 51 and 63). A city lays its own bases of discretion over these rows.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use crate::{At, Outcome, Refusal, Row, Step, choice, law_table, rule};

law_table!(
    /// Violations with duty, basis and frame.
    TABLE, "penalty-discretion", "违法行为和处罚幅度", ["code", "stage"]
);
law_table!(
    /// Shares of the frame by circumstances.
    CIRCUMSTANCE, "penalty-circumstance", "处罚裁量情节", ["code"]
);
law_table!(
    /// Amounts from which on a hearing may be asked for, and up to which is decided on the spot.
    THRESHOLD, "penalty-threshold", "处罚数额界限", ["code", "party"]
);

rule!(
    /// The rule `penalty`.
    RULE, "penalty", "行政处罚裁量", "执法", "安全生产法（2021年）第六章、行政处罚法（2021年）、总局令第31号",
    Input, compute, [&TABLE, &CIRCUMSTANCE, &THRESHOLD], "2026-03-02", r#"{"violation":"no_training","stage":"overdue","circumstance":"ordinary"}"#
);

fn violations(_: &mut SchemaGenerator) -> Schema {
    choice::schema(&TABLE, "code", "name")
}

fn stages(_: &mut SchemaGenerator) -> Schema {
    choice::schema(&TABLE, "stage", "stage_name")
}

fn circumstances(_: &mut SchemaGenerator) -> Schema {
    choice::schema(&CIRCUMSTANCE, "code", "name")
}

/// Who is punished.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// The enterprise.
    #[default]
    #[schemars(title = "单位")]
    Unit,
    /// A person who answers for it.
    #[schemars(title = "个人")]
    Person,
}

impl Party {
    const fn code(self) -> &'static str {
        match self {
            Party::Unit => "unit",
            Party::Person => "person",
        }
    }
}

/// The question.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Which violation: code or Chinese name.
    #[schemars(title = "违法行为", description = "名称或者代码", schema_with = "violations")]
    pub violation: String,
    /// `first` or `overdue`.
    #[serde(default)]
    #[schemars(title = "阶段", description = "不填为责令改正时一并处罚", schema_with = "stages")]
    pub stage: Option<String>,
    /// `light`, `ordinary` or `heavy`.
    #[serde(default)]
    #[schemars(title = "情节", description = "不填则不分情节，给出法定幅度", schema_with = "circumstances")]
    pub circumstance: Option<String>,
    /// Who is punished.
    #[serde(default)]
    #[schemars(title = "当事人")]
    pub party: Party,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Frame {
    /// Code of the violation.
    #[schemars(title = "代码")]
    pub violation: String,
    /// Its name.
    #[schemars(title = "违法行为")]
    pub name: String,
    /// The duty that was violated.
    #[schemars(title = "违反的规定")]
    pub duty: String,
    /// The article by which it is punished.
    #[schemars(title = "处罚依据")]
    pub basis: String,
    /// Least fine that the law allows.
    #[schemars(title = "法定罚款下限", extend("x-unit" = "元"))]
    pub law_from: i64,
    /// Highest fine that the law allows; none where it names no fine.
    #[schemars(title = "法定罚款上限", extend("x-unit" = "元"))]
    pub law_to: i64,
    /// Least fine for these circumstances.
    #[schemars(title = "裁量罚款下限", extend("x-unit" = "元"))]
    pub from: i64,
    /// Highest fine for these circumstances.
    #[schemars(title = "裁量罚款上限", extend("x-unit" = "元"))]
    pub to: i64,
    /// What else is ordered.
    #[schemars(title = "其他处罚或者措施")]
    pub other: String,
    /// Fine from which on a hearing may be asked for.
    #[schemars(title = "告知听证权利的罚款", extend("x-unit" = "元"))]
    pub hearing_from: i64,
    /// Highest fine that may be decided on the spot.
    #[schemars(title = "当场处罚最高罚款", extend("x-unit" = "元"))]
    pub on_spot_to: i64,
}

/// An amount by which the procedure is chosen: `hearing` or `on_spot`.
///
/// # Errors
/// `not_in_force` on a day without one.
pub fn threshold<'a>(at: &At<'a>, code: &str, party: Party) -> Result<(i64, &'a Row), Refusal> {
    let rows = at.rows(&THRESHOLD);
    let found = rows.into_iter().find(|row| row.get("code") == code && row.get("party") == party.code());
    let row = found.ok_or_else(|| Refusal::not_in_force(format!("{} 没有这项数额界限。", at.on)))?;
    let amount =
        row.whole("amount").ok_or_else(|| Refusal::invalid("", "数额界限表该行没有数额，请管理员核对。"))?;
    Ok((amount, row))
}

/// What a violation may cost.
///
/// # Errors
/// `unknown` violation, stage or circumstance; `not_in_force` before the law of 2021.
pub fn compute(at: &At<'_>, input: &Input) -> Result<Outcome<Frame>, Refusal> {
    let rows = choice::rows(at, &TABLE, ("code", "name"), "/violation", "违法行为", &input.violation)?;
    let stage = input.stage.as_deref().map(str::trim).filter(|stage| !stage.is_empty()).unwrap_or("first");
    let staged = rows.iter().find(|row| row.get("stage") == stage || row.get("stage_name") == stage);
    let row = staged.ok_or_else(|| {
        Refusal::unknown(
            "/stage",
            format!("“{}”没有这一阶段的罚则。", rows.first().map_or("", |row| row.get("name"))),
        )
    })?;
    let party = input.party.code();
    let amount = |end: &str| row.whole(&format!("{party}_{end}")).unwrap_or_default();
    let (law_from, law_to) = (amount("from"), amount("to"));
    let fined = if law_to == 0 {
        "没有罚款".to_string()
    } else {
        format!("罚款 {law_from} 元至 {law_to} 元")
    };
    let mut steps = vec![row.step(format!("{}（{}）：{fined}", row.get("name"), row.get("stage_name")))];
    let (mut from, mut to) = (law_from, law_to);
    if let Some(circumstance) = input.circumstance.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        let shares =
            choice::rows(at, &CIRCUMSTANCE, ("code", "name"), "/circumstance", "情节", circumstance)?;
        if let Some(share) = shares.first() {
            let part = |end: &str| (law_to - law_from) * share.whole(end).unwrap_or_default() / 100;
            (from, to) = (law_from + part("from_percent"), law_from + part("to_percent"));
            steps.push(share.step(format!("{}：罚款 {from} 元至 {to} 元", share.get("name"))));
        }
    }
    let (hearing_from, hearing) = threshold(at, "hearing", input.party)?;
    steps.push(hearing.step(format!("罚款 {hearing_from} 元以上的，应当告知听证权利")));
    let (on_spot_to, on_spot) = threshold(at, "on_spot", input.party)?;
    steps.push(on_spot.step(format!("罚款 {on_spot_to} 元以下的，可以当场处罚")));
    if row.get("other").contains("停产停业") {
        steps.push(Step::clause("行政处罚法（2021年）第六十三条", "责令停产停业的，应当告知听证权利"));
    }
    let frame = Frame {
        violation: row.get("code").into(),
        name: row.get("name").into(),
        duty: row.get("duty").into(),
        basis: row.get("basis").into(),
        law_from,
        law_to,
        from,
        to,
        other: row.get("other").into(),
        hearing_from,
        on_spot_to,
    };
    Ok(Outcome::new(frame, steps))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(day: &str, stage: &str, circumstance: Option<&str>, party: Party) -> Frame {
        let input = Input {
            violation: "no_training".into(),
            stage: Some(stage.into()),
            circumstance: circumstance.map(Into::into),
            party,
        };
        compute(&At::nation(day.parse().unwrap()), &input).unwrap().value
    }

    #[test]
    fn what_was_not_put_right_in_time_costs_more_and_the_person_answers_too() {
        let first = of("2026-03-02", "first", None, Party::Unit);
        assert_eq!((first.from, first.to), (0, 100_000));
        let late = of("2026-03-02", "overdue", None, Party::Unit);
        assert_eq!((late.law_from, late.law_to), (100_000, 200_000));
        assert!(late.other.contains("停产停业整顿"));
        let person = of("2026-03-02", "overdue", None, Party::Person);
        assert_eq!((person.from, person.to), (20_000, 50_000));
    }

    #[test]
    fn the_circumstances_choose_a_share_of_the_frame_of_the_law() {
        let of = |circumstance: &str| of("2026-03-02", "overdue", Some(circumstance), Party::Unit);
        for (circumstance, from, to) in
            [("light", 100_000, 130_000), ("一般", 130_000, 170_000), ("heavy", 170_000, 200_000)]
        {
            let frame = of(circumstance);
            assert_eq!((frame.from, frame.to), (from, to), "{circumstance}");
        }
    }

    #[test]
    fn the_amounts_of_the_procedure_follow_the_day_and_the_party() {
        let of = |day: &str, code: &str, party| {
            threshold(&At::nation(day.parse().unwrap()), code, party).unwrap().0
        };
        assert_eq!(of("2021-07-14", "on_spot", Party::Unit), 1000);
        assert_eq!(of("2021-07-15", "on_spot", Party::Unit), 3000);
        assert_eq!(of("2021-07-15", "on_spot", Party::Person), 200);
        assert_eq!(of("2012-01-01", "hearing", Party::Unit), 30_000);
        assert_eq!(of("2026-01-01", "hearing", Party::Unit), 50_000);
    }
}
