//! Levels of safety standardisation, 安全生产标准化: score to level, the conditions behind it, three years of validity, renewal without review and
//! revocation.
//!
//! Thresholds by trade from 2011-06-07 (before that, grades of 安全质量标准化 had no common score); conditions of 2011 and, from 2021-11-01, of
//! 应急〔2021〕83号 (from memory). A table whose full mark is not 100 is scaled to 100. Money in yuan.

use chrono::NaiveDate;
use rust_decimal::{Decimal, RoundingStrategy};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use serde_json::Value;

mod facts;

pub use facts::Facts;

use crate::{
    At, Number, Outcome, Refusal, Row, Step, choice, law_table, legal_limit::months, rule,
    working_days::shift,
};

law_table!(
    /// Least scores.
    THRESHOLDS, "standardization-threshold", "标准化定级评分线", ["system", "level"]
);
law_table!(
    /// Conditions.
    CONDITIONS, "standardization-condition", "标准化定级、延期与撤销条件", ["purpose", "systems", "levels", "fact"]
);

rule!(
    /// The rule `standardization-grade`.
    RULE, "standardization-grade", "安全生产标准化定级", "评定", "应急〔2021〕83号、安监总管四〔2011〕84号",
    Input, grade, [&THRESHOLDS, &CONDITIONS], "2026-01-01",
    r#"{"system":"industry_trade","score":"82","facts":{"deaths_1y":0,"serious_injuries_1y":1,"permits_valid":true}}"#
);

/// Years a level holds (83号 art. 14; the same before).
const YEARS: i64 = 3;

fn systems(_: &mut SchemaGenerator) -> Schema {
    choice::schema(&THRESHOLDS, "system", "system_name")
}

/// What is asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To be graded.
    #[default]
    #[schemars(title = "申请定级")]
    Apply,
    /// The same level again without review.
    #[schemars(title = "免评审延期")]
    Renew,
    /// Whether the level is to be revoked.
    #[schemars(title = "核查撤销")]
    Revoke,
}

/// Which enterprise.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Which system of marks: code or Chinese name.
    #[serde(default = "industry_trade")]
    #[schemars(title = "评定体系", description = "不填为工贸企业", schema_with = "systems")]
    pub system: String,
    /// What is asked.
    #[serde(default)]
    #[schemars(title = "用途")]
    pub purpose: Purpose,
    /// The score.
    #[schemars(title = "评审得分", extend("x-unit" = "分"))]
    pub score: Option<Number>,
    /// The full mark.
    #[schemars(title = "满分", description = "不填按该体系的满分", extend("x-unit" = "分"))]
    pub full_score: Option<Number>,
    /// Least share of any A element, per cent.
    #[schemars(title = "最低 A 级要素得分率", description = "危险化学品评审用", extend("x-unit" = "%"))]
    pub lowest_element: Option<Number>,
    /// Veto items missed.
    #[serde(default, deserialize_with = "crate::number::count")]
    #[schemars(title = "否决项不合格数", extend("x-unit" = "项"))]
    pub vetoes: u32,
    /// The level held, to renew or revoke.
    #[schemars(title = "现有等级", description = "延期、撤销用：1、2、3 等")]
    pub level: Option<String>,
    /// Day the level was given.
    #[schemars(title = "公告日期", description = "计算有效期用")]
    pub issued_on: Option<NaiveDate>,
    /// What the conditions turn on.
    #[serde(default)]
    #[schemars(title = "情况", description = "不填的条件列为未核")]
    pub facts: Facts,
}

fn industry_trade() -> String {
    "industry_trade".to_string()
}

/// A condition and whether it is met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Condition {
    /// For which level.
    #[schemars(title = "等级")]
    pub level: String,
    /// What it asks.
    #[schemars(title = "条件")]
    pub text: String,
    /// Whether it is met; none where the fact was not given.
    #[schemars(title = "是否满足")]
    pub met: Option<bool>,
    /// Document and clause.
    #[schemars(title = "依据")]
    pub source: String,
}

