//! What enterprises report month by month: how many dangers they found and put right, or that there were none.

use audit::Action;
use axum::{Json, extract::State};
use chrono::{Datelike, NaiveDate};
use db::Exec;
use enterprise::Enterprise;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Body, Caller, List, Outcome, Page, PathOf, Problem, Query};

use crate::{model::Return, powers};

/// Which returns.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct Month {
    /// Division and all within it.
    region: Option<String>,
    /// `2026-11`; the last month that has ended unless told.
    month: Option<String>,
    /// Enterprise.
    enterprise: Option<Uuid>,
}

/// The month before that day's.
fn before(today: NaiveDate) -> String {
    let (year, month) =
        if today.month() == 1 { (today.year() - 1, 12) } else { (today.year(), today.month() - 1) };
    format!("{year:04}-{month:02}")
}

/// A month of the past or the running one.
fn month(text: Option<&str>, today: NaiveDate) -> Outcome<String> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(before(today)) };
    let first = format!("{text}-01").parse::<NaiveDate>().ok().filter(|_| text.len() == 7);
    match first {
        Some(first) if first <= today => Ok(text.to_string()),
        _ => Err(Problem::wrong_field("/month", "month.wrong", "月份应写成 2026-11 的样子，不晚于本月。")),
    }
}

/// A return in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DangerReturnRow {
    #[serde(flatten)]
    row: Return,
    enterprise_name: String,
    region_name: String,
}

/// What enterprises reported for a month, the latest first; of one enterprise, for every month.
#[utoipa::path(get, path = "/api/danger-returns", tag = "danger", params(Month, Page),
    responses((status = 200, body = List<DangerReturnRow>), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn list_danger_returns(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(which): Query<Month>,
    Query(page): Query<Page>,
) -> Outcome<Json<List<DangerReturnRow>>> {
    let scope = web::narrowed(actor.may(&powers::RETURNS)?, which.region.as_deref())?;
    let sql = Return::select().push(" where ").scope(&scope, "", "enterprise");
    let sql = match which.enterprise {
        Some(enterprise) => sql.push(" and enterprise = ").arg(enterprise),
        None if actor.kind == kernel::ActorKind::Enterprise => sql,
        None => sql.push(" and month = ").arg(month(which.month.as_deref(), app.clock.today())?),
    };
    let rows = page.latest(&app.db, sql, |row: &Return| row.id).await?;
    let keys: Vec<(String, Uuid)> = rows.items.iter().map(|row| (row.city.clone(), row.enterprise)).collect();
    let firms = enterprise::store::some(&app.db, &scope, &keys).await?;
    Ok(Json(rows.map(|row| DangerReturnRow {
        enterprise_name:
            firms.iter().find(|own| own.id == row.enterprise).map(|own| own.name.clone()).unwrap_or_default(),
        region_name: region::divisions::full_name(&row.town),
        row,
    })))
}

/// An enterprise that has not reported.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DangerReturnMissing {
    city: String,
    id: Uuid,
    name: String,
    town: String,
    region_name: String,
    principal: Option<String>,
    month: String,
}

