//! Many rows at once come back as they went in, whichever way they go.

use chrono::{DateTime, NaiveDate, TimeZone, Utc};
use db::{Db, Error, Exec, FromRow, Json, Sql, Value, bulk, db_test};
use serde_json::json;
use uuid::Uuid;

const COLUMNS: &[&str] = &["id", "words", "number", "measure", "yes", "at", "day", "document", "bytes"];

/// A row of every kind of value, and its null.
#[derive(Debug, Clone, PartialEq, FromRow)]
struct Every {
    id: Uuid,
    words: Option<String>,
    number: Option<i64>,
    measure: Option<f64>,
    yes: Option<bool>,
    at: Option<DateTime<Utc>>,
    day: Option<NaiveDate>,
    document: Option<Json<serde_json::Value>>,
    bytes: Option<Vec<u8>>,
}

impl Every {
    fn values(&self) -> Vec<Value> {
        vec![
            self.id.into(),
            self.words.clone().into(),
            self.number.into(),
            self.measure.into(),
            self.yes.into(),
            self.at.into(),
            self.day.into(),
            self.document.clone().into(),
            self.bytes.clone().into(),
        ]
    }
}

fn rows(number: u128) -> Vec<Every> {
    let words = [
        "",
        "\\N",
        "\\.",
        "\\",
        "a\tb\nc\r\nd\\n\\t",
        "'; drop table every; --",
        "𬶍莲鮀𬒈礐\u{1F3ED}",
        "\u{1}\u{7f}\u{feff}",
        "\"引号\",逗号",
    ];
    (0..number)
        .map(|at| {
            let some = at % 5 != 4;
            let word = words[at as usize % words.len()].to_string();
            Every {
                id: Uuid::from_u128(at),
                document: some.then(|| Json(json!({&word: [word, at as u64, null, {"深": "\\u0041\t"}]}))),
                words: some.then_some(word),
                number: some.then(|| i64::MAX - at as i64),
                measure: some.then_some(-116.681_972_000_1 / (at as f64 + 1.0)),
                yes: some.then_some(at % 2 == 0),
                at: some.then(|| Utc.timestamp_opt(1_700_000_000 - at as i64, 123_456_000).single().unwrap()),
                day: some.then(|| NaiveDate::from_ymd_opt(1949, 10, 1 + at as u32 % 28).unwrap()),
                bytes: some.then(|| vec![0, b'\\', b'x', 0xFF, at as u8]),
            }
        })
        .collect()
}

async fn table(db: &Db) {
    db.run(Sql::new(
        "create table every (id uuid primary key, words text, number bigint, measure double precision, yes boolean,
         at timestamptz, day date, document jsonb, bytes bytea)",
    ))
    .await
    .unwrap();
}

async fn held(db: &Db) -> Vec<Every> {
    db.all(Sql::new(&format!("select {} from every order by id", COLUMNS.join(", ")))).await.unwrap()
}

#[db_test]
async fn few_and_many_rows_come_back_as_they_went_in(db: Db) {
    table(&db).await;
    for number in [1, 49, 50, 1_000] {
        let rows = rows(number);
        let mut tx = db.begin().await.unwrap();
        let values = rows.iter().map(Every::values).collect();
        assert_eq!(bulk(&mut tx, "every", COLUMNS, values, "").await.unwrap(), number as u64);
        tx.commit().await.unwrap();
        assert_eq!(held(&db).await, rows);
        db.run(Sql::new("delete from every")).await.unwrap();
    }
}

#[db_test]
async fn a_row_that_is_there_already_is_a_conflict_among_many_too(db: Db) {
    table(&db).await;
    let mut values: Vec<Vec<Value>> = rows(200).iter().map(Every::values).collect();
    values.push(values[7].clone());
    let mut tx = db.begin().await.unwrap();
    match bulk(&mut tx, "every", COLUMNS, values.clone(), "").await {
        Err(Error::Conflict { table, columns }) => {
            assert_eq!((table.as_str(), columns), ("every", vec!["id".to_string()]));
        }
        other => panic!("{other:?}"),
    }
    drop(tx);
    assert!(held(&db).await.is_empty());
    let mut tx = db.begin().await.unwrap();
    assert_eq!(bulk(&mut tx, "every", COLUMNS, values, " on conflict (id) do nothing").await.unwrap(), 200);
    tx.commit().await.unwrap();
    assert_eq!(held(&db).await.len(), 200);
}

#[db_test]
async fn many_rows_that_are_there_already_are_brought_up_to_date_whole(db: Db) {
    table(&db).await;
    let rows = rows(5_000);
    let blank = |row: &Every| Every { words: None, number: Some(1), ..row.clone() };
    let mut tx = db.begin().await.unwrap();
    let before = rows.iter().map(|row| blank(row).values()).collect();
    assert_eq!(bulk(&mut tx, "every", COLUMNS, before, "").await.unwrap(), 5_000);
    let rest: Vec<String> = COLUMNS[1..].iter().map(|own| format!("{own} = excluded.{own}")).collect();
    let tail = format!(" on conflict (id) do update set {}", rest.join(", "));
    let values = rows.iter().map(Every::values).collect();
    assert_eq!(bulk(&mut tx, "every", COLUMNS, values, &tail).await.unwrap(), 5_000);
    tx.commit().await.unwrap();
    assert_eq!(held(&db).await, rows);
}
