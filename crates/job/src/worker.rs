//! Taking jobs and running them; giving up for dead those who stopped telling that they live.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use db::{Exec, Sql, sql};
use futures::FutureExt;
use kernel::Actor;
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use uuid::Uuid;
use web::{App, Problem};

use crate::{
    model::{Job, New, fresh},
    run::{Context, Failure, Kind, Kinds},
};

/// How often a worker looks for work and tells that it lives.
const BEAT: Duration = Duration::from_millis(500);
/// A job whose worker was silent for so long is taken up again.
const DEAD: TimeDelta = TimeDelta::seconds(20);
/// Times a job is begun before it counts as failed.
const MOST_TRIES: i64 = 4;

/// The workers of this process; dropping it stops them.
pub struct Workers(Vec<JoinHandle<()>>);

impl Drop for Workers {
    fn drop(&mut self) {
        for worker in &self.0 {
            worker.abort();
        }
    }
}

/// Starts so many workers. `alone` says that no other process can have jobs of this database in hand: what was
/// running when the process before ended is taken up at once.
pub async fn start(app: App, kinds: Kinds, number: usize, alone: bool) -> db::Result<Workers> {
    if alone {
        app.db.run(sql!("update job set worker = null, heartbeat_at = null where state = 'running'")).await?;
    }
    let kinds = Arc::new(kinds);
    let workers = (0..number).map(|at| {
        let (app, kinds) = (app.clone(), Arc::clone(&kinds));
        tokio::spawn(async move {
            let worker = Uuid::now_v7();
            let mut scheduled = BTreeMap::new();
            loop {
                if at == 0
                    && let Err(error) = schedule(&app, &kinds, &mut scheduled).await
                {
                    tracing::error!(%error, "scheduling failed");
                }
                match take(&app, worker).await {
                    Ok(Some(job)) => work(&app, &kinds, worker, job).await,
                    Ok(None) => tokio::time::sleep(BEAT).await,
                    Err(error) => {
                        tracing::error!(%error, "taking a job failed");
                        tokio::time::sleep(BEAT * 4).await;
                    }
                }
            }
        })
    });
    Ok(Workers(workers.collect()))
}

/// The kinds that begin by themselves: a job for the current span of time, unless there is one. `scheduled` holds the span
/// seen to last of each kind, so that only a new one asks the database.
async fn schedule(app: &App, kinds: &Kinds, scheduled: &mut BTreeMap<&'static str, i64>) -> db::Result<()> {
    let now = app.clock.now();
    for kind in &kinds.kinds {
        let Some(every) = kind.every else { continue };
        let span = now.timestamp() / every.as_secs().max(1) as i64;
        if scheduled.get(kind.name) == Some(&span) {
            continue;
        }
        // the same span gives the same id, so that of two processes one makes the job
        let mut id = [0u8; 16];
        for (at, byte) in kind.name.bytes().enumerate() {
            id[at % 8] = id[at % 8].rotate_left(3) ^ byte;
        }
        id[8..].copy_from_slice(&span.to_be_bytes());
        let id = uuid::Builder::from_custom_bytes(id).into_uuid();
        let new = New {
            kind: kind.name,
            city: "0000".into(),
            owner: Uuid::nil(),
            on_behalf: None,
            input: json!({}),
        };
        app.db.run(fresh(id, now, new).insert().push(" on conflict (id) do nothing")).await?;
        scheduled.insert(kind.name, span);
    }
    Ok(())
}

#[derive(db::FromRow)]
struct Next {
    id: Uuid,
}

/// Takes the job that waits longest, or one whose worker is dead.
async fn take(app: &App, worker: Uuid) -> db::Result<Option<Job>> {
    let now = app.clock.now();
    let free = |sql: Sql| {
        sql.push("(state = 'waiting' and not_before <= ")
            .arg(now)
            .push(" or state = 'running' and (heartbeat_at is null or heartbeat_at < ")
            .arg(now - DEAD)
            .push("))")
    };
    let next = free(Sql::new("select id from job where ")).push(" order by not_before, id limit 1");
    let Some(next) = app.db.optional::<Next>(next).await? else { return Ok(None) };
    let taken = Sql::new("update job set state = 'running', worker = ")
        .arg(worker)
        .push(", tries = tries + 1, started_at = ")
        .arg(now)
        .push(", heartbeat_at = ")
        .arg(now)
        .push(", updated_at = ")
        .arg(now)
        .push(" where id = ")
        .arg(next.id)
        .push(" and ");
    if app.db.run(free(taken)).await? == 0 {
        return Ok(None);
    }
    app.db.optional(Job::select().push(" where id = ").arg(next.id)).await
}

