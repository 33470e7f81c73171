//! Working days, 工作日: the State Council's yearly notices on holidays (table `holiday`, 2004 to 2026) and what is counted with them.
//!
//! A day is worked when it is Monday to Friday and no day off, or a Saturday or Sunday that a notice makes a working day. The day from which a
//! time limit runs is not counted (行政强制法 art. 69, 民法典 art. 201 and 203). A year whose notice is not in the table has no answer: an
//! administrator adds its rows when the notice appears, usually in November of the year before. The rule is here; other rules count with
//! its `calendar`.

mod calendar;

#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{At, Outcome, Refusal, Step, law_table, rule};
pub use calendar::{Calendar, say, shift};

law_table!(
    /// Days off and make-up working days.
    HOLIDAY, "holiday", "节假日安排", ["day"]
);

rule!(
    /// The rule `working-days`.
    RULE, "working-days", "工作日计算", "期限", "国务院办公厅历年部分节假日安排的通知",
    Input, compute, [&HOLIDAY], "2026-02-13", r#"{"from":"2026-02-13","add":15}"#
);

/// The longest stretch that is counted, in days.
const LONGEST: i64 = 3660;

/// In what a stretch is counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Working days.
    #[default]
    #[schemars(title = "工作日")]
    #[serde(alias = "working_days")]
    Working,
    /// Days of the calendar.
    #[schemars(title = "自然日")]
    #[serde(alias = "calendar_days")]
    Calendar,
}

/// The question.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The day; the day asked for where it is left out.
    #[schemars(title = "起始日", description = "送达日或起算日，当日不计入；不填为计算日")]
    #[serde(alias = "day", alias = "date", alias = "start")]
    pub from: Option<NaiveDate>,
    /// How many days to add; negative counts back.
    #[schemars(title = "增加天数", description = "从起始日的次日起数；负数为往前数", extend("x-unit" = "日"))]
    #[serde(alias = "days", default, deserialize_with = "crate::number::optional_count")]
    pub add: Option<i64>,
    /// In what they are counted.
    #[schemars(title = "天数单位", description = "工作日或自然日，默认工作日")]
    #[serde(default)]
    pub unit: Unit,
    /// The other end, to count between.
    #[schemars(title = "截止日", description = "计算起始日之后至此日（含）有几个工作日")]
    #[serde(alias = "end", alias = "until")]
    pub to: Option<NaiveDate>,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Answer {
    /// The day it starts from.
    #[schemars(title = "起始日")]
    pub from: NaiveDate,
    /// Whether that day is worked.
    #[schemars(title = "是否工作日")]
    pub is_working_day: bool,
    /// What that day is: 工作日, 周末, 春节放假.
    #[schemars(title = "当日性质")]
    pub day_name: String,
    /// The day after the days to add.
    #[schemars(title = "届满日")]
    pub ends_on: Option<NaiveDate>,
    /// The first working day on or after `ends_on`.
    #[schemars(title = "届满日起的首个工作日")]
    pub ends_on_working_day: Option<NaiveDate>,
    /// Working days between, without the first day.
    #[schemars(title = "工作日数", extend("x-unit" = "日"))]
    pub working_days: Option<i64>,
    /// Days of the calendar between, without the first day.
    #[schemars(title = "自然日数", extend("x-unit" = "日"))]
    pub calendar_days: Option<i64>,
}

/// Whether a day is worked, the day after n days, the days between two.
///
/// # Errors
/// `not_in_force` where a year's notice is not in the table; `invalid` for more than ten years.
pub fn compute(at: &At<'_>, input: &Input) -> Result<Outcome<Answer>, Refusal> {
    let calendar = Calendar::of(at);
    let from = input.from.unwrap_or(at.on);
    let is_working_day = calendar.is_working(from)?;
    let day_name = calendar.name(from);
    let about = format!("{} 是{day_name}", say(from));
    let mut steps = vec![match calendar.row(from) {
        Some(row) => row.step(about),
        None => Step::clause("国务院关于职工工作时间的规定第七条（周六、周日为周休息日）", about),
    }];
    let mut answer = Answer {
        from,
        is_working_day,
        day_name,
        ends_on: None,
        ends_on_working_day: None,
        working_days: None,
        calendar_days: None,
    };
    if let Some(add) = input.add {
        if !(-LONGEST..=LONGEST).contains(&add) {
            return Err(Refusal::invalid("/add", "天数过大，最多可数十年。"));
        }
        let (end, label) = match input.unit {
            Unit::Working => (calendar.add(from, add)?, "个工作日"),
            Unit::Calendar => (shift(from, add)?, "日"),
        };
        let side = if add < 0 { "前" } else { "后" };
        steps.extend(calendar.steps(from, end));
        steps.push(Step::plain(format!(
            "{} {side} {} {label}（起始日不计）：{}",
            say(from),
            add.abs(),
            say(end)
        )));
        answer.ends_on = Some(end);
        answer.calendar_days = Some((end - from).num_days());
        match (calendar.on_or_after(end), calendar.between(from, end)) {
            (Ok(working_day), Ok(count)) => {
                (answer.ends_on_working_day, answer.working_days) = (Some(working_day), Some(count));
            }
            // days of the calendar need no notice to be added
            (Err(refusal), _) | (_, Err(refusal)) => steps.push(Step::plain(refusal.message)),
        }
    }
    if let Some(to) = input.to {
        if (to - from).num_days().abs() > LONGEST {
            return Err(Refusal::invalid("/to", "两日相距过远，最多可数十年。"));
        }
        let (working, calendar_days) = (calendar.between(from, to)?, (to - from).num_days());
        steps.extend(calendar.steps(from, to));
        steps.push(Step::plain(format!(
            "{} 之后至 {}（含）：{working} 个工作日、{calendar_days} 日",
            say(from),
            say(to)
        )));
        (answer.working_days, answer.calendar_days) = (Some(working), Some(calendar_days));
    }
    Ok(Outcome::new(answer, steps))
}
