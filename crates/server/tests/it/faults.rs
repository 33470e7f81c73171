//! The program killed (`kill -9`) in the middle of its work, fifty times over both engines: no acknowledged write is
//! lost, none is done twice, no import is there by half, the trail holds and the numbers agree.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use axum::http::StatusCode;
use db::{Db, Exec, FromRow, Sql, sql, testing::Engine};
use kernel::Role;
use serde_json::{Value, json};
use testkit::{Program, Server, Session, System, on_both_engines};
use tokio::sync::Mutex;

/// Kills in a burst of writes, for each engine.
const BURSTS: u32 = 15;
/// Kills in the commit of an import, for each engine.
const COMMITS: u32 = 10;
const ROWS: u32 = 150;

#[derive(FromRow)]
struct Number {
    number: i64,
}

async fn count(db: &Db, what: &str) -> i64 {
    db.one::<Number>(Sql::new(&format!("select count(*) as number from {what}"))).await.unwrap().number
}

fn firm(name: &str) -> Value {
    json!({"town": "440515102", "changes": {"name": format!("{name}号测试厂")}, "anyway": true})
}

/// Writes without pause until the server is gone; what was answered, by key, and what was not.
async fn burst(
    program: &Program,
    session: &Session,
    round: u32,
    acknowledged: &AtomicU32,
) -> (BTreeMap<String, Value>, Vec<String>) {
    let answered = Mutex::new(BTreeMap::new());
    let open = Mutex::new(Vec::new());
    let writer = |who: u32| {
        let (answered, open) = (&answered, &open);
        async move {
            for at in 0.. {
                let key = format!("{round}-{who}-{at}");
                match program.post(session, "/api/enterprises", &firm(&key), Some(&key)).await {
                    Some((StatusCode::CREATED, row)) => {
                        answered.lock().await.insert(key, row);
                        acknowledged.fetch_add(1, Ordering::SeqCst);
                    }
                    Some(other) => panic!("{other:?}"),
                    None => {
                        open.lock().await.push(key);
                        return;
                    }
                }
            }
        }
    };
    tokio::join!(writer(0), writer(1), writer(2));
    (answered.into_inner(), open.into_inner())
}

fn list(round: u32) -> String {
    let rows =
        (0..ROWS).map(|row| format!("第{round}批第{row}测试厂,汕头市潮南区峡山街道某路{round}-{row}号\n"));
    "企业名称,注册地址\n".to_string() + &rows.collect::<String>()
}

/// Everything must be as if nothing had ever been killed.
fn holds(system: &System) {
    for command in [&["check", "counts"][..], &["audit", "seal"], &["audit", "verify"]] {
        let output = system.run(command);
        assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stdout));
    }
}

