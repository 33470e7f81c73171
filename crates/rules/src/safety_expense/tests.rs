use proptest::prelude::*;
use serde_json::{Value, json};

use super::{
    rate::{percent, rows, sliced},
    *,
};
use crate::registry;

fn ask(on: &str, input: Value) -> Result<Value, Refusal> {
    let at = At::nation(on.parse().unwrap());
    (RULE.run)(&at, input).map(|outcome| outcome.value)
}

fn one(on: &str, business: Value) -> Value {
    ask(on, json!({ "businesses": [business] })).unwrap()
}

/// Annual and monthly amounts of a trade by revenue, 万元 of revenue in, yuan out.
fn year(on: &str, kind: &str, wan: i64) -> (String, String) {
    let value = one(on, json!({"kind": kind, "revenue": wan * 10_000}));
    (value["annual"].as_str().unwrap().into(), value["monthly"].as_str().unwrap().into())
}

/// The worked examples of the rates by revenue, 2012 and 2022; 机械 3200 万元 is also a public exam item (42 万元).
#[test]
fn revenue_is_charged_in_slices() {
    for (on, kind, wan, annual, monthly) in [
        ("2015-01-01", "hazardous_chemicals", 800, "320000", "26666.67"),
        ("2015-01-01", "hazardous_chemicals", 1000, "400000", "33333.33"),
        ("2015-01-01", "hazardous_chemicals", 12_000, "2300000", "191666.67"),
        ("2023-01-01", "hazardous_chemicals", 12_000, "2585000", "215416.67"),
        ("2023-01-01", "hazardous_chemicals", 150_000, "8425000", "702083.33"),
        ("2015-01-01", "machinery", 3200, "420000", "35000"),
        ("2023-01-01", "machinery", 3200, "510000", "42500"),
        ("2015-01-01", "metallurgy", 2_000_000, "24150000", "2012500"),
        ("2023-01-01", "metallurgy", 2_000_000, "24150000", "2012500"),
        ("2015-01-01", "fireworks", 800, "235000", "19583.33"),
        ("2023-01-01", "fireworks", 800, "320000", "26666.67"),
        ("2023-01-01", "power_generation", 150_000, "14650000", "1220833.33"),
    ] {
        assert_eq!(year(on, kind, wan), (annual.into(), monthly.into()), "{on} {kind} {wan}");
    }
}

/// Public exam items: an underground mica mine of 5000 t a month (2022), an open coal mine of 200 万吨 (2012), works of chemistry and
/// petroleum costing 1.5 亿元 (2012).
#[test]
fn output_and_cost_are_charged_at_one_rate() {
    let due = |on, business| one(on, business)["due"].as_str().unwrap().to_string();
    assert_eq!(due("2023-05-01", json!({"kind": "nonmetal_underground", "output": "5000"})), "40000");
    assert_eq!(due("2015-05-01", json!({"kind": "coal_open", "output": 2_000_000})), "10000000");
    assert_eq!(due("2015-05-01", json!({"kind": "construction_chemical", "cost": "150000000"})), "2250000");
    assert_eq!(due("2008-05-01", json!({"kind": "metal_underground", "output": "1000"})), "8000");
    assert_eq!(due("2008-05-01", json!({"kind": "nuclear_mine", "output": "1000"})), "22000");
    assert_eq!(due("2015-05-01", json!({"kind": "tailings_closed", "volume": "3500000"})), "110000");
    assert_eq!(due("2015-05-01", json!({"kind": "tailings_closed", "volume": "90000000"})), "300000");
    assert_eq!(due("2015-05-01", json!({"kind": "tailings_closed", "volume": "1"})), "50000");
}

/// 财资〔2022〕136号: works tendered before it keep the rate of then.
#[test]
fn works_keep_the_rate_of_their_tender() {
    let due = |business: Value| one("2023-05-01", business)["due"].clone();
    let works = |day: &str| json!({"kind": "construction_housing", "cost": 1_000_000, "tendered_on": day});
    assert_eq!(due(json!({"kind": "construction_housing", "cost": 1_000_000})), "30000");
    assert_eq!(due(works("2022-11-20")), "20000");
    assert_eq!(due(works("2022-11-21")), "30000");
}

/// 财建〔2004〕119号 gives spans, 财建〔2005〕168号 lower bounds; a small mine has one rate.
#[test]
fn coal_of_2004_and_2005_goes_by_spans_and_lower_bounds() {
    let coal = json!({"kind": "coal_high_gas", "scale": "large", "output": 1000});
    let value = one("2004-06-01", coal.clone());
    assert_eq!((value["due"].as_str(), value["due_max"].as_str()), (Some("3000"), Some("8000")));
    let value = one("2005-06-01", coal);
    assert_eq!((value["due"].as_str(), value["at_least"].as_bool()), (Some("8000"), Some(true)));
    let small = one("2004-06-01", json!({"kind": "coal_other", "scale": "small", "output": 1000}));
    assert_eq!(small["due"], "6000");
    let refused =
        ask("2005-06-01", json!({"businesses": [{"kind": "coal_other", "output": 1}]})).unwrap_err();
    assert_eq!((refused.code, refused.pointer.as_str()), ("missing", "/businesses/0/scale"));
}

