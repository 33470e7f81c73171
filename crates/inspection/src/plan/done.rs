//! A visit that ended does what was planned.

use audit::Action;
use chrono::Datelike;
use db::{Exec, Tx};
use kernel::{Actor, Clock};
use serde_json::json;
use web::Outcome;

use super::store;
use crate::model::Visit;

/// Ticks off the earliest target that each agency of a visit had for the enterprise in its year. What an agency joined to the leading one's
/// and did not come to is its own again.
///
/// # Errors
/// Where the database fails.
pub async fn done(tx: &mut Tx, clock: &Clock, actor: &Actor, visit: &Visit) -> Outcome<()> {
    let year = i64::from(visit.day().year());
    let agencies = visit.agencies();
    let mut done = Vec::new();
    for agency in &agencies {
        done.extend(store::next(&mut *tx, &visit.city, (*agency, visit.enterprise), year).await?);
    }
    let mut joined = Vec::new();
    for own in &done {
        joined.extend(store::joined(&mut *tx, &visit.city, own.id).await?);
    }
    joined.retain(|own| own.state == "planned" && done.iter().all(|other| other.id != own.id));
    let mut entries = Vec::new();
    for mut target in done.into_iter().chain(joined) {
        let (after, why) = if agencies.contains(&target.agency) {
            target.state = "done".into();
            target.visit = Some(visit.id);
            target.done_on = Some(visit.day());
            (json!({"state": target.state, "visit": visit.id, "done_on": target.done_on}), None)
        } else {
            target.joined = None;
            (json!({"joined": null}), Some("没有参加合并的检查".to_string()))
        };
        target.updated_at = clock.now();
        target.updated_by = actor.account;
        target.version += 1;
        tx.run(target.update(&["city", "id"])).await?;
        entries.push(target.entry(Action::Update, &target.enterprise_name, after, why));
    }
    audit::record_many(tx, clock, actor, entries).await?;
    Ok(())
}
