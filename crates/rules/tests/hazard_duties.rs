//! The categories of 2004, filing and monitoring of major hazard sources.

use chrono::NaiveDate;
use rules::{At, Certainty, Refusal, registry};
use serde_json::{Value, json};

fn ask(rule: &str, on: &str, input: Value) -> Result<Value, Refusal> {
    let at = At::nation(on.parse::<NaiveDate>().unwrap());
    (registry::find(rule).unwrap().run)(&at, input).map(|outcome| outcome.value)
}

fn category(input: Value) -> Result<Value, Refusal> {
    ask("hazard-category", "2006-01-01", input)
}

/// jycdxd.com: liquids of flash point below 28 ℃ 20 t in a tank area and 2 t at a production site, 28 to 60 ℃ 100 t and 10 t.
#[test]
fn liquids_go_by_flash_point_and_place() {
    let one = |kind: &str, flash: i64, quantity: &str| {
        let list = json!([{"name": "某液体", "flash_point_c": flash, "quantity_t": quantity}]);
        category(json!({"kind": kind, "substances": list})).unwrap()
    };
    for (kind, flash, quantity, s, major) in [
        ("tank_area", 27, "20", "1", true),
        ("tank_area", 28, "20", "0.2", false),
        ("warehouse", 59, "100", "1", true),
        ("production_site", 27, "1.999", "0.9995", false),
        ("production_site", 28, "10", "1", true),
    ] {
        let value = one(kind, flash, quantity);
        assert_eq!(
            (value["s"].as_str(), value["is_major"].as_bool()),
            (Some(s), Some(major)),
            "{kind} {flash}"
        );
    }
    let list = json!([{"flash_point_c": 60, "quantity_t": 1}]);
    assert_eq!(category(json!({"kind": "warehouse", "substances": list})).unwrap_err().code, "invalid");
}

#[test]
fn several_classes_are_summed_exactly() {
    let list = json!([
        {"class": "liquid_28", "quantity_t": 5}, {"lower_explosive_limit": "9.9", "quantity_t": "2.5"}, {"class": "剧毒品", "quantity_t": "0.0005"}
    ]);
    let value = category(json!({"kind": "tank_area", "substances": list, "possible_deaths": 10})).unwrap();
    assert_eq!((value["s"].as_str(), value["is_major"].as_bool()), (Some("1"), Some(true)));
    assert_eq!((value["category"].as_u64(), value["death_grade"].as_u64()), (Some(1), Some(2)));
    let list = json!([{"class": "initiator", "quantity_t": 5}]);
    let refused = category(json!({"kind": "tank_area", "substances": list})).unwrap_err();
    assert_eq!(refused.pointer, "/substances/0/class");
}

/// 51a.net and the application of 2013: pipelines, boilers, vessels, ponds at their limits. Exactly 1.6 MPa is not above it.
#[test]
fn installations_go_by_criteria_at_their_limits() {
    for (input, major) in [
        (json!({"kind": "long_pipeline", "medium": ["gas"], "pressure_mpa": "1.6"}), false),
        (json!({"kind": "long_pipeline", "medium": ["gas"], "pressure_mpa": "1.61"}), true),
        (json!({"kind": "long_pipeline", "medium": ["liquid"], "length_km": 200, "diameter_mm": 300}), true),
        (json!({"kind": "long_pipeline", "medium": ["liquid"], "length_km": 199, "diameter_mm": 300}), false),
        (json!({"kind": "public_pipeline", "gas_pressure": "medium", "diameter_mm": 200}), true),
        (json!({"kind": "public_pipeline", "gas_pressure": "low", "diameter_mm": 200}), false),
        (json!({"kind": "industrial_pipeline", "medium": ["toxic_gas"], "diameter_mm": 100}), true),
        (
            json!({"kind": "industrial_pipeline", "medium": ["flammable_gas"], "diameter_mm": 100, "pressure_mpa": 4}),
            true,
        ),
        (
            json!({"kind": "industrial_pipeline", "medium": ["other"], "diameter_mm": 100, "pressure_mpa": 4, "temperature_c": 399}),
            false,
        ),
        (json!({"kind": "boiler", "boiler": "steam", "pressure_mpa": "2.5", "output_t_h": 10}), false),
        (json!({"kind": "boiler", "boiler": "steam", "pressure_mpa": "2.51", "output_t_h": 10}), true),
        (json!({"kind": "boiler", "boiler": "hot_water", "temperature_c": 120, "power_mw": 14}), true),
        (
            json!({"kind": "pressure_vessel", "medium": ["flammable"], "pressure_mpa": "0.1", "volume_m3": 1000}),
            true,
        ),
        (json!({"kind": "pressure_vessel", "medium": ["moderately_toxic"], "vessel_class": 3}), true),
        (json!({"kind": "coal_mine", "features": ["high_gas"]}), true),
        (json!({"kind": "coal_mine", "features": []}), false),
        (json!({"kind": "other_mine", "features": ["rock_burst"]}), true),
        (json!({"kind": "tailings_pond", "capacity_m3": 1000000, "dam_height_m": 1}), true),
        (json!({"kind": "tailings_pond", "capacity_m3": 999999, "dam_height_m": "29.9"}), false),
        (json!({"kind": "tailings_pond", "dam_height_m": 30}), true),
    ] {
        assert_eq!(category(input.clone()).unwrap()["is_major"], major, "{input}");
    }
}

