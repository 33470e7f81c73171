//! The promises of the trail, on both engines.

use audit::{Action, Entry, as_of, diff, history, record, seal, verify};
use chrono::{Duration, TimeZone, Utc};
use db::{Db, Exec, db_test, sql};
use kernel::{Actor, Clock};
use serde_json::json;
use uuid::Uuid;

fn entry(
    row: Uuid,
    action: Action,
    before: Option<serde_json::Value>,
    after: Option<serde_json::Value>,
) -> Entry {
    Entry {
        action,
        subject: "enterprise",
        city: "4405".into(),
        town: "440511".into(),
        row: Some(row),
        title: Some("鮀莲𬒈石厂".into()),
        before,
        after,
        reason: None,
    }
}

async fn write(db: &Db, clock: &Clock, entry: Entry) {
    let mut tx = db.begin().await.unwrap();
    record(&mut tx, clock, &Actor::system("测试"), entry).await.unwrap();
    tx.commit().await.unwrap();
}

fn clock() -> Clock {
    Clock::fixed(Utc.with_ymd_and_hms(2026, 3, 1, 0, 0, 0).unwrap())
}

#[db_test]
async fn any_tampering_with_a_sealed_entry_is_found(db: Db) {
    let clock = clock();
    let row = Uuid::now_v7();
    for number in 0..3 {
        write(
            &db,
            &clock,
            entry(
                row,
                Action::Update,
                Some(json!({"n": number})),
                Some(json!({"n": number + 1, "名": "礐"})),
            ),
        )
        .await;
    }
    assert_eq!(seal(&db, &clock).await.unwrap(), 0, "what was written this second stays open");
    clock.advance(Duration::seconds(5));
    assert_eq!(seal(&db, &clock).await.unwrap(), 3);
    write(&db, &clock, entry(row, Action::Delete, None, None)).await;
    clock.advance(Duration::seconds(5));
    assert_eq!(seal(&db, &clock).await.unwrap(), 1);
    let report = verify(&db).await.unwrap();
    assert_eq!((report.batches, report.entries, report.open, report.broken), (2, 4, 0, None));
    db.run(sql!("update audit set actor_name = '别人' where action = 'delete'")).await.unwrap();
    assert_eq!(verify(&db).await.unwrap().broken.map(|broken| broken.batch), Some(2));
    db.run(sql!("delete from audit_batch where number = 1")).await.unwrap();
    assert_eq!(verify(&db).await.unwrap().broken.map(|broken| broken.batch), Some(1));
}

#[db_test]
async fn a_row_is_shown_as_it_stood_on_any_day(db: Db) {
    let clock = clock();
    let row = Uuid::now_v7();
    let made = clock.now();
    write(&db, &clock, entry(row, Action::Create, None, Some(json!({"name": "甲厂", "staff": 3})))).await;
    clock.advance(Duration::days(10));
    let (before, after) = diff(&json!({"name": "甲厂", "staff": 3}), &json!({"name": "乙厂", "staff": 3}));
    assert_eq!((&before, &after), (&json!({"name": "甲厂"}), &json!({"name": "乙厂"})));
    write(&db, &clock, entry(row, Action::Update, Some(before), Some(after))).await;
    let at = |days| as_of(&db, "4405", "enterprise", row, made + Duration::days(days));
    assert_eq!(at(-1).await.unwrap(), None);
    let (before, after) = (at(9).await.unwrap().unwrap(), at(10).await.unwrap().unwrap());
    assert_eq!((&before["name"], &before["staff"]), (&json!("甲厂"), &json!(3)));
    assert_eq!((&after["name"], &after["staff"]), (&json!("乙厂"), &json!(3)));
    assert_eq!(before["created_at"], json!(made), "the step itself says when");
    assert_eq!(history(&db, "4405", "enterprise", row).await.unwrap().len(), 2);
}

#[db_test]
async fn an_undone_write_leaves_no_trail(db: Db) {
    let mut tx = db.begin().await.unwrap();
    let row = Uuid::now_v7();
    record(&mut tx, &clock(), &Actor::system("测试"), entry(row, Action::Create, None, Some(json!({}))))
        .await
        .unwrap();
    drop(tx);
    assert!(history(&db, "4405", "enterprise", row).await.unwrap().is_empty());
}
