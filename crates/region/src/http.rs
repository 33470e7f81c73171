//! Divisions over HTTP. They are public knowledge: anybody may ask, the first start does.

use axum::Json;
use kernel::RegionCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use web::{App, Outcome, PathOf, Problem, Query};

use crate::divisions::{self, Division};

/// The operations of this crate.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_regions)).routes(routes!(find_region))
}

/// A division.
#[derive(Debug, Serialize, ToSchema)]
struct RegionView {
    code: String,
    name: String,
    full_name: String,
    /// 省, 市, 区县 or 镇街.
    tier: String,
    parent: Option<String>,
}

fn view(division: &Division) -> RegionView {
    let code = division.code.as_str();
    let parent = [6, 4, 2]
        .iter()
        .filter_map(|digits| code.get(..*digits))
        .find(|parent| parent.len() < code.len() && divisions::find(parent).is_some());
    RegionView {
        code: code.to_string(),
        name: division.name.clone(),
        full_name: divisions::full_name(code),
        tier: RegionCode::parse(code).map(|code| code.tier().label().to_string()).unwrap_or_default(),
        parent: parent.map(str::to_string),
    }
}

/// Of which division.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Of {
    /// Code; the provinces unless told.
    parent: Option<String>,
}

/// The divisions one tier below another.
#[utoipa::path(get, path = "/api/regions", tag = "regions", params(Of),
    responses((status = 200, body = Vec<RegionView>)))]
async fn list_regions(Query(of): Query<Of>) -> Outcome<Json<Vec<RegionView>>> {
    let found = match of.parent.as_deref().filter(|parent| !parent.is_empty()) {
        Some(parent) => divisions::children(parent).into_iter().map(view).collect(),
        None => divisions::divisions().iter().filter(|division| division.code.len() == 2).map(view).collect(),
    };
    Ok(Json(found))
}

/// One division.
#[utoipa::path(get, path = "/api/regions/{code}", tag = "regions", params(("code" = String, Path)),
    responses((status = 200, body = RegionView), (status = 404, body = Problem)))]
async fn find_region(PathOf(code): PathOf<String>) -> Outcome<Json<RegionView>> {
    divisions::find(&code).map(|division| Json(view(division))).ok_or_else(Problem::not_found)
}