#[test]
fn a_trade_without_a_norm_on_the_day_is_recorded_without_one() {
    for (on, kind) in [
        ("2004-01-01", "coal_open"),
        ("2005-06-01", "hazardous_chemicals"),
        ("2006-12-31", "metal_open"),
        ("2010-01-01", "fireworks"),
        ("2015-01-01", "power_supply"),
        ("2023-01-01", "tailings_closed"),
    ] {
        let refused = ask(on, json!({"businesses": [{"kind": kind}]})).unwrap_err();
        assert_eq!(
            (refused.code, refused.pointer.as_str()),
            ("not_in_force", "/businesses/0/kind"),
            "{on} {kind}"
        );
        assert!(refused.message.contains("照实登记"), "{}", refused.message);
    }
}

#[test]
fn the_day_picks_the_document() {
    let due = |on| one(on, json!({"kind": "hazardous_chemicals", "revenue": 10_000_000}))["annual"].clone();
    assert_eq!(due("2007-01-01"), "400000");
    assert_eq!(due("2012-02-13"), "400000");
    assert_eq!(due("2012-02-14"), "400000");
    assert_eq!(due("2022-11-20"), "400000");
    assert_eq!(due("2022-11-21"), "450000");
}

#[test]
fn part_of_a_year_and_mixed_businesses_add_up() {
    let value = ask(
        "2023-01-01",
        json!({"months": 5, "businesses": [
            {"kind": "hazardous_chemicals", "revenue": "120000000"},
            {"kind": "transport_special", "revenue": "10000000"},
            {"kind": "metal_open", "output": "1000"},
        ]}),
    )
    .unwrap();
    assert_eq!(value["annual"], "2735000");
    assert_eq!(value["due"], "1144583.33", "2,735,000 × 5 / 12 + 5,000");
    let whole = ask(
        "2023-01-01",
        json!({"separate": false, "businesses": [
            {"kind": "machinery", "revenue": "22000000"},
            {"kind": "hazardous_chemicals", "revenue": "10000000"},
        ]}),
    )
    .unwrap();
    assert_eq!(whole["annual"], "510000", "3200 万元, all as machinery");
}

/// 财资〔2022〕136号 art. 48: the first year is charged at its end, on its own revenue; no monthly amount.
#[test]
fn the_first_year_is_charged_at_its_end() {
    let input = json!({"first_year": true, "accrued": "200000", "businesses": [{"kind": "hazardous_chemicals", "revenue": "8000000"}]});
    let value = ask("2023-12-31", input.clone()).unwrap();
    assert_eq!((value["due"].as_str(), value["shortfall"].as_str()), (Some("360000"), Some("160000")));
    assert!(value.get("monthly").is_none());
    assert_eq!(ask("2015-12-31", input).unwrap()["monthly"], "26666.67");
}

#[test]
fn accrual_pauses_when_the_balance_suffices() {
    let ask = |on, extra: Value| {
        let mut input = json!({"businesses": [{"kind": "hazardous_chemicals", "revenue": "10000000"}]});
        input.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        ask(on, input)
    };
    let on_it = ask("2023-01-01", json!({"balance": "1200000", "last_year_due": "400000"})).unwrap();
    assert_eq!((on_it["paused"].as_bool(), on_it["to_accrue"].as_str()), (Some(true), Some("0")));
    let below = ask("2023-01-01", json!({"balance": "1199999.99", "last_year_due": "400000"})).unwrap();
    assert_eq!((below["paused"].as_bool(), below["to_accrue"].as_str()), (Some(false), Some("450000")));
    assert_eq!(ask("2023-01-01", json!({"balance": 1})).unwrap_err().pointer, "/last_year_due");
    let large = ask("2015-01-01", json!({"balance": "150000", "size": "large"})).unwrap();
    assert_eq!(large["may_defer"], true, "1.5 % of last year's revenue");
    let small = ask("2015-01-01", json!({"balance": "150000", "size": "small"})).unwrap();
    assert_eq!((small["may_defer"].as_bool(), small["to_accrue"].as_str()), (Some(false), Some("400000")));
    assert_eq!(ask("2015-01-01", json!({"balance": 1})).unwrap_err().pointer, "/size");
}

#[test]
fn use_below_sixty_percent_has_to_be_explained() {
    let used = |on, used: &str| {
        let input =
            json!({"used": used, "businesses": [{"kind": "hazardous_chemicals", "revenue": "10000000"}]});
        ask(on, input).unwrap()
    };
    let low = used("2023-12-31", "269999.99");
    assert_eq!((low["used_percent"].as_str(), low["explain_use"].as_bool()), (Some("60"), Some(true)));
    assert_eq!(used("2023-12-31", "270000")["explain_use"], false);
    assert!(used("2015-12-31", "1").get("explain_use").is_none());
}

