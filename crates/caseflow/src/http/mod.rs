//! Cases of every kind over HTTP: lists, one of them with what the caller may do next, its steps, an enterprise's timeline, handing over
//! and reminding. The steps themselves are operations of the areas; what is shown of a case and of a step is `view`.

mod view;

use axum::{Extension, Json, extract::State};
use chrono::NaiveDate;
use db::Sql;
use kernel::Scope;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;
use web::{App, Body, Caller, Count, List, Outcome, Page, PathOf, Problem, Query};

use crate::{
    act::{self, Acting},
    flow::{Flow, Waits},
    model::{Case, Event},
    powers,
    store::{self, Filter},
};
use view::told;
pub use view::{CaseView, EventView, NextStep, next_steps, shown, view};

type Flows = &'static [&'static Flow];

/// The operations. `flows` are the kinds of every area.
pub fn router(flows: Flows) -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_case_flows))
        .routes(routes!(list_cases))
        .routes(routes!(count_cases))
        .routes(routes!(find_case))
        .routes(routes!(list_case_events))
        .routes(routes!(list_enterprise_case_events))
        .routes(routes!(assign_case))
        .routes(routes!(remind_case))
        .layer(Extension(flows))
}

fn flow_of(flows: Flows, kind: &str) -> Option<&'static Flow> {
    flows.iter().find(|flow| flow.kind == kind).copied()
}

fn known(flows: Flows, case: &Case) -> Outcome<&'static Flow> {
    flow_of(flows, &case.kind).ok_or_else(|| Problem::internal(format!("no flow {}", case.kind)))
}

/// A kind of case.
#[derive(Debug, Serialize, ToSchema)]
struct CaseFlow {
    kind: &'static str,
    label: &'static str,
    page: &'static str,
    states: Vec<CaseState>,
}

/// A state of it.
#[derive(Debug, Serialize, ToSchema)]
struct CaseState {
    code: &'static str,
    label: &'static str,
    waits: Waits,
}

/// The kinds of cases with their states.
#[utoipa::path(get, path = "/api/case-flows", tag = "case", responses((status = 200, body = Vec<CaseFlow>), (status = 403, body = Problem)))]
async fn list_case_flows(
    Extension(flows): Extension<Flows>,
    Caller(actor): Caller,
) -> Outcome<Json<Vec<CaseFlow>>> {
    actor.may(&powers::FLOWS)?;
    let state = |own: &crate::State| CaseState { code: own.code, label: own.label, waits: own.waits };
    let flow = |own: &&'static Flow| CaseFlow {
        kind: own.kind,
        label: own.label,
        page: own.page,
        states: own.states.iter().map(state).collect(),
    };
    Ok(Json(flows.iter().map(flow).collect()))
}

/// Cases of every kind: open ones by their deadline, otherwise the latest first.
#[utoipa::path(get, path = "/api/cases", tag = "case", params(Filter, Page),
    responses((status = 200, body = List<CaseView>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn list_cases(
    State(app): State<App>,
    Extension(flows): Extension<Flows>,
    Caller(actor): Caller,
    Query(filter): Query<Filter>,
    Query(page): Query<Page>,
) -> Outcome<Json<List<CaseView>>> {
    let scope = web::narrowed(actor.may(&powers::LIST)?, filter.region.as_deref())?;
    let today = app.clock.today();
    let rows = store::page(&app.db, &scope, (&filter, Sql::default()), (actor.account, today), &page).await?;
    Ok(Json(rows.map(|case| {
        let flow = flow_of(flows, &case.kind);
        view(case, flow, today)
    })))
}

/// How many cases the filters leave.
#[utoipa::path(get, path = "/api/cases/count", tag = "case", params(Filter),
    responses((status = 200, body = Count), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn count_cases(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(filter): Query<Filter>,
) -> Outcome<Json<Count>> {
    let scope = web::narrowed(actor.may(&powers::COUNT)?, filter.region.as_deref())?;
    let count = store::count(&app.db, &scope, (&filter, Sql::default()), (actor.account, app.clock.today()));
    Ok(Json(count.await?))
}

/// A case with what the caller may do next.
#[derive(Debug, Serialize, ToSchema)]
struct CaseDetail {
    case: CaseView,
    next: Vec<NextStep>,
    may_assign: bool,
    may_remind: bool,
}

/// One case.
#[utoipa::path(get, path = "/api/cases/{city}/{id}", tag = "case", params(("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = CaseDetail), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn find_case(
    State(app): State<App>,
    Extension(flows): Extension<Flows>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
) -> Outcome<Json<CaseDetail>> {
    let scope = actor.may(&powers::FIND)?;
    let case = store::find(&app.db, &scope, &city, id).await?;
    let flow = known(flows, &case)?;
    let open = case.closed_on.is_none();
    Ok(Json(CaseDetail {
        next: next_steps(&actor, flow, &case),
        may_assign: open && actor.may(&powers::ASSIGN).is_ok(),
        may_remind: open && actor.may(&powers::REMIND).is_ok(),
        case: view(case, Some(flow), app.clock.today()),
    }))
}

/// The steps of a case, the first one first.
#[utoipa::path(get, path = "/api/cases/{city}/{id}/events", tag = "case", params(("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = Vec<EventView>), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn list_case_events(
    State(app): State<App>,
    Extension(flows): Extension<Flows>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
) -> Outcome<Json<Vec<EventView>>> {
    let scope = actor.may(&powers::EVENTS)?;
    let case = store::find(&app.db, &scope, &city, id).await?;
    let flow = flow_of(flows, &case.kind);
    let events = store::events(&app.db, &case).await?;
    Ok(Json(events.into_iter().map(|event| told(event, flow)).collect()))
}

/// A step in the timeline of an enterprise, with its case.
#[derive(Debug, Serialize, ToSchema)]
struct TimelineStep {
    #[serde(flatten)]
    event: EventView,
    kind_label: &'static str,
    number: String,
    title: String,
    /// Address of the case's page.
    link: String,
}

/// The steps of all cases of an enterprise, the latest first.
#[utoipa::path(get, path = "/api/enterprises/{city}/{id}/case-events", tag = "case", params(Page, ("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = List<TimelineStep>), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn list_enterprise_case_events(
    State(app): State<App>,
    Extension(flows): Extension<Flows>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Query(page): Query<Page>,
) -> Outcome<Json<List<TimelineStep>>> {
    let scope = actor.may(&powers::TIMELINE)?;
    enterprise::store::find(&app.db, &scope, &city, id).await?;
    let sql = Event::select().push(" where city = ").arg(&city).push(" and enterprise = ").arg(id);
    let events = page.latest(&app.db, sql, |event: &Event| event.id).await?;
    let cases = store::some(&app.db, &scope, &city, events.items.iter().map(|event| event.case_id)).await?;
    let today = app.clock.today();
    Ok(Json(events.map(|event| {
        let case = cases.iter().find(|case| case.id == event.case_id);
        let flow = case.and_then(|case| flow_of(flows, &case.kind));
        let link = case.map(|case| view(case.clone(), flow, today).link).unwrap_or_default();
        TimelineStep {
            kind_label: flow.map_or("", |flow| flow.label),
            number: case.map(|case| case.number.clone()).unwrap_or_default(),
            title: case.map(|case| case.title.clone()).unwrap_or_default(),
            link,
            event: told(event, flow),
        }
    })))
}

