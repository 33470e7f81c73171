//! Major hazard sources: published examples, edges, and what holds for any unit.

use chrono::NaiveDate;
use proptest::prelude::*;
use rules::{
    At, Decimal,
    hazard::source::{Finding, Input, Substance, Unit, identify},
    outcome::Refusal,
};
use serde_json::{Value, json};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn ask(on: &str, people: Option<i64>, substances: Value) -> Result<Finding, Refusal> {
    let input = json!({"unit": "storage", "exposed_people": people, "substances": substances});
    let input: Input = serde_json::from_value(input).unwrap();
    identify(&At::nation(day(on)), &input).map(|outcome| outcome.value)
}

fn now(people: i64, substances: &[(&str, &str)]) -> Finding {
    let list: Vec<Value> =
        substances.iter().map(|(name, quantity)| json!({"name": name, "quantity_t": quantity})).collect();
    ask("2026-01-01", Some(people), list.into()).unwrap()
}

fn figures(finding: &Finding) -> (&str, bool, Option<&str>, Option<u8>) {
    (&finding.s, finding.is_major, finding.r.as_deref(), finding.grade)
}

/// 8fe.cn test-question-282515: 200 t of sulphur dioxide, 60 people; R = 30, grade 3.
#[test]
fn sulphur_dioxide_of_a_published_question_is_of_grade_three() {
    let finding = now(60, &[("二氧化硫", "200")]);
    assert_eq!(figures(&finding), ("10", true, Some("30"), Some(3)));
    assert_eq!(finding.alpha.as_deref(), Some("1.5"));
    let line = &finding.substances[0];
    assert_eq!(
        (line.threshold_t.as_str(), line.beta.as_deref(), line.ratio.as_str()),
        ("20", Some("2"), "10")
    );
}

/// liangxue.laixue.com test 7001413, store 甲: the published sum 6.5 takes 50 t for styrene; both editions say 500 t, so 1.1.
#[test]
fn a_published_question_with_a_wrong_threshold_is_put_right() {
    let list = json!([
        {"name": "苯乙烯", "quantity_t": 300}, {"name": "环氧丙烷", "quantity_t": 2}, {"name": "乙醚", "quantity_t": 3}
    ]);
    for on in ["2012-06-01", "2026-01-01"] {
        let finding = ask(on, None, list.clone()).unwrap();
        assert_eq!((finding.s.as_str(), finding.is_major, finding.grade), ("1.1", true, None), "{on}");
    }
}

/// The same test, store 丙: right by the edition of 2009 (one row of nitrocellulose, 10 t); by that of 2018 the form decides.
#[test]
fn nitrocellulose_goes_by_its_form_since_2019() {
    let list = |row: Option<u32>| {
        json!([
            {"name": "硝化纤维素", "row": row, "quantity_t": 5}, {"name": "三硝基甲苯", "quantity_t": 1},
            {"name": "硝化甘油", "quantity_t": "0.2"}
        ])
    };
    let old = ask("2010-06-01", Some(10), list(None)).unwrap();
    assert_eq!((old.s.as_str(), old.is_major, old.r, old.grade), ("0.9", false, None, None));
    let open = ask("2026-01-01", Some(10), list(None)).unwrap_err();
    assert_eq!((open.code, open.pointer.as_str()), ("ambiguous", "/substances/0/name"));
    let rows: Vec<_> = open.candidates.iter().map(|own| own["row"].as_u64().unwrap()).collect();
    assert_eq!(rows, [37, 38, 39, 40, 41]);
    assert_eq!(open.candidates[2]["threshold_t"], "10");
    for (row, s, major) in [(37, "5.4", true), (38, "5.4", true), (39, "0.9", false), (40, "0.5", false)] {
        let finding = ask("2026-01-01", Some(10), list(Some(row))).unwrap();
        assert_eq!((finding.s.as_str(), finding.is_major), (s, major), "row {row}");
    }
}

/// A question bank, q-161: coal gas 150 t, 1 to 29 people, R = 15; the gas takes the factor of carbon monoxide.
#[test]
fn coal_gas_takes_the_factor_of_carbon_monoxide() {
    for gas in ["煤气", "一氧化碳", "CO"] {
        let finding = now(29, &[(gas, "150")]);
        assert_eq!(figures(&finding), ("7.5", true, Some("15"), Some(3)), "{gas}");
        assert_eq!(finding.substances[0].row, Some(13));
    }
}

/// The same bank, q-649 (answers recomputed): two stores behind a fire wall, α = 2.
#[test]
fn two_stores_of_a_published_question() {
    let one = now(100, &[("乙醇", "250"), ("乙炔", "5")]);
    assert_eq!(figures(&one), ("5.5", true, Some("16"), Some(3)));
    let two = now(100, &[("过乙酸", "25"), ("发烟硝酸", "10")]);
    assert_eq!(figures(&two), ("3", true, Some("8.5"), Some(4)));
}

