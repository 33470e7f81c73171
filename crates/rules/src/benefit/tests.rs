use chrono::NaiveDate;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::Law;

fn death(on: &str, input: Value) -> Result<Value, Refusal> {
    (death::RULE.run)(&At::nation(on.parse().unwrap()), input).map(|outcome| outcome.value)
}

fn disability(on: &str, region: &str, input: Value) -> Result<Value, Refusal> {
    let at = At { on: on.parse().unwrap(), region, law: Law::national() };
    (disability::RULE.run)(&at, input).map(|outcome| outcome.value)
}

/// The worked examples: a death in May 2024, local wage 9000, own wage 6000.
#[test]
fn a_death_pays_funeral_dependants_and_lump_sum() {
    let base = |dependants: Value| json!({"local_wage": 9000, "own_wage": 6000, "dependants": dependants});
    let value = death("2024-05-10", base(json!([{"relation": "spouse"}, {"relation": "child"}]))).unwrap();
    assert_eq!(value["funeral"], "54000");
    assert_eq!(value["monthly"], "4200");
    assert_eq!(value["lump_sum"], "1036420");
    let four =
        json!([{"relation": "spouse"}, {"relation": "child"}, {"relation": "child"}, {"relation": "parent"}]);
    let capped = death("2024-05-10", base(four)).unwrap();
    assert_eq!(capped["monthly"], "6000", "130 % is cut to own wage");
    let paid: Decimal = capped["shares"]
        .as_array()
        .unwrap()
        .iter()
        .map(|share| share["amount"].as_str().unwrap().parse::<Decimal>().unwrap())
        .sum();
    assert_eq!(paid, Decimal::from(6000));
    let orphan = death("2024-05-10", base(json!([{"relation": "child", "alone": true}]))).unwrap();
    assert_eq!(orphan["monthly"], "2400");
}

/// Own wage 5000 under 60 % of 9000 counts as 5400; above 300 % it is cut.
#[test]
fn own_wage_is_kept_within_its_bounds() {
    let own = |wage: i64| {
        let input = json!({"local_wage": 9000, "own_wage": wage, "dependants": [{"relation": "spouse"}]});
        death("2024-05-10", input).unwrap()["own_wage"].clone()
    };
    assert_eq!(own(5000), "5400");
    assert_eq!(own(5400), "5400");
    assert_eq!(own(27_000), "27000");
    assert_eq!(own(30_000), "27000");
}

/// Before 2011 the lump sum was 48 to 60 months of the local wage: in 2005, of 1200 yuan.
#[test]
fn the_lump_sum_before_2011_goes_by_months() {
    let value = death("2005-06-01", json!({"local_wage": 1200})).unwrap();
    assert_eq!(value["funeral"], "7200");
    assert_eq!(
        (value["lump_sum_min"].as_str(), value["lump_sum_max"].as_str()),
        (Some("57600"), Some("72000"))
    );
    let fixed = death("2010-12-31", json!({"local_wage": 1200, "lump_months": 54})).unwrap();
    assert_eq!(fixed["lump_sum"], "64800");
    let out = death("2005-06-01", json!({"local_wage": 1200, "lump_months": 61})).unwrap_err();
    assert_eq!(out.pointer, "/lump_months");
    let late = death("2010-06-01", json!({"local_wage": 1200, "recognised_after_2010": true})).unwrap();
    assert_eq!(late["lump_sum"], "343500");
    assert_eq!(death("2011-01-01", json!({"local_wage": 1200})).unwrap()["lump_sum"], "382180");
}

#[test]
fn a_year_without_a_figure_asks_for_it() {
    let refused = death("2026-06-01", json!({"local_wage": 9000})).unwrap_err();
    assert_eq!((refused.code, refused.pointer.as_str()), ("missing", "/income"));
    assert!(refused.message.contains("work-death-benefit"));
    let given = death("2026-06-01", json!({"local_wage": 9000, "income": "56000"})).unwrap();
    assert_eq!(given["lump_sum"], "1120000");
    assert_eq!(death("2003-12-31", json!({"local_wage": 1})).unwrap_err().code, "not_in_force");
    let cells = [
        ("year", "2026"),
        ("income", "56000"),
        ("lump", "1120000"),
        ("source", "国家统计局"),
        ("valid_from", "2026-01-01"),
        ("valid_to", "2026-12-31"),
        ("certainty", "text"),
    ];
    let cells = cells.into_iter().map(|(column, cell)| (column.to_string(), cell.to_string())).collect();
    let law = Law::with([("work-death-benefit".to_string(), cells)]).unwrap();
    let at = At { on: "2026-06-01".parse().unwrap(), region: "4405", law: &law };
    assert_eq!((death::RULE.run)(&at, json!({"local_wage": 9000})).unwrap().value["lump_sum"], "1120000");
}

