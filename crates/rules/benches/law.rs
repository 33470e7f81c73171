//! How fast the rules that run over whole registers are: units graded and codes checked per second, on one core.

use std::hint::black_box;

use chrono::NaiveDate;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rules::{
    At, Decimal,
    credit_code::{self, CreditCode},
    hazard::source::{self, Categories, Input, Substance, Unit},
};

/// A thousand units of one to five chemicals, one of them outside Table 1.
fn units() -> Vec<Input> {
    let names = [
        "液氯",
        "氨",
        "甲醇",
        "汽油",
        "光气",
        "环氧乙烷",
        "苯",
        "液化石油气(含丙烷、丁烷及其混合物)",
        "乙炔",
        "柴油",
    ];
    let substance = |at: usize| Substance {
        name: Some(names[at % names.len()].to_string()),
        category: (at % names.len() == 9).then(|| Categories::Text("W5.4".into())),
        quantity_t: Decimal::new((at as i64 * 7919) % 1_000_000 + 1, 3).into(),
        ..Substance::default()
    };
    (0..1000)
        .map(|unit| Input {
            unit: Unit::Storage,
            exposed_people: Some((unit as i64 % 130).into()),
            substances: (0..1 + unit % 5).map(|at| substance(unit * 3 + at)).collect(),
        })
        .collect()
}

fn hazard(criterion: &mut Criterion) {
    let units = units();
    let at = At::nation(NaiveDate::from_ymd_opt(2026, 1, 1).unwrap_or_default());
    let mut group = criterion.benchmark_group("hazard-source");
    group.throughput(Throughput::Elements(units.len() as u64));
    group.bench_function("grade with explanation", |bencher| {
        bencher.iter(|| {
            for unit in &units {
                black_box(source::identify(&at, black_box(unit)).is_ok_and(|found| found.value.is_major));
            }
        });
    });
    group.finish();
}

fn credit(criterion: &mut Criterion) {
    let codes: Vec<[u8; 18]> = (0..1000u32)
        .filter_map(|serial| {
            CreditCode::compose('1', "440500", serial * 99_991).as_str().as_bytes().try_into().ok()
        })
        .collect();
    let tidy: Vec<String> = codes.iter().map(|code| String::from_utf8_lossy(code).into_owned()).collect();
    let typed: Vec<String> = tidy.iter().map(|code| code.to_lowercase()).collect();
    let mut group = criterion.benchmark_group("credit-code");
    group.throughput(Throughput::Elements(codes.len() as u64));
    group.bench_function("check sign", |bencher| {
        bencher.iter(|| codes.iter().filter(|code| credit_code::valid(black_box(*code))).count());
    });
    group.bench_function("read a tidy one", |bencher| {
        bencher.iter(|| tidy.iter().filter(|code| CreditCode::parse(black_box(code)).is_ok()).count());
    });
    group.bench_function("read in lower case", |bencher| {
        bencher.iter(|| typed.iter().filter(|code| CreditCode::parse(black_box(code)).is_ok()).count());
    });
    group.finish();
}

criterion_group! {
    name = law;
    config = Criterion::default().sample_size(30).measurement_time(std::time::Duration::from_secs(3)).warm_up_time(std::time::Duration::from_secs(1));
    targets = hazard, credit
}
criterion_main!(law);
