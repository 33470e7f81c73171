//! The records of an archive: filled in, refused, sent back, vouched for, changed by two, seen only where they may be.

use axum::http::StatusCode;
use db::{Db, Exec, db_test, sql};
use kernel::Role;
use serde_json::{Value, json};
use testkit::{PLASTICS, Server, TRADE, path};

use super::{TOWN, add, firm, found, licence, record_path, score::assert_figures};

#[db_test]
async fn a_record_is_filled_in_returned_by_field_mended_and_vouched_for(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, TOWN, None).await;
    let row = officer.named(PLASTICS).await;
    let firm = firm(&server, &row).await;

    let record = licence(&firm, &row, "2028-01-05").await;
    assert_eq!(record["fields"]["kind"], "safety");
    assert_eq!(record["fields"]["issued_on"], "2025-01-06");
    assert_eq!((&record["title"], &record["state"]), (&json!("安全生产许可证"), &json!("entered")));

    let sent = json!({"version": 1, "fields": [{"field": "number", "reason": "编号与证书不符"}]});
    let back = format!("{}/return", record_path(&record));
    assert_eq!(firm.send("POST", &back, sent.clone(), None).await.0, StatusCode::FORBIDDEN);
    let (status, returned) = officer.send("POST", &back, sent, None).await;
    assert_eq!(status, StatusCode::OK, "{returned}");
    assert_eq!(returned["state"], "returned");
    assert_eq!(returned["returned_fields"][0]["reason"], "编号与证书不符");

    let mend = json!({"version": 2, "fields": {"number": "(粤D)WH安许证字〔2025〕0071"}});
    let (status, mended) = firm.send("PATCH", &record_path(&record), mend, None).await;
    assert_eq!((status, &mended["state"]), (StatusCode::OK, &json!("entered")), "{mended}");
    assert_eq!(mended["fields"]["issuer"], "汕头市应急管理局");

    let vouch = format!("{}/sections/permit/verify", path(&row));
    let seen = json!({"records": [{"id": record["id"], "version": 3}]});
    assert_eq!(firm.send("POST", &vouch, seen.clone(), None).await.0, StatusCode::FORBIDDEN);
    let (status, vouched) = officer.send("POST", &vouch, seen, None).await;
    assert_eq!(status, StatusCode::OK, "{vouched}");
    assert_eq!(vouched[0]["verified_by_name"], "监管员甲");

    // what was vouched for stays beside what it became
    let change = json!({"version": 4, "fields": {"scope": "批发"}, "reason": "增项"});
    let (_, changed) = firm.send("PATCH", &record_path(&record), change, None).await;
    assert_eq!(changed["state"], "changed");
    assert_eq!(changed["verified_fields"]["scope"], Value::Null);
    let undo = json!({"version": 5, "fields": {"scope": null}});
    let (_, undone) = firm.send("PATCH", &record_path(&record), undo, None).await;
    assert_eq!((&undone["state"], &undone["verified_fields"]), (&json!("verified"), &Value::Null));

    let (_, history) = firm.get(&format!("{}/history", record_path(&record))).await;
    let steps: Vec<&Value> = history.as_array().unwrap().iter().map(|step| &step["after"]["state"]).collect();
    assert_eq!(steps, ["entered", "returned", "entered", "verified", "changed", "verified"]);
    assert_eq!(history[2]["before"]["number"], "(粤D)WH安许证字〔2025〕0017");
    assert_eq!(history[1]["reason"], "证照编号：编号与证书不符");
}

#[db_test]
async fn wrong_values_are_refused_field_by_field_and_change_nothing(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, TOWN, None).await;
    let row = officer.named(PLASTICS).await;
    let (status, problem) = add(
        &officer,
        &row,
        "permit",
        json!({"kind": "驾驶证", "issued_on": "去年", "note": "长".repeat(5_001)}),
    )
    .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut pointers: Vec<&str> =
        problem["errors"].as_array().unwrap().iter().map(|own| own["pointer"].as_str().unwrap()).collect();
    pointers.sort();
    assert_eq!(pointers, ["/fields/issued_on", "/fields/kind", "/fields/note", "/fields/number"]);
    let order =
        json!({"kind": "safety", "number": "1", "issued_on": "2025-01-06", "expires_on": "2024-01-06"});
    let (_, problem) = add(&officer, &row, "permit", order).await;
    assert_eq!(problem["errors"][0]["pointer"], "/fields/expires_on");
    let (_, problem) =
        add(&officer, &row, "permit", json!({"kind": "safety", "number": "1", "colour": "red"})).await;
    assert_eq!(problem["errors"][0]["code"], "field.unknown");
    assert_eq!(add(&officer, &row, "nothing", json!({})).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    let (_, list) = officer.get(&format!("{}/records?section=permit", path(&row))).await;
    assert_eq!(list["items"], json!([]));
}

#[db_test]
async fn of_two_who_change_a_record_the_second_is_told(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, TOWN, None).await;
    let row = officer.named(PLASTICS).await;
    let record = licence(&officer, &row, "2028-01-05").await;
    let change = |text: &str| json!({"version": 1, "fields": {"note": text}});
    assert_eq!(officer.send("PATCH", &record_path(&record), change("一"), None).await.0, StatusCode::OK);
    let (status, problem) = officer.send("PATCH", &record_path(&record), change("二"), None).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("conflict.version")));
    assert_eq!(problem["current"]["fields"]["note"], "一");
    // the same request again is the same record, not a second one
    let body = json!({"section": "permit", "fields": {"kind": "fire", "number": "7"}});
    let records = format!("{}/records", path(&row));
    let first = officer.send("POST", &records, body.clone(), Some("k1")).await;
    assert_eq!(first, officer.send("POST", &records, body, Some("k1")).await);
    let (_, list) = officer.get(&format!("{records}?section=permit")).await;
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
}

