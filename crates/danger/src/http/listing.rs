//! Listed supervision (挂牌督办): a tier lists a major danger by a numbered notice, the notice is served, and the same tier releases it once
//! it was looked at on the spot.

use axum::{Json, extract::State};
use caseflow::{Acting, Taken};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, Body, Caller, Outcome, PathOf, Problem, required};

use super::{DangerView, read_danger, steps::stepped, view};
use crate::{
    listing::{self, Listing, held, until},
    model::Danger,
    paper::WAYS,
    powers, store,
};

/// Listed supervision (挂牌督办).
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct DangerListing {
    /// The version that was read.
    version: i64,
    /// `county`, `city` or `province`.
    tier: String,
    /// Number of the notice, where it has one already; the next one of the tier and year unless told.
    document: Option<String>,
    /// Until when it is to be put right.
    due_on: Option<NaiveDate>,
    /// Why.
    reason: String,
}

/// Puts it under listed supervision of a tier, with a numbered notice and a term.
#[utoipa::path(post, path = "/api/dangers/{city}/{id}/supervise", tag = "danger", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = DangerListing,
    responses((status = 200, body = DangerView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn supervise_danger(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(given): Body<DangerListing>,
) -> Outcome<Json<DangerView>> {
    let scope = actor.may(&powers::SUPERVISE)?;
    let mut tx = app.db.begin().await?;
    let (case, row) = read_danger(&mut tx, &app, &scope, (&city, id), given.version).await?;
    let law = law::in_force(&mut tx, &row.town).await?;
    let by = Acting { clock: &app.clock, actor: &actor, law: &law };
    let listing =
        Listing { tier: given.tier, document: given.document, due_on: given.due_on, reason: given.reason };
    let (case, row) = listing::supervise(&mut tx, by, (&case, &row), listing).await?;
    let photos = store::photos(&mut tx, &row).await?;
    tx.commit().await?;
    Ok(Json(view(&app, &actor, case, row, photos)))
}

/// That the notice was served.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct DangerListingServed {
    /// The version that was read.
    version: i64,
    /// When.
    served_on: NaiveDate,
    /// Who signed for it.
    served_to: String,
    /// `direct`, `left`, `mail`, `electronic`, `public`.
    served_way: String,
}

/// Notes the service of the notice (送达回证).
#[utoipa::path(post, path = "/api/dangers/{city}/{id}/serve", tag = "danger", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = DangerListingServed,
    responses((status = 200, body = DangerView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn serve_danger_listing(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(given): Body<DangerListingServed>,
) -> Outcome<Json<DangerView>> {
    let key = (city.as_str(), id, given.version);
    stepped(&app, &actor, &powers::SERVE, key, |by, _, row| {
        let listed = row.listed_on.filter(|_| row.listed()).ok_or_else(not_listed)?;
        if given.served_on < listed || given.served_on > by.clock.today() {
            let text = "送达日期应在督办通知发出之后、不晚于今天。";
            return Err(Problem::wrong_field("/served_on", "date.range", text));
        }
        if !WAYS.iter().any(|(code, _)| *code == given.served_way) {
            return Err(Problem::wrong_field("/served_way", "choice.unknown", "请选择送达方式。"));
        }
        let after = Danger {
            served_on: Some(given.served_on),
            served_to: Some(required(&given.served_to, "/served_to", "签收人", 50)?),
            served_way: Some(given.served_way),
            ..row
        };
        Ok(("serve", after, Taken::default()))
    })
    .await
}

fn not_listed() -> Problem {
    Problem::conflict("danger.not_listed", "这条隐患没有在挂牌督办。")
}

/// The answer of the tier that listed it.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct DangerRelease {
    /// The version that was read.
    version: i64,
    /// Whether it is released; yes unless told.
    grant: Option<bool>,
    /// Why.
    reason: String,
    /// Where it is not released: the new last day.
    due_on: Option<NaiveDate>,
}

/// Releases it and strikes it off after the recheck, or sends it back; before the recheck, takes back a listing that was a mistake.
#[utoipa::path(post, path = "/api/dangers/{city}/{id}/release", tag = "danger", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = DangerRelease,
    responses((status = 200, body = DangerView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn release_danger(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(given): Body<DangerRelease>,
) -> Outcome<Json<DangerView>> {
    let key = (city.as_str(), id, given.version);
    stepped(&app, &actor, &powers::RELEASE, key, |by, case, row| {
        if !row.listed() {
            return Err(not_listed());
        }
        held(by.actor, &powers::RELEASE, &row)?;
        let taken = Taken { reason: web::filled(Some(&given.reason)), ..Taken::default() };
        if given.grant == Some(false) {
            let term = given
                .due_on
                .ok_or_else(|| Problem::wrong_field("/due_on", "field.required", "请填写新的督办期限。"))?;
            return Ok(("keep", until(by, row, term)?, Taken { due_on: Some(term), ..taken }));
        }
        let action = if case.state == "accepted" { "release" } else { "unlist" };
        let after =
            Danger { released_on: Some(by.clock.today()), released_text: taken.reason.clone(), ..row };
        Ok((action, after, taken))
    })
    .await
}
