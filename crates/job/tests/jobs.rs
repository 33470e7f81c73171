//! The promises of jobs, on both engines.

use std::{
    collections::BTreeSet,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use chrono::{TimeDelta, Utc};
use db::{Db, Exec, db_test, sql};
use futures::FutureExt;
use job::{Context, Failure, Job, Kind, Kinds, New, enqueue, start};
use kernel::Clock;
use serde_json::{Value, json};
use uuid::Uuid;
use web::{App, Problem};

fn app(db: Db) -> App {
    App {
        db,
        clock: Clock::System,
        files: Arc::new(PathBuf::from("unused")),
        powers: Arc::from([]),
        progress: web::Progress::default(),
    }
}

async fn count_to_three(context: Context) -> Result<Value, Failure> {
    for at in 0..3 {
        context.progress(at, Some(3), "数数")?;
    }
    let result = json!({"counted": 3, "by": context.actor.name});
    let mut tx = context.app.db.begin().await?;
    context.finish(&mut tx, &result).await?;
    tx.commit().await?;
    Ok(result)
}

async fn never_end(context: Context) -> Result<Value, Failure> {
    loop {
        context.progress(1, None, "还在做")?;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Jobs that have failed once.
static FAILED: Mutex<BTreeSet<Uuid>> = Mutex::new(BTreeSet::new());

async fn fail_once(context: Context) -> Result<Value, Failure> {
    if FAILED.lock().unwrap().insert(context.job) {
        return Err(Failure::Again("the disk was away".into()));
    }
    Ok(json!("second try"))
}

async fn refuse(_: Context) -> Result<Value, Failure> {
    Err(Failure::Problem(Problem::invalid("sheet.empty", "文件是空的。")))
}

fn kinds() -> Kinds {
    let kind = |name, run| Kind { name, label: "试验", every: None, run };
    Kinds {
        kinds: vec![
            kind("count", |context| count_to_three(context).boxed()),
            kind("endless", |context| never_end(context).boxed()),
            kind("flaky", |context| fail_once(context).boxed()),
            kind("refuse", |context| refuse(context).boxed()),
        ],
        actor: |_, _, _| async { Ok(None) }.boxed(),
    }
}

async fn ask(app: &App, kind: &'static str) -> Uuid {
    let mut tx = app.db.begin().await.unwrap();
    let new = New { kind, city: "4405".into(), owner: Uuid::nil(), on_behalf: None, input: json!({}) };
    let id = enqueue(&mut tx, &app.clock, new).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn until(app: &App, id: Uuid, wanted: impl Fn(&Job) -> bool) -> Job {
    for _ in 0..600 {
        let job: Job = app.db.one(Job::select().push(" where id = ").arg(id)).await.unwrap();
        if wanted(&job) {
            return job;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the job never came so far");
}

#[db_test]
async fn a_job_runs_and_its_result_is_kept(db: Db) {
    let app = app(db);
    let id = ask(&app, "count").await;
    let _workers = start(app.clone(), kinds(), 2, true).await.unwrap();
    let job = until(&app, id, |job| job.ended_at.is_some()).await;
    assert_eq!((job.state.as_str(), job.tries), ("done", 1));
    assert_eq!(job.result.unwrap().0, json!({"counted": 3, "by": "试验"}));
}

#[db_test]
async fn a_running_job_stops_when_it_is_asked_to(db: Db) {
    let app = app(db);
    let id = ask(&app, "endless").await;
    let _workers = start(app.clone(), kinds(), 1, true).await.unwrap();
    until(&app, id, |job| job.state == "running").await;
    // as another process would ask
    app.db.run(sql!("update job set cancel = true where id = $1", id)).await.unwrap();
    assert_eq!(until(&app, id, |job| job.ended_at.is_some()).await.state, "cancelled");
}

#[db_test]
async fn a_failure_from_outside_is_tried_again_and_a_wrong_input_is_not(db: Db) {
    let app = app(db);
    let (flaky, refused) = (ask(&app, "flaky").await, ask(&app, "refuse").await);
    let _workers = start(app.clone(), kinds(), 1, true).await.unwrap();
    let job = until(&app, refused, |job| job.ended_at.is_some()).await;
    assert_eq!((job.state.as_str(), job.tries, job.message.as_str()), ("failed", 1, "文件是空的。"));
    assert_eq!(job.error.unwrap().0["code"], "sheet.empty");
    let job = until(&app, flaky, |job| job.ended_at.is_some()).await;
    assert_eq!((job.state.as_str(), job.tries), ("done", 2));
}

#[db_test]
async fn a_job_whose_worker_died_is_taken_up_again(db: Db) {
    let app = app(db);
    let id = ask(&app, "count").await;
    let dead = Uuid::now_v7();
    let long_ago = Utc::now() - TimeDelta::seconds(60);
    app.db
        .run(sql!(
            "update job set state = 'running', worker = $1, heartbeat_at = $2, tries = 1 where id = $3",
            dead,
            long_ago,
            id
        ))
        .await
        .unwrap();
    let _workers = start(app.clone(), kinds(), 1, false).await.unwrap();
    let job = until(&app, id, |job| job.ended_at.is_some()).await;
    assert_eq!((job.state.as_str(), job.tries), ("done", 2));
    assert_ne!(job.worker, Some(dead));
}

#[db_test]
async fn a_worker_given_up_for_dead_cannot_commit(db: Db) {
    static GO_ON: tokio::sync::Semaphore = tokio::sync::Semaphore::const_new(0);
    async fn slow(context: Context) -> Result<Value, Failure> {
        let mut tx = context.app.db.begin().await?;
        let taken_over = Uuid::now_v7();
        tx.run(sql!("update job set worker = $1 where id = $2", taken_over, context.job)).await?;
        tx.commit().await?;
        let mut tx = context.app.db.begin().await?;
        tx.run(sql!(
            "insert into setting (name, value, updated_at, updated_by) values ('late', $1, $2, $3)",
            json!(true),
            context.app.clock.now(),
            Uuid::nil()
        ))
        .await?;
        let outcome = context.finish(&mut tx, &json!({})).await;
        GO_ON.add_permits(1);
        outcome?;
        tx.commit().await?;
        Ok(json!({}))
    }
    let app = app(db);
    let id = ask(&app, "slow").await;
    let kinds = Kinds {
        kinds: vec![Kind {
            name: "slow", label: "试验", every: None, run: |context| slow(context).boxed()
        }],
        actor: |_, _, _| async { Ok(None) }.boxed(),
    };
    let _workers = start(app.clone(), kinds, 1, false).await.unwrap();
    GO_ON.acquire().await.unwrap().forget();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let job = until(&app, id, |_| true).await;
    assert_eq!(job.state, "running", "the worker that lost it does not end it");
    #[derive(db::FromRow)]
    struct Number {
        number: i64,
    }
    let late: Number =
        app.db.one(sql!("select count(*) as number from setting where name = 'late'")).await.unwrap();
    assert_eq!(late.number, 0);
}

#[db_test]
async fn a_kind_with_a_schedule_runs_once_in_its_span_whoever_starts_it(db: Db) {
    let app = app(db);
    let daily = || Kinds {
        kinds: vec![Kind {
            name: "daily",
            label: "每日整理",
            every: Some(Duration::from_secs(86_400)),
            run: |_| async { Ok(Value::Null) }.boxed(),
        }],
        actor: |_, _, _| async { Ok(None) }.boxed(),
    };
    let first = start(app.clone(), daily(), 1, false).await.unwrap();
    let second = start(app.clone(), daily(), 1, false).await.unwrap();
    tokio::time::sleep(Duration::from_millis(1500)).await;
    drop((first, second));
    let jobs: Vec<Job> = app.db.all(Job::select()).await.unwrap();
    // two at most when midnight falls into the test
    assert!((1..=2).contains(&jobs.len()));
    assert!(jobs.iter().all(|job| job.state == "done" && job.tries == 1));
}
