//! The list of penalties in a file.

use audit::{ExportJob, ListExport, Listing, Making};
use axum::{Json, extract::State, http::StatusCode, response::Response};
use caseflow::{Case, store::Filter};
use job::{Context, Failure};
use serde_json::Value;
use uuid::Uuid;
use web::{App, Body, Caller, Outcome, Page, PathOf, Problem};

use super::{
    super::{FLOW, compose, model::Penalty, money, waiting::Todo},
    case::page,
};
use crate::powers;

pub(crate) const LISTING: Listing =
    Listing {
        kind: "export_penalties", title: "行政处罚台账", unit: "件行政处罚", subject: Penalty::TABLE
    };

const COLUMNS: &[&str] = &[
    "编号",
    "案由",
    "当事人",
    "企业",
    "所在地区",
    "监管领域",
    "程序",
    "案件来源",
    "违法行为发生日期",
    "办到哪一步",
    "期限",
    "经办人",
    "处罚内容",
    "罚款（元）",
    "已缴（元）",
    "立案日期",
    "决定日期",
    "送达日期",
    "结案日期",
    "结案情况",
];

fn cells((case, own): (Case, Penalty)) -> Vec<String> {
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let state = FLOW.states.iter().find(|state| state.code == case.state);
    vec![
        case.number,
        own.cause.clone(),
        own.party_name.clone(),
        own.enterprise_name.clone(),
        region::divisions::full_name(&case.town),
        rules::sector::label(&case.sector).unwrap_or_default().to_string(),
        if own.procedure == "simple" { "简易程序" } else { "普通程序" }.to_string(),
        own.source.clone(),
        own.happened_on.to_string(),
        state.map(|state| state.label).unwrap_or_default().to_string(),
        day(case.due_on),
        case.officer_name,
        compose::imposed(&own),
        money::in_figures(own.fine),
        money::in_figures(own.paid),
        day(own.filed_on),
        day(own.decided_on),
        day(own.served_on),
        day(case.closed_on),
        own.result.unwrap_or_default(),
    ]
}

/// Exports the penalties that the filters leave.
#[utoipa::path(post, path = "/api/penalties/exports", tag = "inspection", request_body = ListExport,
    responses((status = 202, body = ExportJob), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create_penalty_export(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(new): Body<ListExport>,
) -> Outcome<(StatusCode, Json<ExportJob>)> {
    let scope = actor.may(&powers::EXPORT_PENALTIES)?;
    web::narrowed(scope, new.query::<Filter>()?.region.as_deref())?;
    LISTING.ask(&app, &actor, &new.format, &new).await
}

/// The file of such an export that the caller asked for.
#[utoipa::path(get, path = "/api/penalties/exports/{job}/file", tag = "inspection", params(("job" = Uuid, Path)),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn find_penalty_export_file(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf(id): PathOf<Uuid>,
) -> Outcome<Response> {
    actor.may(&powers::EXPORT_PENALTIES_FILE)?;
    LISTING.fetch(&app, &actor, id).await
}

pub(crate) async fn export(context: Context) -> Result<Value, Failure> {
    let wanted: ListExport = audit::told(&context)?;
    let (filter, todo): (&Filter, &Todo) = (&wanted.query()?, &wanted.query()?);
    let region = filter.region.as_deref();
    let scope = &web::narrowed(context.actor.may(&powers::EXPORT_PENALTIES)?, region)?;
    let (app, actor) = (&context.app, &context.actor);
    let making = Making { format: &wanted.format, columns: COLUMNS, region, total: None };
    let read = |cursor| async move {
        let rows = page(app, scope, (filter, todo), actor, &Page { limit: Some(200), cursor }).await?;
        Ok(rows.map(cells))
    };
    LISTING.make(&context, making, read).await
}
