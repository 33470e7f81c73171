//! Papers of a penalty as drafts: made from the case, filled in, looked at on paper.

use std::collections::BTreeMap;

use audit::Action;
use axum::{Json, extract::State, http::StatusCode, response::Response};
use caseflow::Acting;
use db::{Exec, Tx};
use document::{PaperFormat, sent};
use kernel::Scope;
use rules::enforcement_form::Form;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, Body, Caller, Outcome, PathOf, Problem, Query};

use super::{
    super::{
        compose::{self, Matter},
        flow, frame, layout,
        model::{Penalty, PenaltyPaper},
        store,
    },
    view::PenaltyDocument,
};
use crate::{
    compose::form_name,
    http::{form, issuer},
    powers,
};

/// A paper to be drafted.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewPenaltyDocument {
    /// Code or name of the form.
    form: String,
    /// What a field says instead of what is known.
    #[serde(default)]
    fields: BTreeMap<String, String>,
}

/// Fills in the fields of a draft: what is said, otherwise what is known.
async fn fill(
    tx: &mut Tx,
    by: Acting<'_>,
    scope: &Scope,
    (form, own): (&Form, &Penalty),
    said: &BTreeMap<String, String>,
) -> Outcome<db::Json<serde_json::Value>> {
    let enterprise = enterprise::store::find(&mut *tx, scope, &own.city, own.enterprise).await?;
    let papers = store::papers(&mut *tx, own).await?;
    let exhibits = store::exhibits(&mut *tx, own).await?;
    let issuer = issuer(tx, (&own.town, &own.officers()), form, by.clock.today()).await?;
    let heavy = frame::is_heavy(by, own)?;
    let (papers, exhibits) = (papers.as_slice(), exhibits.as_slice());
    let matter = Matter { own, enterprise: &enterprise, papers, exhibits, issuer: &issuer, heavy };
    Ok(db::Json(json!(compose::fields(form, &matter, said)?)))
}

/// Drafts a paper of a penalty. What the system knows is filled in.
#[utoipa::path(post, path = "/api/penalties/{city}/{id}/documents", tag = "inspection", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = NewPenaltyDocument,
    responses((status = 201, body = PenaltyDocument), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create_penalty_document(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(new): Body<NewPenaltyDocument>,
) -> Outcome<(StatusCode, Json<PenaltyDocument>)> {
    let scope = actor.may(&powers::DRAFT_PENALTY)?;
    let mut tx = app.db.begin().await?;
    let own = store::find(&mut tx, &scope, &city, id).await?;
    let case = caseflow::store::find(&mut tx, &scope, &city, id).await?;
    let law = law::in_force(&mut tx, &own.town).await?;
    let by = Acting { clock: &app.clock, actor: &actor, law: &law };
    let form = form(&new.form, app.clock.today(), "/form")?;
    if flow::action(&form.code).is_none() {
        let why = format!("《{}》不是行政处罚案件的文书。", form.name);
        return Err(Problem::wrong_field("/form", "form.not_of_penalty", why));
    }
    if case.closed_on.is_some() {
        return Err(Problem::conflict("penalty.closed", "这件处罚已经办结，不能再起草文书。"));
    }
    let now = app.clock.now();
    let row = PenaltyPaper {
        city,
        id: Uuid::now_v7(),
        town: own.town.clone(),
        sector: own.sector.clone(),
        enterprise: own.enterprise,
        enterprise_name: own.enterprise_name.clone(),
        penalty: own.id,
        form: form.code.clone(),
        state: "draft".into(),
        fields: fill(&mut tx, by, &scope, (&form, &own), &new.fields).await?,
        agency: None,
        issuer: None,
        deed: None,
        word: None,
        year: None,
        serial: None,
        number: None,
        issued_on: None,
        served_on: None,
        service: None,
        opened_at: None,
        withdrawn_on: None,
        reason: None,
        created_at: now,
        created_by: actor.account,
        updated_at: now,
        updated_by: actor.account,
        version: 1,
    };
    tx.run(row.insert()).await?;
    note(&mut tx, by, &row, Action::Create, None).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(PenaltyDocument::of(row))))
}

/// What of a draft becomes otherwise.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct PenaltyDocumentChange {
    /// The version that was read.
    version: i64,
    /// What fields say from now on; what is not named stays.
    #[serde(default)]
    fields: BTreeMap<String, String>,
}