/// The level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Grade {
    /// The score on the scale of 100.
    #[schemars(title = "百分制得分", extend("x-unit" = "分"))]
    pub score: Option<Number>,
    /// The level that the score reaches.
    #[schemars(title = "得分对应等级代码")]
    pub level_by_score: Option<String>,
    /// The highest level whose score and known conditions are met; renew, revoke: the level kept.
    #[schemars(title = "等级代码")]
    pub level: Option<String>,
    /// The same in Chinese.
    #[schemars(title = "等级")]
    pub level_name: String,
    /// Conditions of the levels looked at.
    #[schemars(title = "条件核对")]
    pub conditions: Vec<Condition>,
    /// How many could not be checked.
    #[schemars(title = "未核条件数", extend("x-unit" = "项"))]
    pub unchecked: usize,
    /// Last day the level holds.
    #[schemars(title = "有效期至")]
    pub expires_on: Option<NaiveDate>,
}

/// Whether a condition is met by the facts; none where the fact is not there.
fn met(facts: &Value, row: &Row) -> Option<bool> {
    let fact = &facts[row.get("fact")];
    match row.get("op") {
        "yes" => fact.as_bool(),
        "no" => fact.as_bool().map(|own| !own),
        op => {
            let text =
                fact.as_str().map(str::to_string).or_else(|| fact.as_number().map(ToString::to_string))?;
            let (value, limit) = (text.parse::<Decimal>().ok()?, row.decimal("limit")?);
            Some(match op {
                "min" => value >= limit,
                "below" => value < limit,
                _ => value <= limit,
            })
        }
    }
}

fn named(cell: &str, word: &str) -> bool {
    cell.split(' ').any(|own| own == word)
}

/// The level of an enterprise, whether it can be renewed, whether it falls.
///
/// # Errors
/// `missing` score or level; `unknown` system or level; `not_in_force` before 2011-06-07.
pub fn grade(at: &At<'_>, input: &Input) -> Result<Outcome<Grade>, Refusal> {
    let mut levels =
        choice::rows(at, &THRESHOLDS, ("system", "system_name"), "/system", "评定体系", &input.system)?;
    levels.sort_by_key(|row| std::cmp::Reverse(row.decimal("min_score")));
    let system = levels.first().map_or("", |row| row.get("system"));
    let mut steps = Vec::new();
    let score = scaled(input, &levels, &mut steps)?;
    let level_by_score = match score {
        Some(score) => by_score(input, score, &levels, &mut steps)?,
        None if input.purpose == Purpose::Apply => return Err(Refusal::missing("/score", "评审得分")),
        None => None,
    };
    let facts = serde_json::to_value(&input.facts)
        .map_err(|error| Refusal::invalid("/facts", format!("情况无法读取：{error}")))?;
    let purpose = match input.purpose {
        Purpose::Apply => "apply",
        Purpose::Renew => "renew",
        Purpose::Revoke => "revoke",
    };
    let rows: Vec<&Row> = at
        .rows(&CONDITIONS)
        .into_iter()
        .filter(|row| row.get("purpose") == purpose && named(row.get("systems"), system))
        .collect();
    let first = match (input.purpose, level_by_score) {
        (Purpose::Apply, by_score) => by_score,
        (_, _) => {
            let text = input.level.as_deref().ok_or_else(|| Refusal::missing("/level", "现有等级"))?.trim();
            let own = levels.iter().find(|row| row.get("level") == text || row.get("level_name") == text);
            Some(*own.ok_or_else(|| {
                let names: Vec<&str> = levels.iter().map(|row| row.get("level")).collect();
                Refusal::unknown("/level", format!("没有等级“{text}”，可填 {}。", names.join("、")))
            })?)
        }
    };
    if input.purpose != Purpose::Apply && rows.is_empty() {
        return Err(Refusal::not_in_force(format!("{} 没有收录该体系免评审延期和撤销的规定。", at.on)));
    }
    let (mut conditions, mut level) = (Vec::new(), None);
    // down from the level of the score: the first whose known conditions all hold
    for row in levels.iter().skip_while(|row| first.is_some_and(|own| own.get("level") != row.get("level"))) {
        let Some(_) = first else { break };
        let mut failed = false;
        for own in rows.iter().filter(|own| named(own.get("levels"), row.get("level"))) {
            let met = met(&facts, own);
            let said = match met {
                Some(true) => "满足",
                Some(false) => "不满足",
                None => "未核（情况未填）",
            };
            steps.push(own.step(format!("{}：{}——{said}", row.get("level_name"), condition_text(own))));
            failed |= met == Some(false);
            conditions.push(Condition {
                level: row.get("level").to_string(),
                text: condition_text(own),
                met,
                source: own.get("source").to_string(),
            });
        }
        if !failed {
            level = Some(*row);
            break;
        }
        if input.purpose != Purpose::Apply {
            break;
        }
    }
    if input.purpose == Purpose::Apply && input.vetoes > 0 {
        level = None;
        steps.push(Step::plain(format!("否决项不合格 {} 项，不予定级", input.vetoes)));
    }
    let expires_on = input.issued_on.map(|day| shift(months(day, YEARS * 12)?, -1)).transpose()?;
    if let (Some(issued), Some(end)) = (input.issued_on, expires_on) {
        steps.push(Step::clause(
            "应急〔2021〕83号（等级有效期三年）",
            format!("自 {issued} 起三年有效，至 {end}"),
        ));
    }
    let unchecked = conditions.iter().filter(|own| own.met.is_none()).count();
    let name = level.map(|row| row.get("level_name"));
    let level_name = match (input.purpose, name) {
        (Purpose::Apply, Some(name)) => name.to_string(),
        (Purpose::Apply, None) => "未达标".to_string(),
        (Purpose::Renew, Some(name)) => format!("{name}，可免评审延期"),
        (Purpose::Renew, None) => "不符合免评审延期，须重新评审".to_string(),
        (Purpose::Revoke, Some(name)) => format!("{name}，未见撤销情形"),
        (Purpose::Revoke, None) => "应当撤销等级".to_string(),
    };
    let tail = if unchecked > 0 { format!("，另有 {unchecked} 项条件未核") } else { String::new() };
    steps.push(Step::plain(format!("结论：{level_name}{tail}")));
    let value = Grade {
        score: score.map(Number),
        level_by_score: level_by_score.map(|row| row.get("level").to_string()),
        level: level.map(|row| row.get("level").to_string()),
        level_name,
        conditions,
        unchecked,
        expires_on,
    };
    Ok(Outcome::new(value, steps))
}

