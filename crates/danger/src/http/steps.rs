//! The steps of a danger: its plan, put right, more time, looked at on the spot, open again, taken back.

use axum::{Json, extract::State};
use caseflow::{Acting, Taken, take};
use chrono::NaiveDate;
use kernel::{Actor, Power};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, Body, Caller, Outcome, PathOf, Problem};

use super::{DangerView, read_danger, view};
use crate::{
    change::{self, Done},
    listing,
    model::Danger,
    powers, store,
};

/// Reads the danger, lets `change` say what becomes of it, and takes that step.
pub(super) async fn stepped(
    app: &App,
    actor: &Actor,
    power: &'static Power,
    (city, id, version): (&str, Uuid, i64),
    change: impl FnOnce(Acting<'_>, &caseflow::Case, Danger) -> Outcome<Done>,
) -> Outcome<Json<DangerView>> {
    let scope = actor.may(power)?;
    let mut tx = app.db.begin().await?;
    let (case, row) = read_danger(&mut tx, app, &scope, (city, id), version).await?;
    let law = law::in_force(&mut tx, &row.town).await?;
    let by = Acting { clock: &app.clock, actor, law: &law };
    let (action, after, taken) = change(by, &case, row.clone())?;
    let (case, row) = take(&mut tx, by, (&case, &row), action, (after, taken)).await?;
    let photos = store::photos(&mut tx, &row).await?;
    tx.commit().await?;
    Ok(Json(view(app, actor, case, row, photos)))
}

/// The plan with the five guarantees (五落实): responsibility, measures, funds, time, emergency plan.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct DangerPlan {
    /// The version that was read.
    version: i64,
    /// Who is responsible.
    plan_person: String,
    /// What will be done.
    plan_measures: String,
    /// Funds, 分.
    plan_funds: i64,
    /// By when.
    plan_on: NaiveDate,
    /// What is done if it goes wrong meanwhile.
    plan_emergency: String,
}

