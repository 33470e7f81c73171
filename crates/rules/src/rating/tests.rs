use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn at(region: &'static str) -> At<'static> {
    At { region, ..At::nation("2026-01-01".parse().unwrap()) }
}

fn rated(region: &'static str, scheme: &str, facts: Value) -> Assessment {
    let facts = serde_json::from_value(facts).unwrap();
    assess(&at(region), &Input { scheme: scheme.into(), facts }).unwrap().value
}

fn good() -> Value {
    json!({
        "standardization_level": 1, "archive_completeness": 100, "permits_valid": true, "safety_staff": true,
        "heads_trained": true, "training_coverage": "100", "dangers_closed_on_time": 100, "self_check_reported": true,
        "overdue_orders": 0, "penalties_1y": 0, "serious_injuries_1y": 0, "plan_and_drill": true, "deaths_1y": 0
    })
}

fn but(changes: Value) -> Value {
    let mut facts = good();
    for (name, fact) in changes.as_object().unwrap() {
        facts[name] = fact.clone();
    }
    facts
}

/// The default scheme adds up to its full mark, and says what each grade is inspected.
#[test]
fn all_points_are_an_a_inspected_once_a_year() {
    let own = rated("4405", "", good());
    assert_eq!((own.score.to_string(), own.grade.as_str(), own.colour.as_str()), ("100".into(), "A", "blue"));
    assert_eq!((own.scheme.as_str(), own.checks_per_year), ("anjian", Some(1)));
    assert_eq!(own.lines.iter().filter(|line| line.state == State::NotApplicable).count(), 3);
    assert!(own.unknown.is_empty());
}

#[test]
fn every_point_won_or_lost_names_its_fact() {
    let own = rated(
        "4405",
        "",
        but(json!({"dangers_closed_on_time": 60, "penalties_1y": 1, "standardization_level": "二级"})),
    );
    let line = |code: &str| own.lines.iter().find(|line| line.code == code).unwrap();
    assert_eq!((line("dangers").won.to_string(), line("dangers").lost.to_string()), ("9".into(), "6".into()));
    assert_eq!(line("penalties").given.as_deref(), Some("1"));
    assert_eq!(line("standardization").won.to_string(), "12");
    assert_eq!((own.score.to_string(), own.grade.as_str()), ("86".into(), "A"));
    let silent = rated("4405", "", json!({}));
    assert_eq!((silent.grade.as_str(), silent.score.to_string()), ("D", "0".into()));
    assert_eq!(silent.unknown.len(), 12);
}

#[test]
fn what_does_not_apply_is_left_out_of_the_scale() {
    let with = rated("4405", "", but(json!({"has_hazard_source": true, "hazard_source_managed": false})));
    assert_eq!(with.score.to_string(), "95.23", "100 of 105 points");
}

/// Shenzhen's kind: a death or three serious injuries, the last grade; Liaocheng: two penalties, one step.
#[test]
fn vetoes_overrule_the_points() {
    for facts in
        [json!({"deaths_1y": 1}), json!({"serious_injuries_1y": 3}), json!({"major_danger_overdue": true})]
    {
        let own = rated("4405", "", but(facts));
        assert_eq!((own.grade.as_str(), own.checks_per_year, own.vetoes.len()), ("D", Some(12), 1));
        assert_ne!(own.grade_by_score, "D");
    }
    let fined = rated("4405", "", but(json!({"penalties_1y": 2})));
    assert_eq!((fined.grade_by_score.as_str(), fined.grade.as_str()), ("A", "B"));
}

/// rules.md 13, the published schemes.
#[test]
fn the_published_schemes_are_there_by_name_where_they_apply() {
    for (score, grade) in [(850, "A"), (849, "B"), (750, "B"), (600, "C"), (599, "D")] {
        assert_eq!(rated("440507", "guangdong", json!({ "score": score })).grade, grade, "{score}");
    }
    for (grade, checks) in [("A", 1), ("B", 2), ("C", 4), ("D", 12)] {
        let own = rated("", "small_enterprise", json!({ "assessed_grade": grade }));
        assert_eq!((own.grade.as_str(), own.checks_per_year), (grade, Some(checks)));
    }
    let steps = |facts| rated("371502", "liaocheng", facts).grade;
    assert_eq!(steps(json!({"standardization_level": 1, "adjustment": 8})), "A+");
    assert_eq!(steps(json!({"standardization_level": 1, "adjustment": 8, "general_accidents_1y": 1})), "A-");
    assert_eq!(steps(json!({"standardization_level": 2, "penalties_1y": 2})), "C+");
    assert_eq!(steps(json!({"standardization_level": 1, "general_accidents_1y": 2})), "D");
    assert_eq!(
        rated("", "standardization_credit", json!({"standardization_level": 2, "broken_promise": true}))
            .grade,
        "3"
    );
    let elsewhere = assess(&at("4405"), &Input { scheme: "liaocheng".into(), facts: BTreeMap::new() });
    assert!(elsewhere.is_err(), "Liaocheng's scheme is not Shantou's");
}

#[test]
fn a_citys_own_row_changes_a_weight() {
    let row = [
        ("scheme", "anjian"),
        ("code", "archive"),
        ("name", "安全档案完整率"),
        ("fact", "archive_completeness"),
        ("op", "share"),
        ("points", "110"),
        ("region", "4405"),
        ("source", "汕安监〔2026〕1号"),
        ("certainty", "text"),
    ];
    let cells = row.map(|(column, cell)| (column.to_string(), cell.to_string())).into_iter().collect();
    let law = crate::Law::with([("rating-indicator".to_string(), cells)]).unwrap();
    let at = At { law: &law, ..at("440507") };
    let facts = serde_json::from_value(but(json!({"archive_completeness": 0}))).unwrap();
    let own = assess(&at, &Input { scheme: String::new(), facts }).unwrap();
    assert_eq!((own.value.score.to_string(), own.value.grade.as_str()), ("45".into(), "D"));
    assert!(own.explanation.iter().any(|step| step.source.as_deref() == Some("汕安监〔2026〕1号")));
}

#[test]
fn what_cannot_be_read_is_refused_by_name() {
    let refused = |facts: Value| {
        let input = Input { scheme: String::new(), facts: serde_json::from_value(facts).unwrap() };
        assess(&at("4405"), &input).unwrap_err()
    };
    assert_eq!(refused(json!({"permits_valid": "也许"})).pointer, "/facts/permits_valid");
    assert_eq!(refused(json!({"no_such_fact": 1})).code, "unknown");
    assert_eq!(refused(json!({"standardization_level": 7})).code, "invalid");
    let scheme = Input { scheme: "none".into(), facts: BTreeMap::new() };
    assert_eq!(assess(&at("4405"), &scheme).unwrap_err().pointer, "/scheme");
}

proptest! {
    #[test]
    fn better_facts_never_give_a_worse_grade(archive in 0i64..=100, more in 0i64..=50, penalties in 0i64..4, fewer in 0i64..4) {
        let scheme = Scheme::of(&at("4405"), "").unwrap();
        let place = |archive: i64, penalties: i64| {
            let own = rated("4405", "", but(json!({"archive_completeness": archive.min(100), "penalties_1y": penalties.max(0)})));
            scheme.grades.iter().position(|grade| grade.row.get("grade") == own.grade).unwrap()
        };
        prop_assert!(place(archive + more, penalties - fewer) <= place(archive, penalties));
    }
}
