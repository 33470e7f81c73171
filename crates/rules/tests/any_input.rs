//! Every rule answers or refuses whatever it is given, on whatever day: no overflow, no panic.

use chrono::NaiveDate;
use proptest::{prelude::*, sample::select};
use rules::{At, Law, registry};
use serde_json::{Value, json};

/// Values that people and programs put where they do not belong.
fn odd() -> impl Strategy<Value = Value> {
    let listed = vec![
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(1),
        json!(3),
        json!(1e30),
        json!(i64::MAX),
        json!(i64::MIN),
        json!(""),
        json!(" "),
        json!("0"),
        json!("-0.5"),
        json!("79228162514264337593543950335"),
        json!("-79228162514264337593543950335"),
        json!("0.0000000000000000000000000001"),
        json!("9999999999999999"),
        json!("２０"),
        json!("2024-02-29"),
        json!("0001-01-01"),
        json!("9999-12-31"),
        json!("-262143-01-01"),
        json!("+262142-12-31"),
        json!("无"),
        json!([]),
        json!([null]),
        json!({}),
        json!(u64::MAX),
    ];
    prop_oneof![4 => select(listed), 1 => any::<String>().prop_map(Value::from), 1 => any::<i64>().prop_map(Value::from)]
}

/// Every place of a value.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    if !at.is_empty() {
        found.push(at.to_string());
    }
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(map) => map.iter().map(|(key, inner)| (key.clone(), inner)).collect(),
        Value::Array(list) => list.iter().enumerate().map(|(at, inner)| (at.to_string(), inner)).collect(),
        _ => Vec::new(),
    };
    for (key, inner) in inner {
        places(inner, &format!("{at}/{key}"), found);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn a_rule_answers_or_refuses(
        rule in select(registry::RULES.to_vec()),
        changes in prop::collection::vec((any::<prop::sample::Index>(), odd()), 0..4),
        day in 0i64..60_000,
        region in select(vec!["", "44", "4405", "440507", "99", "x"]),
    ) {
        let mut input: Value = serde_json::from_str(rule.example.1).unwrap();
        // what the schema knows beside the example, too
        if let Some(properties) = (rule.schema)()["properties"].as_object() {
            for name in properties.keys().filter(|_| changes.len() == 3) {
                if input.get(name).is_none() {
                    input[name] = changes[0].1.clone();
                    break;
                }
            }
        }
        for (at, value) in &changes {
            let mut found = Vec::new();
            places(&input, "", &mut found);
            if !found.is_empty() {
                *input.pointer_mut(at.get::<String>(&found)).unwrap() = value.clone();
            }
        }
        let on = NaiveDate::from_ymd_opt(1950, 1, 1).unwrap() + chrono::Duration::days(day);
        let at = At { on, region, law: Law::national() };
        if let Err(refusal) = (rule.run)(&at, input.clone()) {
            prop_assert!(!refusal.message.is_empty());
            prop_assert!(["missing", "invalid", "unknown", "ambiguous", "not_in_force"].contains(&refusal.code), "{refusal:?}");
        }
    }
}
