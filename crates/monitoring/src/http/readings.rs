//! Readings as they come, and what was not taken of them.

use axum::{
    Json,
    extract::{DefaultBodyLimit, State},
};
use chrono::{DateTime, Days, NaiveDate, Utc};
use kernel::Actor;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;
use web::{App, Body, Caller, Outcome, PathOf, Problem, Query};

use crate::{
    intake,
    model::{OUTCOMES, label},
    powers,
    reading::{Reading, Told},
    store,
};

/// Most readings of a batch.
const MOST: usize = 10_000;
/// Bytes of the longest batch.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// The way in; a batch may be longer than other bodies.
pub(super) fn intake() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create_readings)).layer(DefaultBodyLimit::max(MOST_BYTES))
}

/// A batch.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = MonitorReadings)]
pub(super) struct Readings {
    /// In any order, of any points of the enterprise; 10,000 at most.
    readings: Vec<Reading>,
}

/// The enterprise whose readings this account sends.
pub(crate) fn own(actor: &Actor) -> Outcome<(String, Uuid)> {
    actor.enterprises.first().cloned().ok_or_else(Problem::not_found)
}

/// Takes a batch of readings of the caller's enterprise: by its account, or by an access token of it that is limited to this operation. What is
/// answered is lasting. Sent twice, the second time counts as duplicates.
#[utoipa::path(post, path = "/api/monitoring/readings", tag = "monitoring", request_body = Readings,
    responses((status = 200, body = Told), (status = 403, body = Problem), (status = 404, body = Problem), (status = 413, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn create_readings(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(given): Body<Readings>,
) -> Outcome<Json<Told>> {
    let scope = actor.may(&powers::READINGS)?;
    let (city, enterprise) = own(&actor)?;
    if given.readings.len() > MOST {
        let text = format!("一批最多 {MOST} 条监测值，请分批上传。");
        return Err(Problem::wrong_field("/readings", "readings.many", text));
    }
    let mut tx = app.db.begin().await?;
    let told = intake::take(&mut tx, &app.clock, &actor, &scope, (&city, enterprise), given.readings).await?;
    tx.commit().await?;
    Ok(Json(told))
}

/// Which numbers.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// First day; seven days ago unless told.
    from: Option<NaiveDate>,
    /// Number of a point.
    code: Option<String>,
}

/// What was counted of a point in a day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MonitorCount)]
pub(super) struct CountView {
    /// Number of the point as it was sent; empty for many unknown ones together.
    code: String,
    day: NaiveDate,
    /// `late`, `disordered`, `duplicate`, `contrary`, `absurd`, `future`, `expired`, `crowded`, `unknown`.
    outcome: String,
    outcome_label: &'static str,
    number: i64,
    /// Time of the last as it was sent.
    last_at: String,
    /// Value of the last as it was sent.
    last_value: String,
    /// When that came.
    seen_at: DateTime<Utc>,
}

/// What of an enterprise's readings was not taken, or came late or out of order: by point, day and reason with the last example, the latest day
/// first.
#[utoipa::path(get, path = "/api/enterprises/{city}/{id}/monitor-counts", tag = "monitoring", params(("city" = String, Path), ("id" = Uuid, Path), Which),
    responses((status = 200, body = Vec<CountView>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_monitor_counts(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Query(which): Query<Which>,
) -> Outcome<Json<Vec<CountView>>> {
    let scope = actor.may(&powers::COUNTS)?;
    let firm = enterprise::store::find(&app.db, &scope, &city, id).await?;
    let today = app.clock.today();
    let from = which.from.unwrap_or_else(|| today.checked_sub_days(Days::new(7)).unwrap_or(today));
    let rows = store::counts(&app.db, (&city, firm.id), which.code.as_deref(), from).await?;
    let shown = rows.into_iter().map(|row| CountView {
        outcome_label: label(OUTCOMES, &row.outcome),
        code: row.code,
        day: row.day,
        outcome: row.outcome,
        number: row.number,
        last_at: row.last_at,
        last_value: row.last_value,
        seen_at: row.seen_at,
    });
    Ok(Json(shown.collect()))
}
