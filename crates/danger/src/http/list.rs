//! Dangers in lists, one of them, a new one, and one set right.

use axum::{Json, extract::State, http::StatusCode};
use caseflow::{Acting, Case, CaseView, store::Filter};
use chrono::NaiveDate;
use db::Sql;
use kernel::Scope;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Body, Caller, Count, List, Outcome, Page, PathOf, Problem, Query};

use super::{DangerView, Detail, detail, read_danger, view};
use crate::{act, act::Found, flow::FLOW, model::Danger, powers, store};

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
}

impl Narrow {
    fn sql(&self) -> Sql {
        let said = |values: &Option<String>| values.clone().filter(|own| !own.is_empty());
        let (source, category) = (said(&self.source), said(&self.category));
        if source.is_none() && category.is_none() && !self.listed {
            return Sql::default();
        }
        let mut sql = Sql::new(
            " and exists (select 1 from danger d where d.city = case_header.city and d.id = case_header.id",
        );
        if let Some(values) = source {
            sql = sql.push(" and ").within("d.source", values.split(','));
        }
        if let Some(values) = category {
            sql = sql.push(" and ").within("d.category", values.split(','));
        }
        if self.listed {
            sql = sql.push(" and d.listed_tier is not null and d.released_on is null");
        }
        sql.push(")")
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
    let of = (account, app.clock.today());
    let rows = caseflow::store::page(&app.db, scope, (&filter, narrow.sql()), of, page).await?;
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
    let count =
        caseflow::store::count(&app.db, &scope, (&filter, narrow.sql()), (actor.account, app.clock.today()));
    Ok(Json(count.await?))
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
            officer: None,
            reason: None,
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
