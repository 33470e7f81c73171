//! Enterprises on the map: clusters far out, enterprises close up, and how many have no place on it.

use axum::{Json, extract::State};
use db::{Exec, FromRow};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Caller, Outcome, Problem, Query};

use crate::{
    numbers, powers,
    store::{self, Filter},
};

/// Enterprises shown one by one; more are gathered into cells.
const MOST: i64 = 400;

/// Enterprises gathered into cells; more are gathered by division, from the kept numbers.
const MANY: i64 = 5_000;

/// A place on the map.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Point {
    lon: f64,
    lat: f64,
    count: i64,
    name: Option<String>,
    city: Option<String>,
    id: Option<Uuid>,
}

impl Point {
    fn of_many(lon: f64, lat: f64, count: i64) -> Point {
        Point { lon, lat, count, name: None, city: None, id: None }
    }
}

/// What the map shows.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Points {
    points: Vec<Point>,
    /// Enterprises without coordinates.
    without: i64,
}

/// How fine.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Grid {
    /// Cells to a degree; 50 unless told.
    cells: Option<u32>,
}

#[derive(FromRow)]
struct Cell {
    lon: f64,
    lat: f64,
    number: i64,
}

#[derive(FromRow)]
struct One {
    city: String,
    id: Uuid,
    name: String,
    longitude: f64,
    latitude: f64,
}

/// The places of the enterprises that the filters leave.
#[utoipa::path(get, path = "/api/enterprises/points", tag = "enterprises", params(Filter, Grid),
    responses((status = 200, body = Points), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_enterprise_points(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(filter): Query<Filter>,
    Query(grid): Query<Grid>,
) -> Outcome<Json<Points>> {
    let scope = filter.scope(&actor.may(&powers::POINTS)?)?;
    let engine = app.db.engine();
    let located = Filter { located: Some("yes".into()), ..filter.clone() };
    let (numbers, _) = numbers::facets(&app.db, &scope, &filter).await?;
    let located_or_not = numbers.get("located").map(Vec::as_slice).unwrap_or_default();
    let number_of =
        |value: &str| located_or_not.iter().find(|own| own.value == value).map_or(0, |own| own.number);
    let (number, without) = (number_of("yes"), number_of("no"));
    let points = if number <= MOST {
        let columns = "select city, id, name, longitude, latitude";
        let sql = store::filtered(engine, columns, &scope, &located, numbers::MOST_HITS);
        let rows: Vec<One> = app.db.all(sql.push(" limit 400")).await?;
        rows.into_iter()
            .map(|row| Point {
                lon: row.longitude,
                lat: row.latitude,
                count: 1,
                name: Some(row.name),
                city: Some(row.city),
                id: Some(row.id),
            })
            .collect()
    } else if number > MANY && !filter.reads_records() && !filter.directly {
        let gathered = store::gathered(&app.db, &scope, &filter).await?;
        gathered.into_iter().map(|own| Point::of_many(own.longitude, own.latitude, own.number)).collect()
    } else {
        let cells = grid.cells.unwrap_or(50).clamp(1, 1_000);
        let columns = "select avg(longitude) as lon, avg(latitude) as lat, count(*) as number";
        let sql = store::filtered(engine, columns, &scope, &located, numbers::MOST_HITS).push(&format!(
            " group by cast(longitude * {cells} as bigint), cast(latitude * {cells} as bigint) limit 5000"
        ));
        let rows: Vec<Cell> = app.db.all(sql).await?;
        rows.into_iter().map(|row| Point::of_many(row.lon, row.lat, row.number)).collect()
    };
    Ok(Json(Points { points, without }))
}
