//! Printing an archive, and checking what was printed.

use audit::Action;
use axum::{
    Json,
    extract::State,
    http::{HeaderMap, header},
    response::Response,
};
use chrono::{DateTime, Utc};
use enterprise::{Enterprise, store::Filter};
use kernel::Actor;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Body, Caller, Outcome, PathOf, Problem, Query};

use crate::{powers, print, print_job};

/// What is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// `pdf` or `docx`; `pdf` unless told.
    format: Option<String>,
    /// The archive as it stood then; now unless told.
    as_of: Option<DateTime<Utc>>,
}

/// The address under which the caller's browser reaches this system.
fn home(headers: &HeaderMap) -> String {
    let said = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let scheme = said("x-forwarded-proto").filter(|own| *own == "https").unwrap_or("http");
    let host = said(header::HOST.as_str()).unwrap_or("localhost");
    format!("{scheme}://{host}")
}

/// The bytes of a document, as Word or as PDF.
pub(crate) async fn bytes(own: document::Document, word: bool) -> Outcome<Vec<u8>> {
    document::made(move || if word { document::word(&own) } else { document::pdf(&own) }).await
}

/// An entry of the trail: an archive left the system on paper.
pub(crate) async fn note(
    app: &App,
    tx: &mut db::Tx,
    actor: &Actor,
    own: &Enterprise,
    said: serde_json::Value,
) -> Outcome<()> {
    let mut entry = own.entry(Action::Export, None, Some(said), None);
    entry.title = Some(format!("打印安全生产档案：{}", own.name));
    Ok(audit::record(tx, &app.clock, actor, entry).await?)
}

/// An archive as a file to print or to edit, now or as it stood. That it was taken is recorded; the same content of the past gives the same
/// bytes.
#[utoipa::path(get, path = "/api/enterprises/{city}/{id}/archive/print", tag = "archive", params(Wanted, ("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, content_type = "application/pdf", body = Vec<u8>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn print_archive(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Outcome<Response> {
    let scope = actor.may(&powers::PRINT)?;
    let word = document::wants_word(wanted.format.as_deref())?;
    let now = enterprise::store::find(&app.db, &scope, &city, id).await?;
    let mut printed = print::compose(&app, &now, wanted.as_of).await?;
    let mut tx = app.db.begin().await?;
    print::seal(&mut tx, &app, &actor, &mut printed, wanted.as_of, &home(&headers)).await?;
    let said = serde_json::json!({"as_of": wanted.as_of, "format": if word { "docx" } else { "pdf" },
        "personal": printed.personal, "code": printed.document.check.as_ref().map(|own| &own.code)});
    note(&app, &mut tx, &actor, &printed.enterprise, said).await?;
    let (ending, kind) = document::kind(word);
    let name = print::file_name(&printed, printed.document.issued_on, ending);
    let bytes = bytes(printed.document, word).await?;
    tx.commit().await?;
    Ok(web::send_bytes(bytes, &name, kind))
}

/// What is known of a printed document.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PrintCheck {
    /// What it is.
    title: String,
    /// Who issued it.
    issuer: String,
    /// The instant of its content, where it is of the past.
    as_of: Option<DateTime<Utc>>,
    /// When it was first printed.
    printed_at: DateTime<Utc>,
    /// SHA-256 of what it says.
    hash: String,
}

/// Whether a document with this code was printed here, and what it is. Anybody who holds the paper may ask.
#[utoipa::path(get, path = "/api/checks/{code}", tag = "archive", params(("code" = String, Path)),
    responses((status = 200, body = PrintCheck), (status = 404, body = Problem)))]
pub(super) async fn check_print(
    State(app): State<App>,
    PathOf(code): PathOf<String>,
) -> Outcome<Json<PrintCheck>> {
    let known = print::known(&app.db, &code).await?;
    let known = known.ok_or_else(|| {
        let mut problem = Problem::not_found();
        problem.detail = "没有打印过这个核验码的文件。请核对纸上的 16 位核验码。".into();
        problem
    })?;
    Ok(Json(PrintCheck {
        title: known.title,
        issuer: known.issuer,
        as_of: known.as_of,
        printed_at: known.printed_at,
        hash: known.hash,
    }))
}

/// The archives of a list to be printed at once, 2,000 at most.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct ManyPrints {
    /// Filters as the list of enterprises takes them.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub(crate) query: Filter,
    /// Only these of them; all unless told.
    #[serde(default)]
    pub(crate) ids: Vec<Uuid>,
    /// As they stood then; now unless told.
    pub(crate) as_of: Option<DateTime<Utc>>,
    /// Address of this system; what the browser says.
    #[serde(default)]
    #[schema(ignore)]
    pub(crate) home: String,
}

/// The job that makes the files.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PrintJob {
    job: Uuid,
}

/// Prints every archive of a list into one ZIP, as a job.
#[utoipa::path(post, path = "/api/archive-prints", tag = "archive", request_body = ManyPrints,
    responses((status = 202, body = PrintJob), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create_archive_prints(
    State(app): State<App>,
    Caller(actor): Caller,
    headers: HeaderMap,
    Body(mut wanted): Body<ManyPrints>,
) -> Outcome<(axum::http::StatusCode, Json<PrintJob>)> {
    wanted.query.scope(&actor.may(&powers::PRINTS)?)?;
    wanted.home = home(&headers);
    let input = serde_json::to_value(&wanted).map_err(Problem::internal)?;
    let city = actor.grants.first().and_then(|grant| grant.region.city()).unwrap_or("0000").to_string();
    let mut tx = app.db.begin().await?;
    let new =
        job::New { kind: print_job::PRINT, city, owner: actor.account, on_behalf: actor.on_behalf, input };
    let job = job::enqueue(&mut tx, &app.clock, new).await?;
    tx.commit().await?;
    Ok((axum::http::StatusCode::ACCEPTED, Json(PrintJob { job })))
}

/// The ZIP of prints that the caller asked for.
#[utoipa::path(get, path = "/api/archive-prints/{job}/file", tag = "archive", params(("job" = Uuid, Path)),
    responses((status = 200, content_type = "application/zip", body = Vec<u8>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn find_archive_prints_file(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf(id): PathOf<Uuid>,
) -> Outcome<Response> {
    actor.may(&powers::PRINTS_FILE)?;
    let result = job::done_by(&app.db, actor.account, print_job::PRINT, id).await?;
    let name = result["name"].as_str().unwrap_or("archives.zip");
    web::send_file(&print_job::print_path(&app, id), name, "application/zip").await
}
