//! One write to one record, however it comes about: in scope, not stale, not of a record that is part of another, with its
//! numbers and its entry on the trail. What is written is the business of each operation.

use audit::Action;
use kernel::{Actor, RegionCode, Scope};
use region::divisions;
use uuid::Uuid;
use web::{App, Outcome, Problem};

use super::list::shown;
use crate::{derived::Derived, model::Enterprise, store};

/// One write to one record: read in scope, refuse a stale version, change, keep the numbers, record, commit.
pub(super) async fn change(
    app: &App,
    actor: &Actor,
    power: &kernel::Power,
    (city, id): (&str, Uuid),
    version: i64,
    reason: Option<String>,
    apply: impl FnOnce(&mut Enterprise) -> Outcome<()>,
) -> Outcome<Enterprise> {
    let scope = actor.may(power)?;
    let mut tx = app.db.begin().await?;
    let current = store::find(&mut tx, &scope, city, id).await?;
    if current.version != version {
        return Err(Problem::stale(shown(&current, false)));
    }
    store::not_merged(&current)?;
    let mut record = current.clone();
    apply(&mut record)?;
    if record == current {
        return Ok(current);
    }
    let record = write_changed(&mut tx, app, actor, &scope, &current, record, reason).await?;
    tx.commit().await?;
    Ok(record)
}

/// Writes a record that was changed, with what follows from it and its entry on the trail. Of two who read the same
/// version the second is refused.
pub(super) async fn write_changed(
    tx: &mut db::Tx,
    app: &App,
    actor: &Actor,
    scope: &Scope,
    current: &Enterprise,
    mut record: Enterprise,
    reason: Option<String>,
) -> Outcome<Enterprise> {
    record.updated_at = app.clock.now();
    record.updated_by = actor.account;
    record.version = current.version + 1;
    if !store::save(tx, scope, current, &record).await? {
        let now = store::find(&mut *tx, scope, &current.city, current.id).await?;
        return Err(Problem::stale(shown(&now, false)));
    }
    let mut derived = Derived::default();
    derived.remove(current);
    derived.add(&record);
    derived.apply(tx).await?;
    let (before, after) = audit::diff(&current.document(), &record.document());
    audit::record(tx, &app.clock, actor, record.entry(Action::Update, Some(before), Some(after), reason))
        .await?;
    Ok(record)
}

/// The town that a record is to have: one in force, in scope.
pub(super) fn town_in(scope: &Scope, code: &str) -> Outcome<RegionCode> {
    let town = RegionCode::parse(code)?;
    if town.as_str().len() != 9 || divisions::find(town.as_str()).is_none() {
        return Err(Problem::wrong_field("/town", "region.unknown", "请选择一个镇或街道（9 位代码）。"));
    }
    if !scope.covers(town.as_str()) {
        return Err(Problem::wrong_field("/town", "region.outside", "这个镇街不在您的管辖范围内。"));
    }
    Ok(town)
}

/// The reason of a step, which every such step needs.
pub(super) fn reason_given(text: &str) -> Outcome<String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > 200 {
        return Err(Problem::wrong_field("/reason", "reason.length", "请写明原因（200 字以内）。"));
    }
    Ok(text.to_string())
}