#[test]
fn other_situations_pay_other_parts() {
    let later = json!({"local_wage": 9000, "situation": "after_grade_1_4"});
    let value = death("2026-06-01", later).unwrap();
    assert_eq!((value["funeral"].as_str(), value.get("lump_sum")), (Some("54000"), None));
    let missing = json!({"own_wage": 6000, "local_wage": 9000, "situation": "missing", "dependants": [{"relation": "spouse"}]});
    let value = death("2024-06-01", missing).unwrap();
    assert_eq!(
        (value["advance"].as_str(), value["wages_while_missing"].as_str()),
        (Some("518210"), Some("18000"))
    );
    assert!(value.get("funeral").is_none());
    let two = json!({"local_wage": 9, "own_wage": 9, "dependants": [{"relation": "spouse"}, {"relation": "spouse"}]});
    assert_eq!(death("2024-06-01", two).unwrap_err().pointer, "/dependants/1/relation");
    assert_eq!(death("2024-06-01", json!({})).unwrap_err().pointer, "/local_wage");
}

#[test]
fn every_lump_sum_is_twenty_times_the_income() {
    for row in &death::LUMPS.rows().rows {
        assert_eq!(row.decimal("lump"), row.decimal("income").map(|income| income * Decimal::from(20)));
    }
    assert_eq!(death::LUMPS.rows().rows.len(), 16);
}

/// The worked examples: grade 7 in 2015 at 5000, in 2006 at 1500.
#[test]
fn disability_pays_months_of_own_wage() {
    let lump = |on: &str, grade: u32, own: u32| {
        disability(on, "", json!({"grade": grade, "own_wage": own})).unwrap()["lump_sum"].clone()
    };
    assert_eq!(lump("2015-06-01", 7, 5000), "65000");
    assert_eq!(lump("2006-06-01", 7, 1500), "18000");
    let months =
        |on: &str| (1..=10).map(|grade| lump(on, grade, 1).as_str().unwrap().to_string()).collect::<Vec<_>>();
    assert_eq!(months("2010-12-31").join(" "), "24 22 20 18 16 14 12 10 8 6");
    assert_eq!(months("2011-01-01").join(" "), "27 25 23 21 18 16 13 11 9 7");
    let first = disability(
        "2015-06-01",
        "",
        json!({"grade": 1, "own_wage": 5000, "local_wage": 6000, "care": "complete"}),
    )
    .unwrap();
    assert_eq!((first["allowance"].as_str(), first["care"].as_str()), (Some("4500"), Some("3000")));
    assert_eq!(first["allowance_payer"], "fund");
}

#[test]
fn leaving_pay_is_the_provinces() {
    let leave = |region: &str, grade: u32| {
        disability("2015-06-01", region, json!({"grade": grade, "own_wage": 5000, "leaves": true}))
    };
    let value = leave("440507", 7).unwrap();
    assert_eq!(
        (value["leaving_medical"].as_str(), value["leaving_employment"].as_str()),
        (Some("30000"), Some("125000"))
    );
    assert_eq!(leave("3302", 7).unwrap_err().code, "not_in_force");
    assert_eq!(leave("4405", 4).unwrap_err().pointer, "/leaves");
    for (input, pointer) in [
        (json!({"grade": 0, "own_wage": 1}), "/grade"),
        (json!({"grade": 11, "own_wage": 1}), "/grade"),
        (json!({"grade": 5}), "/own_wage"),
        (json!({"grade": 1, "own_wage": 1, "care": "partly"}), "/local_wage"),
        (json!({}), "/grade"),
    ] {
        assert_eq!(disability("2015-06-01", "", input).unwrap_err().pointer, pointer);
    }
    assert_eq!(
        disability("2003-06-01", "", json!({"grade": 5, "own_wage": 1})).unwrap_err().code,
        "not_in_force"
    );
}

proptest! {
    /// Shares sum to the monthly amount, which never passes own wage; a worse grade never pays less.
    #[test]
    fn shares_add_up_and_worse_grades_pay_no_less(
        own in 100i64..5_000_000, local in 100i64..2_000_000, others in 0usize..7, alone in any::<bool>(), days in 0i64..8000,
    ) {
        let on = NaiveDate::from_ymd_opt(2004, 1, 1).unwrap() + chrono::Days::new(days as u64);
        let mut people = vec![json!({"relation": "spouse"})];
        people.extend((0..others).map(|_| json!({"relation": "child", "alone": alone})));
        let input = json!({
            "own_wage": Decimal::new(own, 2).to_string(), "local_wage": Decimal::new(local, 2).to_string(),
            "dependants": people, "income": 1000,
        });
        let value = death(&on.to_string(), input).unwrap();
        let number = |value: &Value| value.as_str().unwrap().parse::<Decimal>().unwrap();
        let sum: Decimal = value["shares"].as_array().unwrap().iter().map(|share| number(&share["amount"])).sum();
        prop_assert_eq!(sum, number(&value["monthly"]));
        prop_assert!(sum <= number(&value["own_wage"]));
        let lump = |grade: u32| number(&disability(&on.to_string(), "", json!({"grade": grade, "own_wage": 1000})).unwrap()["lump_sum"]);
        prop_assert!((1..10).all(|grade| lump(grade) > lump(grade + 1)));
    }
}
