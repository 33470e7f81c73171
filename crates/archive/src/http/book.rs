//! Workbooks of records over HTTP: forms and exports out; upload, preview, commit and what was not taken in.

use audit::Action;
use axum::{
    Json,
    extract::{Multipart, State, multipart::MultipartRejection},
    http::StatusCode,
    response::Response,
};
use chrono::{DateTime, Utc};
use db::{Exec, Sql, Tx, sql};
use kernel::{Actor, RegionCode, Scope};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Body, Caller, List, Outcome, Page, PathOf, Problem, Query};

use crate::{
    book::{
        BookImport, BookRow, Counts, Sheet, WrongCell, report, template,
        work::{self, NewArchiveExport},
    },
    powers, section,
};

const XLSX: &str = sheet::Format::Xlsx.media_type();

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
    let path = scratch(&app).await?;
    let name = match sections.as_slice() {
        [one] => format!("{}-填报模板.xlsx", one.label),
        _ => "安全生产档案填报模板.xlsx".into(),
    };
    tokio::task::block_in_place(|| template::begin(&path, &sections)?.finish()).map_err(Problem::internal)?;
    send_once(&path, &name).await
}

/// A file that is written to be sent once.
async fn scratch(app: &App) -> Outcome<std::path::PathBuf> {
    let folder = app.files.join("exports");
    tokio::fs::create_dir_all(&folder).await.map_err(Problem::internal)?;
    Ok(folder.join(Uuid::now_v7().to_string()))
}

async fn send_once(path: &std::path::Path, name: &str) -> Outcome<Response> {
    let sent = web::send_file(path, name, XLSX).await;
    // an open file can be read to its end without its name
    drop(tokio::fs::remove_file(path).await);
    sent
}

/// The job that writes a workbook.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ArchiveExportJob {
    job: Uuid,
}

/// Writes a workbook with the enterprises of an area, or with the records of their archives, each with its number: changed and
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
fn place(scope: &Scope, region: Option<&str>) -> Outcome<RegionCode> {
    match region.filter(|region| !region.is_empty()) {
        Some(region) => {
            let region = RegionCode::parse(region)?;
            scope.narrow(&region)?;
            Ok(region)
        }
        None => Ok(scope.areas().first().map(|area| area.region.clone()).ok_or_else(Problem::not_found)?),
    }
}

/// Imports in sight: those of the area. Whoever sees only some enterprises or sectors sees only the own ones.
fn seen(sql: Sql, actor: &Actor, scope: &Scope) -> Sql {
    let sql = sql.area(scope, "");
    let limited = scope.enterprises().is_some() || scope.areas().iter().any(|area| area.sectors.is_some());
    if limited { sql.push(" and created_by = ").arg(actor.account) } else { sql }
}

/// One import in sight.
pub(crate) async fn find_book(
    db: impl Exec,
    (actor, scope): (&Actor, &Scope),
    city: &str,
    id: Uuid,
) -> Outcome<BookImport> {
    let sql = BookImport::select().push(" where city = ").arg(city).push(" and id = ").arg(id).push(" and ");
    Ok(db.one(seen(sql, actor, scope)).await?)
}

/// Whose enterprises the workbook speaks of.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ArchiveImportPlace {
    /// City, county or town; the own area unless told.
    region: Option<String>,
}

/// A workbook to upload.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the form")]
pub(super) struct WorkbookUpload {
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// A workbook that was taken, and the job at work on it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ArchiveImportJob {
    city: String,
    id: Uuid,
    job: Uuid,
}

async fn enqueue(
    app: &App,
    tx: &mut Tx,
    actor: &Actor,
    (city, id): (&str, Uuid),
    kind: &'static str,
) -> Outcome<Uuid> {
    let new = job::New {
        kind,
        city: city.to_string(),
        owner: actor.account,
        on_behalf: actor.on_behalf,
        input: json!({"city": city, "id": id}),
    };
    Ok(job::enqueue(tx, &app.clock, new).await?)
}

