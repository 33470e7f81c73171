//! One source: entered, read, set right, taken away; what has happened to it; units tried.

use audit::Action;
use axum::{Json, extract::State, http::StatusCode};
use caseflow::{Acting, Case};
use chrono::NaiveDate;
use db::Tx;
use kernel::Scope;
use rules::At;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, Body, Caller, Outcome, PathOf, Problem};

use super::{View, stale, view};
use crate::{
    file,
    model::{Event, Person, Source, Unit},
    powers, store,
    write::{self, Given},
};

/// What is filled in of a source.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = HazardGiven)]
pub(super) struct GivenBody {
    name: String,
    /// What it is: `chemical`, or a category of 2004 (`boiler`, `tailings_pond`, …).
    category: String,
    units: Vec<Unit>,
    /// 1 (the gravest) to 4.
    declared_grade: Option<i64>,
    declared_r: Option<String>,
    /// People who live within 500 m of the boundary.
    population: Option<i64>,
    location: Option<String>,
    longitude: Option<f64>,
    latitude: Option<f64>,
    started_on: Option<NaiveDate>,
    #[serde(default)]
    persons: Vec<Person>,
    /// Record of the archive.
    evaluation: Option<Uuid>,
    /// Record of the archive.
    plan: Option<Uuid>,
    /// Day of the last assessment.
    assessed_on: Option<NaiveDate>,
    note: Option<String>,
}

impl GivenBody {
    fn given(self) -> Given {
        Given {
            name: self.name,
            category: self.category,
            units: self.units,
            declared_grade: self.declared_grade,
            declared_r: self.declared_r,
            population: self.population,
            location: self.location,
            place: self.longitude.zip(self.latitude),
            started_on: self.started_on,
            persons: self.persons,
            evaluation: self.evaluation,
            plan: self.plan,
            assessed_on: self.assessed_on,
            note: self.note,
        }
    }
}

/// A source to be entered.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewHazardSource {
    /// City of the enterprise, 4 digits.
    city: String,
    enterprise: Uuid,
    #[serde(flatten)]
    given: GivenBody,
}

/// Records that are named must be of the same enterprise's archive.
async fn own_records(
    tx: &mut Tx,
    scope: &Scope,
    (city, enterprise): (&str, Uuid),
    given: &GivenBody,
) -> Outcome<()> {
    for (pointer, record) in [("/evaluation", given.evaluation), ("/plan", given.plan)] {
        let Some(record) = record else { continue };
        let known = archive::find_record(&mut *tx, scope, city, record).await;
        if !known.is_ok_and(|own| own.enterprise == enterprise) {
            return Err(Problem::wrong_field(pointer, "record.unknown", "请从本企业的档案中选择。"));
        }
    }
    Ok(())
}

/// Enters a source of an enterprise: identified and graded at once.
#[utoipa::path(post, path = "/api/hazard-sources", tag = "hazard", request_body = NewHazardSource,
    responses((status = 201, body = View), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create_hazard_source(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(new): Body<NewHazardSource>,
) -> Outcome<(StatusCode, Json<View>)> {
    let scope = actor.may(&powers::CREATE)?;
    let mut tx = app.db.begin().await?;
    let firm = enterprise::store::standing(&mut tx, &scope, &new.city, new.enterprise).await?;
    own_records(&mut tx, &scope, (&new.city, firm.id), &new.given).await?;
    let law = law::in_force(&mut tx, &firm.town).await?;
    let by = Acting { clock: &app.clock, actor: &actor, law: &law };
    let row = write::create(&mut tx, by, &firm, new.given.given()).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(view(&law, row, app.clock.today()))))
}

/// One source with its units, the steps of what was found, who answers for it and the papers of its filing. Reading the names and phones of persons is noted.
#[utoipa::path(get, path = "/api/hazard-sources/{city}/{id}", tag = "hazard", params(("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = View), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn find_hazard_source(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
) -> Outcome<Json<View>> {
    let scope = actor.may(&powers::FIND)?;
    let row = store::find(&app.db, &scope, &city, id).await?;
    let law = law::in_force(&app.db, &row.town).await?;
    if row.persons().iter().any(|own| own.phone.is_some()) {
        audit::note(&app.db, &app.clock, &actor, row.entry(Action::Read, None, None, None)).await?;
    }
    Ok(Json(view(&law, row, app.clock.today())))
}

/// The source at the version that was read.
async fn read(tx: &mut Tx, scope: &Scope, (city, id): (&str, Uuid), version: i64) -> Outcome<Source> {
    let row = store::find(&mut *tx, scope, city, id).await?;
    if row.version != version {
        return Err(stale(&row));
    }
    Ok(row)
}

/// The same where it may be changed: the county is not reviewing it.
async fn changeable(tx: &mut Tx, scope: &Scope, key: (&str, Uuid), version: i64) -> Outcome<Source> {
    let row = read(tx, scope, key, version).await?;
    let case: Option<Case> = match row.open_filing {
        Some(case) => Some(caseflow::store::find(&mut *tx, scope, key.0, case).await?),
        None => None,
    };
    file::may_change(case.as_ref(), row.open_filing)?;
    Ok(row)
}

