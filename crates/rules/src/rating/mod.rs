//! Rating of enterprises, 安全评价等级: points from facts, vetoes, a grade with its colour, and how often the enterprise is inspected.
//!
//! 安全生产法 art. 62 asks for inspection by class and grade; no national formula exists. A scheme is four tables: `rating-scheme`, `rating-indicator`,
//! `rating-veto`, `rating-grade`. The shipped default `anjian` is Anjian's own, put together from published practice (each source is
//! in its rows): thresholds of Guangdong's thousand points, frequencies of the practice for small enterprises of about 2010, vetoes of the
//! four-level schemes of Shenzhen's kind and of Liaocheng 2013. Other published schemes are there by name; a city changes a weight or prefers a
//! scheme by rows of its own. Points that a fact could not win because it was not given are lost and say so.
//!
//! For many enterprises prepare a [`Scheme`] once and call [`Scheme::rate`].

mod fact;
mod scheme;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use rust_decimal::{Decimal, RoundingStrategy};
use schemars::JsonSchema;
use scheme::Effect;
pub use scheme::{Line, Scheme, Verdict};
use serde::{Deserialize, Serialize};

use crate::{At, Number, Outcome, Refusal, law_table, rule};
pub use fact::Fact;
use fact::{fact_schema, schemes};

law_table!(
    /// Schemes.
    SCHEMES, "rating-scheme", "评级方案", ["scheme"]
);
law_table!(
    /// Points.
    INDICATORS, "rating-indicator", "评级指标", ["scheme", "code", "value"]
);
law_table!(
    /// Vetoes.
    VETOES, "rating-veto", "评级否决与降级项", ["scheme", "code"]
);
law_table!(
    /// Grades.
    GRADES, "rating-grade", "评级等级与检查频次", ["scheme", "grade"]
);

rule!(
    /// The rule `rating`.
    RULE, "rating", "企业安全评价分级", "评定", "安全生产法第六十二条及各地分级办法",
    Input, assess, [&SCHEMES, &INDICATORS, &VETOES, &GRADES], "2026-01-01",
    r#"{"facts":{"standardization_level":"2","archive_completeness":"92.5","permits_valid":true,"deaths_1y":0,"penalties_1y":1}}"#
);

/// The enterprise.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Which scheme: code or Chinese name.
    #[serde(default)]
    #[schemars(title = "评级方案", description = "不填为本地指定方案", schema_with = "schemes")]
    pub scheme: String,
    /// Its facts by name; per cent as 92.5.
    #[serde(default)]
    #[schemars(title = "情况", description = "各指标的事实，未填的不得分", schema_with = "fact_schema")]
    pub facts: BTreeMap<String, Fact>,
}

/// What a line came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// All points.
    #[schemars(title = "得满分")]
    Won,
    /// Some.
    #[schemars(title = "部分得分")]
    Partly,
    /// None.
    #[schemars(title = "失分")]
    Lost,
    /// The fact was not given.
    #[schemars(title = "情况未填")]
    Unknown,
    /// Does not count for this enterprise.
    #[schemars(title = "不适用")]
    NotApplicable,
}

/// A line of the rating.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Points {
    /// Code of the indicator.
    #[schemars(title = "指标代码")]
    pub code: String,
    /// Its name.
    #[schemars(title = "指标")]
    pub name: String,
    /// The fact behind it.
    #[schemars(title = "依据的情况代码")]
    pub fact: String,
    /// What was given.
    #[schemars(title = "情况")]
    pub given: Option<String>,
    /// Points to be won.
    #[schemars(title = "满分", extend("x-unit" = "分"))]
    pub points: Number,
    /// Points won.
    #[schemars(title = "得分", extend("x-unit" = "分"))]
    pub won: Number,
    /// Points lost.
    #[schemars(title = "失分", extend("x-unit" = "分"))]
    pub lost: Number,
    /// What the line came to.
    #[schemars(title = "结果")]
    pub state: State,
}

/// A veto that holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Overruled {
    /// Code of the veto.
    #[schemars(title = "否决项代码")]
    pub code: String,
    /// Its name.
    #[schemars(title = "否决项")]
    pub name: String,
    /// What was given.
    #[schemars(title = "情况")]
    pub given: String,
    /// What it does.
    #[schemars(title = "后果")]
    pub effect: String,
}

/// The rating.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Assessment {
    /// Code of the scheme.
    #[schemars(title = "方案代码")]
    pub scheme: String,
    /// Its name.
    #[schemars(title = "方案")]
    pub scheme_name: String,
    /// Where it comes from.
    #[schemars(title = "方案来源")]
    pub origin: String,
    /// The score, two decimals.
    #[schemars(title = "得分", extend("x-unit" = "分"))]
    pub score: Number,
    /// The full mark.
    #[schemars(title = "满分", extend("x-unit" = "分"))]
    pub full: Number,
    /// The grade.
    #[schemars(title = "等级")]
    pub grade: String,
    /// The grade by points alone.
    #[schemars(title = "按得分的等级")]
    pub grade_by_score: String,
    /// red, orange, yellow, blue.
    #[schemars(title = "颜色代码")]
    pub colour: String,
    /// The same in Chinese.
    #[schemars(title = "颜色")]
    pub colour_name: String,
    /// Least inspections a year.
    #[schemars(title = "每年至少检查次数", extend("x-unit" = "次"))]
    pub checks_per_year: Option<i64>,
    /// The same in words.
    #[schemars(title = "检查频次")]
    pub frequency: String,
    /// Every line.
    #[schemars(title = "得分明细")]
    pub lines: Vec<Points>,
    /// The vetoes that hold.
    #[schemars(title = "否决与降级")]
    pub vetoes: Vec<Overruled>,
    /// Facts not given.
    #[schemars(title = "未填的情况")]
    pub unknown: Vec<String>,
}

