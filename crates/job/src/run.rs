//! What a kind of job is, and what it is given while it runs.

use std::{sync::Arc, time::Duration};

use db::{Exec, Tx, sql};
use futures::future::BoxFuture;
use kernel::Actor;
use serde_json::Value;
use uuid::Uuid;
use web::{App, Problem};

/// How a job can end badly.
#[derive(Debug)]
pub enum Failure {
    /// Trying again would not help; the person is told this.
    Problem(Problem),
    /// Something outside failed; it is tried again later.
    Again(String),
    /// Somebody asked for it to stop.
    Cancelled,
    /// Another worker has the job.
    Lost,
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        if problem.status >= 500 { Failure::Again(problem.detail) } else { Failure::Problem(problem) }
    }
}

impl From<db::Error> for Failure {
    fn from(error: db::Error) -> Self {
        Failure::from(Problem::from(error))
    }
}

impl From<kernel::Denied> for Failure {
    fn from(denied: kernel::Denied) -> Self {
        Failure::Problem(denied.into())
    }
}

/// A kind of job.
#[derive(Clone, Copy)]
pub struct Kind {
    /// Name in storage.
    pub name: &'static str,
    /// Chinese name.
    pub label: &'static str,
    /// Begun by itself, so often.
    pub every: Option<Duration>,
    /// What it does; what it answers becomes the job's result.
    pub run: fn(Context) -> BoxFuture<'static, Result<Value, Failure>>,
}

/// Finds the person of an account, standing in for another or not, with the grants of today; `None` if there is no such person
/// any more.
pub type FindActor = fn(App, Uuid, Option<Uuid>) -> BoxFuture<'static, Result<Option<Actor>, Problem>>;

/// Every kind there is, and how to find out who asked.
#[derive(Clone)]
pub struct Kinds {
    /// The kinds.
    pub kinds: Vec<Kind>,
    /// Who asked.
    pub actor: FindActor,
}

/// What a running job has.
#[derive(Clone)]
pub struct Context {
    /// The system.
    pub app: App,
    /// Who asked; a job never may more than the person.
    pub actor: Actor,
    /// The job.
    pub job: Uuid,
    /// City it concerns.
    pub city: String,
    /// What it was told.
    pub input: Arc<Value>,
    /// The worker.
    pub(crate) worker: Uuid,
}

impl Context {
    /// Tells how far the job is; fails when it was asked to stop. Cheap: what is told is stored once a second.
    pub fn progress(&self, done: u64, total: Option<u64>, message: &str) -> Result<(), Failure> {
        if self.app.progress.tell(self.job, done, total, message) { Ok(()) } else { Err(Failure::Cancelled) }
    }

    /// Ends the job as done inside the transaction that wrote its work, as its last statement: both happen or neither,
    /// and a worker that was given up for dead can no longer commit.
    pub async fn finish(&self, tx: &mut Tx, result: &Value) -> Result<(), Failure> {
        let now = self.app.clock.now();
        let ended = tx
            .run(sql!(
                "update job set state = 'done', message = '完成', result = $1, ended_at = $2, updated_at = $2 where id = $3 and worker = $4 and state = 'running'",
                result.clone(),
                now,
                self.job,
                self.worker
            ))
            .await?;
        if ended == 1 { Ok(()) } else { Err(Failure::Lost) }
    }
}
