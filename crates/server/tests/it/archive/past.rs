//! The archive of a past instant, on the screen and printed.

use axum::http::StatusCode;
use chrono::TimeDelta;
use db::{Db, Exec, db_test, sql};
use kernel::Role;
use serde_json::{Value, json};
use testkit::{PLASTICS, Server, path};

use super::{TOWN, add, licence, record_path};
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

/// Whatever is done to an archive in whatever order, each instant of it is what was seen then.
#[db_test]
async fn every_past_instant_is_what_was_seen_then_whatever_was_done(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, TOWN, None).await;
    let row = officer.named(PLASTICS).await;
    let list = format!("{}/records?section=permit&all=true&limit=200", path(&row));
    let shown = |page: &Value| {
        let mut rows: Vec<Value> = page["items"].as_array().unwrap().clone();
        rows.sort_by_key(|own| own["id"].as_str().unwrap().to_string());
        rows
    };
    let mut seen = Vec::new();
    // the same numbers in every run
    let mut number = 20_261_125_u64;
    let mut next = |below: usize| {
        number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(number >> 33).unwrap() % below
    };
    for step in 0..40 {
        let (_, page) = officer.get(&list).await;
        let rows = page["items"].as_array().unwrap();
        let live: Vec<&Value> = rows
            .iter()
            .filter(|own| !["removed", "replaced"].contains(&own["state"].as_str().unwrap()))
            .collect();
        let (what, one) = (next(6), next(live.len().max(1)));
        let status = match live.get(one).filter(|_| what > 0) {
            None => add(&officer, &row, "permit", json!({"kind": "fire", "number": step})).await.0,
            Some(own) => {
                let (record, version) = (record_path(own), &own["version"]);
                let (method, path, body) = match what {
                    1 | 2 => (
                        "PATCH",
                        record,
                        json!({"version": version, "fields": {"note": format!("第{step}步")}}),
                    ),
                    3 => {
                        let back =
                            json!({"version": version, "fields": [{"field": "number", "reason": "核对"}]});
                        ("POST", format!("{record}/return"), back)
                    }
                    4 => {
                        let verify = format!("{}/sections/permit/verify", path(&row));
                        ("POST", verify, json!({"records": [{"id": own["id"], "version": version}]}))
                    }
                    _ => ("POST", format!("{record}/remove"), json!({"version": version, "reason": "测试"})),
                };
                officer.send(method, &path, body, None).await.0
            }
        };
        assert!(status.is_success(), "{status} at step {step}");
        tokio::time::sleep(std::time::Duration::from_millis(3)).await;
        let at = server.app.clock.now().to_rfc3339().replace('+', "%2B");
        seen.push((at, shown(&officer.get(&list).await.1)));
        tokio::time::sleep(std::time::Duration::from_millis(3)).await;
    }
    for (step, (at, then)) in seen.iter().enumerate() {
        let (_, page) = officer.get(&format!("{list}&as_of={at}")).await;
        assert_eq!(&shown(&page), then, "after step {step}");
    }
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
