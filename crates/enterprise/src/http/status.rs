//! The states of an enterprise's life over HTTP: changing the state, and the states so far.

use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, Body, Caller, Outcome, PathOf, Problem};

use super::{list::shown, write::change};
use crate::{fields, lifecycle, model::Enterprise, powers, store};

/// A new state.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewStatus {
    /// The version that was read.
    version: i64,
    /// `normal`, `suspended`, `moved_out`, `deregistered`, `revoked` or `no_premises`.
    status: String,
    /// Since which day, `2026-03-01`.
    on: String,
    /// Why.
    reason: String,
    /// Number of the document that says so.
    document: Option<String>,
}

/// Changes the state of an enterprise's life. The numbers follow in the same transaction.
#[utoipa::path(post, path = "/api/enterprises/{city}/{id}/status", tag = "enterprises", params(("city" = String, Path), ("id" = Uuid, Path)),
    request_body = NewStatus,
    responses((status = 200, body = Object), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn change_enterprise_status(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(new): Body<NewStatus>,
) -> Outcome<Json<Value>> {
    actor.may(&powers::CHANGE_STATUS)?;
    let Ok(Some(on)) = rules::dates::parse(&new.on) else {
        return Err(Problem::wrong_field("/on", "date.invalid", "日期应写成 2026-03-01 这样的形式。"));
    };
    let step = lifecycle::Step {
        to: new.status,
        on,
        reason: new.reason.trim().to_string(),
        document: web::filled(new.document),
    };
    let reason = Some(step.reason.clone());
    let record = change(&app, &actor, &powers::CHANGE_STATUS, (&city, id), new.version, reason, |record| {
        lifecycle::change(record, step, app.clock.today())
    })
    .await?;
    Ok(Json(shown(&record, false)))
}

/// A state of an enterprise's life.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StatusStep {
    /// When it was recorded.
    at: DateTime<Utc>,
    /// By whom.
    actor: String,
    status: String,
    label: String,
    /// Since which day.
    on: Option<String>,
    reason: Option<String>,
    document: Option<String>,
}

/// A state that can follow.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NextStatus {
    value: &'static str,
    label: String,
    /// Whether the number of a document is needed.
    document: bool,
}

/// The states so far and those that can follow.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StatusHistory {
    /// The latest first.
    steps: Vec<StatusStep>,
    next: Vec<NextStatus>,
}

/// The states of an enterprise's life so far, from its trail, and those that can follow.
#[utoipa::path(get, path = "/api/enterprises/{city}/{id}/status", tag = "enterprises", params(("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = StatusHistory), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn find_enterprise_status(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
) -> Outcome<Json<StatusHistory>> {
    let record = store::find(&app.db, &actor.may(&powers::FIND_STATUS)?, &city, id).await?;
    let trail = audit::history(&app.db, &city, Enterprise::TABLE, id).await?;
    let text = |values: &Value, name: &str| values[name].as_str().map(str::to_string);
    let mut steps = Vec::new();
    for step in trail {
        let Some(after) = step.after.map(|json| json.0) else { continue };
        let Some(status) = text(&after, "status") else { continue };
        steps.push(StatusStep {
            at: step.at,
            actor: step.actor_name,
            label: fields::label("status", &status),
            status,
            on: text(&after, "status_on"),
            reason: text(&after, "status_reason").or(step.reason),
            document: text(&after, "status_document"),
        });
    }
    steps.reverse();
    let next = lifecycle::next(&record.status).iter().map(|value| NextStatus {
        value,
        label: fields::label("status", value),
        document: lifecycle::needs_document(&record.status, value),
    });
    Ok(Json(StatusHistory { steps, next: next.collect() }))
}
