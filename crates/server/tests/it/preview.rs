//! Papers looked at in their place: the pages of a PDF as pictures, whoever made it and whatever is in it.

use axum::http::{HeaderMap, StatusCode, header};
use chrono::NaiveDate;
use db::{Db, Exec, FromRow, db_test, sql};
use document::{Body, Chapter, Document, Part};
use kernel::Role;
use serde_json::{Value, json};
use testkit::{Client, PLASTICS, Server, path};

use super::attachment::{TOWN, attach, pdf, permit, version};

/// A document of many pages, by the project's own typesetter.
fn long() -> Vec<u8> {
    let lines: Vec<String> =
        (1..=900).map(|line| format!("第{line}项：危险化学品仓库的通风、防爆、防静电设施完好。")).collect();
    let part = Part { heading: Some("检查项目".into()), body: Body::Text(lines.join("\n")) };
    document::pdf(&Document {
        title: "安全检查汇编".into(),
        subtitle: Some(PLASTICS.into()),
        issuer: "汕头市应急管理局".into(),
        issued_on: NaiveDate::from_ymd_opt(2026, 11, 25).unwrap(),
        facts: Vec::new(),
        marks: Vec::new(),
        chapters: vec![Chapter { title: "仓库".into(), parts: vec![part] }],
        check: None,
    })
    .unwrap()
}

/// Width and height of a picture, and how many of its pixels are dark.
fn seen(png: &[u8]) -> (u32, u32, usize) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut pixels).unwrap();
    assert_eq!(frame.color_type, png::ColorType::Rgba);
    let dark = pixels.chunks(4).filter(|pixel| pixel[..3].iter().all(|part| *part < 100) && pixel[3] > 200);
    (frame.width, frame.height, dark.count())
}

/// A page as it is sent, asked for again while the machine is too busy to draw it.
async fn drawn(person: &Client<'_>, place: &str) -> (StatusCode, HeaderMap, Vec<u8>) {
    for _ in 0..8 {
        let answer = person.file(place).await;
        if answer.0 != StatusCode::SERVICE_UNAVAILABLE {
            return answer;
        }
    }
    panic!("{place} is never drawn");
}

#[db_test]
async fn a_pdf_is_looked_at_page_by_page(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, TOWN, None).await;
    let record = permit(&officer, &officer.named(PLASTICS).await).await;
    let made = attach(&officer, &record, "汇编.pdf", &long()).await;
    let page = |number: usize| format!("{}?page={number}", version(&made, 1, "preview"));
    let (status, headers, first) = drawn(&officer, &version(&made, 1, "preview")).await;
    assert_eq!(status, StatusCode::OK, "{}", String::from_utf8_lossy(&first));
    let pages: usize = headers["x-pages"].to_str().unwrap().parse().unwrap();
    assert!(pages > document::MOST_PAGES, "{pages}");
    assert_eq!(headers[header::CONTENT_TYPE], "image/png");
    assert_eq!(headers[header::CONTENT_DISPOSITION], "inline");
    assert_eq!(headers[header::CONTENT_SECURITY_POLICY], "default-src 'none'; sandbox");
    let (width, height, dark) = seen(&first);
    assert!(
        (1199..=1200).contains(&width) && (1600..1750).contains(&height) && dark > 3_000,
        "{width} {height} {dark}"
    );
    let (_, _, second) = drawn(&officer, &page(2)).await;
    assert!(seen(&second).2 > 3_000 && second != first);
    // the browser keeps a page, and is told that it still is the one
    let tag = headers[header::ETAG].to_str().unwrap();
    let (status, _, nothing) = officer.file_unless(&page(1), tag).await;
    assert_eq!((status, nothing.len()), (StatusCode::NOT_MODIFIED, 0));
    assert_ne!(officer.file_unless(&page(2), tag).await.0, StatusCode::NOT_MODIFIED);
    assert_eq!(headers[header::CACHE_CONTROL], "private, no-cache");
    for number in [0, document::MOST_PAGES + 1, 4_000] {
        let (status, _, problem) = drawn(&officer, &page(number)).await;
        let problem: Value = serde_json::from_slice(&problem).unwrap();
        assert_eq!((status, &problem["code"]), (StatusCode::NOT_FOUND, &json!("preview.no_page")));
    }
}

