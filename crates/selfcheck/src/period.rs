//! The periods of a cycle: weeks from Monday, and the months, quarters, half years and years of the calendar.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};

/// Cycles: code, label.
pub const CYCLES: &[(&str, &str)] =
    &[("week", "每周"), ("month", "每月"), ("quarter", "每季度"), ("half_year", "每半年"), ("year", "每年")];

/// First and last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
}

/// The period of a cycle in which a day lies; `None` for what is no cycle, or at the end of the calendar.
pub fn period(cycle: &str, on: NaiveDate) -> Option<Period> {
    let months = match cycle {
        "week" => {
            let from = on.checked_sub_days(Days::new(u64::from(on.weekday().num_days_from_monday())))?;
            return Some(Period { from, to: from.checked_add_days(Days::new(6))? });
        }
        "month" => 1,
        "quarter" => 3,
        "half_year" => 6,
        "year" => 12,
        _ => return None,
    };
    let from = NaiveDate::from_ymd_opt(on.year(), on.month0() / months * months + 1, 1)?;
    Some(Period { from, to: from.checked_add_months(Months::new(months))?.pred_opt()? })
}

impl Period {
    /// The period before.
    pub fn before(self, cycle: &str) -> Option<Period> {
        period(cycle, self.from.pred_opt()?)
    }

    /// The moment at which it is over, UTC.
    pub fn ended_at(self) -> Option<DateTime<Utc>> {
        self.to.succ_opt().map(kernel::day_begins)
    }

    /// 2026 年 11 月 1 日 to 30 日 as people say it.
    pub fn label(self, cycle: &str) -> String {
        let (year, month) = (self.from.year(), self.from.month());
        match cycle {
            "month" => format!("{year} 年 {month} 月"),
            "quarter" => format!("{year} 年第 {} 季度", month / 3 + 1),
            "half_year" => format!("{year} 年{}半年", if month == 1 { "上" } else { "下" }),
            "year" => format!("{year} 年"),
            _ => format!("{} 至 {}", self.from, self.to),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn periods_of_every_cycle_follow_one_another_without_a_gap() {
        for (cycle, _) in CYCLES {
            let mut on = day(2023, 12, 28);
            let mut last = period(cycle, on).unwrap();
            while on < day(2026, 3, 3) {
                on = on.succ_opt().unwrap();
                let own = period(cycle, on).unwrap();
                assert!(own.from <= on && on <= own.to);
                if own != last {
                    assert_eq!(own.from, last.to.succ_opt().unwrap());
                    assert_eq!(own.before(cycle), Some(last));
                    last = own;
                }
            }
        }
    }

    #[test]
    fn a_period_is_called_as_people_call_it() {
        let label = |cycle: &str, on| period(cycle, on).unwrap().label(cycle);
        assert_eq!(label("month", day(2024, 2, 29)), "2024 年 2 月");
        assert_eq!(label("quarter", day(2026, 11, 26)), "2026 年第 4 季度");
        assert_eq!(label("half_year", day(2026, 7, 1)), "2026 年下半年");
        assert_eq!(label("week", day(2026, 11, 26)), "2026-11-23 至 2026-11-29");
        assert_eq!(period("day", day(2026, 1, 1)), None);
    }
}
