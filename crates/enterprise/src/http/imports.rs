//! Imports over HTTP: upload, columns, preview and commit. Their rows are `import_rows`.

use std::{collections::BTreeMap, path::PathBuf};

use axum::{
    Json,
    extract::{Multipart, State, multipart::MultipartRejection},
    http::StatusCode,
};
use chrono::{DateTime, Utc};
use db::{Exec, Tx, sql};
use kernel::{Actor, RegionCode, Scope};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Body, Caller, List, Outcome, Page, PathOf, Problem, Query};

use crate::{
    columns,
    import::{Import, ImportError, Request, register},
    jobs, powers,
};

impl From<ImportError> for Problem {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Db(error) => error.into(),
            other => Problem::invalid(other.code(), format!("{other}。")),
        }
    }
}

/// Where the file of an import lies.
pub(crate) fn path_of(app: &App, id: Uuid) -> PathBuf {
    app.files.join("imports").join(id.to_string())
}

/// One import in scope.
pub(crate) async fn find(db: impl Exec, scope: &Scope, city: &str, id: Uuid) -> Outcome<Import> {
    let sql = Import::select().push(" where city = ").arg(city).push(" and id = ").arg(id).push(" and ");
    Ok(db.one(sql.area(scope, "")).await?)
}

/// Which division the rows of the file belong to.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Where {
    /// City, county or town.
    region: String,
}

/// An import that was taken, and the job at work on it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ImportJob {
    city: String,
    id: Uuid,
    job: Uuid,
}

/// A file to upload.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the form")]
pub(super) struct Upload {
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Uploads a list of enterprises; a job reads it and judges every row. Nothing is written to the register yet.
#[utoipa::path(post, path = "/api/imports", tag = "imports", params(Where),
    request_body(content = Upload, content_type = "multipart/form-data"),
    responses((status = 202, body = ImportJob), (status = 403, body = Problem), (status = 404, body = Problem), (status = 413, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create_import(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(place): Query<Where>,
    form: Result<Multipart, MultipartRejection>,
) -> Outcome<(StatusCode, Json<ImportJob>)> {
    let region = RegionCode::parse(&place.region)?;
    actor.may(&powers::CREATE_IMPORT)?.narrow(&region)?;
    if region.as_str().len() < 4 {
        return Err(Problem::wrong_field("/region", "region.tier", "请选择市、区县或镇街。"));
    }
    let id = Uuid::now_v7();
    let path = path_of(&app, id);
    let file_name = web::save_upload(form, &path).await?;
    let request = Request { path, file_name, region: Some(region) };
    let import = register(&app.db, &app.clock, &actor, id, &request).await?;
    let mut tx = app.db.begin().await?;
    let job = begin(&app, &mut tx, &actor, &import, "reading", jobs::JUDGE).await?;
    tx.commit().await?;
    Ok((StatusCode::ACCEPTED, Json(ImportJob { city: import.city, id, job })))
}

/// Moves an import to its next state, if nobody else did, and asks for the job that does the work.
async fn begin(
    app: &App,
    tx: &mut Tx,
    actor: &Actor,
    import: &Import,
    state: &str,
    kind: &'static str,
) -> Outcome<Uuid> {
    let new = job::New {
        kind,
        city: import.city.clone(),
        owner: actor.account,
        on_behalf: actor.on_behalf,
        input: json!({"city": import.city, "id": import.id}),
    };
    let job = job::enqueue(tx, &app.clock, new).await?;
    let moved = tx
        .run(sql!(
            "update import set state = $1, job = $2, error = null, updated_at = $3, updated_by = $4, version = version + 1
             where city = $5 and id = $6 and version = $7",
            state,
            job,
            app.clock.now(),
            actor.account,
            &import.city,
            import.id,
            import.version
        ))
        .await?;
    if moved == 1 { Ok(job) } else { Err(busy()) }
}

pub(super) fn busy() -> Problem {
    Problem::conflict("import.busy", "这份名单正在处理或已经导入，请刷新后查看。")
}

/// An import as people see it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ImportView {
    city: String,
    id: Uuid,
    region: String,
    region_name: String,
    file_name: String,
    /// `uploaded`, `reading`, `preview`, `committing`, `committed` or `failed`.
    state: String,
    /// ImportColumns of the file: name, and the field it is read as.
    #[schema(value_type = Vec<Object>)]
    columns: Value,
    #[schema(value_type = Object)]
    counts: Value,
    job: Option<Uuid>,
    #[schema(value_type = Option<Object>)]
    error: Option<Value>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

fn view(import: Import) -> ImportView {
    ImportView {
        region_name: region::divisions::full_name(&import.town),
        city: import.city,
        id: import.id,
        region: import.town,
        file_name: import.file_name,
        state: import.state,
        columns: import.columns.0,
        counts: import.counts.0,
        job: import.job,
        error: import.error.map(|json| json.0),
        created_at: import.created_at,
        updated_at: import.updated_at,
    }
}

/// Imports in scope, the latest first.
#[utoipa::path(get, path = "/api/imports", tag = "imports", params(Page),
    responses((status = 200, body = List<ImportView>), (status = 403, body = Problem)))]
pub(super) async fn list_imports(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(page): Query<Page>,
) -> Outcome<Json<List<ImportView>>> {
    let scope = actor.may(&powers::LIST_IMPORTS)?;
    let sql = Import::select().push(" where ").area(&scope, "");
    Ok(Json(page.latest(&app.db, sql, |row: &Import| row.id).await?.map(view)))
}

/// What can be said about the columns: which fields there are to choose from.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ImportDetail {
    #[serde(flatten)]
    import: ImportView,
    /// Of the duplicates: how many are to be taken as new, as a change, left out, or wait for a decision (`open`).
    #[schema(value_type = Object)]
    decisions: BTreeMap<String, i64>,
    /// Fields a column can be read as: name and label.
    #[schema(value_type = Vec<Vec<String>>)]
    fields: Vec<(&'static str, &'static str)>,
}

