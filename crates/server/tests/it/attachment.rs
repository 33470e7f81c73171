//! Documents of the archive over HTTP: kept by content, in versions, found by what they say, gone only with a reason.

use std::{io::Write, time::SystemTime};

use axum::http::{StatusCode, header};
use db::{Db, Exec, FromRow, db_test, sql};
use kernel::Role;
use serde_json::{Value, json};
use testkit::{Client, PLASTICS, Server, TRADE, path};

pub(super) const TOWN: &str = "440515102";
pub(super) const PNG: &[u8] = b"\x89PNG\r\n\x1a\nand the rest";

/// A small PDF with a text, as a program writes it.
pub(super) fn pdf(text: &str) -> Vec<u8> {
    let hex: String = text.encode_utf16().map(|unit| format!("{unit:04X}")).collect();
    let content = format!("BT /F1 12 Tf 72 720 Td <{hex}> Tj ET");
    format!(
        "%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n\
         2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n\
         3 0 obj\n<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>\nendobj\n\
         4 0 obj\n<< /Length {} >>\nstream\n{content}\nendstream\nendobj\n\
         5 0 obj\n<< /Type /Font /Subtype /Type0 /Encoding /UniGB-UCS2-H /BaseFont /STSong-Light >>\nendobj\n\
         trailer\n<< /Root 1 0 R >>\n%%EOF\n",
        content.len()
    )
    .into_bytes()
}

fn office(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn word(text: &str) -> Vec<u8> {
    office(&[(
        "word/document.xml",
        &format!("<w:document xmlns:w=\"w\"><w:p><w:t>{text}</w:t></w:p></w:document>"),
    )])
}

/// An officer's permit record of that enterprise.
pub(super) async fn permit(officer: &Client<'_>, row: &Value) -> Value {
    let fields = json!({"kind": "fire", "number": "粤消验〔2025〕第7号"});
    let body = json!({"section": "permit", "fields": fields});
    let (status, record) = officer.send("POST", &format!("{}/records", path(row)), body, None).await;
    assert_eq!(status, StatusCode::CREATED, "{record}");
    record
}

pub(super) fn record_path(record: &Value) -> String {
    format!("/api/records/4405/{}", record["id"].as_str().unwrap())
}

pub(super) fn attachments(record: &Value) -> String {
    format!("{}/attachments", record_path(record))
}

pub(super) fn own(attachment: &Value) -> String {
    format!("/api/attachments/4405/{}", attachment["id"].as_str().unwrap())
}

pub(super) fn version(attachment: &Value, number: i64, what: &str) -> String {
    format!("{}/versions/{number}/{what}", own(attachment))
}

pub(super) async fn attach(person: &Client<'_>, record: &Value, name: &str, file: &[u8]) -> Value {
    let (status, answer) = person.upload_as(&attachments(record), name, file, None).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    answer
}

async fn firm<'a>(server: &'a Server, row: &Value) -> Client<'a> {
    server.person(Role::Enterprise, TOWN, Some(row["id"].as_str().unwrap().parse().unwrap())).await
}

/// Contents that lie in the folder.
fn lying(server: &Server) -> usize {
    let Ok(shelves) = std::fs::read_dir(server.app.files.join("attachments")) else { return 0 };
    shelves.map(|shelf| std::fs::read_dir(shelf.unwrap().path()).unwrap().count()).sum()
}

#[db_test]
async fn a_document_is_judged_by_its_content_and_macros_are_refused(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, TOWN, None).await;
    let record = permit(&officer, &officer.named(PLASTICS).await).await;
    let types =
        "<Types><Override ContentType=\"application/vnd.ms-word.document.macroEnabled.main+xml\"/></Types>";
    for (name, content) in [
        ("证书.pdf", b"<html><script>alert(1)</script></html>".to_vec()),
        ("程序.png", b"MZ\x90\x00\x03".to_vec()),
        ("宏.xlsx", office(&[("xl/workbook.xml", ""), ("xl/vbaProject.bin", "")])),
        ("旧宏.xlsx", office(&[("xl/workbook.xml", ""), ("xl/macrosheets/sheet1.xml", "")])),
        ("改名的宏.docx", office(&[("word/document.xml", ""), ("[Content_Types].xml", types)])),
        ("包.docx", office(&[("readme.txt", "")])),
    ] {
        let (status, problem) = officer.upload_as(&attachments(&record), name, &content, None).await;
        assert_eq!(
            (status, &problem["code"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!("file.kind")),
            "{name}"
        );
    }
    let long = vec![0; file::MOST_ATTACHMENT + (1 << 20)];
    let (status, problem) = officer.upload_as(&attachments(&record), "大.pdf", &long, None).await;
    assert_eq!((status, &problem["code"]), (StatusCode::PAYLOAD_TOO_LARGE, &json!("file.too_large")));
    assert_eq!(lying(&server), 0);
    let made = attach(&officer, &record, "照片.exe", PNG).await;
    assert_eq!((&made["kind"], &made["shown"]), (&json!("png"), &json!(true)));
}

