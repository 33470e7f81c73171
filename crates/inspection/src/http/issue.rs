//! Documents issued with a number, served, withdrawn.

use axum::{Json, extract::State};
use caseflow::Acting;
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, Body, Caller, Outcome, PathOf, Problem};

use super::{paper::form, view::EnforcementDocument};
use crate::{
    act::{self, filled},
    issue, powers, store,
};

/// The version that was read.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct IssueDocument {
    version: i64,
}

/// Issues a draft: gives it the next number of the agency, the kind and the year. From then on it does not change. The term of an order becomes
/// that of the dangers it names; a recheck opinion closes or returns them.
#[utoipa::path(post, path = "/api/enforcement-documents/{city}/{id}/issue", tag = "inspection", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = IssueDocument,
    responses((status = 200, body = EnforcementDocument), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn issue_enforcement_document(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(own): Body<IssueDocument>,
) -> Outcome<Json<EnforcementDocument>> {
    let scope = actor.may(&powers::ISSUE)?;
    let mut tx = app.db.begin().await?;
    let row = act::read(&mut tx, &scope, (&city, id, own.version)).await?;
    let form = form(&row.form, app.clock.today(), "/form")?;
    let visit = store::visit(&mut tx, &scope, &city, row.visit).await?;
    let law = law::in_force(&mut tx, &visit.town).await?;
    let by = Acting { clock: &app.clock, actor: &actor, law: &law };
    let row = issue::issue(&mut tx, by, &scope, (&form, &visit), row).await?;
    tx.commit().await?;
    Ok(Json(EnforcementDocument::of(row)))
}

/// How a document was served.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct ServeDocument {
    version: i64,
    /// The day.
    served_on: NaiveDate,
    /// How and to whom: in person to 张三, left, by post.
    service: String,
}

/// Records that a document was served.
#[utoipa::path(post, path = "/api/enforcement-documents/{city}/{id}/serve", tag = "inspection", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = ServeDocument,
    responses((status = 200, body = EnforcementDocument), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn serve_enforcement_document(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(own): Body<ServeDocument>,
) -> Outcome<Json<EnforcementDocument>> {
    let scope = actor.may(&powers::SERVE)?;
    let mut tx = app.db.begin().await?;
    let mut row = act::read(&mut tx, &scope, (&city, id, own.version)).await?;
    if row.state != "issued" || row.served_on.is_some() {
        return Err(Problem::conflict("document.state", "只有已签发、未送达的文书可以登记送达。"));
    }
    if own.served_on > app.clock.today() || row.issued_on.is_some_and(|on| own.served_on < on) {
        return Err(Problem::wrong_field("/served_on", "date.order", "送达日期应在签发日期和今天之间。"));
    }
    row.served_on = Some(own.served_on);
    row.service = Some(filled("/service", &own.service, "送达方式、地点和收件人", 200)?);
    let row = act::save(&mut tx, (&app.clock, &actor), &scope, row, None).await?;
    tx.commit().await?;
    Ok(Json(EnforcementDocument::of(row)))
}

/// Why a document is withdrawn.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct WithdrawDocument {
    version: i64,
    reason: String,
}

/// Withdraws an issued document, or gives up a draft. It stays, marked, and its number is not given again. Dangers whose term a withdrawn order
/// had set have the term again that they had before.
#[utoipa::path(post, path = "/api/enforcement-documents/{city}/{id}/withdraw", tag = "inspection", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = WithdrawDocument,
    responses((status = 200, body = EnforcementDocument), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn withdraw_enforcement_document(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(own): Body<WithdrawDocument>,
) -> Outcome<Json<EnforcementDocument>> {
    let scope = actor.may(&powers::WITHDRAW)?;
    let mut tx = app.db.begin().await?;
    let mut row = act::read(&mut tx, &scope, (&city, id, own.version)).await?;
    if row.state == "withdrawn" {
        return Err(Problem::conflict("document.state", "这份文书已经撤回。"));
    }
    let reason = filled("/reason", &own.reason, "撤回原因", 500)?;
    let lifted = row.state == "issued" && row.form == "correction_order";
    row.state = "withdrawn".into();
    row.withdrawn_on = Some(app.clock.today());
    row.reason = Some(reason.clone());
    let row = act::save(&mut tx, (&app.clock, &actor), &scope, row, Some(reason.clone())).await?;
    if lifted {
        let law = law::in_force(&mut tx, &row.town).await?;
        let by = Acting { clock: &app.clock, actor: &actor, law: &law };
        issue::lift(&mut tx, by, &scope, &row, &reason).await?;
    }
    tx.commit().await?;
    Ok(Json(EnforcementDocument::of(row)))
}
