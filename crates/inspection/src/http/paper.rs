//! Enforcement documents as drafts: made from a visit, filled in, looked at.

use std::collections::BTreeMap;

use audit::Action;
use axum::{Json, extract::State, http::StatusCode};
use chrono::NaiveDate;
use db::{Exec, Tx};
use kernel::{Actor, Clock, Scope};
use rules::enforcement_form::Form;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, Body, Caller, Outcome, PathOf, Problem};

use super::view::EnforcementDocument;
use crate::{
    act,
    compose::{self, Matter},
    model::{Item, Paper, Visit, VisitOfficer},
    powers, right, store,
};

/// The form in use on that day.
pub(crate) fn form(code: &str, on: NaiveDate, pointer: &str) -> Outcome<Form> {
    let input = rules::enforcement_form::Input { form: code.into() };
    let found = rules::enforcement_form::form(&rules::At::nation(on), &input);
    found
        .map(|own| own.value)
        .map_err(|refusal| Problem::wrong_field(pointer, "form.unknown", refusal.message))
}

/// What a recheck found of one item of the order.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = RecheckResult)]
pub(crate) struct Seen {
    /// The finding.
    finding: Uuid,
    /// Whether it is right now.
    passed: bool,
    /// What was seen.
    text: Option<String>,
    /// Where it is not right: the new last day.
    due_on: Option<NaiveDate>,
}

/// A document to be drafted.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
pub(crate) struct NewEnforcementDocument {
    /// Code or name of the form.
    pub(crate) form: String,
    /// Day by which the enterprise has to act; that of the visit unless told.
    pub(crate) due_on: Option<NaiveDate>,
    /// The issued document that this one answers; a recheck needs it.
    pub(crate) about: Option<Uuid>,
    /// The findings that an order is about; all that were not put right at once unless told.
    pub(crate) findings: Option<Vec<Uuid>>,
    /// What a recheck found.
    #[serde(default)]
    pub(crate) results: Vec<Seen>,
    /// What a field says instead of what is known.
    #[serde(default)]
    pub(crate) fields: BTreeMap<String, String>,
}

/// The document that a recheck answers: an issued order or decision about this enterprise.
async fn about(
    tx: &mut Tx,
    scope: &Scope,
    visit: &Visit,
    form: &Form,
    id: Option<Uuid>,
) -> Outcome<Option<Paper>> {
    let Some(id) = id.filter(|_| form.code == "recheck_opinion") else {
        if form.code == "recheck_opinion" {
            let why = "请选择要复查的指令书或者决定书。";
            return Err(Problem::wrong_field("/about", "field.required", why));
        }
        return Ok(None);
    };
    let own = store::paper(tx, scope, &visit.city, id).await?;
    if own.state != "issued" || own.enterprise != visit.enterprise {
        let why = "请选择这家企业已签发、未撤回的文书。";
        return Err(Problem::wrong_field("/about", "about.state", why));
    }
    Ok(Some(own))
}

/// The results of a recheck, item by item.
fn rechecked(items: &mut [Item], results: Vec<Seen>, today: NaiveDate) -> Outcome<()> {
    for (at, seen) in results.into_iter().enumerate() {
        let Some(item) = items.iter_mut().find(|own| own.finding == seen.finding) else {
            let why = "这一项不在要复查的文书里。";
            return Err(Problem::wrong_field(&format!("/results/{at}/finding"), "item.unknown", why));
        };
        if !seen.passed && seen.due_on.is_none_or(|due| due <= today) {
            let why = format!("第 {} 项没有整改到位，请填写新的整改期限（今天之后）。", item.serial);
            return Err(Problem::wrong_field(&format!("/results/{at}/due_on"), "field.required", why));
        }
        item.passed = Some(seen.passed);
        item.text = web::filled(seen.text.as_deref());
        item.due_on = seen.due_on.filter(|_| !seen.passed);
    }
    Ok(())
}