/// Uploads a workbook of records; a job judges every row. Nothing is written to the archives yet.
#[utoipa::path(post, path = "/api/archive-imports", tag = "archive_imports", params(ArchiveImportPlace),
    request_body(content = WorkbookUpload, content_type = "multipart/form-data"),
    responses((status = 202, body = ArchiveImportJob), (status = 403, body = Problem), (status = 404, body = Problem), (status = 413, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create_archive_import(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(wanted): Query<ArchiveImportPlace>,
    form: Result<Multipart, MultipartRejection>,
) -> Outcome<(StatusCode, Json<ArchiveImportJob>)> {
    let scope = actor.may(&powers::CREATE_ARCHIVE_IMPORT)?;
    let region = place(&scope, wanted.region.as_deref())?;
    let Some(city) = region.city().map(str::to_string) else {
        return Err(Problem::wrong_field("/region", "region.tier", "请选择市、区县或镇街。"));
    };
    let form =
        form.map_err(|_| Problem::bad_request("upload.form", "请用表单上传文件（multipart/form-data）。"))?;
    let id = Uuid::now_v7();
    let file_name = web::save_upload(form, &work::upload_path(&app, id)).await?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let job = enqueue(&app, &mut tx, &actor, (&city, id), work::JUDGE).await?;
    let import = BookImport {
        city: city.clone(),
        id,
        town: region.as_str().into(),
        file_name,
        state: "reading".into(),
        sheets: db::Json(json!([])),
        counts: db::Json(json!(Counts::default())),
        skip_wrong: false,
        job: Some(job),
        error: None,
        created_at: now,
        created_by: actor.account,
        updated_at: now,
        updated_by: actor.account,
        version: 1,
    };
    tx.run(import.insert()).await?;
    tx.commit().await?;
    Ok((StatusCode::ACCEPTED, Json(ArchiveImportJob { city, id, job })))
}

/// An import as people see it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ArchiveImportView {
    city: String,
    id: Uuid,
    region: String,
    region_name: String,
    file_name: String,
    /// `reading`, `preview`, `committing`, `committed` or `failed`.
    state: String,
    sheets: Vec<ArchiveSheet>,
    counts: Counts,
    skip_wrong: bool,
    job: Option<Uuid>,
    /// Why it failed, or must be looked at again: code and detail.
    #[schema(value_type = Option<Object>)]
    error: Option<Value>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// A sheet with the Chinese name of its section.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ArchiveSheet {
    #[serde(flatten)]
    sheet: Sheet,
    label: &'static str,
}

fn label(code: &str) -> &'static str {
    section::find(code).map_or("", |own| own.label)
}

fn view(import: BookImport) -> ArchiveImportView {
    let sheets: Vec<Sheet> = serde_json::from_value(import.sheets.0).unwrap_or_default();
    ArchiveImportView {
        region_name: region::divisions::full_name(&import.town),
        city: import.city,
        id: import.id,
        region: import.town,
        file_name: import.file_name,
        state: import.state,
        sheets: sheets
            .into_iter()
            .map(|sheet| ArchiveSheet { label: label(&sheet.section), sheet })
            .collect(),
        counts: serde_json::from_value(import.counts.0).unwrap_or_default(),
        skip_wrong: import.skip_wrong,
        job: import.job,
        error: import.error.map(|json| json.0),
        created_at: import.created_at,
        updated_at: import.updated_at,
    }
}

/// Workbooks taken, the latest first.
#[utoipa::path(get, path = "/api/archive-imports", tag = "archive_imports", params(Page),
    responses((status = 200, body = List<ArchiveImportView>), (status = 403, body = Problem)))]
pub(super) async fn list_archive_imports(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(page): Query<Page>,
) -> Outcome<Json<List<ArchiveImportView>>> {
    let scope = actor.may(&powers::LIST_ARCHIVE_IMPORTS)?;
    let sql = seen(BookImport::select().push(" where "), &actor, &scope);
    Ok(Json(page.latest(&app.db, sql, |row: &BookImport| row.id).await?.map(view)))
}

/// One workbook and what its sheets would do.
#[utoipa::path(get, path = "/api/archive-imports/{city}/{id}", tag = "archive_imports", params(("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = ArchiveImportView), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn find_archive_import(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
) -> Outcome<Json<ArchiveImportView>> {
    let scope = actor.may(&powers::FIND_ARCHIVE_IMPORT)?;
    Ok(Json(view(find_book(&app.db, (&actor, &scope), &city, id).await?)))
}

/// Which rows.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ArchiveRows {
    /// `new`, `changed`, `unchanged` or `rejected`; all unless told.
    outcome: Option<String>,
    /// Only of the sheet of this name.
    sheet: Option<String>,
    /// Rows, 50 unless told, 200 at most.
    limit: Option<u32>,
    /// Number of the row after which to go on.
    after: Option<i64>,
}

/// A row and what becomes of it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ArchiveRowView {
    /// Through the whole file, from 1.
    number: i64,
    sheet: String,
    /// Row of the sheet, from 1.
    line: i64,
    section: String,
    enterprise: Option<Uuid>,
    enterprise_name: String,
    record: Option<Uuid>,
    outcome: String,
    /// What changes: label, before, after, as people read them.
    changes: Vec<ArchiveChange>,
    errors: Vec<WrongCell>,
}

/// A field that changes.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ArchiveChange {
    field: String,
    label: String,
    before: String,
    after: String,
}

fn changes(row: &BookRow) -> Vec<ArchiveChange> {
    let Some(section) = section::find(&row.section) else { return Vec::new() };
    let said = |value: &Value, field: &crate::Field| ArchiveChange {
        field: field.name.clone(),
        label: field.label.clone(),
        before: field.show(&value[0]),
        after: field.show(&value[1]),
    };
    match (&row.changes, &row.fields) {
        (Some(own), _) => {
            let named = |field: &crate::Field| own.0.get(&field.name).map(|value| said(value, field));
            section.fields.iter().filter_map(named).collect()
        }
        (None, Some(fields)) => {
            let new = section.fields.iter().filter(|field| !fields.0[&field.name].is_null());
            new.map(|field| said(&json!([null, fields.0[&field.name]]), field)).collect()
        }
        _ => Vec::new(),
    }
}