#[db_test]
async fn records_are_seen_and_written_only_in_the_own_area_and_enterprise(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, TOWN, None).await;
    let row = officer.named(PLASTICS).await;
    let record = licence(&officer, &row, "2028-01-05").await;
    let stranger = server.person(Role::Officer, "440511015", None).await;
    for path in [
        record_path(&record),
        format!("{}/archive", path(&row)),
        format!("{}/records?section=permit", path(&row)),
        format!("{}/history", record_path(&record)),
    ] {
        assert_eq!(officer.get(&path).await.0, StatusCode::OK, "{path}");
        assert_eq!(stranger.get(&path).await.0, StatusCode::NOT_FOUND, "{path}");
    }
    let change = json!({"version": 1, "fields": {"note": "x"}});
    assert_eq!(
        stranger.send("PATCH", &record_path(&record), change.clone(), None).await.0,
        StatusCode::NOT_FOUND
    );
    let clerk = server.person(Role::Clerk, "4405", None).await;
    let other = firm(&server, &clerk.named(TRADE).await).await;
    assert_eq!(other.send("PATCH", &record_path(&record), change, None).await.0, StatusCode::NOT_FOUND);
    assert_eq!(
        add(&other, &row, "permit", json!({"kind": "fire", "number": "1"})).await.0,
        StatusCode::NOT_FOUND
    );
    assert_eq!(stranger.get("/api/expiries?to=2030-01-01").await.1["items"], json!([]));
    assert_eq!(stranger.get("/api/expiries?region=440515").await.0, StatusCode::NOT_FOUND);
    assert_eq!(officer.get("/api/expiries?to=2030-01-01").await.1["items"][0]["enterprise_name"], PLASTICS);
}

#[db_test]
async fn records_go_with_their_enterprise_to_another_town(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let county = server.person(Role::Officer, "440515", None).await;
    let row = county.named(PLASTICS).await;
    licence(&county, &row, "2028-01-05").await;
    let give =
        json!({"items": [{"city": "4405", "id": row["id"], "version": row["version"]}], "town": "440515103"});
    let (status, answer) = county.send("POST", "/api/enterprises/assign", give, None).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let there = server.person(Role::Officer, "440515103", None).await;
    assert_eq!(there.get("/api/expiries?to=2030-01-01").await.1["items"].as_array().unwrap().len(), 1);
    let here = server.person(Role::Officer, TOWN, None).await;
    assert_eq!(here.get("/api/expiries?to=2030-01-01").await.1["items"], json!([]));
    archive::catch_up(&server.app).await.unwrap();
    let stray = sql!("select count(*) as number from archive_tally where town = $1 and number <> 0", TOWN);
    #[derive(db::FromRow)]
    struct Number {
        number: i64,
    }
    assert_eq!(server.app.db.one::<Number>(stray).await.unwrap().number, 0);
    assert_figures(&server).await;
}

#[db_test]
async fn the_search_box_finds_the_enterprise_of_a_paper_within_the_own_area(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, TOWN, None).await;
    let row = officer.named(PLASTICS).await;
    let record = licence(&officer, &row, "2028-01-05").await;
    for text in [
        "%E8%AE%B8%E8%AF%81%E5%AD%97",
        "%E3%80%942025%E3%80%950017",
        "%E5%BA%94%E6%80%A5%E7%AE%A1%E7%90%86%E5%B1%80",
    ] {
        let group = found(&officer, text).await;
        assert_eq!(group["items"][0]["id"], record["id"], "{text}: {group}");
        assert_eq!(group["items"][0]["enterprise"], row["id"]);
        assert_eq!(group["items"][0]["section"], "permit");
    }
    let stranger = server.person(Role::Officer, "440511015", None).await;
    assert_eq!(found(&stranger, "%E8%AE%B8%E8%AF%81%E5%AD%97").await, Value::Null);
    let gone = json!({"version": 1, "reason": "重复"});
    officer.send("POST", &format!("{}/remove", record_path(&record)), gone, None).await;
    assert_eq!(found(&officer, "%E8%AE%B8%E8%AF%81%E5%AD%97").await, Value::Null);
}

#[db_test]
async fn a_section_of_many_records_is_read_page_by_page_the_latest_first(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, TOWN, None).await;
    let row = officer.named(PLASTICS).await;
    let mut made = Vec::new();
    for number in 0..55 {
        let fields = json!({"kind": "安全生产许可证", "number": format!("许可{number:03}"), "issuer": "汕头市应急管理局",
            "issued_on": "2025-01-06", "expires_on": "2028-01-05"});
        let (status, record) = add(&officer, &row, "permit", fields).await;
        assert_eq!(status, StatusCode::CREATED, "{record}");
        made.push(record["id"].clone());
    }
    made.reverse();
    let list = format!("{}/records?section=permit", path(&row));
    let (_, first) = officer.get(&list).await;
    assert_eq!(first["items"].as_array().unwrap().len(), 50);
    let (_, rest) = officer.get(&format!("{list}&cursor={}", first["next"].as_str().unwrap())).await;
    assert_eq!(rest["next"], Value::Null);
    let pages = [&first, &rest].into_iter().flat_map(|page| page["items"].as_array().unwrap());
    assert_eq!(pages.map(|record| record["id"].clone()).collect::<Vec<_>>(), made);
    let (status, _) = officer.get(&format!("{list}&cursor=none")).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}
