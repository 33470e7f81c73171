//! Any day since 2004 has an answer or a refusal that says what to do.

use chrono::{Days, NaiveDate};
use rules::{At, Law, registry};
use serde_json::Value;

#[test]
fn any_day_since_2004_has_an_answer_or_a_clear_refusal() {
    let first = NaiveDate::from_ymd_opt(2004, 1, 1).unwrap();
    for rule in registry::RULES {
        let input: Value = serde_json::from_str(rule.example.1).unwrap();
        for on in (0..330).map(|step| first + Days::new(step * 29)) {
            for region in ["", "440507"] {
                let at = At { on, region, law: Law::national() };
                if let Err(refusal) = (rule.run)(&at, input.clone()) {
                    assert!(
                        ["missing", "invalid", "unknown", "ambiguous", "not_in_force"]
                            .contains(&refusal.code),
                        "{} on {on}: {refusal:?}",
                        rule.name
                    );
                    assert!(refusal.message.chars().count() >= 8, "{} on {on}: {refusal:?}", rule.name);
                    assert!(!refusal.message.is_ascii(), "{} on {on}: {refusal:?}", rule.name);
                }
            }
        }
    }
}