/// Rows of a workbook with their outcome and wrong cells, in the order of the file; `next` goes into `after`.
#[utoipa::path(get, path = "/api/archive-imports/{city}/{id}/rows", tag = "archive_imports", params(ArchiveRows, ("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = List<ArchiveRowView>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_archive_import_rows(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Query(wanted): Query<ArchiveRows>,
) -> Outcome<Json<List<ArchiveRowView>>> {
    let scope = actor.may(&powers::LIST_ARCHIVE_IMPORT_ROWS)?;
    find_book(&app.db, (&actor, &scope), &city, id).await?;
    let limit = web::page_limit(wanted.limit);
    let sql = BookRow::select().push(" where city = ").arg(&city).push(" and import_id = ").arg(id);
    let sql = sql.and(" and outcome = ", wanted.outcome.filter(|own| !own.is_empty()));
    let sql = sql.and(" and sheet = ", wanted.sheet.filter(|own| !own.is_empty()));
    let sql =
        sql.and(" and number > ", wanted.after).push(" order by number limit ").arg(i64::from(limit) + 1);
    let page = List::page(app.db.all(sql).await?, limit, |row: &BookRow| row.number.to_string());
    Ok(Json(page.map(|row| ArchiveRowView {
        changes: changes(&row),
        number: row.number,
        sheet: row.sheet,
        line: row.line,
        section: row.section,
        enterprise: row.enterprise,
        enterprise_name: row.enterprise_name,
        record: row.record,
        outcome: row.outcome,
        errors: serde_json::from_value(row.errors.0).unwrap_or_default(),
    })))
}

/// What to do about wrong cells.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct ArchiveCommit {
    /// Version that was looked at is that of `updated_at`.
    updated_at: Option<DateTime<Utc>>,
    /// Leave out the rows with wrong cells; otherwise nothing is written while there are any.
    #[serde(default)]
    skip_wrong: bool,
}

/// Writes what was judged into the archives, all or nothing, as a job.
#[utoipa::path(post, path = "/api/archive-imports/{city}/{id}/commit", tag = "archive_imports", params(("city" = String, Path), ("id" = Uuid, Path)),
    request_body = ArchiveCommit,
    responses((status = 202, body = ArchiveImportJob), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn commit_archive_import(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(said): Body<ArchiveCommit>,
) -> Outcome<(StatusCode, Json<ArchiveImportJob>)> {
    let scope = actor.may(&powers::COMMIT_ARCHIVE_IMPORT)?;
    let mut tx = app.db.begin().await?;
    let import = find_book(&mut tx, (&actor, &scope), &city, id).await?;
    let busy = || Problem::conflict("archive_import.busy", "这份工作簿正在处理或者已经写入，请刷新后查看。");
    if import.state != "preview" || said.updated_at.is_some_and(|at| at != import.updated_at) {
        return Err(busy());
    }
    let counts: Counts = serde_json::from_value(import.counts.0.clone()).unwrap_or_default();
    if counts.rejected > 0 && !said.skip_wrong {
        let message = format!(
            "还有 {} 行有错，没有写入。请改正后重新上传，或者选择「跳过有错的行」。",
            counts.rejected
        );
        return Err(Problem::conflict("archive_import.wrong", message));
    }
    let job = enqueue(&app, &mut tx, &actor, (&city, id), work::COMMIT).await?;
    let moved = tx
        .run(sql!(
            "update archive_import set state = 'committing', skip_wrong = $1, job = $2, error = null, updated_at = $3, updated_by = $4, version = version + 1
             where city = $5 and id = $6 and version = $7",
            said.skip_wrong,
            job,
            app.clock.now(),
            actor.account,
            &city,
            id,
            import.version
        ))
        .await?;
    if moved != 1 {
        return Err(busy());
    }
    tx.commit().await?;
    Ok((StatusCode::ACCEPTED, Json(ArchiveImportJob { city, id, job })))
}

/// The rows that were not taken as a workbook of the same shape, the wrong cells marked and the reasons beside them. Fetching it is
/// recorded.
#[utoipa::path(get, path = "/api/archive-imports/{city}/{id}/rejects", tag = "archive_imports", params(("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = Vec<u8>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn find_archive_import_rejects(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
) -> Outcome<Response> {
    let scope = actor.may(&powers::ARCHIVE_IMPORT_REJECTS)?;
    let import = find_book(&app.db, (&actor, &scope), &city, id).await?;
    let path = scratch(&app).await?;
    let rows = report::write(&app.db, &import, &path).await?;
    let mut tx = app.db.begin().await?;
    let entry = audit::Entry {
        action: Action::Export,
        subject: BookImport::TABLE,
        city: import.city.clone(),
        town: import.town.clone(),
        row: Some(import.id),
        title: Some(format!("{}：有错的 {rows} 行", import.file_name)),
        before: None,
        after: None,
        reason: None,
    };
    audit::record(&mut tx, &app.clock, &actor, entry).await?;
    tx.commit().await?;
    let stem = import.file_name.strip_suffix(".xlsx").unwrap_or(&import.file_name);
    send_once(&path, &format!("{stem}-有错的行.xlsx")).await
}