/// The enterprises at work that have not reported for a month, in the order of their divisions.
#[utoipa::path(get, path = "/api/danger-returns/missing", tag = "danger", params(Month, Page),
    responses((status = 200, body = List<DangerReturnMissing>), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn list_missing_danger_returns(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(which): Query<Month>,
    Query(page): Query<Page>,
) -> Outcome<Json<List<DangerReturnMissing>>> {
    let scope = web::narrowed(actor.may(&powers::MISSING)?, which.region.as_deref())?;
    let month = month(which.month.as_deref(), app.clock.today())?;
    let sql =
        enterprise::store::listed().push(" where ").scope(&scope, "", "id").push(enterprise::store::AT_WORK);
    let sql = sql.push(" and not exists (select 1 from danger_return r where r.city = enterprise.city and r.enterprise = enterprise.id and r.month = ").arg(&month).push(")");
    let rows = page.by_town(&app.db, sql, |row: &Enterprise| (row.town.as_str(), row.id)).await?;
    Ok(Json(rows.map(|row| DangerReturnMissing {
        region_name: region::divisions::full_name(&row.town),
        city: row.city,
        id: row.id,
        name: row.name,
        town: row.town,
        principal: row.principal,
        month: month.clone(),
    })))
}

/// What was found in a month; all zero says that nothing was.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewDangerReturn {
    /// `2026-11`.
    month: String,
    general_found: i64,
    general_mended: i64,
    major_found: i64,
    major_mended: i64,
    /// 分.
    #[serde(default)]
    funds_spent: i64,
    note: Option<String>,
    /// The version that was read, where one was reported already.
    version: Option<i64>,
}

/// Reports a month, or sets right what was reported.
#[utoipa::path(put, path = "/api/enterprises/{city}/{id}/danger-return", tag = "danger", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = NewDangerReturn,
    responses((status = 200, body = Return), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn put_danger_return(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(new): Body<NewDangerReturn>,
) -> Outcome<Json<Return>> {
    let scope = actor.may(&powers::RETURN)?;
    let month = month(Some(&new.month), app.clock.today())?;
    let numbers = [
        ("/general_found", new.general_found),
        ("/general_mended", new.general_mended),
        ("/major_found", new.major_found),
        ("/major_mended", new.major_mended),
        ("/funds_spent", new.funds_spent),
    ];
    if let Some((pointer, _)) = numbers.iter().find(|(_, number)| *number < 0) {
        return Err(Problem::wrong_field(pointer, "number.negative", "数量不能小于 0。"));
    }
    let mut tx = app.db.begin().await?;
    let firm = enterprise::store::standing(&mut tx, &scope, &city, id).await?;
    let sql = Return::select().push(" where city = ").arg(&city).push(" and enterprise = ").arg(id);
    let before: Option<Return> = tx.optional(sql.push(" and month = ").arg(&month)).await?;
    if let Some(own) = &before
        && new.version != Some(own.version)
    {
        return Err(Problem::stale(serde_json::to_value(own).map_err(Problem::internal)?));
    }
    let now = app.clock.now();
    let row = Return {
        city,
        id: before.as_ref().map_or_else(Uuid::now_v7, |own| own.id),
        town: firm.town,
        sector: firm.sector,
        enterprise: id,
        month,
        general_found: new.general_found,
        general_mended: new.general_mended,
        major_found: new.major_found,
        major_mended: new.major_mended,
        funds_spent: new.funds_spent,
        note: web::filled(new.note),
        created_at: before.as_ref().map_or(now, |own| own.created_at),
        created_by: before.as_ref().map_or(actor.account, |own| own.created_by),
        updated_at: now,
        updated_by: actor.account,
        version: before.as_ref().map_or(1, |own| own.version + 1),
    };
    let document = |row: &Return| serde_json::to_value(row).unwrap_or_default();
    let (action, old, after) = match &before {
        None => {
            tx.run(row.insert()).await?;
            (Action::Create, None, document(&row))
        }
        Some(own) => {
            let sql = row.update(&["city", "id"]).push(" and version = ").arg(own.version);
            if tx.run(sql).await? != 1 {
                return Err(Problem::stale(document(own)));
            }
            let (old, new) = audit::diff(&document(own), &document(&row));
            (Action::Update, Some(old), new)
        }
    };
    let entry = audit::Entry {
        action,
        subject: Return::TABLE,
        city: row.city.clone(),
        town: row.town.clone(),
        row: Some(row.id),
        title: Some(format!("{} {}", firm.name, row.month)),
        before: old,
        after: Some(after),
        reason: None,
    };
    audit::record(&mut tx, &app.clock, &actor, entry).await?;
    tx.commit().await?;
    Ok(Json(row))
}
