//! Public or non-public, by codes, capital, control and words.

use rules::{
    At, Refusal,
    ownership::composition::{Input, RULE, TABLE, compose},
};
use serde_json::{Value, json};

fn ask(on: &str, input: Value) -> Result<Value, Refusal> {
    (RULE.run)(&At::nation(on.parse().unwrap()), input).map(|outcome| outcome.value)
}

fn told(on: &str, input: Value) -> (String, String) {
    let value = ask(on, input.clone()).unwrap_or_else(|refused| panic!("{input}: {refused:?}"));
    (value["ownership"].as_str().unwrap().to_string(), value["basis"].as_str().unwrap().to_string())
}

/// Vectors of the decision rule, on the types of 1998.
#[test]
fn types_capital_and_control_decide() {
    for (input, ownership, basis) in [
        (json!({"code": "173"}), "non_public", "stated"),
        (json!({"code": "151"}), "public", "stated"),
        (json!({"code": "120"}), "public", "stated"),
        (json!({"code": "159", "state_share": 60}), "public", "stated"),
        (json!({"code": "159", "state_share": 30}), "non_public", "stated"),
        (json!({"code": "159", "state_share": 30, "control": "state"}), "public", "stated"),
        (
            json!({"code": "159", "state_share": 20, "collective_share": 30, "private_share": 50}),
            "public",
            "stated",
        ),
        (json!({"code": "159", "state_share": "49.99", "private_share": "50.01"}), "non_public", "stated"),
        (json!({"code": "310"}), "non_public", "assumed"),
        (json!({"code": "310", "state_share": 51, "foreign_share": 49}), "public", "stated"),
        (json!({"code": "130"}), "public", "assumed"),
        (json!({"code": "160"}), "non_public", "assumed"),
        (json!({"code": "175"}), "non_public", "stated"),
        (json!({"code": "12"}), "public", "stated"),
        (json!({"code": "23"}), "non_public", "stated"),
    ] {
        assert_eq!(told("2010-01-01", input.clone()), (ownership.into(), basis.into()), "{input}");
    }
}

#[test]
fn the_day_picks_the_scheme() {
    assert_eq!(told("2023-02-28", json!({"code": "120"})).0, "public");
    let refused = ask("2023-03-01", json!({"code": "120"})).unwrap_err();
    assert_eq!((refused.code, refused.candidates.len()), ("ambiguous", 2));
    assert_eq!(told("2023-03-01", json!({"code": "131"})).0, "public");
    assert_eq!(told("2023-03-01", json!({"code": "500"})), ("non_public".into(), "stated".into()));
    assert_eq!(told("2023-03-01", json!({"code": "133"})), ("public".into(), "assumed".into()));
    // still a code of GB/T 12402
    assert_eq!(told("2026-01-01", json!({"code": "173"})).0, "non_public");
    assert_eq!(told("2026-01-01", json!({"code": "120", "scheme": "economic_type"})).0, "public");
    assert_eq!(
        ask("2026-01-01", json!({"code": "173", "scheme": "registration_2023"})).unwrap_err().code,
        "unknown"
    );
    assert_eq!(
        ask("2011-09-29", json!({"code": "290", "scheme": "registration_1998"})).unwrap_err().code,
        "unknown"
    );
    assert_eq!(ask("1998-01-01", json!({"code": "110"})).unwrap_err().code, "not_in_force");
}

#[test]
fn every_code_has_an_answer_or_asks_which_of_its_types() {
    for row in &TABLE.rows().rows {
        let on = row.from.unwrap();
        let input = Input {
            code: Some(row.get("code").to_string()),
            scheme: serde_json::from_value(json!(row.get("scheme"))).ok(),
            ..Input::default()
        };
        let on = on.max("1998-09-02".parse().unwrap());
        match compose(&At::nation(on), &input) {
            Ok(outcome) => assert_eq!(outcome.value.type_name.as_deref(), Some(row.get("name"))),
            Err(refused) => {
                assert_eq!((refused.code, row.get("rule")), ("ambiguous", "by_subtype"), "{refused:?}");
                assert!(!refused.candidates.is_empty());
            }
        }
    }
    let schemes: std::collections::BTreeSet<_> =
        TABLE.rows().rows.iter().map(|row| row.get("scheme")).collect();
    assert_eq!((TABLE.rows().rows.len(), schemes.len()), (104, 4));
}

#[test]
fn words_serve_where_there_is_no_code() {
    assert_eq!(told("2010-01-01", json!({"type": "集体所有制"})), ("public".into(), "stated".into()));
    assert_eq!(told("2010-01-01", json!({"type": "有限责任公司"})), ("non_public".into(), "assumed".into()));
    assert_eq!(
        told("2010-01-01", json!({"type": "有限责任公司", "state_share": 50})),
        ("public".into(), "stated".into())
    );
    assert_eq!(told("2010-01-01", json!({"name": "某镇供销社"})), ("public".into(), "inferred".into()));
    assert_eq!(ask("2010-01-01", json!({})).unwrap_err().pointer, "/code");
    let wrong = json!({"code": "159", "state_share": 60, "private_share": 50});
    assert_eq!(ask("2010-01-01", wrong).unwrap_err().code, "invalid");
}
