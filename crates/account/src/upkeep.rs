//! The daily upkeep of what signing in leaves behind.

use std::time::Duration;

use chrono::TimeDelta;
use db::{Exec, sql};
use futures::FutureExt;
use job::{Context, Failure, Kind};
use serde_json::{Value, json};

/// The kinds of jobs of this area.
pub fn kinds() -> Vec<Kind> {
    vec![Kind {
        name: "upkeep_sessions",
        label: "清理已结束的登录",
        every: Some(Duration::from_secs(86_400)),
        run: |context| run(context).boxed(),
    }]
}

/// Removes sessions past their longest life and counts of tries of past minutes. That somebody signed in stays on the trail.
async fn run(context: Context) -> Result<Value, Failure> {
    let (db, now) = (&context.app.db, context.app.clock.now());
    let sessions = db.run(sql!("delete from session where expires_at < $1", now)).await?;
    let hour_ago = (now - TimeDelta::hours(1)).timestamp() / 60;
    db.run(sql!("delete from sign_in_try where minute < $1", hour_ago)).await?;
    db.run(sql!("delete from sign_on_try where expires_at < $1", now)).await?;
    Ok(json!({"sessions": sessions}))
}
