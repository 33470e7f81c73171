//! Documents as they are looked at: pictures as they are, a PDF page by page as pictures that the server makes of it, since no
//! browser is to open what anybody uploaded.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    sync::OnceLock,
    time::Duration,
};

use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use document::Unshown;
use file::Kind;
use serde::Deserialize;
use tokio::sync::Semaphore;
use utoipa::IntoParams;
use uuid::Uuid;
use web::{App, Caller, Outcome, PathOf, Problem, Query};

use super::read::handed_out;
use crate::{attachment, powers};

/// Pages drawn at a time: the machine has other work.
static DRAWING: Semaphore = Semaphore::const_new(2);
/// How long somebody waits for a page, their turn included.
const PATIENCE: Duration = Duration::from_secs(20);
/// The program that draws, where it is not the one that runs.
static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
/// How many pages the document has.
const PAGES: HeaderName = HeaderName::from_static("x-pages");

/// Which page.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct WhichPage {
    /// Of a PDF, from 1; the first unless told. The first 20 can be seen.
    page: Option<usize>,
}

/// A version to be looked at: a picture as it is, of a PDF one page as a picture, with the number of its pages in `x-pages`. 422
/// with the reason where it cannot be shown.
#[utoipa::path(get, path = "/api/attachments/{city}/{id}/versions/{number}/preview", tag = "archive", params(WhichPage, ("city" = String, Path), ("id" = Uuid, Path), ("number" = i64, Path)),
    responses((status = 200, content_type = "image/*", body = Vec<u8>), (status = 304), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn find_attachment_preview(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id, number)): PathOf<(String, Uuid, i64)>,
    Query(which): Query<WhichPage>,
    headers: HeaderMap,
) -> Outcome<Response> {
    let scope = actor.may(&powers::ATTACHMENT_PREVIEW)?;
    let page = which.page.unwrap_or(1);
    let kept = handed_out(&app, &actor, &scope, (&city, id, number), which.page).await?;
    let folder = attachment::folder(&app);
    if kept.kind != Kind::Pdf {
        return file::show(&folder, &kept).await;
    }
    // a content never changes, so neither does its page
    let tag = format!("\"{}-{page}\"", kept.hash);
    let known = headers.get(header::IF_NONE_MATCH).and_then(|own| own.to_str().ok());
    let mut response = if known.is_some_and(|known| known.contains(&tag)) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let path = file::path(&folder, &kept.hash).ok_or_else(Problem::not_found)?;
        let (pages, png) = draw(&path, page).await?;
        let mut response = file::show_made(png, &kept);
        response.headers_mut().insert(PAGES, HeaderValue::from(pages));
        response
    };
    let own = response.headers_mut();
    own.insert(header::ETAG, HeaderValue::from_str(&tag).map_err(Problem::internal)?);
    // the browser keeps it and asks each time, so that who may no longer see it does not
    own.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}

/// Names the program that draws pages, where it is not the one that runs: for tests, which are programs of their own.
pub fn draw_with(program: PathBuf) {
    drop(PROGRAM.set(program));
}

/// The program that runs, also where its file was replaced by a newer one.
fn own_program() -> std::io::Result<PathBuf> {
    let linked = Path::new("/proc/self/exe");
    if linked.exists() { Ok(linked.into()) } else { std::env::current_exe() }
}

/// Draws a page in its turn, or says why not. What was uploaded may use up any stack and any memory, so it is read in a process of
/// its own that ends with the patience of whoever waits.
async fn draw(path: &Path, page: usize) -> Outcome<(usize, Vec<u8>)> {
    let drawing = async {
        let _turn = DRAWING.acquire().await.map_err(Problem::internal)?;
        let program = PROGRAM.get().cloned().map_or_else(own_program, Ok).map_err(Problem::internal)?;
        let mut command = tokio::process::Command::new(program);
        command.arg("draw-page").arg(path).arg(page.to_string());
        // nothing of what this process knows; the fonts of the machine are found from the home folder
        command.env_clear().envs(std::env::var_os("HOME").map(|home| ("HOME", home)));
        command.stdin(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
        command.output().await.map_err(Problem::internal)
    };
    let Ok(drawn) = tokio::time::timeout(PATIENCE, drawing).await else {
        let text = "这一页画得太慢，不能预览，请下载后打开，或者过一会儿再试。";
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "preview.slow", text));
    };
    let drawn = drawn?;
    let said = drawn.stdout.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let said = std::str::from_utf8(said).unwrap_or_default();
    if drawn.status.success()
        && let Ok(pages) = said.parse()
    {
        return Ok((pages, drawn.stdout[said.len() + 1..].to_vec()));
    }
    // a process that died said nothing
    let why = Unshown::ALL.iter().find(|own| own.code() == said).copied().unwrap_or(Unshown::Broken);
    Err(match why {
        Unshown::NoPage => Problem::new(StatusCode::NOT_FOUND, why.code(), why.to_string()),
        _ => Problem::invalid(why.code(), why.to_string()),
    })
}