/// A source set right or brought up to date.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct HazardSourceChange {
    /// The version that was read.
    version: i64,
    /// Why.
    reason: Option<String>,
    #[serde(flatten)]
    given: GivenBody,
}

/// Sets a source right or brings it up to date: identified and graded anew. Units that hold something else than before ask for a new
/// assessment.
#[utoipa::path(put, path = "/api/hazard-sources/{city}/{id}", tag = "hazard", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = HazardSourceChange,
    responses((status = 200, body = View), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn update_hazard_source(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(given): Body<HazardSourceChange>,
) -> Outcome<Json<View>> {
    let scope = actor.may(&powers::UPDATE)?;
    let mut tx = app.db.begin().await?;
    let row = changeable(&mut tx, &scope, (&city, id), given.version).await?;
    if row.state == "cancelled" {
        return Err(Problem::conflict("hazard.cancelled", "这处重大危险源已经核销，不能再修改。"));
    }
    let firm = enterprise::store::find(&mut tx, &scope, &city, row.enterprise).await?;
    own_records(&mut tx, &scope, (&city, firm.id), &given.given).await?;
    let law = law::in_force(&mut tx, &firm.town).await?;
    let by = Acting { clock: &app.clock, actor: &actor, law: &law };
    let row = write::update(&mut tx, by, &firm, &row, (given.given.given(), given.reason)).await?;
    tx.commit().await?;
    Ok(Json(view(&law, row, app.clock.today())))
}

/// Why a source is taken away.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct HazardSourceRemoval {
    /// The version that was read.
    version: i64,
    /// Why.
    reason: String,
}

/// Takes away a source that was entered by mistake; one that was filed is struck off instead.
#[utoipa::path(post, path = "/api/hazard-sources/{city}/{id}/remove", tag = "hazard", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = HazardSourceRemoval,
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn remove_hazard_source(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(given): Body<HazardSourceRemoval>,
) -> Outcome<StatusCode> {
    let scope = actor.may(&powers::REMOVE)?;
    let mut tx = app.db.begin().await?;
    let row = read(&mut tx, &scope, (&city, id), given.version).await?;
    if given.reason.trim().is_empty() {
        return Err(Problem::wrong_field("/reason", "field.required", "请写明删除的原因。"));
    }
    if row.state != "registered" || row.open_filing.is_some() {
        let text = "已备案或者正在备案的重大危险源不能删除，请办理核销。";
        return Err(Problem::conflict("hazard.filed", text));
    }
    let firm = enterprise::store::find(&mut tx, &scope, &city, row.enterprise).await?;
    let law = law::in_force(&mut tx, &firm.town).await?;
    let by = Acting { clock: &app.clock, actor: &actor, law: &law };
    let after = Source { state: "removed".into(), review_on: None, review_why: None, ..row.clone() };
    write::keep(&mut tx, by, &firm, (&row, after), Some(given.reason)).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Something that has happened since the last assessment.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewHazardEvent {
    /// The version that was read.
    version: i64,
    #[serde(flatten)]
    #[schema(inline)]
    event: Event,
}

/// Notes what asks for a new identification, assessment and grade (安监总局令第40号 article 11).
#[utoipa::path(post, path = "/api/hazard-sources/{city}/{id}/events", tag = "hazard", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = NewHazardEvent,
    responses((status = 200, body = View), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn add_hazard_event(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(given): Body<NewHazardEvent>,
) -> Outcome<Json<View>> {
    let scope = actor.may(&powers::EVENT)?;
    let mut tx = app.db.begin().await?;
    let row = read(&mut tx, &scope, (&city, id), given.version).await?;
    let firm = enterprise::store::find(&mut tx, &scope, &city, row.enterprise).await?;
    let law = law::in_force(&mut tx, &firm.town).await?;
    let by = Acting { clock: &app.clock, actor: &actor, law: &law };
    let row = write::event(&mut tx, by, &firm, &row, given.event).await?;
    tx.commit().await?;
    Ok(Json(view(&law, row, app.clock.today())))
}

/// Units to be tried.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct HazardTrial {
    /// Division whose law counts.
    region: String,
    category: String,
    population: Option<i64>,
    units: Vec<Unit>,
}

/// What units would be, with every step; nothing is written.
#[utoipa::path(post, path = "/api/hazard-sources/identify", tag = "hazard", request_body = HazardTrial,
    responses((status = 200, body = Object), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn identify_hazard_units(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(mut given): Body<HazardTrial>,
) -> Outcome<Json<Value>> {
    actor.may(&powers::IDENTIFY)?;
    let law = law::in_force(&app.db, &given.region).await?;
    let at = At { on: app.clock.today(), region: &given.region, law: &law };
    Ok(Json(write::tried(&at, &given.category, given.population, &mut given.units)?))
}