#[derive(db::FromRow)]
struct Decided {
    decision: String,
    number: i64,
}

/// One import.
#[utoipa::path(get, path = "/api/imports/{city}/{id}", tag = "imports", params(("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = ImportDetail), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn find_import(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
) -> Outcome<Json<ImportDetail>> {
    let import = find(&app.db, &actor.may(&powers::FIND_IMPORT)?, &city, id).await?;
    let fields = columns::FIELDS
        .iter()
        .map(|field| (field.name, field.names.first().copied().unwrap_or(field.name)))
        .collect();
    let sql = sql!(
        "select coalesce(decision, 'open') as decision, count(*) as number from import_row
         where city = $1 and import_id = $2 and outcome = 'duplicate' group by 1",
        &import.city,
        id
    );
    let decided: Vec<Decided> = app.db.all(sql).await?;
    let decisions = decided.into_iter().map(|own| (own.decision, own.number)).collect();
    Ok(Json(ImportDetail { import: view(import), decisions, fields }))
}

/// How the columns are to be read.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct ImportColumns {
    /// Field by number of the column, from 0; null leaves the column out.
    columns: BTreeMap<usize, Option<String>>,
}

/// Says how the columns are to be read, remembers it for files with the same header, and judges the rows again.
#[utoipa::path(put, path = "/api/imports/{city}/{id}/columns", tag = "imports", params(("city" = String, Path), ("id" = Uuid, Path)),
    request_body = ImportColumns,
    responses((status = 202, body = ImportJob), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn map_import(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(said): Body<ImportColumns>,
) -> Outcome<(StatusCode, Json<ImportJob>)> {
    let scope = actor.may(&powers::MAP_IMPORT)?;
    let mut tx = app.db.begin().await?;
    let import = find(&mut tx, &scope, &city, id).await?;
    if import.state != "preview" {
        return Err(busy());
    }
    let mut columns = import.columns.0.as_array().cloned().unwrap_or_default();
    for (at, field) in &said.columns {
        let pointer = format!("/columns/{at}");
        let Some(column) = columns.get_mut(*at) else {
            return Err(Problem::wrong_field(&pointer, "column.unknown", "文件没有这一列。"));
        };
        let known = field.as_ref().is_none_or(|field| columns::FIELDS.iter().any(|own| own.name == field));
        if !known {
            return Err(Problem::wrong_field(&pointer, "field.unknown", "没有这个字段，请从列表中选择。"));
        }
        column["field"] = json!(field);
    }
    let fields: Vec<&str> = columns.iter().filter_map(|column| column["field"].as_str()).collect();
    if !fields.contains(&"name") {
        return Err(Problem::wrong_field("/columns", "column.name", "请指明哪一列是企业名称。"));
    }
    let twice = fields.iter().enumerate().any(|(at, field)| fields[..at].contains(field));
    if twice {
        return Err(Problem::wrong_field("/columns", "column.twice", "有两列对应同一个字段，请只保留一列。"));
    }
    tx.run(sql!(
        "insert into import_source (city, header_hash, columns, updated_at, updated_by) values ($1, $2, $3, $4, $5)
         on conflict (city, header_hash) do update set columns = excluded.columns, updated_at = excluded.updated_at, updated_by = excluded.updated_by",
        &import.city,
        &import.header_hash,
        Value::Array(columns.clone()),
        app.clock.now(),
        actor.account
    ))
    .await?;
    tx.run(sql!(
        "update import set columns = $1 where city = $2 and id = $3",
        Value::Array(columns),
        &import.city,
        import.id
    ))
    .await?;
    let job = begin(&app, &mut tx, &actor, &import, "reading", jobs::JUDGE).await?;
    tx.commit().await?;
    Ok((StatusCode::ACCEPTED, Json(ImportJob { city: import.city, id, job })))
}

/// Writes what was judged into the register, all or nothing, as a job.
#[utoipa::path(post, path = "/api/imports/{city}/{id}/commit", tag = "imports", params(("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 202, body = ImportJob), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn commit_import(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
) -> Outcome<(StatusCode, Json<ImportJob>)> {
    let scope = actor.may(&powers::COMMIT_IMPORT)?;
    let mut tx = app.db.begin().await?;
    let import = find(&mut tx, &scope, &city, id).await?;
    if import.state != "preview" {
        return Err(busy());
    }
    let job = begin(&app, &mut tx, &actor, &import, "committing", jobs::COMMIT).await?;
    tx.commit().await?;
    Ok((StatusCode::ACCEPTED, Json(ImportJob { city: import.city, id, job })))
}
