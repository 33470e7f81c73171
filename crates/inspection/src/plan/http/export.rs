//! What plans mean to have inspected, in a file.

use audit::{ExportJob, ListExport, Listing, Making};
use axum::{Json, extract::State, http::StatusCode, response::Response};
use job::{Context, Failure};
use serde_json::Value;
use uuid::Uuid;
use web::{App, Body, Caller, List, Outcome, Page, PathOf, Problem};

use super::{
    targets::{TargetFilter, page},
    view::targets,
};
use crate::{plan::model::Target, powers};

pub(crate) const LISTING: Listing = Listing {
    kind: "export_inspection_targets",
    title: "计划检查",
    unit: "次计划检查",
    subject: Target::TABLE,
};

/// Exports the targets that the filters of the list leave.
#[utoipa::path(post, path = "/api/inspection-targets/exports", tag = "inspection", request_body = ListExport,
    responses((status = 202, body = ExportJob), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create_inspection_target_export(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(new): Body<ListExport>,
) -> Outcome<(StatusCode, Json<ExportJob>)> {
    let scope = actor.may(&powers::EXPORT_TARGETS)?;
    web::narrowed(scope, new.query::<TargetFilter>()?.region.as_deref())?;
    LISTING.ask(&app, &actor, &new.format, &new).await
}

/// The file of such an export that the caller asked for.
#[utoipa::path(get, path = "/api/inspection-targets/exports/{job}/file", tag = "inspection", params(("job" = Uuid, Path)),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn find_inspection_target_export_file(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf(id): PathOf<Uuid>,
) -> Outcome<Response> {
    actor.may(&powers::TARGETS_FILE)?;
    LISTING.fetch(&app, &actor, id).await
}

pub(crate) async fn export(context: Context) -> Result<Value, Failure> {
    let wanted: ListExport = audit::told(&context)?;
    let filter: &TargetFilter = &wanted.query()?;
    let region = filter.region.as_deref();
    let scope = &web::narrowed(context.actor.may(&powers::EXPORT_TARGETS)?, region)?;
    let (app, account) = (&context.app, context.actor.account);
    let making = Making { format: &wanted.format, columns: super::view::COLUMNS, region, total: None };
    let read = |cursor| async move {
        let List { items, next } =
            page(app, (scope, account), filter, &Page { limit: Some(200), cursor }).await?;
        let items = targets(app, items).await?.into_iter().map(|own| own.cells()).collect();
        Ok(List { items, next })
    };
    LISTING.make(&context, making, read).await
}
