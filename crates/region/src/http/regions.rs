//! The map of a day and the history of a code. They are public knowledge: anybody may ask, the first start does. And the
//! villages of a city from a file.

use axum::{
    Json,
    extract::{Multipart, State, multipart::MultipartRejection},
};
use chrono::NaiveDate;
use kernel::RegionCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Caller, Outcome, PathOf, Problem, Query};

use crate::{
    divisions::{self, Division},
    powers,
    timeline::{self, Event, Span},
    villages::Villages,
};

/// A division.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DivisionView {
    code: String,
    name: String,
    full_name: String,
    /// 省, 市, 区县 or 镇街.
    tier: String,
    parent: Option<String>,
    /// How certain a past span is: `text`, `single` or `memory`; null on the map of today.
    certainty: Option<String>,
    /// Remark of a past span.
    note: Option<String>,
}

fn view(code: &str, name: &str) -> DivisionView {
    let parent = [9, 6, 4, 2]
        .iter()
        .filter_map(|digits| code.get(..*digits))
        .find(|parent| parent.len() < code.len() && divisions::find(parent).is_some());
    DivisionView {
        code: code.to_string(),
        name: name.to_string(),
        full_name: divisions::full_name(code) + if code.len() == 12 { name } else { "" },
        tier: RegionCode::parse(code).map(|code| code.tier().label().to_string()).unwrap_or_default(),
        parent: parent.map(str::to_string),
        certainty: None,
        note: None,
    }
}

fn today(division: &Division) -> DivisionView {
    view(&division.code, &division.name)
}

/// Of which division, on which day.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Of {
    /// Code; the provinces unless told. Of a town, its villages.
    parent: Option<String>,
    /// Day; today unless told.
    on: Option<NaiveDate>,
}

/// The divisions one tier below another, as they are or as they were on a day.
#[utoipa::path(get, path = "/api/regions", tag = "regions", params(Of),
    responses((status = 200, body = Vec<DivisionView>)))]
pub(super) async fn list_regions(
    State(app): State<App>,
    Query(of): Query<Of>,
) -> Outcome<Json<Vec<DivisionView>>> {
    let Some(parent) = of.parent.as_deref().filter(|parent| !parent.is_empty()) else {
        let provinces = divisions::shipped().iter().filter(|division| division.code.len() == 2);
        return Ok(Json(provinces.map(today).collect()));
    };
    if let Some(on) = of.on.filter(|on| *on < app.clock.today()) {
        let spans = timeline::children_on(&app.db, parent, on).await?;
        let past = |span: Span| DivisionView {
            full_name: span.name.clone(),
            certainty: Some(span.certainty),
            note: Some(span.note),
            ..view(&span.code, &span.name)
        };
        return Ok(Json(spans.into_iter().map(past).collect()));
    }
    if parent.len() == 9 {
        let city = parent.get(..4).unwrap_or_default();
        let mut villages = divisions::villages(city);
        villages.retain(|village| village.code.starts_with(parent));
        return Ok(Json(villages.into_iter().map(today).collect()));
    }
    Ok(Json(divisions::children(parent).into_iter().map(today).collect()))
}

/// One division in force.
#[utoipa::path(get, path = "/api/regions/{code}", tag = "regions", params(("code" = String, Path)),
    responses((status = 200, body = DivisionView), (status = 404, body = Problem)))]
pub(super) async fn find_region(PathOf(code): PathOf<String>) -> Outcome<Json<DivisionView>> {
    divisions::find(&code).map(|division| Json(today(division))).ok_or_else(Problem::not_found)
}

/// The life of a code.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RegionHistory {
    code: String,
    /// Its spans, the earliest first: one code may have named different divisions.
    spans: Vec<Span>,
    /// The changes it had a part in, the latest first.
    changes: Vec<Event>,
    /// Names of the codes in the changes.
    names: std::collections::BTreeMap<String, String>,
}

/// What a code named when, and by which changes.
#[utoipa::path(get, path = "/api/regions/{code}/history", tag = "regions", params(("code" = String, Path)),
    responses((status = 200, body = RegionHistory), (status = 404, body = Problem)))]
pub(super) async fn list_region_history(
    State(app): State<App>,
    PathOf(code): PathOf<String>,
) -> Outcome<Json<RegionHistory>> {
    let parsed = RegionCode::parse(&code).map_err(|_| Problem::not_found())?;
    let spans = timeline::spans(&app.db, parsed.as_str()).await?;
    if spans.is_empty() {
        return Err(Problem::not_found());
    }
    let changes = timeline::events(&app.db, &parsed).await?;
    let mut names = std::collections::BTreeMap::new();
    let mut codes: Vec<String> = Vec::new();
    for event in &changes {
        codes.extend(event.from.iter().chain(&event.to).cloned());
    }
    codes.truncate(400);
    codes.sort();
    codes.dedup();
    for code in codes {
        let name = timeline::name_of(&app.db, &code).await?;
        names.insert(code, name);
    }
    Ok(Json(RegionHistory { code: parsed.as_str().to_string(), spans, changes, names }))
}

/// Which city.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Where {
    /// City, 4 digits.
    region: String,
}

/// A file to upload.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the form")]
pub(super) struct VillageFile {
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Takes the villages of a city from a CSV or XLSX file (columns 代码 and 名称). Rows that are not taken come back with the
/// reason.
#[utoipa::path(post, path = "/api/villages", tag = "regions", params(Where),
    request_body(content = VillageFile, content_type = "multipart/form-data"),
    responses((status = 200, body = Villages), (status = 403, body = Problem), (status = 404, body = Problem), (status = 413, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn load_villages(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(place): Query<Where>,
    form: Result<Multipart, MultipartRejection>,
) -> Outcome<Json<Villages>> {
    let region = RegionCode::parse(&place.region)?;
    let scope = actor.may(&powers::VILLAGES)?;
    let city = region
        .city()
        .filter(|city| *city == region.as_str())
        .ok_or_else(|| Problem::wrong_field("/region", "region.tier", "请选择一个市。"))?;
    if !scope.covers(city) {
        return Err(Problem::not_found());
    }
    let path = app.files.join(format!("villages-{}", Uuid::now_v7()));
    let name = web::save_upload(form, &path).await?;
    let done = crate::load_villages(&app.db, &app.clock, &actor, city, path.clone(), &name).await;
    drop(tokio::fs::remove_file(&path).await);
    Ok(Json(done?))
}
