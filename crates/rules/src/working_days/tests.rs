//! What working days promise, by the notices of the years.

use chrono::Days;
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
