//! What an enterprise does: begins a self-check, answers the checklist, hands it in with what it found.

use std::collections::BTreeMap;

use audit::Action;
use axum::{Json, extract::State, http::StatusCode};
use caseflow::Acting;
use chrono::{Days, NaiveDate};
use danger::Found;
use db::{Exec, Tx};
use enterprise::Enterprise;
use kernel::{Actor, Scope};
use rules::checklist::Item;
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
    fn of(row: Check) -> Self {
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

/// An item of the checklist.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SelfCheckItem {
    code: String,
    unit: String,
    content: String,
    method: String,
    basis: String,
    /// Category of dangers that it belongs to.
    category: String,
    /// `general` or `major`: what not meeting it usually is.
    severity: String,
}

/// A self-check with its checklist.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WholeSelfCheck {
    check: SelfCheck,
    /// What the task is called.
    name: String,
    /// 2026 年 11 月.
    period: String,
    items: Vec<SelfCheckItem>,
    /// Answers by item: `met`, `unmet`, `not_applicable`.
    checklist: BTreeMap<String, String>,
}

/// The checklist of a sector on the first day of a period that has one: that of the enterprise's own law.
fn items(own: &Check) -> Outcome<Vec<Item>> {
    let input = rules::checklist::Input { sector: Some(own.sector.clone()) };
    match rules::checklist::items(&rules::At::nation(own.period_to), &input) {
        Ok(found) => Ok(found.value),
        Err(refusal) if refusal.code == "not_in_force" => Ok(Vec::new()),
        Err(refusal) => Err(Problem::internal(refusal.message)),
    }
}

