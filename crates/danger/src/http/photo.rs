//! Photos and papers of a danger: before it was put right and after.

use audit::Action;
use axum::{
    Json,
    extract::{DefaultBodyLimit, Multipart, State, multipart::MultipartRejection},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::{Exec, FromRow, Tx, sql};
use file::{Kept, Kind};
use kernel::{Actor, Clock};
use serde::Deserialize;
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt},
    routes,
};
use uuid::Uuid;
use web::{App, Caller, Outcome, PathOf, Problem, Query, UploadKey};

use crate::{
    model::{Danger, Photo},
    powers,
    store::{self, MOST_PHOTOS},
};

const KINDS: &[Kind] = &[Kind::Png, Kind::Jpeg, Kind::Pdf];

/// The operations on photos. Uploads carry a limit of their own, with room for the form around the file.
pub(super) fn router() -> OpenApiRouter<App> {
    let most = DefaultBodyLimit::max(file::MOST_ATTACHMENT + 16 * 1024);
    OpenApiRouter::new().routes(routes!(create_danger_photo).layer(most)).routes(routes!(find_danger_photo))
}

/// A photo to add.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the form")]
struct DangerPhotoFile {
    /// PNG, JPEG or PDF, judged by its content; 20 MB at most.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Which side.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
struct Side {
    /// `before` it was put right, or `after`; before unless told.
    side: Option<String>,
}

#[derive(FromRow)]
struct Number {
    number: i64,
}

/// Adds a photo or paper to a danger.
#[utoipa::path(post, path = "/api/dangers/{city}/{id}/photos", tag = "danger", params(Side, ("city" = String, Path), ("id" = Uuid, Path)),
    request_body(content = DangerPhotoFile, content_type = "multipart/form-data"),
    responses((status = 201, body = Photo), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 413, body = Problem), (status = 422, body = Problem)))]
async fn create_danger_photo(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Query(which): Query<Side>,
    key: UploadKey,
    form: Result<Multipart, MultipartRejection>,
) -> Outcome<Response> {
    let scope = actor.may(&powers::PHOTO)?;
    let danger = store::find(&app.db, &scope, &city, id).await?;
    let side = which.side.unwrap_or_else(|| "before".into());
    if !matches!(side.as_str(), "before" | "after") {
        return Err(Problem::bad_request("side.unknown", "side 应为 before 或者 after。"));
    }
    let kept = file::keep(form, &folder(&app), KINDS).await?;
    let mut tx = app.db.begin().await?;
    let said = [kept.hash.as_bytes(), kept.name.as_bytes(), side.as_bytes()];
    if let Some(answer) = key.first(&mut tx, &app, &said).await? {
        return Ok(answer);
    }
    let photo = add(&mut tx, (&app.clock, &actor), &danger, (&side, kept)).await?;
    key.keep(&mut tx, StatusCode::CREATED, &photo).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(photo)).into_response())
}

/// Adds a photo whose content was kept in [`folder`].
///
/// # Errors
/// 409 when it has as many as it may.
pub async fn add(
    tx: &mut Tx,
    (clock, actor): (&Clock, &Actor),
    danger: &Danger,
    (side, kept): (&str, Kept),
) -> Outcome<Photo> {
    let city = danger.city.clone();
    let count =
        sql!("select count(*) as number from danger_photo where city = $1 and danger = $2", &city, danger.id);
    if tx.one::<Number>(count).await?.number >= MOST_PHOTOS {
        return Err(Problem::conflict("photo.many", format!("一条隐患最多 {MOST_PHOTOS} 张照片。")));
    }
    let photo = Photo {
        city,
        id: Uuid::now_v7(),
        town: danger.town.clone(),
        sector: danger.sector.clone(),
        enterprise: danger.enterprise,
        danger: danger.id,
        side: side.to_string(),
        name: kept.name,
        hash: kept.hash,
        size: kept.size,
        kind: kept.kind.code().into(),
        created_at: clock.now(),
        created_by: actor.account,
        created_by_name: actor.name.clone(),
    };
    tx.run(photo.insert()).await?;
    let entry = audit::Entry {
        action: Action::Create,
        subject: Photo::TABLE,
        city: photo.city.clone(),
        town: photo.town.clone(),
        row: Some(photo.id),
        title: Some(photo.name.clone()),
        before: None,
        after: Some(
            json!({"danger": photo.danger, "side": photo.side, "hash": photo.hash, "size": photo.size}),
        ),
        reason: None,
    };
    audit::record(tx, clock, actor, entry).await?;
    Ok(photo)
}

/// Where contents lie.
pub fn folder(app: &App) -> std::path::PathBuf {
    app.files.join("dangers")
}

/// A photo or paper of a danger.
#[utoipa::path(get, path = "/api/danger-photos/{city}/{id}", tag = "danger", params(("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, content_type = "application/octet-stream"), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn find_danger_photo(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
) -> Outcome<Response> {
    let scope = actor.may(&powers::PHOTO_FILE)?;
    let sql = Photo::select().push(" where city = ").arg(&city).push(" and id = ").arg(id);
    let photo: Photo = app.db.one(sql.push(" and ").scope(&scope, "", "enterprise")).await?;
    let kind = Kind::parse(&photo.kind).ok_or_else(Problem::not_found)?;
    file::show(&folder(&app), &Kept { hash: photo.hash, size: photo.size, kind, name: photo.name }).await
}
