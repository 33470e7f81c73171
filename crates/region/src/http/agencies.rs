//! Agencies: who supervises where. System administrators keep those of their own division and below.

use axum::{Json, extract::State, http::StatusCode};
use db::{Exec, FromRow, Json as Document, Tx, sql};
use kernel::{RegionCode, Scope};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Body, Caller, List, Outcome, Page, PathOf, Problem, Query};

use crate::{
    divisions::{self, full_name},
    model::Agency,
    powers,
};

/// Kinds and their Chinese names.
const KINDS: &[(&str, &str)] = &[
    ("bureau", "安监局"),
    ("committee", "安委会办公室"),
    ("town_office", "镇街安监办"),
    ("department", "行业主管部门"),
];

/// An agency as lists show it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AgencyView {
    city: String,
    id: Uuid,
    region: String,
    region_name: String,
    name: String,
    kind: String,
    kind_label: String,
    sectors: Vec<String>,
    phone: Option<String>,
    version: i64,
}

fn view(row: Agency) -> AgencyView {
    AgencyView {
        region_name: full_name(&row.town),
        city: row.city,
        id: row.id,
        region: row.town,
        name: row.name,
        kind_label: KINDS.iter().find(|(kind, _)| *kind == row.kind).map_or("", |(_, label)| label).into(),
        kind: row.kind,
        sectors: serde_json::from_value(row.sectors.0).unwrap_or_default(),
        phone: row.phone,
        version: row.version,
    }
}

/// Which agencies.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// Division and all within it.
    region: Option<String>,
    /// Division that it must answer for: its own, or a wider one's.
    answers_for: Option<String>,
    /// Any part of the name.
    q: Option<String>,
}

/// Agencies of the own area, the latest first.
#[utoipa::path(get, path = "/api/agencies", tag = "agencies", params(Which, Page),
    responses((status = 200, body = List<AgencyView>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_agencies(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(which): Query<Which>,
    Query(page): Query<Page>,
) -> Outcome<Json<List<AgencyView>>> {
    let scope = web::narrowed(actor.may(&powers::LIST_AGENCIES)?, which.region.as_deref())?;
    let mut sql = Agency::select().push(" where ").area(&scope, "");
    if let Some(place) = which.answers_for.as_deref().filter(|place| !place.is_empty()) {
        let place = RegionCode::parse(place)?;
        let place = place.as_str();
        let over = [2, 4, 6, 9].into_iter().filter_map(|digits| place.get(..digits));
        sql = sql.push(" and ").within("town", over);
    }
    if let Some(q) = which.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        sql = sql.push(" and name like ").arg(db::like(q)).push(" escape '\\'");
    }
    let page = page.latest(&app.db, sql, |row: &Agency| row.id).await?;
    Ok(Json(page.map(view)))
}

/// An agency to be kept.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewAgency {
    /// Division it answers for.
    region: String,
    name: String,
    /// `bureau`, `committee`, `town_office` or `department`.
    kind: String,
    /// Supervised sectors of a department.
    #[serde(default)]
    sectors: Vec<String>,
    phone: Option<String>,
    /// The version that was read, when it is changed.
    version: Option<i64>,
}

/// What was given, checked.
fn checked(new: &NewAgency, scope: &Scope) -> Outcome<(RegionCode, String, Option<String>)> {
    let region = RegionCode::parse(&new.region)?;
    let there = divisions::find(region.as_str()).is_some();
    if !there || !matches!(region.as_str().len(), 4 | 6 | 9) {
        return Err(Problem::wrong_field("/region", "region.unknown", "请选择市、区县或镇街。"));
    }
    if !scope.covers(region.as_str()) {
        return Err(Problem::wrong_field("/region", "region.outside", "只能为本辖区及下级设置机构。"));
    }
    let name = new.name.trim().to_string();
    if name.is_empty() || name.chars().count() > 60 {
        return Err(Problem::wrong_field("/name", "name.length", "请填写机构名称（60 字以内）。"));
    }
    if !KINDS.iter().any(|(kind, _)| *kind == new.kind) {
        return Err(Problem::wrong_field("/kind", "kind.unknown", "请选择机构类别。"));
    }
    if new.kind == "town_office" && region.as_str().len() != 9 {
        return Err(Problem::wrong_field("/region", "region.tier", "镇街安监办请选择所在的镇或街道。"));
    }
    let known = |code: &String| rules::sector::label(code).is_some();
    if !new.sectors.iter().all(known) || (new.kind == "department" && new.sectors.is_empty()) {
        let message = "请从列表中选择监管领域（行业主管部门至少一个）。";
        return Err(Problem::wrong_field("/sectors", "sector.unknown", message));
    }
    let phone = new.phone.as_deref().map(str::trim).filter(|phone| !phone.is_empty());
    Ok((region, name, phone.map(str::to_string)))
}

