//! The archive of a past instant, on the screen and printed.

use axum::http::StatusCode;
use chrono::TimeDelta;
use db::{Db, Exec, db_test, sql};
use kernel::Role;
use serde_json::{Value, json};
use testkit::{PLASTICS, Server, path};

use super::{TOWN, licence, record_path};
use crate::hazard::{cast, chlorine, clock, entered};

#[db_test]
async fn the_archive_of_a_past_instant_comes_from_the_trail(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, TOWN, None).await;
    let row = officer.named(PLASTICS).await;
    let before = server.app.clock.now();
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    let record = licence(&officer, &row, "2028-01-05").await;
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    let between = server.app.clock.now();
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    let change = json!({"version": 1, "fields": {"number": "改"}});
    officer.send("PATCH", &record_path(&record), change, None).await;
    let gone = json!({"version": 2, "reason": "重复"});
    assert_eq!(
        officer.send("POST", &format!("{}/remove", record_path(&record)), gone, None).await.0,
        StatusCode::OK
    );
    let as_of = |at: chrono::DateTime<chrono::Utc>| at.to_rfc3339().replace('+', "%2B");
    let records = |at| format!("{}/records?section=permit&as_of={}", path(&row), as_of(at));
    assert_eq!(officer.get(&records(before)).await.1["items"], json!([]));
    let (_, then) = officer.get(&records(between)).await;
    assert_eq!(then["items"][0]["number"], "(粤D)WH安许证字〔2025〕0017");
    let (_, now) = officer.get(&records(server.app.clock.now() + TimeDelta::seconds(1))).await;
    assert_eq!(now["items"], json!([]));
    let (status, archive) = officer.get(&format!("{}/archive?as_of={}", path(&row), as_of(between))).await;
    assert_eq!((status, &archive["completeness"]["records"]), (StatusCode::OK, &json!(1)), "{archive}");
}

#[db_test]
async fn the_printed_archive_of_a_past_instant_is_the_same_twice_and_can_be_checked(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, TOWN, None).await;
    let row = officer.named(PLASTICS).await;
    licence(&officer, &row, "2028-01-05").await;
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    let then = server.app.clock.now().to_rfc3339().replace('+', "%2B");
    let print = format!("{}/archive/print", path(&row));
    let first = officer.bytes(&format!("{print}?as_of={then}")).await;
    assert!(first.starts_with(b"%PDF-"));
    licence(&officer, &row, "2029-01-05").await;
    assert_eq!(officer.bytes(&format!("{print}?as_of={then}")).await, first);
    assert!(officer.bytes(&format!("{print}?format=docx")).await.starts_with(b"PK"));
    assert_eq!(officer.get(&format!("{print}?format=exe")).await.0, StatusCode::BAD_REQUEST);

    // whoever holds the paper may ask what it is
    #[derive(db::FromRow)]
    struct Code {
        code: String,
    }
    let codes: Vec<Code> =
        server.app.db.all(sql!("select code from archive_print order by id")).await.unwrap();
    assert_eq!(codes.len(), 2, "the print of the past and that of now");
    let (status, known) = server.nobody().get(&format!("/api/checks/{}", codes[0].code)).await;
    assert_eq!(
        (status, &known["title"]),
        (StatusCode::OK, &json!(format!("企业安全生产档案　{PLASTICS}"))),
        "{known}"
    );
    assert_eq!(server.nobody().get("/api/checks/0000000000000000").await.0, StatusCode::NOT_FOUND);
    let stranger = server.person(Role::Officer, "440511015", None).await;
    assert_eq!(stranger.get(&print).await.0, StatusCode::NOT_FOUND);
    let auditor = server.person(Role::Audit, "4405", None).await;
    let (_, trail) = auditor.get("/api/audit?action=export").await;
    assert_eq!(trail["items"].as_array().unwrap().len(), 3, "every print is on the trail");
}

#[db_test]
async fn the_archives_of_a_list_or_of_some_of_its_rows_are_printed_as_one_job(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let _workers = server.work().await;
    let officer = server.person(Role::Officer, "4405", None).await;
    let sector = officer.named(PLASTICS).await["sector"].clone();
    let list = officer.get(&format!("/api/enterprises?sector={}", sector.as_str().unwrap())).await.1["items"]
        .clone();
    let list = list.as_array().unwrap();
    let print = async |wanted: Value| {
        let (status, job) = officer.send("POST", "/api/archive-prints", wanted, None).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{job}");
        let id = job["job"].as_str().unwrap().to_string();
        let result = loop {
            let (_, job) = officer.get(&format!("/api/jobs/{id}")).await;
            match job["state"].as_str().unwrap() {
                "done" => break job["result"].clone(),
                "failed" => panic!("{job}"),
                _ => tokio::time::sleep(std::time::Duration::from_millis(50)).await,
            }
        };
        let zip = officer.bytes(&format!("/api/archive-prints/{id}/file")).await;
        assert!(zip.starts_with(b"PK"));
        result["files"].clone()
    };
    let query = json!({"sector": sector});
    assert_eq!(print(json!({"query": query})).await, list.len());
    assert_eq!(print(json!({"query": {}, "ids": [list[0]["id"]]})).await, 1);
    let town = server.person(Role::Officer, TOWN, None).await;
    let other = json!({"query": {"region": "440511"}});
    assert_eq!(town.send("POST", "/api/archive-prints", other, None).await.0, StatusCode::NOT_FOUND);
}

#[db_test]
async fn the_archive_of_a_past_instant_counts_the_hazard_source_that_was_there_then(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    let clock = &server.app.clock;
    let before = clock.now();
    clock.advance(TimeDelta::minutes(1));
    let view = entered(&own.firm, chlorine(&own.row)).await;
    let between = clock.now();
    clock.advance(TimeDelta::minutes(1));
    let source = &view["source"];
    let url = format!("/api/hazard-sources/4405/{}/remove", source["id"].as_str().unwrap());
    let gone = json!({"version": source["version"], "reason": "已拆除"});
    let (status, told) = own.county.send("POST", &url, gone, None).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{told}");
    let shown = async |as_of: Option<chrono::DateTime<chrono::Utc>>| {
        let query =
            as_of.map(|at| format!("?as_of={}", at.to_rfc3339().replace('+', "%2B"))).unwrap_or_default();
        let (status, archive) = own.county.get(&format!("{}/archive{query}", path(&own.row))).await;
        assert_eq!(status, StatusCode::OK, "{archive}");
        let items = archive["completeness"]["items"].as_array().unwrap();
        items.iter().any(|item| item["section"] == "hazard_source" && item["state"] == "present")
    };
    assert_eq!((shown(Some(before)).await, shown(Some(between)).await), (false, true));
    assert_eq!((shown(Some(clock.now())).await, shown(None).await), (false, false));
    let at = |time: chrono::DateTime<chrono::Utc>| time.to_rfc3339().replace('+', "%2B");
    let url = format!("{}/archive/compare?from={}&to={}", path(&own.row), at(between), at(clock.now()));
    let (_, two) = own.county.get(&url).await;
    assert_ne!(two["before"]["required"], two["after"]["required"], "{two}");
}
