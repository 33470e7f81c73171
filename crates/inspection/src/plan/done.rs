//! A visit that ended does what was planned.

use audit::Action;
use chrono::Datelike;
use db::{Exec, Tx};
use kernel::{Actor, Clock};
use serde_json::json;
use web::Outcome;

use super::store;
use crate::model::Visit;

/// Ticks off the earliest target that the agency of a visit had for the enterprise in its year, and those that other agencies joined to it.
///
/// # Errors
/// Where the database fails.
pub async fn done(tx: &mut Tx, clock: &Clock, actor: &Actor, visit: &Visit) -> Outcome<()> {
    let whose = (visit.agency, visit.enterprise);
    let year = i64::from(visit.day().year());
    let Some(first) = store::next(&mut *tx, &visit.city, whose, year).await? else { return Ok(()) };
    let mut done = store::joined(&mut *tx, &visit.city, first.id).await?;
    done.push(first);
    let mut entries = Vec::new();
    for target in &mut done {
        target.state = "done".into();
        target.visit = Some(visit.id);
        target.done_on = Some(visit.day());
        target.updated_at = clock.now();
        target.updated_by = actor.account;
        target.version += 1;
        tx.run(target.update(&["city", "id"])).await?;
        let after = json!({"state": target.state, "visit": visit.id, "done_on": target.done_on});
        entries.push(target.entry(Action::Update, &target.enterprise_name, after, None));
    }
    audit::record_many(tx, clock, actor, entries).await?;
    Ok(())
}
