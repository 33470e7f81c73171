//! How far the jobs of this process are: kept in memory, so that telling and asking never wait for the database.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use uuid::Uuid;

/// How far a job is.
#[derive(Debug, Clone)]
pub struct Step {
    /// Units done.
    pub done: u64,
    /// Units in all, where known.
    pub total: Option<u64>,
    /// What it is doing.
    pub message: String,
    /// Units a second since the message last changed.
    pub rate: f64,
    /// Asked to stop.
    pub cancel: bool,
    since: Instant,
    from: u64,
}

/// The running jobs of this process.
#[derive(Debug, Clone, Default)]
pub struct Progress(Arc<Mutex<HashMap<Uuid, Step>>>);

impl Progress {
    fn with<T>(&self, work: impl FnOnce(&mut HashMap<Uuid, Step>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A job begins.
    pub fn begin(&self, job: Uuid) {
        let step = Step {
            done: 0,
            total: None,
            message: "开始".into(),
            rate: 0.0,
            cancel: false,
            since: Instant::now(),
            from: 0,
        };
        self.with(|jobs| jobs.insert(job, step));
    }

    /// A job tells how far it is; answers whether it should go on.
    pub fn tell(&self, job: Uuid, done: u64, total: Option<u64>, message: &str) -> bool {
        self.with(|jobs| {
            let Some(step) = jobs.get_mut(&job) else { return false };
            if step.message != message {
                message.clone_into(&mut step.message);
                step.since = Instant::now();
                step.from = done;
            }
            step.done = done;
            step.total = total;
            let seconds = step.since.elapsed().as_secs_f64();
            if seconds > 0.2 {
                step.rate = done.saturating_sub(step.from) as f64 / seconds;
            }
            !step.cancel
        })
    }

    /// Asks a job to stop; answers whether it runs here.
    pub fn cancel(&self, job: Uuid) -> bool {
        self.with(|jobs| jobs.get_mut(&job).map(|step| step.cancel = true).is_some())
    }

    /// How far it is, if it runs here.
    pub fn of(&self, job: Uuid) -> Option<Step> {
        self.with(|jobs| jobs.get(&job).cloned())
    }

    /// A job has ended.
    pub fn end(&self, job: Uuid) {
        self.with(|jobs| jobs.remove(&job));
    }
}
