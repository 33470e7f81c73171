//! Exhibits of a penalty: photos and papers.

use audit::Action;
use axum::{
    Json,
    extract::{DefaultBodyLimit, Multipart, State, multipart::MultipartRejection},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use db::Exec;
use file::{Kept, Kind};
use serde::Deserialize;
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt},
    routes,
};
use uuid::Uuid;
use web::{App, Caller, Outcome, PathOf, Problem, Query, UploadKey};

use super::super::{
    model::{EVIDENCE, Exhibit, Penalty},
    store,
};
use crate::{
    act::{ahead, filled},
    powers,
};

const KINDS: &[Kind] = &[Kind::Png, Kind::Jpeg, Kind::Pdf];
/// Most exhibits of a penalty.
const MOST: usize = 100;

/// The operations on exhibits. Uploads carry a limit of their own, with room for the form around the file.
pub(super) fn router() -> OpenApiRouter<App> {
    let most = DefaultBodyLimit::max(file::MOST_ATTACHMENT + 16 * 1024);
    OpenApiRouter::new()
        .routes(routes!(create_penalty_exhibit).layer(most))
        .routes(routes!(find_penalty_exhibit))
}

/// An exhibit to add.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the form")]
struct PenaltyExhibitFile {
    /// PNG, JPEG or PDF, judged by its content; 20 MB at most.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Where an exhibit comes from.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
struct Source {
    /// What it is evidence as: `documentary`, `physical`, `audiovisual`, `electronic`, `testimony`, `statement`, `opinion`, `record`.
    evidence: Option<String>,
    /// When it was taken.
    taken_at: Option<DateTime<Utc>>,
    /// Where it was taken.
    taken_place: Option<String>,
    /// Who took it; the officers of the case unless told.
    taken_by: Option<String>,
}

impl Source {
    /// What it says, checked: kind, time, place and who.
    fn checked(self, own: &Penalty, now: DateTime<Utc>) -> Outcome<(String, DateTime<Utc>, String, String)> {
        let known = self.evidence.filter(|kind| EVIDENCE.iter().any(|own| own.0 == kind));
        let Some(evidence) = known else {
            let names: Vec<&str> = EVIDENCE.iter().map(|own| own.1).collect();
            let why = format!("请选择证据种类：{}。", names.join("、"));
            return Err(Problem::wrong_field("/evidence", "choice.unknown", why));
        };
        let Some(at) = self.taken_at.filter(|at| *at <= now + ahead()) else {
            return Err(Problem::wrong_field("/taken_at", "date.range", "请填写取得时间，不能晚于现在。"));
        };
        let place = self.taken_place.unwrap_or_default();
        let place = filled("/taken_place", &place, "取得地点", 100)?;
        let officers: Vec<String> = own.officers().into_iter().map(|own| own.name).collect();
        let by = web::filled(self.taken_by).unwrap_or_else(|| officers.join("、"));
        let by = filled("/taken_by", &by, "取证人", 100)?;
        Ok((evidence, at, place, by))
    }
}

/// Adds an exhibit with where it comes from, until the penalty is decided.
#[utoipa::path(post, path = "/api/penalties/{city}/{id}/exhibits", tag = "inspection", params(Source, ("city" = String, Path), ("id" = Uuid, Path)),
    request_body(content = PenaltyExhibitFile, content_type = "multipart/form-data"),
    responses((status = 201, body = Exhibit), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 413, body = Problem), (status = 422, body = Problem)))]
async fn create_penalty_exhibit(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Query(source): Query<Source>,
    key: UploadKey,
    form: Result<Multipart, MultipartRejection>,
) -> Outcome<Response> {
    let scope = actor.may(&powers::EXHIBIT)?;
    let own = store::find(&app.db, &scope, &city, id).await?;
    let (evidence, taken_at, taken_place, taken_by) = source.checked(&own, app.clock.now())?;
    let kept = file::keep(form, &danger::folder(&app), KINDS).await?;
    let mut tx = app.db.begin().await?;
    let said = [kept.hash.as_bytes(), kept.name.as_bytes(), id.as_bytes()];
    if let Some(answer) = key.first(&mut tx, &app, &said).await? {
        return Ok(answer);
    }
    let own = store::find(&mut tx, &scope, &city, id).await?;
    let case = caseflow::store::find(&mut tx, &scope, &city, id).await?;
    if own.decided_on.is_some() || case.closed_on.is_some() {
        return Err(Problem::conflict("penalty.decided", "处罚已经决定或者办结，不能再补充证据。"));
    }
    if store::exhibits(&mut tx, &own).await?.len() >= MOST {
        return Err(Problem::conflict("exhibit.many", format!("一件处罚最多 {MOST} 份证据。")));
    }
    let exhibit = Exhibit {
        city,
        id: Uuid::now_v7(),
        town: own.town.clone(),
        sector: own.sector.clone(),
        enterprise: own.enterprise,
        penalty: own.id,
        name: kept.name,
        hash: kept.hash,
        size: kept.size,
        kind: kept.kind.code().into(),
        evidence: Some(evidence),
        taken_at: Some(taken_at),
        taken_place: Some(taken_place),
        taken_by: Some(taken_by),
        created_at: app.clock.now(),
        created_by: actor.account,
        created_by_name: actor.name.clone(),
    };
    tx.run(exhibit.insert()).await?;
    let title = format!("{}：{}", own.title(), exhibit.name);
    let after = json!({"penalty": exhibit.penalty, "hash": exhibit.hash, "size": exhibit.size, "evidence": exhibit.evidence,
        "taken_at": exhibit.taken_at, "taken_place": exhibit.taken_place, "taken_by": exhibit.taken_by});
    let entry = exhibit.entry(Action::Create, &title, after, None);
    audit::record(&mut tx, &app.clock, &actor, entry).await?;
    key.keep(&mut tx, StatusCode::CREATED, &exhibit).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(exhibit)).into_response())
}

/// An exhibit.
#[utoipa::path(get, path = "/api/penalty-exhibits/{city}/{id}", tag = "inspection", params(("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, content_type = "application/octet-stream"), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn find_penalty_exhibit(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
) -> Outcome<Response> {
    let scope = actor.may(&powers::EXHIBIT_FILE)?;
    let sql = Exhibit::select().push(" where city = ").arg(&city).push(" and id = ").arg(id);
    let own: Exhibit = app.db.one(sql.push(" and ").scope(&scope, "", "enterprise")).await?;
    let kind = Kind::parse(&own.kind).ok_or_else(Problem::not_found)?;
    let kept = Kept { hash: own.hash, size: own.size, kind, name: own.name };
    // only a picture is shown within a page; the rest is downloaded
    match kind {
        Kind::Png | Kind::Jpeg => file::show(&danger::folder(&app), &kept).await,
        _ => file::send(&danger::folder(&app), &kept).await,
    }
}
