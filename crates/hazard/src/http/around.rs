//! Sources on the map, and what lies within 500 m of one.

use axum::{Json, extract::State};
use kernel::Scope;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, Caller, Outcome, PathOf, Problem, Query};

use crate::{
    model::Source,
    powers,
    store::{self, Filter, MOST_NEAR, Near, distance},
};

/// Metres around a source that are looked at (GB 18218: people within 500 m).
const METRES: f64 = 500.0;
/// Most sources on the map.
const MOST: i64 = 2000;

/// A source on the map.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HazardPoint)]
pub(super) struct Point {
    city: String,
    id: Uuid,
    name: String,
    enterprise_name: String,
    longitude: f64,
    latitude: f64,
    grade: Option<i64>,
    is_major: bool,
    filed: bool,
}

/// What the map shows.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HazardPoints)]
pub(super) struct Points {
    points: Vec<Point>,
    /// Sources without coordinates.
    without: i64,
    /// Whether there are more than are shown.
    more: bool,
}

/// The places of the sources that the filters leave.
#[utoipa::path(get, path = "/api/hazard-sources/points", tag = "hazard", params(Filter),
    responses((status = 200, body = Points), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_hazard_points(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(filter): Query<Filter>,
) -> Outcome<Json<Points>> {
    let scope = web::narrowed(actor.may(&powers::POINTS)?, filter.region.as_deref())?;
    let mut rows = store::first(&app.db, &scope, &filter, (app.clock.today(), MOST + 1)).await?;
    let more = rows.len() as i64 > MOST;
    rows.truncate(MOST as usize);
    let all = rows.len();
    let points: Vec<Point> = rows.into_iter().filter_map(point).collect();
    Ok(Json(Points { without: (all - points.len()) as i64, points, more }))
}

fn point(row: Source) -> Option<Point> {
    Some(Point {
        longitude: row.longitude?,
        latitude: row.latitude?,
        filed: row.state == "filed",
        city: row.city,
        id: row.id,
        name: row.name,
        enterprise_name: row.enterprise_name,
        grade: row.grade,
        is_major: row.is_major,
    })
}

/// Something near.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HazardNear)]
pub(super) struct NearBy {
    city: String,
    id: Uuid,
    name: String,
    longitude: f64,
    latitude: f64,
    grade: Option<i64>,
    /// Metres, as the crow flies.
    metres: i64,
}

/// What lies around a source, the nearest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HazardSurroundings)]
pub(super) struct Surroundings {
    enterprises: Vec<NearBy>,
    sources: Vec<NearBy>,
    /// Whether there is more than is told.
    more: bool,
}

async fn within(app: &App, scope: &Scope, source: &Source, sources: bool) -> Outcome<(Vec<NearBy>, bool)> {
    let (Some(longitude), Some(latitude)) = (source.longitude, source.latitude) else {
        return Err(Problem::conflict(
            "hazard.no_place",
            "这处重大危险源还没有填写经纬度，填写后才能查看周边。",
        ));
    };
    let box_of = (source.city.as_str(), longitude, latitude, METRES);
    let rows = store::near(&app.db, scope, sources, box_of).await?;
    let more = rows.len() as i64 >= MOST_NEAR;
    let near = |own: Near| {
        let metres = distance((longitude, latitude), (own.longitude, own.latitude));
        (metres <= METRES && own.id != source.id && own.id != source.enterprise).then(|| NearBy {
            metres: metres.round() as i64,
            city: own.city,
            id: own.id,
            name: own.name,
            longitude: own.longitude,
            latitude: own.latitude,
            grade: own.grade,
        })
    };
    let mut found: Vec<NearBy> = rows.into_iter().filter_map(near).collect();
    found.sort_by_key(|own| own.metres);
    Ok((found, more))
}

/// The enterprises and other sources within 500 m, as far as they lie in the caller's area.
#[utoipa::path(get, path = "/api/hazard-sources/{city}/{id}/nearby", tag = "hazard", params(("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = Surroundings), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn list_hazard_nearby(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
) -> Outcome<Json<Surroundings>> {
    let scope = actor.may(&powers::NEARBY)?;
    let source = store::find(&app.db, &scope, &city, id).await?;
    let (enterprises, one) = within(&app, &scope, &source, false).await?;
    let (sources, other) = within(&app, &scope, &source, true).await?;
    Ok(Json(Surroundings { enterprises, sources, more: one || other }))
}
