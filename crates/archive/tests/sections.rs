//! The sections: that they answer to the law's table, that each describes itself fully, and that records pass through them unchanged.

use std::collections::BTreeSet;

use archive::section::{Described, SECTIONS, Wrong, find};
use archive::{Field, Kind, Role};
use serde_json::{Map, Value, json};

/// Sections of the law's table that are kept elsewhere: the register itself, and areas with a life of their own.
const ELSEWHERE: [&str; 4] = ["basic_record", "hazard_source", "danger", "supervision_record"];

fn table() -> impl Iterator<Item = &'static rules::Row> {
    rules::archive_requirement::TABLE.rows().rows.iter()
}

fn role(section: &Described, role: Role) -> Vec<&Field> {
    section.fields.iter().filter(|field| field.role == Some(role)).collect()
}

/// A value as it is stored.
fn sample(field: &Field) -> Value {
    match (field.name.as_str(), field.kind) {
        ("cas", _) => json!("67-56-1"),
        ("id_number", _) => json!("11010519491231002X"),
        ("year", _) => json!(2026),
        (_, Kind::Text | Kind::Long) => json!("一号"),
        (_, Kind::Whole) => json!(1),
        (_, Kind::Decimal) => json!("1.5"),
        (_, Kind::Date) => json!("2026-01-01"),
        (_, Kind::YesNo) => json!(true),
        (_, Kind::Choice) => json!(field.choices[0].code),
    }
}

/// A record with the fields that the question names, the others empty.
fn record(section: &Described, filled: impl Fn(&Field) -> bool) -> Map<String, Value> {
    let value = |field: &Field| if filled(field) { sample(field) } else { Value::Null };
    section.fields.iter().map(|field| (field.name.clone(), value(field))).collect()
}

/// That exactly this field is wrong, for this reason, with a message.
fn refused(section: &Described, field: &Field, value: Value, code: &str) {
    let mut values = record(section, |own| own.required);
    values.insert(field.name.clone(), value);
    let wrong = section.read(&values).expect_err(&format!("{}/{} takes it", section.code, field.name));
    let found: Vec<_> = wrong.iter().map(|own| (own.field, own.code, own.message.is_empty())).collect();
    assert_eq!(found, [(field.name.as_str(), code, false)], "{}", section.code);
}

fn wrong_of(section: &str, changes: Value) -> Vec<(&'static str, &'static str)> {
    let section = find(section).expect("a section of that code");
    let mut values = record(section, |own| own.required);
    values.extend(changes.as_object().expect("an object").clone());
    let wrong = section.read(&values).err().unwrap_or_default();
    wrong.iter().map(|Wrong { field, code, .. }| (*field, *code)).collect()
}

#[test]
fn every_section_of_the_law_has_its_name_here_or_is_kept_elsewhere() {
    for row in table() {
        let code = row.get("section");
        match find(code) {
            Some(section) => assert_eq!(section.label, row.get("name"), "{code}"),
            None => assert!(ELSEWHERE.contains(&code), "no section {code} {}", row.get("name")),
        }
    }
}

#[test]
fn codes_and_names_of_sections_are_their_own() {
    let codes: BTreeSet<_> = SECTIONS.iter().map(|section| section.code).collect();
    let labels: BTreeSet<_> = SECTIONS.iter().map(|section| section.label).collect();
    assert_eq!((codes.len(), labels.len()), (SECTIONS.len(), SECTIONS.len()));
    for code in codes {
        assert!(code.bytes().all(|sign| sign.is_ascii_lowercase() || sign == b'_'), "{code}");
        assert!(!ELSEWHERE.contains(&code), "{code}");
    }
}

#[test]
fn sections_stand_in_the_order_of_the_printed_chapters() {
    assert!(SECTIONS.is_sorted_by_key(|section| section.group));
}

#[test]
fn a_record_has_one_field_that_names_it_and_no_other_role_twice() {
    for section in SECTIONS.iter() {
        let title = role(section, Role::Title);
        // the only record of a section is called what the section is called
        assert_eq!(title.len(), usize::from(!section.single), "{}", section.code);
        assert!(title.iter().all(|field| field.required), "{}", section.code);
        for other in [Role::Number, Role::Issuer, Role::IssuedOn, Role::ExpiresOn] {
            assert!(role(section, other).len() <= 1, "{} {other:?}", section.code);
        }
        for day in role(section, Role::IssuedOn).iter().chain(&role(section, Role::ExpiresOn)) {
            assert_eq!(day.kind, Kind::Date, "{}/{}", section.code, day.name);
        }
    }
}

