//! The trail in a file: the entries that the filters leave, made by a job in constant memory and fetched by who asked. That it was
//! exported is on the trail itself.

use std::path::PathBuf;

use axum::{Json, extract::State, http::StatusCode, response::Response};
use chrono::FixedOffset;
use db::Exec;
use job::{Context, Failure, Kind};
use kernel::{Power, Role, SHANGHAI, Tier};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sheet::{Format, Writer};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, Body, Caller, Outcome, PathOf, Problem};

use crate::{
    Action, Entry,
    http::Which,
    record::{AuditRow, record},
    words::subject_label,
};

const AUDITOR: &[(Role, Tier)] = &[(Role::Audit, Tier::County)];
/// Taking the trail out in a file.
pub const EXPORT: Power =
    Power { operation: "create_audit_export", label: "导出操作记录", allow: AUDITOR };
/// Fetching that file.
pub const EXPORT_FILE: Power =
    Power { operation: "find_audit_export_file", label: "下载操作记录", allow: AUDITOR };

const KIND: &str = "export_audit";
/// Entries read at a time.
const CHUNK: i64 = 2_000;
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
        name: KIND, label: "导出操作记录", every: None, run: |context| Box::pin(export(context))
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

/// The job that makes the file.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditExportJob {
    job: Uuid,
}

/// Exports entries of the trail.
#[utoipa::path(post, path = "/api/audit/exports", tag = "audit", request_body = NewAuditExport,
    responses((status = 202, body = AuditExportJob), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn create_audit_export(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(new): Body<NewAuditExport>,
) -> Outcome<(StatusCode, Json<AuditExportJob>)> {
    new.query.sql(&actor.may(&EXPORT)?)?;
    if !matches!(new.format.as_str(), "xlsx" | "csv") {
        return Err(Problem::wrong_field("/format", "format.unknown", "请选择 xlsx 或 csv。"));
    }
    let city = actor.grants.first().and_then(|grant| grant.region.city()).unwrap_or("0000").to_string();
    let input = serde_json::to_value(&new).map_err(Problem::internal)?;
    let mut tx = app.db.begin().await?;
    let new = job::New { kind: KIND, city, owner: actor.account, on_behalf: actor.on_behalf, input };
    let job = job::enqueue(&mut tx, &app.clock, new).await?;
    tx.commit().await?;
    Ok((StatusCode::ACCEPTED, Json(AuditExportJob { job })))
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
    let result = job::done_by(&app.db, actor.account, KIND, id).await?;
    let name = result["name"].as_str().unwrap_or("audit");
    let format = if result["format"] == "csv" { Format::Csv } else { Format::Xlsx };
    web::send_file(&path(&app, id), name, format.media_type()).await
}

fn path(app: &App, job: Uuid) -> PathBuf {
    app.files.join("exports").join(job.to_string())
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
    let wanted: NewAuditExport = serde_json::from_value((*context.input).clone())
        .map_err(|error| Failure::Problem(Problem::internal(error)))?;
    let app = &context.app;
    let scope = context.actor.may(&EXPORT)?;
    let failed = |error: sheet::SheetError| Failure::Again(error.to_string());
    let path = path(app, context.job);
    if let Some(folder) = path.parent() {
        tokio::fs::create_dir_all(folder).await.map_err(|error| Failure::Again(error.to_string()))?;
    }
    let format = if wanted.format == "csv" { Format::Csv } else { Format::Xlsx };
    let mut writer = Writer::create(&path, format, "操作记录", COLUMNS).map_err(failed)?;
    let (mut last, mut written) = (None::<Uuid>, 0u64);
    loop {
        let sql = wanted.query.sql(&scope)?.and(" and id < ", last);
        let rows: Vec<AuditRow> = app.db.all(sql.push(" order by id desc limit ").arg(CHUNK)).await?;
        tokio::task::block_in_place(|| {
            for row in &rows {
                let cells = cells(row, SHANGHAI);
                let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
                writer.row(&cells)?;
            }
            Ok(())
        })
        .map_err(failed)?;
        written += rows.len() as u64;
        context.progress(written, None, "导出")?;
        last = rows.last().map(|row| row.id);
        if rows.len() < CHUNK as usize {
            break;
        }
    }
    context.progress(written, Some(written), "保存文件")?;
    tokio::task::block_in_place(|| writer.finish()).map_err(failed)?;
    let name = format!("操作记录-{}.{}", app.clock.today(), wanted.format);
    let result = json!({"rows": written, "name": name, "format": wanted.format});
    let mut tx = app.db.begin().await?;
    let entry = Entry {
        action: Action::Export,
        subject: AuditRow::TABLE,
        city: context.city.clone(),
        town: wanted.query.region.clone().unwrap_or_else(|| context.city.clone()),
        row: None,
        title: Some(format!("导出 {written} 条操作记录")),
        before: None,
        after: Some((*context.input).clone()),
        reason: None,
    };
    record(&mut tx, &app.clock, &context.actor, entry).await?;
    context.finish(&mut tx, &result).await?;
    tx.commit().await?;
    Ok(result)
}