async fn whole(app: &App, row: Check) -> Outcome<WholeSelfCheck> {
    let task = store::task(&app.db, &row.city, row.task).await?;
    let items = items(&row)?.into_iter().map(|own| SelfCheckItem {
        code: own.code,
        unit: own.unit,
        content: own.content,
        method: own.method,
        basis: own.basis,
        category: own.category,
        severity: own.level,
    });
    Ok(WholeSelfCheck {
        name: task.name,
        period: row.period().label(&task.cycle),
        items: items.collect(),
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
    let firm = enterprise::store::find(&mut tx, &scope, &city, id).await?;
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
async fn answered(
    tx: &mut Tx,
    scope: &Scope,
    (city, id): (&str, Uuid),
    answers: BTreeMap<String, String>,
) -> Outcome<(Check, Vec<Item>)> {
    let mut row = store::find(&mut *tx, scope, city, id).await?;
    if row.state == "done" {
        return Err(Problem::conflict("self_check.done", "这次自查已经提交，不能再修改。"));
    }
    let items = items(&row)?;
    let mut known = row.answers();
    for (code, answer) in answers {
        let pointer = format!("/checklist/{code}");
        if !items.iter().any(|own| own.code == code) {
            return Err(Problem::wrong_field(&pointer, "item.unknown", "检查表里没有这一项。"));
        }
        if !["met", "unmet", "not_applicable"].contains(&answer.as_str()) {
            return Err(Problem::wrong_field(&pointer, "item.answer", "请选择符合、不符合或者不涉及。"));
        }
        known.insert(code, answer);
    }
    row.unmet =
        i64::try_from(known.values().filter(|own| *own == "unmet").count()).map_err(Problem::internal)?;
    row.checklist = db::Json(json!(known));
    Ok((row, items))
}

/// Writes a self-check at the version that was read, with its entry on the trail.
async fn save(
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

/// Something that was found.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct SelfCheckFinding {
    /// The item that is not met, by code.
    item: String,
    /// Where.
    place: String,
    /// What.
    description: String,
    /// Last day for putting it right.
    due_on: NaiveDate,
    /// Can be put right at once.
    #[serde(default)]
    fixable_at_once: bool,
    /// Needs a full or partial stop.
    #[serde(default)]
    needs_stop: bool,
}

/// How a self-check is handed in.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct SelfCheckEnd {
    /// The version that was read.
    version: i64,
    /// Answers by item; what is not named stays.
    #[serde(default)]
    checklist: BTreeMap<String, String>,
    /// Who checked.
    person: String,
    /// What else.
    note: Option<String>,
    /// What was found: of every item that is not met at least one.
    #[serde(default)]
    found: Vec<SelfCheckFinding>,
}

/// A self-check that was handed in.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DoneSelfCheck {
    check: SelfCheck,
    /// The dangers that what was found became.
    dangers: Vec<Uuid>,
}

/// Whether everything is answered, and said of what is not met.
fn complete(row: &Check, items: &[Item], end: &SelfCheckEnd) -> Outcome<()> {
    let answers = row.answers();
    let open = items.iter().filter(|own| !answers.contains_key(&own.code)).count();
    if open > 0 {
        let why = format!("还有 {open} 项没有检查，请逐项选择符合、不符合或者不涉及。");
        return Err(Problem::wrong_field("/checklist", "item.open", why));
    }
    for (at, own) in end.found.iter().enumerate() {
        if answers.get(&own.item).map(String::as_str) != Some("unmet") {
            let why = "这一项没有记为不符合，请核对。";
            return Err(Problem::wrong_field(&format!("/found/{at}/item"), "item.answer", why));
        }
    }
    for own in items.iter().filter(|own| answers.get(&own.code).is_some_and(|answer| answer == "unmet")) {
        if !end.found.iter().any(|found| found.item == own.code) {
            let why = format!("请写明“{}”哪里不符合、什么时候改好。", own.content);
            return Err(Problem::wrong_field(&format!("/found/{}", own.code), "finding.missing", why));
        }
    }
    Ok(())
}

/// Hands in a self-check: every item is answered, and what is not met becomes dangers of the enterprise in the same transaction.
#[utoipa::path(post, path = "/api/self-checks/{city}/{id}/finish", tag = "self-check", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = SelfCheckEnd,
    responses((status = 200, body = DoneSelfCheck), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn finish_self_check(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(mut end): Body<SelfCheckEnd>,
) -> Outcome<Json<DoneSelfCheck>> {
    let scope = actor.may(&powers::FINISH)?;
    let mut tx = app.db.begin().await?;
    let answers = std::mem::take(&mut end.checklist);
    let (mut row, items) = answered(&mut tx, &scope, (&city, id), answers).await?;
    let person = end.person.trim();
    if person.is_empty() || person.chars().count() > 50 {
        return Err(Problem::wrong_field("/person", "field.required", "请填写检查人，最多 50 字。"));
    }
    complete(&row, &items, &end)?;
    row.state = "done".into();
    row.person = Some(person.to_string());
    row.note = end.note.as_deref().map(str::trim).filter(|own| !own.is_empty()).map(str::to_string);
    row.done_on = Some(app.clock.today());
    let firm = enterprise::store::find(&mut tx, &scope, &city, row.enterprise).await?;
    let law = law::in_force(&mut tx, &firm.town).await?;
    let by = Acting { clock: &app.clock, actor: &actor, law: &law };
    let mut dangers = Vec::new();
    for (at, own) in end.found.into_iter().enumerate() {
        let item = items.iter().find(|known| known.code == own.item);
        let found = Found {
            source: "self_check".into(),
            found_on: app.clock.today(),
            found_by: Some(person.to_string()),
            category: item.map(|known| known.category.clone()),
            place: own.place,
            description: own.description,
            requirement: item.map(|known| format!("按要求整改：{}（{}）", known.content, known.basis)),
            fixable_at_once: Some(own.fixable_at_once),
            needs_stop: Some(own.needs_stop),
            beyond_own_power: Some(false),
            stop: if own.needs_stop { "part" } else { "none" }.into(),
            due_on: Some(own.due_on),
            ..Found::default()
        };
        let (case, _) =
            danger::report(&mut tx, by, &firm, found).await.map_err(|problem| within(problem, at))?;
        dangers.push(case.id);
    }
    let told = json!({"state": row.state, "person": row.person, "unmet": row.unmet, "done_on": row.done_on});
    let row = save(&mut tx, (&app, &actor), (row, end.version), told).await?;
    tx.commit().await?;
    Ok(Json(DoneSelfCheck { check: SelfCheck::of(row), dangers }))
}

/// A problem of something found, as one of the whole.
fn within(mut problem: Problem, at: usize) -> Problem {
    for own in &mut problem.errors {
        own.pointer = format!("/found/{at}{}", own.pointer);
    }
    problem
}
