//! Lists over many archives: how complete they are, and which papers run out when.

use axum::{Json, extract::State};
use chrono::{Days, NaiveDate};
use db::{Exec, FromRow, Sql};
use kernel::Scope;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Caller, Cursor, List, Outcome, Page, Problem, Query};

use crate::{
    model::{Record, Score},
    powers, store,
};

/// Which archives. Several values of one filter are separated by commas.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct Filter {
    /// Division and all within it.
    region: Option<String>,
    /// `complete`, `incomplete`, `expired`, `empty`.
    state: Option<String>,
    /// `verified`, `partly`, `never`.
    verification: Option<String>,
    /// Supervised sector.
    sector: Option<String>,
    /// `public`, `non_public`.
    ownership: Option<String>,
}

/// An archive in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ArchiveRow {
    #[serde(flatten)]
    score: Score,
    region_name: String,
}

/// The archives of an area by how complete they are, in the order of their divisions.
#[utoipa::path(get, path = "/api/archives", tag = "archive", params(Filter, Page),
    responses((status = 200, body = List<ArchiveRow>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_archives(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(filter): Query<Filter>,
    Query(page): Query<Page>,
) -> Outcome<Json<List<ArchiveRow>>> {
    let scope = web::narrowed(actor.may(&powers::ARCHIVES)?, filter.region.as_deref())?;
    let filters = [
        ("state", filter.state.as_deref()),
        ("verification", filter.verification.as_deref()),
        ("sector", filter.sector.as_deref()),
        ("ownership", filter.ownership.as_deref()),
    ];
    let rows = store::archives(&app.db, &scope, &filters, &page).await?;
    Ok(Json(rows.map(|score| ArchiveRow { region_name: region::divisions::full_name(&score.town), score })))
}

/// Which papers.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct Running {
    /// Division and all within it.
    region: Option<String>,
    /// First day; without it those that ran out already come first.
    from: Option<NaiveDate>,
    /// Last day; 60 days from now unless told.
    to: Option<NaiveDate>,
    /// Sections, separated by commas.
    section: Option<String>,
    /// Supervised sector.
    sector: Option<String>,
    /// `public`, `non_public`.
    ownership: Option<String>,
}

impl Running {
    fn sql(&self, select: &str, scope: &Scope, today: NaiveDate) -> Sql {
        let to = self.to.unwrap_or(today + Days::new(crate::score::SOON));
        let sql = Sql::new(select)
            .push(" where ")
            .scope(scope, "", "enterprise")
            .push(" and expires_on <= ")
            .arg(to);
        let sql = sql.and(" and expires_on >= ", self.from).push(" and state not in ('replaced', 'removed')");
        let said = |values: &Option<String>| values.clone().filter(|own| !own.is_empty());
        let sql = match said(&self.section) {
            Some(sections) => sql.push(" and ").within("section", sections.split(',')),
            None => sql,
        };
        let sql = match said(&self.sector) {
            Some(sectors) => sql.push(" and ").within("sector", sectors.split(',')),
            None => sql,
        };
        match said(&self.ownership) {
            Some(own) => {
                let of = " and exists (select 1 from archive_score s where s.city = record.city and s.id = record.enterprise and ";
                sql.push(of).within("s.ownership", own.split(',')).push(")")
            }
            None => sql,
        }
    }
}

/// A record in a list over many archives.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Expiry {
    city: String,
    id: Uuid,
    enterprise: Uuid,
    enterprise_name: String,
    region_name: String,
    section: String,
    section_label: &'static str,
    title: String,
    number: Option<String>,
    expires_on: Option<NaiveDate>,
    expires_basis: Option<String>,
    /// Days left; negative where it has run out.
    days: i64,
    state: String,
}

