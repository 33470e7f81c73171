//! A plan submitted, approved, returned: by the leader of the agency's area, as the law has plans approved before they are carried out.

use axum::{Json, extract::State};
use kernel::Power;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, Body, Caller, Outcome, PathOf, Problem, required};

use super::{
    plans::{read, save},
    view::{InspectionPlan, whole},
};
use crate::{plan::model::Plan, powers};

/// A step of a plan.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct PlanStep {
    /// The version that was read.
    version: i64,
}

async fn step(
    (app, actor): (&App, &kernel::Actor),
    power: &'static Power,
    (city, id, version): (&str, Uuid, i64),
    from: &[&str],
    reason: Option<String>,
    change: impl FnOnce(&mut Plan) -> Outcome<()>,
) -> Outcome<Json<InspectionPlan>> {
    let scope = actor.may(power)?;
    let mut tx = app.db.begin().await?;
    let mut row = read(&mut tx, &scope, (city, id, version), from).await?;
    change(&mut row)?;
    let row = save(&mut tx, (&app.clock, actor), row, reason).await?;
    tx.commit().await?;
    Ok(Json(whole(app, &scope, row).await?))
}

/// Submits a draft to be approved.
#[utoipa::path(post, path = "/api/inspection-plans/{city}/{id}/submit", tag = "inspection", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = PlanStep,
    responses((status = 200, body = InspectionPlan), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn submit_inspection_plan(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(own): Body<PlanStep>,
) -> Outcome<Json<InspectionPlan>> {
    step((&app, &actor), &powers::SUBMIT_PLAN, (&city, id, own.version), &["draft"], None, |row| {
        if row.lines().is_empty() {
            return Err(Problem::invalid("plan.empty", "计划还没有内容，请至少填写一项再报批。"));
        }
        row.state = "submitted".into();
        row.returned_reason = None;
        Ok(())
    })
    .await
}

/// Approves a plan: its lines can be drawn.
#[utoipa::path(post, path = "/api/inspection-plans/{city}/{id}/approve", tag = "inspection", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = PlanStep,
    responses((status = 200, body = InspectionPlan), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn approve_inspection_plan(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(own): Body<PlanStep>,
) -> Outcome<Json<InspectionPlan>> {
    let (now, name) = (app.clock.now(), actor.name.clone());
    step((&app, &actor), &powers::APPROVE_PLAN, (&city, id, own.version), &["submitted"], None, |row| {
        row.state = "approved".into();
        row.approved_at = Some(now);
        row.approved_by_name = Some(name);
        Ok(())
    })
    .await
}

/// Why a plan is returned.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct PlanReturn {
    /// The version that was read.
    version: i64,
    /// Why.
    reason: String,
}

/// Returns a plan: one that was submitted to be mended, one that was approved to be adjusted and approved again. What was drawn stays.
#[utoipa::path(post, path = "/api/inspection-plans/{city}/{id}/return", tag = "inspection", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = PlanReturn,
    responses((status = 200, body = InspectionPlan), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn return_inspection_plan(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(own): Body<PlanReturn>,
) -> Outcome<Json<InspectionPlan>> {
    let (power, key) = (&powers::RETURN_PLAN, (city.as_str(), id, own.version));
    actor.may(power)?;
    let reason = required(&own.reason, "/reason", "退回原因", 500)?;
    step((&app, &actor), power, key, &["submitted", "approved"], Some(reason.clone()), |row| {
        row.state = "draft".into();
        row.returned_reason = Some(reason);
        row.approved_at = None;
        row.approved_by_name = None;
        Ok(())
    })
    .await
}
