//! What every rule and every table promises.

use rules::{At, Law, registry};
use serde_json::Value;

#[test]
fn every_rule_answers_its_own_example_with_an_explanation() {
    for rule in registry::RULES {
        let at = At { on: registry::example_day(rule).unwrap(), region: "4405", law: Law::national() };
        let input: Value = serde_json::from_str(rule.example.1).unwrap();
        let outcome = (rule.run)(&at, input).unwrap_or_else(|refusal| panic!("{}: {refusal:?}", rule.name));
        assert!(!outcome.explanation.is_empty(), "{} explains nothing", rule.name);
        assert!(
            outcome.explanation.iter().any(|step| step.source.is_some()),
            "{} names no source",
            rule.name
        );
    }
}

#[test]
fn every_rule_has_a_name_of_its_own_and_says_what_it_takes() {
    for (at, rule) in registry::RULES.iter().enumerate() {
        assert!(registry::RULES[..at].iter().all(|other| other.name != rule.name), "{} twice", rule.name);
        let schema = (rule.schema)();
        let properties = schema["properties"].as_object().unwrap();
        for (name, property) in properties {
            assert!(
                property["title"].is_string() || property["$ref"].is_string(),
                "{}: {name} has no title",
                rule.name
            );
        }
    }
}

fn titled(rule: &str, node: &Value) {
    if let Some(properties) = node["properties"].as_object() {
        for (name, property) in properties {
            let title = property["title"].as_str().or_else(|| property["$ref"].as_str()).unwrap_or_default();
            assert!(!title.is_empty(), "{rule}: {name} of its value has no title");
        }
    }
    for inner in node.as_object().into_iter().flat_map(|node| node.values()) {
        titled(rule, inner);
    }
    for inner in node.as_array().into_iter().flatten() {
        titled(rule, inner);
    }
}

#[test]
fn everything_a_rule_answers_has_a_chinese_name() {
    for rule in registry::RULES {
        titled(rule.name, &(rule.result)());
    }
}

#[test]
fn an_unknown_input_is_refused_by_name() {
    for rule in registry::RULES {
        let at = At { on: registry::example_day(rule).unwrap(), region: "", law: Law::national() };
        let mut input: Value = serde_json::from_str(rule.example.1).unwrap();
        input["no_such_input"] = Value::from(1);
        let refusal = (rule.run)(&at, input).unwrap_err();
        assert_eq!(refusal.pointer, "/no_such_input", "{}", rule.name);
    }
}

#[test]
fn every_row_has_its_columns_a_source_a_certainty_and_a_time() {
    for table in registry::tables() {
        let lines: Vec<&str> =
            table.text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()).collect();
        let rows = table.rows();
        assert_eq!(rows.rows.len(), lines.len() - 1, "{}: a row could not be read", table.name);
        for column in ["source", "valid_from", "valid_to", "certainty", "note"] {
            assert!(rows.columns.iter().any(|own| own == column), "{} lacks {column}", table.name);
        }
        for key in table.keys {
            assert!(rows.columns.iter().any(|own| own == key), "{} lacks its key {key}", table.name);
        }
        for (line, row) in lines[1..].iter().zip(&rows.rows) {
            assert_eq!(line.split('\t').count(), rows.columns.len(), "{} line {}", table.name, row.line);
            assert!(!row.get("source").is_empty(), "{} line {} has no source", table.name, row.line);
            if let (Some(from), Some(to)) = (row.from, row.to) {
                assert!(from <= to, "{} line {} ends before it begins", table.name, row.line);
            }
        }
    }
}

#[test]
fn every_table_speaks_chinese_to_those_who_read_it() {
    let chinese = |text: &str| text.chars().any(|sign| sign > '\u{2e80}');
    for table in registry::tables() {
        let words = table.words();
        for remark in table.remarks() {
            assert!(chinese(remark), "{}: {remark}", table.name);
        }
        for column in &table.rows().columns {
            let common = ["region", "source", "valid_from", "valid_to", "certainty", "note"];
            let known = common.contains(&column.as_str()) || words.contains_key(column.as_str());
            assert!(known, "{} has no Chinese word for its column {column}", table.name);
        }
    }
}

#[test]
fn rows_of_equal_keys_and_region_are_never_in_force_together() {
    for table in registry::tables() {
        let rows = &table.rows().rows;
        for (at, row) in rows.iter().enumerate() {
            for other in &rows[..at] {
                let same = table.keys.iter().chain(&["region"]).all(|key| row.get(key) == other.get(key));
                let apart = row.to.zip(other.from).is_some_and(|(to, from)| to < from)
                    || other.to.zip(row.from).is_some_and(|(to, from)| to < from);
                assert!(!same || apart, "{} lines {} and {}", table.name, other.line, row.line);
            }
        }
    }
}