#[test]
fn what_is_missing_or_out_of_bounds_is_named() {
    for (input, code, pointer) in [
        (json!({"businesses": []}), "missing", "/businesses"),
        (json!({"businesses": [{"kind": "hazardous_chemicals"}]}), "missing", "/businesses/0/revenue"),
        (
            json!({"businesses": [{"kind": "hazardous_chemicals", "revenue": -1}]}),
            "invalid",
            "/businesses/0/revenue",
        ),
        (
            json!({"months": 13, "businesses": [{"kind": "hazardous_chemicals", "revenue": 1}]}),
            "invalid",
            "/months",
        ),
        (json!({"businesses": [{"kind": "metal_open", "revenue": 1}]}), "missing", "/businesses/0/output"),
    ] {
        let refused = ask("2023-01-01", input).unwrap_err();
        assert_eq!((refused.code, refused.pointer.as_str()), (code, pointer));
    }
}

#[test]
fn a_citys_own_rates_stand_for_the_nations() {
    let row = |above: &str, to: &str, rate: &str| {
        let cells = [
            ("kind", "hazardous_chemicals"),
            ("method", "revenue"),
            ("above", above),
            ("to", to),
            ("rate", rate),
            ("region", "4405"),
            ("source", "汕府〔2005〕1号"),
            ("valid_from", "2005-01-01"),
            ("certainty", "text"),
        ];
        let cells = cells.into_iter().map(|(column, cell)| (column.to_string(), cell.to_string())).collect();
        ("safety-expense".to_string(), cells)
    };
    let law = crate::Law::with([row("0", "500", "5"), row("500", "", "1")]).unwrap();
    let at = At { on: NaiveDate::from_ymd_opt(2023, 1, 1).unwrap(), region: "440507", law: &law };
    let input = json!({"businesses": [{"kind": "hazardous_chemicals", "revenue": "10000000"}]});
    assert_eq!((RULE.run)(&at, input.clone()).unwrap().value["annual"], "300000");
    let elsewhere = At { region: "4404", ..at };
    assert_eq!((RULE.run)(&elsewhere, input).unwrap().value["annual"], "450000");
}

/// Every edition's slices of a trade cover the line without gap or overlap.
#[test]
fn slices_meet_at_their_edges() {
    for day in ["2008-01-01", "2015-01-01", "2025-01-01"] {
        let at = At::nation(day.parse().unwrap());
        for kind in Kind::ALL {
            let Ok(rows) = rows(&at, "", *kind) else { continue };
            if !rows[0].get("method").ends_with("revenue") || rows.len() == 1 {
                continue;
            }
            assert_eq!(rows[0].get("above"), "0", "{kind:?}");
            for pair in rows.windows(2) {
                assert_eq!(pair[0].get("to"), pair[1].get("above"), "{kind:?} on {day}");
                assert!(
                    pair[0].decimal("rate") > pair[1].decimal("rate"),
                    "{kind:?} on {day} is not regressive"
                );
            }
            assert_eq!(rows[rows.len() - 1].get("to"), "", "{kind:?}");
        }
    }
}

proptest! {
    /// The amount is the integral of the marginal rate: it grows with revenue, never by more than the first rate, and a yuan more at an
    /// edge costs no more than a yuan's rate.
    #[test]
    fn the_amount_is_the_integral_of_the_rate(
        kind in proptest::sample::select(vec![Kind::HazardousChemicals, Kind::Metallurgy, Kind::Machinery, Kind::Fireworks]),
        year in proptest::sample::select(vec![2015, 2025]),
        revenue in 0i64..500_000_000_000,
        more in 1i64..100_000_000,
    ) {
        let at = At::nation(NaiveDate::from_ymd_opt(year, 1, 1).unwrap());
        let rows = rows(&at, "", kind).unwrap();
        let amount = |fen: i64| sliced(kind, &rows, Decimal::new(fen, 2), &mut Vec::new());
        let (less, greater) = (amount(revenue), amount(revenue + more));
        let growth = greater.low - less.low;
        prop_assert!(growth > Decimal::ZERO);
        prop_assert!(growth <= percent(Decimal::new(more, 2), rows[0].decimal("rate").unwrap()));
        prop_assert!(growth >= percent(Decimal::new(more, 2), rows[rows.len() - 1].decimal("rate").unwrap()));
        let wan = Decimal::from(10_000);
        let whole: Decimal = rows.iter().map(|row| {
            let from = row.decimal("above").unwrap() * wan;
            let to = row.decimal("to").map_or(Decimal::new(revenue, 2), |to| (to * wan).min(Decimal::new(revenue, 2)));
            (to - from).max(Decimal::ZERO) * row.decimal("rate").unwrap() / Decimal::from(100)
        }).sum();
        prop_assert_eq!(less.low, whole);
        prop_assert_eq!(less.slices.iter().map(|slice| slice.revenue.0).sum::<Decimal>(), Decimal::new(revenue, 2));
    }
}

#[test]
fn every_trade_has_a_row_and_every_row_a_trade() {
    for row in &TABLE.rows().rows {
        assert!(Kind::ALL.iter().any(|kind| kind.code() == row.get("kind")), "{}", row.get("kind"));
    }
    for kind in Kind::ALL {
        assert!(TABLE.rows().rows.iter().any(|row| row.get("kind") == kind.code()), "{kind:?}");
    }
    assert!(registry::find("safety-expense").is_some());
}