/// The papers of an area in the order in which they run out.
#[utoipa::path(get, path = "/api/expiries", tag = "archive", params(Running, Page),
    responses((status = 200, body = List<Expiry>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_expiries(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(which): Query<Running>,
    Query(page): Query<Page>,
) -> Outcome<Json<List<Expiry>>> {
    let scope = web::narrowed(actor.may(&powers::EXPIRIES)?, which.region.as_deref())?;
    let today = app.clock.today();
    let select = format!("select {} from record", Record::COLUMNS.join(", "));
    let sql = which.sql(&select, &scope, today);
    let rows = page.by_day(&app.db, sql, "expires_on", |row: &Record| (row.expires_on, row.id)).await?;
    Ok(Json(named(&app, &scope, rows).await?))
}

/// The records with the names of their enterprises and divisions.
async fn named(app: &App, scope: &Scope, rows: List<Record>) -> Outcome<List<Expiry>> {
    let today = app.clock.today();
    let mut names = std::collections::BTreeMap::new();
    let keys: Vec<(String, Uuid)> = rows.items.iter().map(|row| (row.city.clone(), row.enterprise)).collect();
    for own in enterprise::store::some(&app.db, scope, &keys).await? {
        names.insert(own.id, own.name);
    }
    Ok(rows.map(|row| Expiry {
        enterprise_name: names.get(&row.enterprise).cloned().unwrap_or_default(),
        region_name: region::divisions::full_name(&row.town),
        section_label: row.described().map_or("", |section| section.label),
        days: row.expires_on.map_or(0, |day| (day - today).num_days()),
        city: row.city,
        id: row.id,
        enterprise: row.enterprise,
        section: row.section,
        title: row.title,
        number: row.number,
        expires_on: row.expires_on,
        expires_basis: row.expires_basis,
        state: row.state,
    }))
}

/// Records that wait.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct InState {
    /// Division and all within it.
    region: Option<String>,
    /// `entered`, `changed` or `returned`; several separated by commas.
    state: String,
}

/// The records of an area that wait to be verified or mended, the earliest made first.
#[utoipa::path(get, path = "/api/records", tag = "archive", params(InState, Page),
    responses((status = 200, body = List<Expiry>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_waiting_records(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(which): Query<InState>,
    Query(page): Query<Page>,
) -> Outcome<Json<List<Expiry>>> {
    let scope = web::narrowed(actor.may(&powers::WAITING)?, which.region.as_deref())?;
    let states: Vec<&str> = which.state.split(',').filter(|state| !state.is_empty()).collect();
    if states.is_empty() || states.iter().any(|state| !matches!(*state, "entered" | "changed" | "returned")) {
        return Err(Problem::bad_request("state.unknown", "state 应为 entered、changed 或者 returned。"));
    }
    // the index over what waits is found by these words
    let sql = Record::select().push(" where state in ('entered', 'changed', 'returned') and ");
    let mut sql = sql.within("state", states).push(" and ").scope(&scope, "", "enterprise");
    if let Some(cursor) = page.cursor.as_deref().map(Cursor::decode).transpose()? {
        sql = sql.push(" and id > ").arg(cursor.id);
    }
    let limit = page.limit();
    let rows: Vec<Record> = app.db.all(sql.push(" order by id limit ").arg(i64::from(limit) + 1)).await?;
    let rows = List::page(rows, limit, |row| Cursor { key: None, id: row.id }.encode());
    Ok(Json(named(&app, &scope, rows).await?))
}

/// How many papers run out on a day.
#[derive(Debug, Serialize, ToSchema, FromRow)]
pub(super) struct ExpiryDay {
    day: NaiveDate,
    number: i64,
}

/// How many papers of an area run out on each day; at most 400 days.
#[utoipa::path(get, path = "/api/expiries/days", tag = "archive", params(Running),
    responses((status = 200, body = Vec<ExpiryDay>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_expiry_days(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(which): Query<Running>,
) -> Outcome<Json<Vec<ExpiryDay>>> {
    let scope = web::narrowed(actor.may(&powers::EXPIRY_DAYS)?, which.region.as_deref())?;
    let today = app.clock.today();
    let from = which.from.unwrap_or(today);
    let which = Running { from: Some(from), to: which.to.map(|to| to.min(from + Days::new(400))), ..which };
    let sql = which.sql("select expires_on as day, count(*) as number from record", &scope, today);
    Ok(Json(app.db.all(sql.push(" group by expires_on order by expires_on limit 400")).await?))
}