/// digital-emergency-plan-generator, unit tests of its R value.
#[test]
fn chlorine_below_at_and_above_its_threshold() {
    assert_eq!(figures(&now(0, &[("氯", "4.9")])), ("0.98", false, Some("1.96"), None));
    assert_eq!(figures(&now(0, &[("氯", "5.0")])), ("1", true, Some("2"), Some(4)));
    assert_eq!(figures(&now(100, &[("液氯", "250")])), ("50", true, Some("400"), Some(1)));
}

/// The same source: edges of alpha and of the grades.
#[test]
fn alpha_and_grade_change_at_their_edges() {
    for (people, alpha) in [
        (0, "0.5"),
        (1, "1"),
        (29, "1"),
        (30, "1.2"),
        (49, "1.2"),
        (50, "1.5"),
        (99, "1.5"),
        (100, "2"),
        (5000, "2"),
    ] {
        assert_eq!(now(people, &[("氯", "5")]).alpha.as_deref(), Some(alpha), "{people}");
    }
    // chlorine: R = 0.8 q at one person
    for (quantity, grade) in
        [("12.49875", 4), ("12.5", 3), ("62.49875", 3), ("62.5", 2), ("124.99875", 2), ("125", 1)]
    {
        assert_eq!(now(1, &[("氯", quantity)]).grade, Some(grade), "{quantity}");
    }
}

/// Thirds of phosgene's 0.3 t and aerosol's 150 t have no finite decimal; they still meet exactly at one.
#[test]
fn thirds_sum_exactly_to_one() {
    let list = |last: &str| {
        json!([
            {"name": "光气", "quantity_t": "0.1"}, {"name": "光气", "quantity_t": "0.1"}, {"name": "光气", "quantity_t": last}
        ])
    };
    let finding = ask("2026-01-01", Some(0), list("0.1")).unwrap();
    assert_eq!((finding.s.as_str(), finding.is_major), ("1", true));
    assert_eq!(finding.substances[0].ratio, "0.3333333333");
    let below = ask("2026-01-01", Some(0), list("0.0999999999999999")).unwrap();
    assert!(!below.is_major);
}

#[test]
fn what_stands_at_several_rows_is_asked_back() {
    let cas = |number: &str| ask("2026-01-01", Some(0), json!([{"cas": number, "quantity_t": 1}]));
    let open = cas("9004-70-0").unwrap_err();
    assert_eq!(
        (open.code, open.pointer.as_str(), open.candidates.len()),
        ("ambiguous", "/substances/0/cas", 6)
    );
    let open = cas("6484-52-2").unwrap_err();
    assert_eq!((open.code, open.candidates.len()), ("ambiguous", 2));
    assert_eq!(open.candidates[0]["threshold_t"], "5");
    let both = json!([{"cas": "6484-52-2", "row": 44, "quantity_t": 50}]);
    assert_eq!(ask("2026-01-01", Some(0), both).unwrap().s, "1");
    assert_eq!(cas("7782-50-5").unwrap().substances[0].row, Some(12));
    assert_eq!(cas("7782-50-6").unwrap_err().code, "invalid");
    let wrong = json!([{"name": "氯", "cas": "7664-41-7", "quantity_t": 1}]);
    assert_eq!(ask("2026-01-01", Some(0), wrong).unwrap_err().pointer, "/substances/0/cas");
    let wrong = json!([{"name": "氯", "row": 44, "quantity_t": 1}]);
    assert_eq!(ask("2026-01-01", Some(0), wrong).unwrap_err().pointer, "/substances/0/row");
}

#[test]
fn a_chemical_outside_table_one_needs_its_class() {
    let refused = ask("2026-01-01", Some(0), json!([{"name": "丙烯", "quantity_t": 1}])).unwrap_err();
    assert_eq!((refused.code, refused.pointer.as_str()), ("missing", "/substances/0/category"));
    let finding =
        ask("2026-01-01", Some(0), json!([{"name": "丙烯", "category": "W2", "quantity_t": 10}])).unwrap();
    assert_eq!(figures(&finding), ("1", true, Some("0.75"), Some(4)));
    // several hazards: the lowest threshold, the largest factor
    for category in [json!("W5.3、J3"), json!(["W5.3", "J3"]), json!("j3,w5.3")] {
        let list = json!([{"name": "某液体", "category": category, "quantity_t": 25}]);
        let finding = ask("2026-01-01", Some(0), list).unwrap();
        let line = &finding.substances[0];
        assert_eq!((line.threshold_t.as_str(), line.beta.as_deref(), line.row), ("50", Some("2"), None));
    }
    let refused =
        ask("2026-01-01", Some(0), json!([{"name": "某气", "category": "急性毒性", "quantity_t": 1}]));
    let refused = refused.unwrap_err();
    assert_eq!((refused.code, refused.candidates.len()), ("ambiguous", 5));
    let refused = ask("2026-01-01", Some(0), json!([{"name": "某气", "category": "W99", "quantity_t": 1}]));
    assert_eq!(refused.unwrap_err().code, "unknown");
    // a mixture with the CAS number of a listed pure substance
    let mixture = json!([{"name": "甲醛溶液", "cas": "50-00-0", "category": "J5", "quantity_t": 1}]);
    assert_eq!(ask("2026-01-01", Some(0), mixture).unwrap_err().pointer, "/substances/0/row");
}

