//! The score of an archive and the figures made of it: they count what applies, say why, and follow every write.

use axum::http::StatusCode;
use chrono::Days;
use db::{Db, Exec, db_test, sql};
use kernel::Role;
use serde_json::json;
use testkit::{PLASTICS, Server, TRADE, path};

use super::{TOWN, add, item, licence, record_path};

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
pub(super) async fn assert_figures(server: &Server) {
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
            let some = [
                "dangers_",
                "hazard_sources",
                "monitor_",
                "alarms_",
                "self_checks",
                "enterprises_inspected",
                "inspection_plan_done",
            ]
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