/// What the document is about: the findings of the visit, or the items of the document that it answers.
async fn items(
    tx: &mut Tx,
    visit: &Visit,
    form: &Form,
    (about, chosen): (Option<&Paper>, Option<&[Uuid]>),
) -> Outcome<Vec<Item>> {
    if let Some(about) = about {
        let open = about.items().into_iter().filter(|own| own.passed != Some(true));
        return Ok(open.map(|own| Item { passed: None, text: None, due_on: None, ..own }).collect());
    }
    let orders = ["correction_order", "site_measures"].contains(&form.code.as_str());
    let findings = store::findings(tx, &visit.city, visit.id).await?;
    let fits = |own: &crate::model::Finding| match chosen {
        Some(chosen) => chosen.contains(&own.id),
        None => !orders || !own.fixed,
    };
    let items: Vec<Item> = findings.into_iter().filter(|own| fits(own)).map(Item::of).collect();
    if orders && items.is_empty() {
        let why = format!("这次检查没有需要整改的问题，不必下达《{}》。", form.name);
        return Err(Problem::conflict("document.nothing", why));
    }
    Ok(items)
}

/// Drafts a document of a visit. What the system knows is filled in.
#[utoipa::path(post, path = "/api/visits/{city}/{id}/documents", tag = "inspection", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = NewEnforcementDocument,
    responses((status = 201, body = EnforcementDocument), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create_enforcement_document(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(new): Body<NewEnforcementDocument>,
) -> Outcome<(StatusCode, Json<EnforcementDocument>)> {
    let scope = actor.may(&powers::DRAFT)?;
    let mut tx = app.db.begin().await?;
    let row = draft(&mut tx, (&app.clock, &actor), &scope, (city, id), new).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(EnforcementDocument::of(row))))
}

/// Drafts a document of a visit.
pub(crate) async fn draft(
    tx: &mut Tx,
    (clock, actor): (&Clock, &Actor),
    scope: &Scope,
    (city, id): (String, Uuid),
    new: NewEnforcementDocument,
) -> Outcome<Paper> {
    let visit = store::visit(&mut *tx, scope, &city, id).await?;
    let today = clock.today();
    let form = form(&new.form, today, "/form")?;
    if !compose::FORMS.contains(&form.code.as_str()) {
        let why = format!("《{}》不是现场检查的文书，不能在检查里起草。", form.name);
        return Err(Problem::wrong_field("/form", "form.not_of_visit", why));
    }
    if visit.state == "withdrawn" {
        return Err(Problem::conflict("visit.withdrawn", "这次检查已经作废，不能起草文书。"));
    }
    if visit.state == "open" && form.code != "inspection_plan" {
        return Err(Problem::conflict("visit.open", "请先结束检查并签名，再起草文书。"));
    }
    let about = about(tx, scope, &visit, &form, new.about).await?;
    let mut items = items(tx, &visit, &form, (about.as_ref(), new.findings.as_deref())).await?;
    rechecked(&mut items, new.results, today)?;
    let due_on = new.due_on.or(visit.due_on).filter(|_| form.code == "correction_order");
    if form.code == "correction_order" && due_on.is_none_or(|due| due <= today) {
        return Err(Problem::wrong_field("/due_on", "date.past", "整改期限应在今天之后。"));
    }
    let now = clock.now();
    let mut row = Paper {
        city,
        id: Uuid::now_v7(),
        town: visit.town.clone(),
        sector: visit.sector.clone(),
        enterprise: visit.enterprise,
        enterprise_name: visit.enterprise_name.clone(),
        visit: visit.id,
        about: about.as_ref().map(|own| own.id),
        form: form.code.clone(),
        state: "draft".into(),
        fields: db::Json(json!([])),
        items: db::Json(json!(items)),
        due_on,
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
    fill(tx, scope, (&form, &visit), &mut row, (about.as_ref(), new.fields), today).await?;
    tx.run(row.insert()).await?;
    act::note(tx, (clock, actor), &row, Action::Create, None).await?;
    Ok(row)
}

/// Fills in the fields of a draft: what is said, otherwise what is known.
async fn fill(
    tx: &mut Tx,
    scope: &Scope,
    (form, visit): (&Form, &Visit),
    row: &mut Paper,
    (about, said): (Option<&Paper>, BTreeMap<String, String>),
    today: NaiveDate,
) -> Outcome<()> {
    let enterprise = enterprise::store::find(&mut *tx, scope, &visit.city, visit.enterprise).await?;
    let issuer = issuer(tx, (&visit.town, &visit.officers()), form, today).await?;
    let items = row.items();
    let matter =
        Matter { visit, enterprise: &enterprise, items: &items, about, due_on: row.due_on, issuer: &issuer };
    row.fields = db::Json(json!(compose::fields(form, &matter, &said)?));
    Ok(())
}

/// In whose name a draft would be issued today; empty where it could not be.
pub(crate) async fn issuer(
    tx: &mut Tx,
    (town, officers): (&str, &[VisitOfficer]),
    form: &Form,
    on: NaiveDate,
) -> Outcome<String> {
    match right::to_issue(tx, (town, officers), (&form.code, &form.name), on).await {
        Ok(right) => Ok(right.agency.name),
        // why not is said when it is to be issued
        Err(problem) if problem.status == StatusCode::CONFLICT => Ok(String::new()),
        Err(problem) => Err(problem),
    }
}

/// What of a draft becomes otherwise.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct EnforcementDocumentChange {
    /// The version that was read.
    version: i64,
    /// Day by which the enterprise has to act.
    due_on: Option<NaiveDate>,
    /// What a recheck found.
    #[serde(default)]
    results: Vec<Seen>,
    /// What fields say from now on; what is not named stays.
    #[serde(default)]
    fields: BTreeMap<String, String>,
}

