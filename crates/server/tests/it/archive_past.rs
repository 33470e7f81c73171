//! The archive in time and between enterprises: two dates beside each other, documents as they stood, and what goes along where records of
//! the register are made one or split.

use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use db::{Db, db_test};
use kernel::Role;
use serde_json::{Value, json};
use testkit::{Client, PLASTICS, Server, TRADE, path};

const TOWN: &str = "440515102";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\nand the rest";

async fn add(person: &Client<'_>, row: &Value, section: &str, fields: Value) -> Value {
    let body = json!({"section": section, "fields": fields});
    let (status, record) = person.send("POST", &format!("{}/records", path(row)), body, None).await;
    assert_eq!(status, StatusCode::CREATED, "{record}");
    record
}

async fn permit(person: &Client<'_>, row: &Value, number: &str) -> Value {
    add(person, row, "permit", json!({"kind": "fire", "number": number, "issuer": "澄海区消防救援大队"}))
        .await
}

fn own(record: &Value) -> String {
    format!("/api/records/4405/{}", record["id"].as_str().unwrap())
}

async fn attach(person: &Client<'_>, record: &Value, name: &str) -> Value {
    let (status, answer) = person.upload_as(&format!("{}/attachments", own(record)), name, PNG, None).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    answer
}

/// An instant that nothing else shares.
async fn instant(server: &Server) -> String {
    let pause = std::time::Duration::from_millis(5);
    tokio::time::sleep(pause).await;
    let now: DateTime<Utc> = server.app.clock.now();
    tokio::time::sleep(pause).await;
    now.to_rfc3339().replace('+', "%2B")
}

async fn records(person: &Client<'_>, row: &Value, section: &str, as_of: &str) -> Vec<String> {
    let past = if as_of.is_empty() { String::new() } else { format!("&as_of={as_of}") };
    let (status, list) = person.get(&format!("{}/records?section={section}{past}", path(row))).await;
    assert_eq!(status, StatusCode::OK, "{list}");
    let mut titles: Vec<String> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|own| own["number"].as_str().or(own["title"].as_str()).unwrap().to_string())
        .collect();
    titles.sort();
    titles
}

#[db_test]
async fn two_dates_beside_each_other_tell_what_came_went_and_changed(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, TOWN, None).await;
    let row = officer.named(PLASTICS).await;
    let stays = permit(&officer, &row, "消验字1号").await;
    let goes = permit(&officer, &row, "消验字2号").await;
    let document = attach(&officer, &stays, "旧证.png").await;
    let from = instant(&server).await;

    let change = json!({"version": 1, "fields": {"issuer": "区消防大队"}});
    assert_eq!(officer.send("PATCH", &own(&stays), change, None).await.0, StatusCode::OK);
    let gone = json!({"version": 1, "reason": "重复"});
    officer.send("POST", &format!("{}/remove", own(&goes)), gone, None).await;
    let remove = format!("/api/attachments/4405/{}/remove", document["id"].as_str().unwrap());
    let gone = json!({"version": 1, "reason": "换新"});
    assert_eq!(officer.send("POST", &remove, gone, None).await.0, StatusCode::OK);
    attach(&officer, &stays, "新证.png").await;
    add(&officer, &row, "product", json!({"name": "注塑件"})).await;
    let staff = json!({"version": row["version"], "changes": {"staff": 321}});
    assert_eq!(officer.send("PATCH", &path(&row), staff, None).await.0, StatusCode::OK);
    let to = instant(&server).await;
    permit(&officer, &row, "消验字3号").await;

    let url = format!("{}/archive/compare?from={from}", path(&row));
    let (status, told) = officer.get(&format!("{url}&to={to}")).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    let staff = told["basic"].as_array().unwrap().iter().find(|own| own["label"] == "从业人数").unwrap();
    assert_eq!(staff["after"], "321");
    let sections: Vec<&str> =
        told["sections"].as_array().unwrap().iter().map(|own| own["section"].as_str().unwrap()).collect();
    assert_eq!(sections, ["product", "permit"]);
    let (product, permits) = (&told["sections"][0], &told["sections"][1]);
    assert_eq!(product["came"][0]["title"], "注塑件");
    assert_eq!(permits["numbers"], json!([0, 1, 1]));
    assert_eq!(permits["went"][0]["state_label"], "已删除");
    assert_eq!(
        permits["changed"][0]["fields"],
        json!([{"field": "issuer", "label": "发证机关", "before": "澄海区消防救援大队", "after": "区消防大队"}])
    );
    assert_eq!(
        permits["changed"][0]["documents"],
        json!([{"before": null, "after": "新证.png"}, {"before": "旧证.png", "after": null}])
    );
    assert_eq!((&told["before"]["records"], &told["after"]["records"]), (&json!(2), &json!(2)));
    // with now: the third permit has come, too
    let (_, now) = officer.get(&url).await;
    assert_eq!(now["sections"][1]["numbers"], json!([1, 1, 1]), "{now}");
    // the same instant twice is no change
    let (_, same) = officer.get(&format!("{}/archive/compare?from={to}&to={to}", path(&row))).await;
    assert_eq!((&same["sections"], &same["basic"]), (&json!([]), &json!([])));
    let (status, _) = officer.get(&format!("{}/archive/compare?from={to}&to={from}", path(&row))).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    // the documents as they stood
    let (_, then) = officer.get(&format!("{}/attachments?as_of={from}", own(&stays))).await;
    assert_eq!(then["items"][0]["name"], "旧证.png", "{then}");
    assert_eq!(then["items"].as_array().unwrap().len(), 1);
}

