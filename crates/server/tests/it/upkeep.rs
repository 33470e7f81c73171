//! What nobody needs any more is removed by itself, and nothing else.

use std::time::{Duration, SystemTime};

use axum::http::StatusCode;
use chrono::{TimeDelta, Utc};
use db::{Db, Exec, FromRow, Sql, Value, db_test, sql};
use kernel::Role;
use serde_json::json;
use testkit::{Client, PASSWORD, Server, list};
use uuid::Uuid;

async fn count(db: &Db, what: &str) -> i64 {
    #[derive(FromRow)]
    struct Number {
        number: i64,
    }
    db.one::<Number>(Sql::new(&format!("select count(*) as number from {what}"))).await.unwrap().number
}

/// Sets a time of every row there is to so many days ago.
async fn age(db: &Db, table: &str, column: &str, days: i64) {
    let at: Value = (Utc::now() - TimeDelta::days(days)).into();
    db.run(Sql::new(&format!("update {table} set {column} = ")).arg(at)).await.unwrap();
}

async fn upload(clerk: &Client<'_>) {
    let (status, import) = clerk.upload("/api/imports?region=4405", list().as_bytes()).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{import}");
    let path = format!("/api/jobs/{}", import["job"].as_str().unwrap());
    for _ in 0..400 {
        if !clerk.get(&path).await.1["ended_at"].is_null() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the job never ended");
}

fn files(server: &Server) -> Vec<std::path::PathBuf> {
    let folder = server.app.files.join("imports");
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

#[db_test]
async fn old_dry_runs_jobs_answers_and_sessions_are_removed_and_fresh_ones_stay(db: Db) {
    let server = Server::new(db).await;
    let db = &server.app.db;
    let workers = server.work().await;
    let old = server.person(Role::Clerk, "4405", None).await;
    upload(&old).await;
    let wanted = json!({"town": "440515102", "changes": {"name": "清理测试厂"}, "anyway": true});
    assert_eq!(old.send("POST", "/api/enterprises", wanted, Some("old")).await.0, StatusCode::CREATED);
    drop(workers);
    // what the upkeep of today already did is forgotten, so that it runs again
    db.run(sql!("delete from job where owner = $1", Uuid::nil())).await.unwrap();
    age(db, "import", "updated_at", 31).await;
    age(db, "job", "ended_at", 91).await;
    age(db, "idempotency", "created_at", 8).await;
    age(db, "session", "expires_at", 0).await;
    for file in files(&server) {
        let file = std::fs::File::options().write(true).open(file).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(32 * 86_400)).unwrap();
    }
    let fresh = server.sign_in("clerk-4405", PASSWORD).await;
    let wanted = json!({"town": "440515102", "changes": {"name": "清理测试二厂"}, "anyway": true});
    assert_eq!(fresh.send("POST", "/api/enterprises", wanted, Some("fresh")).await.0, StatusCode::CREATED);
    let workers = server.work().await;
    upload(&fresh).await;
    for _ in 0..400 {
        if count(db, "job where owner = '00000000-0000-0000-0000-000000000000' and ended_at is null").await
            == 0
        {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    drop(workers);
    assert_eq!(
        count(db, "job where kind = 'judge_import'").await,
        1,
        "the old job is gone, the fresh one is there"
    );
    assert_eq!(count(db, "idempotency").await, 1);
    assert_eq!(count(db, "session").await, 1);
    assert_eq!(files(&server).len(), 1);
    let imports = fresh.get("/api/imports").await.1;
    let states: Vec<&str> =
        imports["items"].as_array().unwrap().iter().filter_map(|import| import["state"].as_str()).collect();
    assert_eq!(states, ["preview", "failed"], "the old one is said to have expired");
    assert_eq!(imports["items"][1]["error"]["code"], "import.expired");
    assert_eq!(count(db, "import_row").await, 4);
    assert_eq!(count(db, "enterprise").await, 2, "no record goes");
    assert_eq!(old.get("/api/enterprises").await.0, StatusCode::UNAUTHORIZED);
}

/// A job that waits is stopped over HTTP before it begins; only its owner may.
#[db_test]
async fn a_waiting_job_is_cancelled_by_its_owner_only_and_never_runs(db: Db) {
    let server = Server::new(db).await;
    let clerk = server.person(Role::Clerk, "4405", None).await;
    let other = server.person(Role::Clerk, "440515", None).await;
    let (_, import) = clerk.upload("/api/imports?region=4405", list().as_bytes()).await;
    let path = format!("/api/jobs/{}", import["job"].as_str().unwrap());
    let cancel = format!("{path}/cancel");
    assert_eq!(other.send("POST", &cancel, json!({}), None).await.0, StatusCode::NOT_FOUND);
    assert_eq!(clerk.send("POST", &cancel, json!({}), None).await.0, StatusCode::ACCEPTED);
    let _workers = server.work().await;
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    let job = clerk.get(&path).await.1;
    assert_eq!((&job["state"], &job["message"]), (&json!("cancelled"), &json!("已取消")));
    assert_eq!(clerk.send("POST", &cancel, json!({}), None).await.0, StatusCode::CONFLICT);
    assert_eq!(count(&server.app.db, "import_row").await, 0);
}
