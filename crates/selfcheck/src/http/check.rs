//! Self-checks: listed, begun, their checklist answered. Handing one in is its own matter.

use std::collections::BTreeMap;

use audit::Action;
use axum::{Json, extract::State, http::StatusCode};
use chrono::{Days, NaiveDate};
use db::{Exec, Tx};
use enterprise::Enterprise;
use kernel::{Actor, Scope};
use law::ChecklistItem;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Body, Caller, List, Outcome, Page, PathOf, Problem, Query};

use crate::{
    indicators::RECENT,
    model::{Check, Task},
    period::{Period, period},
    powers, store,
};

/// A self-check in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SelfCheck {
    city: String,
    id: Uuid,
    town: String,
    region_name: String,
    enterprise: Uuid,
    enterprise_name: String,
    task: Uuid,
    period_from: NaiveDate,
    period_to: NaiveDate,
    /// `open` or `done`.
    state: String,
    /// How many items were not met.
    unmet: i64,
    person: Option<String>,
    note: Option<String>,
    done_on: Option<NaiveDate>,
    /// Whether it was handed in after its period.
    late: bool,
    version: i64,
}

impl SelfCheck {
    pub(super) fn of(row: Check) -> Self {
        SelfCheck {
            region_name: region::divisions::full_name(&row.town),
            late: row.done_on.is_some_and(|on| on > row.period_to),
            city: row.city,
            id: row.id,
            town: row.town,
            enterprise: row.enterprise,
            enterprise_name: row.enterprise_name,
            task: row.task,
            period_from: row.period_from,
            period_to: row.period_to,
            state: row.state,
            unmet: row.unmet,
            person: row.person,
            note: row.note,
            done_on: row.done_on,
            version: row.version,
        }
    }
}

/// Which self-checks.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct CheckFilter {
    /// Division.
    region: Option<String>,
    /// Of this enterprise.
    enterprise: Option<Uuid>,
    /// For this task.
    task: Option<Uuid>,
    /// First day of the period.
    period: Option<NaiveDate>,
    /// `open` or `done`.
    state: Option<String>,
    /// `true`: handed in within the last 30 days.
    recent: Option<bool>,
}

/// Self-checks, the latest first.
#[utoipa::path(get, path = "/api/self-checks", tag = "self-check", params(CheckFilter, Page),
    responses((status = 200, body = List<SelfCheck>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_self_checks(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(filter): Query<CheckFilter>,
    Query(page): Query<Page>,
) -> Outcome<Json<List<SelfCheck>>> {
    let scope = web::narrowed(actor.may(&powers::LIST)?, filter.region.as_deref())?;
    let sql = Check::select().push(" where ").scope(&scope, "", "enterprise");
    let sql = sql.and(" and enterprise = ", filter.enterprise).and(" and task = ", filter.task);
    let sql = sql
        .and(" and period_from = ", filter.period)
        .and(" and state = ", filter.state.filter(|own| !own.is_empty()));
    let today = app.clock.today();
    let from = today.checked_sub_days(Days::new(RECENT)).filter(|_| filter.recent == Some(true));
    let sql = sql.and(" and done_on >= ", from);
    Ok(Json(page.latest(&app.db, sql, |row: &Check| row.id).await?.map(SelfCheck::of)))
}

/// A self-check with its checklist.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WholeSelfCheck {
    check: SelfCheck,
    /// What the task is called.
    name: String,
    /// 2026 年 11 月.
    period: String,
    items: Vec<ChecklistItem>,
    /// Answers by item: `met`, `unmet`, `not_applicable`.
    checklist: BTreeMap<String, String>,
}

/// The checklist of the enterprise's sector on the last day of the period.
fn items(own: &Check) -> Outcome<Vec<ChecklistItem>> {
    law::checklist(&own.sector, own.period_to)
}

async fn whole(app: &App, row: Check) -> Outcome<WholeSelfCheck> {
    let task = store::task(&app.db, &row.city, row.task).await?;
    Ok(WholeSelfCheck {
        name: task.name,
        period: row.period().label(&task.cycle),
        items: items(&row)?,
        checklist: row.answers(),
        check: SelfCheck::of(row),
    })
}

/// One self-check with its checklist.
#[utoipa::path(get, path = "/api/self-checks/{city}/{id}", tag = "self-check", params(("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = WholeSelfCheck), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn find_self_check(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
) -> Outcome<Json<WholeSelfCheck>> {
    let scope = actor.may(&powers::FIND)?;
    let row = store::find(&app.db, &scope, &city, id).await?;
    Ok(Json(whole(&app, row).await?))
}

/// A self-check to be begun.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewSelfCheck {
    /// The task.
    task: Uuid,
    /// Any day of the period: the one that runs, or the one before; today unless told.
    period: Option<NaiveDate>,
}