fn condition_text(row: &Row) -> String {
    match row.get("purpose") {
        "revoke" => format!("撤销情形“{}”不存在", row.get("text")),
        _ => row.get("text").to_string(),
    }
}

fn scaled(input: &Input, levels: &[&Row], steps: &mut Vec<Step>) -> Result<Option<Decimal>, Refusal> {
    let Some(score) = input.score else { return Ok(None) };
    let own = levels.first().and_then(|row| row.decimal("scale")).unwrap_or(Decimal::ONE_HUNDRED);
    let full = input.full_score.map_or(own, |full| full.0);
    if full <= Decimal::ZERO {
        return Err(Refusal::invalid("/full_score", "满分应大于 0。"));
    }
    if score.0 < Decimal::ZERO || score.0 > full {
        return Err(Refusal::invalid("/score", format!("得分应在 0 与满分 {} 之间。", full.normalize())));
    }
    let hundred = score.0 * Decimal::ONE_HUNDRED / full;
    if full != Decimal::ONE_HUNDRED {
        steps.push(Step::plain(format!(
            "折算百分制：{score} ÷ {} × 100 = {}",
            full.normalize(),
            hundred.round_dp_with_strategy(4, RoundingStrategy::ToZero).normalize()
        )));
    }
    Ok(Some(hundred))
}

fn by_score<'a>(
    input: &Input,
    score: Decimal,
    levels: &[&'a Row],
    steps: &mut Vec<Step>,
) -> Result<Option<&'a Row>, Refusal> {
    let said = score.round_dp_with_strategy(4, RoundingStrategy::ToZero).normalize();
    for row in levels {
        let Some(least) = row.decimal("min_score") else { continue };
        let reached = score >= least;
        let word = if reached { "达到" } else { "未达到" };
        steps.push(row.step(format!("{}不低于 {least} 分：得分 {said}，{word}", row.get("level_name"))));
        if !reached {
            continue;
        }
        if let Some(element) = row.decimal("element_min") {
            let lowest = input
                .lowest_element
                .ok_or_else(|| Refusal::missing("/lowest_element", "最低 A 级要素得分率"))?;
            if lowest.0 < element {
                steps.push(row.step(format!("每个 A 级要素得分率不低于 {element}%：最低 {lowest}%，未达到")));
                return Ok(None);
            }
        }
        return Ok(Some(*row));
    }
    Ok(None)
}

#[cfg(test)]
mod tests;