on_both_engines! {
    async fn no_write_is_lost_or_done_twice_when_the_server_is_killed_in_a_burst(system: System) {
        let login = system.person(Role::Clerk, "4405").await;
        let mut program = system.serve();
        let session = program.sign_in(&login).await;
        let mut known: BTreeMap<String, Value> = BTreeMap::new();
        for round in 0..BURSTS {
            let acknowledged = AtomicU32::new(0);
            let pid = program.pid();
            let killer = async {
                let some = async {
                    while acknowledged.load(Ordering::SeqCst) < 1 + round % 5 {
                        tokio::time::sleep(Duration::from_millis(1)).await;
                    }
                };
                tokio::time::timeout(Duration::from_secs(20), some).await.unwrap();
                // at another point of the next write each time
                tokio::time::sleep(Duration::from_millis(u64::from(round) * 2)).await;
                testkit::kill(pid);
            };
            let ((answered, open), ()) = tokio::join!(burst(&program, &session, round, &acknowledged), killer);
            program.kill();
            program = system.serve();
            assert!(!answered.is_empty() && open.len() == 3);
            for (key, row) in &answered {
                let again = program.post(&session, "/api/enterprises", &firm(key), Some(key)).await.unwrap();
                assert_eq!(again, (StatusCode::CREATED, row.clone()), "the first answer");
            }
            for key in &open {
                let (status, row) = program.post(&session, "/api/enterprises", &firm(key), Some(key)).await.unwrap();
                assert_eq!(status, StatusCode::CREATED, "{row}");
                known.insert(key.clone(), row);
            }
            known.extend(answered);
        }
        assert_eq!(count(&system.test.db, "enterprise").await as usize, known.len(), "each once");
        assert_eq!(count(&system.test.db, "audit where subject = 'enterprise' and action = 'create'").await as usize, known.len());
        program.kill();
        holds(&system);
    }

    async fn an_import_killed_in_its_commit_is_there_whole_once_the_server_is_back(system: System) {
        let login = system.person(Role::Clerk, "4405").await;
        let mut program = system.serve();
        let session = program.sign_in(&login).await;
        let all = i64::from(ROWS);
        for round in 0..COMMITS {
            let list = list(round);
            let (status, import) = program.upload(&session, "/api/imports?region=4405", list.as_bytes()).await.unwrap();
            assert_eq!(status, StatusCode::ACCEPTED, "{import}");
            let judged = program.end_of(&session, &import).await;
            assert_eq!(judged["result"]["created"], json!(ROWS), "{judged}");
            let path = format!("/api/imports/4405/{}/commit", import["id"].as_str().unwrap());
            let (_, asked) = program.post(&session, &path, &json!({}), Some(&format!("commit-{round}"))).await.unwrap();
            let job: uuid::Uuid = asked["job"].as_str().unwrap().parse().unwrap();
            while count(&system.test.db, &format!("job where id = '{job}' and state = 'waiting'")).await > 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            tokio::time::sleep(Duration::from_millis(u64::from(round) * 25)).await;
            program.kill();
            let held = count(&system.test.db, "enterprise").await - i64::from(round) * all;
            assert!(held == 0 || held == all, "{held} of {all} records");
            program = system.serve();
            if system.test.db.engine() == Engine::Postgres {
                // other servers may share this database: a job is taken up when its worker was silent for 20 s
                system.test.db.run(sql!("update job set heartbeat_at = null where id = $1 and state = 'running'", job)).await.unwrap();
            }
            let job = program.end_of(&session, &asked).await;
            assert_eq!(job["state"], "done", "{job}");
            assert_eq!(count(&system.test.db, "enterprise").await, i64::from(round + 1) * all);
        }
        program.kill();
        holds(&system);
    }

    async fn a_write_that_was_done_but_not_answered_gets_its_answer_after_the_crash(system: System) {
        let login = system.person(Role::Clerk, "4405").await;
        let program = system.serve();
        let session = program.sign_in(&login).await;
        let body = firm("没有收到答复");
        let work = program.post(&session, "/api/enterprises", &body, Some("one-key"));
        let made = async {
            let done = async {
                while count(&system.test.db, "enterprise").await == 0 {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            };
            tokio::time::timeout(Duration::from_secs(20), done).await.unwrap();
            testkit::kill(program.pid());
        };
        // whether the answer still came or not, this client forgets it
        drop(tokio::join!(work, made));
        program.kill();
        let program = system.serve();
        let (status, row) = program.post(&session, "/api/enterprises", &body, Some("one-key")).await.unwrap();
        assert_eq!((status, &row["name"]), (StatusCode::CREATED, &json!("没有收到答复号测试厂")));
        assert_eq!(count(&system.test.db, "enterprise").await, 1);
        assert_eq!(count(&system.test.db, "audit where subject = 'enterprise' and action = 'create'").await, 1);
        program.kill();
        holds(&system);
    }
}

/// Another program writes to the file for longer than SQLite waits: the request is run again, not refused.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_that_finds_the_database_busy_is_run_again() {
    let test = db::testing::create(Engine::Sqlite).await;
    let server = Server::new(test.db.clone()).await;
    let clerk = server.person(kernel::Role::Clerk, "4405", None).await;
    let other = Db::connect(&test.url).await.unwrap();
    test.db.run(Sql::new("pragma busy_timeout = 1")).await.unwrap();
    let holds = other.begin().await.unwrap();
    let work = clerk.send("POST", "/api/enterprises", firm("忙时测试厂"), Some("one-key"));
    let release = async {
        tokio::time::sleep(Duration::from_millis(60)).await;
        drop(holds);
    };
    let ((status, answer), ()) = tokio::join!(work, release);
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    assert_eq!(count(&test.db, "enterprise").await, 1);
    other.close().await;
    test.remove().await;
}
