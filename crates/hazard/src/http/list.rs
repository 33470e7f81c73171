//! Sources in lists, how many, and as a table.

use audit::{ExportJob, ListExport, Listing, Making};
use axum::{Json, extract::State, http::StatusCode, response::Response};
use futures::FutureExt;
use job::{Context, Failure, Kind};
use serde_json::Value;
use uuid::Uuid;
use web::{App, Body, Caller, Count, List, Outcome, Page, PathOf, Problem, Query};

use super::{Row, row};
use crate::{
    model::Source,
    powers,
    store::{self, Filter},
};

const LISTING: Listing = Listing {
    kind: "export_hazard_sources",
    title: "重大危险源",
    unit: "处重大危险源",
    subject: Source::TABLE,
};

/// The kinds of jobs of this area.
pub fn kinds() -> Vec<Kind> {
    let run = |context| export(context).boxed();
    vec![Kind { name: LISTING.kind, label: "导出重大危险源", every: None, run }]
}

/// Major hazard sources and what was found to be none, the latest entered first.
#[utoipa::path(get, path = "/api/hazard-sources", tag = "hazard", params(Filter, Page),
    responses((status = 200, body = List<Row>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_hazard_sources(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(filter): Query<Filter>,
    Query(page): Query<Page>,
) -> Outcome<Json<List<Row>>> {
    let scope = web::narrowed(actor.may(&powers::LIST)?, filter.region.as_deref())?;
    let rows = store::page(&app.db, &scope, &filter, app.clock.today(), &page).await?;
    Ok(Json(rows.map(row)))
}

/// How many the filters leave.
#[utoipa::path(get, path = "/api/hazard-sources/count", tag = "hazard", params(Filter),
    responses((status = 200, body = Count), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn count_hazard_sources(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(filter): Query<Filter>,
) -> Outcome<Json<Count>> {
    let scope = web::narrowed(actor.may(&powers::COUNT)?, filter.region.as_deref())?;
    Ok(Json(store::count(&app.db, &scope, &filter, app.clock.today()).await?))
}

const COLUMNS: &[&str] = &[
    "重大危险源名称",
    "企业",
    "所在地区",
    "监管领域",
    "类别",
    "存有",
    "是否构成",
    "级别",
    "S",
    "R",
    "标准",
    "申报级别",
    "评估日期",
    "重新辨识期限",
    "状态",
    "备案编号",
    "备案日期",
    "有效期至",
];

/// A grade as offices write it.
fn grade(grade: Option<i64>) -> &'static str {
    match grade {
        Some(1) => "一级",
        Some(2) => "二级",
        Some(3) => "三级",
        Some(4) => "四级",
        _ => "",
    }
}

fn cells(own: Row) -> Vec<String> {
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    vec![
        own.name,
        own.enterprise_name,
        own.region_name,
        own.sector_label,
        own.category_label.to_string(),
        own.holds,
        if own.is_major { "是" } else { "否" }.to_string(),
        grade(own.grade).to_string(),
        own.s.unwrap_or_default(),
        own.r.unwrap_or_default(),
        own.edition,
        grade(own.declared_grade).to_string(),
        day(own.assessed_on),
        day(own.review_on),
        own.state_label.to_string(),
        own.filing_number.unwrap_or_default(),
        day(own.filed_on),
        day(own.filed_until),
    ]
}

/// Exports the sources that the filters leave.
#[utoipa::path(post, path = "/api/hazard-sources/exports", tag = "hazard", request_body = ListExport,
    responses((status = 202, body = ExportJob), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create_hazard_export(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(new): Body<ListExport>,
) -> Outcome<(StatusCode, Json<ExportJob>)> {
    let scope = actor.may(&powers::EXPORT)?;
    web::narrowed(scope, new.query::<Filter>()?.region.as_deref())?;
    LISTING.ask(&app, &actor, &new.format, &new).await
}

/// The file of such an export that the caller asked for.
#[utoipa::path(get, path = "/api/hazard-sources/exports/{job}/file", tag = "hazard", params(("job" = Uuid, Path)),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn find_hazard_export_file(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf(id): PathOf<Uuid>,
) -> Outcome<Response> {
    actor.may(&powers::EXPORT_FILE)?;
    LISTING.fetch(&app, &actor, id).await
}

async fn export(context: Context) -> Result<Value, Failure> {
    let wanted: ListExport = audit::told(&context)?;
    let filter: &Filter = &wanted.query()?;
    let region = filter.region.as_deref();
    let scope = &web::narrowed(context.actor.may(&powers::EXPORT)?, region)?;
    let app = &context.app;
    let making = Making { format: &wanted.format, columns: COLUMNS, region, total: None };
    let read = |cursor| async move {
        let page = Page { limit: Some(200), cursor };
        let rows = store::page(&app.db, scope, filter, app.clock.today(), &page).await?;
        Ok(rows.map(|own| cells(row(own))))
    };
    LISTING.make(&context, making, read).await
}
