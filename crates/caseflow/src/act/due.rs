//! The deadline that follows from a step, whose turn it is then, and whether the case has ended.

use chrono::NaiveDate;
use rules::{At, Law, working_days};
use web::{Outcome, Problem};

use super::Acting;
use crate::{
    flow::{Due, State, Waits},
    model::Case,
};

/// Whose turn it is in that state, and whether the case has ended.
pub(super) fn settle(case: &mut Case, state: &State, today: NaiveDate) -> Outcome<()> {
    case.waits = state.waits.code().into();
    if state.waits == Waits::Nobody {
        case.due_on = None;
        case.due_basis = None;
        case.closed_on = case.closed_on.or(Some(today));
        return Ok(());
    }
    case.closed_on = None;
    if case.due_on.is_none() {
        return Err(Problem::wrong_field("/due_on", "field.required", "请填写完成期限。"));
    }
    Ok(())
}

/// A last day, and why that one.
pub(super) type Deadline = (Option<NaiveDate>, Option<String>);

/// The deadline that follows: none where the old one stays; otherwise the day, if there is one, and why.
pub(super) fn deadline(
    by: Acting<'_>,
    town: &str,
    due: Due,
    (given, basis): (Option<NaiveDate>, Option<&str>),
) -> Outcome<Option<Deadline>> {
    let today = by.clock.today();
    let basis_of = |own: &str| Some(basis.unwrap_or(own).to_string());
    Ok(Some(match due {
        Due::Keep => return Ok(None),
        Due::Clear => (None, None),
        Due::Given => {
            let day =
                given.ok_or_else(|| Problem::wrong_field("/due_on", "field.required", "请填写完成期限。"))?;
            (Some(day), basis_of("按要求的期限"))
        }
        Due::Days { days, basis } => {
            let day = working_days::shift(today, days).map_err(law::problem)?;
            (Some(day), basis_of(&format!("{basis}（{days} 日）")))
        }
        Due::WorkingDays { days, basis } => {
            let (day, note) = after_working_days(by.law, town, today, days)?;
            (Some(day), basis_of(&format!("{basis}（{days} 个工作日{note}）")))
        }
    }))
}

/// That many working days after a day. Of a year whose holidays are not announced yet, Monday to Friday count, and the second part says so.
///
/// # Errors
/// 422 beyond the calendar.
pub fn after_working_days(
    law: &Law,
    town: &str,
    from: NaiveDate,
    days: i64,
) -> Outcome<(NaiveDate, &'static str)> {
    use chrono::{Datelike, Weekday};
    let calendar = working_days::Calendar::of(&At { on: from, region: town, law });
    if let Ok(day) = calendar.add(from, days) {
        return Ok((day, ""));
    }
    let (mut day, mut left) = (from, days.abs());
    while left > 0 {
        day = working_days::shift(day, days.signum()).map_err(law::problem)?;
        let weekday = !matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        left -= i64::from(calendar.is_working(day).unwrap_or(weekday));
    }
    Ok((day, "，次年节假日安排尚未公布，暂按周一至周五计"))
}
