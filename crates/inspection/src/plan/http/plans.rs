//! Plans: drawn up and changed while they are drafts.

use audit::Action;
use axum::{Json, extract::State, http::StatusCode};
use db::{Exec, Tx};
use kernel::{Actor, Clock, Scope};
use serde::Deserialize;
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Body, Caller, List, Outcome, Page, PathOf, Problem, Query, required};

use super::view::{InspectionPlan, InspectionPlanRow, whole};
use crate::{
    http::{agency, called},
    plan::{
        line::{MOST, PlanLine},
        model::Plan,
        store,
    },
    powers,
    store::agencies,
};

/// Which plans.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PlanFilter {
    /// Division.
    region: Option<String>,
    /// Year.
    year: Option<i64>,
    /// Of this agency.
    agency: Option<Uuid>,
    /// `draft`, `submitted` or `approved`.
    state: Option<String>,
}

/// Plans of the agencies of the own area, the latest first.
#[utoipa::path(get, path = "/api/inspection-plans", tag = "inspection", params(PlanFilter, Page),
    responses((status = 200, body = List<InspectionPlanRow>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_inspection_plans(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(filter): Query<PlanFilter>,
    Query(page): Query<Page>,
) -> Outcome<Json<List<InspectionPlanRow>>> {
    let scope = web::narrowed(actor.may(&powers::PLANS)?, filter.region.as_deref())?;
    let sql = Plan::select().push(" where ").area(&scope, "").and(" and year = ", filter.year);
    let sql = sql.and(" and agency = ", filter.agency).and(" and state = ", web::filled(filter.state));
    let found = page.latest(&app.db, sql, |row: &Plan| row.id).await?;
    let offices: Vec<_> = found.items.iter().map(|own| (own.city.as_str(), own.agency)).collect();
    let offices = agencies(&app.db, &offices).await?;
    Ok(Json(found.map(|own| InspectionPlanRow::of(&own, called(&offices, own.agency)))))
}

/// A plan to be drawn up.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewInspectionPlan {
    /// City of the agency.
    city: String,
    /// Agency.
    agency: Uuid,
    /// Year.
    year: i64,
    /// What it is called.
    name: String,
    /// Lines; their codes are given in the order of the list.
    lines: Vec<PlanLine>,
    /// What else is said of it.
    note: Option<String>,
}

/// Draws up a plan of an agency for a year.
#[utoipa::path(post, path = "/api/inspection-plans", tag = "inspection", request_body = NewInspectionPlan,
    responses((status = 201, body = InspectionPlan), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create_inspection_plan(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(new): Body<NewInspectionPlan>,
) -> Outcome<(StatusCode, Json<InspectionPlan>)> {
    let scope = actor.may(&powers::CREATE_PLAN)?;
    let own = agency(&app, &scope, &new.city, new.agency, "/agency").await?;
    if !(2000..=2100).contains(&new.year) {
        return Err(Problem::wrong_field("/year", "plan.year", "请填写计划年度，如 2026。"));
    }
    let now = app.clock.now();
    let row = Plan {
        city: own.city,
        id: Uuid::now_v7(),
        lines: db::Json(json!(checked(new.lines, &[], &own.town)?)),
        town: own.town,
        agency: own.id,
        year: new.year,
        name: required(&new.name, "/name", "计划名称", 100)?,
        state: "draft".into(),
        note: web::filled(new.note),
        returned_reason: None,
        approved_at: None,
        approved_by_name: None,
        created_at: now,
        created_by: actor.account,
        updated_at: now,
        updated_by: actor.account,
        version: 1,
    };
    let mut tx = app.db.begin().await?;
    tx.run(row.insert()).await?;
    audit::record(&mut tx, &app.clock, &actor, row.entry(Action::Create, &row.name, after(&row), None))
        .await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(whole(&app, &scope, row).await?)))
}

/// Lines as they are kept: checked, each with a code of its own that no line had before.
fn checked(lines: Vec<PlanLine>, before: &[PlanLine], town: &str) -> Outcome<Vec<PlanLine>> {
    if lines.len() > MOST {
        let why = format!("一个计划最多 {MOST} 项，请合并相近的项。");
        return Err(Problem::wrong_field("/lines", "plan.lines", why));
    }
    let mut last = before.iter().map(|own| own.code).max().unwrap_or_default();
    let mut kept: Vec<PlanLine> = Vec::new();
    for (at, mut line) in lines.into_iter().enumerate() {
        line.check(at, town)?;
        line.name = line.name.trim().to_string();
        let known = before.iter().any(|own| own.code == line.code);
        if !known || kept.iter().any(|own| own.code == line.code) {
            last += 1;
            line.code = last;
        }
        kept.push(line);
    }
    Ok(kept)
}

