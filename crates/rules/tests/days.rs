//! A rule asked for any day since 2004 answers with its reasons, or says in words what is missing or that nothing was in force.

use chrono::{Months, NaiveDate};
use rules::{At, Law, Refusal, registry};
use serde_json::Value;

/// What a person at the screen can read: Chinese words, no empty answer.
fn readable(rule: &str, day: NaiveDate, refusal: &Refusal) {
    let chinese = refusal.message.chars().any(|sign| ('\u{4e00}'..='\u{9fff}').contains(&sign));
    assert!(chinese, "{rule} on {day}: {refusal:?}");
    let known = ["missing", "invalid", "unknown", "ambiguous", "not_in_force"];
    assert!(known.contains(&refusal.code), "{rule} on {day}: {}", refusal.code);
}

#[test]
fn any_day_since_2004_has_an_answer_or_a_refusal_in_words() {
    let first = NaiveDate::from_ymd_opt(2004, 1, 1).unwrap();
    for rule in registry::RULES {
        let mut answers = 0;
        for quarter in 0..100 {
            let on = first + Months::new(quarter * 3);
            let at = At { on, region: "440507", law: Law::national() };
            let input: Value = serde_json::from_str(rule.example.1).unwrap();
            match (rule.run)(&at, input) {
                Ok(outcome) => {
                    answers += 1;
                    assert!(!outcome.explanation.is_empty(), "{} on {on}", rule.name);
                }
                Err(refusal) => readable(rule.name, on, &refusal),
            }
        }
        assert!(answers > 0, "{} never answers its own example", rule.name);
    }
}

/// The last day of one row and the first of the next are different rows: nothing falls between, nothing counts twice.
#[test]
fn on_the_edges_of_validity_exactly_one_row_of_a_name_counts() {
    for table in registry::tables() {
        for row in &table.rows().rows {
            for day in [row.from, row.to].into_iter().flatten() {
                let at = At { on: day, region: row.get("region"), law: Law::national() };
                let same: Vec<usize> = at
                    .rows(table)
                    .into_iter()
                    .filter(|other| table.keys.iter().all(|key| other.get(key) == row.get(key)))
                    .map(|other| other.line)
                    .collect();
                assert_eq!(same, [row.line], "{} on {day}", table.name);
            }
        }
    }
}
