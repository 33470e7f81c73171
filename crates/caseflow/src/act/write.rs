//! Writing a case that became otherwise: if nobody else did since it was read, with its step and the trail.

use audit::Action;
use db::{Exec, FromRow, Json, Sql, Tx};
use serde_json::{Value, json};
use uuid::Uuid;
use web::{Outcome, Problem};

use super::Acting;
use crate::{
    find,
    flow::Flow,
    model::{Case, Event, FieldReason},
    store,
};

#[derive(FromRow)]
pub(super) struct Number {
    pub(super) events: i64,
}

/// A step as it will be written.
pub(super) struct Told<'a> {
    pub(super) action: &'static str,
    pub(super) label: &'static str,
    pub(super) from: Option<&'a str>,
    pub(super) reason: Option<String>,
    pub(super) fields: Vec<FieldReason>,
    pub(super) changed: Option<Value>,
    pub(super) header: Value,
}

impl<'a> Told<'a> {
    pub(super) fn staying(
        action: &'static str,
        label: &'static str,
        from: &'a str,
        reason: Option<String>,
    ) -> Told<'a> {
        Told {
            action,
            label,
            from: Some(from),
            reason,
            fields: Vec::new(),
            changed: None,
            header: Value::Null,
        }
    }
}

/// Writes a case that became otherwise, if nobody else did since it was read, with its step and the trail.
pub(super) async fn rewrite(
    tx: &mut Tx,
    by: Acting<'_>,
    flow: &Flow,
    (before, mut after): (&Case, Case),
    scope: Option<&kernel::Scope>,
    mut told: Told<'_>,
) -> Outcome<Case> {
    after.updated_at = by.clock.now();
    after.updated_by = by.actor.account;
    after.version = before.version + 1;
    // a reminder in the meantime is no change of the case, but it has taken a number: the next one is asked for
    let sql = Sql::new("update case_header set events = events + 1 where city = ").arg(&before.city);
    let sql = sql.push(" and id = ").arg(before.id).push(" and version = ").arg(before.version);
    let sql = match scope {
        Some(scope) => sql.push(" and ").scope(scope, "", "enterprise"),
        None => sql,
    };
    let Some(taken) = tx.optional::<Number>(sql.push(" returning events")).await? else {
        let Some(scope) = scope else { return Err(db::Error::Busy.into()) };
        let now = store::find(&mut *tx, scope, &before.city, before.id).await?;
        return Err(Problem::stale(crate::http::shown(&now, flow, by.clock.today())));
    };
    after.events = taken.events;
    tx.run(after.update(&["city", "id"])).await?;
    told.header = audit::diff(&before.said(), &after.said()).1;
    let reason = told.reason.clone();
    write_event(tx, by, &after, told).await?;
    let (old, new) = audit::diff(&before.document(), &after.document());
    let entry = after.entry(flow.label, Action::Update, Some(old), Some(new), reason);
    audit::record(tx, by.clock, by.actor, entry).await?;
    if before.title != after.title {
        search::write(tx, &[find::entry(&after)]).await?;
    }
    Ok(after)
}

pub(super) async fn write_event(tx: &mut Tx, by: Acting<'_>, case: &Case, told: Told<'_>) -> Outcome<()> {
    let on_behalf_name = match by.actor.on_behalf {
        Some(principal) => Some(name(tx, Some(principal)).await?),
        None => None,
    };
    let fields = (!told.fields.is_empty()).then(|| Json(json!(told.fields)));
    let event = Event {
        city: case.city.clone(),
        id: Uuid::now_v7(),
        case_id: case.id,
        seq: case.events,
        enterprise: case.enterprise,
        action: told.action.into(),
        label: told.label.into(),
        from_state: told.from.map(str::to_string),
        to_state: case.state.clone(),
        at: by.clock.now(),
        actor: by.actor.account,
        actor_name: by.actor.name.clone(),
        on_behalf_name,
        reason: told.reason,
        fields,
        header: Json(told.header),
        changed: told.changed.map(Json),
        due_on: case.due_on,
    };
    tx.run(event.insert()).await?;
    Ok(())
}

pub(super) async fn name(tx: &mut Tx, account: Option<Uuid>) -> Outcome<String> {
    let Some(id) = account else { return Ok(String::new()) };
    Ok(account::names(&mut *tx, &[id]).await?.pop().map(|(_, name)| name).unwrap_or_default())
}
