//! Reminding the enterprises that have not reported a month (催报): each of them finds it in its inbox until it has.

use audit::Action;
use axum::{Json, extract::State, http::StatusCode};
use db::{Exec, Sql};
use kernel::{SHANGHAI, Tier};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, Body, Caller, Outcome, Problem};

use super::returns::{missing, month};
use crate::{model::Reminder, powers};

/// Whom to remind of which month.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewDangerReturnReminder {
    /// County or town; those of the caller unless told.
    region: Option<String>,
    /// `2026-11`; the last month that has ended unless told.
    month: Option<String>,
}

/// Reminds every enterprise of a county or town that has not reported a month, once a day.
#[utoipa::path(post, path = "/api/danger-returns/remind", tag = "danger", request_body = NewDangerReturnReminder,
    responses((status = 201, body = Vec<Reminder>), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn remind_danger_returns(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(given): Body<NewDangerReturnReminder>,
) -> Outcome<(StatusCode, Json<Vec<Reminder>>)> {
    let scope = web::narrowed(actor.may(&powers::REMIND)?, given.region.as_deref())?;
    let today = app.clock.today();
    let month = month(given.month.as_deref(), today)?;
    if scope.areas().iter().any(|area| area.region.tier() < Tier::County) {
        return Err(Problem::wrong_field("/region", "region.wide", "请选择一个区县或者镇街，再催报。"));
    }
    let mut tx = app.db.begin().await?;
    let mut made = Vec::new();
    for area in scope.areas() {
        let town = area.region.as_str();
        let own = scope.narrow(&area.region)?;
        let sectors = area.sectors.as_ref().map(|sectors| sectors.join(","));
        let sql = Reminder::select().push(" where city = ").arg(town.get(..4).unwrap_or(town));
        let sql = sql.push(" and month = ").arg(&month).push(" and town = ").arg(town);
        let sql = sql.push(" and reminded_on = ").arg(today).push(" order by id limit 100");
        let before: Vec<Reminder> = tx.all(sql).await?;
        if let Some(own) = before.into_iter().find(|own| own.sectors == sectors) {
            let at = own.created_at.with_timezone(&SHANGHAI).format("%H:%M");
            let text = format!(
                "今天 {at} {}已经催报过 {month} 的月报（{} 家）。明天仍没有报的可以再催。",
                own.created_by_name, own.number
            );
            return Err(Problem::conflict("danger_return.reminded", text));
        }
        let rows = missing(Sql::new("select count(*) as number from enterprise where "), &own, &month);
        let (number,): (i64,) = tx.one(rows).await?;
        if number == 0 {
            continue;
        }
        let row = Reminder {
            city: town.get(..4).unwrap_or(town).into(),
            id: Uuid::now_v7(),
            town: town.into(),
            sectors,
            month: month.clone(),
            reminded_on: today,
            number,
            created_at: app.clock.now(),
            created_by: actor.account,
            created_by_name: actor.name.clone(),
        };
        tx.run(row.insert()).await?;
        let entry = audit::Entry {
            action: Action::Create,
            subject: Reminder::TABLE,
            city: row.city.clone(),
            town: row.town.clone(),
            row: Some(row.id),
            title: Some(format!("催报 {month} 隐患月报")),
            before: None,
            after: Some(serde_json::to_value(&row).map_err(Problem::internal)?),
            reason: None,
        };
        audit::record(&mut tx, &app.clock, &actor, entry).await?;
        made.push(row);
    }
    if made.is_empty() {
        return Err(Problem::conflict("danger_return.complete", format!("{month} 的月报都报了，不用催报。")));
    }
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(made)))
}
