use chrono::NaiveDate;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::Law;

fn ask(on: &str, region: &str, input: Value) -> Result<Value, Refusal> {
    let at = At { on: on.parse().unwrap(), region, law: Law::national() };
    (RULE.run)(&at, input).map(|outcome| outcome.value)
}

/// The worked examples of both editions and of Shantou.
#[test]
fn the_premium_is_wages_by_base_rate_and_float() {
    for (on, region, input, rate, premium) in [
        ("2016-06-01", "", json!({"class": 4, "wages": 1_200_000}), "0.9", "10800"),
        ("2016-06-01", "", json!({"class": 4, "wages": 1_200_000, "float": 150}), "1.35", "16200"),
        ("2016-06-01", "", json!({"class": 4, "wages": 1_200_000, "float": 50}), "0.45", "5400"),
        ("2005-06-01", "", json!({"industry": "27", "wages": 1_000_000, "float": 80}), "0.8", "8000"),
        ("2025-01-01", "4405", json!({"industry": "29", "wages": 500_000, "float": 120}), "0.96", "4800"),
        ("2021-06-01", "4405", json!({"industry": "29", "wages": 500_000}), "0.4", "2000"),
        ("2021-06-01", "440605", json!({"industry": "C2929", "wages": 100}), "0.8", "0.8"),
        ("2021-06-01", "4403", json!({"class": 4, "wages": 100_000}), "0.63", "630"),
    ] {
        let value = ask(on, region, input.clone()).unwrap();
        assert_eq!(
            (value["rate"].as_str(), value["premium"].as_str()),
            (Some(rate), Some(premium)),
            "{input}"
        );
    }
}

/// Class 1 floats upwards only, and under the document of 2003 not at all.
#[test]
fn a_float_that_the_class_may_not_have_is_refused() {
    for (on, class, float) in [("2016-06-01", 1, 80), ("2005-06-01", 1, 120), ("2016-06-01", 4, 90)] {
        let refused = ask(on, "", json!({"class": class, "float": float})).unwrap_err();
        assert_eq!((refused.code, refused.pointer.as_str()), ("invalid", "/float"), "{class} {float}");
    }
    let first = ask("2016-06-01", "", json!({"class": 4, "float": 80, "first_premium": true})).unwrap_err();
    assert_eq!(first.pointer, "/float");
    assert_eq!(ask("2016-06-01", "", json!({"class": 9})).unwrap_err().pointer, "/class");
    assert_eq!(ask("2005-06-01", "", json!({"class": 4})).unwrap_err().pointer, "/class");
}

#[test]
fn the_rate_that_shantou_set_itself_is_refused_until_an_administrator_adds_it() {
    let input = json!({"industry": "29", "wages": "500000"});
    for on in ["2022-07-01", "2023-06-01", "2024-06-30"] {
        let refused = ask(on, "440507", input.clone()).unwrap_err();
        assert_eq!(refused.code, "not_in_force");
        assert!(refused.message.contains("汕头") && refused.message.contains("injury-insurance-base"));
    }
    assert!(ask("2022-06-30", "440507", input.clone()).is_ok());
    assert!(ask("2024-07-01", "440507", input.clone()).is_ok());
    let cells = [
        ("class", "4"),
        ("rate", "0.6"),
        ("region", "4405"),
        ("source", "汕人社〔2022〕1号"),
        ("valid_from", "2022-07-01"),
        ("valid_to", "2024-06-30"),
        ("certainty", "text"),
    ];
    let cells = cells.into_iter().map(|(column, cell)| (column.to_string(), cell.to_string())).collect();
    let law = Law::with([("injury-insurance-base".to_string(), cells)]).unwrap();
    let at = At { on: "2023-06-01".parse().unwrap(), region: "440507", law: &law };
    assert_eq!((RULE.run)(&at, input).unwrap().value["premium"], "3000");
}