/// Fills in a draft.
#[utoipa::path(patch, path = "/api/enforcement-documents/{city}/{id}", tag = "inspection", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = EnforcementDocumentChange,
    responses((status = 200, body = EnforcementDocument), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn update_enforcement_document(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(change): Body<EnforcementDocumentChange>,
) -> Outcome<Json<EnforcementDocument>> {
    let scope = actor.may(&powers::UPDATE_DRAFT)?;
    let mut tx = app.db.begin().await?;
    let mut row = act::read(&mut tx, &scope, (&city, id, change.version)).await?;
    if row.state != "draft" {
        let why = "文书签发以后不能修改。有误的，请撤回后重新起草。";
        return Err(Problem::conflict("document.state", why));
    }
    let today = app.clock.today();
    let form = form(&row.form, today, "/form")?;
    let visit = store::visit(&mut tx, &scope, &city, row.visit).await?;
    let about = match row.about {
        Some(about) => Some(store::paper(&mut tx, &scope, &city, about).await?),
        None => None,
    };
    // what follows from the term and the results is told anew, unless it is said
    let (term, results) = (change.due_on.is_some(), !change.results.is_empty());
    let follows =
        |label: &str| (term && label == "整改期限") || (results && compose::OPINIONS.contains(&label));
    let kept = row.fields().into_iter().filter(|(label, value)| !value.is_empty() && !follows(label));
    let mut said: BTreeMap<String, String> = kept.collect();
    said.extend(change.fields);
    if let Some(due_on) = change.due_on {
        if due_on <= today {
            return Err(Problem::wrong_field("/due_on", "date.past", "整改期限应在今天之后。"));
        }
        row.due_on = Some(due_on).filter(|_| form.code == "correction_order");
    }
    let mut items = row.items();
    rechecked(&mut items, change.results, today)?;
    row.items = db::Json(json!(items));
    fill(&mut tx, &scope, (&form, &visit), &mut row, (about.as_ref(), said), today).await?;
    let row = act::save(&mut tx, (&app.clock, &actor), &scope, row, None).await?;
    tx.commit().await?;
    Ok(Json(EnforcementDocument::of(row)))
}

/// A document.
#[utoipa::path(get, path = "/api/enforcement-documents/{city}/{id}", tag = "inspection", params(("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = EnforcementDocument), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn find_enforcement_document(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
) -> Outcome<Json<EnforcementDocument>> {
    let scope = actor.may(&powers::DOCUMENT)?;
    Ok(Json(EnforcementDocument::of(store::paper(&app.db, &scope, &city, id).await?)))
}
