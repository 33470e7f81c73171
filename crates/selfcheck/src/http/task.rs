//! Tasks: set, ended, and how far each has come.

use audit::Action;
use axum::{Json, extract::State, http::StatusCode};
use chrono::{DateTime, NaiveDate, Utc};
use db::{Exec, Sql, Tx};
use kernel::{RegionCode, Scope};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Body, Caller, List, Outcome, Page, PathOf, Problem, Query};

use crate::{
    model::Task,
    period::{CYCLES, Period, period},
    powers, store,
};

/// How far a period has come.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SelfCheckProgress {
    /// 2026 年 11 月.
    label: String,
    /// First day.
    from: NaiveDate,
    /// Last day.
    to: NaiveDate,
    /// Enterprises of the caller's area that have not handed in; counted up to a thousand.
    missing: i64,
    /// Those that have, likewise.
    done: i64,
}

/// A task.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SelfCheckTask {
    city: String,
    id: Uuid,
    town: String,
    region_name: String,
    sector: Option<String>,
    sector_label: Option<String>,
    name: String,
    cycle: String,
    cycle_label: &'static str,
    starts_on: NaiveDate,
    ends_on: Option<NaiveDate>,
    reminded_for: Option<NaiveDate>,
    reminded_at: Option<DateTime<Utc>>,
    reminded_by_name: Option<String>,
    /// Whether the caller may end it and remind.
    own: bool,
    /// The period that runs.
    current: Option<SelfCheckProgress>,
    /// The one before.
    previous: Option<SelfCheckProgress>,
    version: i64,
}

async fn progress(
    app: &App,
    scope: &Scope,
    task: &Task,
    own: Option<Period>,
) -> Outcome<Option<SelfCheckProgress>> {
    let Some(own) = own else { return Ok(None) };
    let missing = store::missing(Sql::new("select id from enterprise where "), scope, task, own);
    let done = Sql::new("select id from self_check where ").scope(scope, "", "enterprise");
    let done = done.push(" and task = ").arg(task.id).push(" and period_from = ").arg(own.from);
    Ok(Some(SelfCheckProgress {
        label: own.label(&task.cycle),
        from: own.from,
        to: own.to,
        missing: inbox::number(app, missing).await?,
        done: inbox::number(app, done.push(" and state = 'done'")).await?,
    }))
}

pub(super) async fn view(app: &App, scope: &Scope, task: Task) -> Outcome<SelfCheckTask> {
    let (now, before) = task.periods(app.clock.today());
    // of a task of the city a town sees its own enterprises
    let within = RegionCode::parse(&task.town).ok().and_then(|town| scope.narrow(&town).ok());
    let within = within.as_ref().unwrap_or(scope);
    let label = CYCLES.iter().find(|own| own.0 == task.cycle).map_or("", |own| own.1);
    Ok(SelfCheckTask {
        current: progress(app, within, &task, now).await?,
        previous: progress(app, within, &task, before).await?,
        region_name: region::divisions::full_name(&task.town),
        sector_label: task.sector.as_deref().and_then(rules::sector::label).map(str::to_string),
        cycle_label: label,
        own: scope.covers(&task.town),
        city: task.city,
        id: task.id,
        town: task.town,
        sector: task.sector,
        name: task.name,
        cycle: task.cycle,
        starts_on: task.starts_on,
        ends_on: task.ends_on,
        reminded_for: task.reminded_for,
        reminded_at: task.reminded_at,
        reminded_by_name: task.reminded_by_name,
        version: task.version,
    })
}

/// Which tasks.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct TaskFilter {
    /// Division: the tasks set there, above it and within it; the caller's own unless told.
    region: Option<String>,
    /// With those that are over.
    #[serde(default)]
    ended: bool,
}

