//! The safety archive over HTTP: what is filled in, vouched for, sent back, missing, and running out.

use axum::http::StatusCode;
use chrono::{Days, TimeDelta};
use db::{Db, Exec, db_test, sql};
use kernel::Role;
use serde_json::{Value, json};
use testkit::{Client, PLASTICS, Server, TRADE, path};

const TOWN: &str = "440515102";

async fn firm<'a>(server: &'a Server, row: &Value) -> Client<'a> {
    server.person(Role::Enterprise, TOWN, Some(row["id"].as_str().unwrap().parse().unwrap())).await
}

async fn add(person: &Client<'_>, row: &Value, section: &str, fields: Value) -> (StatusCode, Value) {
    let body = json!({"section": section, "fields": fields});
    person.send("POST", &format!("{}/records", path(row)), body, None).await
}

fn record_path(record: &Value) -> String {
    format!("/api/records/4405/{}", record["id"].as_str().unwrap())
}

fn item<'a>(archive: &'a Value, section: &str) -> &'a Value {
    let items = archive["completeness"]["items"].as_array().unwrap();
    items.iter().find(|item| item["section"] == section).unwrap()
}

async fn licence(person: &Client<'_>, row: &Value, expires_on: &str) -> Value {
    let fields = json!({"kind": "安全生产许可证", "number": "(粤D)WH安许证字〔2025〕0017", "issuer": "汕头市应急管理局",
        "issued_on": "2025年1月6日", "expires_on": expires_on});
    let (status, record) = add(person, row, "permit", fields).await;
    assert_eq!(status, StatusCode::CREATED, "{record}");
    record
}

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
async fn what_a_county_asks_for_counts_on_the_page_and_in_the_score_alike(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, TOWN, None).await;
    let row = officer.named(PLASTICS).await;
    licence(&officer, &row, "2030-01-05").await;
    // the page of the archive, and the score that lists and figures read
    let both = async || {
        let (_, archive) = officer.get(&format!("{}/archive", path(&row))).await;
        let (_, list) = officer.get(&format!("/api/archives?region={TOWN}")).await;
        let kept =
            list["items"].as_array().unwrap().iter().find(|own| own["id"] == row["id"]).unwrap().clone();
        assert_eq!(archive["completeness"]["required"], kept["required"]);
        assert_eq!(archive["completeness"]["score"], kept["score"]);
        kept["required"].as_i64().unwrap()
    };
    let before = both().await;
    let system = server.person(Role::System, "4405", None).await;
    let asked = |region: &str, item: &str, from: &str| {
        json!({"region": region, "source": "汕澄府办〔2026〕3号", "valid_from": from,
            "cells": {"section": "product", "item": item, "name": "产品", "level": "required", "why": "本区要求登记产品"}})
    };
    let rows = "/api/law-tables/archive-requirement/rows";
    let (status, law) = system.send("POST", rows, asked("440515", "91", "2026-01-01"), None).await;
    assert_eq!(status, StatusCode::CREATED, "{law}");
    // that of another county is none of this enterprise's business
    let (status, other) = system.send("POST", rows, asked("440507", "91", "2026-01-01"), None).await;
    assert_eq!(status, StatusCode::CREATED, "{other}");
    archive::catch_up(&server.app).await.unwrap();
    assert_eq!(both().await, before + 1);
    let (_, archive) = officer.get(&format!("{}/archive", path(&row))).await;
    assert_eq!(item(&archive, "product")["source"], "汕澄府办〔2026〕3号");
    assert_eq!(add(&officer, &row, "product", json!({"name": "注塑件"})).await.0, StatusCode::CREATED);
    assert_eq!(both().await, before + 1, "a write reckons by the same law as the job");
    let end = format!("/api/law-rows/4405/{}/end", law["id"].as_str().unwrap());
    let withdrawn = json!({"version": 1, "reason": "录入错误"});
    assert_eq!(system.send("POST", &end, withdrawn, None).await.0, StatusCode::OK);
    archive::catch_up(&server.app).await.unwrap();
    assert_eq!(both().await, before);
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
async fn the_score_counts_what_applies_and_says_why(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, TOWN, None).await;
    let row = officer.named(PLASTICS).await;
    let archive = format!("{}/archive", path(&row));
    let (_, before) = officer.get(&archive).await;
    assert_eq!(before["completeness"]["state"], "empty");
    let permit = item(&before, "permit");
    assert_ne!(permit["state"], "present");
    let basic = item(&before, "basic_record");
    assert_eq!(basic["state"], "missing");
    assert!(basic["advice"].as_str().unwrap().contains("风险特征"), "{basic}");

    let today = server.app.clock.today();
    let day = |days| (today + Days::new(days)).to_string();
    licence(&officer, &row, &day(400)).await;
    let (_, kept) = officer.get(&archive).await;
    assert_eq!(item(&kept, "permit")["state"], "present");
    licence(&officer, &row, &day(30)).await;
    assert_eq!(item(&officer.get(&archive).await.1, "permit")["state"], "expiring");
    let old = (today - Days::new(1)).to_string();
    let expired = licence(&officer, &row, &old).await;
    let (_, late) = officer.get(&archive).await;
    assert_eq!(item(&late, "permit")["state"], "expired");
    assert_eq!(late["completeness"]["papers_expired"], 1);
    assert_eq!(late["completeness"]["papers_expiring"], 1);

    // renewed: the old one ends, the new one counts
    let renewed = json!({"section": "permit", "replaces": expired["id"], "replaces_version": 1,
        "fields": {"kind": "safety", "number": "2", "expires_on": day(900)}});
    let (status, renewed) = officer.send("POST", &format!("{}/records", path(&row)), renewed, None).await;
    assert_eq!(status, StatusCode::CREATED, "{renewed}");
    assert_eq!(officer.get(&archive).await.1["completeness"]["papers_expired"], 0);
    let (_, all) = officer.get(&format!("{}/records?section=permit&all=true", path(&row))).await;
    assert_eq!(all["items"].as_array().unwrap().len(), 4);

    // one answer of the risk profile makes a section required
    let profile = json!({"special_equipment": "是", "confined_space": "否"});
    let (status, answer) = add(&officer, &row, "risk_profile", profile).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    let (status, again) = add(&officer, &row, "risk_profile", json!({})).await;
    assert_eq!((status, &again["code"]), (StatusCode::CONFLICT, &json!("record.single")));

    let (_, scores) = officer.get(&format!("{archive}/scores")).await;
    assert_eq!(scores[0]["day"], today.to_string());
}

