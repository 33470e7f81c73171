//! Workbooks of records on their way out: the empty form, and what the archives hold, each record with its number. How they come
//! in is `book_import`.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use db::Exec;
use enterprise::Cluster;
use kernel::{RegionCode, Scope};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Body, Caller, Outcome, Passing, PathOf, Problem, Query};

use crate::{
    book::{
        template,
        work::{self, NewArchiveExport},
    },
    powers,
};

pub(super) const XLSX: &str = sheet::Format::Xlsx.media_type();

/// Which sections.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Sections {
    /// Codes, separated by commas; all unless told.
    sections: Option<String>,
}

/// An empty workbook to be filled in: a guide, and a sheet for each section with its columns, choices and remarks.
#[utoipa::path(get, path = "/api/sections/workbook", tag = "archive_imports", params(Sections),
    responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn find_section_workbook(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(wanted): Query<Sections>,
) -> Outcome<Response> {
    actor.may(&powers::WORKBOOK)?;
    let sections = work::chosen(wanted.sections.as_deref().unwrap_or_default().split(','))?;
    let book = Passing::new(&app).await?;
    let name = match sections.as_slice() {
        [one] => format!("{}-填报模板.xlsx", one.label),
        _ => "安全生产档案填报模板.xlsx".into(),
    };
    tokio::task::block_in_place(|| template::begin(book.path(), &sections)?.finish())
        .map_err(Problem::internal)?;
    book.send(&name, XLSX).await
}

/// The job that writes a workbook.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ArchiveExportJob {
    job: Uuid,
}

/// Writes a workbook with the enterprises of an area or of a park in it, or with the records of their archives, each with its number: changed and
/// imported again, it changes those records. What was exported and by whom is recorded.
#[utoipa::path(post, path = "/api/archive-exports", tag = "archive_imports", request_body = NewArchiveExport,
    responses((status = 202, body = ArchiveExportJob), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create_archive_export(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(new): Body<NewArchiveExport>,
) -> Outcome<(StatusCode, Json<ArchiveExportJob>)> {
    let scope = actor.may(&powers::CREATE_ARCHIVE_EXPORT)?;
    let region = place(&scope, new.region.as_deref())?;
    if let Some(cluster) = new.cluster {
        let sql = Cluster::select().push(" where id = ").arg(cluster).push(" and ").area(&scope, "");
        app.db.one::<Cluster>(sql).await?;
    }
    work::chosen(new.sections.iter().map(String::as_str))?;
    let input = serde_json::to_value(&new).map_err(Problem::internal)?;
    let city = region.city().unwrap_or("0000").to_string();
    let mut tx = app.db.begin().await?;
    let new = job::New { kind: work::EXPORT, city, owner: actor.account, on_behalf: actor.on_behalf, input };
    let job = job::enqueue(&mut tx, &app.clock, new).await?;
    tx.commit().await?;
    Ok((StatusCode::ACCEPTED, Json(ArchiveExportJob { job })))
}

/// The workbook that the caller asked for.
#[utoipa::path(get, path = "/api/archive-exports/{job}/file", tag = "archive_imports", params(("job" = Uuid, Path)),
    responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn find_archive_export_file(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf(id): PathOf<Uuid>,
) -> Outcome<Response> {
    actor.may(&powers::ARCHIVE_EXPORT_FILE)?;
    let result = job::done_by(&app.db, actor.account, work::EXPORT, id).await?;
    web::send_file(&work::export_path(&app, id), result["name"].as_str().unwrap_or("档案.xlsx"), XLSX).await
}

/// The division asked for, within the scope; the first of the own areas unless told.
pub(super) fn place(scope: &Scope, region: Option<&str>) -> Outcome<RegionCode> {
    match region.filter(|region| !region.is_empty()) {
        Some(region) => {
            let region = RegionCode::parse(region)?;
            scope.narrow(&region)?;
            Ok(region)
        }
        None => Ok(scope.areas().first().map(|area| area.region.clone()).ok_or_else(Problem::not_found)?),
    }
}
