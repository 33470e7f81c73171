//! Handing in the statutory table of a quarter or year (DESIGN idea 5): from then on its figures are what they were on that day, whatever is
//! entered, put right or taken back later, until it is opened again with a reason.

use audit::Action;
use axum::{Json, extract::State};
use db::{Exec, Json as Stored, Result};
use kernel::Scope;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, Body, Caller, Outcome, Problem};

use super::quarter::{DangerQuarter, Which, live};
use crate::{model::Closed, powers};

/// Which table is handed in.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct DangerQuarterClosing {
    /// Division; that of the caller unless told.
    region: Option<String>,
    /// Year.
    year: i32,
    /// Quarter 1 to 4, 0 for the whole year.
    quarter: u32,
}

/// The whole of one division of a city: what a table is handed in for. Of a wider one than the caller's own nobody hands in a part.
fn whole<'a>(scope: &'a Scope, asked: Option<&str>) -> Option<&'a str> {
    match scope.areas() {
        [area]
            if asked.is_none_or(|own| own.is_empty() || own == area.region.as_str())
                && area.sectors.is_none()
                && scope.enterprises().is_none() =>
        {
            Some(area.region.as_str()).filter(|own| own.len() >= 4)
        }
        _ => None,
    }
}

async fn closed(db: impl Exec, town: &str, (year, quarter): (i32, u32)) -> Result<Option<Closed>> {
    let sql = Closed::select().push(" where city = ").arg(town.get(..4).unwrap_or(town));
    let sql = sql.push(" and town = ").arg(town).push(" and year = ").arg(i64::from(year));
    db.optional(sql.push(" and quarter = ").arg(i64::from(quarter))).await
}

/// The table as it was handed in, otherwise as it is.
pub(super) async fn table(app: &App, scope: &Scope, which: &Which) -> Outcome<DangerQuarter> {
    let mut now = live(app, scope, which).await?;
    let Some(town) = whole(scope, which.region.as_deref()) else { return Ok(now) };
    let Some(own) = closed(&app.db, town, (now.year, now.quarter)).await? else { return Ok(now) };
    let kept = own.tables.0.get(now.by).cloned().unwrap_or_default();
    now.lines = serde_json::from_value(kept["lines"].clone()).map_err(Problem::internal)?;
    now.total = serde_json::from_value(kept["total"].clone()).map_err(Problem::internal)?;
    (now.closed_at, now.closed_by_name) = (Some(own.created_at), Some(own.created_by_name));
    Ok(now)
}

fn asked(given: &DangerQuarterClosing, by: &str) -> Which {
    Which {
        region: given.region.clone(),
        by: Some(by.into()),
        year: Some(given.year),
        quarter: Some(given.quarter),
    }
}

/// Hands in the table of a division for a quarter or year that has ended: its figures are frozen.
#[utoipa::path(post, path = "/api/danger-quarter/close", tag = "danger", request_body = DangerQuarterClosing,
    responses((status = 200, body = DangerQuarter), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn close_danger_quarter(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(given): Body<DangerQuarterClosing>,
) -> Outcome<Json<DangerQuarter>> {
    let scope = web::narrowed(actor.may(&powers::CLOSE)?, given.region.as_deref())?;
    let town = whole(&scope, given.region.as_deref()).ok_or_else(not_whole)?;
    let mut by_sector = live(&app, &scope, &asked(&given, "sector")).await?;
    let by_region = live(&app, &scope, &asked(&given, "region")).await?;
    if by_sector.running {
        let text = format!("{} 还没有结束，结束以后才能报送。", by_sector.time());
        return Err(Problem::conflict("danger_quarter.running", text));
    }
    let mut tx = app.db.begin().await?;
    if let Some(own) = closed(&mut tx, town, (given.year, given.quarter)).await? {
        let text = format!("{}已经由{}报送。要改请先退回。", by_sector.time(), own.created_by_name);
        return Err(Problem::conflict("danger_quarter.closed", text));
    }
    let row = Closed {
        city: town.get(..4).unwrap_or(town).into(),
        id: Uuid::now_v7(),
        town: town.into(),
        year: given.year.into(),
        quarter: given.quarter.into(),
        tables: Stored(json!({
            "sector": {"lines": by_sector.lines, "total": by_sector.total},
            "region": {"lines": by_region.lines, "total": by_region.total},
        })),
        created_at: app.clock.now(),
        created_by: actor.account,
        created_by_name: actor.name.clone(),
    };
    tx.run(row.insert()).await?;
    let after = json!({"total": by_sector.total});
    let entry = row.entry(Action::Create, &by_sector.title, (None, Some(after)), None);
    audit::record(&mut tx, &app.clock, &actor, entry).await?;
    tx.commit().await?;
    (by_sector.closed_at, by_sector.closed_by_name) = (Some(row.created_at), Some(row.created_by_name));
    Ok(Json(by_sector))
}

fn not_whole() -> Problem {
    let text = "请选择一个市、区县或者镇街；只管部分行业领域的，由管全部领域的人员报送。";
    Problem::wrong_field("/region", "region.whole", text)
}

/// Why a table is opened again.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct DangerQuarterReopening {
    #[serde(flatten)]
    which: DangerQuarterClosing,
    /// Why.
    reason: String,
}

/// Opens a table again that was handed in: its figures are computed anew.
#[utoipa::path(post, path = "/api/danger-quarter/reopen", tag = "danger", request_body = DangerQuarterReopening,
    responses((status = 200, body = DangerQuarter), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn reopen_danger_quarter(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(given): Body<DangerQuarterReopening>,
) -> Outcome<Json<DangerQuarter>> {
    let which = given.which;
    let scope = web::narrowed(actor.may(&powers::REOPEN_QUARTER)?, which.region.as_deref())?;
    let town = whole(&scope, which.region.as_deref()).ok_or_else(not_whole)?;
    let reason = web::required(&given.reason, "/reason", "退回原因", 200)?;
    let mut tx = app.db.begin().await?;
    let Some(row) = closed(&mut tx, town, (which.year, which.quarter)).await? else {
        return Err(Problem::conflict("danger_quarter.open", "这一期还没有报送，不用退回。"));
    };
    let sql = db::Sql::new("delete from danger_quarter_closed where city = ").arg(&row.city);
    tx.run(sql.push(" and id = ").arg(row.id)).await?;
    let now = live(&app, &scope, &asked(&which, "sector")).await?;
    let before = json!({"total": row.tables.0["sector"]["total"]});
    let entry = row.entry(Action::Delete, &now.title, (Some(before), None), Some(reason));
    audit::record(&mut tx, &app.clock, &actor, entry).await?;
    tx.commit().await?;
    Ok(Json(now))
}
