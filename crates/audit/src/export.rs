//! The trail in a file: the entries that the filters leave, made by a job in constant memory and fetched by who asked. That it was
//! exported is on the trail itself.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use chrono::FixedOffset;
use db::Exec;
use job::{Context, Failure, Kind};
use kernel::{Power, Role, SHANGHAI, Tier};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, Body, Caller, List, Outcome, PathOf, Problem};

use crate::{
    Action,
    http::Which,
    listing::{ExportJob, Listing, Making, told},
    record::AuditRow,
    words::subject_label,
};

const AUDITOR: &[(Role, Tier)] = &[(Role::Audit, Tier::County)];
/// Taking the trail out in a file.
pub const EXPORT: Power =
    Power { operation: "create_audit_export", label: "导出操作记录", allow: AUDITOR };
/// Fetching that file.
pub const EXPORT_FILE: Power =
    Power { operation: "find_audit_export_file", label: "下载操作记录", allow: AUDITOR };

const LISTING: Listing =
    Listing {
        kind: "export_audit", title: "操作记录", unit: "条操作记录", subject: AuditRow::TABLE
    };
/// Entries read at a time.
const CHUNK: u32 = 2_000;
const COLUMNS: &[&str] = &[
    "时间",
    "人员",
    "代表",
    "操作",
    "对象",
    "名称",
    "地区代码",
    "原因",
    "修改前",
    "修改后",
    "封存批次",
    "编号",
];

/// The kinds of jobs of this crate.
pub fn kinds() -> Vec<Kind> {
    vec![Kind {
        name: LISTING.kind,
        label: "导出操作记录",
        every: None,
        run: |context| Box::pin(export(context)),
    }]
}

/// What to export.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct NewAuditExport {
    /// The filters as in the list.
    #[schema(value_type = Object)]
    query: Which,
    /// `xlsx` or `csv`.
    format: String,
}

/// Exports entries of the trail.
#[utoipa::path(post, path = "/api/audit/exports", tag = "audit", request_body = NewAuditExport,
    responses((status = 202, body = ExportJob), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn create_audit_export(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(new): Body<NewAuditExport>,
) -> Outcome<(StatusCode, Json<ExportJob>)> {
    new.query.sql(&actor.may(&EXPORT)?)?;
    LISTING.ask(&app, &actor, &new.format, &new).await
}

/// The file of an export of the trail that the caller asked for.
#[utoipa::path(get, path = "/api/audit/exports/{job}/file", tag = "audit", params(("job" = Uuid, Path)),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn find_audit_export_file(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf(id): PathOf<Uuid>,
) -> Outcome<Response> {
    actor.may(&EXPORT_FILE)?;
    LISTING.fetch(&app, &actor, id).await
}

fn cells(row: &AuditRow, zone: FixedOffset) -> Vec<String> {
    let text = |document: &Option<db::Json<Value>>| {
        document.as_ref().map(|own| own.0.to_string()).unwrap_or_default()
    };
    vec![
        row.at.with_timezone(&zone).format("%Y-%m-%d %H:%M:%S").to_string(),
        row.actor_name.clone(),
        row.on_behalf.map(|person| person.to_string()).unwrap_or_default(),
        Action::parse(&row.action).map_or(row.action.as_str(), |action| action.label()).to_string(),
        subject_label(&row.subject).to_string(),
        row.row_title.clone().unwrap_or_default(),
        row.town.clone(),
        row.reason.clone().unwrap_or_default(),
        text(&row.before),
        text(&row.after),
        row.batch.map(|batch| batch.to_string()).unwrap_or_default(),
        row.id.to_string(),
    ]
}

async fn export(context: Context) -> Result<Value, Failure> {
    let wanted: NewAuditExport = told(&context)?;
    let scope = &context.actor.may(&EXPORT)?;
    let (app, query) = (&context.app, &wanted.query);
    let making =
        Making { format: &wanted.format, columns: COLUMNS, region: query.region.as_deref(), total: None };
    let read = |cursor: Option<String>| async move {
        let last: Option<Uuid> = cursor.and_then(|id| id.parse().ok());
        let sql = query.sql(scope)?.and(" and id < ", last).push(" order by id desc limit ");
        let rows: Vec<AuditRow> = app.db.all(sql.arg(i64::from(CHUNK) + 1)).await?;
        Ok(List::page(rows, CHUNK, |row| row.id.to_string()).map(|row| cells(&row, SHANGHAI)))
    };
    LISTING.make(&context, making, read).await
}
