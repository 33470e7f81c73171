//! Alarms: in lists, one of them, and what people do with it.

use axum::{Json, extract::State};
use caseflow::{Acting, Case, CaseView, NextStep, Taken, store::Filter};
use chrono::{DateTime, Utc};
use db::Sql;
use kernel::{Actor, Power};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Body, Caller, Count, List, Outcome, Page, PathOf, Problem, Query};

use crate::{
    act,
    flow::{FLOW, RISE},
    kept,
    model::{Alarm, KINDS, label},
    number::Milli,
    powers, store,
};

/// The details of an alarm as people see them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AlarmDetail)]
struct Detail {
    point: Uuid,
    /// Number of the point (位号).
    code: String,
    name: String,
    kind: String,
    kind_label: &'static str,
    unit: String,
    /// `low`, `high`.
    side: String,
    /// 1, 2: the highest it reached.
    level: i64,
    #[schema(value_type = f64)]
    limit: Milli,
    started_at: DateTime<Utc>,
    raised_at: DateTime<Utc>,
    /// The value that lay furthest out.
    #[schema(value_type = f64)]
    peak: Milli,
    /// When the value came back; none while it has not.
    ended_at: Option<DateTime<Utc>>,
    /// How often the limit was passed.
    times: i64,
    acknowledged_at: Option<DateTime<Utc>>,
    acknowledged_by: Option<String>,
    cause: Option<String>,
    measures: Option<String>,
    /// Minutes from the alarm until notice was taken, or until now.
    waited_minutes: i64,
}

fn detail(alarm: Alarm, now: DateTime<Utc>) -> Detail {
    Detail {
        point: alarm.point,
        code: alarm.code,
        name: alarm.name,
        kind_label: label(KINDS, &alarm.kind),
        kind: alarm.kind,
        unit: alarm.unit,
        side: alarm.side,
        level: alarm.level,
        limit: Milli(alarm.limit_value),
        started_at: alarm.started_at,
        raised_at: alarm.raised_at,
        peak: Milli(alarm.peak),
        ended_at: alarm.ended_at,
        times: alarm.times,
        waited_minutes: (alarm.acknowledged_at.unwrap_or(now) - alarm.created_at).num_minutes(),
        acknowledged_at: alarm.acknowledged_at,
        acknowledged_by: alarm.acknowledged_by,
        cause: alarm.cause,
        measures: alarm.measures,
    }
}

/// An alarm in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AlarmRow {
    case: CaseView,
    detail: Detail,
}

/// An alarm with what the caller may do next.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AlarmView {
    case: CaseView,
    detail: Detail,
    next: Vec<NextStep>,
}

fn view(app: &App, actor: &Actor, case: Case, alarm: Alarm) -> AlarmView {
    // what readings do nobody is asked for; what lasts cannot be dealt with yet
    let fits = |step: &NextStep| step.action != RISE && (step.action != "handle" || alarm.ended_at.is_some());
    AlarmView {
        next: caseflow::next_steps(actor, &FLOW, &case).into_iter().filter(fits).collect(),
        case: caseflow::view(case, Some(&FLOW), app.clock.today()),
        detail: detail(alarm, app.clock.now()),
    }
}

/// What beside the case a list can be narrowed by.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct Narrow {
    /// Only those of this point.
    point: Option<Uuid>,
    /// `yes` while the value is out of its limits, `no` once it came back.
    lasts: Option<String>,
}

impl Narrow {
    fn sql(&self) -> Outcome<Sql> {
        let lasts = match self.lasts.as_deref() {
            None | Some("") => None,
            Some("yes") => Some(" and a.ended_at is null"),
            Some("no") => Some(" and a.ended_at is not null"),
            Some(_) => return Err(Problem::bad_request("lasts.unknown", "lasts 应为 yes 或者 no。")),
        };
        if lasts.is_none() && self.point.is_none() {
            return Ok(Sql::default());
        }
        let sql = Sql::new(
            " and exists (select 1 from monitor_alarm a where a.city = case_header.city and a.id = case_header.id",
        );
        Ok(sql.push(lasts.unwrap_or_default()).and(" and a.point = ", self.point).push(")"))
    }
}

