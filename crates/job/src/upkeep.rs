//! The daily upkeep of what this crate and the keyed writes leave behind.

use std::time::Duration;

use chrono::TimeDelta;
use db::{Exec, sql};
use futures::FutureExt;
use serde_json::{Value, json};

use crate::{Context, Failure, Kind};

/// Days that an ended job stays in its owner's list.
const KEEP_JOBS: i64 = 90;
/// Days that the answer to a keyed write is given again.
const KEEP_ANSWERS: i64 = 7;
/// Rows removed by one statement, so that nobody waits long for it.
const PORTION: i64 = 1_000;

/// Removes jobs that ended long ago and answers that nobody will ask for again.
pub fn upkeep() -> Kind {
    Kind {
        name: "upkeep",
        label: "清理过期的任务和答复",
        every: Some(Duration::from_secs(86_400)),
        run: |context| run(context).boxed(),
    }
}

async fn run(context: Context) -> Result<Value, Failure> {
    let (db, now) = (&context.app.db, context.app.clock.now());
    let mut jobs = 0;
    loop {
        let old = sql!(
            "delete from job where id in (select id from job where ended_at < $1 order by ended_at limit $2)",
            now - TimeDelta::days(KEEP_JOBS),
            PORTION
        );
        let removed = db.run(old).await?;
        jobs += removed;
        context.progress(jobs, None, "清理任务")?;
        if removed < PORTION as u64 {
            break;
        }
    }
    let mut answers = 0;
    loop {
        let old = sql!(
            "delete from idempotency where (account, key) in (select account, key from idempotency where created_at < $1 order by created_at limit $2)",
            now - TimeDelta::days(KEEP_ANSWERS),
            PORTION
        );
        let removed = db.run(old).await?;
        answers += removed;
        context.progress(answers, None, "清理答复")?;
        if removed < PORTION as u64 {
            break;
        }
    }
    Ok(json!({"jobs": jobs, "answers": answers}))
}
