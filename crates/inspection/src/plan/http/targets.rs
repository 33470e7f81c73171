//! Targets: listed, and added by hand.

use audit::Action;
use axum::{Json, extract::State, http::StatusCode};
use chrono::{Datelike, NaiveDate};
use db::Exec;
use kernel::Scope;
use serde::Deserialize;
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Body, Caller, List, Outcome, Page, PathOf, Problem, Query, required};

use super::{
    plans::read,
    target::officers,
    view::{InspectionTarget, target, targets},
};
use crate::{
    plan::{
        line::{first_month, last_day},
        model::Target,
        store,
    },
    powers,
};

/// Which targets.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct TargetFilter {
    /// Division.
    pub(super) region: Option<String>,
    /// Of this plan.
    plan: Option<Uuid>,
    /// Of this line of it; 0 for those added by hand.
    line: Option<i64>,
    /// Of this enterprise.
    enterprise: Option<Uuid>,
    /// Of this agency.
    agency: Option<Uuid>,
    /// Supervised sector.
    sector: Option<String>,
    /// `planned`, `done` or `cancelled`.
    state: Option<String>,
    /// Year.
    year: Option<i64>,
    /// `true`: of this year.
    this_year: Option<bool>,
    /// 1 to 12.
    month: Option<i64>,
    /// `true`: planned for a month that is over.
    late: Option<bool>,
    /// Planned for this day or before.
    due_by: Option<NaiveDate>,
    /// `true`: assigned to the caller's own card.
    mine: Option<bool>,
    /// `true`: no officers yet.
    unassigned: Option<bool>,
}

/// Targets in the order of their months.
#[utoipa::path(get, path = "/api/inspection-targets", tag = "inspection", params(TargetFilter, Page),
    responses((status = 200, body = List<InspectionTarget>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_inspection_targets(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(filter): Query<TargetFilter>,
    Query(page): Query<Page>,
) -> Outcome<Json<List<InspectionTarget>>> {
    let scope = web::narrowed(actor.may(&powers::TARGETS)?, filter.region.as_deref())?;
    let List { items, next } = self::page(&app, (&scope, actor.account), &filter, &page).await?;
    Ok(Json(List { items: targets(&app, items).await?, next }))
}

/// A page of targets for a person.
pub(super) async fn page(
    app: &App,
    (scope, account): (&Scope, Uuid),
    filter: &TargetFilter,
    page: &Page,
) -> Outcome<List<Target>> {
    let sql = Target::select().push(" where ").scope(scope, "", "enterprise");
    let year = filter.year.or((filter.this_year == Some(true)).then(|| app.clock.today().year().into()));
    let sql = sql.and(" and plan = ", filter.plan).and(" and enterprise = ", filter.enterprise);
    let sql =
        sql.and(" and agency = ", filter.agency).and(" and sector = ", web::filled(filter.sector.as_deref()));
    let sql = sql.and(" and state = ", web::filled(filter.state.as_deref())).and(" and year = ", year);
    let sql = sql.and(" and due_on <= ", filter.due_by).and(" and month = ", filter.month);
    let mut sql = sql.and(" and line = ", filter.line.filter(|own| *own > 0));
    if filter.line == Some(0) {
        sql = sql.push(" and line is null");
    }
    if filter.late == Some(true) {
        sql = sql.push(" and state = 'planned' and due_on < ").arg(app.clock.today());
    }
    if filter.unassigned == Some(true) {
        sql = sql.push(" and state = 'planned' and officer_one is null");
    }
    if filter.mine == Some(true) {
        sql = store::assigned_to(sql, account);
    }
    page.by_day(&app.db, sql, "due_on", |row: &Target| (Some(row.due_on), row.id)).await
}

/// An enterprise to be inspected besides what was drawn.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewInspectionTarget {
    /// The version of the plan that was read.
    version: i64,
    /// Enterprise.
    enterprise: Uuid,
    /// Month, 1 to 12.
    month: i64,
    /// Two officers' cards, or none yet.
    #[serde(default)]
    cards: Vec<Uuid>,
    /// Why, as after a complaint.
    reason: String,
}

/// Adds an enterprise to an approved plan by hand, with the reason.
#[utoipa::path(post, path = "/api/inspection-plans/{city}/{id}/targets", tag = "inspection", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = NewInspectionTarget,
    responses((status = 201, body = InspectionTarget), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create_inspection_target(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(new): Body<NewInspectionTarget>,
) -> Outcome<(StatusCode, Json<InspectionTarget>)> {
    let scope = actor.may(&powers::ADD_TARGET)?;
    let mut tx = app.db.begin().await?;
    let plan = read(&mut tx, &scope, (&city, id, new.version), &["approved"]).await?;
    let firm = enterprise::store::standing(&mut tx, &scope, &city, new.enterprise).await?;
    let reason = required(&new.reason, "/reason", "增加的原因", 200)?;
    let (month, due_on) = month(&app, plan.year, new.month)?;
    let (one, two) = officers(&mut tx, (&city, plan.agency), &new.cards, firm.id, app.clock.today()).await?;
    let now = app.clock.now();
    let row = Target {
        city,
        id: Uuid::now_v7(),
        town: firm.town,
        sector: firm.sector,
        enterprise: firm.id,
        enterprise_name: firm.name,
        plan: plan.id,
        agency: plan.agency,
        year: plan.year,
        line: None,
        draw: None,
        month,
        due_on,
        officer_one: one,
        officer_two: two,
        state: "planned".into(),
        joined: None,
        visit: None,
        done_on: None,
        reason: Some(reason.clone()),
        created_at: now,
        created_by: actor.account,
        updated_at: now,
        updated_by: actor.account,
        version: 1,
    };
    tx.run(row.insert()).await?;
    let after = json!({"plan": plan.name, "month": row.month, "officers": new.cards});
    let entry = row.entry(Action::Create, &row.enterprise_name, after, Some(reason));
    audit::record(&mut tx, &app.clock, &actor, entry).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(target(&app, row).await?)))
}

/// A month of a plan's year that is not over, and its last day.
pub(super) fn month(app: &App, year: i64, month: i64) -> Outcome<(i64, NaiveDate)> {
    let first = first_month(year, app.clock.today());
    let own = u32::try_from(month).ok().filter(|own| (first..=12).contains(own));
    match own.and_then(|own| last_day(year, own)) {
        Some(due_on) => Ok((month, due_on)),
        None => {
            let why = "请选择本月或者以后的月份，1 至 12。";
            Err(Problem::wrong_field("/month", "target.month", why))
        }
    }
}