/// Alarms: open ones by their deadline, otherwise the latest first.
#[utoipa::path(get, path = "/api/monitoring/alarms", tag = "monitoring", params(Filter, Narrow, Page),
    responses((status = 200, body = List<AlarmRow>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_alarms(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(filter): Query<Filter>,
    Query(narrow): Query<Narrow>,
    Query(page): Query<Page>,
) -> Outcome<Json<List<AlarmRow>>> {
    let scope = web::narrowed(actor.may(&powers::ALARMS)?, filter.region.as_deref())?;
    let filter = Filter { kind: Some(FLOW.kind.into()), ..filter };
    let (today, now) = (app.clock.today(), app.clock.now());
    let rows =
        caseflow::store::page(&app.db, &scope, (&filter, narrow.sql()?), (actor.account, today), &page)
            .await?;
    let keys: Vec<(String, Uuid)> = rows.items.iter().map(|case| (case.city.clone(), case.id)).collect();
    let mut own = store::alarms(&app.db, &keys).await?;
    let items = rows.items.into_iter().filter_map(|case| {
        let alarm = own.remove(&case.id)?;
        Some(AlarmRow { case: caseflow::view(case, Some(&FLOW), today), detail: detail(alarm, now) })
    });
    Ok(Json(List { items: items.collect(), next: rows.next }))
}

/// How many alarms the filters leave.
#[utoipa::path(get, path = "/api/monitoring/alarms/count", tag = "monitoring", params(Filter, Narrow),
    responses((status = 200, body = Count), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn count_alarms(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(filter): Query<Filter>,
    Query(narrow): Query<Narrow>,
) -> Outcome<Json<Count>> {
    let scope = web::narrowed(actor.may(&powers::COUNT_ALARMS)?, filter.region.as_deref())?;
    let filter = Filter { kind: Some(FLOW.kind.into()), ..filter };
    let whose = (actor.account, app.clock.today());
    Ok(Json(caseflow::store::count(&app.db, &scope, (&filter, narrow.sql()?), whose).await?))
}

/// One alarm with what the caller may do next.
#[utoipa::path(get, path = "/api/monitoring/alarms/{city}/{id}", tag = "monitoring", params(("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = AlarmView), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn find_alarm(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
) -> Outcome<Json<AlarmView>> {
    let scope = actor.may(&powers::ALARM)?;
    let alarm = store::alarm(&app.db, &scope, &city, id).await?;
    let case = caseflow::store::find(&app.db, &scope, &city, id).await?;
    Ok(Json(view(&app, &actor, case, alarm)))
}

/// Reads the alarm, lets `change` say what becomes of it, and takes that step.
async fn stepped(
    app: &App,
    actor: &Actor,
    power: &'static Power,
    (city, id, version): (&str, Uuid, i64),
    action: &str,
    change: impl FnOnce(Acting<'_>, Alarm) -> Outcome<(Alarm, Taken)>,
) -> Outcome<Json<AlarmView>> {
    let scope = actor.may(power)?;
    let mut tx = app.db.begin().await?;
    let read = store::alarm(&mut tx, &scope, city, id).await?;
    // readings write it too: they wait
    kept::hold(&mut tx, city, read.enterprise, None).await?;
    let alarm = store::alarm(&mut tx, &scope, city, id).await?;
    let case = caseflow::store::find(&mut tx, &scope, city, id).await?;
    if case.version != version {
        return Err(Problem::stale(caseflow::shown(&case, &FLOW, app.clock.today())));
    }
    let law = law::in_force(&mut tx, &alarm.town).await?;
    let by = Acting { clock: &app.clock, actor, law: &law };
    let done = change(by, alarm.clone())?;
    let (case, alarm) = act::step(&mut tx, by, (&case, &alarm), action, done).await?;
    tx.commit().await?;
    Ok(Json(view(app, actor, case, alarm)))
}

/// Notice taken.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct AlarmAcknowledged {
    /// The version that was read.
    version: i64,
    /// What was seen at first.
    note: Option<String>,
}

/// Takes notice of an alarm.
#[utoipa::path(post, path = "/api/monitoring/alarms/{city}/{id}/acknowledge", tag = "monitoring", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = AlarmAcknowledged,
    responses((status = 200, body = AlarmView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn acknowledge_alarm(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(given): Body<AlarmAcknowledged>,
) -> Outcome<Json<AlarmView>> {
    let key = (city.as_str(), id, given.version);
    stepped(&app, &actor, &powers::ACKNOWLEDGE, key, "acknowledge", |by, alarm| {
        Ok((act::acknowledged(by, alarm), Taken { reason: given.note, ..Taken::default() }))
    })
    .await
}

/// Dealt with.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct AlarmHandled {
    /// The version that was read.
    version: i64,
    /// Why it happened.
    cause: String,
    /// What was done.
    measures: String,
}

/// Ends an alarm whose value came back, with cause and measures.
#[utoipa::path(post, path = "/api/monitoring/alarms/{city}/{id}/handle", tag = "monitoring", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = AlarmHandled,
    responses((status = 200, body = AlarmView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn handle_alarm(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(given): Body<AlarmHandled>,
) -> Outcome<Json<AlarmView>> {
    let key = (city.as_str(), id, given.version);
    stepped(&app, &actor, &powers::HANDLE, key, "handle", |_, alarm| {
        let after = act::handled(alarm, &given.cause, &given.measures)?;
        Ok((after, Taken { reason: Some(given.measures), ..Taken::default() }))
    })
    .await
}

/// No true one.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct AlarmDismissed {
    /// The version that was read.
    version: i64,
    /// Why it is none.
    reason: String,
}

/// Takes back an alarm that was none.
#[utoipa::path(post, path = "/api/monitoring/alarms/{city}/{id}/dismiss", tag = "monitoring", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = AlarmDismissed,
    responses((status = 200, body = AlarmView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn dismiss_alarm(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(given): Body<AlarmDismissed>,
) -> Outcome<Json<AlarmView>> {
    let key = (city.as_str(), id, given.version);
    stepped(&app, &actor, &powers::DISMISS, key, "dismiss", |by, alarm| {
        // who takes it back took notice
        let alarm = if alarm.acknowledged_at.is_none() { act::acknowledged(by, alarm) } else { alarm };
        Ok((alarm, Taken { reason: Some(given.reason), ..Taken::default() }))
    })
    .await
}
