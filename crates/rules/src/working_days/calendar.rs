//! The days off and the make-up working days of a place, and counting with them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::HOLIDAY;
use crate::{At, Refusal, Row, Step};

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
