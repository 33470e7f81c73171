use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{grade, report};
use crate::{At, Refusal};

fn graded(on: &str, input: Value) -> Result<Value, Refusal> {
    (grade::RULE.run)(&At::nation(on.parse().unwrap()), input).map(|outcome| outcome.value)
}

fn reported(on: &str, input: Value) -> Result<Value, Refusal> {
    (report::RULE.run)(&At::nation(on.parse().unwrap()), input).map(|outcome| outcome.value)
}

/// The worked examples of 令493号 art. 3: deaths, serious injuries, loss in 万元.
#[test]
fn the_highest_of_three_measures_decides() {
    for (deaths, serious, loss, grade) in [
        (0, 0, "5", "general"),
        (2, 9, "999.99", "general"),
        (3, 0, "0", "larger"),
        (0, 10, "0", "larger"),
        (0, 0, "1000", "larger"),
        (9, 49, "4999.99", "larger"),
        (10, 0, "0", "major"),
        (0, 50, "0", "major"),
        (0, 0, "5000", "major"),
        (29, 99, "9999.99", "major"),
        (29, 0, "10000", "extra_major"),
        (0, 100, "0", "extra_major"),
        (30, 0, "0", "extra_major"),
    ] {
        let loss = loss.parse::<crate::Decimal>().unwrap() * crate::Decimal::from(10_000);
        let input = json!({"deaths": deaths, "serious": serious, "loss": loss.to_string()});
        assert_eq!(graded("2020-01-01", input).unwrap()["grade"], grade, "{deaths} {serious} {loss}");
    }
    assert_eq!(graded("2020-01-01", json!({"serious": 5, "poisoned": 5})).unwrap()["grade"], "larger");
    assert_eq!(graded("2020-01-01", json!({})).unwrap_err().code, "missing");
    assert_eq!(graded("2020-01-01", json!({"deaths": "3", "kind": "矿山事故"})).unwrap()["grade"], "larger");
    for (input, pointer) in [
        (json!({"deaths": -1}), "/deaths"),
        (json!({"deaths": "2.5"}), "/deaths"),
        (json!({"deaths": 1, "kind": "sea"}), "/kind"),
    ] {
        let refused = graded("2020-01-01", input).unwrap_err();
        assert_eq!((refused.code, refused.pointer.as_str()), ("invalid", pointer));
    }
    assert_eq!(graded("2020-01-01", json!({"loss": -1})).unwrap_err().pointer, "/loss");
}

/// Accident on 1 March, third death on 30 March: from 一般 to 较大; on 1 April: no change. Day 1 is the day after.
#[test]
fn a_later_death_counts_within_the_window() {
    let later = |on: &str, extra: Value| {
        let mut input = json!({"deaths": 2, "later": [{"on": on, "deaths": 1}]});
        input.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        graded("2025-03-01", input).unwrap()
    };
    let within = later("2025-03-30", json!({}));
    assert_eq!(
        (within["grade"].as_str(), within["initial_grade"].as_str()),
        (Some("larger"), Some("general"))
    );
    assert_eq!((within["regraded"].as_bool(), within["top_up"].as_bool()), (Some(true), Some(true)));
    assert_eq!(later("2025-03-31", json!({}))["grade"], "larger");
    assert_eq!(later("2025-03-31", json!({"count_from": "same_day"}))["grade"], "general");
    let after = later("2025-04-01", json!({}));
    assert_eq!((after["grade"].as_str(), after["top_up"].as_bool()), (Some("general"), Some(false)));
    assert_eq!((after["deaths"].as_u64(), after["uncounted_deaths"].as_u64()), (Some(2), Some(1)));
    for kind in ["road_traffic", "fire"] {
        assert_eq!(later("2025-03-08", json!({"kind": kind}))["grade"], "larger");
        assert_eq!(later("2025-03-09", json!({"kind": kind}))["grade"], "general");
    }
}

#[test]
fn who_dies_of_a_serious_injury_is_counted_once_and_the_grade_stays() {
    let input = json!({"serious": 10, "later": [{"on": "2025-03-05", "deaths": 1, "from_serious": 1}]});
    let value = graded("2025-03-01", input).unwrap();
    assert_eq!((value["deaths"].as_u64(), value["serious"].as_u64()), (Some(1), Some(9)));
    assert_eq!(value["grade"], "larger", "a death never lowers the grade");
    for (change, pointer) in [
        (json!({"on": "2025-02-28", "deaths": 1}), "/later/0/on"),
        (json!({"on": "2025-03-05", "deaths": 1, "from_serious": 2}), "/later/0/from_serious"),
    ] {
        let refused = graded("2025-03-01", json!({"serious": 10, "later": [change]})).unwrap_err();
        assert_eq!(refused.pointer, pointer);
    }
}

