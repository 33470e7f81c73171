//! A line of a plan: which enterprises, how many, in which months.

use chrono::{Datelike, NaiveDate};
use kernel::RegionCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Outcome, Problem};

/// Most lines of a plan.
pub(super) const MOST: usize = 20;

/// A line of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlanLine {
    /// 1, 2, 3 within the plan; stays when other lines go.
    pub code: i64,
    /// What it is called, as 危化企业全覆盖.
    pub name: String,
    /// Division.
    pub region: String,
    /// Supervised sector; all where there is none.
    pub sector: Option<String>,
    /// `A`, `B`, `C`, `D` or `unrated`; all where there is none.
    pub grade: Option<String>,
    /// How many enterprises are drawn; all of them where there is none.
    pub number: Option<i64>,
    /// First month, 1 to 12.
    pub from_month: u32,
    /// Last month, 1 to 12.
    pub to_month: u32,
    /// How often each is inspected within those months.
    pub times: u32,
}

impl PlanLine {
    /// Checks a line of a plan for a division; `at` is its place in the list.
    pub(super) fn check(&self, at: usize, town: &str) -> Outcome<()> {
        let wrong = |field: &str, code: &'static str, why: &str| {
            Err(Problem::wrong_field(&format!("/lines/{at}/{field}"), code, why))
        };
        if self.name.trim().is_empty() || self.name.chars().count() > 50 {
            return wrong("name", "field.required", "请填写这一项的名称，最多 50 字。");
        }
        if RegionCode::parse(&self.region).is_err() || !self.region.starts_with(town) {
            return wrong("region", "line.region", "请选择本机关管辖范围内的地区。");
        }
        if self.sector.as_deref().is_some_and(|own| rules::sector::label(own).is_none()) {
            return wrong("sector", "sector.unknown", "没有这个监管领域，请重新选择。");
        }
        if self.grade.as_deref().is_some_and(|own| !["A", "B", "C", "D", "unrated"].contains(&own)) {
            return wrong("grade", "line.grade", "监管等级应为 A、B、C、D 或者未评级。");
        }
        if self.number.is_some_and(|own| !(1..=MOST_DRAWN).contains(&own)) {
            return wrong("number", "line.number", "抽取企业数应为 1 至 2000；全部检查的不填。");
        }
        if !(1..=12).contains(&self.from_month) || !(self.from_month..=12).contains(&self.to_month) {
            return wrong("to_month", "line.months", "月份应为 1 至 12，结束月份不早于开始月份。");
        }
        if self.times == 0 || self.times > self.to_month - self.from_month + 1 {
            return wrong("times", "line.times", "每家检查次数至少 1 次，不多于月数。");
        }
        Ok(())
    }

    /// The months of the inspections of the enterprise that was drawn in place `at` of `of`, when the first month that is left is `first`: spread
    /// evenly, so that no month takes more than its share.
    pub(super) fn months(&self, first: u32, (at, of): (usize, usize)) -> Vec<u32> {
        let from = self.from_month.max(first);
        let left = (self.to_month + 1).saturating_sub(from);
        let times = self.times.min(left);
        if times == 0 {
            return Vec::new();
        }
        let wide = left / times;
        let within = u32::try_from(at * wide as usize / of.max(1)).unwrap_or_default();
        (0..times).map(|time| from + time * wide + within).collect()
    }
}

/// Most enterprises that one draw chooses.
pub(super) const MOST_DRAWN: i64 = 2_000;

/// The last day of a month.
pub(super) fn last_day(year: i64, month: u32) -> Option<NaiveDate> {
    let (year, month) = (i32::try_from(year).ok()?, month.clamp(1, 12));
    let next = if month == 12 {
        NaiveDate::from_ymd_opt(year + 1, 1, 1)
    } else {
        NaiveDate::from_ymd_opt(year, month + 1, 1)
    };
    next.and_then(|day| day.pred_opt())
}

/// The first month of a year that is left on a day; 13 when the year is over.
pub(super) fn first_month(year: i64, today: NaiveDate) -> u32 {
    match i64::from(today.year()).cmp(&year) {
        std::cmp::Ordering::Less => 1,
        std::cmp::Ordering::Equal => today.month(),
        std::cmp::Ordering::Greater => 13,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(from_month: u32, to_month: u32, times: u32) -> PlanLine {
        let name = "全覆盖".to_string();
        PlanLine {
            code: 1,
            name,
            region: "4405".into(),
            sector: None,
            grade: None,
            number: None,
            from_month,
            to_month,
            times,
        }
    }

    #[test]
    fn targets_are_spread_over_the_months_evenly() {
        let mut months: Vec<u32> = (0..24).flat_map(|at| line(1, 12, 1).months(1, (at, 24))).collect();
        months.sort_unstable();
        assert_eq!(months, (1..=12).flat_map(|month| [month, month]).collect::<Vec<_>>());
    }

    #[test]
    fn several_inspections_of_one_enterprise_lie_apart() {
        assert_eq!(line(1, 12, 4).months(1, (0, 2)), [1, 4, 7, 10]);
        assert_eq!(line(1, 12, 4).months(1, (1, 2)), [2, 5, 8, 11]);
        assert_eq!(line(1, 12, 12).months(1, (1, 2)), (1..=12).collect::<Vec<_>>());
    }

    #[test]
    fn months_that_have_passed_are_not_planned() {
        assert_eq!(line(1, 12, 4).months(10, (0, 1)), [10, 11, 12]);
        assert_eq!(line(1, 6, 1).months(7, (0, 1)), Vec::<u32>::new());
    }
}