#[db_test]
async fn a_newer_version_counts_and_the_older_ones_can_be_had(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, TOWN, None).await;
    let row = officer.named(PLASTICS).await;
    let record = permit(&officer, &row).await;
    let firm = firm(&server, &row).await;
    let made = attach(&firm, &record, "验收意见.pdf", &pdf("旧")).await;
    let replace = |version: i64| format!("{}/versions?version={version}&note=%E6%8D%A2%E5%8F%91", own(&made));
    let (status, newer) = firm.upload_as(&replace(1), "验收意见书.pdf", &pdf("新"), None).await;
    assert_eq!((status, &newer["number"]), (StatusCode::CREATED, &json!(2)), "{newer}");
    let (status, problem) = officer.upload_as(&replace(1), "别的.pdf", &pdf("别"), None).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("conflict.version")));
    assert_eq!(problem["current"]["number"], 2);
    let (_, list) = officer.get(&attachments(&record)).await;
    let versions = list["items"][0]["versions"].as_array().unwrap();
    assert_eq!(versions.len(), 2);
    assert_eq!((&versions[0]["note"], &versions[0]["created_by_name"]), (&json!("换发"), &json!("企业甲")));
    for (number, text, name) in [(1, "旧", "验收意见.pdf"), (2, "新", "验收意见书.pdf")] {
        let (status, headers, bytes) = officer.file(&version(&made, number, "file")).await;
        assert_eq!((status, bytes), (StatusCode::OK, pdf(text)));
        let stored = headers[header::CONTENT_DISPOSITION].to_str().unwrap();
        assert!(
            stored.starts_with("attachment;") && stored.contains(&testkit::percent(name)[..9]),
            "{stored}"
        );
    }
    assert_eq!(officer.file(&version(&made, 3, "file")).await.0, StatusCode::NOT_FOUND);

    let rename = json!({"version": 2, "name": "消防验收"});
    let (status, renamed) = firm.send("PATCH", &own(&made), rename, None).await;
    assert_eq!((status, &renamed["name"]), (StatusCode::OK, &json!("消防验收")), "{renamed}");
    let remove = format!("{}/remove", own(&made));
    let (status, _) = firm.send("POST", &remove, json!({"version": 3, "reason": " "}), None).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let (status, gone) = firm.send("POST", &remove, json!({"version": 3, "reason": "传错了"}), None).await;
    assert_eq!((status, &gone["state"]), (StatusCode::OK, &json!("removed")), "{gone}");
    assert_eq!(officer.get(&attachments(&record)).await.1["items"], json!([]));
    let (_, all) = officer.get(&format!("{}?all=true", attachments(&record))).await;
    assert_eq!(all["items"][0]["state"], "removed");
    assert_eq!(officer.file(&version(&made, 1, "file")).await.0, StatusCode::OK);
    #[derive(FromRow)]
    struct Step {
        action: String,
        reason: Option<String>,
    }
    let steps = sql!("select action, reason from audit where subject = 'attachment' order by id");
    let steps: Vec<Step> = server.app.db.all(steps).await.unwrap();
    let said: Vec<&str> = steps.iter().map(|step| step.action.as_str()).collect();
    assert_eq!(said, ["create", "update", "update", "delete"]);
    assert_eq!(steps[3].reason.as_deref(), Some("传错了"));
}

#[db_test]
async fn a_picture_is_shown_and_nothing_in_it_runs(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, TOWN, None).await;
    let record = permit(&officer, &officer.named(PLASTICS).await).await;
    let picture = attach(&officer, &record, "门头.png", PNG).await;
    let (status, headers, bytes) = officer.file(&version(&picture, 1, "preview")).await;
    assert_eq!((status, bytes.as_slice()), (StatusCode::OK, PNG));
    assert_eq!(headers[header::CONTENT_TYPE], "image/png");
    assert_eq!(headers[header::CONTENT_SECURITY_POLICY], "default-src 'none'; sandbox");
    assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    let document = attach(&officer, &record, "制度.docx", &word("制度")).await;
    assert_eq!(officer.file(&version(&document, 1, "preview")).await.0, StatusCode::UNPROCESSABLE_ENTITY);
}