/// The kept figures are those of a full recount.
async fn assert_figures(server: &Server) {
    let kept: Vec<archive::Score> = server.app.db.all(archive::Score::select()).await.unwrap();
    let sum = |of: fn(&archive::Score) -> i64| kept.iter().map(of).sum::<i64>();
    let clerk = server.person(Role::Leader, "4405", None).await;
    let (_, indicators) = clerk.get("/api/indicators?by=ownership").await;
    let figure = |code: &str, which: &str| {
        let own = indicators.as_array().unwrap().iter().find(|own| own["code"] == code).unwrap();
        own["total"][which].as_i64().unwrap()
    };
    assert_eq!(figure("archive_coverage", "denominator"), kept.len() as i64);
    assert_eq!(figure("archive_completeness", "denominator"), sum(|own| own.required));
    assert_eq!(figure("archive_completeness", "numerator"), sum(|own| own.present));
    assert_eq!(figure("papers_expired", "numerator"), sum(|own| own.papers_expired));
}

#[db_test]
async fn figures_follow_every_write_and_every_night(db: Db) {
    let clock = kernel::Clock::System;
    let server = Server::at(db, clock).await;
    server.register().await;
    // nothing was written to archives yet: the job has them all
    archive::catch_up(&server.app).await.unwrap();
    let officer = server.person(Role::Officer, "440515", None).await;
    let row = officer.named(PLASTICS).await;
    let (_, list) = officer.get("/api/archives?state=empty").await;
    let known = list["items"].as_array().unwrap().len();
    assert!(known > 0);
    licence(&officer, &row, &(server.app.clock.today() - Days::new(3)).to_string()).await;
    let (_, list) = officer.get("/api/archives?state=empty").await;
    assert_eq!(list["items"].as_array().unwrap().len(), known - 1);
    // an enterprise that is corrected is reckoned anew
    let change = json!({"version": row["version"], "changes": {"staff": 500}});
    assert_eq!(officer.send("PATCH", &path(&row), change, None).await.0, StatusCode::OK);
    assert_eq!(archive::catch_up(&server.app).await.unwrap(), 1);
    assert_eq!(archive::catch_up(&server.app).await.unwrap(), 0);
    assert_figures(&server).await;
}

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

