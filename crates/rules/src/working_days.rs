//! Working days, 工作日: the State Council's yearly notices on holidays (table `holiday`, 2004 to 2026) and what is counted with them.
//!
//! A day is worked when it is Monday to Friday and no day off, or a Saturday or Sunday that a notice makes a working day. The day from which a
//! time limit runs is not counted (行政强制法 art. 69, 民法典 art. 201 and 203). A year whose notice is not in the table has no answer: an
//! administrator adds its rows when the notice appears, usually in November of the year before.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate, Weekday};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{At, Outcome, Refusal, Row, Step, law_table, rule};

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

/// The days off and the make-up working days that count for a place.
#[derive(Debug)]
pub struct Calendar<'a> {
    days: BTreeMap<NaiveDate, &'a Row>,
    years: BTreeSet<i32>,
}

impl<'a> Calendar<'a> {
    /// The calendar of that place. Build it once for many days.
    pub fn of(at: &At<'a>) -> Self {
        let days: BTreeMap<NaiveDate, &'a Row> = at
            .rows(&HOLIDAY)
            .into_iter()
            .filter_map(|row| row.get("day").parse().ok().map(|day: NaiveDate| (day, row)))
            .collect();
        let years =
            days.keys().filter(|day| (day.month(), day.day()) == (10, 1)).map(Datelike::year).collect();
        Calendar { days, years }
    }

    /// The row of that day, where a notice names it.
    pub fn row(&self, day: NaiveDate) -> Option<&'a Row> {
        self.days.get(&day).copied()
    }

    /// Whether the notice of that year is known.
    pub fn knows(&self, year: i32) -> bool {
        self.years.contains(&year)
    }

    /// Whether the day is worked.
    ///
    /// # Errors
    /// `not_in_force` where the year's notice is not in the table; the message names the year.
    pub fn is_working(&self, day: NaiveDate) -> Result<bool, Refusal> {
        if let Some(row) = self.row(day) {
            return Ok(row.get("kind") == "working");
        }
        if !self.knows(day.year()) {
            return Err(Refusal::not_in_force(format!(
                "{} 年的节假日安排尚未收录，无法计算工作日；请管理员按国务院办公厅通知补录节假日表后再算。",
                day.year()
            )));
        }
        Ok(!matches!(day.weekday(), Weekday::Sat | Weekday::Sun))
    }

    /// The first working day on or after that day.
    pub fn on_or_after(&self, day: NaiveDate) -> Result<NaiveDate, Refusal> {
        let mut day = day;
        while !self.is_working(day)? {
            day = shift(day, 1)?;
        }
        Ok(day)
    }

    /// The n-th working day after (n < 0: before) that day, which is not counted itself.
    pub fn add(&self, from: NaiveDate, count: i64) -> Result<NaiveDate, Refusal> {
        let (mut day, mut left) = (from, count.abs());
        while left > 0 {
            day = shift(day, count.signum())?;
            left -= i64::from(self.is_working(day)?);
        }
        Ok(day)
    }

    /// Working days after `from` up to and including `to`; negative where `to` is the earlier day.
    pub fn between(&self, from: NaiveDate, to: NaiveDate) -> Result<i64, Refusal> {
        let (first, last, sign) = if from <= to { (from, to, 1) } else { (to, from, -1) };
        let mut count = 0;
        let mut day = first;
        while day < last {
            day = shift(day, 1)?;
            count += i64::from(self.is_working(day)?);
        }
        Ok(count * sign)
    }

    /// What the day is, in Chinese.
    pub fn name(&self, day: NaiveDate) -> String {
        match self.row(day) {
            Some(row) if row.get("kind") == "working" => format!("{}调休上班", row.get("name")),
            Some(row) => format!("{}放假", row.get("name")),
            None if matches!(day.weekday(), Weekday::Sat | Weekday::Sun) => "周末".to_string(),
            None => "工作日".to_string(),
        }
    }

    /// The days that a notice names between the two, as one step each run of equal name.
    pub fn steps(&self, from: NaiveDate, to: NaiveDate) -> Vec<Step> {
        let (first, last) = if from <= to { (from, to) } else { (to, from) };
        let mut runs: Vec<(&Row, NaiveDate, NaiveDate)> = Vec::new();
        for (&day, &row) in self.days.range(first..=last) {
            match runs.last_mut() {
                Some((own, _, end))
                    if own.get("name") == row.get("name")
                        && own.get("kind") == row.get("kind")
                        && end.succ_opt() == Some(day) =>
                {
                    *end = day;
                }
                _ => runs.push((row, day, day)),
            }
        }
        runs.into_iter()
            .map(|(row, start, end)| {
                let what = if row.get("kind") == "working" { "上班（调休）" } else { "放假" };
                let days = if start == end { say(start) } else { format!("{} 至 {}", say(start), say(end)) };
                row.step(format!("{}：{days} {what}", row.get("name")))
            })
            .collect()
    }
}