/// Runs one job to its end.
async fn work(app: &App, kinds: &Kinds, worker: Uuid, job: Job) {
    let id = job.id;
    app.progress.begin(id);
    let beating = beat(app, worker, id);
    let outcome = tokio::select! {
        outcome = attempt(app, kinds, worker, &job) => outcome,
        () = beating => Err(Failure::Lost),
    };
    app.progress.end(id);
    if let Err(error) = end(app, worker, &job, outcome).await {
        tracing::error!(%error, %id, "ending a job failed");
    }
}

async fn attempt(app: &App, kinds: &Kinds, worker: Uuid, job: &Job) -> Result<Value, Failure> {
    let kind: Kind = *kinds
        .kinds
        .iter()
        .find(|kind| kind.name == job.kind)
        .ok_or_else(|| Failure::Problem(Problem::invalid("job.kind", "这种任务已不再支持。")))?;
    if job.cancel {
        return Err(Failure::Cancelled);
    }
    if job.tries > MOST_TRIES {
        return Err(Failure::Problem(Problem::conflict(
            "job.tries",
            "多次处理都没有完成，已停止。请重新发起。",
        )));
    }
    let actor = if job.owner.is_nil() {
        Actor::system(kind.label)
    } else {
        let gone = || {
            Failure::Problem(Problem::conflict(
                "job.owner",
                "发起人的账号已停用，或代理已经结束，任务没有执行。",
            ))
        };
        (kinds.actor)(app.clone(), job.owner, job.on_behalf).await?.ok_or_else(gone)?
    };
    let context = Context {
        app: app.clone(),
        actor,
        job: job.id,
        city: job.city.clone(),
        input: Arc::new(job.input.0.clone()),
        worker,
    };
    std::panic::AssertUnwindSafe((kind.run)(context))
        .catch_unwind()
        .await
        .unwrap_or_else(|_| Err(Failure::Problem(Problem::internal("a job panicked"))))
}

/// Stores what the job told and that the worker lives; ends when the job is no longer this worker's.
async fn beat(app: &App, worker: Uuid, id: Uuid) {
    loop {
        tokio::time::sleep(BEAT * 2).await;
        let Some(step) = app.progress.of(id) else { continue };
        let now = app.clock.now();
        let stored = app
            .db
            .run(sql!(
                "update job set done = $1, total = $2, message = $3, heartbeat_at = $4, updated_at = $4 where id = $5 and worker = $6",
                step.done as i64,
                step.total.map(|total| total as i64),
                step.message,
                now,
                id,
                worker
            ))
            .await;
        if matches!(stored, Ok(0)) {
            return;
        }
        let asked = app.db.optional::<Asked>(sql!("select cancel from job where id = $1", id)).await;
        if matches!(asked, Ok(Some(Asked { cancel: true }))) {
            app.progress.cancel(id);
        }
    }
}

#[derive(db::FromRow)]
struct Asked {
    cancel: bool,
}

async fn end(app: &App, worker: Uuid, job: &Job, outcome: Result<Value, Failure>) -> db::Result<()> {
    let now = app.clock.now();
    let ended = |state: &'static str, message: String, result: Option<Value>, error: Option<Value>| {
        sql!(
            "update job set state = $1, message = $2, result = $3, error = $4, ended_at = $5, updated_at = $5 where id = $6 and worker = $7 and state = 'running'",
            state,
            message,
            result,
            error,
            now,
            job.id,
            worker
        )
    };
    let again = |why: &str, at: DateTime<Utc>| {
        tracing::warn!(job = %job.id, kind = job.kind, why, "a job will be tried again");
        sql!(
            "update job set state = 'waiting', message = '出错，稍后自动重试', not_before = $1, worker = null, updated_at = $2 where id = $3 and worker = $4 and state = 'running'",
            at,
            now,
            job.id,
            worker
        )
    };
    let sql = match outcome {
        Ok(result) => ended("done", "完成".into(), Some(result), None),
        Err(Failure::Problem(problem)) => {
            ended("failed", problem.detail.clone(), None, serde_json::to_value(&problem).ok())
        }
        Err(Failure::Cancelled) => ended("cancelled", "已取消".into(), None, None),
        Err(Failure::Again(why)) if job.tries < MOST_TRIES => {
            again(&why, now + TimeDelta::seconds(2i64.pow(job.tries.clamp(1, 10) as u32)))
        }
        Err(Failure::Again(why)) => {
            let problem = Problem::internal(&why);
            ended("failed", problem.detail.clone(), None, serde_json::to_value(&problem).ok())
        }
        Err(Failure::Lost) => return Ok(()),
    };
    // the job's end must be stored even while a long write holds the database
    let mut wait = BEAT;
    for _ in 0..5 {
        match app.db.run(sql.clone()).await {
            Err(db::Error::Busy) => tokio::time::sleep(wait).await,
            other => return other.map(drop),
        }
        wait *= 2;
    }
    app.db.run(sql).await.map(drop)
}
