//! Names with characters that few fonts hold, on paper.

use std::process::Command;

use axum::http::StatusCode;
use db::{Db, db_test};
use kernel::Role;
use serde_json::json;
use testkit::{Server, path};

use super::{TOWN, add};

#[db_test]
async fn the_rare_characters_of_names_and_addresses_survive_the_printed_archive(db: Db) {
    let server = Server::new(db).await;
    let officer = server.person(Role::Officer, TOWN, None).await;
    let (name, address) = ("汕头市鮀𬶍𬒈石礐石塑料厂", "鮀江街道𬶍莲路9号𬒈石村礐石巷");
    let changes = json!({"name": name, "address": address});
    let (status, row) =
        officer.send("POST", "/api/enterprises", json!({"town": TOWN, "changes": changes}), None).await;
    assert_eq!(status, StatusCode::CREATED, "{row}");
    let fields = json!({"kind": "fire", "number": "𬒈消验〔2025〕7号", "issuer": "礐石消防"});
    assert_eq!(add(&officer, &row, "permit", fields).await.0, StatusCode::CREATED);
    // PDF/A: a character without a glyph would be refused, not printed as a box
    let bytes = officer.bytes(&format!("{}/archive/print", path(&row))).await;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &bytes).unwrap();
    let read =
        Command::new("pdftotext").args(["-raw".as_ref(), file.path().as_os_str(), "-".as_ref()]).output();
    let read =
        String::from_utf8(read.expect("poppler-utils is installed by scripts/tools test").stdout).unwrap();
    let read: String = read.chars().filter(|sign| !sign.is_whitespace()).collect();
    for text in [name, address, "𬒈消验〔2025〕7号", "礐石消防"] {
        assert!(read.contains(text), "{text} is missing: {read}");
    }
}