#[db_test]
async fn whoever_may_not_read_the_record_sees_no_page_even_of_a_kept_one_and_who_looks_is_noted(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, TOWN, None).await;
    let row = officer.named(PLASTICS).await;
    let fields = json!({"name": "张三", "role": "principal"});
    let body = json!({"section": "safety_person", "fields": fields});
    let (status, record) = officer.send("POST", &format!("{}/records", path(&row)), body, None).await;
    assert_eq!(status, StatusCode::CREATED, "{record}");
    let made = attach(&officer, &record, "合格证.pdf", &pdf("合格证")).await;
    let page = format!("{}?page=1", version(&made, 1, "preview"));
    let (status, headers, _) = drawn(&officer, &page).await;
    assert_eq!(status, StatusCode::OK);
    #[derive(FromRow)]
    struct Step {
        after: Option<String>,
    }
    let steps = sql!(
        "select cast(after as text) as after from audit where subject = 'attachment' and action = 'read'"
    );
    let steps: Vec<Step> = server.app.db.all(steps).await.unwrap();
    let said: Value = serde_json::from_str(steps[0].after.as_deref().unwrap()).unwrap();
    assert_eq!((steps.is_empty(), said), (false, json!({"number": 1, "page": 1})));
    let stranger = server.person(Role::Officer, "440511015", None).await;
    let tag = headers[header::ETAG].to_str().unwrap();
    assert_eq!(stranger.file_unless(&page, tag).await.0, StatusCode::NOT_FOUND);
}

/// What a person with bad intent, a broken scanner or a password makes of a PDF.
fn hostile() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    const CATALOG: &str = "<< /Type /Catalog /Pages 2 0 R >>";
    let body = |objects: &[&str], trailer: &str| {
        let mut text = "%PDF-1.7\n".to_string();
        let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
        for (at, object) in objects.iter().enumerate() {
            table += &format!("{:010} 00000 n \n", text.len());
            text += &format!("{} 0 obj\n{object}\nendobj\n", at + 1);
        }
        let size = objects.len() + 1;
        let start = text.len();
        text +=
            &format!("{table}trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n");
        text.into_bytes()
    };
    let page = |more: &str, trailer: &str| {
        let page = format!("<< /Type /Page /Parent 2 0 R {more} >>");
        body(&[CATALOG, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", &page], trailer)
    };
    let key = "00".repeat(32);
    let lock =
        format!("/Encrypt << /Filter /Standard /V 1 /R 2 /O <{key}> /U <{key}> /P -4 >> /ID [<00> <00>]");
    let around = body(&[CATALOG, "<< /Type /Pages /Kids [2 0 R] /Count 1 >>"], "");
    vec![
        ("在自己里面.pdf", around, "preview.broken"),
        ("深.pdf", page(&format!("/MediaBox {}", "[".repeat(2_000_000)), ""), "preview.broken"),
        ("长.pdf", page("/MediaBox [0 0 1 4000000]", ""), "preview.broken"),
        ("锁.pdf", page("/MediaBox [0 0 595 842]", &lock), "preview.locked"),
        ("空.pdf", b"%PDF-1.7\n".to_vec(), "preview.broken"),
        ("断.pdf", long()[..9_000].to_vec(), "preview.broken"),
    ]
}

#[db_test]
async fn a_hostile_pdf_is_an_answer_and_never_an_end_of_the_server(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, TOWN, None).await;
    let record = permit(&officer, &officer.named(PLASTICS).await).await;
    for (name, content, code) in hostile() {
        let made = attach(&officer, &record, name, &content).await;
        let (status, _, problem) = drawn(&officer, &version(&made, 1, "preview")).await;
        let problem: Value = serde_json::from_slice(&problem).unwrap();
        let said = (status, problem["code"].as_str().unwrap_or_default());
        assert_eq!(said, (StatusCode::UNPROCESSABLE_ENTITY, code), "{name}: {problem}");
        assert!(problem["detail"].as_str().unwrap().contains("下载"), "{problem}");
        assert_eq!(officer.file(&version(&made, 1, "file")).await.2, content, "it can be had");
    }
}
