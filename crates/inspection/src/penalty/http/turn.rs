//! The turns of a penalty: papers issued by an officer or approved by a leader, each the step that it documents; notices handed over; and the
//! steps that have no paper.

use axum::{Json, extract::State};
use caseflow::Acting;
use chrono::NaiveDate;
use kernel::Power;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, Body, Caller, Outcome, PathOf, Problem};

use super::{
    super::{
        flow,
        model::{Penalty, PenaltyPaper},
        step::{self, Said},
        store as own_store,
    },
    paper::{read, save},
    view::{PenaltyDocument, PenaltyView, whole},
};
use crate::{act::filled, compose::complete, find, http::form, issue::numbered, powers, right};

/// A paper to be issued.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct IssuePenaltyDocument {
    /// The version of the paper that was read.
    version: i64,
    /// The version of the case that was read.
    case_version: i64,
    /// Of the receipt of service: the day.
    served_on: Option<NaiveDate>,
    /// Of the receipt of service: how and to whom.
    service: Option<String>,
    /// Of the notice of a hearing: its day.
    hearing_on: Option<NaiveDate>,
    /// Of an extension: the new last day for the decision.
    until: Option<NaiveDate>,
    /// Why: of an extension, and of closing where the fine is not paid.
    reason: Option<String>,
}

async fn issue(
    app: &App,
    actor: &kernel::Actor,
    power: &Power,
    (city, id): (String, Uuid),
    given: IssuePenaltyDocument,
) -> Outcome<PenaltyView> {
    let scope = actor.may(power)?;
    let mut tx = app.db.begin().await?;
    let mut row = read(&mut tx, &scope, (&city, id, given.version)).await?;
    let today = app.clock.today();
    let (case, own) = step::hold(&mut tx, today, &scope, (&city, row.penalty, given.case_version)).await?;
    let law = law::in_force(&mut tx, &own.town).await?;
    let by = Acting { clock: &app.clock, actor, law: &law };
    if row.state != "draft" {
        return Err(Problem::conflict("document.state", "这份文书已经签发或者作废，不能再次签发。"));
    }
    let form = form(&row.form, today, "/form")?;
    let approval = step::is_approval(&form.code);
    if approval != (power.operation == powers::APPROVE_PENALTY.operation) {
        let who = if approval { "由机关负责人审批" } else { "由执法人员签发" };
        return Err(Problem::conflict("document.who", format!("《{}》{who}。", form.name)));
    }
    let Some(action) = flow::action(&form.code) else { return Err(Problem::not_found()) };
    complete(row.fields())?;
    let right =
        right::to_issue(&mut tx, (&own.town, &own.officers()), (&form.code, &form.name), today).await?;
    let said = Said {
        served_on: given.served_on,
        hearing_on: given.hearing_on,
        until: given.until,
        paid: None,
        reason: given.reason,
    };
    let decision = if action == "serve" { Some(served(&mut tx, &own, &given.service).await?) } else { None };
    let (case, own) = step::take(&mut tx, by, (&case, &own), (action, &form.code), said).await?;
    row.state = "issued".into();
    row.agency = Some(right.agency.id);
    row.issuer = Some(right.agency.name.clone());
    row.deed = right.deed;
    row.issued_on = Some(today);
    if let Some(own) = numbered(&mut tx, &city, (&form, &right.agency), today).await? {
        (row.word, row.year, row.serial) = (Some(own.word), Some(own.year), Some(own.serial));
        row.number = own.number;
    }
    (row.served_on, row.service) = match action {
        "decide_spot" => (Some(today), Some("当场交付".into())),
        "serve" => (given.served_on, given.service.clone()),
        _ => (None, None),
    };
    let row = save(&mut tx, by, &scope, row, None).await?;
    find::write_penalty(&mut tx, &row, &own).await?;
    if let Some(mut decision) = decision {
        decision.served_on = given.served_on;
        decision.service = given.service;
        save(&mut tx, by, &scope, decision, None).await?;
    }
    tx.commit().await?;
    whole(&app.db, by, (case, own)).await
}

