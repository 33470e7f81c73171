//! The typed details of a case: a row of its area under the same (city, id), which steps together with the case and bears its
//! version. What the details say, and what a step makes of them, is the area's business.

use audit::Action;
use chrono::{DateTime, Utc};
use db::{Exec, Sql, Tx};
use serde_json::Value;
use uuid::Uuid;
use web::Outcome;

use crate::{Acting, Case, Flow, Taken, step};

/// A row of details.
pub trait Detail: Sized + Send + Sync {
    /// The flow of its cases.
    const FLOW: &'static Flow;

    /// The row as a document.
    fn document(&self) -> Value;

    /// Marks it as written at that version, when and by whom.
    fn stamp(&mut self, version: i64, at: DateTime<Utc>, by: Uuid);

    /// The statement that writes it back.
    fn write(&self) -> Sql;

    /// What the trail says of it.
    fn entry(&self, case: &Case, action: Action, change: (Option<Value>, Value)) -> audit::Entry;
}

/// Takes a step of a case after which its details are `after`: what they say otherwise stands in the step and on the trail.
///
/// # Errors
/// As those of [`step`].
pub async fn take<D: Detail>(
    tx: &mut Tx,
    by: Acting<'_>,
    (case, before): (&Case, &D),
    action: &str,
    (mut after, taken): (D, Taken),
) -> Outcome<(Case, D)> {
    let (old, new) = audit::diff(&before.document(), &after.document());
    let changed = new.as_object().is_some_and(|fields| !fields.is_empty());
    let taken = Taken { changed: changed.then(|| new.clone()), ..taken };
    let case = step(tx, by, D::FLOW, case, action, taken).await?;
    after.stamp(case.version, by.clock.now(), by.actor.account);
    tx.run(after.write()).await?;
    if changed {
        audit::record(tx, by.clock, by.actor, after.entry(&case, Action::Update, (Some(old), new))).await?;
    }
    Ok((case, after))
}
