//! Exports: exactly the rows and columns of a list, made by a job and fetched by who asked.

use audit::ExportJob;
use axum::{Json, extract::State, http::StatusCode, response::Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, Body, Caller, Outcome, PathOf, Problem};

use crate::{fields, jobs, powers, store::Filter};

/// What to export.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct NewExport {
    /// The filters as in the list.
    #[schema(value_type = Object)]
    pub(crate) query: Filter,
    /// Order as in the list.
    pub(crate) sort: Option<String>,
    /// Columns in order; `region_name` is the division in words.
    pub(crate) columns: Vec<String>,
    /// `xlsx` or `csv`.
    pub(crate) format: String,
}

/// Exports a list. What was exported, by which filters and by whom, is recorded.
#[utoipa::path(post, path = "/api/exports", tag = "exports", request_body = NewExport,
    responses((status = 202, body = ExportJob), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create_export(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(new): Body<NewExport>,
) -> Outcome<(StatusCode, Json<ExportJob>)> {
    new.query.scope(&actor.may(&powers::EXPORT)?)?;
    let known = fields::fields();
    let unknown = new
        .columns
        .iter()
        .find(|name| *name != "region_name" && !known.iter().any(|field| field.name == *name));
    if let Some(unknown) = unknown {
        return Err(Problem::wrong_field("/columns", "field.unknown", format!("没有「{unknown}」这一栏。")));
    }
    if new.columns.is_empty() {
        return Err(Problem::wrong_field("/columns", "columns.none", "请至少选择一栏。"));
    }
    jobs::EXPORT.ask(&app, &actor, &new.format, &new).await
}

/// The file of an export that the caller asked for.
#[utoipa::path(get, path = "/api/exports/{job}/file", tag = "exports", params(("job" = Uuid, Path)),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn find_export_file(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf(id): PathOf<Uuid>,
) -> Outcome<Response> {
    actor.may(&powers::EXPORT_FILE)?;
    jobs::EXPORT.fetch(&app, &actor, id).await
}
