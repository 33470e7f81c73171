//! Workbooks of records on their way in: upload, preview, commit. Their rows are `book_rows`.

use axum::{
    Json,
    extract::{Multipart, State, multipart::MultipartRejection},
    http::StatusCode,
};
use chrono::{DateTime, Utc};
use db::{Exec, Sql, Tx, sql};
use kernel::{Actor, Scope};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Body, Caller, List, Outcome, Page, PathOf, Problem, Query};

use super::book::place;
use crate::{
    book::{BookImport, Counts, Sheet, work},
    powers, section,
};

/// Imports in sight: those of the area. Whoever sees only some enterprises or sectors sees only the own ones.
pub(super) fn seen(sql: Sql, actor: &Actor, scope: &Scope) -> Sql {
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
