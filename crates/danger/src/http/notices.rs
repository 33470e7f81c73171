//! Notices about dangers to other departments (抄告): sent, signed for, answered, and what was done.

use std::collections::BTreeMap;

use axum::{Json, extract::State, http::StatusCode};
use caseflow::{Acting, Case, CaseView, NextStep, Taken, store::Filter, take};
use chrono::NaiveDate;
use db::Sql;
use kernel::Actor;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Body, Caller, Count, List, Outcome, Page, PathOf, Problem, Query, required};

use super::read;
use crate::{flow::NOTICE, model::Notice, notice, powers};

/// What beside the case a list can be narrowed by.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct NarrowNotices {
    /// To whom.
    department: Option<String>,
    /// About which danger.
    danger: Option<Uuid>,
}

impl NarrowNotices {
    fn sql(&self) -> Sql {
        let department = self.department.clone().filter(|own| !own.is_empty());
        if department.is_none() && self.danger.is_none() {
            return Sql::default();
        }
        let sql = Sql::new(
            " and exists (select 1 from danger_notice n where n.city = case_header.city and n.id = case_header.id",
        );
        sql.and(" and n.department = ", department).and(" and n.danger = ", self.danger).push(")")
    }
}

/// A notice with its case and what the caller may do next.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DangerNoticeView {
    case: CaseView,
    danger: Uuid,
    department: String,
    content: String,
    sent_on: NaiveDate,
    received_on: Option<NaiveDate>,
    received_by: Option<String>,
    answered_on: Option<NaiveDate>,
    answer: Option<String>,
    fed_back_on: Option<NaiveDate>,
    feedback: Option<String>,
    next: Vec<NextStep>,
}

fn view(actor: &Actor, case: Case, row: Notice, today: NaiveDate) -> DangerNoticeView {
    DangerNoticeView {
        next: caseflow::next_steps(actor, &NOTICE, &case),
        case: caseflow::view(case, Some(&NOTICE), today),
        danger: row.danger,
        department: row.department,
        content: row.content,
        sent_on: row.sent_on,
        received_on: row.received_on,
        received_by: row.received_by,
        answered_on: row.answered_on,
        answer: row.answer,
        fed_back_on: row.fed_back_on,
        feedback: row.feedback,
    }
}

/// Notices: open ones by their deadline, otherwise the latest first.
#[utoipa::path(get, path = "/api/danger-notices", tag = "danger", params(Filter, NarrowNotices, Page),
    responses((status = 200, body = List<DangerNoticeView>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_danger_notices(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(filter): Query<Filter>,
    Query(narrow): Query<NarrowNotices>,
    Query(page): Query<Page>,
) -> Outcome<Json<List<DangerNoticeView>>> {
    let scope = web::narrowed(actor.may(&powers::NOTICES)?, filter.region.as_deref())?;
    let filter = Filter { kind: Some(NOTICE.kind.into()), ..filter };
    let today = app.clock.today();
    let rows = caseflow::store::page(&app.db, &scope, (&filter, narrow.sql()), (actor.account, today), &page)
        .await?;
    let keys: Vec<(String, Uuid)> = rows.items.iter().map(|case| (case.city.clone(), case.id)).collect();
    let mut own = notice::some(&app.db, &keys).await?;
    let items = rows.items.into_iter().filter_map(|case| {
        let at = own.iter().position(|row| row.id == case.id)?;
        Some(view(&actor, case, own.swap_remove(at), today))
    });
    Ok(Json(List { items: items.collect(), next: rows.next }))
}

/// How many notices the filters leave.
#[utoipa::path(get, path = "/api/danger-notices/count", tag = "danger", params(Filter, NarrowNotices),
    responses((status = 200, body = Count), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn count_danger_notices(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(filter): Query<Filter>,
    Query(narrow): Query<NarrowNotices>,
) -> Outcome<Json<Count>> {
    let scope = web::narrowed(actor.may(&powers::NOTICE_COUNT)?, filter.region.as_deref())?;
    let filter = Filter { kind: Some(NOTICE.kind.into()), ..filter };
    let today = app.clock.today();
    Ok(Json(caseflow::store::count(&app.db, &scope, (&filter, narrow.sql()), (actor.account, today)).await?))
}

/// Which notices are counted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct Sent {
    /// Division and all within it.
    region: Option<String>,
    /// Sent on that day or later; since the beginning of the year unless told.
    from: Option<NaiveDate>,
    /// Sent on that day or earlier; today unless told.
    to: Option<NaiveDate>,
}

/// How the notices to a department stand.
#[derive(Debug, Default, Clone, Serialize, ToSchema)]
pub(super) struct DangerNoticeFigures {
    department: String,
    /// All that were sent, without those taken back.
    sent: i64,
    /// Not signed for yet.
    not_received: i64,
    /// Signed for, not answered yet.
    not_answered: i64,
    /// Answered, and what was done is not known yet.
    not_fed_back: i64,
    /// What was done is known.
    done: i64,
    /// Sent back by the department.
    refused: i64,
    /// Beyond their deadline.
    overdue: i64,
}

/// How the notices stand, department by department.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DangerNoticeFiguresOf {
    from: NaiveDate,
    to: NaiveDate,
    rows: Vec<DangerNoticeFigures>,
}

/// How the notices stand, department by department: which are not signed for, not answered, not fed back.
#[utoipa::path(get, path = "/api/danger-notices/figures", tag = "danger", params(Sent),
    responses((status = 200, body = DangerNoticeFiguresOf), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_danger_notice_figures(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(which): Query<Sent>,
) -> Outcome<Json<DangerNoticeFiguresOf>> {
    use chrono::Datelike;
    let scope = web::narrowed(actor.may(&powers::NOTICE_FIGURES)?, which.region.as_deref())?;
    let today = app.clock.today();
    let to = which.to.unwrap_or(today);
    let from = which.from.or_else(|| today.with_ordinal(1)).unwrap_or(today);
    let mut rows: BTreeMap<String, DangerNoticeFigures> = BTreeMap::new();
    for stand in notice::stands(&app.db, &scope, (from, to), today).await? {
        let row = rows.entry(stand.department.clone()).or_default();
        row.department = stand.department;
        let place = match stand.state.as_str() {
            "sent" => &mut row.not_received,
            "received" => &mut row.not_answered,
            "answered" => &mut row.not_fed_back,
            "done" => &mut row.done,
            "refused" => &mut row.refused,
            _ => continue,
        };
        *place += stand.number;
        row.sent += stand.number;
        row.overdue += stand.late;
    }
    Ok(Json(DangerNoticeFiguresOf { from, to, rows: rows.into_values().collect() }))
}

/// A notice to be sent.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewDangerNotice {
    /// To whom.
    department: String,
    /// What is told and asked for.
    content: String,
    /// By when it is to be answered.
    due_on: Option<NaiveDate>,
}

/// Sends a notice about a danger to another department.
#[utoipa::path(post, path = "/api/dangers/{city}/{id}/notices", tag = "danger", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = NewDangerNotice,
    responses((status = 201, body = DangerNoticeView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create_danger_notice(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(new): Body<NewDangerNotice>,
) -> Outcome<(StatusCode, Json<DangerNoticeView>)> {
    let scope = actor.may(&powers::NOTICE_CREATE)?;
    let department = required(&new.department, "/department", "抄告的部门", 50)?;
    let content = required(&new.content, "/content", "抄告内容", 1000)?;
    let mut tx = app.db.begin().await?;
    let danger = crate::store::find(&mut tx, &scope, &city, id).await?;
    let case = caseflow::store::find(&mut tx, &scope, &city, id).await?;
    let firm = enterprise::store::find(&mut tx, &scope, &city, danger.enterprise).await?;
    let law = law::in_force(&mut tx, &firm.town).await?;
    let by = Acting { clock: &app.clock, actor: &actor, law: &law };
    let about = (&firm, &case, &danger);
    let (case, row) = notice::send(&mut tx, by, about, (department, content, new.due_on)).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(view(&actor, case, row, app.clock.today()))))
}

/// One notice with what the caller may do next.
#[utoipa::path(get, path = "/api/danger-notices/{city}/{id}", tag = "danger", params(("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = DangerNoticeView), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn find_danger_notice(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
) -> Outcome<Json<DangerNoticeView>> {
    let scope = actor.may(&powers::NOTICE)?;
    let row = notice::find(&app.db, &scope, &city, id).await?;
    let case = caseflow::store::find(&app.db, &scope, &city, id).await?;
    Ok(Json(view(&actor, case, row, app.clock.today())))
}