fn after(row: &Plan) -> serde_json::Value {
    json!({"year": row.year, "name": row.name, "state": row.state, "lines": row.lines.0, "note": row.note})
}

/// A plan with its lines, draws and how far it has come.
#[utoipa::path(get, path = "/api/inspection-plans/{city}/{id}", tag = "inspection", params(("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = InspectionPlan), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn find_inspection_plan(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
) -> Outcome<Json<InspectionPlan>> {
    let scope = actor.may(&powers::PLAN)?;
    let row = store::plan(&app.db, &scope, &city, id).await?;
    Ok(Json(whole(&app, &scope, row).await?))
}

/// What a draft says from now on.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct InspectionPlanChange {
    /// The version that was read.
    version: i64,
    /// What it is called.
    name: String,
    /// Lines; those with the code of a line it has are that line.
    lines: Vec<PlanLine>,
    /// What else is said of it.
    note: Option<String>,
}

/// Changes a draft. A line that was drawn stays as it is.
#[utoipa::path(put, path = "/api/inspection-plans/{city}/{id}", tag = "inspection", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = InspectionPlanChange,
    responses((status = 200, body = InspectionPlan), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn update_inspection_plan(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(change): Body<InspectionPlanChange>,
) -> Outcome<Json<InspectionPlan>> {
    let scope = actor.may(&powers::UPDATE_PLAN)?;
    let mut tx = app.db.begin().await?;
    let mut row = read(&mut tx, &scope, (&city, id, change.version), &["draft"]).await?;
    row.name = required(&change.name, "/name", "计划名称", 100)?;
    let before = row.lines();
    let lines = checked(change.lines, &before, &row.town)?;
    let drawn = store::tally(&mut tx, &row, app.clock.today()).await?;
    for old in &before {
        if !lines.contains(old) && drawn.iter().any(|own| own.line == Some(old.code)) {
            let why = format!("“{}”已经抽取，不能再修改或者删除。要多检查的，请另加一项。", old.name);
            return Err(Problem::wrong_field("/lines", "line.drawn", why));
        }
    }
    row.lines = db::Json(json!(lines));
    row.note = web::filled(change.note);
    let row = save(&mut tx, (&app.clock, &actor), row, None).await?;
    tx.commit().await?;
    Ok(Json(whole(&app, &scope, row).await?))
}

/// A plan at the version that was read, in one of those states.
pub(super) async fn read(
    tx: &mut Tx,
    scope: &Scope,
    (city, id, version): (&str, Uuid, i64),
    states: &[&str],
) -> Outcome<Plan> {
    let row = store::plan(&mut *tx, scope, city, id).await?;
    if row.version != version {
        return Err(stale(&row));
    }
    if !states.contains(&row.state.as_str()) {
        let why = match row.state.as_str() {
            "draft" => "计划还没有报批，请先提交审批。",
            "submitted" => "计划正在审批，不能修改；要修改请负责人退回。",
            _ => "计划已经批准，不能修改；要调整请负责人退回调整。",
        };
        return Err(Problem::conflict("plan.state", why));
    }
    Ok(row)
}

/// Another wrote it since it was read: here is how it stands.
fn stale(row: &Plan) -> Problem {
    Problem::stale(
        json!({"state": row.state, "name": row.name, "lines": row.lines.0, "version": row.version}),
    )
}

/// Writes what became of a plan, if nobody else did since it was read, and tells the trail.
pub(super) async fn save(
    tx: &mut Tx,
    (clock, actor): (&Clock, &Actor),
    mut row: Plan,
    reason: Option<String>,
) -> Outcome<Plan> {
    let read = row.version;
    row.version = read + 1;
    row.updated_at = clock.now();
    row.updated_by = actor.account;
    if tx.run(row.update(&["city", "id"]).push(" and version = ").arg(read)).await? == 0 {
        let now: Plan = tx
            .one(Plan::select().push(" where city = ").arg(&row.city).push(" and id = ").arg(row.id))
            .await?;
        return Err(stale(&now));
    }
    audit::record(tx, clock, actor, row.entry(Action::Update, &row.name, after(&row), reason)).await?;
    Ok(row)
}
