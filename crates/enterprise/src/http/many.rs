//! One change to many records at once: all of them or none.

use audit::Action;
use db::Tx;
use kernel::{Actor, Scope};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, Outcome, Problem};

use super::list::shown;
use crate::{derived::Derived, model::Enterprise, store};

/// A record by its key and the version that was read.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct AssignedItem {
    pub(super) city: String,
    pub(super) id: Uuid,
    pub(super) version: i64,
}

/// Changes each of the records, with what follows from it and its entry on the trail; `apply` answers the reason. Answers how many were
/// changed: those that stood so already are not.
pub(super) async fn change_many(
    tx: &mut Tx,
    app: &App,
    actor: &Actor,
    scope: &Scope,
    items: &[AssignedItem],
    mut apply: impl FnMut(&mut Enterprise) -> Outcome<String> + Send,
) -> Outcome<usize> {
    if items.is_empty() || items.len() > 200 {
        return Err(Problem::wrong_field("/items", "items.number", "请选择 1–200 家企业。"));
    }
    let mut derived = Derived::default();
    let mut entries = Vec::new();
    for item in items {
        let current = store::find(&mut *tx, scope, &item.city, item.id).await?;
        if current.version != item.version {
            return Err(Problem::stale(shown(&current, true)));
        }
        store::not_merged(&current)?;
        let mut record = current.clone();
        let reason = apply(&mut record)?;
        if record == current {
            continue;
        }
        record.updated_at = app.clock.now();
        record.updated_by = actor.account;
        record.version += 1;
        if !store::save(tx, scope, &current, &record).await? {
            return Err(Problem::stale(shown(&current, true)));
        }
        derived.remove(&current);
        derived.add(&record);
        let (before, after) = audit::diff(&current.document(), &record.document());
        entries.push(record.entry(Action::Update, Some(before), Some(after), Some(reason)));
    }
    let changed = entries.len();
    derived.apply(tx).await?;
    audit::record_many(tx, &app.clock, actor, entries).await?;
    Ok(changed)
}