/// A step of a notice.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct DangerNoticeStep {
    /// The version that was read.
    version: i64,
    /// `receive`, `answer`, `feed_back`, `refuse`, `withdraw`.
    action: String,
    /// The day on which the department did it; today unless told.
    on: Option<NaiveDate>,
    /// Who signed for it; what was answered; what was done.
    text: Option<String>,
    /// Why it was sent back or taken back.
    reason: Option<String>,
    /// With an answer: by when it tells what was done.
    due_on: Option<NaiveDate>,
}

/// Notes what became of a notice: signed for, answered, done, sent back or taken back.
#[utoipa::path(post, path = "/api/danger-notices/{city}/{id}/step", tag = "danger", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = DangerNoticeStep,
    responses((status = 200, body = DangerNoticeView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn take_danger_notice_step(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(given): Body<DangerNoticeStep>,
) -> Outcome<Json<DangerNoticeView>> {
    let scope = actor.may(&powers::NOTICE_STEP)?;
    let mut tx = app.db.begin().await?;
    let row = notice::find(&mut tx, &scope, &city, id).await?;
    let case = read(&mut tx, &app, &scope, (&NOTICE, &city, id), given.version).await?;
    let today = app.clock.today();
    let on = given.on.unwrap_or(today);
    if on < row.sent_on || on > today {
        return Err(Problem::wrong_field("/on", "date.range", "日期应在抄告发出之后、不晚于今天。"));
    }
    let text = |what: &str, most| required(given.text.as_deref().unwrap_or_default(), "/text", what, most);
    let after = match given.action.as_str() {
        "receive" => {
            Notice { received_on: Some(on), received_by: Some(text("签收人", 50)?), ..row.clone() }
        }
        // who answers has received it
        "answer" => Notice {
            received_on: row.received_on.or(Some(on)),
            answered_on: Some(on),
            answer: Some(text("答复内容", 1000)?),
            ..row.clone()
        },
        "feed_back" => {
            Notice { fed_back_on: Some(on), feedback: Some(text("处理结果", 1000)?), ..row.clone() }
        }
        _ => row.clone(),
    };
    let law = law::in_force(&mut tx, &row.town).await?;
    let by = Acting { clock: &app.clock, actor: &actor, law: &law };
    let taken = Taken {
        reason: web::filled(given.reason),
        due_on: given.due_on.filter(|_| given.action == "answer"),
        due_basis: (given.action == "answer").then(|| "答复时约定的反馈期限".into()),
        ..Taken::default()
    };
    let (case, row) = take(&mut tx, by, (&case, &row), &given.action, (after, taken)).await?;
    tx.commit().await?;
    Ok(Json(view(&actor, case, row, today)))
}
