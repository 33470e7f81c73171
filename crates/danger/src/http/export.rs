//! Hidden dangers in a file.

use audit::{ExportJob, ListExport, Listing, Making};
use axum::{Json, extract::State, http::StatusCode, response::Response};
use caseflow::{Case, store::Filter};
use futures::FutureExt;
use job::{Context, Failure, Kind};
use serde_json::Value;
use uuid::Uuid;
use web::{App, Body, Caller, Outcome, Page, PathOf, Problem};

use super::list::{Narrow, page};
use crate::{SOURCES, flow::FLOW, model::Danger, powers};

const LISTING: Listing =
    Listing { kind: "export_dangers", title: "隐患", unit: "条隐患", subject: Danger::TABLE };

/// The kinds of jobs of this area.
pub fn kinds() -> Vec<Kind> {
    vec![Kind {
        name: LISTING.kind, label: "导出隐患", every: None, run: |context| export(context).boxed()
    }]
}

const COLUMNS: &[&str] = &[
    "编号",
    "企业",
    "所在地区",
    "监管领域",
    "等级",
    "隐患类别",
    "来源",
    "发现日期",
    "部位",
    "隐患情况",
    "整改要求",
    "状态",
    "期限",
    "责任监管员",
    "整改责任人",
    "计划资金（元）",
    "整改完成日期",
    "整改情况",
    "投入资金（元）",
    "复查日期",
    "复查意见",
    "挂牌督办文号",
    "销号日期",
];

fn cells((case, row): (Case, Danger)) -> Vec<String> {
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let yuan =
        |cents: Option<i64>| cents.map(|own| format!("{}.{:02}", own / 100, own % 100)).unwrap_or_default();
    let source = SOURCES.iter().find(|own| own.0 == row.source).map_or("", |own| own.1);
    let state = FLOW.states.iter().find(|own| own.code == case.state).map_or("", |own| own.label);
    let category = row.judgement.0["value"]["category_name"].as_str().unwrap_or_default().to_string();
    vec![
        case.number,
        case.enterprise_name,
        region::divisions::full_name(&row.town),
        rules::sector::label(&row.sector).unwrap_or_default().to_string(),
        if case.severity == "major" { "重大" } else { "一般" }.to_string(),
        category,
        source.to_string(),
        row.found_on.to_string(),
        row.place,
        row.description,
        row.requirement.unwrap_or_default(),
        state.to_string(),
        day(case.due_on),
        case.officer_name,
        row.plan_person.unwrap_or_default(),
        yuan(row.plan_funds),
        day(row.mended_on),
        row.mended_text.unwrap_or_default(),
        yuan(row.funds_spent),
        day(row.rechecked_on),
        row.rechecked_text.unwrap_or_default(),
        row.listed_document.unwrap_or_default(),
        day(case.closed_on),
    ]
}

/// Exports the dangers that the filters of the list leave.
#[utoipa::path(post, path = "/api/dangers/exports", tag = "danger", request_body = ListExport,
    responses((status = 202, body = ExportJob), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create_danger_export(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(new): Body<ListExport>,
) -> Outcome<(StatusCode, Json<ExportJob>)> {
    let scope = actor.may(&powers::EXPORT)?;
    new.query::<Narrow>()?;
    web::narrowed(scope, new.query::<Filter>()?.region.as_deref())?;
    LISTING.ask(&app, &actor, &new.format, &new).await
}

/// The file of such an export that the caller asked for.
#[utoipa::path(get, path = "/api/dangers/exports/{job}/file", tag = "danger", params(("job" = Uuid, Path)),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn find_danger_export_file(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf(id): PathOf<Uuid>,
) -> Outcome<Response> {
    actor.may(&powers::EXPORT_FILE)?;
    LISTING.fetch(&app, &actor, id).await
}

async fn export(context: Context) -> Result<Value, Failure> {
    let wanted: ListExport = audit::told(&context)?;
    let (filter, narrow): (Filter, Narrow) = (wanted.query()?, wanted.query()?);
    let region = filter.region.as_deref();
    let scope = &web::narrowed(context.actor.may(&powers::EXPORT)?, region)?;
    let (app, account, filter, narrow) = (&context.app, context.actor.account, &filter, &narrow);
    let making = Making { format: &wanted.format, columns: COLUMNS, region, total: None };
    let read = |cursor| async move {
        let page = Page { limit: Some(200), cursor };
        let rows = self::page(app, (scope, account), (filter.clone(), narrow), &page).await?;
        Ok(rows.map(cells))
    };
    LISTING.make(&context, making, read).await
}
