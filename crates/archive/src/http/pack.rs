//! An archive as one file, over HTTP: asked for, made by a job, fetched by who asked.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, Caller, Outcome, PathOf, Problem};

use crate::{
    jobs,
    pack::{self, Whose},
    powers,
};

/// The job that makes the file.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ArchiveZipJob {
    job: Uuid,
}

/// Packs an archive into one ZIP: its records in a workbook, its documents in folders. Who took it out is recorded.
#[utoipa::path(post, path = "/api/enterprises/{city}/{id}/archive/zip", tag = "archive", params(("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 202, body = ArchiveZipJob), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn create_archive_zip(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
) -> Outcome<(StatusCode, Json<ArchiveZipJob>)> {
    let scope = actor.may(&powers::PACK)?;
    enterprise::store::find(&app.db, &scope, &city, id).await?;
    let input = serde_json::to_value(Whose { city: city.clone(), id }).map_err(Problem::internal)?;
    let mut tx = app.db.begin().await?;
    let new = job::New { kind: jobs::PACK, city, owner: actor.account, on_behalf: actor.on_behalf, input };
    let job = job::enqueue(&mut tx, &app.clock, new).await?;
    tx.commit().await?;
    Ok((StatusCode::ACCEPTED, Json(ArchiveZipJob { job })))
}

/// The file of an archive that the caller asked for; kept for a week.
#[utoipa::path(get, path = "/api/archive-zips/{job}/file", tag = "archive", params(("job" = Uuid, Path)),
    responses((status = 200, content_type = "application/zip", body = Vec<u8>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn find_archive_zip_file(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf(id): PathOf<Uuid>,
) -> Outcome<Response> {
    actor.may(&powers::PACK_FILE)?;
    let result = job::done_by(&app.db, actor.account, jobs::PACK, id).await?;
    let name = result["name"].as_str().unwrap_or("archive.zip");
    web::send_file(&pack::path(&app, id), name, "application/zip").await
}