#[test]
fn the_edition_follows_the_day_and_short_codes_are_asked_back() {
    let class =
        |on: &str, code: &str| ask(on, "", json!({"industry": code})).map(|value| value["class"].clone());
    assert_eq!(class("2015-09-30", "58").unwrap(), 1, "仓储业 of 2002");
    assert_eq!(class("2015-10-01", "58").unwrap(), 5, "装卸搬运 of 2011");
    assert_eq!(class("2017-09-30", "59").unwrap(), 2, "仓储业 of 2011");
    let short = class("2017-10-01", "59").unwrap_err();
    assert_eq!((short.code, short.candidates.len()), ("ambiguous", 9));
    assert_eq!(class("2017-10-01", "5910").unwrap(), 5);
    assert_eq!(class("2017-10-01", "G594").unwrap(), 2);
    assert_eq!(class("2020-01-01", "79").unwrap_err().code, "unknown");
    assert_eq!(class("2020-01-01", "00").unwrap_err().code, "unknown");
    assert_eq!(class("2020-01-01", "").unwrap_err().code, "unknown");
    assert_eq!(class("2003-12-31", "29").unwrap_err().code, "not_in_force");
    let old = ask("2025-01-01", "", json!({"industry": "59", "edition": "2011"})).unwrap();
    assert_eq!(old["class"], 2);
    assert_eq!(
        ask("2025-01-01", "", json!({"industry": "59", "edition": "2002"})).unwrap_err().pointer,
        "/edition"
    );
    assert_eq!(ask("2025-01-01", "", json!({})).unwrap_err().pointer, "/industry");
}

#[test]
fn the_record_proposes_a_float_that_the_class_may_have() {
    let proposed = |class: u32, record: Value| {
        let mut input = json!({"class": class});
        input.as_object_mut().unwrap().extend(record.as_object().unwrap().clone());
        ask("2020-01-01", "", input).map(|value| value["proposed_float"].clone())
    };
    assert_eq!(proposed(4, json!({"claims": 10, "premiums": 100})).unwrap(), "50");
    assert_eq!(proposed(1, json!({"claims": 10, "premiums": 100})).unwrap(), "100", "no float downwards");
    assert_eq!(proposed(4, json!({"claims": 150, "premiums": 100})).unwrap(), "150");
    assert_eq!(proposed(4, json!({"claims": 10, "premiums": 100, "deaths": 1})).unwrap(), "120");
    assert_eq!(proposed(4, json!({"injured": 1, "staff": 100})).unwrap(), "100");
    assert_eq!(proposed(4, json!({"claims": 10})).unwrap_err().pointer, "/premiums");
    assert_eq!(proposed(4, json!({})).unwrap(), Value::Null);
}

#[test]
fn the_classes_are_complete() {
    let count = |edition: &str, class: &str| {
        let rows = &CLASSES.rows().rows;
        rows.iter().filter(|row| row.get("edition") == edition && row.get("class") == class).count()
    };
    assert_eq!(["1", "2", "3", ""].map(|class| count("2002", class)), [28, 51, 10, 6]);
    let of_2011 = ["1", "2", "3", "4", "5", "6", "7", "8"].map(|class| count("2011", class));
    assert_eq!(of_2011, [15, 19, 16, 23, 9, 7, 3, 4]);
}

proptest! {
    /// Any day since 2004 and any class of its edition has a rate anywhere, or says which rate is not known; worse records never
    /// propose a lower float.
    #[test]
    fn any_day_has_a_rate_or_says_why_not(
        days in 0i64..9000, class in 1u32..=8, claims in 0i64..300, more in 0i64..100,
        region in proptest::sample::select(vec!["", "4405", "440507", "4406", "3302"]),
    ) {
        let on = NaiveDate::from_ymd_opt(2004, 1, 1).unwrap() + chrono::Days::new(days as u64);
        let at = At { on, region, law: Law::national() };
        let input = |claims: i64| Input {
            class: Some(crate::Count(class)), claims: Some(claims.into()), premiums: Some(100.into()), ..Input::default()
        };
        match compute(&at, &input(claims)) {
            Ok(outcome) => {
                prop_assert!(outcome.value.base_rate.0 > Decimal::ZERO);
                let worse = compute(&at, &input(claims + more)).unwrap();
                prop_assert!(worse.value.proposed_float >= outcome.value.proposed_float);
            }
            Err(refusal) => prop_assert!(
                (refusal.code == "invalid" && class > 3) || refusal.message.contains("汕头"), "{}", refusal.message
            ),
        }
    }
}