/// That many days later (earlier where negative).
///
/// # Errors
/// `invalid` beyond the calendar.
pub fn shift(day: NaiveDate, by: i64) -> Result<NaiveDate, Refusal> {
    let days = Days::new(by.unsigned_abs());
    let moved = if by < 0 { day.checked_sub_days(days) } else { day.checked_add_days(days) };
    moved.ok_or_else(|| Refusal::invalid("", "日期超出可计算的范围。"))
}

/// The day with its weekday, `2026-02-13（周五）`.
pub fn say(day: NaiveDate) -> String {
    let weekday = match day.weekday() {
        Weekday::Mon => "一",
        Weekday::Tue => "二",
        Weekday::Wed => "三",
        Weekday::Thu => "四",
        Weekday::Fri => "五",
        Weekday::Sat => "六",
        Weekday::Sun => "日",
    };
    format!("{day}（周{weekday}）")
}

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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn calendar() -> Calendar<'static> {
        Calendar::of(&At::nation(day("2026-01-01")))
    }

    /// The notices of 2005 (Spring Festival as forwarded by Xinjiang), 2006, 2015, 2020 (prolonged) and 2026.
    #[test]
    fn a_day_is_worked_as_the_notice_of_its_year_says() {
        let calendar = calendar();
        for (text, worked) in [
            ("2005-02-05", true),
            ("2005-02-14", false),
            ("2005-12-31", true),
            ("2006-01-03", false),
            ("2007-12-29", true),
            ("2015-09-03", false),
            ("2015-09-06", true),
            ("2019-05-02", false),
            ("2020-01-31", false),
            ("2020-02-01", false),
            ("2020-02-03", true),
            ("2026-02-14", true),
            ("2026-02-23", false),
            ("2026-02-24", true),
            ("2026-03-01", false),
        ] {
            assert_eq!(calendar.is_working(day(text)).unwrap(), worked, "{text}");
        }
    }

    /// 行政处罚 hearing of five working days across the Spring Festival of 2026.
    #[test]
    fn working_days_pass_over_holidays_and_count_make_up_days() {
        let input = Input { from: Some(day("2026-02-12")), add: Some(5), ..Input::default() };
        let outcome = compute(&At::nation(day("2026-02-12")), &input).unwrap();
        // 13, 14 (made up), 24, 25, 26
        assert_eq!(outcome.value.ends_on, Some(day("2026-02-26")));
        assert_eq!(outcome.value.calendar_days, Some(14));
        assert!(
            outcome
                .explanation
                .iter()
                .any(|step| step.text.contains("2026-02-15（周日） 至 2026-02-23（周一） 放假"))
        );
        let back = Input { from: Some(day("2026-02-26")), add: Some(-5), ..Input::default() };
        assert_eq!(
            compute(&At::nation(day("2026-02-26")), &back).unwrap().value.ends_on,
            Some(day("2026-02-12"))
        );
    }

    #[test]
    fn a_year_without_a_notice_is_refused_by_its_number() {
        for (from, year) in [("2003-06-02", "2003"), ("2027-03-01", "2027")] {
            let input = Input { from: Some(day(from)), ..Input::default() };
            let refusal = compute(&At::nation(day("2026-01-01")), &input).unwrap_err();
            assert_eq!(refusal.code, "not_in_force");
            assert!(refusal.message.contains(year), "{}", refusal.message);
        }
        let refusal = calendar().add(day("2026-12-30"), 5).unwrap_err();
        assert!(refusal.message.contains("2027"));
    }

    #[test]
    fn an_administrators_rows_open_the_next_year() {
        let row = |day: &str| {
            [("day", day), ("kind", "holiday"), ("name", "国庆节"), ("source", "通知"), ("certainty", "text")]
                .map(|(column, cell)| (column.to_string(), cell.to_string()))
                .into_iter()
                .collect()
        };
        let law = crate::Law::with([("holiday".to_string(), row("2027-10-01"))]).unwrap();
        let at = At { on: day("2027-01-01"), region: "4405", law: &law };
        assert!(Calendar::of(&at).is_working(day("2027-03-01")).unwrap());
        assert!(!Calendar::of(&at).is_working(day("2027-10-01")).unwrap());
    }

    /// 250 or 251 working days in most years: 365 less weekends and eleven days of festivals (from 2025, thirteen: 248).
    #[test]
    fn a_year_has_its_number_of_working_days() {
        let calendar = calendar();
        for (year, days) in
            [(2008, 251), (2019, 250), (2021, 250), (2023, 249), (2024, 251), (2025, 248), (2026, 248)]
        {
            let from = day(&format!("{}-12-31", year - 1));
            assert_eq!(calendar.between(from, day(&format!("{year}-12-31"))).unwrap(), days, "{year}");
        }
    }

    proptest! {
        #[test]
        fn adding_and_counting_agree(offset in 0u64..7000, count in 1i64..300) {
            let calendar = calendar();
            let from = day("2005-01-01") + Days::new(offset);
            let end = calendar.add(from, count).unwrap();
            prop_assert!(calendar.is_working(end).unwrap());
            prop_assert_eq!(calendar.between(from, end).unwrap(), count);
            prop_assert_eq!(calendar.between(end, from).unwrap(), -count);
        }
    }
}