/// Handing a case over.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = CaseAssignment)]
struct Assignment {
    /// The version that was read.
    version: i64,
    /// The officer who deals with it from now on.
    officer: Uuid,
    /// Why.
    reason: Option<String>,
}

/// A case in scope at the version that was read.
async fn read(
    tx: &mut db::Tx,
    (scope, flows): (&Scope, Flows),
    (city, id): (&str, Uuid),
    today: NaiveDate,
) -> Outcome<(Case, &'static Flow, NaiveDate)> {
    let case = store::find(&mut *tx, scope, city, id).await?;
    let flow = known(flows, &case)?;
    if case.closed_on.is_some() {
        return Err(Problem::conflict("case.ended", "这件事项已经办结，不需要再交办或者催办。"));
    }
    Ok((case, flow, today))
}

/// Hands a case to another officer of its division or of one above it.
#[utoipa::path(post, path = "/api/cases/{city}/{id}/assign", tag = "case", params(("city" = String, Path), ("id" = Uuid, Path)),
    request_body = Assignment,
    responses((status = 200, body = CaseView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn assign_case(
    State(app): State<App>,
    Extension(flows): Extension<Flows>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(given): Body<Assignment>,
) -> Outcome<Json<CaseView>> {
    let scope = actor.may(&powers::ASSIGN)?;
    let mut tx = app.db.begin().await?;
    let (case, flow, today) = read(&mut tx, (&scope, flows), (&city, id), app.clock.today()).await?;
    if case.version != given.version {
        return Err(Problem::stale(shown(&case, flow, today)));
    }
    let held = account::officer_regions(&mut tx, given.officer, today).await?;
    if !held.iter().any(|region| case.town.starts_with(region.as_str())) {
        return Err(Problem::wrong_field(
            "/officer",
            "case.officer",
            "这个人不是本辖区的监管员，不能交办给他。请从名单中选择。",
        ));
    }
    let names = account::names(&mut tx, &[given.officer]).await?;
    let name = names.into_iter().next().map(|(_, name)| name).unwrap_or_default();
    let law = law::in_force(&mut tx, &case.town).await?;
    let by = Acting { clock: &app.clock, actor: &actor, law: &law };
    let reason = web::filled(given.reason);
    let case = act::assign(&mut tx, by, flow, (&scope, &case), (given.officer, name), reason).await?;
    tx.commit().await?;
    Ok(Json(view(case, Some(flow), today)))
}

/// Reminding.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = CaseReminder)]
struct Reminder {
    /// What whose turn it is should know.
    reason: Option<String>,
}

/// Reminds whose turn it is: it stands in the case, and on top of what waits for them.
#[utoipa::path(post, path = "/api/cases/{city}/{id}/remind", tag = "case", params(("city" = String, Path), ("id" = Uuid, Path)),
    request_body = Reminder,
    responses((status = 200, body = CaseView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn remind_case(
    State(app): State<App>,
    Extension(flows): Extension<Flows>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(given): Body<Reminder>,
) -> Outcome<Json<CaseView>> {
    let scope = actor.may(&powers::REMIND)?;
    let mut tx = app.db.begin().await?;
    let (case, flow, today) = read(&mut tx, (&scope, flows), (&city, id), app.clock.today()).await?;
    let law = law::in_force(&mut tx, &case.town).await?;
    let by = Acting { clock: &app.clock, actor: &actor, law: &law };
    act::remind(&mut tx, by, flow, &case, web::filled(given.reason)).await?;
    tx.commit().await?;
    Ok(Json(view(case, Some(flow), today)))
}
