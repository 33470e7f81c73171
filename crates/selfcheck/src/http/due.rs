//! What an enterprise has to check itself now: read from the tasks and from what it handed in, never stored.

use axum::{Json, extract::State};
use chrono::{Days, NaiveDate};
use enterprise::Enterprise;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, Caller, Outcome, PathOf, Problem};

use crate::{powers, store};

/// What an enterprise has to do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DueSelfCheck)]
pub(crate) struct Due {
    city: String,
    task: Uuid,
    pub(crate) name: String,
    /// 2026 年 11 月.
    pub(crate) period: String,
    period_from: NaiveDate,
    pub(crate) period_to: NaiveDate,
    /// `none`, `open` or `done`.
    pub(crate) state: String,
    /// Its self-check, once it was begun.
    check: Option<Uuid>,
    /// Whether the period is over.
    pub(crate) late: bool,
    /// Whether was reminded for it.
    pub(crate) reminded: bool,
}

/// What an enterprise has to do today: for each task the period that runs, and the one before where it was left undone.
pub(crate) async fn due(app: &App, firm: &Enterprise) -> Outcome<Vec<Due>> {
    let today = app.clock.today();
    // the period before may be that of a task that has ended since
    let since = today.checked_sub_days(Days::new(366)).unwrap_or(today);
    let tasks = store::tasks_of(&app.db, firm, since).await?;
    if tasks.is_empty() {
        return Ok(Vec::new());
    }
    let begun = store::since(&app.db, firm, today.checked_sub_days(Days::new(732)).unwrap_or(today)).await?;
    let mut all = Vec::new();
    for task in &tasks {
        let (now, before) = task.periods(today);
        // who was registered after a period was not asked for it
        let before = before.filter(|own| own.ended_at().is_some_and(|end| firm.created_at < end));
        for (own, late) in before.map(|own| (own, true)).into_iter().chain(now.map(|own| (own, false))) {
            let check = begun.iter().find(|row| row.task == task.id && row.period_from == own.from);
            let state = check.map_or("none", |row| row.state.as_str());
            if late && state == "done" {
                continue;
            }
            all.push(Due {
                city: task.city.clone(),
                task: task.id,
                name: task.name.clone(),
                period: own.label(&task.cycle),
                period_from: own.from,
                period_to: own.to,
                state: state.to_string(),
                check: check.map(|row| row.id),
                late,
                reminded: task.reminded_for == Some(own.from),
            });
        }
    }
    Ok(all)
}

/// What an enterprise has to check itself, and how far it is.
#[utoipa::path(get, path = "/api/enterprises/{city}/{id}/self-checks/due", tag = "self-check", params(("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = Vec<Due>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_due_self_checks(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
) -> Outcome<Json<Vec<Due>>> {
    let scope = actor.may(&powers::DUE)?;
    let firm = enterprise::store::find(&app.db, &scope, &city, id).await?;
    Ok(Json(due(&app, &firm).await?))
}
