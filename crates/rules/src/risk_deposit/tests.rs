use chrono::NaiveDate;
use serde_json::{Value, json};

use super::*;
use crate::Law;

fn ask(on: &str, input: Value) -> Result<Value, Refusal> {
    (RULE.run)(&At::nation(on.parse().unwrap()), input).map(|outcome| outcome.value)
}

/// The worked example: a trader of chemicals of medium size in 2010, 2019 and 2026.
#[test]
fn insurance_takes_the_place_of_the_deposit() {
    let firm = json!({"sector": "hazardous_chemicals", "size": "medium"});
    let value = ask("2010-06-01", firm.clone()).unwrap();
    assert_eq!(
        (value["required"].as_bool(), value["floor"].as_str(), value["floor_exclusive"].as_bool()),
        (Some(true), Some("1000000"), Some(true))
    );
    assert_eq!(value["insurance_required"], false);
    for (on, minimum) in [
        ("2018-01-01", "300000"),
        ("2019-06-01", "300000"),
        ("2025-03-28", "300000"),
        ("2026-06-01", "400000"),
    ] {
        let value = ask(on, firm.clone()).unwrap();
        assert_eq!(
            (value["required"].as_bool(), value["insurance_minimum"].as_str()),
            (Some(false), Some(minimum))
        );
    }
    assert_eq!(ask("2017-12-31", firm).unwrap()["required"], true);
}

#[test]
fn the_deposit_goes_by_size_and_is_topped_up_when_it_changes() {
    for (size, floor) in [
        ("small", "300000"),
        ("micro", "300000"),
        ("medium", "1000000"),
        ("large", "1500000"),
        ("特大型", "2000000"),
    ] {
        let value = ask("2008-01-01", json!({"sector": "construction", "size": size})).unwrap();
        assert_eq!(
            (value["floor"].as_str(), value["cap"].as_str()),
            (Some(floor), Some("5000000")),
            "{size}"
        );
    }
    let grown =
        ask("2008-01-01", json!({"sector": "non_coal_mine", "size": "medium", "stored": "350000"})).unwrap();
    assert_eq!((grown["enough"].as_bool(), grown["top_up"].as_str()), (Some(false), Some("650000")));
    let equal =
        ask("2008-01-01", json!({"sector": "non_coal_mine", "size": "medium", "stored": "1000000"})).unwrap();
    assert_eq!(equal["enough"], false, "the amount itself is not enough");
    let shrunk =
        ask("2008-01-01", json!({"sector": "non_coal_mine", "size": "small", "stored": "1000001"})).unwrap();
    assert_eq!((shrunk["enough"].as_bool(), shrunk["surplus"].as_str()), (Some(true), Some("700001")));
}

/// 财建〔2005〕918号: spans up to 15 万吨 a year, then 50 万元 for each further 10 万吨.
#[test]
fn coal_goes_by_capacity() {
    for (capacity, floor, ceiling) in [
        ("3", "600000", Some("1000000")),
        ("3.01", "1500000", Some("2000000")),
        ("15", "2500000", Some("3000000")),
        ("15.1", "3000000", None),
        ("25", "3500000", None),
        ("44.9", "4000000", None),
    ] {
        let value = ask("2010-01-01", json!({"sector": "coal_mine", "capacity": capacity})).unwrap();
        assert_eq!(
            (value["floor"].as_str(), value["ceiling"].as_str()),
            (Some(floor), ceiling),
            "{capacity}"
        );
    }
    assert_eq!(ask("2010-01-01", json!({"sector": "coal_mine"})).unwrap_err().pointer, "/capacity");
}

#[test]
fn a_policy_is_held_against_the_least_sum() {
    let input = json!({"sector": "fishery", "insured_per_head": "300000", "heads": 10});
    let before = ask("2025-03-28", input.clone()).unwrap();
    let after = ask("2025-03-29", input).unwrap();
    assert_eq!(
        (before["insurance_enough"].as_bool(), before["insurance_total"].as_str()),
        (Some(true), Some("3000000"))
    );
    assert_eq!(
        (after["insurance_enough"].as_bool(), after["insurance_total"].as_str()),
        (Some(false), Some("4000000"))
    );
}

#[test]
fn without_a_norm_the_answer_says_so() {
    for (on, sector) in
        [("2004-06-01", "hazchem"), ("2006-07-31", "mine"), ("2005-06-01", "coal"), ("2010-01-01", "fishery")]
    {
        let refused = ask(on, json!({"sector": sector, "size": "small"})).unwrap_err();
        assert_eq!(refused.code, "not_in_force", "{on} {sector}");
        assert!(refused.message.contains("risk-deposit"));
    }
    assert_eq!(ask("2010-01-01", json!({"sector": "non_coal_mine"})).unwrap_err().pointer, "/size");
}

/// Local variants that were seen: by revenue (30, 100, 150, 200 万元 at 3000 万, 3 亿, 10 亿), by qualification, by tonnes.
#[test]
fn a_place_may_go_by_revenue_or_qualification_or_tonnes() {
    let row = |sector: &str, basis: &str, level: &str, (above, to): (&str, &str), low: &str| {
        let cells = [
            ("sector", sector),
            ("basis", basis),
            ("level", level),
            ("above", above),
            ("to", to),
            ("low", low),
            ("region", "4405"),
            ("source", "汕府〔2005〕1号"),
            ("valid_from", "2005-01-01"),
            ("valid_to", "2017-12-31"),
            ("certainty", "text"),
        ];
        let cells = cells.into_iter().map(|(column, cell)| (column.to_string(), cell.to_string())).collect();
        ("risk-deposit".to_string(), cells)
    };
    let law = Law::with([
        row("hazardous_chemicals", "revenue", "", ("0", "3000"), "300000"),
        row("hazardous_chemicals", "revenue", "", ("3000", "30000"), "1000000"),
        row("hazardous_chemicals", "revenue", "", ("30000", "100000"), "1500000"),
        row("hazardous_chemicals", "revenue", "", ("100000", ""), "2000000"),
        row("construction", "qualification", "一级", ("", ""), "1000000"),
        row("construction", "qualification", "二级", ("", ""), "500000"),
        row("fireworks", "storage", "", ("0", "100"), "100000"),
        row("fireworks", "storage", "", ("100", ""), "200000"),
    ])
    .unwrap();
    let at = At { on: NaiveDate::from_ymd_opt(2005, 6, 1).unwrap(), region: "440507", law: &law };
    let floor = |input: Value| (RULE.run)(&at, input).map(|outcome| outcome.value["floor"].clone());
    assert_eq!(floor(json!({"sector": "hazardous_chemicals", "revenue": "30000000"})).unwrap(), "300000");
    assert_eq!(floor(json!({"sector": "hazardous_chemicals", "revenue": "30000001"})).unwrap(), "1000000");
    assert_eq!(floor(json!({"sector": "construction", "qualification": "二级"})).unwrap(), "500000");
    assert_eq!(
        floor(json!({"sector": "construction", "qualification": "三级"})).unwrap_err().code,
        "unknown"
    );
    assert_eq!(floor(json!({"sector": "fireworks", "storage": 101})).unwrap(), "200000");
    assert_eq!(
        floor(json!({"sector": "hazardous_chemicals", "size": "small"})).unwrap_err().pointer,
        "/revenue"
    );
}