#[test]
fn before_june_2007_the_older_orders_hold() {
    for (input, grade) in [
        (json!({"deaths": 0, "serious": 0}), "light"),
        (json!({"serious": 1}), "serious"),
        (json!({"deaths": 2}), "death"),
        (json!({"deaths": 3}), "major_death"),
        (json!({"deaths": 29}), "major_death"),
        (json!({"deaths": 30}), "extra_major"),
        (json!({"deaths": 30, "kind": "mine"}), "major_death"),
        (json!({"deaths": 50, "kind": "mine"}), "extra_major"),
        (json!({"deaths": 40, "kind": "civil_aviation"}), "extra_major"),
        (json!({"deaths": 0, "loss": "5000000"}), "extra_major"),
        (json!({"deaths": 0, "loss": "5000000", "kind": "power"}), "light"),
        (json!({"poisoned": 100}), "extra_major"),
    ] {
        assert_eq!(graded("2007-05-31", input.clone()).unwrap()["grade"], grade, "{input}");
    }
    assert_eq!(graded("2005-06-01", json!({"deaths": 12})).unwrap()["statistics"], "deaths_10_29");
    assert_eq!(graded("2007-06-01", json!({"deaths": 3})).unwrap()["grade"], "larger");
    assert_eq!(graded("1990-06-01", json!({"deaths": 3})).unwrap_err().code, "not_in_force");
}

/// 较大, the head told at 08:00: county by 09:00, city by 11:00, province by 13:00; 一般 stops at the city.
#[test]
fn each_tier_has_its_time() {
    let chain = |grade: &str| {
        let value =
            reported("2008-03-01", json!({"grade": grade, "learned_at": "2008-03-01T08:00"})).unwrap();
        let steps = value["deadlines"].as_array().unwrap().clone();
        let steps: Vec<String> = steps
            .iter()
            .map(|step| format!("{} {}", step["to"].as_str().unwrap(), &step["by"].as_str().unwrap()[11..16]))
            .collect();
        (value["ceiling"].as_str().unwrap().to_string(), steps.join(", "))
    };
    assert_eq!(chain("general"), ("city".into(), "county 09:00, city 11:00".into()));
    assert_eq!(chain("larger"), ("province".into(), "county 09:00, city 11:00, province 13:00".into()));
    let whole = "county 09:00, city 11:00, province 13:00, centre 15:00";
    assert_eq!(chain("major"), ("centre".into(), whole.into()));
    assert_eq!(chain("extra_major"), ("centre".into(), whole.into()));
}

