//! The timeline of an enterprise: one story of what stands in many tables, told to whoever may list them.

use axum::http::StatusCode;
use db::{Db, db_test};
use kernel::Role;
use serde_json::{Value, json};
use testkit::{Client, PLASTICS, Server, TRADE, path};

use crate::inspection::{bureau, draft, made, visited};

/// Every line, read a few at a time.
async fn story(person: &Client<'_>, row: &Value, limit: usize) -> Vec<Value> {
    let mut lines = Vec::new();
    let mut cursor = String::new();
    loop {
        let url = format!("{}/timeline?limit={limit}{cursor}", path(row));
        let (status, page) = person.get(&url).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= limit);
        lines.extend(items.iter().cloned());
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return lines,
        }
    }
}

fn told<'a>(lines: &'a [Value], what: &str) -> &'a Value {
    lines
        .iter()
        .find(|line| line["what"].as_str().unwrap().starts_with(what))
        .unwrap_or_else(|| panic!("{what}: {lines:#?}"))
}

#[db_test]
async fn the_timeline_joins_register_archive_visits_documents_and_cases_the_latest_first(db: Db) {
    let server = Server::new(db).await;
    let (_, officer, cards) = bureau(&server).await;
    let row = officer.named(PLASTICS).await;
    let licence = json!({"section": "permit", "fields": {"kind": "安全生产许可证", "number": "(粤D)WH安许证字〔2025〕0017",
        "issuer": "汕头市应急管理局", "issued_on": "2025-01-06", "expires_on": "2028-01-05"}});
    let record = made(&officer, &format!("{}/records", path(&row)), licence).await;
    let sent = json!({"version": 1, "fields": [{"field": "number", "reason": "编号与证书不符"}]});
    let back = format!("/api/records/4405/{}/return", record["id"].as_str().unwrap());
    made(&officer, &back, sent).await;
    let visit = visited(&officer, &cards).await;
    draft(&officer, &visit, json!({"form": "inspection_record"})).await;
    let lines = story(&officer, &row, 200).await;

    let whens: Vec<&str> = lines.iter().map(|line| line["at"].as_str().unwrap()).collect();
    assert!(whens.is_sorted_by(|one, next| one >= next), "{whens:?}");
    assert_eq!(lines.last().unwrap()["what"], "建立企业档案");
    let returned = told(&lines, "退回");
    assert_eq!(returned["reason"], "证照编号：编号与证书不符");
    let link = returned["link"].as_str().unwrap();
    assert!(link.contains("tab=archive&section=permit&record="), "{link}");
    assert!(told(&lines, "登记")["what"].as_str().unwrap().contains("安全生产许可证"));
    let begun = told(&lines, "开始现场检查");
    assert_eq!(begun["link"], visit["path"].as_str().unwrap().trim_start_matches("/api"));
    told(&lines, "现场检查结束，发现 2 个问题");
    let dangers: Vec<&Value> = lines.iter().filter(|line| line["kind"] == "case").collect();
    assert_eq!(dangers.len(), 2, "{lines:#?}");
    assert!(dangers[0]["link"].as_str().unwrap().starts_with("/dangers/4405/"));
    // a phone is whole in the record alone
    let mended = told(&lines, "修改企业档案");
    assert!(!mended.to_string().contains("0754-88880001"), "{mended}");
    let changes = mended["changes"].as_array().unwrap();
    assert!(changes.iter().any(|own| own["label"] == "法定代表人" && own["after"] == "陈一"), "{mended}");
    // what is only drafted is nobody's business yet
    assert!(lines.iter().all(|line| line["kind"] != "enforcement_document"), "{lines:#?}");

    assert_eq!(story(&officer, &row, 3).await, lines, "page by page nothing is lost or told twice");
}

#[db_test]
async fn the_timeline_is_told_within_the_area_and_to_the_enterprise_itself_without_what_it_may_not_list(
    db: Db,
) {
    let server = Server::new(db).await;
    let (_, officer, cards) = bureau(&server).await;
    let visit = visited(&officer, &cards).await;
    let row = &visit["row"];
    let other = server.person(Role::Officer, "440511015", None).await;
    assert_eq!(other.get(&format!("{}/timeline", path(row))).await.0, StatusCode::NOT_FOUND);
    let audit = server.person(Role::Audit, "440515", None).await;
    assert_eq!(audit.get(&format!("{}/timeline", path(row))).await.0, StatusCode::FORBIDDEN);
    let id: uuid::Uuid = row["id"].as_str().unwrap().parse().unwrap();
    let firm = server.person(Role::Enterprise, "440515102", Some(id)).await;
    let lines = story(&firm, row, 50).await;
    told(&lines, "修改企业档案");
    assert!(lines.iter().any(|line| line["kind"] == "case"), "{lines:#?}");
    assert!(lines.iter().all(|line| line["kind"] != "visit"), "{lines:#?}");
    let neighbour = server.person(Role::Clerk, "4405", None).await.named(TRADE).await;
    assert_eq!(firm.get(&format!("{}/timeline", path(&neighbour))).await.0, StatusCode::NOT_FOUND);
    let (status, problem) = officer.get(&format!("{}/timeline?cursor=x", path(row))).await;
    assert_eq!((status, &problem["code"]), (StatusCode::BAD_REQUEST, &json!("cursor.invalid")));
}