#[test]
fn everything_a_clerk_reads_is_chinese() {
    let chinese = |text: &str| text.chars().any(|sign| ('\u{4e00}'..='\u{9fff}').contains(&sign));
    for section in SECTIONS.iter() {
        assert!(chinese(section.label) && chinese(section.group.label()), "{}", section.code);
        let mut labels = BTreeSet::new();
        for field in &section.fields {
            let place = format!("{}/{}", section.code, field.name);
            assert!(chinese(&field.label), "{place}: {}", field.label);
            assert!(labels.insert(&field.label), "{place}: {} twice", field.label);
            assert!(field.remark.is_empty() || chinese(&field.remark), "{place}: {}", field.remark);
            let words: BTreeSet<_> = field.choices.iter().map(|choice| &choice.label).collect();
            assert_eq!(words.len(), field.choices.len(), "{place}: a word twice");
            assert!(words.iter().all(|word| chinese(word)), "{place}");
        }
    }
}

#[test]
fn what_the_law_wants_renewed_has_a_day_to_reckon_from() {
    for row in table().filter(|row| !row.get("renewal_amount").is_empty()) {
        let Some(section) = find(row.get("section")) else { continue };
        let days = role(section, Role::IssuedOn).len() + role(section, Role::ExpiresOn).len();
        assert!(days > 0, "{}", section.code);
    }
}

#[test]
fn what_a_record_proves_is_a_question_of_the_law() {
    let proven: Vec<_> = SECTIONS.iter().filter_map(|section| section.fact).collect();
    assert!(proven.contains(&"special_equipment") && proven.contains(&"had_accident"));
    for fact in proven {
        let input = json!({ fact: true });
        assert!(serde_json::from_value::<rules::archive_requirement::Input>(input).is_ok(), "{fact}");
    }
}

#[test]
fn phones_identity_numbers_and_health_are_personal() {
    for section in SECTIONS.iter() {
        for field in &section.fields {
            let name = field.name.as_str();
            if name == "id_number" || name == "phone" || name.ends_with("_phone") && name != "duty_phone" {
                assert!(field.personal, "{}/{name}", section.code);
            }
        }
    }
    let check = find("health_check").and_then(|section| section.field("conclusion"));
    assert!(check.is_some_and(|field| field.personal));
}

#[test]
fn a_record_with_only_what_must_be_there_comes_back_unchanged() {
    for section in SECTIONS.iter() {
        let values = record(section, |field| field.required);
        assert_eq!(section.read(&values), Ok(values), "{}", section.code);
    }
}

#[test]
fn a_full_record_comes_back_unchanged() {
    for section in SECTIONS.iter() {
        let values = record(section, |_| true);
        assert_eq!(section.read(&values), Ok(values), "{}", section.code);
    }
}

#[test]
fn what_is_missing_or_out_of_range_is_refused_at_its_field() {
    for section in SECTIONS.iter() {
        for field in &section.fields {
            if field.required {
                refused(section, field, Value::Null, "field.required");
            }
            let wrong = match field.kind {
                Kind::Text => json!("长".repeat(201)),
                Kind::Long => json!("长".repeat(5_001)),
                Kind::Whole => json!(-1),
                Kind::Decimal if field.signed => json!("很冷"),
                Kind::Decimal => json!("-0.5"),
                Kind::Date => json!("2026-02-30"),
                Kind::YesNo => json!("也许"),
                Kind::Choice => json!("no_such_choice"),
            };
            refused(section, field, wrong, "field.invalid");
        }
    }
}

#[test]
fn every_choice_is_known_by_its_chinese_word_and_stored_by_its_code() {
    for section in SECTIONS.iter() {
        for field in &section.fields {
            for choice in &field.choices {
                let mut values = record(section, |own| own.required);
                values.insert(field.name.clone(), json!(choice.label));
                let read = section.read(&values).expect("the word is known");
                assert_eq!(read[&field.name], json!(choice.code), "{}/{}", section.code, field.name);
            }
        }
    }
}

#[test]
fn a_temperature_may_be_below_zero() {
    assert_eq!(wrong_of("ammonia_refrigeration", json!({ "evaporating_temperature": "-33.4" })), []);
}

#[test]
fn a_cas_number_with_a_wrong_check_digit_is_refused() {
    let invalid = [("cas", "field.invalid")];
    for section in ["hazardous_chemical", "tank_farm"] {
        assert_eq!(wrong_of(section, json!({ "cas": "7664-41-7" })), []);
        for wrong in ["67-56-2", "6756-1", "67561", "甲醇", "1-23-4", "67-56-1-1"] {
            assert_eq!(wrong_of(section, json!({ "cas": wrong })), invalid, "{wrong}");
        }
    }
}

#[test]
fn an_identity_number_with_a_wrong_check_sign_is_refused_and_other_papers_pass() {
    for fine in ["11010519491231002X", "11010519491231002x", "110105491231002", "E12345678", "H0123456789"] {
        assert_eq!(wrong_of("special_operation", json!({ "id_number": fine })), [], "{fine}");
    }
    for wrong in ["110105194912310021", "1101051949123100", "1"] {
        let found = wrong_of("special_operation", json!({ "id_number": wrong }));
        assert_eq!(found, [("id_number", "field.invalid")], "{wrong}");
    }
}

