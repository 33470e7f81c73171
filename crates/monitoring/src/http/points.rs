//! Points in lists, one of them, entering and changing one, and its curve.

use axum::{Json, extract::State, http::StatusCode};
use caseflow::Acting;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Body, Caller, List, Outcome, Page, PathOf, Problem, Query};

use super::{PointView, view, views};
use crate::{
    curve::{self, Moment},
    kept,
    model::{STATES, label},
    point::{self, Given},
    powers,
    store::{self, Filter},
};

/// Points, the latest entered first.
#[utoipa::path(get, path = "/api/monitoring/points", tag = "monitoring", params(Filter, Page),
    responses((status = 200, body = List<PointView>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_monitor_points(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(filter): Query<Filter>,
    Query(page): Query<Page>,
) -> Outcome<Json<List<PointView>>> {
    let scope = web::narrowed(actor.may(&powers::LIST)?, filter.region.as_deref())?;
    let rows = store::page(&app.db, &scope, &filter, &page).await?;
    Ok(Json(List { items: views(&app, &scope, rows.items).await?, next: rows.next }))
}

/// How many points stand so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = MonitorStanding)]
pub(super) struct Standing {
    /// `level2`, `level1`, `offline`, `normal`, `new`.
    state: &'static str,
    label: &'static str,
    number: i64,
}

pub(super) async fn standings(app: &App, scope: &kernel::Scope, filter: &Filter) -> Outcome<Vec<Standing>> {
    let filter = Filter { state: None, ..filter.clone() };
    let rows = store::standings(&app.db, scope, "state", &filter).await?;
    let of = |state: &str| rows.iter().filter(|row| row.state == state).map(|row| row.number).sum();
    Ok(STATES
        .iter()
        .map(|(state, _)| Standing { state, label: label(STATES, state), number: of(state) })
        .collect())
}

/// How many points stand how; videos are none of them.
#[utoipa::path(get, path = "/api/monitoring/points/count", tag = "monitoring", params(Filter),
    responses((status = 200, body = Vec<Standing>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn count_monitor_points(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(filter): Query<Filter>,
) -> Outcome<Json<Vec<Standing>>> {
    let scope = web::narrowed(actor.may(&powers::COUNT)?, filter.region.as_deref())?;
    Ok(Json(standings(&app, &scope, &filter).await?))
}

/// A point to be entered.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = MonitorPointNew)]
pub(super) struct New {
    /// City of the enterprise, 4 digits.
    city: String,
    /// The enterprise.
    enterprise: Uuid,
    #[serde(flatten)]
    given: Given,
}

/// Enters a point of an enterprise.
#[utoipa::path(post, path = "/api/monitoring/points", tag = "monitoring", request_body = New,
    responses((status = 201, body = PointView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create_monitor_point(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(new): Body<New>,
) -> Outcome<(StatusCode, Json<PointView>)> {
    let scope = actor.may(&powers::CREATE)?;
    let mut tx = app.db.begin().await?;
    let firm = enterprise::store::standing(&mut tx, &scope, &new.city, new.enterprise).await?;
    let law = law::in_force(&mut tx, &firm.town).await?;
    let by = Acting { clock: &app.clock, actor: &actor, law: &law };
    let point = point::create(&mut tx, by, &firm, &new.given).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(view(point, None, firm.name))))
}

async fn one(app: &App, scope: &kernel::Scope, (city, id): (&str, Uuid)) -> Outcome<PointView> {
    let point = store::find(&app.db, scope, city, id).await?;
    views(app, scope, vec![point]).await?.pop().ok_or_else(Problem::not_found)
}

/// One point with its latest value.
#[utoipa::path(get, path = "/api/monitoring/points/{city}/{id}", tag = "monitoring", params(("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = PointView), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn find_monitor_point(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
) -> Outcome<Json<PointView>> {
    Ok(Json(one(&app, &actor.may(&powers::FIND)?, (&city, id)).await?))
}

/// A point changed.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = MonitorPointChanged)]
pub(super) struct Changed {
    /// The version that was read.
    version: i64,
    #[serde(flatten)]
    given: Given,
}

/// Changes a point; what it measured stays, and its limits count from the next reading on.
#[utoipa::path(put, path = "/api/monitoring/points/{city}/{id}", tag = "monitoring", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = Changed,
    responses((status = 200, body = PointView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn update_monitor_point(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(given): Body<Changed>,
) -> Outcome<Json<PointView>> {
    let scope = actor.may(&powers::UPDATE)?;
    let mut tx = app.db.begin().await?;
    let read = store::find(&mut tx, &scope, &city, id).await?;
    // how it stands is written by readings: they wait
    kept::hold(&mut tx, &city, read.enterprise, None).await?;
    let before = store::find(&mut tx, &scope, &city, id).await?;
    let firm = enterprise::store::find(&mut tx, &scope, &city, before.enterprise).await?;
    let now = kept::latest(&mut tx, &city, [id]).await?.pop();
    if before.version != given.version {
        let shown = view(before, now.as_ref(), firm.name);
        return Err(Problem::stale(serde_json::to_value(shown).unwrap_or_default()));
    }
    let law = law::in_force(&mut tx, &firm.town).await?;
    let by = Acting { clock: &app.clock, actor: &actor, law: &law };
    let point = point::update(&mut tx, by, &before, &given.given).await?;
    tx.commit().await?;
    Ok(Json(view(point, now.as_ref(), firm.name)))
}

/// The span of a curve.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Span {
    /// Beginning; a day before the end unless told.
    from: Option<DateTime<Utc>>,
    /// End; now unless told.
    to: Option<DateTime<Utc>>,
}

/// What a point measured over a span.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MonitorCurve)]
pub(super) struct Curve {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    /// What a moment is: `reading`, `minute`, `hour`, `day`.
    grain: &'static str,
    items: Vec<Moment>,
}

/// Longest span of a curve: what is kept of hours.
const LONGEST: TimeDelta = TimeDelta::days(1_100);

/// What a point measured: single readings over two hours, minutes over two days, hours over a hundred, days beyond.
#[utoipa::path(get, path = "/api/monitoring/points/{city}/{id}/curve", tag = "monitoring", params(("city" = String, Path), ("id" = Uuid, Path), Span),
    responses((status = 200, body = Curve), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn find_monitor_curve(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Query(span): Query<Span>,
) -> Outcome<Json<Curve>> {
    let scope = actor.may(&powers::CURVE)?;
    let to = span.to.unwrap_or_else(|| app.clock.now());
    let from = span.from.unwrap_or(to - TimeDelta::days(1));
    if from >= to || to - from > LONGEST {
        return Err(Problem::bad_request("span.wrong", "时间范围应从早到晚，最长三年。"));
    }
    let point = store::find(&app.db, &scope, &city, id).await?;
    let items = curve::curve(&app, &point, from, to).await?;
    Ok(Json(Curve { from, to, grain: curve::grain(from, to), items }))
}