/// The group of records of what the search box finds.
async fn found(person: &Client<'_>, text: &str) -> Value {
    let (status, found) = person.get(&format!("/api/search?q={text}")).await;
    assert_eq!(status, StatusCode::OK, "{found}");
    let groups = found["groups"].as_array().unwrap().clone();
    groups.into_iter().find(|group| group["kind"] == "record").unwrap_or(Value::Null)
}

/// The groups of the inbox by kind: kind and number.
async fn inbox(person: &Client<'_>) -> Vec<(String, i64)> {
    let (status, inbox) = person.get("/api/inbox").await;
    assert_eq!(status, StatusCode::OK, "{inbox}");
    let group = |own: &Value| (own["kind"].as_str().unwrap().to_string(), own["number"].as_i64().unwrap());
    inbox["groups"].as_array().unwrap().iter().map(group).collect()
}

fn has(groups: &[(String, i64)], kind: &str) -> i64 {
    groups.iter().find(|(own, _)| own == kind).map_or(0, |(_, number)| *number)
}

#[db_test]
async fn the_inbox_holds_what_waits_for_each_and_nothing_that_is_done(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, TOWN, None).await;
    let row = officer.named(PLASTICS).await;
    let firm = firm(&server, &row).await;
    assert_eq!(has(&inbox(&officer).await, "records_to_verify"), 0);
    let record = licence(&firm, &row, "2038-01-05").await;
    assert_eq!(has(&inbox(&officer).await, "records_to_verify"), 1);
    let (_, list) = officer.get("/api/records?state=entered,changed").await;
    assert_eq!(
        (&list["items"][0]["id"], &list["items"][0]["enterprise_name"]),
        (&record["id"], &json!(PLASTICS))
    );
    let sent = json!({"version": 1, "fields": [{"field": "", "reason": "请上传照片"}]});
    officer.send("POST", &format!("{}/return", record_path(&record)), sent, None).await;
    assert_eq!(has(&inbox(&officer).await, "records_to_verify"), 0);
    assert_eq!(has(&inbox(&firm).await, "returned_records"), 1);
    let mend = json!({"version": 2, "fields": {"note": "已补照片"}});
    assert_eq!(firm.send("PATCH", &record_path(&record), mend, None).await.0, StatusCode::OK);
    assert_eq!(has(&inbox(&firm).await, "returned_records"), 0);
    let seen = json!({"records": [{"id": record["id"], "version": 3}]});
    officer.send("POST", &format!("{}/sections/permit/verify", path(&row)), seen, None).await;
    assert_eq!(has(&inbox(&officer).await, "records_to_verify"), 0);
    assert_eq!(officer.get("/api/records?state=verified").await.0, StatusCode::BAD_REQUEST);
}