#[db_test]
async fn a_page_lets_no_code_and_no_style_stand_in_its_markup(db: Db) {
    let server = Server::new(db).await;
    let mut nonces = Vec::new();
    for _ in 0..2 {
        let (_, headers, _) = server.nobody().file("/").await;
        let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_string();
        assert!(policy.contains("script-src 'self';") && !policy.contains("unsafe"), "{policy}");
        let (_, nonce) = policy.split_once("'nonce-").unwrap();
        nonces.push(nonce.split_once('\'').unwrap().0.to_string());
    }
    assert_ne!(nonces[0], nonces[1]);
}

#[db_test]
async fn documents_are_had_and_changed_only_by_those_who_may(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, TOWN, None).await;
    let row = officer.named(PLASTICS).await;
    let record = permit(&officer, &row).await;
    let made = attach(&officer, &record, "证.png", PNG).await;
    let city = server.person(Role::Clerk, "4405", None).await;
    let other = firm(&server, &city.named(TRADE).await).await;
    let stranger = server.person(Role::Officer, "440511015", None).await;
    for person in [&stranger, &other] {
        assert_eq!(person.get(&attachments(&record)).await.0, StatusCode::NOT_FOUND);
        assert_eq!(person.file(&version(&made, 1, "file")).await.0, StatusCode::NOT_FOUND);
        assert_eq!(person.file(&version(&made, 1, "preview")).await.0, StatusCode::NOT_FOUND);
        let (status, _) = person.upload_as(&attachments(&record), "x.png", PNG, None).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        let again = format!("{}/versions?version=1", own(&made));
        assert_eq!(person.upload_as(&again, "x.png", PNG, None).await.0, StatusCode::NOT_FOUND);
        let gone = json!({"version": 1, "reason": "x"});
        let (status, _) = person.send("POST", &format!("{}/remove", own(&made)), gone, None).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
    }
    let leader = server.person(Role::Leader, "440515", None).await;
    assert_eq!(leader.file(&version(&made, 1, "file")).await.0, StatusCode::OK);
    assert_eq!(leader.upload_as(&attachments(&record), "x.png", PNG, None).await.0, StatusCode::FORBIDDEN);
    let auditor = server.person(Role::Audit, "4405", None).await;
    assert_eq!(auditor.file(&version(&made, 1, "file")).await.0, StatusCode::FORBIDDEN);
}

#[db_test]
async fn an_upload_repeated_with_its_key_is_one_document(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, TOWN, None).await;
    let record = permit(&officer, &officer.named(PLASTICS).await).await;
    let address = attachments(&record);
    let first = officer.upload_as(&address, "证.png", PNG, Some("k1")).await;
    assert_eq!(first.0, StatusCode::CREATED);
    assert_eq!(officer.upload_as(&address, "证.png", PNG, Some("k1")).await, first);
    let (status, problem) = officer.upload_as(&address, "证.pdf", &pdf("证"), Some("k1")).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("idempotency.reused")));
    assert_eq!(officer.get(&address).await.1["items"].as_array().unwrap().len(), 1);
    let replace = format!("{}/versions?version=1", own(&first.1));
    let newer = officer.upload_as(&replace, "证.pdf", &pdf("证"), Some("k2")).await;
    assert_eq!(newer.0, StatusCode::CREATED, "{}", newer.1);
    assert_eq!(officer.upload_as(&replace, "证.pdf", &pdf("证"), Some("k2")).await, newer);
}

#[db_test]
async fn a_verified_record_with_another_document_waits_to_be_verified_again(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, TOWN, None).await;
    let row = officer.named(PLASTICS).await;
    let record = permit(&officer, &row).await;
    let verify = format!("{}/sections/permit/verify", path(&row));
    let seen = |version: i64| json!({"records": [{"id": record["id"], "version": version}]});
    assert_eq!(officer.send("POST", &verify, seen(1), None).await.0, StatusCode::OK);
    let made = attach(&officer, &record, "证.png", PNG).await;
    assert_eq!((&made["record_state"], &made["record_version"]), (&json!("changed"), &json!(3)));
    // what is vouched for is the fields and the documents: the fields alone put back do not make it verified
    let note = |version: i64, note: Value| json!({"version": version, "fields": {"note": note}});
    officer.send("PATCH", &record_path(&record), note(3, json!("备注")), None).await;
    let (_, undone) = officer.send("PATCH", &record_path(&record), note(4, Value::Null), None).await;
    assert_eq!(undone["state"], "changed", "{undone}");
    let (_, again) = officer.send("POST", &verify, seen(5), None).await;
    assert_eq!(again[0]["state"], "verified");
    let (_, history) = officer.get(&format!("{}/history", record_path(&record))).await;
    assert!(history.to_string().contains("上传附件：证.png"), "{history}");
}