/// Two enterprises with an archive each: the one that stays, and the one that becomes part of it.
async fn two(officer: &Client<'_>) -> (Value, Value) {
    let (kept, other) = (officer.named(PLASTICS).await, officer.named(TRADE).await);
    add(officer, &kept, "risk_profile", json!({"hazardous_chemicals": false})).await;
    add(officer, &other, "risk_profile", json!({"hazardous_chemicals": true})).await;
    permit(officer, &kept, "消验字1号").await;
    (kept, other)
}

#[db_test]
async fn an_archive_goes_with_its_enterprise_into_a_merger_and_comes_back_when_it_is_undone(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, "4405", None).await;
    let clerk = server.person(Role::Clerk, "4405", None).await;
    let (kept, other) = two(&officer).await;
    let moved = permit(&officer, &other, "消验字2号").await;
    attach(&officer, &moved, "消防证.png").await;
    let vouch = json!({"records": [{"id": moved["id"], "version": 1}]});
    let verify = format!("{}/sections/permit/verify", path(&other));
    assert_eq!(officer.send("POST", &verify, vouch, None).await.0, StatusCode::OK);
    let before = instant(&server).await;

    let (kept_now, other_now) = (clerk.get(&path(&kept)).await.1, clerk.get(&path(&other)).await.1);
    let body = json!({"version": kept_now["version"], "other": other["id"], "other_version": other_now["version"],
        "take": [], "reason": "现场核对为同一家"});
    let (status, merger) = clerk.send("POST", &format!("{}/merge", path(&kept)), body, None).await;
    assert_eq!(status, StatusCode::CREATED, "{merger}");
    assert_eq!(records(&officer, &kept, "permit", "").await, ["消验字1号", "消验字2号"]);
    assert_eq!(records(&officer, &other, "permit", "").await, Vec::<String>::new());
    let (_, record) = officer.get(&own(&moved)).await;
    assert_eq!(
        (&record["enterprise"], &record["state"], &record["verified_by_name"]),
        (&kept["id"], &json!("verified"), &json!("监管员甲"))
    );
    let (_, documents) = officer.get(&format!("{}/attachments", own(&moved))).await;
    assert_eq!(documents["items"][0]["name"], "消防证.png");
    // one risk profile: that of the enterprise which stays; the other is still to be read
    assert_eq!(records(&officer, &kept, "risk_profile", "").await.len(), 1);
    assert_eq!(records(&officer, &other, "risk_profile", "").await.len(), 1);
    let list = officer.get("/api/archives?region=4405").await.1;
    let kept_score = list["items"].as_array().unwrap().iter().find(|own| own["id"] == kept["id"]).unwrap();
    assert_eq!(kept_score["records"], 3);
    assert!(!list["items"].as_array().unwrap().iter().any(|own| own["id"] == other["id"]));
    // the past says where everything was
    assert_eq!(records(&officer, &kept, "permit", &before).await, ["消验字1号"]);
    assert_eq!(records(&officer, &other, "permit", &before).await, ["消验字2号"]);
    let found = officer.get(&format!("/api/search?q={}", testkit::percent("消验字2号"))).await.1;
    assert!(found.to_string().contains(PLASTICS), "{found}");
    permit(&officer, &kept, "消验字3号").await;
    let merged = instant(&server).await;

    let undo = format!("/api/mergers/4405/{}/undo", merger["id"].as_str().unwrap());
    let body = json!({"version": 1, "reason": "两家不同"});
    let (status, undone) = clerk.send("POST", &undo, body, None).await;
    assert_eq!(status, StatusCode::OK, "{undone}");
    assert_eq!(records(&officer, &kept, "permit", "").await, ["消验字1号", "消验字3号"]);
    assert_eq!(records(&officer, &other, "permit", "").await, ["消验字2号"]);
    let (_, record) = officer.get(&own(&moved)).await;
    assert_eq!((&record["enterprise"], &record["state"]), (&other["id"], &json!("verified")));
    let (_, archive) = officer.get(&format!("{}/archive", path(&other))).await;
    let list = officer.get("/api/archives?region=4405").await.1;
    let score = list["items"].as_array().unwrap().iter().find(|own| own["id"] == other["id"]).unwrap();
    assert_eq!((&score["records"], &score["score"]), (&json!(2), &archive["completeness"]["score"]));
    assert_eq!(
        records(&officer, &kept, "permit", &merged).await,
        ["消验字1号", "消验字2号", "消验字3号"],
        "the time between stays what it was"
    );
    assert_eq!(records(&officer, &other, "permit", &merged).await, Vec::<String>::new());
}