#[test]
fn the_figure_that_decides_is_asked_for() {
    for (input, pointer) in [
        (json!({"kind": "tailings_pond", "capacity_m3": 1}), "/dam_height_m"),
        (json!({"kind": "coal_mine"}), "/features"),
        (json!({"kind": "long_pipeline", "medium": ["gas"]}), "/pressure_mpa"),
        (json!({"kind": "pressure_vessel", "medium": ["flammable"], "pressure_mpa": 1}), "/volume_m3"),
        (json!({"kind": "warehouse"}), "/substances"),
        (json!({"kind": "warehouse", "substances": [{"quantity_t": 1}]}), "/substances/0/class"),
    ] {
        let refused = category(input.clone()).unwrap_err();
        assert_eq!((refused.code, refused.pointer.as_str()), ("missing", pointer), "{input}");
    }
    let mine = json!({"kind": "coal_mine", "features": ["outburst"]});
    assert_eq!(ask("hazard-category", "2004-04-26", mine).unwrap_err().code, "not_in_force");
}

fn duties<'a>(value: &'a Value, item: &str) -> Vec<&'a Value> {
    value["duties"].as_array().unwrap().iter().filter(|duty| duty["item"] == item).collect()
}

/// Article 11: three years, or one of five events; article 23: with the county within fifteen days, with eleven papers.
#[test]
fn a_filed_source_is_reviewed_after_three_years_or_an_event() {
    let filed = |on: &str, events: Value| {
        ask("hazard-filing", on, json!({"grade": 3, "assessed_on": "2022-06-10", "events": events})).unwrap()
    };
    let value = filed("2025-06-10", json!([]));
    assert_eq!(
        (value["review_by"].as_str(), value["review_now"].as_bool()),
        (Some("2025-06-10"), Some(false))
    );
    let value = filed("2025-06-11", json!([]));
    assert_eq!(
        (value["review_now"].as_bool(), duties(&value, "review")[0]["overdue"].as_bool()),
        (Some(true), Some(true))
    );
    assert_eq!(filed("2023-01-01", json!(["accident"]))["review_now"], true);
    let filing = duties(&value, "filing");
    assert_eq!((filing.len(), filing[0]["due_on"].as_str()), (1, Some("2022-06-25")));
    assert_eq!(filing[0]["to"], "县级应急管理部门");
    assert_eq!(value["documents"].as_array().unwrap().len(), 11);
    assert!(duties(&value, "upward").is_empty());
}

#[test]
fn graver_sources_go_up_the_tiers() {
    for (grade, tiers) in [(1, 2), (2, 1), (3, 0), (4, 0)] {
        let value =
            ask("hazard-filing", "2025-01-15", json!({"grade": grade, "assessed_on": "2025-01-01"})).unwrap();
        assert_eq!(duties(&value, "upward").len(), tiers, "{grade}");
        let days: Vec<_> =
            duties(&value, "summary").iter().map(|own| own["due_on"].as_str().unwrap()).collect();
        assert_eq!(days, ["2025-01-15", "2025-01-31", "2025-02-15"]);
    }
}

