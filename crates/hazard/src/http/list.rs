//! Sources in lists, how many, and as a table.

use std::path::Path;

use audit::Action;
use axum::{Json, extract::State, response::Response};
use serde_json::json;
use sheet::{Format, SheetError, Writer};
use utoipa::ToSchema;
use web::{App, Caller, Count, List, Outcome, Page, Passing, Problem, Query};

use super::{Row, row};
use crate::{
    model::Source,
    powers,
    store::{self, Filter},
};

/// Rows of one table.
const MOST: i64 = 20_000;

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

fn write(path: &Path, rows: Vec<Source>) -> Result<(), SheetError> {
    let mut writer = Writer::create(path, Format::Xlsx, "重大危险源", COLUMNS)?;
    for own in rows {
        let cells = cells(row(own));
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        writer.row(&cells)?;
    }
    writer.finish().map(drop)
}

/// A table for a spreadsheet.
#[derive(ToSchema)]
#[schema(as = HazardTable, value_type = String, format = Binary)]
struct Table(#[expect(dead_code, reason = "only its schema is used")] Vec<u8>);

/// The sources that the filters leave as an XLSX table, noted on the trail.
#[utoipa::path(get, path = "/api/hazard-sources/export", tag = "hazard", params(Filter),
    responses((status = 200, body = Table, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn export_hazard_sources(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(filter): Query<Filter>,
) -> Outcome<Response> {
    let scope = web::narrowed(actor.may(&powers::EXPORT)?, filter.region.as_deref())?;
    let today = app.clock.today();
    let rows = store::first(&app.db, &scope, &filter, (today, MOST + 1)).await?;
    if rows.len() as i64 > MOST {
        return Err(Problem::invalid("export.too_long", "一次最多导出 2 万行，请加筛选条件后分次导出。"));
    }
    let number = rows.len();
    let region = scope.areas().first().map(|area| area.region.as_str().to_string()).unwrap_or_default();
    let entry = audit::Entry {
        action: Action::Export,
        subject: Source::TABLE,
        city: region.get(..4).unwrap_or_default().to_string(),
        town: region,
        row: None,
        title: Some(format!("重大危险源名单 {number} 行")),
        before: None,
        after: Some(json!({"rows": number})),
        reason: None,
    };
    let table = Passing::new(&app).await?;
    tokio::task::block_in_place(|| write(table.path(), rows)).map_err(Problem::internal)?;
    let mut tx = app.db.begin().await?;
    audit::record(&mut tx, &app.clock, &actor, entry).await?;
    tx.commit().await?;
    table.send(&format!("重大危险源{today}.xlsx"), Format::Xlsx.media_type()).await
}
