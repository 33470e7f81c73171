//! Writing visits and documents: each held by its version, so that two writes of one row follow one another, and told to the trail.

use audit::Action;
use chrono::Duration;
use db::{Exec, Tx};
use kernel::{Actor, Clock, Scope};
use serde_json::{Value, json};
use uuid::Uuid;
use web::{Outcome, Problem};

use crate::{
    compose,
    http::{EnforcementDocument, VisitView},
    model::{Paper, Visit},
    store,
};

/// How far a clock in the field may be ahead of ours.
pub(crate) fn ahead() -> Duration {
    Duration::minutes(10)
}

/// A text that must be there.
pub(crate) fn filled(pointer: &str, text: &str, what: &str, most: usize) -> Outcome<String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > most {
        return Err(Problem::wrong_field(
            pointer,
            "field.required",
            format!("请填写{what}，最多 {most} 字。"),
        ));
    }
    Ok(text.to_string())
}

/// An open visit of a write: nobody else writes it until the transaction ends. `read` is the version that its writer saw; without it the write
/// is one that needs none, such as one finding more.
pub(crate) async fn hold(
    tx: &mut Tx,
    (clock, actor): (&Clock, &Actor),
    scope: &Scope,
    (city, id, read): (&str, Uuid, Option<i64>),
) -> Outcome<Visit> {
    // who may not see it learns nothing by it
    store::visit(&mut *tx, scope, city, id).await?;
    let held = store::raise(tx, (city, id, read), (clock.now(), actor.account)).await?;
    let row = store::visit(&mut *tx, scope, city, id).await?;
    if row.state != "open" {
        let why = "这次检查已经结束，不能再修改。有新问题请另开一次检查。";
        return Err(Problem::conflict("visit.finished", why));
    }
    if !held {
        return Err(Problem::stale(json!(VisitView::of(row))));
    }
    Ok(row)
}

/// Writes what became of a visit that is held.
pub(crate) async fn write(
    tx: &mut Tx,
    (clock, actor): (&Clock, &Actor),
    row: &Visit,
    after: Value,
    reason: Option<String>,
) -> Outcome<()> {
    tx.run(row.update(&["city", "id"])).await?;
    let entry = row.entry(Action::Update, &row.enterprise_name, after, reason);
    Ok(audit::record(tx, clock, actor, entry).await?)
}

/// A document at the version that was read.
pub(crate) async fn read(
    tx: &mut Tx,
    scope: &Scope,
    (city, id, version): (&str, Uuid, i64),
) -> Outcome<Paper> {
    let row = store::paper(tx, scope, city, id).await?;
    if row.version != version {
        return Err(Problem::stale(json!(EnforcementDocument::of(row))));
    }
    Ok(row)
}

/// Writes what became of a document, if nobody else did since it was read, and tells the trail.
pub(crate) async fn save(
    tx: &mut Tx,
    (clock, actor): (&Clock, &Actor),
    scope: &Scope,
    mut row: Paper,
    reason: Option<String>,
) -> Outcome<Paper> {
    let read = row.version;
    row.version = read + 1;
    row.updated_at = clock.now();
    row.updated_by = actor.account;
    if tx.run(row.update(&["city", "id"]).push(" and version = ").arg(read)).await? == 0 {
        let now = store::paper(tx, scope, &row.city, row.id).await?;
        return Err(Problem::stale(json!(EnforcementDocument::of(now))));
    }
    note(tx, (clock, actor), &row, Action::Update, reason).await?;
    Ok(row)
}

/// Tells the trail of a document.
pub(crate) async fn note(
    tx: &mut Tx,
    (clock, actor): (&Clock, &Actor),
    row: &Paper,
    action: Action,
    reason: Option<String>,
) -> Outcome<()> {
    let name = compose::form_name(&row.form, row.issued_on);
    let title = match &row.number {
        Some(number) => format!("{name} {number}：{}", row.enterprise_name),
        None => format!("{name}：{}", row.enterprise_name),
    };
    let after = json!({"form": row.form, "state": row.state, "number": row.number, "issuer": row.issuer, "fields": row.fields.0,
        "due_on": row.due_on, "served_on": row.served_on, "service": row.service});
    Ok(audit::record(tx, clock, actor, row.entry(action, &title, after, reason)).await?)
}
