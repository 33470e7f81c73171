//! Cases of every kind over HTTP: lists, one of them with what the caller may do next, its steps, an enterprise's timeline, handing over
//! and reminding. The steps themselves are operations of the areas.

use axum::{Extension, Json, extract::State};
use chrono::{DateTime, NaiveDate, Utc};
use db::Sql;
use kernel::{Actor, Scope};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;
use web::{App, Body, Caller, Count, List, Outcome, Page, PathOf, Problem, Query};

use crate::{
    act::{self, Acting},
    flow::{Flow, Waits},
    model::{Case, Event, FieldReason},
    powers,
    store::{self, Filter},
};

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

/// A case as people see it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CaseView {
    city: String,
    id: Uuid,
    town: String,
    region_name: String,
    sector: String,
    sector_label: String,
    ownership: Option<String>,
    kind: String,
    kind_label: &'static str,
    number: String,
    title: String,
    enterprise: Option<Uuid>,
    enterprise_name: String,
    agency: Option<Uuid>,
    officer: Option<Uuid>,
    officer_name: String,
    state: String,
    state_label: &'static str,
    /// `general` or `major`.
    severity: String,
    /// Whose turn it is: `enterprise`, `officer` or `nobody`.
    waits: String,
    due_on: Option<NaiveDate>,
    due_basis: Option<String>,
    /// Days beyond the deadline, where it is late.
    overdue: Option<i64>,
    /// The lowest tier that sees it as its own.
    tier: String,
    escalated_on: Option<NaiveDate>,
    opened_on: NaiveDate,
    closed_on: Option<NaiveDate>,
    term_on: Option<NaiveDate>,
    /// Address of its page.
    link: String,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    version: i64,
}

/// A case of that flow as people see it on that day.
pub fn view(case: Case, flow: Option<&Flow>, today: NaiveDate) -> CaseView {
    CaseView {
        region_name: region::divisions::full_name(&case.town),
        sector_label: rules::sector::label(&case.sector).unwrap_or_default().to_string(),
        kind_label: flow.map_or("", |flow| flow.label),
        state_label: flow.map_or("", |flow| flow.state_label(&case.state)),
        overdue: case.overdue(today),
        link: format!("{}/{}/{}", flow.map_or("/cases", |flow| flow.page), case.city, case.id),
        city: case.city,
        id: case.id,
        town: case.town,
        sector: case.sector,
        ownership: case.ownership,
        kind: case.kind,
        number: case.number,
        title: case.title,
        enterprise: case.enterprise,
        enterprise_name: case.enterprise_name,
        agency: case.agency,
        officer: case.officer,
        officer_name: case.officer_name,
        state: case.state,
        severity: case.severity,
        waits: case.waits,
        due_on: case.due_on,
        due_basis: case.due_basis,
        tier: case.tier,
        escalated_on: case.escalated_on,
        opened_on: case.opened_on,
        closed_on: case.closed_on,
        term_on: case.term_on,
        created_at: case.created_at,
        updated_at: case.updated_at,
        version: case.version,
    }
}

/// The same as a document: what a stale edit is answered with.
pub fn shown(case: &Case, flow: &Flow, today: NaiveDate) -> Value {
    serde_json::to_value(view(case.clone(), Some(flow), today)).unwrap_or_default()
}

/// A step that the caller may take now.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = CaseNextStep)]
pub struct NextStep {
    /// Code of the step.
    pub action: &'static str,
    /// What a person calls it.
    pub label: &'static str,
    /// Whether it asks why.
    pub needs_reason: bool,
    /// Whether it asks for a last day.
    pub needs_due: bool,
}

/// The steps that this person may take of this case now.
pub fn next_steps(actor: &Actor, flow: &Flow, case: &Case) -> Vec<NextStep> {
    let may = |scope: &Scope| {
        let bound = scope.enterprises().is_none_or(|own| case.enterprise.is_some_and(|id| own.contains(&id)));
        let area = scope.areas().iter().any(|area| {
            let sector = area.sectors.as_ref().is_none_or(|own| own.contains(&case.sector));
            sector && area.region.contains(&case.town)
        });
        bound && area
    };
    let steps =
        flow.steps_from(&case.state).filter(|step| actor.may(step.power).is_ok_and(|scope| may(&scope)));
    steps
        .map(|step| NextStep {
            action: step.action,
            label: step.label,
            needs_reason: step.needs.reason,
            needs_due: step.needs.due,
        })
        .collect()
}

/// A step that was taken.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = CaseEventView)]
pub struct EventView {
    seq: i64,
    case: Uuid,
    action: String,
    label: String,
    from_label: Option<&'static str>,
    to_label: &'static str,
    at: DateTime<Utc>,
    actor_name: String,
    on_behalf_name: Option<String>,
    reason: Option<String>,
    fields: Vec<FieldReason>,
    /// What of the details became otherwise.
    #[schema(value_type = Option<Object>)]
    changed: Option<Value>,
    due_on: Option<NaiveDate>,
}

fn told(event: Event, flow: Option<&Flow>) -> EventView {
    let fields = event.fields.and_then(|own| serde_json::from_value(own.0).ok()).unwrap_or_default();
    let label = |state: &str| flow.map_or("", |flow| flow.state_label(state));
    EventView {
        seq: event.seq,
        case: event.case_id,
        from_label: event.from_state.as_deref().map(label),
        to_label: label(&event.to_state),
        action: event.action,
        label: event.label,
        at: event.at,
        actor_name: event.actor_name,
        on_behalf_name: event.on_behalf_name,
        reason: event.reason,
        fields,
        changed: event.changed.map(|own| own.0),
        due_on: event.due_on,
    }
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
    let reason = given.reason.filter(|reason| !reason.trim().is_empty());
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
    act::remind(&mut tx, by, flow, &case, given.reason.filter(|reason| !reason.trim().is_empty())).await?;
    tx.commit().await?;
    Ok(Json(view(case, Some(flow), today)))
}