#[test]
fn the_edition_of_the_day_decides() {
    let arsine = json!([{"name": "砷化氢", "quantity_t": 6}]);
    let oxygen = json!([{"name": "液氧", "category": "2.2", "quantity_t": 200}]);
    let before = ask("2019-02-28", Some(1), arsine.clone()).unwrap();
    assert_eq!(
        (before.edition.as_str(), before.s.as_str(), before.r.as_deref()),
        ("GB 18218-2009", "0.5", Some("2"))
    );
    assert_eq!(ask("2019-03-01", Some(1), arsine).unwrap().s, "6");
    let before = ask("2019-02-28", Some(1), oxygen).unwrap();
    assert_eq!((before.s.as_str(), before.substances[0].row), ("1", None));
    assert_eq!(ask("2019-03-01", Some(1), json!([{"name": "液氧", "quantity_t": 200}])).unwrap().s, "1");
    // graded since 2011-12-01
    let chlorine = json!([{"name": "氯", "quantity_t": 125}]);
    assert_eq!(ask("2011-11-30", Some(1), chlorine.clone()).unwrap().grade, None);
    assert_eq!(ask("2011-12-01", Some(1), chlorine.clone()).unwrap().grade, Some(1));
    // 2000: what is at hand, and what is not
    let refused = ask("2009-11-30", Some(1), chlorine.clone()).unwrap_err();
    assert_eq!((refused.code, refused.pointer.as_str()), ("not_in_force", "/substances/0/category"));
    let petrol = json!([{"name": "汽油", "category": "闪点<28", "quantity_t": 10}]);
    assert_eq!(ask("2004-01-01", Some(1), petrol).unwrap().s, "0.5");
    assert_eq!(ask("2001-01-01", Some(1), chlorine).unwrap_err().code, "not_in_force");
}

#[test]
fn the_tables_are_complete() {
    let table = |edition: &str| {
        let rows = &rules::registry::table("hazard-substance").unwrap().rows().rows;
        rows.iter().filter(|row| row.get("edition") == edition).cloned().collect::<Vec<_>>()
    };
    for (edition, count) in [("GB 18218-2018", 85), ("GB 18218-2009", 78)] {
        let rows = table(edition);
        let numbers: Vec<_> = rows.iter().map(|row| row.whole("no").unwrap()).collect();
        assert_eq!(numbers, (1..=count).collect::<Vec<i64>>());
        for row in &rows {
            // every item is found by its own name and number, and has a factor
            let on = if edition.ends_with("2018") { "2026-01-01" } else { "2015-01-01" };
            let list = json!([{"name": row.get("name"), "row": row.whole("no"), "quantity_t": row.get("threshold_t")}]);
            let finding = ask(on, Some(1), list).unwrap();
            assert_eq!(finding.s, "1", "{}", row.get("name"));
            assert!(finding.substances[0].beta.is_some(), "{}", row.get("name"));
            for name in row
                .get("alias")
                .split(';')
                .chain(row.get("common").split(';'))
                .filter(|name| !name.is_empty())
            {
                let list = json!([{"name": name, "row": row.whole("no"), "quantity_t": 1}]);
                assert!(ask(on, Some(1), list).is_ok(), "{name}");
            }
        }
    }
    let classes = &rules::registry::table("hazard-class").unwrap().rows().rows;
    assert_eq!(classes.iter().filter(|row| row.get("edition") == "GB 18218-2018").count(), 24);
}

/// A city's own row takes the place of the national one.
#[test]
fn an_administrators_row_counts_before_the_shipped_one() {
    let cells = [
        ("edition", "GB 18218-2018"),
        ("no", "12"),
        ("name", "氯"),
        ("threshold_t", "2.5"),
        ("source", "某市文件"),
        ("certainty", "text"),
        ("category", "J3"),
    ];
    let cells = cells.iter().map(|(column, cell)| (column.to_string(), cell.to_string())).collect();
    let law = rules::Law::with([("hazard-substance".to_string(), cells)]).unwrap();
    let at = At { on: day("2026-01-01"), region: "4405", law: &law };
    let input: Input = serde_json::from_value(
        json!({"unit": "storage", "exposed_people": 1, "substances": [{"name": "氯", "quantity_t": "2.5"}]}),
    )
    .unwrap();
    assert_eq!(identify(&at, &input).unwrap().value.s, "1");
}

