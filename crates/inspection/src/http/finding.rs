//! What is found at a visit, written down while it is open.

use audit::Action;
use axum::{Json, extract::State, http::StatusCode};
use caseflow::Acting;
use db::{Exec, Tx};
use kernel::{Actor, Clock, Scope};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Body, Caller, Outcome, PathOf, Problem, Query};

use super::view::{VisitFinding, checklist};
use crate::{
    act::{self, filled},
    found,
    model::{Finding, Visit},
    powers, store,
};

/// Something found.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct NewVisitFinding {
    /// Item of the checklist, by code.
    item: Option<String>,
    /// What.
    content: String,
    /// Where.
    place: Option<String>,
    /// Clause; that of the item unless told.
    basis: Option<String>,
    /// Category of the table `danger-category`; that of the item unless told.
    category: Option<String>,
    /// Codes of the table `danger-criterion` that are met.
    #[serde(default)]
    criteria: Vec<String>,
    /// Needs a full or partial stop.
    #[serde(default)]
    needs_stop: bool,
    /// Beyond the enterprise's own power.
    #[serde(default)]
    beyond_own_power: bool,
    /// Put right before the officers left.
    #[serde(default)]
    fixed: bool,
}

/// The finding as it is said, judged by the law.
async fn said(
    tx: &mut Tx,
    (clock, actor): (&Clock, &Actor),
    visit: &Visit,
    (new, before): (NewVisitFinding, Finding),
) -> Outcome<Finding> {
    let known = checklist(visit)?;
    let item = match new.item.as_deref() {
        None => None,
        Some(code) => Some(known.iter().find(|own| own.code == code).ok_or_else(|| {
            Problem::wrong_field("/item", "item.unknown", "检查表里没有这一项，请重新选择。")
        })?),
    };
    let mut own = Finding {
        content: filled("/content", &new.content, "发现的问题", 1_000)?,
        place: web::filled(new.place.as_deref()),
        basis: web::filled(new.basis.as_deref()).or_else(|| item.map(|own| own.basis.clone())),
        category: web::filled(new.category.as_deref()).or_else(|| item.map(|own| own.category.clone())),
        item: new.item,
        criteria: db::Json(json!(new.criteria)),
        needs_stop: new.needs_stop,
        beyond_own_power: new.beyond_own_power,
        fixed: new.fixed,
        ..before
    };
    let law = law::in_force(&mut *tx, &visit.town).await?;
    let class = found::class(Acting { clock, actor, law: &law }, visit, &own)?;
    if class == "major" && own.fixed {
        let why = "重大隐患不能按当场改正处理，请去掉“当场改正”。";
        return Err(Problem::wrong_field("/fixed", "finding.major_fixed", why));
    }
    own.severity = class.into();
    Ok(own)
}

fn told(own: &Finding) -> Value {
    json!({"content": own.content, "place": own.place, "basis": own.basis, "severity": own.severity, "fixed": own.fixed})
}

/// Writes down something found.
#[utoipa::path(post, path = "/api/visits/{city}/{id}/findings", tag = "inspection", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = NewVisitFinding,
    responses((status = 201, body = VisitFinding), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create_visit_finding(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(new): Body<NewVisitFinding>,
) -> Outcome<(StatusCode, Json<VisitFinding>)> {
    let scope = actor.may(&powers::FINDING)?;
    let mut tx = app.db.begin().await?;
    let row = write_down(&mut tx, (&app.clock, &actor), &scope, (city, id), new).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(VisitFinding::of(row, &[]))))
}

