//! Units of work, and trying again what the database gave up.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use chrono::Utc;
use db::{
    Db, Error, Exec, FromRow, Result, Sql, Tx, Unit, db_test, retry, sql,
    testing::{Engine, create},
};
use serde_json::json;
use tokio::sync::Barrier;
use uuid::Uuid;

fn set(name: &str, value: i64) -> Sql {
    sql!(
        "insert into setting (name, value, updated_at, updated_by) values ($1, $2, $3, $4)
         on conflict (name) do update set value = excluded.value",
        name,
        json!(value),
        Utc::now(),
        Uuid::nil()
    )
}

async fn names(db: impl Exec) -> Vec<String> {
    #[derive(FromRow)]
    struct Name {
        name: String,
    }
    let names: Vec<Name> = db.all(sql!("select name from setting order by name")).await.unwrap();
    names.into_iter().map(|name| name.name).collect()
}

async fn put(db: &Db, name: &str, keep: bool) -> Result<()> {
    let mut tx = db.begin().await?;
    tx.run(set(name, 1)).await?;
    if keep { tx.commit().await } else { Ok(()) }
}

#[db_test]
async fn a_unit_keeps_what_its_parts_committed_and_undoes_what_they_dropped(db: Db) {
    let unit = Unit::begin(&db).await.unwrap();
    unit.scope(async {
        put(&db, "first", true).await.unwrap();
        put(&db, "dropped", false).await.unwrap();
        db.run(set("alone", 1)).await.unwrap();
        // a statement that fails takes only itself along
        let broken = db.run(sql!("insert into setting (name, value, updated_at, updated_by) select name, value, updated_at, updated_by from setting")).await;
        assert!(matches!(broken, Err(Error::Conflict { .. })), "{broken:?}");
        assert_eq!(names(&db).await, ["alone", "first"], "what was written is seen in the unit");
        put(&db, "last", true).await.unwrap();
        put(&db, "dropped at the end", false).await.unwrap();
    })
    .await;
    assert!(names(&db).await.is_empty(), "nothing of it is seen elsewhere before its end");
    unit.commit().await.unwrap();
    assert_eq!(names(&db).await, ["alone", "first", "last"]);
}

#[db_test]
async fn a_unit_dropped_leaves_nothing_of_what_was_committed_in_it(db: Db) {
    let unit = Unit::begin(&db).await.unwrap();
    unit.scope(put(&db, "first", true)).await.unwrap();
    drop(unit);
    put(&db, "after", true).await.unwrap();
    assert_eq!(names(&db).await, ["after"]);
}

/// Two that take the same two rows in opposite order: PostgreSQL ends the deadlock by giving one of them up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_given_up_in_a_deadlock_is_run_again() {
    let test = create(Engine::Postgres).await;
    let db = &test.db;
    db.run(set("a", 0)).await.unwrap();
    db.run(set("b", 0)).await.unwrap();
    let both_hold_one = Barrier::new(2);
    let begun = AtomicU32::new(0);
    let work = |first: &'static str, second: &'static str, value| {
        let (both_hold_one, begun) = (&both_hold_one, &begun);
        retry(move || async move {
            let fresh = begun.fetch_add(1, Ordering::SeqCst) < 2;
            let mut tx = db.begin().await?;
            tx.run(set(first, value)).await?;
            if fresh {
                both_hold_one.wait().await;
            }
            tx.run(set(second, value)).await?;
            tx.commit().await
        })
    };
    let (one, other) = tokio::join!(work("a", "b", 1), work("b", "a", 2));
    one.unwrap();
    other.unwrap();
    assert!(begun.load(Ordering::SeqCst) >= 3, "one of them was begun again");
    test.remove().await;
}

/// Two that read what the other writes, each as if it were alone: one of them cannot be put in order.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_serialisation_failure_is_run_again() {
    let test = create(Engine::Postgres).await;
    let name = test.url.rsplit('/').next().unwrap();
    let alter = format!("alter database {name} set default_transaction_isolation = 'serializable'");
    test.db.run(Sql::new(&alter)).await.unwrap();
    let db = &Db::connect(&test.url).await.unwrap();
    let both_have_read = Barrier::new(2);
    let begun = AtomicU32::new(0);
    let work = |own: &'static str| {
        let (both_have_read, begun) = (&both_have_read, &begun);
        retry(move || async move {
            let fresh = begun.fetch_add(1, Ordering::SeqCst) < 2;
            let mut tx: Tx = db.begin().await?;
            let seen = names(&mut tx).await.len() as i64;
            if fresh {
                both_have_read.wait().await;
            }
            tx.run(set(own, seen)).await?;
            tx.commit().await
        })
    };
    let (one, other) = tokio::join!(work("a"), work("b"));
    one.unwrap();
    other.unwrap();
    assert!(begun.load(Ordering::SeqCst) >= 3, "one of them was begun again");
    assert_eq!(names(db).await, ["a", "b"]);
    db.close().await;
    test.remove().await;
}

/// Another program holds the file's write lock for longer than SQLite waits.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_another_program_writes_to_is_waited_for() {
    let test = create(Engine::Sqlite).await;
    let other = Db::connect(&test.url).await.unwrap();
    test.db.run(Sql::new("pragma busy_timeout = 1")).await.unwrap();
    let mut holds = other.begin().await.unwrap();
    holds.run(set("theirs", 1)).await.unwrap();
    let once = put(&test.db, "ours", true).await;
    assert!(matches!(once, Err(Error::Busy)), "{once:?}");
    let tries = AtomicU32::new(0);
    let ours = retry(|| async {
        tries.fetch_add(1, Ordering::SeqCst);
        put(&test.db, "ours", true).await
    });
    let theirs = async {
        while tries.load(Ordering::SeqCst) < 2 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        holds.commit().await
    };
    let (ours, theirs) = tokio::join!(ours, theirs);
    ours.unwrap();
    theirs.unwrap();
    assert_eq!(names(&test.db).await, ["ours", "theirs"]);
    other.close().await;
    test.remove().await;
}

#[tokio::test]
async fn trying_again_has_an_end() {
    let tries = AtomicU32::new(0);
    let outcome = retry(|| async {
        tries.fetch_add(1, Ordering::SeqCst);
        Err::<(), _>(Error::Busy)
    })
    .await;
    assert!(matches!(outcome, Err(Error::Busy)));
    assert_eq!(tries.load(Ordering::SeqCst), 5);
}
