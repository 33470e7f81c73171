//! Dangers in lists, one of them, a new one, and one set right.

use axum::{Json, extract::State, http::StatusCode};
use caseflow::{Acting, Case, CaseView, store::Filter};
use chrono::{Datelike, NaiveDate};
use db::Sql;
use kernel::Scope;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Body, Caller, Count, List, Outcome, Page, PathOf, Problem, Query};

use super::{DangerView, Detail, detail, read_danger, view};
use crate::{
    act,
    act::Found,
    flow::FLOW,
    model::Danger,
    powers,
    store::{self, Counted, PLANNED},
};

/// What beside the case a list can be narrowed by.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct Narrow {
    /// How it was found; several separated by commas.
    source: Option<String>,
    /// Category of the table `danger-category`; several separated by commas.
    category: Option<String>,
    /// Only those under listed supervision.
    listed: bool,
    /// The case in whose course they were found.
    found_in: Option<Uuid>,
    /// Only those that lie in that division itself and in none within it.
    at: Option<String>,
    /// Only what a number of the statistics counts: `found`, `mended` (found, and struck off by then), `closed`, `in_time`, `open` (at the
    /// end), `overdue`, `listed`, `planned`, `planned_task`, `planned_funds`, `planned_person`, `planned_term`, `planned_emergency`.
    counted: Option<String>,
    /// First day of the statistics.
    from: Option<NaiveDate>,
    /// Last day of the statistics.
    to: Option<NaiveDate>,
}

/// What the category of a danger without one is called.
pub(super) const NO_CATEGORY: &str = "none";

impl Narrow {
    /// What is counted, where a number of the statistics is asked for.
    fn counted(&self, today: NaiveDate) -> Outcome<Option<Counted>> {
        let Some(code) = self.counted.as_deref().filter(|own| !own.is_empty()) else { return Ok(None) };
        let to = self.to.unwrap_or(today);
        let from = self.from.or_else(|| to.with_ordinal(1)).unwrap_or(to);
        Ok(Some(match code {
            "found" => Counted::Found(from, to),
            "mended" => Counted::Mended(from, to),
            "closed" => Counted::Closed(from, to),
            "in_time" => Counted::InTime(from, to),
            "open" => Counted::Open(to),
            "overdue" => Counted::Overdue(today),
            "listed" => Counted::Listed,
            _ => match PLANNED.iter().find(|(own, _)| *own == code) {
                Some((_, column)) => Counted::Planned(to, column),
                None => return Err(Problem::bad_request("counted.unknown", "没有这个统计口径。")),
            },
        }))
    }

    fn sql(&self, today: NaiveDate) -> Outcome<Sql> {
        let said = |values: &Option<String>| values.clone().filter(|own| !own.is_empty());
        let (source, category) = (said(&self.source), said(&self.category));
        let mut sql = self.counted(today)?.map(Counted::condition).unwrap_or_default();
        sql = sql.and(" and town = ", said(&self.at));
        if source.is_none() && category.is_none() && !self.listed && self.found_in.is_none() {
            return Ok(sql);
        }
        sql = sql.push(
            " and exists (select 1 from danger d where d.city = case_header.city and d.id = case_header.id",
        );
        if let Some(values) = source {
            sql = sql.push(" and ").within("d.source", values.split(','));
        }
        if let Some(values) = category {
            sql = sql.push(" and (").within("d.category", values.split(','));
            let none = values.split(',').any(|own| own == NO_CATEGORY);
            sql = sql.push(if none { " or d.category is null)" } else { ")" });
        }
        if self.listed {
            sql = sql.push(" and d.listed_tier is not null and d.released_on is null");
        }
        Ok(sql.and(" and d.found_in = ", self.found_in).push(")"))
    }
}

/// A danger in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DangerRow {
    case: CaseView,
    detail: Detail,
}