async fn texts_are_read(server: &Server) {
    #[derive(FromRow)]
    struct Open {
        number: i64,
    }
    for _ in 0..600 {
        let open =
            sql!("select count(*) as number from job where kind = 'read_attachment' and state <> 'done'");
        if server.app.db.one::<Open>(open).await.unwrap().number == 0 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the texts were never read");
}

#[db_test]
async fn a_record_is_found_by_what_its_documents_say(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let _workers = server.work().await;
    let officer = server.person(Role::Officer, TOWN, None).await;
    let row = officer.named(PLASTICS).await;
    let record = permit(&officer, &row).await;
    attach(&officer, &record, "验收.pdf", &pdf("喷淋系统联动合格 身份证44050719800101001X")).await;
    let made = attach(&officer, &record, "整改.docx", &word("疏散通道宽度&#x4E0D;足")).await;
    let sheet = "<worksheet><c t=\"inlineStr\"><is><t>灭火器台账</t></is></c></worksheet>";
    let book = office(&[("xl/workbook.xml", ""), ("xl/worksheets/sheet1.xml", sheet)]);
    attach(&officer, &record, "清册.xlsx", &book).await;
    // a hostile one is kept and says nothing
    attach(&officer, &record, "怪.pdf", &[b"%PDF-1.7 1 0 obj ", "[".repeat(200_000).as_bytes()].concat())
        .await;
    texts_are_read(&server).await;
    let found = async |text: &str| {
        let (_, found) = officer.get(&format!("/api/search?q={}", testkit::percent(text))).await;
        found.to_string().contains(record["id"].as_str().unwrap())
    };
    for text in ["喷淋系统", "宽度不足", "灭火器台账", "清册", "整改"] {
        assert!(found(text).await, "{text}");
    }
    assert!(!found("44050719800101001X").await, "an identity number is nothing to be found by");
    // still so when the record is written again, and no longer when the document is gone
    let note = json!({"version": 1, "fields": {"note": "备注"}});
    assert_eq!(officer.send("PATCH", &record_path(&record), note, None).await.0, StatusCode::OK);
    assert!(found("宽度不足").await);
    let gone = json!({"version": 1, "reason": "传错了"});
    assert_eq!(officer.send("POST", &format!("{}/remove", own(&made)), gone, None).await.0, StatusCode::OK);
    assert!(!found("宽度不足").await);
}

#[db_test]
async fn a_content_without_a_row_is_cleared_away_after_a_day_and_one_with_a_row_never(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, TOWN, None).await;
    let record = permit(&officer, &officer.named(PLASTICS).await).await;
    let made = attach(&officer, &record, "证.png", PNG).await;
    // uploads that died between the content and the row
    let folder = server.app.files.join("attachments");
    let shelf = |hash: &str| folder.join(&hash[..2]).join(hash);
    let (fresh, old) = ("f".repeat(64), "a".repeat(64));
    let half = folder.join("incoming").join("half");
    let kept = shelf(made["versions"][0]["hash"].as_str().unwrap());
    let day = SystemTime::now() - std::time::Duration::from_secs(90_000);
    for file in [shelf(&fresh), shelf(&old), half.clone()] {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, "x").unwrap();
    }
    for file in [&shelf(&old), &half, &kept] {
        std::fs::File::options().write(true).open(file).unwrap().set_modified(day).unwrap();
    }
    archive::tidy_attachments(&server.app).await.unwrap();
    assert!(shelf(&fresh).exists() && kept.exists());
    assert!(!shelf(&old).exists() && !half.exists());
    assert_eq!(officer.file(&version(&made, 1, "file")).await.2, PNG);
}

#[db_test]
async fn an_upload_that_fails_after_its_content_is_kept_leaves_no_row(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, TOWN, None).await;
    let record = permit(&officer, &officer.named(PLASTICS).await).await;
    let gone = json!({"version": 1, "reason": "重复"});
    officer.send("POST", &format!("{}/remove", record_path(&record)), gone, None).await;
    let (status, problem) = officer.upload_as(&attachments(&record), "证.png", PNG, None).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("record.ended")));
    // the content waits to be cleared away; no row names it
    assert_eq!(lying(&server), 1);
    assert_eq!(officer.get(&format!("{}?all=true", attachments(&record))).await.1["items"], json!([]));
}