#[db_test]
async fn who_splits_an_enterprise_says_which_records_go_with_the_second_premises(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, "440515", None).await;
    let clerk = server.person(Role::Clerk, "440515", None).await;
    let row = officer.named(PLASTICS).await;
    let stays = permit(&officer, &row, "消验字1号").await;
    let goes = permit(&officer, &row, "消验字2号").await;
    attach(&officer, &goes, "消防证.png").await;
    attach(&officer, &stays, "消防证一.png").await;
    let (_, now) = clerk.get(&path(&row)).await;
    let body = |records: Value| {
        json!({"version": now["version"], "town": TOWN, "changes": {"name": "二厂", "address": "汕头市澄海区莲下镇丁路4号"},
            "own": {}, "records": records, "reason": "两处厂房分开监管"})
    };
    let url = format!("{}/split", path(&row));
    let unknown = body(json!([goes["id"], row["id"]]));
    assert_eq!(clerk.send("POST", &url, unknown, None).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    let (status, both) = clerk.send("POST", &url, body(json!([goes["id"]])), None).await;
    assert_eq!(status, StatusCode::CREATED, "{both}");
    let second = &both["second"];
    assert_eq!(records(&officer, &row, "permit", "").await, ["消验字1号"]);
    assert_eq!(records(&officer, second, "permit", "").await, ["消验字2号"]);
    let (_, documents) = officer.get(&format!("{}/attachments", own(&goes))).await;
    assert_eq!(documents["items"][0]["name"], "消防证.png");
    let list = officer.get("/api/archives?region=440515").await.1;
    for own in [&row, second] {
        let score = list["items"].as_array().unwrap().iter().find(|score| score["id"] == own["id"]).unwrap();
        assert_eq!(score["records"], 1);
    }
}
