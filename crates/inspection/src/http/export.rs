//! The register of documents in a file.

use audit::{ExportJob, ListExport, Listing, Making};
use axum::{Json, extract::State, http::StatusCode, response::Response};
use job::{Context, Failure};
use serde_json::Value;
use uuid::Uuid;
use web::{App, Body, Caller, Outcome, Page, PathOf, Problem};

use super::register::{DocumentFilter, page};
use crate::{compose, model::Paper, powers};

pub(crate) const LISTING: Listing = Listing {
    kind: "export_enforcement_documents",
    title: "执法文书台账",
    unit: "份执法文书",
    subject: Paper::TABLE,
};

const COLUMNS: &[&str] = &[
    "文号",
    "文书",
    "企业",
    "所在地区",
    "监管领域",
    "状态",
    "签发机关",
    "签发日期",
    "整改期限",
    "送达日期",
    "送达方式、地点和收件人",
    "撤回日期",
    "撤回原因",
];

fn cells(row: Paper) -> Vec<String> {
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let state = match row.state.as_str() {
        "draft" => "草稿",
        "issued" => "已签发",
        _ => "已撤回",
    };
    vec![
        row.number.unwrap_or_default(),
        compose::form_name(&row.form, row.issued_on),
        row.enterprise_name,
        region::divisions::full_name(&row.town),
        rules::sector::label(&row.sector).unwrap_or_default().to_string(),
        state.to_string(),
        row.issuer.unwrap_or_default(),
        day(row.issued_on),
        day(row.due_on),
        day(row.served_on),
        row.service.unwrap_or_default(),
        day(row.withdrawn_on),
        row.reason.unwrap_or_default(),
    ]
}

/// Exports the documents that the filters of the register leave.
#[utoipa::path(post, path = "/api/enforcement-documents/exports", tag = "inspection", request_body = ListExport,
    responses((status = 202, body = ExportJob), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create_enforcement_document_export(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(new): Body<ListExport>,
) -> Outcome<(StatusCode, Json<ExportJob>)> {
    let scope = actor.may(&powers::EXPORT)?;
    web::narrowed(scope, new.query::<DocumentFilter>()?.region.as_deref())?;
    LISTING.ask(&app, &actor, &new.format, &new).await
}

/// The file of such an export that the caller asked for.
#[utoipa::path(get, path = "/api/enforcement-documents/exports/{job}/file", tag = "inspection", params(("job" = Uuid, Path)),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn find_enforcement_document_export_file(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf(id): PathOf<Uuid>,
) -> Outcome<Response> {
    actor.may(&powers::EXPORT_FILE)?;
    LISTING.fetch(&app, &actor, id).await
}

pub(crate) async fn export(context: Context) -> Result<Value, Failure> {
    let wanted: ListExport = audit::told(&context)?;
    let filter: &DocumentFilter = &wanted.query()?;
    let region = filter.region.as_deref();
    let scope = &web::narrowed(context.actor.may(&powers::EXPORT)?, region)?;
    let app = &context.app;
    let making = Making { format: &wanted.format, columns: COLUMNS, region, total: None };
    let read = |cursor| async move {
        let rows = page(app, scope, filter, &Page { limit: Some(200), cursor }).await?;
        Ok(rows.map(cells))
    };
    LISTING.make(&context, making, read).await
}
