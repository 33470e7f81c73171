use proptest::prelude::*;

use super::*;

fn at(on: &str) -> At<'static> {
    At { region: "4405", ..At::nation(on.parse().unwrap()) }
}

fn scored(system: &str, score: &str) -> Input {
    Input { system: system.into(), score: Some(Number(score.parse().unwrap())), ..Input::default() }
}

fn level(on: &str, input: &Input) -> Option<String> {
    grade(&at(on), input).unwrap().value.level
}

/// rules.md 10, table of thresholds.
#[test]
fn the_thresholds_of_every_system() {
    for (system, score, wanted) in [
        ("industry_trade", "90", Some("1")),
        ("industry_trade", "89.99", Some("2")),
        ("industry_trade", "75", Some("2")),
        ("industry_trade", "60", Some("3")),
        ("industry_trade", "59.99", None),
        ("fireworks", "80", Some("2")),
        ("fireworks", "69", None),
        ("shipbuilding", "900", Some("1")),
        ("shipbuilding", "899", Some("2")),
        ("small_machinery", "750", Some("pass")),
        ("small_machinery", "749", None),
        ("geology", "600", Some("C")),
        ("geology", "599", Some("D")),
    ] {
        assert_eq!(level("2015-01-01", &scored(system, score)).as_deref(), wanted, "{system} {score}");
    }
    let chemicals = Input { lowest_element: Some(60.into()), ..scored("hazardous_chemicals", "92") };
    assert_eq!(level("2015-01-01", &chemicals).as_deref(), Some("2"));
    let weak = Input { lowest_element: Some(59.into()), ..scored("hazardous_chemicals", "92") };
    assert_eq!(level("2015-01-01", &weak), None);
    assert_eq!(
        grade(&at("2015-01-01"), &scored("hazardous_chemicals", "92")).unwrap_err().pointer,
        "/lowest_element"
    );
}

#[test]
fn a_full_mark_of_another_size_is_scaled() {
    let input = Input { full_score: Some(640.into()), ..scored("industry_trade", "480") };
    let own = grade(&at("2015-01-01"), &input).unwrap().value;
    assert_eq!((own.score.unwrap().to_string(), own.level.as_deref()), ("75".into(), Some("2")));
}

/// rules.md 10: 2011, level 2 at most one death, level 3 at most two; 83号: none in the year before.
#[test]
fn deaths_lower_the_level_and_under_83_bar_it() {
    let with = |deaths_1y: i64| Input {
        facts: Facts { deaths_1y: Some(Number::from(deaths_1y)), ..Facts::default() },
        ..scored("industry_trade", "80")
    };
    assert_eq!(level("2015-01-01", &with(1)).as_deref(), Some("2"));
    assert_eq!(level("2015-01-01", &with(2)).as_deref(), Some("3"));
    assert_eq!(level("2015-01-01", &with(3)), None);
    assert_eq!(level("2022-01-01", &with(0)).as_deref(), Some("2"));
    assert_eq!(level("2022-01-01", &with(1)), None);
}

#[test]
fn what_was_not_given_is_listed_as_not_checked() {
    let own = grade(&at("2022-01-01"), &scored("industry_trade", "95")).unwrap().value;
    assert_eq!(own.level.as_deref(), Some("1"));
    assert_eq!(own.unchecked, own.conditions.len());
    assert!(own.unchecked >= 16);
}

#[test]
fn a_level_holds_three_years_and_falls_with_a_death() {
    let held = |purpose, deaths_period: i64, level: &str| Input {
        purpose,
        level: Some(level.into()),
        issued_on: "2023-06-01".parse().ok(),
        facts: Facts { deaths_period: Some(Number::from(deaths_period)), ..Facts::default() },
        ..scored("industry_trade", "80")
    };
    let kept = grade(&at("2026-01-01"), &held(Purpose::Renew, 0, "二级")).unwrap().value;
    assert_eq!(
        (kept.level.as_deref(), kept.expires_on.unwrap().to_string()),
        (Some("2"), "2026-05-31".into())
    );
    assert_eq!(grade(&at("2026-01-01"), &held(Purpose::Revoke, 1, "3")).unwrap().value.level, None);
    assert_eq!(grade(&at("2026-01-01"), &held(Purpose::Revoke, 1, "9")).unwrap_err().pointer, "/level");
}

#[test]
fn before_2011_no_score_is_in_force() {
    assert_eq!(grade(&at("2005-06-01"), &scored("industry_trade", "95")).unwrap_err().code, "not_in_force");
}

proptest! {
    #[test]
    fn more_points_never_lower_a_level(score in 0i64..100, more in 0i64..20) {
        let rank = |score: i64| {
            let own = level("2015-01-01", &scored("industry_trade", &score.min(100).to_string()));
            own.map_or(0, |level| 4 - level.parse::<i64>().unwrap())
        };
        prop_assert!(rank(score) <= rank(score + more));
    }
}
