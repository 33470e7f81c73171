//! Filing a source and striking it off, step by step.

use axum::{Json, extract::State, http::StatusCode};
use caseflow::{Acting, Case, CaseView, FieldReason, NextStep, Taken};
use chrono::NaiveDate;
use db::Tx;
use enterprise::Enterprise;
use kernel::{Actor, Scope};
use rules::Law;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, Body, Caller, Outcome, PathOf, Problem};

use super::{Row, row, stale};
use crate::{
    file::{self, Decision, Paper},
    flow::FLOW,
    model::{Filing, Material, Source},
    powers, store,
};

/// A filing with what the caller may do next.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HazardFilingView {
    case: CaseView,
    next: Vec<NextStep>,
    /// `filing` or `cancel`.
    kind: String,
    materials: Vec<Material>,
    /// The papers that are asked for today.
    documents: Vec<String>,
    reason: Option<String>,
    number: Option<String>,
    decided_on: Option<NaiveDate>,
    valid_until: Option<NaiveDate>,
    /// The source as it stands now.
    source: Row,
    /// What was handed in: the source as it stood then.
    #[schema(value_type = Object)]
    subject: Value,
}

fn view(
    app: &App,
    actor: &Actor,
    law: &Law,
    (case, own, source): (Case, Filing, Source),
) -> HazardFilingView {
    let today = app.clock.today();
    HazardFilingView {
        next: caseflow::next_steps(actor, &FLOW, &case),
        case: caseflow::view(case, Some(&FLOW), today),
        materials: own.materials(),
        documents: file::documents(law, &source, &own.kind, today),
        kind: own.kind,
        reason: own.reason,
        number: own.number,
        decided_on: own.decided_on,
        valid_until: own.valid_until,
        source: row(source),
        subject: own.subject.0,
    }
}

/// A source to be handed in.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewHazardFiling {
    /// The version of the source that was read.
    version: i64,
    /// `filing` or `cancel`.
    kind: String,
    materials: Vec<Material>,
    reason: Option<String>,
}

/// Hands a source in at the county: to be filed, or to be struck off.
#[utoipa::path(post, path = "/api/hazard-sources/{city}/{id}/filings", tag = "hazard", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = NewHazardFiling,
    responses((status = 201, body = HazardFilingView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create_hazard_filing(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(given): Body<NewHazardFiling>,
) -> Outcome<(StatusCode, Json<HazardFilingView>)> {
    let scope = actor.may(&powers::SUBMIT)?;
    let mut tx = app.db.begin().await?;
    let source = store::find(&mut tx, &scope, &city, id).await?;
    if source.version != given.version {
        return Err(stale(&source));
    }
    let firm = enterprise::store::find(&mut tx, &scope, &city, source.enterprise).await?;
    let law = law::in_force(&mut tx, &firm.town).await?;
    let by = Acting { clock: &app.clock, actor: &actor, law: &law };
    let paper = Paper { kind: given.kind, materials: given.materials, reason: given.reason };
    let made = file::submit(&mut tx, by, &firm, &source, paper).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(view(&app, &actor, &law, made))))
}

/// A filing of a source.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HazardFilingRow {
    id: Uuid,
    kind: String,
    number: Option<String>,
    handed_in_on: NaiveDate,
    decided_on: Option<NaiveDate>,
    valid_until: Option<NaiveDate>,
}

/// The filings of a source, the latest first.
#[utoipa::path(get, path = "/api/hazard-sources/{city}/{id}/filings", tag = "hazard", params(("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = Vec<HazardFilingRow>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_hazard_filings(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
) -> Outcome<Json<Vec<HazardFilingRow>>> {
    let scope = actor.may(&powers::FILINGS)?;
    let source = store::find(&app.db, &scope, &city, id).await?;
    let rows = store::filings(&app.db, &source).await?;
    let told = |own: Filing| HazardFilingRow {
        id: own.id,
        kind: own.kind,
        number: own.number,
        handed_in_on: kernel::day_of(own.created_at),
        decided_on: own.decided_on,
        valid_until: own.valid_until,
    };
    Ok(Json(rows.into_iter().map(told).collect()))
}

/// One filing with what the caller may do next.
#[utoipa::path(get, path = "/api/hazard-filings/{city}/{id}", tag = "hazard", params(("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = HazardFilingView), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn find_hazard_filing(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
) -> Outcome<Json<HazardFilingView>> {
    let scope = actor.may(&powers::FILING)?;
    let own = store::filing(&app.db, &scope, &city, id).await?;
    let case = caseflow::store::find(&app.db, &scope, &city, id).await?;
    let source = store::find(&app.db, &scope, &city, own.source).await?;
    let law = law::in_force(&app.db, &source.town).await?;
    Ok(Json(view(&app, &actor, &law, (case, own, source))))
}

/// A filing at the version that was read, with all it is about.
struct Held {
    case: Case,
    own: Filing,
    source: Source,
    firm: Enterprise,
    law: Law,
}

async fn hold(
    tx: &mut Tx,
    app: &App,
    scope: &Scope,
    (city, id): (&str, Uuid),
    version: i64,
) -> Outcome<Held> {
    let own = store::filing(&mut *tx, scope, city, id).await?;
    let case = caseflow::store::find(&mut *tx, scope, city, id).await?;
    if case.version != version {
        return Err(Problem::stale(caseflow::shown(&case, &FLOW, app.clock.today())));
    }
    let source = store::find(&mut *tx, scope, city, own.source).await?;
    let firm = enterprise::store::find(&mut *tx, scope, city, own.enterprise).await?;
    let law = law::in_force(&mut *tx, &firm.town).await?;
    Ok(Held { case, own, source, firm, law })
}