/// Writes down something found at an open visit.
pub(crate) async fn write_down(
    tx: &mut Tx,
    (clock, actor): (&Clock, &Actor),
    scope: &Scope,
    (city, id): (String, Uuid),
    new: NewVisitFinding,
) -> Outcome<Finding> {
    let visit = act::hold(tx, (clock, actor), scope, (&city, id, None)).await?;
    let known = store::findings(&mut *tx, &city, id).await?;
    if i64::try_from(known.len()).map_err(Problem::internal)? >= store::MOST {
        let why = format!("一次检查最多记录 {} 个问题，请另开一次检查。", store::MOST);
        return Err(Problem::conflict("visit.full", why));
    }
    let row = Finding {
        city,
        id: Uuid::now_v7(),
        town: visit.town.clone(),
        sector: visit.sector.clone(),
        enterprise: visit.enterprise,
        visit: visit.id,
        serial: known.last().map_or(0, |last| last.serial) + 1,
        item: None,
        content: String::new(),
        place: None,
        basis: None,
        category: None,
        criteria: db::Json(json!([])),
        needs_stop: false,
        beyond_own_power: false,
        fixed: false,
        severity: String::new(),
        danger: None,
        created_at: visit.updated_at,
        created_by: actor.account,
        updated_at: visit.updated_at,
        updated_by: actor.account,
        version: 1,
    };
    let row = said(tx, (clock, actor), &visit, (new, row)).await?;
    tx.run(row.insert()).await?;
    let entry = row.entry(Action::Create, &visit.enterprise_name, told(&row), None);
    audit::record(tx, clock, actor, entry).await?;
    Ok(row)
}

/// Something found, set right.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct VisitFindingChange {
    /// The version of the finding that was read.
    version: i64,
    #[serde(flatten)]
    said: NewVisitFinding,
}

/// A finding of an open visit at the version that was read.
async fn read(tx: &mut Tx, visit: &Visit, finding: Uuid, version: i64) -> Outcome<Finding> {
    let own = store::finding(&mut *tx, visit, finding).await?;
    if own.version != version {
        let photos = store::photos(&mut *tx, &own).await?;
        return Err(Problem::stale(json!(VisitFinding::of(own, &photos))));
    }
    Ok(own)
}

/// Sets right what was written down; its class is judged anew.
#[utoipa::path(patch, path = "/api/visits/{city}/{id}/findings/{finding}", tag = "inspection", params(("city" = String, Path), ("id" = Uuid, Path), ("finding" = Uuid, Path)), request_body = VisitFindingChange,
    responses((status = 200, body = VisitFinding), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn update_visit_finding(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id, finding)): PathOf<(String, Uuid, Uuid)>,
    Body(change): Body<VisitFindingChange>,
) -> Outcome<Json<VisitFinding>> {
    let scope = actor.may(&powers::UPDATE_FINDING)?;
    let mut tx = app.db.begin().await?;
    let visit = act::hold(&mut tx, (&app.clock, &actor), &scope, (&city, id, None)).await?;
    let before = read(&mut tx, &visit, finding, change.version).await?;
    let mut row = said(&mut tx, (&app.clock, &actor), &visit, (change.said, before.clone())).await?;
    row.version += 1;
    row.updated_at = app.clock.now();
    row.updated_by = actor.account;
    tx.run(row.update(&["city", "id"])).await?;
    let (old, new) = audit::diff(&told(&before), &told(&row));
    let mut entry = row.entry(Action::Update, &visit.enterprise_name, new, None);
    entry.before = Some(old);
    audit::record(&mut tx, &app.clock, &actor, entry).await?;
    let photos = store::photos(&mut tx, &row).await?;
    tx.commit().await?;
    Ok(Json(VisitFinding::of(row, &photos)))
}

/// The version that was read.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Read {
    /// The version of the finding that was read.
    version: i64,
}

/// Takes out what was written down by mistake, with its photos, while the visit is open. The trail keeps it.
#[utoipa::path(delete, path = "/api/visits/{city}/{id}/findings/{finding}", tag = "inspection", params(Read, ("city" = String, Path), ("id" = Uuid, Path), ("finding" = Uuid, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn delete_visit_finding(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id, finding)): PathOf<(String, Uuid, Uuid)>,
    Query(own): Query<Read>,
) -> Outcome<StatusCode> {
    let scope = actor.may(&powers::DELETE_FINDING)?;
    let mut tx = app.db.begin().await?;
    let visit = act::hold(&mut tx, (&app.clock, &actor), &scope, (&city, id, None)).await?;
    let row = read(&mut tx, &visit, finding, own.version).await?;
    store::remove(&mut tx, &row).await?;
    let mut entry = row.entry(Action::Delete, &visit.enterprise_name, Value::Null, None);
    (entry.before, entry.after) = (Some(told(&row)), None);
    audit::record(&mut tx, &app.clock, &actor, entry).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