/// The decision that is served, and that it is said how.
async fn served(tx: &mut db::Tx, own: &Penalty, service: &Option<String>) -> Outcome<PenaltyPaper> {
    filled("/service", service.as_deref().unwrap_or_default(), "送达方式、地点和收件人", 200)?;
    let papers = own_store::papers(tx, own).await?;
    let decided = |own: &PenaltyPaper| own.state == "issued" && own.form.starts_with("penalty_decision");
    papers.into_iter().rev().find(decided).ok_or_else(|| {
        Problem::conflict("penalty.undecided", "处罚决定书还没有签发，不能送达。请先作出决定。")
    })
}

/// Issues a paper: gives it the next number of the agency, the kind and the year, and takes the step that it documents.
#[utoipa::path(post, path = "/api/penalty-documents/{city}/{id}/issue", tag = "inspection", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = IssuePenaltyDocument,
    responses((status = 200, body = PenaltyView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn issue_penalty_document(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf(key): PathOf<(String, Uuid)>,
    Body(given): Body<IssuePenaltyDocument>,
) -> Outcome<Json<PenaltyView>> {
    Ok(Json(issue(&app, &actor, &powers::ISSUE_PENALTY, key, given).await?))
}

/// Approves a paper that a leader approves: filing, punishing, prolonging, closing.
#[utoipa::path(post, path = "/api/penalty-documents/{city}/{id}/approve", tag = "inspection", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = IssuePenaltyDocument,
    responses((status = 200, body = PenaltyView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn approve_penalty_document(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf(key): PathOf<(String, Uuid)>,
    Body(given): Body<IssuePenaltyDocument>,
) -> Outcome<Json<PenaltyView>> {
    Ok(Json(issue(&app, &actor, &powers::APPROVE_PENALTY, key, given).await?))
}

/// How a paper was served.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct ServePenaltyDocument {
    /// The version of the paper that was read.
    version: i64,
    /// The version of the case that was read.
    case_version: i64,
    served_on: NaiveDate,
    /// How and to whom.
    service: String,
}

/// Records that an issued paper was served. From the service of a notice the party's time to answer runs.
#[utoipa::path(post, path = "/api/penalty-documents/{city}/{id}/serve", tag = "inspection", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = ServePenaltyDocument,
    responses((status = 200, body = PenaltyView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn serve_penalty_document(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(given): Body<ServePenaltyDocument>,
) -> Outcome<Json<PenaltyView>> {
    let scope = actor.may(&powers::SERVE_PENALTY)?;
    let mut tx = app.db.begin().await?;
    let mut row = read(&mut tx, &scope, (&city, id, given.version)).await?;
    let today = app.clock.today();
    let (mut case, mut own) =
        step::hold(&mut tx, today, &scope, (&city, row.penalty, given.case_version)).await?;
    let law = law::in_force(&mut tx, &own.town).await?;
    let by = Acting { clock: &app.clock, actor: &actor, law: &law };
    let action = flow::action(&row.form);
    if row.state != "issued" || row.served_on.is_some() {
        return Err(Problem::conflict("document.state", "只有已签发、未送达的文书可以登记送达。"));
    }
    if action == Some("decide") {
        return Err(Problem::conflict("document.receipt", "处罚决定书的送达请签发《文书送达回执》。"));
    }
    if given.served_on > today || row.issued_on.is_some_and(|on| given.served_on < on) {
        return Err(Problem::wrong_field("/served_on", "date.order", "送达日期应在签发日期和今天之间。"));
    }
    row.served_on = Some(given.served_on);
    row.service = Some(filled("/service", &given.service, "送达方式、地点和收件人", 200)?);
    let told = action == Some("tell");
    let row = save(&mut tx, by, &scope, row, None).await?;
    if told {
        let said = Said { served_on: row.served_on, ..Said::default() };
        (case, own) = step::take(&mut tx, by, (&case, &own), ("hand_over", &row.form), said).await?;
    }
    tx.commit().await?;
    Ok(Json(whole(&app.db, by, (case, own)).await?))
}

/// Why a paper is withdrawn.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct WithdrawPenaltyDocument {
    version: i64,
    reason: String,
}

/// Gives up a draft, or withdraws a paper that did not move the case. It stays, marked, and its number is not given again.
#[utoipa::path(post, path = "/api/penalty-documents/{city}/{id}/withdraw", tag = "inspection", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = WithdrawPenaltyDocument,
    responses((status = 200, body = PenaltyDocument), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn withdraw_penalty_document(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(given): Body<WithdrawPenaltyDocument>,
) -> Outcome<Json<PenaltyDocument>> {
    let scope = actor.may(&powers::WITHDRAW_PENALTY)?;
    let mut tx = app.db.begin().await?;
    let mut row = read(&mut tx, &scope, (&city, id, given.version)).await?;
    let law = law::in_force(&mut tx, &row.town).await?;
    let by = Acting { clock: &app.clock, actor: &actor, law: &law };
    let stays = flow::action(&row.form).is_some_and(|action| action == "inquire");
    if row.state == "withdrawn" || row.state == "issued" && !stays {
        let why =
            "这份文书已经推动案件办理，不能撤回；有误的，请退回补充调查、重新告知，或者依法另行作出决定。";
        return Err(Problem::conflict("document.state", why));
    }
    let reason = filled("/reason", &given.reason, "撤回原因", 500)?;
    row.state = "withdrawn".into();
    row.withdrawn_on = Some(app.clock.today());
    row.reason = Some(reason.clone());
    let row = save(&mut tx, by, &scope, row, Some(reason)).await?;
    tx.commit().await?;
    Ok(Json(PenaltyDocument::of(row)))
}

/// A step without a paper.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct PenaltyStep {
    /// The version of the case that was read.
    version: i64,
    /// `waive`, `lapse`, `ask_hearing` or `pay`; of a leader `drop`, `return` or `acquit`.
    action: String,
    /// What was paid now, in 分.
    paid: Option<i64>,
    reason: Option<String>,
}

async fn turn(
    app: &App,
    actor: &kernel::Actor,
    (power, actions): (&Power, &[&str]),
    (city, id): (String, Uuid),
    given: PenaltyStep,
) -> Outcome<PenaltyView> {
    let scope = actor.may(power)?;
    let mut tx = app.db.begin().await?;
    let (case, own) = step::hold(&mut tx, app.clock.today(), &scope, (&city, id, given.version)).await?;
    let law = law::in_force(&mut tx, &own.town).await?;
    let by = Acting { clock: &app.clock, actor, law: &law };
    if !actions.contains(&given.action.as_str()) {
        return Err(Problem::wrong_field("/action", "case.action", "没有这一步。"));
    }
    let said = Said { paid: given.paid, reason: given.reason, ..Said::default() };
    let (case, own) = step::take(&mut tx, by, (&case, &own), (&given.action, ""), said).await?;
    tx.commit().await?;
    whole(&app.db, by, (case, own)).await
}

/// Takes a step that has no paper: the party waives or asks for a hearing, its time has run out, it paid.
#[utoipa::path(post, path = "/api/penalties/{city}/{id}/steps", tag = "inspection", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = PenaltyStep,
    responses((status = 200, body = PenaltyView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn take_penalty_step(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf(key): PathOf<(String, Uuid)>,
    Body(given): Body<PenaltyStep>,
) -> Outcome<Json<PenaltyView>> {
    let actions = (&powers::PENALTY_STEP, ["waive", "lapse", "ask_hearing", "pay"].as_slice());
    Ok(Json(turn(&app, &actor, actions, key, given).await?))
}

/// Does not file a case, sends it back to be investigated further, or ends it without a penalty; each with the reason.
#[utoipa::path(post, path = "/api/penalties/{city}/{id}/return", tag = "inspection", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = PenaltyStep,
    responses((status = 200, body = PenaltyView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn return_penalty(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf(key): PathOf<(String, Uuid)>,
    Body(given): Body<PenaltyStep>,
) -> Outcome<Json<PenaltyView>> {
    let actions = (&powers::RETURN_PENALTY, ["drop", "return", "acquit"].as_slice());
    Ok(Json(turn(&app, &actor, actions, key, given).await?))
}
