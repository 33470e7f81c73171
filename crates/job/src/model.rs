//! The row of a job and how it comes to be.

use chrono::{DateTime, Utc};
use db::{Exec, Json, Tx};
use kernel::Clock;
use serde_json::Value;
use uuid::Uuid;

db::table! {
    /// A job.
    pub struct Job in "job" {
        /// Id.
        pub id: Uuid,
        /// City it concerns, 4 digits.
        pub city: String,
        /// Which kind of work.
        pub kind: String,
        /// What it is told.
        pub input: Json<Value>,
        /// `waiting`, `running`, `done`, `failed` or `cancelled`.
        pub state: String,
        /// Account that asked for it; nil for Anjian itself.
        pub owner: Uuid,
        /// The person its owner stood in for.
        pub on_behalf: Option<Uuid>,
        /// Units done.
        pub done: i64,
        /// Units in all, where known.
        pub total: Option<i64>,
        /// What it is doing, for people.
        pub message: String,
        /// What it answers.
        pub result: Option<Json<Value>>,
        /// Why it failed: a problem as in answers over HTTP.
        pub error: Option<Json<Value>>,
        /// Times it was begun.
        pub tries: i64,
        /// Not to be taken before.
        pub not_before: DateTime<Utc>,
        /// Worker that has it.
        pub worker: Option<Uuid>,
        /// When that worker was last known to live.
        pub heartbeat_at: Option<DateTime<Utc>>,
        /// Whether it was asked to stop.
        pub cancel: bool,
        /// Last begun.
        pub started_at: Option<DateTime<Utc>>,
        /// Ended.
        pub ended_at: Option<DateTime<Utc>>,
        /// Asked for.
        pub created_at: DateTime<Utc>,
        /// Last change.
        pub updated_at: DateTime<Utc>,
    }
}

/// What a job is made from.
#[derive(Debug, Clone)]
pub struct New {
    /// Name of its kind.
    pub kind: &'static str,
    /// City it concerns.
    pub city: String,
    /// Account that asks for it.
    pub owner: Uuid,
    /// The person the account stands in for.
    pub on_behalf: Option<Uuid>,
    /// What it is told.
    pub input: Value,
}

/// Asks for a job, in the transaction that wants it; answers its id.
pub async fn enqueue(tx: &mut Tx, clock: &Clock, new: New) -> db::Result<Uuid> {
    let job = fresh(Uuid::now_v7(), clock.now(), new);
    let id = job.id;
    tx.run(job.insert()).await?;
    Ok(id)
}

pub(crate) fn fresh(id: Uuid, now: DateTime<Utc>, new: New) -> Job {
    Job {
        id,
        city: new.city,
        kind: new.kind.into(),
        input: Json(new.input),
        state: "waiting".into(),
        owner: new.owner,
        on_behalf: new.on_behalf,
        done: 0,
        total: None,
        message: "等待处理".into(),
        result: None,
        error: None,
        tries: 0,
        not_before: now,
        worker: None,
        heartbeat_at: None,
        cancel: false,
        started_at: None,
        ended_at: None,
        created_at: now,
        updated_at: now,
    }
}

/// The result of a job that this person asked for and that is done; not found otherwise.
pub async fn done_by(db: &db::Db, owner: Uuid, kind: &str, id: Uuid) -> db::Result<serde_json::Value> {
    let sql = Job::select().push(" where id = ").arg(id).push(" and owner = ").arg(owner);
    let job: Job = db.one(sql.push(" and kind = ").arg(kind).push(" and state = 'done'")).await?;
    Ok(job.result.map_or(serde_json::Value::Null, |result| result.0))
}