#[db_test]
async fn papers_are_called_to_mind_in_time_and_what_stays_overdue_goes_up_the_tiers(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, TOWN, None).await;
    let county = server.person(Role::Officer, "440515", None).await;
    let city = server.person(Role::Officer, "4405", None).await;
    let row = officer.named(PLASTICS).await;
    let firm = firm(&server, &row).await;
    let today = server.app.clock.today();
    for days in [7, 30, 31, 90, 91] {
        licence(&firm, &row, &(today + Days::new(days)).to_string()).await;
    }
    for days in [1, 29, 30, 90] {
        let fields = json!({"kind": "fire", "number": days, "expires_on": today - Days::new(days)});
        assert_eq!(add(&firm, &row, "permit", fields).await.0, StatusCode::CREATED);
    }
    for person in [&officer, &firm] {
        let groups = inbox(person).await;
        let kinds = ["papers_expired", "papers_7", "papers_30", "papers_90"];
        assert_eq!(kinds.map(|kind| has(&groups, kind)), [4, 1, 1, 2], "{groups:?}");
        assert!(groups[0].0 == "papers_expired", "the most pressing comes first");
    }
    assert_eq!(has(&inbox(&county).await, "papers_expired_30"), 2);
    assert_eq!(has(&inbox(&county).await, "papers_7"), 0);
    assert_eq!(has(&inbox(&city).await, "papers_expired_90"), 1);
    let (_, days) = officer.get(&format!("/api/expiries/days?to={}", today + Days::new(60))).await;
    assert_eq!(
        days,
        json!([{"day": today + Days::new(7), "number": 1}, {"day": today + Days::new(30), "number": 1},
        {"day": today + Days::new(31), "number": 1}])
    );
}

#[db_test]
async fn every_indicator_tells_its_parts_and_leads_to_its_rows(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    archive::catch_up(&server.app).await.unwrap();
    let officer = server.person(Role::Officer, TOWN, None).await;
    let leader = server.person(Role::Leader, "4405", None).await;
    let row = officer.named(PLASTICS).await;
    licence(&officer, &row, &(server.app.clock.today() - Days::new(3)).to_string()).await;
    for by in ["region", "sector", "ownership"] {
        let (status, all) = leader.get(&format!("/api/indicators?by={by}")).await;
        assert_eq!(status, StatusCode::OK, "{all}");
        for own in all.as_array().unwrap() {
            let sum = |of: &str| {
                own["parts"].as_array().unwrap().iter().map(|part| part[of].as_i64().unwrap()).sum::<i64>()
            };
            assert_eq!(
                (own["total"]["numerator"].as_i64(), own["total"]["denominator"].as_i64()),
                (Some(sum("numerator")), Some(sum("denominator")))
            );
            // of archives every part is told; of what not everybody has, those that have some
            let parts = own["parts"].as_array().unwrap();
            let code = own["code"].as_str().unwrap();
            let some = ["dangers_", "hazard_sources", "monitor_", "alarms_"]
                .iter()
                .any(|area| code.starts_with(area));
            assert!(!parts.is_empty() || some, "{own}");
            for part in parts {
                let link = part["link"].as_str().unwrap();
                assert!(link.contains(&format!("{by}=")), "{link}");
            }
        }
    }
    // what is not yet assigned to a town stands after all towns
    let clerk = server.person(Role::Clerk, "4405", None).await;
    let county = clerk.named(TRADE).await["town"].as_str().unwrap().to_string();
    let assigned =
        json!({"town": format!("{county}002"), "changes": {"name": "汕头市某五金厂"}, "anyway": true});
    assert_eq!(clerk.send("POST", "/api/enterprises", assigned, None).await.0, StatusCode::CREATED);
    archive::catch_up(&server.app).await.unwrap();
    let (_, all) = leader.get(&format!("/api/indicators?region={county}")).await;
    let labels: Vec<&str> =
        all[0]["parts"].as_array().unwrap().iter().map(|part| part["label"].as_str().unwrap()).collect();
    assert!(labels.len() > 1);
    assert_eq!(labels.iter().position(|own| *own == "未分到下级"), Some(labels.len() - 1), "{labels:?}");
    let (_, all) = leader.get("/api/indicators?region=440515").await;
    let of =
        |code: &str| all.as_array().unwrap().iter().find(|own| own["code"] == code).unwrap()["total"].clone();
    // one number by hand: the list behind it has as many rows
    let (_, kept) = leader.get("/api/archives?region=440515&state=complete,incomplete,expired").await;
    assert_eq!(of("archive_coverage")["numerator"], kept["items"].as_array().unwrap().len());
    assert_eq!(of("archive_coverage")["link"], "/archives?state=complete,incomplete,expired&region=440515");
    assert_eq!(of("papers_expired")["value"], "1");
    let limited = server.limited(Role::Leader, "4405", &["fireworks"]).await;
    let (_, none) = limited.get("/api/indicators").await;
    assert_eq!(
        none[0]["total"],
        json!({"key": "", "label": "合计", "numerator": 0, "denominator": 0, "value": "—", "link": "/archives?state=complete,incomplete,expired"})
    );
}