#[test]
fn since_july_2009_the_province_is_told_by_telephone() {
    let phones = |on: &str, grade: &str| {
        let value = reported(on, json!({"grade": grade, "learned_at": "08:00"})).unwrap();
        let all = value["deadlines"].as_array().unwrap().clone();
        all.iter()
            .filter(|own| own["way"] == "phone")
            .map(|own| own["latest_minutes"].as_i64().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(phones("2009-06-30", "larger"), Vec::<i64>::new());
    assert_eq!(phones("2009-07-01", "larger"), [60, 120, 240]);
    assert_eq!(phones("2009-07-01", "general"), Vec::<i64>::new());
    assert_eq!(phones("2009-07-01", "major"), [60, 120, 240, 360]);
    let trapped = reported("2020-01-01", json!({"trapped": 3})).unwrap();
    assert_eq!((trapped["risk_event"].as_bool(), trapped["grade"].as_str()), (Some(true), Some("general")));
    let fewer = reported("2020-01-01", json!({"trapped": 2, "at_risk": 9, "evacuated": 499})).unwrap_err();
    assert_eq!((fewer.code, fewer.pointer.as_str()), ("missing", "/grade"));
}

#[test]
fn the_place_of_the_accident_investigates_within_sixty_days() {
    for (input, by, approval, extension) in [
        (json!({"deaths": 1}), "县级人民政府", 15, 0),
        (json!({"deaths": 3}), "设区的市级人民政府", 15, 0),
        (json!({"deaths": 10}), "省级人民政府", 15, 0),
        (json!({"deaths": 30}), "国务院或国务院授权的部门", 30, 30),
    ] {
        let value = reported("2025-03-01", input).unwrap();
        assert_eq!(value["investigator"], by);
        assert_eq!(
            (value["due"].as_str(), value["due_extended"].as_str()),
            (Some("2025-04-30"), Some("2025-06-29"))
        );
        assert_eq!(
            (value["approval_days"].as_i64(), value["approval_extension"].as_i64()),
            (Some(approval), Some(extension))
        );
    }
}

/// 令75号: at once, deaths up to the province, three or more up to the State Council's departments; the enterprise investigates injuries.
#[test]
fn before_june_2007_reports_are_at_once() {
    let ceiling = |deaths: u32| {
        let value =
            reported("2005-06-01", json!({"deaths": deaths, "serious": 1, "learned_at": "08:00"})).unwrap();
        assert!(value["deadlines"].as_array().unwrap().iter().all(|own| own["minutes"] == 0));
        value["ceiling"].as_str().unwrap().to_string()
    };
    assert_eq!((ceiling(0), ceiling(1), ceiling(3)), ("county".into(), "province".into(), "centre".into()));
    let light = reported("2005-06-01", json!({"grade": "light"})).unwrap();
    assert_eq!(
        (light.get("ceiling"), light["investigator"].as_str()),
        (None, Some("企业负责人或其指定人员"))
    );
    assert_eq!(reported("2005-06-01", json!({"grade": "larger"})).unwrap_err().pointer, "/grade");
    assert_eq!(reported("2020-01-01", json!({"grade": "death"})).unwrap_err().pointer, "/grade");
    assert_eq!(
        reported("2020-01-01", json!({"grade": "larger", "learned_at": "8点"})).unwrap_err().pointer,
        "/learned_at"
    );
}

proptest! {
    /// More casualties or loss never lower a grade, and neither does any later change; no casualty is lost; on any day since 2004.
    #[test]
    fn more_never_lowers_a_grade(
        days in 0i64..9000, deaths in 0u32..40, serious in 0u32..120, loss in 0i64..12_000, more in (0u32..40, 0u32..60, 0i64..6_000),
        changes in proptest::collection::vec((0u64..40, 0u32..4, 0u32..4, any::<bool>()), 0..4),
        kind in proptest::sample::select(super::Kind::ALL.to_vec()),
    ) {
        let on = NaiveDate::from_ymd_opt(2004, 1, 1).unwrap() + Days::new(days as u64);
        let rank = |value: &Value, field: &str| {
            let code = value[field].as_str().unwrap().to_string();
            let at = At::nation(on);
            at.rows(&grade::GRADES).iter().find(|row| row.get("grade") == code).and_then(|row| row.whole("rank")).unwrap()
        };
        let ask = |deaths: u32, serious: u32, loss: i64, later: Value| graded(&on.to_string(), json!({
            "deaths": deaths, "serious": serious, "loss": loss * 10_000, "kind": kind.code(), "later": later,
        })).unwrap();
        let first = ask(deaths, serious, loss, json!([]));
        let greater = ask(deaths + more.0, serious + more.1, loss + more.2, json!([]));
        prop_assert!(rank(&greater, "grade") >= rank(&first, "grade"));
        let mut left = serious;
        let mut moved = 0;
        let later: Vec<Value> = changes.iter().map(|(after, died, hurt, was_serious)| {
            let from = if *was_serious { (*died).min(left) } else { 0 };
            left -= from;
            moved += from;
            json!({"on": on + Days::new(*after), "deaths": died, "serious": hurt, "from_serious": from})
        }).collect();
        let changed = ask(deaths, serious, loss, json!(later));
        prop_assert!(rank(&changed, "grade") >= rank(&changed, "initial_grade"));
        prop_assert_eq!(&changed["initial_grade"], &first["grade"]);
        let sum = |field: &str| changed[field].as_u64().unwrap() + changed[format!("uncounted_{field}")].as_u64().unwrap();
        let died: u32 = changes.iter().map(|own| own.1).sum();
        let hurt: u32 = changes.iter().map(|own| own.2).sum();
        prop_assert_eq!(sum("deaths"), u64::from(deaths + died));
        prop_assert!(sum("serious") >= u64::from(serious + hurt - moved));
        prop_assert!(sum("serious") <= u64::from(serious + hurt));
        let report = reported(&on.to_string(), json!({"grade": changed["grade"]}));
        prop_assert!(report.is_ok());
    }
}
