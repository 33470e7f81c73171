//! The major hazard sources of the demonstration: some dozens, of the enterprises with dangerous goods, filed, waiting and overdue.

use caseflow::Acting;
use chrono::{Days, NaiveDate};
use db::Tx;
use enterprise::Enterprise;
use hazard::{
    Decision, Material, Paper, Person, Substance, Unit, decide, documents, pass, submit,
    write::{Given, create},
};
use kernel::{Actor, ActorKind, Clock, Grant, RegionCode, Role};
use web::Problem;

use crate::archive::rich;

/// What is stored: words in the names of those who store it, name, unit, its kind, chemicals with tonnes, people around, location.
type Stored = (
    &'static [&'static str],
    &'static str,
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
    i64,
    &'static str,
);

const STORED: &[Stored] = &[
    (&["加油站", "货运"], "汽油储罐区", "埋地油罐区", "storage", &[("汽油", "75")], 120, "站区北侧"),
    (
        &["液化石油气", "燃气"],
        "液化石油气储配站",
        "球罐区",
        "storage",
        &[("液化石油气", "180")],
        30,
        "站区中部",
    ),
    (
        &["涂料", "胶粘剂", "树脂", "印务"],
        "溶剂仓库",
        "甲类仓库一",
        "storage",
        &[("甲苯", "180"), ("乙酸乙酯", "420"), ("丙酮", "60")],
        60,
        "厂区西南角",
    ),
    (&["牙膏", "化妆品"], "乙醇储罐区", "1 号防火堤内", "storage", &[("乙醇", "620")], 20, "罐区西侧"),
    (
        &["食品", "水产"],
        "液氨制冷系统",
        "氨机房及低压循环桶",
        "production",
        &[("液氨", "220")],
        46,
        "厂区东北角",
    ),
    (&["日用化工"], "双氧水罐区", "双氧水储罐", "storage", &[("过氧化氢", "90")], 12, "生产区南侧"),
    (&["化工"], "液氯钢瓶库", "液氯库房", "storage", &[("液氯", "40")], 85, "水处理车间旁"),
];

fn units(stored: &Stored) -> Vec<Unit> {
    let (_, _, unit, kind, chemicals, ..) = stored;
    let substance = |(name, tonnes): &(&str, &str)| Substance {
        name: Some((*name).into()),
        // 过氧化氢 is none of Table 1 by itself
        category: (*name == "过氧化氢").then(|| "W9.1".into()),
        quantity_t: (*tonnes).into(),
        ..Substance::default()
    };
    vec![Unit {
        id: None,
        name: (*unit).into(),
        kind: Some((*kind).into()),
        substances: chemicals.iter().map(substance).collect(),
        facts: serde_json::Map::new(),
        outcome: None,
    }]
}

fn persons(at: usize) -> Vec<Person> {
    let person = |duty: &str, name: &str, post: &str| Person {
        duty: duty.into(),
        name: name.into(),
        post: Some(post.into()),
        phone: Some(format!("100{at:08}")),
    };
    vec![
        person("principal", "陈总", "总经理"),
        person("technical", "林工", "技术部长"),
        person("operation", "黄班长", "班组长"),
    ]
}

fn given(at: usize, firm: &Enterprise, stored: &Stored, today: NaiveDate) -> Given {
    // every seventh was assessed more than three years ago
    let ago = if at.is_multiple_of(7) { 1200 } else { 60 + (at as u64 * 37) % 800 };
    Given {
        name: stored.1.into(),
        category: "chemical".into(),
        units: units(stored),
        declared_grade: (at % 5 != 4).then_some(if at % 9 == 2 { 2 } else { 4 }),
        population: Some(stored.5),
        location: Some(stored.6.into()),
        place: firm.longitude.zip(firm.latitude),
        assessed_on: today.checked_sub_days(Days::new(ago)),
        persons: persons(at),
        ..Given::default()
    }
}

/// Enters the sources; of four, two are filed, one waits at the county and one is not handed in.
pub async fn make(tx: &mut Tx, clock: &Clock, records: &[Enterprise]) -> Result<(), Problem> {
    let law = law::in_force(&mut *tx, crate::CITY).await?;
    let usual = |row: &&Enterprise| {
        row.sector == "hazardous_chemicals" && row.status == "normal" && row.town.len() == 9
    };
    let firms = rich(records).skip(1).take(4).chain(records.iter().filter(usual).take(36));
    let stores =
        |firm: &Enterprise| STORED.iter().find(|own| own.0.iter().any(|word| firm.name.contains(word)));
    for (at, (firm, stored)) in firms.filter_map(|firm| Some((firm, stores(firm)?))).enumerate() {
        let county = firm.town.get(..6).unwrap_or(crate::CITY);
        let grant = Grant {
            role: Role::Officer,
            region: RegionCode::parse(county)?,
            sectors: None,
            valid_from: clock.today(),
            valid_to: None,
            document: None,
        };
        let actor = Actor { kind: ActorKind::Officer, grants: vec![grant], ..Actor::system("演示数据") };
        let by = Acting { clock, actor: &actor, law: &law };
        let source = create(tx, by, firm, given(at, firm, stored, clock.today())).await?;
        if !source.is_major || at % 4 == 3 {
            continue;
        }
        let materials = documents(&law, &source, "filing", clock.today())
            .into_iter()
            .map(|name| Material { name, record: None, note: Some("已附纸质件".into()) })
            .collect();
        let paper = Paper { kind: "filing".into(), materials, reason: None };
        let (case, filing, source) = submit(tx, by, firm, &source, paper).await?;
        if at % 4 == 2 || source.review_on.is_some_and(|day| day <= clock.today()) {
            continue;
        }
        let (case, filing) = pass(tx, by, (&case, &filing), "accept", caseflow::Taken::default()).await?;
        let decision =
            Decision { number: None, valid_until: None, authority: region::divisions::full_name(county) };
        decide(tx, by, firm, (&case, &filing, &source), decision).await?;
    }
    Ok(())
}
