use proptest::prelude::*;

use super::*;

fn at(on: &str) -> At<'static> {
    At { region: "440507", ..At::nation(on.parse().unwrap()) }
}

fn archive(on: &str, input: &Input) -> Archive {
    sections(&at(on), input).unwrap().value
}

fn level(on: &str, input: &Input, section: &str) -> Option<Level> {
    archive(on, input).sections.into_iter().find(|own| own.section == section).map(|own| own.level)
}

fn workshop() -> Input {
    Input { staff: Some(30), size: Some(Size::Small), ..Input::default() }
}

/// The union named for the archive: everything an enterprise may have to keep has a section.
#[test]
fn every_section_of_the_union_is_there() {
    let rows = &TABLE.rows().rows;
    for section in [
        "safety_organization",
        "safety_person",
        "responsibility_statement",
        "safety_rule",
        "operating_procedure",
        "safety_commitment",
        "workshop",
        "warehouse",
        "tank_farm",
        "product",
        "raw_material",
        "hazardous_chemical",
        "key_process",
        "special_equipment",
        "confined_space",
        "combustible_dust",
        "molten_metal",
        "ammonia_refrigeration",
        "fire_safety",
        "video_alarm",
        "permit",
        "safety_evaluation",
        "three_simultaneities",
        "standardization",
        "management_system",
        "occupational_hazard",
        "occupational_test",
        "health_check",
        "protective_equipment",
        "training_plan",
        "training_record",
        "special_operation",
        "safety_expense",
        "risk_deposit",
        "liability_insurance",
        "injury_insurance",
        "emergency_plan",
        "emergency_drill",
        "emergency_team",
        "emergency_store",
        "accident",
        "supervision_record",
        "commendation",
        "contractor",
        "related_document",
        "basic_condition",
        "hazard_source",
        "risk_point",
        "danger",
    ] {
        assert!(rows.iter().any(|row| row.get("section") == section), "{section}");
    }
    for row in rows {
        let named = rows.iter().find(|own| own.get("section") == row.get("section")).unwrap();
        assert_eq!(named.get("name"), row.get("name"), "line {}: one section, one name", row.line);
    }
}

#[test]
fn only_what_applies_counts_and_what_was_not_said_is_asked() {
    let plain = archive("2026-01-01", &workshop());
    assert!(plain.undetermined.iter().any(|own| own.needs == ["confined_space"]));
    assert!(plain.sections.iter().all(|own| own.section != "confined_space"));
    let with = Input { confined_space: Some(true), ..workshop() };
    assert_eq!(level("2026-01-01", &with, "confined_space"), Some(Level::Required));
    let without = Input { confined_space: Some(false), ..workshop() };
    let own = archive("2026-01-01", &without);
    assert!(own.sections.iter().chain([]).all(|own| own.section != "confined_space"));
    assert!(own.undetermined.iter().all(|own| own.section != "confined_space"));
}

#[test]
fn trade_staff_and_day_decide() {
    let chemical = Input { trade: Trade::HazardousChemicals, ..workshop() };
    let required = Some(Level::Required);
    assert_eq!(level("2026-01-01", &chemical, "permit"), required);
    assert_eq!(level("2026-01-01", &chemical, "hazardous_chemical"), required, "the trade says it");
    assert_eq!(level("2026-01-01", &workshop(), "permit"), Some(Level::Recommended));
    assert_eq!(level("2010-01-01", &chemical, "risk_deposit"), required);
    assert_eq!(level("2019-01-01", &chemical, "risk_deposit"), None);
    assert_eq!(level("2019-01-01", &chemical, "liability_insurance"), required);
    assert_eq!(level("2016-01-01", &workshop(), "liability_insurance"), Some(Level::Recommended));
    assert_eq!(level("2021-08-31", &workshop(), "risk_point"), Some(Level::Recommended));
    assert_eq!(level("2021-09-01", &workshop(), "risk_point"), required);
    let large = Input { size: Some(Size::Large), ..workshop() };
    assert_eq!(level("2026-01-01", &large, "management_system"), Some(Level::Recommended));
    assert_eq!(level("2026-01-01", &workshop(), "management_system"), None);
}

#[test]
fn every_section_says_why_with_its_clause_and_when_it_is_renewed() {
    let mine = Input { trade: Trade::NonCoalMine, staff: Some(120), ..Input::default() };
    for section in archive("2026-01-01", &mine).sections {
        assert!(!section.reasons.is_empty());
        for reason in section.reasons {
            assert!(!reason.source.is_empty() && !reason.why.is_empty() && !reason.applies.is_empty());
        }
    }
    let chemical = Input { trade: Trade::HazardousChemicals, ..workshop() };
    let renewal = |on: &str, section: &str| {
        let own = archive(on, &chemical).sections.into_iter().find(|own| own.section == section).unwrap();
        (own.renewal_amount.unwrap(), own.renewal_unit.unwrap())
    };
    assert_eq!(renewal("2010-01-01", "safety_evaluation"), (24, "month".into()));
    assert_eq!(renewal("2026-01-01", "safety_evaluation"), (36, "month".into()));
    assert_eq!(renewal("2026-01-01", "safety_commitment"), (1, "day".into()));
    assert_eq!(renewal("2026-01-01", "emergency_drill"), (6, "month".into()));
}

#[test]
fn the_short_list_is_the_required_part_of_the_long_one() {
    let input =
        Input { trade: Trade::MetalSmelting, staff: Some(300), molten_metal: Some(true), ..Input::default() };
    let requirements = Requirements::of(&at("2026-01-01")).unwrap();
    let short = requirements.required(&input);
    let long = requirements.explain(&input).value;
    assert_eq!(short.len(), long.required);
    for section in long.sections.iter().filter(|own| own.level == Level::Required) {
        assert!(short.contains(&section.section.as_str()), "{}", section.section);
    }
}

#[test]
fn in_2005_the_archive_of_the_plan_has_its_sections() {
    let own = archive("2005-06-01", &workshop());
    for section in [
        "basic_record",
        "responsibility_statement",
        "safety_rule",
        "training_record",
        "danger",
        "injury_insurance",
    ] {
        assert!(own.sections.iter().any(|own| own.section == section), "{section}");
    }
    assert!(own.required >= 12, "{}", own.required);
}

proptest! {
    #[test]
    fn saying_more_never_takes_a_required_section_away(place in 0usize..18, staff in 0u32..500) {
        let without = Input { staff: Some(staff), ..Input::default() };
        let (name, ..) = FACTS[place];
        let with: Input = serde_json::from_value(serde_json::json!({ "staff": staff, name: true })).unwrap();
        let requirements = Requirements::of(&at("2026-01-01")).unwrap();
        let more = requirements.required(&with);
        prop_assert!(requirements.required(&without).iter().all(|section| more.contains(section)));
    }
}