/// Rates one enterprise and says why.
///
/// # Errors
/// `unknown` scheme or fact; `invalid` for a fact that its line cannot read.
pub fn assess(at: &At<'_>, input: &Input) -> Result<Outcome<Assessment>, Refusal> {
    let scheme = Scheme::of(at, &input.scheme)?;
    let mut facts: Vec<Option<Fact>> = vec![None; scheme.facts().len()];
    for (name, fact) in &input.facts {
        let pointer = format!("/facts/{name}");
        let known = |table: &crate::Table| {
            table.rows.get().is_some_and(|rows| {
                rows.rows.iter().any(|row| row.get("fact") == name || row.get("applies") == name)
            })
        };
        match scheme.facts().iter().position(|own| own == name) {
            Some(at) => {
                facts[at] = Some(match fact {
                    Fact::Word(text) => Fact::of(text),
                    other => other.clone(),
                })
            }
            // another scheme's fact does no harm: the register gives them all
            None if known(&INDICATORS) || known(&VETOES) => continue,
            None => {
                let names = scheme.facts().join("、");
                return Err(Refusal::unknown(
                    pointer,
                    format!("方案“{}”没有情况“{name}”，可填 {names}。", scheme.row.get("name")),
                ));
            }
        }
    }
    for indicator in &scheme.indicators {
        if let Some(fact) = &facts[indicator.fact]
            && !indicator.reads(fact)
        {
            let row = indicator.row;
            return Err(Refusal::invalid(
                format!("/facts/{}", row.get("fact")),
                format!("“{}”的情况“{fact}”无法读取，请按该指标填写。", row.get("name")),
            ));
        }
    }
    let mut lines = Vec::new();
    let verdict = scheme.rate(&facts, &mut lines);
    Ok(explain(&scheme, &facts, &lines, verdict))
}

fn explain(
    scheme: &Scheme<'_>,
    facts: &[Option<Fact>],
    lines: &[Line],
    verdict: Verdict,
) -> Outcome<Assessment> {
    let mut steps = vec![scheme.row.step(format!("采用方案：{}", scheme.row.get("name")))];
    let (mut points, mut unknown) = (Vec::new(), Vec::new());
    for (indicator, line) in scheme.indicators.iter().zip(lines) {
        let row = indicator.row;
        let given = facts[indicator.fact].as_ref().map(Fact::to_string);
        let state = match line {
            Line { applies: false, .. } => State::NotApplicable,
            Line { known: false, .. } => State::Unknown,
            line if line.won >= line.points => State::Won,
            line if line.won > Decimal::ZERO => State::Partly,
            _ => State::Lost,
        };
        let lost = if line.applies { (line.points - line.won).max(Decimal::ZERO) } else { Decimal::ZERO };
        let why = match (&given, state) {
            (_, State::NotApplicable) => "不适用，不计".to_string(),
            (None, _) => "情况未填，不得分".to_string(),
            (Some(given), _) => format!("情况为 {given}"),
        };
        if state == State::Unknown {
            unknown.push(row.get("fact").to_string());
        }
        steps.push(row.step(format!(
            "{}：{why}，得 {} 分，失 {} 分",
            row.get("name"),
            Number(line.won),
            Number(lost)
        )));
        points.push(Points {
            code: row.get("code").to_string(),
            name: row.get("name").to_string(),
            fact: row.get("fact").to_string(),
            given,
            points: Number(line.points),
            won: Number(line.won),
            lost: Number(lost),
            state,
        });
    }
    let score = verdict.score.round_dp_with_strategy(2, RoundingStrategy::ToZero);
    let reached = &scheme.grades[verdict.by_score];
    steps.push(reached.row.step(format!(
        "得分 {}（满分 {}），达到 {} 级（{} 分以上）",
        Number(score),
        Number(scheme.full),
        reached.row.get("grade"),
        reached.min
    )));
    let mut vetoes = Vec::new();
    for (_, veto) in scheme.vetoes.iter().enumerate().filter(|(at, _)| verdict.vetoes >> at & 1 == 1) {
        let effect = match veto.effect {
            Effect::Floor(place) => format!("等级不高于 {}", scheme.grade(place)),
            Effect::Down(steps) => format!("降 {steps} 级"),
        };
        let given = facts[veto.fact].as_ref().map(Fact::to_string).unwrap_or_default();
        steps.push(veto.row.step(format!("{}（{given}）：{effect}", veto.row.get("name"))));
        vetoes.push(Overruled {
            code: veto.row.get("code").to_string(),
            name: veto.row.get("name").to_string(),
            given,
            effect,
        });
    }
    let grade = scheme.grades[verdict.grade].row;
    let frequency = match grade.get("frequency") {
        "" => "该方案未定检查频次".to_string(),
        text => text.to_string(),
    };
    steps.push(grade.step(format!(
        "评定为 {} 级（{}色），{frequency}",
        grade.get("grade"),
        grade.get("colour_name")
    )));
    let value = Assessment {
        scheme: scheme.row.get("scheme").to_string(),
        scheme_name: scheme.row.get("name").to_string(),
        origin: scheme.row.get("source").to_string(),
        score: Number(score),
        full: Number(scheme.full),
        grade: grade.get("grade").to_string(),
        grade_by_score: reached.row.get("grade").to_string(),
        colour: grade.get("colour").to_string(),
        colour_name: grade.get("colour_name").to_string(),
        checks_per_year: grade.whole("checks_per_year"),
        frequency,
        lines: points,
        vetoes,
        unknown,
    };
    Outcome::new(value, steps)
}