#[test]
fn figures_out_of_bounds_are_refused_at_their_place() {
    let refused = ask("2026-01-01", Some(-1), json!([{"name": "氯", "quantity_t": 1}])).unwrap_err();
    assert_eq!(refused.pointer, "/exposed_people");
    let refused = ask("2026-01-01", Some(1), json!([{"name": "氯", "quantity_t": -1}])).unwrap_err();
    assert_eq!(refused.pointer, "/substances/0/quantity_t");
    assert_eq!(ask("2026-01-01", Some(1), json!([])).unwrap_err().pointer, "/substances");
    let huge = json!([{"name": "光气", "quantity_t": "99999999999999.123456"}]);
    assert!(ask("2026-01-01", Some(100), huge).is_ok_and(|finding| finding.grade == Some(1)));
    // what has more digits than can be kept exactly is refused, not rounded
    let fine =
        Substance { name: Some("光气".into()), quantity_t: Decimal::MAX.into(), ..Substance::default() };
    let input = Input { unit: Unit::Storage, exposed_people: Some(100.into()), substances: vec![fine] };
    assert_eq!(identify(&At::nation(day("2026-01-01")), &input).unwrap_err().code, "invalid");
}

const NAMES: &[&str] =
    &["氯", "氨", "光气", "汽油", "苯", "乙炔", "异氰酸甲酯", "硝酸钾", "甲苯二异氰酸酯", "三氧化硫"];

fn unit() -> impl Strategy<Value = (Vec<(usize, u64)>, i64)> {
    (prop::collection::vec((0..NAMES.len(), 0u64..10_000_000), 1..6), 0i64..200)
}

fn input(list: &[(usize, u64)], people: i64) -> Input {
    Input {
        unit: Unit::Storage,
        exposed_people: Some(people.into()),
        substances: list
            .iter()
            .map(|(name, grams)| Substance {
                name: Some(NAMES[*name].to_string()),
                quantity_t: Decimal::new(*grams as i64, 4).into(),
                ..Substance::default()
            })
            .collect(),
    }
}

fn found(list: &[(usize, u64)], people: i64) -> (Finding, Decimal, Decimal) {
    let finding = identify(&At::nation(day("2026-01-01")), &input(list, people)).unwrap().value;
    let (s, r) = (finding.s.parse().unwrap(), finding.r.as_deref().unwrap().parse().unwrap());
    (finding, s, r)
}

proptest! {
    #[test]
    fn more_of_anything_never_lowers_s_or_r((list, people) in unit(), at in 0usize..6, more in 0u64..1_000_000, crowd in 0i64..100) {
        let (before, s, r) = found(&list, people);
        let mut larger = list.clone();
        let at = at % larger.len();
        larger[at].1 += more;
        let (after, more_s, more_r) = found(&larger, people + crowd);
        prop_assert!(more_s >= s && more_r >= r);
        prop_assert!(after.is_major >= before.is_major);
        // 1 is the gravest
        prop_assert!(after.grade.map_or(9, |own| own) <= before.grade.map_or(9, |own| own));
        let mut longer = list.clone();
        longer.push((at, more));
        let (_, more_s, more_r) = found(&longer, people);
        prop_assert!(more_s >= s && more_r >= r);
    }

    #[test]
    fn the_order_of_substances_does_not_matter((list, people) in unit()) {
        let (one, ..) = found(&list, people);
        let mut turned = list.clone();
        turned.reverse();
        let (other, ..) = found(&turned, people);
        prop_assert_eq!(figures(&one), figures(&other));
    }

    #[test]
    fn a_unit_of_shares_that_sum_to_one_is_exactly_major(cut in 1u32..1000) {
        // cut/1000 of one threshold and the rest of another, as decimals where they are exact
        let (one, rest) = (Decimal::new(i64::from(cut), 3), Decimal::new(i64::from(1000 - cut), 3));
        let list = |rest: Decimal| json!([
            {"name": "光气", "quantity_t": (one * Decimal::new(3, 1)).to_string()},
            {"name": "三氧化硫", "quantity_t": (rest * Decimal::from(75)).to_string()}
        ]);
        let exact = ask("2026-01-01", Some(1), list(rest)).unwrap();
        prop_assert_eq!((exact.s.as_str(), exact.is_major), ("1", true));
        let less = ask("2026-01-01", Some(1), list(rest - Decimal::new(1, 12))).unwrap();
        prop_assert!(!less.is_major);
    }
}
