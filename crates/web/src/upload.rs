//! Files on their way in and out.

use std::path::{Path, PathBuf};

use axum::{
    body::Body,
    extract::{Multipart, multipart::MultipartRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use tokio::io::AsyncWriteExt;
use tokio_util::io::ReaderStream;
use uuid::Uuid;

use crate::{App, Outcome, Problem};

/// Largest file taken, bytes.
pub const MOST_UPLOAD: usize = 200 * 1024 * 1024;

/// Stores the part `file` of a form at `path`, piece by piece; answers the name it had. Its content is judged by who reads
/// it, never by that name. A broken upload leaves nothing.
pub async fn save_upload(form: Result<Multipart, MultipartRejection>, path: &Path) -> Outcome<String> {
    let mut form =
        form.map_err(|_| Problem::bad_request("upload.form", "请用表单上传文件（multipart/form-data）。"))?;
    let broken = |error: axum::extract::multipart::MultipartError| {
        Problem::new(
            error.status(),
            "upload.broken",
            if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
                "文件超过 200 MB，请拆成几个文件分别上传。".to_string()
            } else {
                "文件没有传完，请检查网络后重新上传。".to_string()
            },
        )
    };
    if let Some(folder) = path.parent() {
        tokio::fs::create_dir_all(folder).await.map_err(Problem::internal)?;
    }
    while let Some(mut part) = form.next_field().await.map_err(broken)? {
        if part.name() != Some("file") {
            continue;
        }
        let name = part.file_name().unwrap_or("未命名").chars().take(200).collect();
        let written = async {
            let mut file = tokio::fs::File::create(path).await.map_err(Problem::internal)?;
            while let Some(piece) = part.chunk().await.map_err(broken)? {
                file.write_all(&piece).await.map_err(Problem::internal)?;
            }
            file.sync_all().await.map_err(Problem::internal)
        };
        if let Err(problem) = written.await {
            drop(tokio::fs::remove_file(path).await);
            return Err(problem);
        }
        return Ok(name);
    }
    Err(Problem::wrong_field("/file", "upload.missing", "请选择要上传的文件。"))
}

/// Sends a file to be kept, never to be shown: `name` is what the browser stores it as.
pub async fn send_file(path: &Path, name: &str, kind: &'static str) -> Outcome<Response> {
    let file = tokio::fs::File::open(path).await.map_err(|_| Problem::not_found())?;
    let length = file.metadata().await.map_err(Problem::internal)?.len();
    let mut response = to_keep(Body::from_stream(ReaderStream::new(file)), name, kind);
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    Ok(response)
}

/// A file that is made for one answer; it is gone once that is sent, or when it could not be.
#[derive(Debug)]
pub struct Passing(PathBuf);

impl Passing {
    /// A place for it, where nothing lies yet.
    pub async fn new(app: &App) -> Outcome<Passing> {
        let folder = app.files.join("exports");
        tokio::fs::create_dir_all(&folder).await.map_err(Problem::internal)?;
        Ok(Passing(folder.join(Uuid::now_v7().to_string())))
    }

    /// Where it is to be written.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Sends it, to be kept and never to be shown.
    pub async fn send(self, name: &str, kind: &'static str) -> Outcome<Response> {
        send_file(&self.0, name, kind).await
    }
}

impl Drop for Passing {
    // an open file can be read to its end without its name
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.0));
    }
}

/// Sends bytes made for the caller, to be kept and never to be shown.
pub fn send_bytes(bytes: Vec<u8>, name: &str, kind: &'static str) -> Response {
    to_keep(Body::from(bytes), name, kind)
}

fn to_keep(body: Body, name: &str, kind: &'static str) -> Response {
    let encoded: String = name
        .bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect();
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename*=UTF-8''{encoded}")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}