/// A step without anything to be said.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct HazardFilingStep {
    /// The version of the case that was read.
    version: i64,
}

/// Takes a filing on for review.
#[utoipa::path(post, path = "/api/hazard-filings/{city}/{id}/accept", tag = "hazard", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = HazardFilingStep,
    responses((status = 200, body = HazardFilingView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn accept_hazard_filing(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(given): Body<HazardFilingStep>,
) -> Outcome<Json<HazardFilingView>> {
    let scope = actor.may(&powers::ACCEPT)?;
    let mut tx = app.db.begin().await?;
    let held = hold(&mut tx, &app, &scope, (&city, id), given.version).await?;
    let by = Acting { clock: &app.clock, actor: &actor, law: &held.law };
    let (case, own) = file::pass(&mut tx, by, (&held.case, &held.own), "accept", Taken::default()).await?;
    tx.commit().await?;
    Ok(Json(view(&app, &actor, &held.law, (case, own, held.source))))
}

/// Why a filing is sent back or taken back.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct HazardFilingReason {
    /// The version of the case that was read.
    version: i64,
    reason: Option<String>,
    /// What is to be set right, each with its reason: `/units/0/substances/1/quantity_t`, `/materials/3`.
    #[serde(default)]
    fields: Vec<FieldReason>,
}

/// Sends a filing back with a reason for each field.
#[utoipa::path(post, path = "/api/hazard-filings/{city}/{id}/return", tag = "hazard", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = HazardFilingReason,
    responses((status = 200, body = HazardFilingView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn return_hazard_filing(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(given): Body<HazardFilingReason>,
) -> Outcome<Json<HazardFilingView>> {
    let scope = actor.may(&powers::RETURN)?;
    let mut tx = app.db.begin().await?;
    let held = hold(&mut tx, &app, &scope, (&city, id), given.version).await?;
    let by = Acting { clock: &app.clock, actor: &actor, law: &held.law };
    let taken = Taken { reason: given.reason, fields: given.fields, ..Taken::default() };
    let (case, own) = file::pass(&mut tx, by, (&held.case, &held.own), "return", taken).await?;
    tx.commit().await?;
    Ok(Json(view(&app, &actor, &held.law, (case, own, held.source))))
}

/// A filing handed in again.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct HazardFilingAgain {
    /// The version of the case that was read.
    version: i64,
    materials: Vec<Material>,
}

/// Hands a filing in again, with the source as it stands now.
#[utoipa::path(post, path = "/api/hazard-filings/{city}/{id}/resubmit", tag = "hazard", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = HazardFilingAgain,
    responses((status = 200, body = HazardFilingView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn resubmit_hazard_filing(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(given): Body<HazardFilingAgain>,
) -> Outcome<Json<HazardFilingView>> {
    let scope = actor.may(&powers::RESUBMIT)?;
    let mut tx = app.db.begin().await?;
    let held = hold(&mut tx, &app, &scope, (&city, id), given.version).await?;
    let by = Acting { clock: &app.clock, actor: &actor, law: &held.law };
    let about = (&held.case, &held.own, &held.source);
    let (case, own) = file::resubmit(&mut tx, by, about, given.materials).await?;
    tx.commit().await?;
    Ok(Json(view(&app, &actor, &held.law, (case, own, held.source))))
}

/// The county's decision.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct HazardFilingDecision {
    /// The version of the case that was read.
    version: i64,
    /// Number; the county's next one unless told.
    number: Option<String>,
    /// The last day of the filing; three years from the assessment unless told.
    valid_until: Option<NaiveDate>,
}

/// Files a source under a number for a term, or strikes it off.
#[utoipa::path(post, path = "/api/hazard-filings/{city}/{id}/decide", tag = "hazard", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = HazardFilingDecision,
    responses((status = 200, body = HazardFilingView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn decide_hazard_filing(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(given): Body<HazardFilingDecision>,
) -> Outcome<Json<HazardFilingView>> {
    let scope = actor.may(&powers::DECIDE)?;
    let mut tx = app.db.begin().await?;
    let held = hold(&mut tx, &app, &scope, (&city, id), given.version).await?;
    let by = Acting { clock: &app.clock, actor: &actor, law: &held.law };
    let county = held.firm.town.get(..6).unwrap_or(&city);
    let known = store::authority(&mut tx, &city, county).await?;
    let authority = known.unwrap_or_else(|| region::divisions::full_name(county));
    let decision = Decision { number: given.number, valid_until: given.valid_until, authority };
    let about = (&held.case, &held.own, &held.source);
    let done = file::decide(&mut tx, by, &held.firm, about, decision).await?;
    tx.commit().await?;
    Ok(Json(view(&app, &actor, &held.law, done)))
}

/// Takes back what was handed in.
#[utoipa::path(post, path = "/api/hazard-filings/{city}/{id}/withdraw", tag = "hazard", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = HazardFilingReason,
    responses((status = 200, body = HazardFilingView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn withdraw_hazard_filing(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(given): Body<HazardFilingReason>,
) -> Outcome<Json<HazardFilingView>> {
    let scope = actor.may(&powers::WITHDRAW)?;
    let mut tx = app.db.begin().await?;
    let held = hold(&mut tx, &app, &scope, (&city, id), given.version).await?;
    let by = Acting { clock: &app.clock, actor: &actor, law: &held.law };
    let about = (&held.case, &held.own, &held.source);
    let done = file::withdraw(&mut tx, by, &held.firm, about, given.reason).await?;
    tx.commit().await?;
    Ok(Json(view(&app, &actor, &held.law, done)))
}
