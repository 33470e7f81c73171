//! A folder of files named by their SHA-256: equal contents lie there once, and nothing there is ever written over.

use std::{
    fs::File,
    path::{Path, PathBuf},
    time::SystemTime,
};

use axum::{
    extract::{Multipart, multipart::MultipartRejection},
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use sha2::{Digest, Sha256};
use uuid::Uuid;
use web::{Outcome, Problem};

use crate::Kind;

/// Largest attachment, bytes; the route carries it as its body limit too, so that no more is even read.
pub const MOST_ATTACHMENT: usize = 20 * 1024 * 1024;

/// Where uploads lie until they are judged.
const INCOMING: &str = "incoming";

/// A file that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// SHA-256 of its content, by which it is found again.
    pub hash: String,
    /// Bytes.
    pub size: i64,
    /// What it is.
    pub kind: Kind,
    /// The name it had, for people.
    pub name: String,
}

/// Takes the part `file` of a form into the folder if its content is of one of these kinds and not longer than
/// [`MOST_ATTACHMENT`]; what is refused leaves nothing.
pub async fn keep(
    form: Result<Multipart, MultipartRejection>,
    folder: &Path,
    kinds: &'static [Kind],
) -> Outcome<Kept> {
    let incoming = folder.join(INCOMING).join(Uuid::now_v7().to_string());
    let name = name(&web::save_upload(form, &incoming).await.map_err(|problem| match problem.status {
        // the route let no more in
        413 => too_large(),
        _ => problem,
    })?);
    let folder = folder.to_path_buf();
    tokio::task::spawn_blocking(move || {
        let kept = settle(&incoming, &folder, kinds, name);
        if kept.is_err() {
            drop(std::fs::remove_file(&incoming));
        }
        kept
    })
    .await
    .map_err(Problem::internal)?
}

/// Takes a copy of a file that lies elsewhere in the folder of files, as [`keep`] takes an upload; the file itself stays.
pub async fn keep_copy(path: &Path, given: &str, folder: &Path, kinds: &'static [Kind]) -> Outcome<Kept> {
    let incoming = folder.join(INCOMING).join(Uuid::now_v7().to_string());
    let (path, name, folder) = (path.to_path_buf(), name(given), folder.to_path_buf());
    tokio::task::spawn_blocking(move || {
        let made =
            std::fs::create_dir_all(folder.join(INCOMING)).and_then(|()| std::fs::copy(&path, &incoming));
        made.and_then(|_| File::open(&incoming)?.sync_all()).map_err(Problem::internal)?;
        let kept = settle(&incoming, &folder, kinds, name);
        if kept.is_err() {
            drop(std::fs::remove_file(&incoming));
        }
        kept
    })
    .await
    .map_err(Problem::internal)?
}

/// The name without folders and signs that no name has.
fn name(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last.chars().filter(|sign| !sign.is_control()).collect();
    if name.trim().is_empty() { "未命名".into() } else { name.trim().to_string() }
}

fn too_large() -> Problem {
    let text = format!("文件超过 {} MB，请压缩或拆分后再上传。", MOST_ATTACHMENT >> 20);
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "file.too_large", text)
}

fn settle(incoming: &Path, folder: &Path, kinds: &[Kind], name: String) -> Outcome<Kept> {
    let size = std::fs::metadata(incoming).map_err(Problem::internal)?.len();
    if size == 0 {
        return Err(Problem::wrong_field("/file", "file.empty", "文件是空的，请选择有内容的文件。"));
    }
    if size > MOST_ATTACHMENT as u64 {
        return Err(too_large());
    }
    let kind = Kind::of(incoming).map_err(Problem::internal)?.filter(|kind| kinds.contains(kind));
    let Some(kind) = kind else {
        let allowed: Vec<&str> = kinds.iter().map(|kind| kind.code()).collect();
        return Err(Problem::wrong_field(
            "/file",
            "file.kind",
            format!(
                "文件内容不是允许的类型（{}）。改扩展名没有用，请用相应的软件另存后再上传。",
                allowed.join("、")
            ),
        ));
    };
    let mut hash = Sha256::new();
    let mut content = File::open(incoming).map_err(Problem::internal)?;
    std::io::copy(&mut content, &mut hash).map_err(Problem::internal)?;
    let hash: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    let path = path(folder, &hash).ok_or_else(Problem::not_found)?;
    let shelf = path.parent().unwrap_or(folder);
    std::fs::create_dir_all(shelf).map_err(Problem::internal)?;
    // the content is on the disk already; its name is once the folder is
    std::fs::rename(incoming, &path).map_err(Problem::internal)?;
    File::open(shelf).and_then(|shelf| shelf.sync_all()).map_err(Problem::internal)?;
    Ok(Kept { hash, size: size as i64, kind, name })
}

/// Where the content lies; `None` for what is no SHA-256.
pub fn path(folder: &Path, hash: &str) -> Option<PathBuf> {
    let hex = hash.len() == 64 && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    hex.then(|| folder.join(&hash[..2]).join(hash))
}

/// Sends a file that was kept, to be stored by the browser and never shown by it.
pub async fn send(folder: &Path, kept: &Kept) -> Outcome<Response> {
    let path = path(folder, &kept.hash).ok_or_else(Problem::not_found)?;
    web::send_file(&path, &kept.name, kept.kind.media()).await
}

/// Sends a picture that was kept, to be shown by the browser: under its exact type, where nothing runs and nothing is fetched. What
/// is no picture is only ever sent to be stored.
pub async fn show(folder: &Path, kept: &Kept) -> Outcome<Response> {
    if !matches!(kept.kind, Kind::Png | Kind::Jpeg) {
        return Err(Problem::invalid(
            "file.not_shown",
            "只有图片和 PDF 可以直接查看，其他文件请下载后打开。",
        ));
    }
    Ok(shown(send(folder, kept).await?))
}

/// Sends a picture made of a file that was kept, to be shown as [`show`] shows one.
pub fn show_made(png: Vec<u8>, kept: &Kept) -> Response {
    shown(web::send_bytes(png, &kept.name, Kind::Png.media()))
}

fn shown(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("inline"));
    let policy = HeaderValue::from_static("default-src 'none'; sandbox");
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

/// Contents that were last taken before: their SHA-256. What was left half uploaded before is removed.
pub fn old(folder: &Path, before: SystemTime) -> std::io::Result<Vec<String>> {
    let mut found = Vec::new();
    if !folder.exists() {
        return Ok(found);
    }
    for shelf in std::fs::read_dir(folder)? {
        let shelf = shelf?;
        let incoming = shelf.file_name() == INCOMING;
        for own in std::fs::read_dir(shelf.path())? {
            let own = own?;
            if own.metadata()?.modified()? >= before {
                continue;
            }
            match own.file_name().into_string() {
                _ if incoming => std::fs::remove_file(own.path())?,
                Ok(hash) if path(folder, &hash).is_some() => found.push(hash),
                _ => {}
            }
        }
    }
    Ok(found)
}

/// Removes a content unless it was taken again since `before`.
pub fn forget(folder: &Path, hash: &str, before: SystemTime) -> std::io::Result<bool> {
    let Some(path) = path(folder, hash) else { return Ok(false) };
    if std::fs::metadata(&path)?.modified()? >= before {
        return Ok(false);
    }
    std::fs::remove_file(path)?;
    Ok(true)
}
