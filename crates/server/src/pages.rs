//! The browser application: its built files are part of the program.

use axum::{
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use rust_embed::RustEmbed;
use web::{CspNonce, Problem};

/// `web/dist`, made by `npm run build`; without it the program serves its interface for programs only.
#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Files;

/// A file of the application, or its one page for every address that is a place in it.
pub async fn page(request: Request) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    if path.starts_with("api/") || path == "api" {
        return Problem::not_found().into_response();
    }
    if let Some(file) = Files::get(path).filter(|_| path != "index.html") {
        let mut response = file.data.into_response();
        let kind = HeaderValue::from_str(file.metadata.mimetype());
        response.headers_mut().insert(
            header::CONTENT_TYPE,
            kind.unwrap_or(HeaderValue::from_static("application/octet-stream")),
        );
        // built files carry a hash of their content in their name
        let keep = if path.starts_with("assets/") {
            "public, max-age=31536000, immutable"
        } else {
            "public, max-age=3600"
        };
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
        return response;
    }
    if path.contains('.') {
        return StatusCode::NOT_FOUND.into_response();
    }
    let nonce = request.extensions().get::<CspNonce>().map(|nonce| nonce.0.clone()).unwrap_or_default();
    let Some(index) = Files::get("index.html") else {
        return (
            StatusCode::NOT_FOUND,
            "界面尚未构建：请先在 web 目录执行 npm ci 和 npm run build，再重新编译。",
        )
            .into_response();
    };
    let text = String::from_utf8_lossy(&index.data).replace("__CSP_NONCE__", &nonce);
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, "no-store")], text)
        .into_response()
}