/// Hidden dangers: open ones by their deadline, otherwise the latest first.
#[utoipa::path(get, path = "/api/dangers", tag = "danger", params(Filter, Narrow, Page),
    responses((status = 200, body = List<DangerRow>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_dangers(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(filter): Query<Filter>,
    Query(narrow): Query<Narrow>,
    Query(page): Query<Page>,
) -> Outcome<Json<List<DangerRow>>> {
    let scope = web::narrowed(actor.may(&powers::LIST)?, filter.region.as_deref())?;
    let rows = self::page(&app, (&scope, actor.account), (filter, &narrow), &page).await?;
    let today = app.clock.today();
    Ok(Json(rows.map(|(case, row)| DangerRow {
        case: caseflow::view(case, Some(&FLOW), today),
        detail: detail(row),
    })))
}

/// A page of dangers for a person: each with its case.
pub(super) async fn page(
    app: &App,
    (scope, account): (&Scope, Uuid),
    (filter, narrow): (Filter, &Narrow),
    page: &Page,
) -> Outcome<List<(Case, Danger)>> {
    let filter = Filter { kind: Some(FLOW.kind.into()), ..filter };
    let today = app.clock.today();
    let asked = (&filter, narrow.sql(today)?);
    let rows = caseflow::store::page(&app.db, scope, asked, (account, today), page).await?;
    let keys: Vec<(String, Uuid)> = rows.items.iter().map(|case| (case.city.clone(), case.id)).collect();
    let mut own = store::some(&app.db, &keys).await?;
    let items = rows.items.into_iter().filter_map(|case| {
        let at = own.iter().position(|row| row.id == case.id)?;
        Some((case, own.swap_remove(at)))
    });
    Ok(List { items: items.collect(), next: rows.next })
}

/// How many dangers the filters leave.
#[utoipa::path(get, path = "/api/dangers/count", tag = "danger", params(Filter, Narrow),
    responses((status = 200, body = Count), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn count_dangers(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(filter): Query<Filter>,
    Query(narrow): Query<Narrow>,
) -> Outcome<Json<Count>> {
    let scope = web::narrowed(actor.may(&powers::COUNT)?, filter.region.as_deref())?;
    let filter = Filter { kind: Some(FLOW.kind.into()), ..filter };
    let today = app.clock.today();
    let asked = (&filter, narrow.sql(today)?);
    Ok(Json(caseflow::store::count(&app.db, &scope, asked, (actor.account, today)).await?))
}

/// What was found.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = DangerFound)]
pub(super) struct FoundBody {
    /// `inspection`, `self_check`, `tip_off`, `higher_tier`, `monitoring`; of an enterprise always `self_check`.
    source: String,
    found_on: NaiveDate,
    found_by: Option<String>,
    /// Category of the table `danger-category`.
    category: Option<String>,
    place: String,
    description: String,
    requirement: Option<String>,
    /// Codes of the table `danger-criterion` that are met.
    #[serde(default)]
    criteria: Vec<String>,
    fixable_at_once: Option<bool>,
    needs_stop: Option<bool>,
    beyond_own_power: Option<bool>,
    /// `none`, `part`, `whole`.
    stop: String,
    /// Last day for putting it right.
    due_on: Option<NaiveDate>,
}

impl FoundBody {
    fn found(self) -> Found {
        Found {
            source: self.source,
            found_on: self.found_on,
            found_by: self.found_by,
            category: self.category,
            place: self.place,
            description: self.description,
            requirement: self.requirement,
            criteria: self.criteria,
            fixable_at_once: self.fixable_at_once,
            needs_stop: self.needs_stop,
            beyond_own_power: self.beyond_own_power,
            stop: self.stop,
            due_on: self.due_on,
            ..Found::default()
        }
    }
}

/// A danger to be entered.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewDanger {
    /// City of the enterprise, 4 digits.
    city: String,
    /// The enterprise.
    enterprise: Uuid,
    /// The case in whose course it was found, such as an alarm of a monitoring point; of the same enterprise.
    found_in: Option<Uuid>,
    #[serde(flatten)]
    found: FoundBody,
}

/// Enters a hidden danger of an enterprise: by an officer who found it, or by the enterprise itself.
#[utoipa::path(post, path = "/api/dangers", tag = "danger", request_body = NewDanger,
    responses((status = 201, body = DangerView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create_danger(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(new): Body<NewDanger>,
) -> Outcome<(StatusCode, Json<DangerView>)> {
    let scope = actor.may(&powers::CREATE)?;
    let mut found = new.found.found();
    if actor.kind == kernel::ActorKind::Enterprise {
        found.source = "self_check".into();
    } else {
        // who found it deals with it
        found.officer = Some(actor.on_behalf.unwrap_or(actor.account));
    }
    let mut tx = app.db.begin().await?;
    let firm = enterprise::store::standing(&mut tx, &scope, &new.city, new.enterprise).await?;
    if let Some(id) = new.found_in {
        let case = caseflow::store::find(&mut tx, &scope, &new.city, id).await?;
        if case.enterprise != Some(firm.id) {
            let text = "这件事项不是这家企业的，请从这家企业的事项登记隐患。";
            return Err(Problem::wrong_field("/found_in", "danger.found_in", text));
        }
        found.found_in = Some(id);
    }
    let law = law::in_force(&mut tx, &firm.town).await?;
    let by = Acting { clock: &app.clock, actor: &actor, law: &law };
    let (case, row) = act::report(&mut tx, by, &firm, found).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(view(&app, &actor, case, row, Vec::new()))))
}

/// One danger with what the caller may do next.
#[utoipa::path(get, path = "/api/dangers/{city}/{id}", tag = "danger", params(("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = DangerView), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn find_danger(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
) -> Outcome<Json<DangerView>> {
    let scope = actor.may(&powers::FIND)?;
    let row = store::find(&app.db, &scope, &city, id).await?;
    let case = caseflow::store::find(&app.db, &scope, &city, id).await?;
    let photos = store::photos(&app.db, &row).await?;
    Ok(Json(view(&app, &actor, case, row, photos)))
}

/// A danger set right.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct DangerAmended {
    /// The version that was read.
    version: i64,
    /// Why.
    reason: Option<String>,
    #[serde(flatten)]
    found: FoundBody,
}

/// Sets right what was entered; its class is judged anew.
#[utoipa::path(patch, path = "/api/dangers/{city}/{id}", tag = "danger", params(("city" = String, Path), ("id" = Uuid, Path)),
    request_body = DangerAmended,
    responses((status = 200, body = DangerView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn update_danger(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(given): Body<DangerAmended>,
) -> Outcome<Json<DangerView>> {
    let scope = actor.may(&powers::AMEND)?;
    let mut tx = app.db.begin().await?;
    let (case, row) = read_danger(&mut tx, &app, &scope, (&city, id), given.version).await?;
    let firm = enterprise::store::find(&mut tx, &scope, &city, row.enterprise).await?;
    let law = law::in_force(&mut tx, &firm.town).await?;
    let by = Acting { clock: &app.clock, actor: &actor, law: &law };
    // how and when it was found is what it was
    let found = Found { source: row.source.clone(), found_on: row.found_on, ..given.found.found() };
    let (case, row) = act::amend(&mut tx, by, &firm, (&case, &row), (found, given.reason)).await?;
    let photos = store::photos(&mut tx, &row).await?;
    tx.commit().await?;
    Ok(Json(view(&app, &actor, case, row, photos)))
}
