//! One who writes alone.

use std::sync::atomic::{AtomicBool, Ordering};

use db::{Db, Exec, Tx, db_test, sql};

async fn note(tx: &mut Tx, name: &str) {
    let at = chrono::DateTime::UNIX_EPOCH;
    let sql = sql!(
        "insert into setting (name, value, updated_at, updated_by) values ($1, $2, $3, $4)",
        name,
        serde_json::json!(1),
        at,
        uuid::Uuid::nil()
    );
    tx.run(sql).await.unwrap();
}

#[derive(db::FromRow)]
struct Number {
    number: i64,
}

async fn noted(db: impl Exec) -> i64 {
    db.one::<Number>(sql!("select count(*) as number from setting where name like 'note-%'"))
        .await
        .unwrap()
        .number
}

#[db_test]
async fn who_writes_alone_sees_all_that_began_before_and_nobody_writes_meanwhile(db: Db) {
    let asked = AtomicBool::new(false);
    let mut first = db.begin().await.unwrap();
    note(&mut first, "note-first").await;
    let alone = async {
        asked.store(true, Ordering::SeqCst);
        let mut tx = db.begin_alone().await.unwrap();
        assert_eq!(noted(&mut tx).await, 1, "the one that was under way is done");
        tokio::task::yield_now().await;
        note(&mut tx, "note-alone").await;
        assert_eq!(noted(&mut tx).await, 2, "nobody came between");
        tx.commit().await.unwrap();
    };
    let before = async {
        while !asked.load(Ordering::SeqCst) {
            tokio::task::yield_now().await;
        }
        first.commit().await.unwrap();
    };
    let after = async {
        while !asked.load(Ordering::SeqCst) {
            tokio::task::yield_now().await;
        }
        let mut tx = db.begin().await.unwrap();
        note(&mut tx, "note-after").await;
        drop(tx);
    };
    futures::join!(alone, before, after);
    assert_eq!(noted(&db).await, 2);
}