/// Fills in a draft.
#[utoipa::path(patch, path = "/api/penalty-documents/{city}/{id}", tag = "inspection", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = PenaltyDocumentChange,
    responses((status = 200, body = PenaltyDocument), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn update_penalty_document(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(change): Body<PenaltyDocumentChange>,
) -> Outcome<Json<PenaltyDocument>> {
    let scope = actor.may(&powers::UPDATE_PENALTY_DRAFT)?;
    let mut tx = app.db.begin().await?;
    let mut row = read(&mut tx, &scope, (&city, id, change.version)).await?;
    if row.state != "draft" {
        return Err(Problem::conflict("document.state", "文书签发以后不能修改。"));
    }
    let own = store::find(&mut tx, &scope, &city, row.penalty).await?;
    let law = law::in_force(&mut tx, &own.town).await?;
    let by = Acting { clock: &app.clock, actor: &actor, law: &law };
    let form = form(&row.form, app.clock.today(), "/form")?;
    let mut said: BTreeMap<String, String> =
        row.fields().into_iter().filter(|(_, value)| !value.is_empty()).collect();
    said.extend(change.fields);
    row.fields = fill(&mut tx, by, &scope, (&form, &own), &said).await?;
    let row = save(&mut tx, by, &scope, row, None).await?;
    tx.commit().await?;
    Ok(Json(PenaltyDocument::of(row)))
}

/// A paper of a penalty. A draft says on every page that it is one; that it was taken is recorded.
#[utoipa::path(get, path = "/api/penalty-documents/{city}/{id}/print", tag = "inspection", params(PaperFormat, ("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, content_type = "application/pdf", body = Vec<u8>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn print_penalty_document(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Query(wanted): Query<PaperFormat>,
) -> Outcome<Response> {
    let scope = actor.may(&powers::PRINT_PENALTY)?;
    let today = app.clock.today();
    let mut tx = app.db.begin().await?;
    let row = store::paper(&mut tx, &scope, &city, id).await?;
    let own = store::find(&mut tx, &scope, &city, row.penalty).await?;
    let issuer = match &row.issuer {
        Some(issuer) => issuer.clone(),
        None => {
            issuer(&mut tx, (&own.town, &own.officers()), &form(&row.form, today, "/form")?, today).await?
        }
    };
    let law = law::in_force(&mut tx, &own.town).await?;
    let by = Acting { clock: &app.clock, actor: &actor, law: &law };
    note(&mut tx, by, &row, Action::Export, None).await?;
    tx.commit().await?;
    let notice = layout::paper(&row, &own, &issuer, today);
    let name = form_name(&row.form, row.issued_on);
    let number = row.number.as_deref().unwrap_or(if row.state == "draft" { "草稿" } else { "" });
    sent(notice, wanted.format.as_deref(), &format!("{name}-{number}")).await
}

/// A paper at the version that was read.
pub(super) async fn read(
    tx: &mut Tx,
    scope: &Scope,
    (city, id, version): (&str, Uuid, i64),
) -> Outcome<PenaltyPaper> {
    let row = store::paper(tx, scope, city, id).await?;
    if row.version != version {
        return Err(Problem::stale(json!(PenaltyDocument::of(row))));
    }
    Ok(row)
}

/// Writes what became of a paper, if nobody else did since it was read, and tells the trail.
pub(super) async fn save(
    tx: &mut Tx,
    by: Acting<'_>,
    scope: &Scope,
    mut row: PenaltyPaper,
    reason: Option<String>,
) -> Outcome<PenaltyPaper> {
    let read = row.version;
    row.version = read + 1;
    row.updated_at = by.clock.now();
    row.updated_by = by.actor.account;
    if tx.run(row.update(&["city", "id"]).push(" and version = ").arg(read)).await? == 0 {
        let now = store::paper(tx, scope, &row.city, row.id).await?;
        return Err(Problem::stale(json!(PenaltyDocument::of(now))));
    }
    note(tx, by, &row, Action::Update, reason).await?;
    Ok(row)
}

/// Tells the trail of a paper.
async fn note(
    tx: &mut Tx,
    by: Acting<'_>,
    row: &PenaltyPaper,
    action: Action,
    reason: Option<String>,
) -> Outcome<()> {
    let name = form_name(&row.form, row.issued_on);
    let number = row.number.as_deref().map(|number| format!(" {number}")).unwrap_or_default();
    let title = format!("{name}{number}：{}", row.enterprise_name);
    let after = json!({"form": row.form, "state": row.state, "number": row.number, "issuer": row.issuer,
        "fields": row.fields.0, "served_on": row.served_on, "service": row.service});
    let entry = row.entry(action, &title, after, reason);
    Ok(audit::record(tx, by.clock, by.actor, entry).await?)
}
