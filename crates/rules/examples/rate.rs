//! How long a million enterprises take to rate: `cargo run --release -p rules --example rate`.

use std::time::Instant;

use rules::{
    At, Number,
    rating::{Fact, Scheme},
};

fn main() {
    let Ok(on) = "2026-01-01".parse() else { return };
    let at = At { region: "440507", ..At::nation(on) };
    let scheme = match Scheme::of(&at, "") {
        Ok(scheme) => scheme,
        Err(refusal) => return eprintln!("{refusal}"),
    };
    // an enterprise's facts turn with its number, so that every line, veto and grade is met
    let fact = |name: &str, at: u64| match name {
        "standardization_level" => Fact::of(["1", "2", "3", "none"][(at % 4) as usize]),
        "archive_completeness" | "training_coverage" | "dangers_closed_on_time" => {
            Fact::Number(Number::from((70 + at % 31) as i64))
        }
        "overdue_orders" | "penalties_1y" | "serious_injuries_1y" => {
            Fact::Number(Number::from((at % 3) as i64))
        }
        "deaths_1y" => Fact::Number(Number::from(i64::from(at.is_multiple_of(97)))),
        "major_danger_overdue" | "unlicensed" | "concealed" | "bad_faith_listed" => {
            Fact::Yes(at.is_multiple_of(97))
        }
        _ => Fact::Yes(!at.is_multiple_of(5)),
    };
    let rows: Vec<Vec<Option<Fact>>> = (0..1000u64)
        .map(|row| {
            let seen = |column: usize| row.wrapping_mul(2_654_435_761) >> (column % 7);
            scheme.facts().iter().enumerate().map(|(column, name)| Some(fact(name, seen(column)))).collect()
        })
        .collect();
    let (mut lines, mut grades) = (Vec::new(), [0u64; 4]);
    let start = Instant::now();
    for _ in 0..1000 {
        for facts in &rows {
            grades[scheme.rate(facts, &mut lines).grade] += 1;
        }
    }
    println!("1,000,000 enterprises in {:.2?}; grades A to D: {grades:?}", start.elapsed());
}
