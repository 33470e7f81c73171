//! The promises of `file`, over HTTP.

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, SystemTime},
};

use axum::{
    Json, Router,
    body::Body,
    extract::{DefaultBodyLimit, Multipart, Path, State},
    http::{Request, StatusCode, header},
    response::Response,
    routing::{get, post},
};
use file::{Kept, Kind, MOST_ATTACHMENT, keep, send};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;
use web::Outcome;

type Folder = Arc<PathBuf>;

async fn take(State(folder): State<Folder>, form: Multipart) -> Outcome<Json<Value>> {
    let kept = keep(Ok(form), &folder, Kind::ALL).await?;
    Ok(Json(json!({"hash": kept.hash, "size": kept.size, "kind": kept.kind.code(), "name": kept.name})))
}

async fn give(State(folder): State<Folder>, Path(hash): Path<String>) -> Outcome<Response> {
    send(&folder, &Kept { hash, size: 0, kind: Kind::Png, name: "营业执照 \"1\".png".into() }).await
}

fn router(folder: &TempDir) -> Router {
    let folder = Arc::new(folder.path().to_path_buf());
    Router::new()
        .route("/", post(take).layer(DefaultBodyLimit::max(MOST_ATTACHMENT + 1024)))
        .route("/{hash}", get(give))
        .with_state(folder)
}

async fn upload(folder: &TempDir, name: &str, content: &[u8]) -> (StatusCode, Value) {
    let mut body =
        format!("--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n")
            .into_bytes();
    body.extend_from_slice(content);
    body.extend_from_slice(b"\r\n--edge--\r\n");
    let request = Request::post("/")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge")
        .body(Body::from(body))
        .unwrap();
    let response = router(folder).oneshot(request).await.unwrap();
    let status = response.status();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&bytes).unwrap())
}

/// Files in the folder, whatever they are called.
fn lying(folder: &TempDir) -> usize {
    let count = |path: PathBuf| std::fs::read_dir(path).unwrap().count();
    std::fs::read_dir(folder.path()).unwrap().map(|entry| count(entry.unwrap().path())).sum()
}

fn office(parts: &[&str]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for name in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nand the rest";

#[tokio::test]
async fn a_file_is_known_by_its_content_and_kept_once() {
    let folder = TempDir::new().unwrap();
    for (content, kind) in [
        (PNG.to_vec(), "png"),
        (b"%PDF-1.7 and the rest".to_vec(), "pdf"),
        (b"\xFF\xD8\xFF\xE0 and the rest".to_vec(), "jpg"),
        (office(&["xl/workbook.xml"]), "xlsx"),
        (office(&["word/document.xml"]), "docx"),
    ] {
        let (status, kept) = upload(&folder, "什么.exe", &content).await;
        assert_eq!((status, &kept["kind"]), (StatusCode::OK, &json!(kind)), "{kept}");
        assert_eq!(kept["size"], json!(content.len()));
    }
    assert_eq!(lying(&folder), 5);
    let (_, again) = upload(&folder, "C:\\照片\\又一次.png", PNG).await;
    assert_eq!((&again["name"], lying(&folder)), (&json!("又一次.png"), 5));
}

#[tokio::test]
async fn what_a_browser_would_run_or_nobody_can_read_is_refused_and_leaves_nothing() {
    let folder = TempDir::new().unwrap();
    let long = [PNG, &vec![0; MOST_ATTACHMENT]].concat();
    for (name, content, code) in [
        ("图.png", b"<html><script>alert(1)</script></html>".as_slice(), "file.kind"),
        ("图.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "file.kind"),
        ("程序.pdf", b"MZ\x90\x00\x03", "file.kind"),
        ("宏.xlsx", &office(&["xl/workbook.xml", "xl/vbaProject.bin"]), "file.kind"),
        ("包.docx", &office(&["readme.txt"]), "file.kind"),
        ("断.xlsx", b"PK\x03\x04", "file.kind"),
        ("空.pdf", b"", "file.empty"),
        ("大.png", &long, "file.too_large"),
    ] {
        let (status, problem) = upload(&folder, name, content).await;
        assert!(status.is_client_error(), "{name}: {problem}");
        assert_eq!(problem["code"], code, "{name}");
    }
    assert_eq!(lying(&folder), 0);
}

#[tokio::test]
async fn a_file_comes_back_to_be_stored_and_never_to_be_shown() {
    let folder = TempDir::new().unwrap();
    let (_, kept) = upload(&folder, "图.png", PNG).await;
    let get = async |hash: &str| {
        let request = Request::get(format!("/{hash}")).body(Body::empty()).unwrap();
        router(&folder).oneshot(request).await.unwrap()
    };
    let response = get(kept["hash"].as_str().unwrap()).await;
    assert_eq!(response.status(), StatusCode::OK);
    let shown = response.headers()[header::CONTENT_DISPOSITION].to_str().unwrap();
    assert!(shown.starts_with("attachment; filename*=UTF-8''") && !shown.contains('"'), "{shown}");
    assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), PNG);
    for hash in ["..%2F..%2Fetc%2Fpasswd", &"0".repeat(64), "incoming"] {
        assert_eq!(get(hash).await.status(), StatusCode::NOT_FOUND, "{hash}");
    }
}

#[tokio::test]
async fn what_a_crash_left_half_uploaded_is_removed_and_what_is_under_way_stays() {
    let folder = TempDir::new().unwrap();
    upload(&folder, "图.png", PNG).await;
    let incoming = folder.path().join("incoming");
    let left = |name: &str, hours: u64| {
        let file = std::fs::File::create(incoming.join(name)).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(hours * 3_600)).unwrap();
    };
    left("yesterdays", 25);
    left("todays", 1);
    let before = SystemTime::now() - Duration::from_secs(24 * 3_600);
    assert_eq!(file::old(folder.path(), before).unwrap(), Vec::<String>::new(), "what is kept is young");
    let names: Vec<String> = std::fs::read_dir(&incoming)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!((names, lying(&folder)), (vec!["todays".to_string()], 2));
}