/// Begins the self-check of an enterprise for a task and a period; where it was begun already, that one is answered.
#[utoipa::path(post, path = "/api/enterprises/{city}/{id}/self-checks", tag = "self-check", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = NewSelfCheck,
    responses((status = 200, body = WholeSelfCheck), (status = 201, body = WholeSelfCheck), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create_self_check(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(new): Body<NewSelfCheck>,
) -> Outcome<(StatusCode, Json<WholeSelfCheck>)> {
    let scope = actor.may(&powers::CREATE)?;
    let mut tx = app.db.begin().await?;
    let firm = enterprise::store::standing(&mut tx, &scope, &city, id).await?;
    let today = app.clock.today();
    let task =
        store::tasks_of(&mut tx, &firm, today.checked_sub_days(Days::new(366)).unwrap_or(today)).await?;
    let Some(task) = task.into_iter().find(|own| own.id == new.task) else {
        return Err(Problem::wrong_field("/task", "task.unknown", "这家企业没有这项自查任务。"));
    };
    let (now, before) = task.periods(today);
    let wanted = period(&task.cycle, new.period.unwrap_or(today));
    let Some(own) = [now, before].into_iter().flatten().find(|own| wanted == Some(*own)) else {
        let why = "只能做本期或者补做上一期的自查。";
        return Err(Problem::wrong_field("/period", "task.period", why));
    };
    let row = opened(&firm, &task, own, (app.clock.now(), actor.account));
    let fresh =
        tx.run(row.insert().push(" on conflict (city, enterprise, task, period_from) do nothing")).await?
            == 1;
    if !fresh {
        let Some(row) = store::of_period(&mut tx, &task, firm.id, own.from).await? else {
            return Err(Problem::not_found());
        };
        drop(tx);
        return Ok((StatusCode::OK, Json(whole(&app, row).await?)));
    }
    let after = json!({"task": task.name, "period_from": own.from});
    audit::record(&mut tx, &app.clock, &actor, row.entry(Action::Create, &firm.name, after, None)).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(whole(&app, row).await?)))
}

fn opened(
    firm: &Enterprise,
    task: &Task,
    own: Period,
    (at, by): (chrono::DateTime<chrono::Utc>, Uuid),
) -> Check {
    Check {
        city: firm.city.clone(),
        id: Uuid::now_v7(),
        town: firm.town.clone(),
        sector: firm.sector.clone(),
        ownership: firm.ownership.clone(),
        enterprise: firm.id,
        enterprise_name: firm.name.clone(),
        task: task.id,
        period_from: own.from,
        period_to: own.to,
        state: "open".into(),
        checklist: db::Json(json!({})),
        unmet: 0,
        person: None,
        note: None,
        done_on: None,
        created_at: at,
        created_by: by,
        updated_at: at,
        updated_by: by,
        version: 1,
    }
}

/// Answers to be kept.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct SelfCheckChange {
    /// The version that was read.
    version: i64,
    /// Answers by item: `met`, `unmet`, `not_applicable`; what is not named stays.
    checklist: BTreeMap<String, String>,
}

/// An open self-check, with the answers laid over those it has.
pub(super) async fn answered(
    tx: &mut Tx,
    scope: &Scope,
    (city, id): (&str, Uuid),
    answers: BTreeMap<String, String>,
) -> Outcome<(Check, Vec<ChecklistItem>)> {
    let mut row = store::find(&mut *tx, scope, city, id).await?;
    if row.state == "done" {
        return Err(Problem::conflict("self_check.done", "这次自查已经提交，不能再修改。"));
    }
    let items = items(&row)?;
    law::answered(&items, &answers)?;
    let mut known = row.answers();
    known.extend(answers);
    row.unmet =
        i64::try_from(known.values().filter(|own| *own == "unmet").count()).map_err(Problem::internal)?;
    row.checklist = db::Json(json!(known));
    Ok((row, items))
}

/// Writes a self-check at the version that was read, with its entry on the trail.
pub(super) async fn save(
    tx: &mut Tx,
    (app, actor): (&App, &Actor),
    (mut row, version): (Check, i64),
    after: serde_json::Value,
) -> Outcome<Check> {
    row.version = version + 1;
    row.updated_at = app.clock.now();
    row.updated_by = actor.account;
    let sql = row.update(&["city", "id"]).push(" and version = ").arg(version);
    if tx.run(sql.push(" and state = 'open'")).await? == 0 {
        let sql = Check::select().push(" where city = ").arg(&row.city).push(" and id = ").arg(row.id);
        let now: Check = tx.one(sql).await?;
        let mut told = json!(SelfCheck::of(now.clone()));
        told["checklist"] = now.checklist.0;
        return Err(Problem::stale(told));
    }
    audit::record(tx, &app.clock, actor, row.entry(Action::Update, &row.enterprise_name, after, None))
        .await?;
    Ok(row)
}

/// Keeps answers of an open self-check.
#[utoipa::path(patch, path = "/api/self-checks/{city}/{id}", tag = "self-check", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = SelfCheckChange,
    responses((status = 200, body = SelfCheck), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn update_self_check(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(change): Body<SelfCheckChange>,
) -> Outcome<Json<SelfCheck>> {
    let scope = actor.may(&powers::UPDATE)?;
    let mut tx = app.db.begin().await?;
    let told = json!({"checklist": change.checklist});
    let (row, _) = answered(&mut tx, &scope, (&city, id), change.checklist).await?;
    let row = save(&mut tx, (&app, &actor), (row, change.version), told).await?;
    tx.commit().await?;
    Ok(Json(SelfCheck::of(row)))
}