/// Articles 27 and 28: three papers, thirty days.
#[test]
fn a_source_that_is_none_any_more_is_struck_off() {
    let input = json!({"grade": 4, "assessed_on": "2025-01-01", "ended": true, "cancellation_received_on": "2025-03-01"});
    let value = ask("hazard-filing", "2025-04-01", input).unwrap();
    assert_eq!(duties(&value, "cancel")[0]["documents"].as_array().unwrap().len(), 3);
    let decision = duties(&value, "cancel_decision");
    assert_eq!(
        (decision[0]["due_on"].as_str(), decision[0]["overdue"].as_bool()),
        (Some("2025-03-31"), Some(true))
    );
    let input = json!({"grade": 4, "assessed_on": "2010-01-01"});
    assert_eq!(ask("hazard-filing", "2011-11-30", input).unwrap_err().code, "not_in_force");
}

#[test]
fn what_is_not_checked_against_the_law_of_2026_says_so() {
    let at = At::nation("2026-05-01".parse().unwrap());
    let input = json!({"grade": 3, "assessed_on": "2025-06-10"});
    let outcome = (registry::find("hazard-filing").unwrap().run)(&at, input).unwrap();
    assert_eq!(outcome.certainty(), Certainty::Memory);
    assert!(
        outcome
            .explanation
            .iter()
            .any(|step| step.note.as_deref().is_some_and(|note| note.contains("2026-05-01")))
    );
}

fn watched(on: &str, input: Value) -> (usize, Vec<String>, Vec<String>) {
    let value = ask("hazard-monitoring", on, input).unwrap();
    let texts = |field: &str| {
        value[field]
            .as_array()
            .unwrap()
            .iter()
            .map(|own| own.as_str().unwrap().to_string())
            .collect::<Vec<_>>()
    };
    (texts("parameters").len(), texts("requirements"), texts("levels"))
}

#[test]
fn grade_place_and_content_decide_what_is_watched() {
    let says = |list: &[String], word: &str| list.iter().any(|own| own.contains(word));
    let (parameters, requirements, levels) = watched(
        "2026-01-01",
        json!({"place": "tank_area", "grade": 1, "contents": ["toxic_gas"], "tank": "pressure"}),
    );
    assert_eq!((parameters, levels.len()), (9, 1));
    assert!(
        says(&requirements, "紧急停车功能") && says(&requirements, "SIS") && says(&requirements, "30 天")
    );
    assert!(!says(&requirements, "视频"));
    let (parameters, requirements, levels) = watched("2020-01-01", json!({"place": "warehouse", "grade": 4}));
    assert_eq!((parameters, levels.len()), (9, 0));
    assert!(!says(&requirements, "紧急停车") && !says(&requirements, "SIS") && !says(&requirements, "切断"));
    let (_, requirements, _) = watched("2020-01-01", json!({"place": "production_site", "grade": 2}));
    assert!(says(&requirements, "装备紧急停车系统"));
    let (parameters, requirements, _) = watched("2011-11-30", json!({"place": "warehouse", "grade": 4}));
    assert_eq!((parameters, requirements.len()), (9, 0));
    let early = ask("hazard-monitoring", "2011-04-30", json!({"place": "warehouse", "grade": 4}));
    assert_eq!(early.unwrap_err().code, "not_in_force");
    let wrong = ask("hazard-monitoring", "2026-01-01", json!({"place": "warehouse", "grade": 5}));
    assert_eq!(wrong.unwrap_err().pointer, "/grade");
}

/// 石油库设计规范 chapter 15.
#[test]
fn level_alarms_of_oil_tanks_go_by_volume_and_turnover() {
    let levels = |volume: i64, turnovers: Option<i64>, floating: bool| {
        let tank = json!({"volume_m3": volume, "turnovers": turnovers, "floating_roof": floating});
        ask("hazard-monitoring", "2026-01-01", json!({"place": "tank_area", "grade": 3, "oil_tank": tank}))
            .map(|value| value["levels"].as_array().unwrap().len())
    };
    assert_eq!(levels(100, None, false), Ok(0));
    assert_eq!(levels(101, None, false), Ok(1));
    assert_eq!(levels(10_000, Some(7), false), Ok(2));
    assert_eq!(levels(10_000, Some(6), false), Ok(1));
    assert_eq!(levels(20_001, Some(6), false), Ok(2));
    assert_eq!(levels(50_000, Some(7), true), Ok(4));
    assert_eq!(levels(10_000, None, false).unwrap_err().pointer, "/oil_tank/turnovers");
}
