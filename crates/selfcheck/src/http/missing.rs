//! Who has not handed in, and reminding all of them at once.

use audit::Action;
use axum::{Json, extract::State};
use chrono::NaiveDate;
use enterprise::Enterprise;
use kernel::RegionCode;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Body, Caller, List, Outcome, Page, PathOf, Problem, Query};

use super::task::{SelfCheckTask, owned, save, view};
use crate::{
    model::Task,
    period::{Period, period},
    powers, store,
};

/// Which period.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// Any day of the period; today unless told.
    period: Option<NaiveDate>,
    /// Division.
    region: Option<String>,
}

/// The period of a task in which a day lies.
fn of(task: &Task, on: NaiveDate) -> Outcome<Period> {
    period(&task.cycle, on).filter(|own| task.counts(*own)).ok_or_else(|| {
        Problem::wrong_field("/period", "task.period", "这项任务在这个时间没有要求自查，请选择其他周期。")
    })
}

/// An enterprise that has not handed in.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SelfCheckMissing {
    city: String,
    id: Uuid,
    name: String,
    town: String,
    region_name: String,
    sector_label: String,
    principal: Option<String>,
}

/// The enterprises at work that have not handed in for a task and a period, in the order of their divisions.
#[utoipa::path(get, path = "/api/self-check-tasks/{city}/{id}/missing", tag = "self-check", params(Which, Page, ("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = List<SelfCheckMissing>), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn list_missing_self_checks(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Query(which): Query<Which>,
    Query(page): Query<Page>,
) -> Outcome<Json<List<SelfCheckMissing>>> {
    let scope = web::narrowed(actor.may(&powers::MISSING)?, which.region.as_deref())?;
    let task = store::task(&app.db, &city, id).await?;
    let scope = scope.narrow(&RegionCode::parse(&task.town)?)?;
    let own = of(&task, which.period.unwrap_or_else(|| app.clock.today()))?;
    let sql = store::missing(enterprise::store::listed().push(" where "), &scope, &task, own);
    let rows = page.by_town(&app.db, sql, |row: &Enterprise| (row.town.as_str(), row.id)).await?;
    Ok(Json(rows.map(|row| SelfCheckMissing {
        region_name: region::divisions::full_name(&row.town),
        sector_label: rules::sector::label(&row.sector).unwrap_or_default().to_string(),
        city: row.city,
        id: row.id,
        name: row.name,
        town: row.town,
        principal: row.principal,
    })))
}

/// For which period is reminded.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct RemindSelfCheck {
    /// The version of the task that was read.
    version: i64,
    /// Any day of the period; today unless told.
    period: Option<NaiveDate>,
}

/// Reminds every enterprise that has not handed in for a period: it stands on top of what waits for them until they have.
#[utoipa::path(post, path = "/api/self-check-tasks/{city}/{id}/remind", tag = "self-check", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = RemindSelfCheck,
    responses((status = 200, body = SelfCheckTask), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn remind_self_check_task(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(given): Body<RemindSelfCheck>,
) -> Outcome<Json<SelfCheckTask>> {
    let scope = actor.may(&powers::REMIND)?;
    let mut tx = app.db.begin().await?;
    let mut row = owned(&mut tx, &scope, &city, id).await?;
    let own = of(&row, given.period.unwrap_or_else(|| app.clock.today()))?;
    let now = app.clock.now();
    row.reminded_for = Some(own.from);
    row.reminded_at = Some(now);
    row.reminded_by_name = Some(actor.name.clone());
    row.updated_at = now;
    row.updated_by = actor.account;
    let row = save(&app, &mut tx, &scope, (row, given.version)).await?;
    let title = format!("{} {}", row.name, own.label(&row.cycle));
    let after = json!({"reminded_for": row.reminded_for});
    audit::record(&mut tx, &app.clock, &actor, row.entry(Action::Update, &title, after, Some("催办".into())))
        .await?;
    tx.commit().await?;
    Ok(Json(view(&app, &scope, row).await?))
}