/// Files the plan for putting it right.
#[utoipa::path(post, path = "/api/dangers/{city}/{id}/plan", tag = "danger", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = DangerPlan,
    responses((status = 200, body = DangerView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn plan_danger(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(given): Body<DangerPlan>,
) -> Outcome<Json<DangerView>> {
    let key = (city.as_str(), id, given.version);
    stepped(&app, &actor, &powers::PLAN, key, |_, _, row| {
        let plan = change::Plan {
            person: given.plan_person,
            measures: given.plan_measures,
            funds: given.plan_funds,
            on: given.plan_on,
            emergency: given.plan_emergency,
        };
        change::planned(row, plan)
    })
    .await
}

/// That it was put right.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct DangerMended {
    /// The version that was read.
    version: i64,
    /// When.
    mended_on: NaiveDate,
    /// How.
    mended_text: String,
    /// Spent, 分.
    funds_spent: Option<i64>,
    /// Who accepted: `self`, `expert` or `government`.
    acceptance: String,
    /// Name of the acceptor.
    accepted_by: String,
}

/// Says that it was put right and accepted, and asks for the recheck.
#[utoipa::path(post, path = "/api/dangers/{city}/{id}/mend", tag = "danger", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = DangerMended,
    responses((status = 200, body = DangerView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn mend_danger(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(given): Body<DangerMended>,
) -> Outcome<Json<DangerView>> {
    let key = (city.as_str(), id, given.version);
    stepped(&app, &actor, &powers::MEND, key, |by, case, row| {
        let mended = change::Mended {
            on: given.mended_on,
            text: given.mended_text,
            funds_spent: given.funds_spent,
            acceptance: given.acceptance,
            accepted_by: given.accepted_by,
        };
        change::mended(by, case, row, mended)
    })
    .await
}

/// More time.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct DangerDeferral {
    /// The version that was read.
    version: i64,
    /// Until when.
    deferral_on: NaiveDate,
    /// Why.
    reason: String,
}

/// Asks for more time; under listed supervision 15 working days before its term at the latest.
#[utoipa::path(post, path = "/api/dangers/{city}/{id}/deferral", tag = "danger", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = DangerDeferral,
    responses((status = 200, body = DangerView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn defer_danger(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(given): Body<DangerDeferral>,
) -> Outcome<Json<DangerView>> {
    let key = (city.as_str(), id, given.version);
    stepped(&app, &actor, &powers::DEFER, key, |by, case, row| {
        if case.due_on.is_some_and(|due| given.deferral_on <= due) {
            let text = "申请的期限应晚于现在的整改期限。";
            return Err(Problem::wrong_field("/deferral_on", "date.range", text));
        }
        if let Some(last) = row.listed_ask_by.filter(|last| row.listed() && by.clock.today() > *last) {
            let text = format!("挂牌督办的隐患最迟应在 {last} 申请延期，现在已经过了。请联系督办部门。");
            return Err(Problem::conflict("danger.deferral_late", text));
        }
        let taken = Taken { reason: Some(given.reason), ..Taken::default() };
        // the term it has is what a refusal gives back
        let plan_on = row.plan_on.or(case.due_on);
        Ok(("defer", Danger { deferral_on: Some(given.deferral_on), plan_on, ..row }, taken))
    })
    .await
}

/// The answer to a request for more time.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct DangerDeferralDecision {
    /// The version that was read.
    version: i64,
    /// Whether more time is given.
    grant: bool,
    /// Last day from now on; on granting what was asked for unless told.
    due_on: Option<NaiveDate>,
    /// Why not.
    reason: Option<String>,
}

/// Grants more time, or refuses it with a reason.
#[utoipa::path(post, path = "/api/dangers/{city}/{id}/deferral/decide", tag = "danger", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = DangerDeferralDecision,
    responses((status = 200, body = DangerView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn decide_danger_deferral(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(given): Body<DangerDeferralDecision>,
) -> Outcome<Json<DangerView>> {
    let key = (city.as_str(), id, given.version);
    stepped(&app, &actor, &powers::DECIDE, key, |by, _, row| {
        listing::held(by.actor, &powers::DECIDE, &row)?;
        let due_on = given.due_on.or(row.deferral_on.filter(|_| given.grant));
        let taken = Taken { reason: web::filled(given.reason), due_on, ..Taken::default() };
        let row = match due_on.filter(|_| given.grant && row.listed()) {
            Some(until) => listing::until(by, row, until)?,
            None => row,
        };
        let action = if given.grant { "grant" } else { "refuse" };
        Ok((action, Danger { deferral_on: None, ..row }, taken))
    })
    .await
}

/// What was found on the spot.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct DangerRecheck {
    /// The version that was read.
    version: i64,
    /// Whether it is right.
    passed: bool,
    /// What was seen.
    text: String,
    /// Where it is not right: the new last day.
    due_on: Option<NaiveDate>,
}

/// Looks at it on the spot: strikes it off (under listed supervision: asks the tier that listed it to release it), or sends it back with a
/// reason and a new term.
#[utoipa::path(post, path = "/api/dangers/{city}/{id}/recheck", tag = "danger", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = DangerRecheck,
    responses((status = 200, body = DangerView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn recheck_danger(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(given): Body<DangerRecheck>,
) -> Outcome<Json<DangerView>> {
    let key = (city.as_str(), id, given.version);
    stepped(&app, &actor, &powers::RECHECK, key, |by, _, row| {
        let recheck = change::Recheck { passed: given.passed, text: given.text, due_on: given.due_on };
        change::rechecked(by, row, recheck)
    })
    .await
}

/// A reason and a new term.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct DangerReopened {
    /// The version that was read.
    version: i64,
    /// Why.
    reason: String,
    /// The new last day.
    due_on: Option<NaiveDate>,
}

/// Opens a danger again that was struck off or taken back.
#[utoipa::path(post, path = "/api/dangers/{city}/{id}/reopen", tag = "danger", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = DangerReopened,
    responses((status = 200, body = DangerView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn reopen_danger(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(given): Body<DangerReopened>,
) -> Outcome<Json<DangerView>> {
    let key = (city.as_str(), id, given.version);
    stepped(&app, &actor, &powers::REOPEN, key, |_, _, row| {
        let taken = Taken { reason: Some(given.reason), due_on: given.due_on, ..Taken::default() };
        Ok(("reopen", row, taken))
    })
    .await
}

/// A reason.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct DangerReason {
    /// The version that was read.
    version: i64,
    /// Why.
    reason: String,
}

/// Takes back what was entered by mistake.
#[utoipa::path(post, path = "/api/dangers/{city}/{id}/withdraw", tag = "danger", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = DangerReason,
    responses((status = 200, body = DangerView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn withdraw_danger(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(given): Body<DangerReason>,
) -> Outcome<Json<DangerView>> {
    let key = (city.as_str(), id, given.version);
    stepped(&app, &actor, &powers::WITHDRAW, key, |_, _, row| {
        Ok(("withdraw", row, Taken { reason: Some(given.reason), ..Taken::default() }))
    })
    .await
}