/// Tasks that count for a division, the latest first, and how far each has come there.
#[utoipa::path(get, path = "/api/self-check-tasks", tag = "self-check", params(TaskFilter, Page),
    responses((status = 200, body = List<SelfCheckTask>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_self_check_tasks(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(filter): Query<TaskFilter>,
    Query(page): Query<Page>,
) -> Outcome<Json<List<SelfCheckTask>>> {
    let scope = actor.may(&powers::TASKS)?;
    let widest = scope.areas().iter().map(|own| own.region.as_str()).min_by_key(|own| own.len());
    let region =
        filter.region.as_deref().filter(|own| !own.is_empty()).or(widest).unwrap_or_default().to_string();
    let scope = web::narrowed(scope, Some(&region))?;
    let sql = store::tasks(&region, filter.ended, app.clock.today());
    let List { items, next } = page.latest(&app.db, sql, |row: &Task| row.id).await?;
    let mut views = List { items: Vec::new(), next };
    for task in items {
        views.items.push(view(&app, &scope, task).await?);
    }
    Ok(Json(views))
}

/// A task to be set.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewSelfCheckTask {
    /// The area: a city, a county or a town.
    region: String,
    /// Supervised sector; all where it is left out.
    sector: Option<String>,
    /// What it is called.
    name: String,
    /// `week`, `month`, `quarter`, `half_year` or `year`.
    cycle: String,
    /// First day; today unless told.
    starts_on: Option<NaiveDate>,
    /// Last day.
    ends_on: Option<NaiveDate>,
}

/// Sets a task: the enterprises at work of that area, or of one sector there, check themselves in every period from then on.
#[utoipa::path(post, path = "/api/self-check-tasks", tag = "self-check", request_body = NewSelfCheckTask,
    responses((status = 201, body = SelfCheckTask), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create_self_check_task(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(new): Body<NewSelfCheckTask>,
) -> Outcome<(StatusCode, Json<SelfCheckTask>)> {
    let scope = actor.may(&powers::CREATE_TASK)?;
    let region = RegionCode::parse(&new.region)?;
    if !scope.covers(region.as_str()) {
        return Err(Problem::not_found());
    }
    let Some(city) = region.as_str().get(..4) else {
        let why = "自查任务按市、区县或者镇街布置，请选择其中一级。";
        return Err(Problem::wrong_field("/region", "task.region", why));
    };
    if let Some(sector) = &new.sector
        && rules::sector::label(sector).is_none()
    {
        return Err(Problem::wrong_field("/sector", "sector.unknown", "没有这个监管领域，请重新选择。"));
    }
    if period(&new.cycle, app.clock.today()).is_none() {
        return Err(Problem::wrong_field("/cycle", "task.cycle", "请选择自查周期。"));
    }
    let name = new.name.trim();
    if name.is_empty() || name.chars().count() > 50 {
        return Err(Problem::wrong_field("/name", "field.required", "请填写任务名称，最多 50 字。"));
    }
    let starts_on = new.starts_on.unwrap_or_else(|| app.clock.today());
    if new.ends_on.is_some_and(|last| last < starts_on) {
        return Err(Problem::wrong_field("/ends_on", "date.order", "结束日期不能早于开始日期。"));
    }
    let now = app.clock.now();
    let row = Task {
        city: city.to_string(),
        id: Uuid::now_v7(),
        town: region.as_str().to_string(),
        sector: new.sector,
        name: name.to_string(),
        cycle: new.cycle,
        starts_on,
        ends_on: new.ends_on,
        reminded_for: None,
        reminded_at: None,
        reminded_by_name: None,
        created_at: now,
        created_by: actor.account,
        updated_at: now,
        updated_by: actor.account,
        version: 1,
    };
    let mut tx = app.db.begin().await?;
    tx.run(row.insert()).await?;
    let after = json!({"town": row.town, "sector": row.sector, "cycle": row.cycle, "starts_on": row.starts_on, "ends_on": row.ends_on});
    audit::record(&mut tx, &app.clock, &actor, row.entry(Action::Create, &row.name, after, None)).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(view(&app, &scope, row).await?)))
}

/// One task, and how far it has come in the caller's area.
#[utoipa::path(get, path = "/api/self-check-tasks/{city}/{id}", tag = "self-check", params(("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = SelfCheckTask), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn find_self_check_task(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
) -> Outcome<Json<SelfCheckTask>> {
    let scope = actor.may(&powers::TASK)?;
    let row = store::task(&app.db, &city, id).await?;
    // a task of a wider area is seen by those it asks something of
    let seen = scope.narrow(&RegionCode::parse(&row.town)?)?;
    Ok(Json(view(&app, &seen, row).await?))
}

/// A task of the caller's own area.
pub(super) async fn owned(tx: &mut Tx, scope: &Scope, city: &str, id: Uuid) -> Outcome<Task> {
    let row = store::task(&mut *tx, city, id).await?;
    if scope.covers(&row.town) { Ok(row) } else { Err(Problem::not_found()) }
}

/// Writes a task at the version that was read.
pub(super) async fn save(
    app: &App,
    tx: &mut Tx,
    scope: &Scope,
    (mut row, version): (Task, i64),
) -> Outcome<Task> {
    row.version = version + 1;
    if tx.run(row.update(&["city", "id"]).push(" and version = ").arg(version)).await? == 0 {
        let now = store::task(&mut *tx, &row.city, row.id).await?;
        return Err(Problem::stale(json!(view(app, scope, now).await?)));
    }
    Ok(row)
}

/// When a task ends.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct EndSelfCheckTask {
    /// The version that was read.
    version: i64,
    /// Last day.
    ends_on: NaiveDate,
    /// Why.
    reason: String,
}

/// Ends a task on a day, or gives it another end. What was handed in stays.
#[utoipa::path(patch, path = "/api/self-check-tasks/{city}/{id}", tag = "self-check", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = EndSelfCheckTask,
    responses((status = 200, body = SelfCheckTask), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn end_self_check_task(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(given): Body<EndSelfCheckTask>,
) -> Outcome<Json<SelfCheckTask>> {
    let scope = actor.may(&powers::END_TASK)?;
    let mut tx = app.db.begin().await?;
    let mut row = owned(&mut tx, &scope, &city, id).await?;
    let reason = given.reason.trim().to_string();
    if reason.is_empty() {
        return Err(Problem::wrong_field("/reason", "field.required", "请写明原因。"));
    }
    if given.ends_on < row.starts_on {
        return Err(Problem::wrong_field("/ends_on", "date.order", "结束日期不能早于开始日期。"));
    }
    let before = row.ends_on;
    row.ends_on = Some(given.ends_on);
    row.updated_at = app.clock.now();
    row.updated_by = actor.account;
    let row = save(&app, &mut tx, &scope, (row, given.version)).await?;
    let mut entry = row.entry(Action::Update, &row.name, json!({"ends_on": row.ends_on}), Some(reason));
    entry.before = Some(json!({"ends_on": before}));
    audit::record(&mut tx, &app.clock, &actor, entry).await?;
    tx.commit().await?;
    Ok(Json(view(&app, &scope, row).await?))
}