#[test]
fn days_stand_in_their_order_and_parts_within_their_whole() {
    let order = |field| vec![(field, "field.order")];
    let days = json!({ "issued_on": "2026-03-01", "expires_on": "2026-02-28" });
    assert_eq!(wrong_of("permit", days.clone()), order("expires_on"));
    assert_eq!(wrong_of("safety_person", days), order("expires_on"));
    let inspected = json!({ "inspected_on": "2026-03-01", "expires_on": "2025-03-01" });
    assert_eq!(wrong_of("special_equipment", inspected), order("expires_on"));
    assert_eq!(wrong_of("injury_insurance", json!({ "staff": 30, "insured": 31 })), order("insured"));
    assert_eq!(wrong_of("safety_target", json!({ "year": 26 })), [("year", "field.invalid")]);
}

#[test]
fn a_quantity_above_the_design_maximum_is_taken_with_a_warning() {
    let above = json!({ "stored": "10.1", "design_maximum": "10", "working_pressure": "2", "design_pressure": "1.6",
        "charge": "10.5", "height": "31", "design_height": "30", "design_capacity": "10" });
    let expected: [(&str, &[&str]); 5] = [
        ("hazardous_chemical", &["stored"]),
        ("tank_farm", &["working_pressure", "stored"]),
        ("warehouse", &["stored"]),
        ("ammonia_refrigeration", &["charge"]),
        ("tailings_pond", &["height", "stored"]),
    ];
    let warning: Vec<&str> = SECTIONS.iter().filter(|own| own.warns()).map(|own| own.code).collect();
    assert_eq!(warning.len(), expected.len(), "{warning:?}");
    for (code, fields) in expected {
        let section = find(code).expect("a section of that code");
        let mut values = record(section, |own| own.required);
        let own =
            above.as_object().expect("an object").iter().filter(|(name, _)| section.field(name).is_some());
        values.extend(own.map(|(name, value)| (name.clone(), value.clone())));
        let stored = Value::Object(section.read(&values).expect("it is taken"));
        let said: Vec<_> = section.warnings(&stored).iter().map(|own| own.field).collect();
        assert_eq!(said, fields, "{code}");
        let within = Value::Object(record(section, |own| own.required));
        assert_eq!(section.warnings(&within), [], "{code}");
    }
}

#[test]
fn a_basic_condition_is_met_or_not_or_does_not_apply() {
    let of = |applies: Value, fulfilled: bool| {
        wrong_of("basic_condition", json!({ "applies": applies, "fulfilled": fulfilled }))
    };
    for (applies, fulfilled) in [(Value::Null, true), (json!(true), false), (json!(false), false)] {
        assert_eq!(of(applies, fulfilled), []);
    }
    assert_eq!(of(json!(false), true), [("fulfilled", "field.invalid")]);
}

#[test]
fn more_safety_expense_used_than_there_was_must_be_explained() {
    let account =
        |used: &str, usage: Value| json!({ "opening": "5", "accrued": "10", "used": used, "usage": usage });
    assert_eq!(wrong_of("safety_expense", account("15", Value::Null)), []);
    assert_eq!(wrong_of("safety_expense", account("15.1", Value::Null)), [("used", "field.order")]);
    assert_eq!(wrong_of("safety_expense", account("15.1", json!("超出部分列入成本"))), []);
}

/// Adding a section takes one new file, its `mod` line and one line of the registry; nothing else names it.
#[test]
fn a_section_is_one_file_and_one_line_of_the_registry() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let registry = std::fs::read_to_string(root.join("section/mod.rs")).expect("the registry");
    let files: BTreeSet<String> = std::fs::read_dir(root.join("section"))
        .expect("the sections")
        .map(|entry| entry.expect("a file").file_name().to_string_lossy().replace(".rs", ""))
        .filter(|name| name != "mod")
        .collect();
    let lines = |start: &str, end: &str| -> Vec<String> {
        let inside = registry.lines().filter_map(|line| line.trim().strip_prefix(start)?.split_once(end));
        inside.map(|(name, _)| name.to_string()).collect()
    };
    for named in [lines("mod ", ";"), lines("described::<", "::")] {
        assert_eq!(named.len(), files.len(), "a file is named twice or not at all");
        assert_eq!(named.into_iter().collect::<BTreeSet<_>>(), files);
    }
    assert_eq!(SECTIONS.len(), files.len());
    for name in &files {
        let text = std::fs::read_to_string(root.join(format!("section/{name}.rs"))).expect("a section");
        assert!(text.starts_with("//! "), "{name} does not say what it follows");
        assert!(text.contains(&format!("CODE: &'static str = \"{name}\"")), "{name} has another code");
    }
}
