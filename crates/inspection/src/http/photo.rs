//! Photos of what is found at a visit.

use audit::Action;
use axum::{
    Json,
    extract::{DefaultBodyLimit, Multipart, State, multipart::MultipartRejection},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::{Exec, Tx};
use file::{Kept, Kind};
use kernel::{Actor, Clock, Scope};
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt},
    routes,
};
use uuid::Uuid;
use web::{App, Caller, Outcome, PathOf, Problem, UploadKey};

use crate::{act, model::Photo, powers, store};

const KINDS: &[Kind] = &[Kind::Png, Kind::Jpeg];
/// Most photos of a finding.
const MOST: usize = 9;

/// The operations on photos. Uploads carry a limit of their own, with room for the form around the file.
pub(super) fn router() -> OpenApiRouter<App> {
    let most = DefaultBodyLimit::max(file::MOST_ATTACHMENT + 16 * 1024);
    OpenApiRouter::new().routes(routes!(create_visit_photo).layer(most)).routes(routes!(find_visit_photo))
}

/// A photo to add.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the form")]
struct VisitPhotoFile {
    /// PNG or JPEG, judged by its content; 20 MB at most.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Adds a photo of something found while the visit is open.
#[utoipa::path(post, path = "/api/visits/{city}/{id}/findings/{finding}/photos", tag = "inspection", params(("city" = String, Path), ("id" = Uuid, Path), ("finding" = Uuid, Path)),
    request_body(content = VisitPhotoFile, content_type = "multipart/form-data"),
    responses((status = 201, body = Photo), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 413, body = Problem), (status = 422, body = Problem)))]
async fn create_visit_photo(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id, finding)): PathOf<(String, Uuid, Uuid)>,
    key: UploadKey,
    form: Result<Multipart, MultipartRejection>,
) -> Outcome<Response> {
    let scope = actor.may(&powers::PHOTO)?;
    store::visit(&app.db, &scope, &city, id).await?;
    let kept = file::keep(form, &danger::folder(&app), KINDS).await?;
    let mut tx = app.db.begin().await?;
    let said = [kept.hash.as_bytes(), kept.name.as_bytes(), finding.as_bytes()];
    if let Some(answer) = key.first(&mut tx, &app, &said).await? {
        return Ok(answer);
    }
    let photo = add(&mut tx, (&app.clock, &actor), &scope, (city, id, finding), kept).await?;
    key.keep(&mut tx, StatusCode::CREATED, &photo).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(photo)).into_response())
}

/// Adds a photo whose content was kept in the folder of dangers' photos to something found at an open visit.
pub(crate) async fn add(
    tx: &mut Tx,
    (clock, actor): (&Clock, &Actor),
    scope: &Scope,
    (city, id, finding): (String, Uuid, Uuid),
    kept: Kept,
) -> Outcome<Photo> {
    let visit = act::hold(tx, (clock, actor), scope, (&city, id, None)).await?;
    let own = store::finding(&mut *tx, &visit, finding).await?;
    if store::photos(&mut *tx, &own).await?.len() >= MOST {
        return Err(Problem::conflict("photo.many", format!("一个问题最多 {MOST} 张照片。")));
    }
    let photo = Photo {
        city,
        id: Uuid::now_v7(),
        town: visit.town.clone(),
        sector: visit.sector.clone(),
        enterprise: visit.enterprise,
        visit: visit.id,
        finding: own.id,
        name: kept.name,
        hash: kept.hash,
        size: kept.size,
        kind: kept.kind.code().into(),
        created_at: clock.now(),
        created_by: actor.account,
        created_by_name: actor.name.clone(),
    };
    tx.run(photo.insert()).await?;
    let title = format!("{}：{}", visit.enterprise_name, photo.name);
    let after = json!({"finding": photo.finding, "hash": photo.hash, "size": photo.size});
    let entry = photo.entry(Action::Create, &title, after, None);
    audit::record(tx, clock, actor, entry).await?;
    Ok(photo)
}

/// A photo of something found.
#[utoipa::path(get, path = "/api/visit-photos/{city}/{id}", tag = "inspection", params(("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, content_type = "application/octet-stream"), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn find_visit_photo(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
) -> Outcome<Response> {
    let scope = actor.may(&powers::PHOTO_FILE)?;
    let sql = Photo::select().push(" where city = ").arg(&city).push(" and id = ").arg(id);
    let photo: Photo = app.db.one(sql.push(" and ").scope(&scope, "", "enterprise")).await?;
    let kind = Kind::parse(&photo.kind).ok_or_else(Problem::not_found)?;
    let kept = Kept { hash: photo.hash, size: photo.size, kind, name: photo.name };
    file::show(&danger::folder(&app), &kept).await
}
