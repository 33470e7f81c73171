//! Rows, errors, transactions and scopes.

use chrono::{NaiveDate, TimeZone, Utc};
use db::{Db, Error, Exec, Json, Sql, Value, bulk, db_test, sql};
use kernel::{RegionCode, Scope};
use serde_json::json;
use uuid::Uuid;

db::table! {
    /// An agency, as far as these tests need it.
    pub struct Agency in "agency" {
        /// Key.
        pub city: String,
        /// Key.
        pub id: Uuid,
        /// Where.
        pub town: String,
        /// Name.
        pub name: String,
        /// Kind.
        pub kind: String,
        /// Sectors.
        pub sectors: Json<serde_json::Value>,
        /// Phone.
        pub phone: Option<String>,
        /// When made.
        pub created_at: chrono::DateTime<Utc>,
        /// By whom.
        pub created_by: Uuid,
        /// When changed.
        pub updated_at: chrono::DateTime<Utc>,
        /// By whom.
        pub updated_by: Uuid,
        /// Optimistic lock.
        pub version: i64,
    }
}

fn agency(town: &str, name: &str) -> Agency {
    let at = Utc.with_ymd_and_hms(2026, 1, 2, 3, 4, 5).unwrap();
    let id = Uuid::now_v7();
    Agency {
        city: town[..4].into(),
        id,
        town: town.into(),
        name: name.into(),
        kind: "town_office".into(),
        sectors: Json(json!(["trade"])),
        phone: None,
        created_at: at,
        created_by: id,
        updated_at: at,
        updated_by: id,
        version: 1,
    }
}

#[db_test]
async fn a_row_comes_back_as_it_went_in(db: Db) {
    let row = agency("440507003", "鮀莲街道𬶍𬒈礐");
    db.run(row.insert()).await.unwrap();
    let back: Agency = db
        .one(Agency::select().push(" where city = ").arg("4405").push(" and id = ").arg(row.id))
        .await
        .unwrap();
    assert_eq!(back, row);
}

#[db_test]
async fn a_second_row_of_the_same_key_is_a_conflict_that_names_it(db: Db) {
    let row = agency("440507003", "甲");
    db.run(row.insert()).await.unwrap();
    match db.run(row.insert()).await {
        Err(Error::Conflict { table, columns }) => {
            assert_eq!((table.as_str(), columns), ("agency", vec!["city".to_string(), "id".to_string()]));
        }
        other => panic!("{other:?}"),
    }
    let wrong = Agency { kind: "nonsense".into(), ..agency("440507003", "乙") };
    assert!(matches!(db.run(wrong.insert()).await, Err(Error::Check(_))));
}

#[db_test]
async fn a_transaction_dropped_without_commit_leaves_nothing(db: Db) {
    let mut tx = db.begin().await.unwrap();
    tx.run(agency("440507003", "甲").insert()).await.unwrap();
    drop(tx);
    assert!(db.all::<Agency>(Agency::select()).await.unwrap().is_empty());
}

#[db_test]
async fn a_scope_lets_through_its_own_towns_only(db: Db) {
    let rows = ["440507003", "440507", "440511001", "440600001", "4405"].map(|town| agency(town, town));
    let mut tx = db.begin().await.unwrap();
    let values: Vec<Vec<Value>> = rows.iter().map(Agency::values).collect();
    assert_eq!(bulk(&mut tx, "agency", Agency::COLUMNS, values, "").await.unwrap(), 5);
    tx.commit().await.unwrap();
    for (region, expected) in [("4405", 4), ("440507", 2), ("440507003", 1), ("44", 5), ("440513", 0)] {
        let scope = Scope::system(RegionCode::parse(region).unwrap());
        let found: Vec<Agency> =
            db.all(Agency::select().push(" where ").scope(&scope, "", "id")).await.unwrap();
        assert_eq!(found.len(), expected, "{region}");
    }
}

#[db_test]
async fn dates_and_optional_filters_work_alike(db: Db) {
    #[derive(db::FromRow)]
    struct One {
        day: NaiveDate,
        number: i64,
    }
    let day = NaiveDate::from_ymd_opt(2003, 1, 29).unwrap();
    db.run(sql!("insert into region (code, valid_from, name, tier, source, note, created_at, created_by, updated_at, updated_by, version) values ($1, $2, '金平区', 'county', '', '', $3, $4, $3, $4, 1)", "440511", day, Utc::now(), Uuid::nil())).await.unwrap();
    let found = |from: Option<NaiveDate>| {
        Sql::new("select valid_from as day, version as number from region where code = ")
            .arg("440511")
            .and(" and valid_from >= ", from)
    };
    let one: One = db.one(found(None)).await.unwrap();
    assert_eq!((one.day, one.number), (day, 1));
    assert!(db.optional::<One>(found(NaiveDate::from_ymd_opt(2004, 1, 1))).await.unwrap().is_none());
}