#[db_test]
async fn a_month_that_has_ended_stays_as_it_was(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    archive::catch_up(&server.app).await.unwrap();
    indicator::keep(&server.app, archive::INDICATORS).await.unwrap();
    let old =
        sql!("update indicator_value set period = '2020-01', numerator = 77 where code = 'papers_expired'");
    server.app.db.run(old).await.unwrap();
    indicator::keep(&server.app, archive::INDICATORS).await.unwrap();
    let leader = server.person(Role::Leader, "4405", None).await;
    let (status, months) = leader.get("/api/indicators/papers_expired/periods?region=4405").await;
    assert_eq!(status, StatusCode::OK);
    let now = server.app.clock.today().format("%Y-%m").to_string();
    assert_eq!(
        months,
        json!([
        {"period": "2020-01", "numerator": 77, "denominator": 0, "value": "77", "frozen": true},
        {"period": now, "numerator": 0, "denominator": 0, "value": "0", "frozen": false}])
    );
    let town = server.person(Role::Leader, TOWN, None).await;
    assert_eq!(town.get("/api/indicators/papers_expired/periods?region=4405").await.0, StatusCode::NOT_FOUND);
    assert_eq!(leader.get("/api/indicators/nothing/periods?region=4405").await.0, StatusCode::NOT_FOUND);
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
async fn a_quantity_above_the_design_maximum_is_kept_with_a_warning_that_completeness_tells(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, TOWN, None).await;
    let row = officer.named(PLASTICS).await;
    let fields = json!({"name": "甲苯", "use_kind": "raw", "stored": "12", "design_maximum": "10"});
    let (status, record) = add(&officer, &row, "hazardous_chemical", fields).await;
    assert_eq!(status, StatusCode::CREATED, "{record}");
    assert_eq!(record["warnings"][0]["field"], "stored");
    assert!(record["warnings"][0]["message"].as_str().unwrap().contains("超过设计最大储存量"));
    let (_, archive) = officer.get(&format!("{}/archive", path(&row))).await;
    let own = item(&archive, "hazardous_chemical");
    assert_eq!((&own["warnings"], &own["state"]), (&json!(1), &json!("present")));
    assert!(own["advice"].as_str().unwrap().contains("超过设计最大量"), "{own}");
    let less = json!({"version": 1, "fields": {"stored": "10"}});
    let (_, mended) = officer.send("PATCH", &record_path(&record), less, None).await;
    assert_eq!(mended["warnings"], json!([]));
    let (_, archive) = officer.get(&format!("{}/archive", path(&row))).await;
    assert_eq!(item(&archive, "hazardous_chemical")["advice"], "");
}

#[db_test]
async fn every_change_of_the_score_keeps_its_reason(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, TOWN, None).await;
    let row = officer.named(PLASTICS).await;
    archive::catch_up(&server.app).await.unwrap();
    let (_, record) = add(&officer, &row, "risk_profile", json!({"hazardous_chemicals": true})).await;
    let change = json!({"version": 1, "fields": {"hazardous_chemicals": false}});
    assert_eq!(officer.send("PATCH", &record_path(&record), change, None).await.0, StatusCode::OK);
    let (_, changes) = officer.get(&format!("{}/archive/scores", path(&row))).await;
    let why: Vec<&str> = changes.as_array().unwrap().iter().map(|own| own["why"].as_str().unwrap()).collect();
    assert_eq!(why, ["修改风险特征", "填报风险特征", "企业信息变化"]);
    assert!(changes[1]["required"].as_i64() > changes[0]["required"].as_i64(), "{changes}");
}