fn document(row: &Agency) -> Value {
    json!({"town": row.town, "name": row.name, "kind": row.kind, "sectors": row.sectors.0, "phone": row.phone})
}

fn entry(row: &Agency, action: audit::Action, before: Option<Value>, after: Option<Value>) -> audit::Entry {
    audit::Entry {
        action,
        subject: Agency::TABLE,
        city: row.city.clone(),
        town: row.town.clone(),
        row: Some(row.id),
        title: Some(row.name.clone()),
        before,
        after,
        reason: None,
    }
}

/// Adds an agency.
#[utoipa::path(post, path = "/api/agencies", tag = "agencies", request_body = NewAgency,
    responses((status = 201, body = AgencyView), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create_agency(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(new): Body<NewAgency>,
) -> Outcome<(StatusCode, Json<AgencyView>)> {
    let scope = actor.may(&powers::CREATE_AGENCY)?;
    let (region, name, phone) = checked(&new, &scope)?;
    let now = app.clock.now();
    let row = Agency {
        city: region.city().unwrap_or_default().to_string(),
        id: Uuid::now_v7(),
        town: region.as_str().to_string(),
        name,
        kind: new.kind,
        sectors: Document(json!(new.sectors)),
        phone,
        created_at: now,
        created_by: actor.account,
        updated_at: now,
        updated_by: actor.account,
        version: 1,
    };
    let mut tx = app.db.begin().await?;
    tx.run(row.insert()).await?;
    let after = document(&row);
    audit::record(&mut tx, &app.clock, &actor, entry(&row, audit::Action::Create, None, Some(after))).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(view(row))))
}

async fn find(tx: &mut Tx, scope: &Scope, city: &str, id: Uuid) -> Outcome<Agency> {
    let sql = Agency::select().push(" where city = ").arg(city).push(" and id = ").arg(id).push(" and ");
    Ok(tx.one(sql.area(scope, "")).await?)
}

/// Changes an agency.
#[utoipa::path(put, path = "/api/agencies/{city}/{id}", tag = "agencies", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = NewAgency,
    responses((status = 200, body = AgencyView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn update_agency(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(new): Body<NewAgency>,
) -> Outcome<Json<AgencyView>> {
    let scope = actor.may(&powers::UPDATE_AGENCY)?;
    let mut tx = app.db.begin().await?;
    let current = find(&mut tx, &scope, &city, id).await?;
    if new.version != Some(current.version) {
        let now = serde_json::to_value(view(current)).map_err(Problem::internal)?;
        return Err(Problem::stale(now));
    }
    let (region, name, phone) = checked(&new, &scope)?;
    if region.city() != Some(city.as_str()) {
        return Err(Problem::wrong_field("/region", "region.other_city", "机构不能改到别的城市。"));
    }
    let row = Agency {
        town: region.as_str().to_string(),
        name,
        kind: new.kind,
        sectors: Document(json!(new.sectors)),
        phone,
        updated_at: app.clock.now(),
        updated_by: actor.account,
        version: current.version + 1,
        ..current.clone()
    };
    tx.run(row.update(&["city", "id"])).await?;
    let (before, after) = audit::diff(&document(&current), &document(&row));
    let entry = entry(&row, audit::Action::Update, Some(before), Some(after));
    audit::record(&mut tx, &app.clock, &actor, entry).await?;
    tx.commit().await?;
    Ok(Json(view(row)))
}

#[derive(FromRow)]
struct Used {
    number: i64,
}

/// Removes an agency that nobody belongs to and no enterprise answers to.
#[utoipa::path(delete, path = "/api/agencies/{city}/{id}", tag = "agencies", params(("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn delete_agency(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
) -> Outcome<StatusCode> {
    let scope = actor.may(&powers::DELETE_AGENCY)?;
    let mut tx = app.db.begin().await?;
    let row = find(&mut tx, &scope, &city, id).await?;
    let used: Used = tx
        .one(sql!(
            "select (select count(*) from account where agency = $1) + (select count(*) from enterprise where city = $2 and agency = $1) as number",
            id,
            &city
        ))
        .await?;
    if used.number > 0 {
        let message = format!("还有 {} 个账号或企业属于这个机构，请先把他们改到别的机构。", used.number);
        return Err(Problem::conflict("agency.used", message));
    }
    tx.run(sql!("delete from agency where city = $1 and id = $2", &city, id)).await?;
    let before = document(&row);
    audit::record(&mut tx, &app.clock, &actor, entry(&row, audit::Action::Delete, Some(before), None))
        .await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
