//! What enterprises report month by month: how many dangers they found and put right, or that there were none.

use std::collections::BTreeSet;

use audit::Action;
use axum::{Json, extract::State};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use db::{Exec, Sql};
use enterprise::Enterprise;
use kernel::Scope;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Body, Caller, List, Outcome, Page, PathOf, Problem, Query};

use crate::{
    model::{Reminder, Return},
    powers,
    quarter::{NOT_MERGED, months},
};

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
    /// Instead of one month, the months behind a number of the statistics: the first one.
    from: Option<String>,
    /// The last one.
    to: Option<String>,
    /// Supervised sector.
    sector: Option<String>,
    /// Only those that lie in that division itself and in none within it.
    at: Option<String>,
}

impl Month {
    /// The months of some rows of the statistics, where they are asked for.
    fn counted(&self, sql: Sql) -> Option<Sql> {
        let said = |value: &Option<String>| value.clone().filter(|own| !own.is_empty());
        let (from, to) = (said(&self.from)?, said(&self.to)?);
        let sql = sql.push(NOT_MERGED).push(" and month >= ").arg(from).push(" and month <= ").arg(to);
        Some(sql.and(" and sector = ", said(&self.sector)).and(" and town = ", said(&self.at)))
    }
}

/// The month before that day's.
fn before(today: NaiveDate) -> String {
    let (year, month) =
        if today.month() == 1 { (today.year() - 1, 12) } else { (today.year(), today.month() - 1) };
    format!("{year:04}-{month:02}")
}

/// A month of the past or the running one.
pub(super) fn month(text: Option<&str>, today: NaiveDate) -> Outcome<String> {
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
        _ if which.from.is_some() => which.counted(sql).ok_or_else(|| {
            Problem::wrong_field("/to", "month.wrong", "请同时填写起止月份，写成 2026-11 的样子。")
        })?,
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
    /// When it was reminded last.
    reminded_at: Option<DateTime<Utc>>,
    /// By whom.
    reminded_by_name: Option<String>,
}

impl DangerReturnMissing {
    fn of(row: Enterprise, reminders: &[Reminder]) -> DangerReturnMissing {
        let last = reminders.iter().find(|own| own.covers(&row.town, &row.sector));
        DangerReturnMissing {
            region_name: region::divisions::full_name(&row.town),
            city: row.city,
            id: row.id,
            name: row.name,
            town: row.town,
            principal: row.principal,
            reminded_at: last.map(|own| own.created_at),
            reminded_by_name: last.map(|own| own.created_by_name.clone()),
        }
    }
}

/// Reminders of a month that are looked at, the latest first.
const MOST_REMINDERS: i64 = 500;

/// The enterprises at work in scope that have not reported a month: the conditions, to list or to count them. `sql` selects from
/// `enterprise`.
pub(super) fn missing(sql: Sql, scope: &Scope, month: &str) -> Sql {
    let sql = sql.scope(scope, "", "id").push(enterprise::store::AT_WORK);
    let sql = sql.push(
        " and not exists (select 1 from danger_return r where r.city = enterprise.city and r.enterprise = enterprise.id and r.month = ",
    );
    sql.arg(month).push(")")
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
    let sql = missing(enterprise::store::listed().push(" where "), &scope, &month);
    let rows = page.by_town(&app.db, sql, |row: &Enterprise| (row.town.as_str(), row.id)).await?;
    let cities: BTreeSet<&str> = rows.items.iter().map(|row| row.city.as_str()).collect();
    let sql = Reminder::select().push(" where ").within("city", cities).push(" and month = ").arg(&month);
    let reminders: Vec<Reminder> =
        app.db.all(sql.push(" order by id desc limit ").arg(MOST_REMINDERS)).await?;
    Ok(Json(rows.map(|row| DangerReturnMissing::of(row, &reminders))))
}

/// Of which days.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Days {
    /// Division and all within it.
    region: Option<String>,
    /// First day.
    from: NaiveDate,
    /// Last day.
    to: NaiveDate,
    /// Supervised sector.
    sector: Option<String>,
    /// Only those that lie in that division itself and in none within it.
    at: Option<String>,
}

/// The enterprises that looked for dangers in some days, as the statistics count them: that entered one or reported a month.
#[utoipa::path(get, path = "/api/danger-quarter/enterprises", tag = "danger", params(Days, Page),
    responses((status = 200, body = List<DangerReturnMissing>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_danger_quarter_enterprises(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(which): Query<Days>,
    Query(page): Query<Page>,
) -> Outcome<Json<List<DangerReturnMissing>>> {
    let scope = web::narrowed(actor.may(&powers::QUARTER_ENTERPRISES)?, which.region.as_deref())?;
    let said = |value: &Option<String>| value.clone().filter(|own| !own.is_empty());
    let of = |sql: Sql| sql.and(" and sector = ", said(&which.sector)).and(" and town = ", said(&which.at));
    let (first, last) = months((which.from, which.to));
    let returns =
        Sql::new("select 1 from danger_return where city = enterprise.city and enterprise = enterprise.id");
    let returns = returns.push(NOT_MERGED).push(" and month >= ").arg(first).push(" and month <= ").arg(last);
    let cases =
        Sql::new("select 1 from case_header where city = enterprise.city and enterprise = enterprise.id");
    let cases =
        cases.push(" and kind = 'danger' and opened_on >= ").arg(which.from).push(" and opened_on <= ");
    let cases = cases.arg(which.to).push(" and state <> 'withdrawn'");
    let sql = enterprise::store::listed().push(" where ").scope(&scope, "", "id");
    let sql =
        sql.push(" and (exists (").append(of(returns)).push(") or exists (").append(of(cases)).push("))");
    let rows = page.by_town(&app.db, sql, |row: &Enterprise| (row.town.as_str(), row.id)).await?;
    Ok(Json(rows.map(|row| DangerReturnMissing::of(row, &[]))))
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
