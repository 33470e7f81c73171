//! Editions of GB/T 4754 and the classifier.

use std::collections::BTreeSet;

use rules::{
    At, Refusal,
    industry::editions::{CROSSWALK, DIVISIONS, Edition, RULE, division, translate},
};
use serde_json::{Value, json};

fn ask(on: &str, input: Value) -> Result<Value, Refusal> {
    (RULE.run)(&At::nation(on.parse().unwrap()), input).map(|outcome| outcome.value)
}

fn codes(edition: Edition) -> BTreeSet<&'static str> {
    let rows = DIVISIONS.rows().rows.iter().filter(|row| row.get("edition") == edition.code());
    rows.map(|row| row.get("division")).collect()
}

/// GB/T 4754: 20 sections each, 95, 96 and 97 divisions; the edition of 2002 leaves out 12, 38 and 64.
#[test]
fn the_editions_are_complete() {
    for (edition, count) in Edition::ALL.into_iter().zip([95, 96, 97]) {
        assert_eq!(codes(edition).len(), count);
        let rows = DIVISIONS.rows().rows.iter().filter(|row| row.get("edition") == edition.code());
        let sections: BTreeSet<_> = rows.map(|row| row.get("section")).collect();
        assert_eq!(sections.len(), 20);
    }
    let old = codes(Edition::E2002);
    assert!(["12", "38", "64"].iter().all(|gap| !old.contains(gap)));
}

#[test]
fn every_division_has_its_place_in_every_edition() {
    for from in Edition::ALL {
        for to in Edition::ALL {
            let mut reached = BTreeSet::new();
            for code in codes(from) {
                let (found, _) = translate(from, code, to);
                assert!(!found.is_empty(), "{from:?} {code} in {to:?}");
                assert!(found.iter().all(|own| division(to, own).is_some()));
                // and back
                assert!(
                    found.iter().all(|own| translate(to, own, from).0.contains(&code)),
                    "{from:?} {code} {to:?}"
                );
                reached.extend(found);
            }
            assert_eq!(reached, codes(to), "{from:?} to {to:?}");
        }
    }
    assert_eq!(CROSSWALK.rows().rows.len(), 95 + 96);
}

/// Trade was H 63 and 65 in 2002; loading and unloading left 58 for 59 in 2017; vehicles became two divisions in 2011.
#[test]
fn codes_are_read_in_their_edition() {
    let names = |value: &Value, at: usize| -> Vec<String> {
        let list = value["others"][at]["divisions"].as_array().unwrap();
        list.iter().map(|own| own["division"].as_str().unwrap().to_string()).collect()
    };
    let value = ask("2026-01-01", json!({"code": "63", "edition": "2002"})).unwrap();
    assert_eq!((value["section"].as_str(), value["name"].as_str()), (Some("H"), Some("批发业")));
    assert_eq!((names(&value, 0), names(&value, 1)), (vec!["51".into()], vec!["51".into()]));
    assert_eq!(value["sector"], "trade");
    let value = ask("2005-01-01", json!({"code": "H6350"})).unwrap();
    assert_eq!((value["edition"].as_str(), value["code"].as_str()), (Some("2002"), Some("6350")));
    let value = ask("2012-01-01", json!({"code": "58"})).unwrap();
    assert_eq!(names(&value, 1), ["58", "59"]);
    assert_eq!(value["others"][1]["several"], true);
    let value = ask("2026-01-01", json!({"code": "37", "edition": "2002"})).unwrap();
    assert_eq!(names(&value, 0), ["36", "37", "43"]);
    let value = ask("2026-01-01", json!({"code": "29"})).unwrap();
    assert_eq!(
        (names(&value, 0), value["others"][0]["several"].as_bool()),
        (vec!["29".into(), "30".into()], Some(true))
    );
}

#[test]
fn a_code_that_the_edition_lacks_is_refused() {
    for (on, code, refusal) in [
        ("2026-01-01", "99", "unknown"),
        ("2005-01-01", "64", "unknown"),
        ("2026-01-01", "5", "unknown"),
        ("2026-01-01", "12345", "unknown"),
        ("2026-01-01", "H51", "invalid"),
        ("2026-01-01", "批发", "unknown"),
        ("2002-09-30", "51", "not_in_force"),
    ] {
        assert_eq!(ask(on, json!({"code": code})).unwrap_err().code, refusal, "{on} {code}");
    }
    assert_eq!(ask("2026-01-01", json!({})).unwrap_err().pointer, "/code");
}

#[test]
fn name_and_scope_propose_with_score_and_words() {
    let value = ask("2026-01-01", json!({"name": "某塑料厂", "scope": "制造：塑料制品"})).unwrap();
    assert_eq!((value["division"].as_str(), value["proposed"].as_bool()), (Some("29"), Some(true)));
    assert!(value["score"].as_u64().unwrap() >= 12);
    assert!(value["words"].as_array().unwrap().contains(&json!("塑料")));
    let value = ask("2005-01-01", json!({"name": "某加油站"})).unwrap();
    assert_eq!(
        (value["edition"].as_str(), value["sector"].as_str()),
        (Some("2017"), Some("hazardous_chemicals"))
    );
    assert_eq!(ask("2026-01-01", json!({"name": "甲公司"})).unwrap_err().code, "unknown");
}
