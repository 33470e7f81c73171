//! The register over HTTP: who may do what where, and what every write promises.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use db::{Db, Exec, db_test, sql};
use kernel::Role;
use serde_json::{Value, json};
use testkit::{PLASTICS, Server, TRADE, code, list, path, percent};

/// `permissions.txt` is what the code says, and the code does what it says: every operation as every role at every
/// tier. A new operation without a line fails.
#[db_test]
async fn every_operation_is_open_to_exactly_the_roles_of_the_matrix(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let matrix = server::permissions();
    let lines: BTreeMap<&str, &str> =
        matrix.lines().skip(1).filter_map(|line| line.split_once(": ")).collect();
    let operations = server::operations();
    let ids: Vec<&str> = operations.iter().map(|(_, _, id)| id.as_str()).collect();
    for id in &ids {
        assert!(lines.contains_key(id), "{id} has no line in the matrix");
    }
    assert_eq!(
        matrix.lines().count() - 1,
        ids.len(),
        "a line of the matrix has no operation, or two: {lines:?}"
    );
    let clerk = server.person(Role::Clerk, "4405", None).await;
    let row = clerk.named(PLASTICS).await;
    let id = row["id"].as_str().unwrap().parse().unwrap();
    let town = "440515102";
    for role in Role::ALL {
        for region in ["4405", "440515", town] {
            if (*role, region) == (Role::Clerk, "4405") {
                continue;
            }
            let person = server.person(*role, region, (*role == Role::Enterprise).then_some(id)).await;
            for (method, route, operation) in
                operations.iter().filter(|(_, _, id)| !server::OPEN.contains(&id.as_str()))
            {
                let tier = match region.len() {
                    4 => kernel::Tier::City,
                    6 => kernel::Tier::County,
                    _ => kernel::Tier::Town,
                };
                let powers = server::powers();
                let power = powers.iter().find(|power| power.operation == operation).unwrap();
                let allowed = power.allow.iter().any(|(own, lowest)| own == role && tier <= *lowest);
                let url = route
                    .replace("{city}", "4405")
                    .replace("{name}", "size-class")
                    .replace("{id}", row["id"].as_str().unwrap());
                let url = url
                    .replace("{job}", row["id"].as_str().unwrap())
                    .replace("{grant}", row["id"].as_str().unwrap())
                    .replace("{deputy}", row["id"].as_str().unwrap())
                    .replace("{finding}", row["id"].as_str().unwrap());
                let asks = [
                    "find_overview",
                    "list_indicator_periods",
                    "create_import",
                    "list_officers",
                    "load_villages",
                ]
                .contains(&operation.as_str());
                let url = if asks { format!("{url}?region={region}") } else { url };
                let url = url.replace("{section}", "permit").replace("{code}", "papers_expired");
                let url = url.replace("{number}", "1");
                let url = match operation.as_str() {
                    "search" => format!("{url}?q=a"),
                    "find_field_pack" => format!("{url}?city=4405&ids={}", row["id"].as_str().unwrap()),
                    "put_field_photo" => format!("{url}?offset=1"),
                    "list_records" => format!("{url}?section=permit"),
                    "compare_archive" => format!("{url}?from=2100-01-01T00:00:00Z"),
                    "replace_attachment" => format!("{url}?version=1"),
                    "list_waiting_records" => format!("{url}?state=entered"),
                    "list_handovers" | "count_handovers" => format!("{url}?direction=incoming"),
                    "list_views" => format!("{url}?page=enterprises"),
                    "delete_visit_finding" => format!("{url}?version=1"),
                    _ => url,
                };
                let body = match operation.as_str() {
                    "assign_enterprises" => json!({"items": [], "town": town}),
                    "update_enterprise" => json!({"version": -1, "changes": {}}),
                    "create_export" => json!({"query": {}, "columns": [], "format": "csv"}),
                    "create_audit_export" => json!({"query": {}, "format": "csv"}),
                    "create_field_device" => json!({"name": ""}),
                    "put_field_work" => {
                        json!({"device": id, "done_at": "2026-03-02T00:00:00Z", "sent_at": "2026-03-02T00:00:00Z", "clock_offset": 0,
                            "what": {"danger": {"enterprise": id, "place": "", "description": "", "stop": "none", "due_on": "2026-03-09"}}})
                    }
                    "create_account" => json!({"login": "", "name": "", "kind": "officer", "region": region}),
                    "update_account" => json!({"version": -1}),
                    "create_engagement" => {
                        json!({"login": "", "service": "training", "valid_to": "2026-01-01"})
                    }
                    "end_engagement" => json!({"version": -1}),
                    "create_deputy" => json!({"login": "nobody", "valid_to": "2026-01-01"}),
                    "create_grant" => json!({"role": "clerk", "region": region}),
                    "create_enterprise" => json!({"town": town, "changes": {}}),
                    "create_view" => {
                        json!({"page": "enterprises", "name": "", "query": {}, "columns": [], "shared": false})
                    }
                    "create_proposal" => json!({"changes": {}}),
                    "decide_proposal" => json!({"version": -1, "accept": [], "return": {}}),
                    "commit_archive_import" => json!({}),
                    "create_archive_export" => json!({"with": "records"}),
                    "map_import" => json!({"columns": {}}),
                    "create_archive_prints" => json!({"query": {"region": region}}),
                    "create_record" => json!({"section": "permit", "fields": {}}),
                    "update_record" => json!({"version": -1, "fields": {}}),
                    "remove_record" => json!({"version": -1, "reason": ""}),
                    "verify_records" => json!({"records": []}),
                    "rename_attachment" => json!({"version": -1, "name": ""}),
                    "remove_attachment" => json!({"version": -1, "reason": ""}),
                    "return_record" => json!({"version": -1, "fields": []}),
                    "create_law_row" => {
                        json!({"region": region, "cells": {}, "source": "", "valid_from": "2026-01-01"})
                    }
                    "preview_region_change" | "create_region_change" => {
                        json!({"kind": "", "changed_on": "2026-01-01", "document": "", "codes": [town]})
                    }
                    "create_agency" | "update_agency" => json!({"region": region, "name": "", "kind": ""}),
                    "end_law_row" => json!({"version": -1, "reason": "测试"}),
                    "verify_enterprise" | "withdraw_handover" => json!({"version": -1}),
                    "change_enterprise_status" => {
                        json!({"version": -1, "status": "", "on": "2020-01-01", "reason": ""})
                    }
                    "set_enterprise_duty" | "set_enterprise_cluster" => json!({"items": [], "cluster": null}),
                    "create_handover" => json!({"version": -1, "target": region, "reason": ""}),
                    "decide_handover" => json!({"version": -1, "accept": false}),
                    "keep_apart" => json!({"city": "4405", "key": ""}),
                    "merge_enterprises" => {
                        json!({"version": -1, "other": row["id"], "other_version": -1, "take": [], "reason": ""})
                    }
                    "undo_merger" => json!({"version": -1, "reason": ""}),
                    "split_enterprise" => json!({"version": -1, "town": town, "changes": {}, "reason": ""}),
                    "create_cluster" | "update_cluster" => json!({"town": region, "name": "", "kind": ""}),
                    "decide_import_rows" => json!({"decision": null}),
                    "assign_case" => json!({"version": -1, "officer": row["id"]}),
                    "remind_case" => json!({}),
                    "create_danger" => {
                        json!({"city": "4405", "enterprise": row["id"], "source": "", "found_on": "2026-01-01", "place": "", "description": "", "stop": ""})
                    }
                    "update_danger" => {
                        json!({"version": -1, "source": "", "found_on": "2026-01-01", "place": "", "description": "", "stop": ""})
                    }
                    "plan_danger" => {
                        json!({"version": -1, "plan_person": "", "plan_measures": "", "plan_funds": 0, "plan_on": "2026-01-01", "plan_emergency": ""})
                    }
                    "mend_danger" => {
                        json!({"version": -1, "mended_on": "2026-01-01", "mended_text": "", "acceptance": "", "accepted_by": ""})
                    }
                    "defer_danger" => json!({"version": -1, "deferral_on": "2026-01-01", "reason": ""}),
                    "decide_danger_deferral" => json!({"version": -1, "grant": true}),
                    "recheck_danger" => json!({"version": -1, "passed": true, "text": ""}),
                    "reopen_danger" | "withdraw_danger" | "release_danger" => {
                        json!({"version": -1, "reason": ""})
                    }
                    "supervise_danger" => {
                        json!({"version": -1, "tier": "", "document": "", "due_on": "2026-01-01", "reason": ""})
                    }
                    "serve_danger_listing" => {
                        json!({"version": -1, "served_on": "2026-01-01", "served_to": "", "served_way": ""})
                    }
                    "create_danger_notice" => json!({"department": "", "content": ""}),
                    "take_danger_notice_step" => json!({"version": -1, "action": ""}),
                    "create_hazard_source" => {
                        json!({"city": "4405", "enterprise": row["id"], "name": "", "category": "", "units": []})
                    }
                    "update_hazard_source" => json!({"version": -1, "name": "", "category": "", "units": []}),
                    "remove_hazard_source" => json!({"version": -1, "reason": ""}),
                    "add_hazard_event" => json!({"version": -1, "kind": "", "on": "2026-01-01"}),
                    "identify_hazard_units" => json!({"region": region, "category": "", "units": []}),
                    "create_hazard_filing" => json!({"version": -1, "kind": "", "materials": []}),
                    "accept_hazard_filing"
                    | "return_hazard_filing"
                    | "decide_hazard_filing"
                    | "withdraw_hazard_filing" => json!({"version": -1}),
                    "resubmit_hazard_filing" => json!({"version": -1, "materials": []}),
                    "put_danger_return" => {
                        json!({"month": "", "general_found": 0, "general_mended": 0, "major_found": 0, "major_mended": 0})
                    }
                    "create_officer_card" => {
                        json!({"city": "4405", "agency": row["id"], "name": "", "number": "",
                        "valid_from": "2026-01-01", "valid_to": "2026-01-01"})
                    }
                    "create_delegation_deed" => {
                        json!({"city": "4405", "agency": row["id"], "principal": row["id"],
                        "number": "", "forms": [], "valid_from": "2026-01-01", "valid_to": "2026-01-01"})
                    }
                    "update_officer_card" | "update_delegation_deed" => {
                        json!({"version": -1, "valid_to": "2026-01-01", "reason": ""})
                    }
                    "create_visit" => json!({"place": "", "cards": []}),
                    "update_visit" | "update_enforcement_document" => json!({"version": -1}),
                    "withdraw_visit" => json!({"version": -1, "reason": ""}),
                    "update_visit_finding" => json!({"version": -1, "content": ""}),
                    "create_visit_finding" => json!({"content": ""}),
                    "finish_visit" => {
                        json!({"version": -1})
                    }
                    "create_enforcement_document" => json!({"form": ""}),
                    "issue_enforcement_document" => json!({"version": -1}),
                    "serve_enforcement_document" => {
                        json!({"version": -1, "served_on": "2026-01-01", "service": ""})
                    }
                    "withdraw_enforcement_document" => json!({"version": -1, "reason": ""}),
                    "create_monitor_point" => json!({"city": "4405", "enterprise": row["id"]}),
                    "update_monitor_point" | "acknowledge_alarm" => json!({"version": -1}),
                    "handle_alarm" => json!({"version": -1, "cause": "", "measures": ""}),
                    "dismiss_alarm" => json!({"version": -1, "reason": ""}),
                    "create_readings" => json!({"readings": []}),
                    _ => Value::Null,
                };
                let (status, answer) = person.send(method, &url, body, None).await;
                let refused = status == StatusCode::FORBIDDEN;
                assert_eq!(
                    refused,
                    !allowed,
                    "{operation} as {} of {region}: {status} {answer}",
                    role.code()
                );
                assert!(!status.is_server_error(), "{operation}: {answer}");
            }
        }
    }
    for (method, route, operation) in
        operations.iter().filter(|(_, _, id)| !server::OPEN.contains(&id.as_str()))
    {
        let url = route
            .replace("{city}", "4405")
            .replace("{name}", "size-class")
            .replace("{section}", "permit")
            .replace("{code}", "papers_expired")
            .replace("{number}", "1")
            .replace("{id}", row["id"].as_str().unwrap());
        let url = ["{job}", "{grant}", "{deputy}", "{finding}"]
            .iter()
            .fold(url, |url, part| url.replace(part, row["id"].as_str().unwrap()));
        let asks = [
            "find_overview",
            "list_indicator_periods",
            "create_import",
            "create_archive_import",
            "list_officers",
            "load_villages",
        ]
        .contains(&operation.as_str());
        let url = if asks { format!("{url}?region=4405") } else { url };
        let url = match operation.as_str() {
            "search" => format!("{url}?q=a"),
            "find_field_pack" => format!("{url}?city=4405&ids="),
            "put_field_photo" => format!("{url}?offset=1"),
            "list_records" => format!("{url}?section=permit"),
            "list_waiting_records" => format!("{url}?state=entered"),
            "list_handovers" | "count_handovers" => format!("{url}?direction=incoming"),
            "list_views" => format!("{url}?page=enterprises"),
            _ => url,
        };
        assert_eq!(
            server.nobody().send(method, &url, json!({}), None).await.0,
            StatusCode::UNAUTHORIZED,
            "{operation}"
        );
    }
}

#[db_test]
async fn nobody_sees_or_changes_what_lies_outside_their_area(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let city = server.person(Role::Clerk, "4405", None).await;
    let row = city.named(PLASTICS).await;
    let other = server.person(Role::Officer, "440511015", None).await;
    let (_, page) = other.get("/api/enterprises").await;
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
    assert_eq!(other.get("/api/enterprises/count").await.1, json!({"total": 1}));
    assert_eq!(other.get("/api/enterprises?region=440515102").await.0, StatusCode::NOT_FOUND);
    assert_eq!(other.get("/api/overview?region=440515").await.0, StatusCode::NOT_FOUND);
    assert_eq!(other.get(&path(&row)).await.0, StatusCode::NOT_FOUND);
    assert_eq!(other.get(&format!("{}/history", path(&row))).await.0, StatusCode::NOT_FOUND);
    let change = json!({"version": 1, "changes": {"grid": "1"}});
    assert_eq!(other.send("PATCH", &path(&row), change, None).await.0, StatusCode::NOT_FOUND);
    assert_eq!(
        other.send("POST", &format!("{}/verify", path(&row)), json!({"version": 1}), None).await.0,
        StatusCode::NOT_FOUND
    );
    let county = server.person(Role::Clerk, "440511", None).await;
    let give = json!({"items": [{"city": "4405", "id": row["id"], "version": 1}], "town": "440511015"});
    assert_eq!(county.send("POST", "/api/enterprises/assign", give, None).await.0, StatusCode::NOT_FOUND);
    let firm = server
        .person(Role::Enterprise, "440515102", Some(row["id"].as_str().unwrap().parse().unwrap()))
        .await;
    assert_eq!(firm.get(&path(&row)).await.0, StatusCode::OK);
    assert_eq!(firm.get(&path(&city.named(TRADE).await)).await.0, StatusCode::NOT_FOUND);
}

#[db_test]
async fn an_enterprise_is_found_by_whatever_people_remember_of_it(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    server
        .take(&format!(
            "企业名称,统一社会信用代码,法定代表人,注册地址,曾用名\n鮀𬶍𬒈玩具厂,{},欧阳小明,汕头市澄海区莲下镇程洋冈村,老字号玩具厂\n",
            code("440515", 77)
        ))
        .await;
    let officer = server.person(Role::Officer, "440515102", None).await;
    let other = server.person(Role::Officer, "440511015", None).await;
    let wanted = "鮀𬶍𬒈玩具厂";
    let code = officer.named(wanted).await["credit_code"].as_str().unwrap().to_string();
    for text in [
        "玩具",
        "具",
        "𬶍",
        "鮀𬶍",
        "老字号",
        "wanju",
        "wjc",
        "欧阳",
        "程洋冈",
        &code[..9],
        "玩具 欧阳",
        " 玩具厂 ",
    ] {
        let (_, found) = officer.get(&format!("/api/search?q={}", percent(text))).await;
        let titles: Vec<&str> = found["groups"][0]["items"]
            .as_array()
            .map_or_else(Vec::new, |items| items.iter().filter_map(|item| item["title"].as_str()).collect());
        assert!(titles.contains(&wanted), "{text}: {found}");
        let (_, list) = officer.get(&format!("/api/enterprises?q={}", percent(text))).await;
        assert!(list["items"].as_array().unwrap().iter().any(|row| row["name"] == wanted), "{text}: {list}");
        let (_, hidden) = other.get(&format!("/api/search?q={}", percent(text))).await;
        assert!(!hidden.to_string().contains(wanted), "{text} is found outside its area");
    }
    for text in ["具玩", "%", "_", "zzz", "玩%厂", "\"", "' or 1=1", "*"] {
        let (status, found) = officer.get(&format!("/api/search?q={}", percent(text))).await;
        assert_eq!((status, found["groups"].as_array().map(Vec::len)), (StatusCode::OK, Some(0)), "{text}");
    }
    let row = officer.named(wanted).await;
    let change = json!({"version": row["version"], "changes": {"name": "鮀江积木厂"}});
    assert_eq!(officer.send("PATCH", &path(&row), change, None).await.0, StatusCode::OK);
    assert_eq!(
        officer.get(&format!("/api/search?q={}", percent("玩具厂"))).await.1["groups"][0]["items"][0]["title"],
        json!("鮀江积木厂"),
        "by its former name"
    );
    assert_eq!(
        officer.get("/api/search?q=jimu").await.1["groups"][0]["items"][0]["title"],
        json!("鮀江积木厂")
    );
}

#[db_test]
async fn somebody_limited_to_sectors_sees_and_does_only_what_is_of_them(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let all = server.person(Role::Clerk, "4405", None).await;
    let light = all.get("/api/enterprises/count?sector=light_industry").await.1;
    assert!(light["total"].as_i64().unwrap() >= 1, "{light}");
    let limited = server.limited(Role::Clerk, "4405", &["light_industry"]).await;
    assert_eq!(limited.get("/api/enterprises/count").await.1, light);
    let figures = limited.get("/api/overview?region=4405").await.1;
    assert_eq!(figures["own"]["total"], light["total"]);
    let sectors = figures["own"]["by"]["sector"].as_array().unwrap();
    assert!(sectors.len() == 1 && sectors[0]["value"] == "light_industry", "{sectors:?}");
    let plastics = all.named(PLASTICS).await;
    let trade = all.named(TRADE).await;
    assert_eq!(limited.get(&path(&plastics)).await.0, StatusCode::OK);
    assert_eq!(limited.get(&path(&trade)).await.0, StatusCode::NOT_FOUND);
    let hidden = limited.get(&format!("/api/search?q={}", percent("贸易"))).await.1;
    assert_eq!(hidden["groups"], json!([]));
    for list in [
        "/api/proposals",
        "/api/imports",
        "/api/places",
        "/api/views?page=enterprises",
        "/api/overview?region=4405",
    ] {
        assert_eq!(limited.get(list).await.0, StatusCode::OK, "{list}");
    }
}

#[db_test]
async fn of_two_equal_requests_at_once_one_works(db: Db) {
    let server = Server::new(db).await;
    let clerk = server.person(Role::Clerk, "440515102", None).await;
    let body = json!({"town": "440515102", "changes": {"name": "同时提交测试厂"}, "anyway": true});
    let send = || clerk.send("POST", "/api/enterprises", body.clone(), Some("one-key"));
    let (first, second) = tokio::join!(send(), send());
    assert_eq!(first.0, StatusCode::CREATED, "{first:?}");
    assert_eq!(first, second, "the second waits for the answer of the first");
    assert_eq!(clerk.get("/api/enterprises/count").await.1, json!({"total": 1}));
    let (status, again) = send().await;
    assert_eq!((status, &again["name"]), (StatusCode::CREATED, &json!("同时提交测试厂")));
    assert_eq!(clerk.get("/api/enterprises/count").await.1, json!({"total": 1}));
}

#[db_test]
async fn an_enterprise_proposes_and_the_officer_decides_field_by_field(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, "440515102", None).await;
    let row = officer.named(PLASTICS).await;
    let own: uuid::Uuid = row["id"].as_str().unwrap().parse().unwrap();
    let firm = server.person(Role::Enterprise, "440515102", Some(own)).await;
    let propose = format!("{}/proposals", path(&row));
    let wrong = json!({"changes": {"staff": -3}});
    assert_eq!(firm.send("POST", &propose, wrong, None).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    let changes = json!({"changes": {"staff": 66, "principal": "黄某"}, "note": "新招了人"});
    let (status, made) = firm.send("POST", &propose, changes.clone(), None).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    assert_eq!(firm.send("POST", &propose, changes, None).await.1["code"], "proposal.open");
    assert_eq!(firm.get(&path(&row)).await.1["staff"], row["staff"], "a proposal changes nothing");
    let other = server.person(Role::Officer, "440511015", None).await;
    assert_eq!(other.get("/api/proposals").await.1["items"], json!([]));
    let decide = format!("/api/proposals/4405/{}/decide", made["id"].as_str().unwrap());
    let half = json!({"version": 1, "accept": ["staff"], "return": {}});
    let (status, problem) = officer.send("POST", &decide, half, None).await;
    assert_eq!(
        (status, &problem["errors"][0]["pointer"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("/principal"))
    );
    let whole = json!({"version": 1, "accept": ["staff"], "return": {"principal": "请附任命文件"}});
    let (status, done) = officer.send("POST", &decide, whole.clone(), None).await;
    assert_eq!((status, &done["state"]), (StatusCode::OK, &json!("partly")));
    assert_eq!(officer.send("POST", &decide, whole, None).await.1["code"], "proposal.decided");
    let (_, now) = firm.get(&path(&row)).await;
    assert_eq!((&now["staff"], &now["principal"]), (&json!(66), &row["principal"]));
    let (_, seen) = firm.get("/api/proposals").await;
    assert_eq!(seen["items"][0]["decisions"]["principal"]["reason"], "请附任命文件");
}

#[db_test]
async fn of_two_editors_the_second_is_told_and_loses_nothing(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, "440515102", None).await;
    let row = officer.named(PLASTICS).await;
    let (status, first) = officer
        .send(
            "PATCH",
            &path(&row),
            json!({"version": 1, "changes": {"staff": 30}, "reason": "现场核对"}),
            None,
        )
        .await;
    assert_eq!((status, &first["version"], &first["staff"]), (StatusCode::OK, &json!(2), &json!(30)));
    let (status, second) =
        officer.send("PATCH", &path(&row), json!({"version": 1, "changes": {"staff": 31}}), None).await;
    assert_eq!(
        (status, &second["code"], &second["current"]["staff"]),
        (StatusCode::CONFLICT, &json!("conflict.version"), &json!(30))
    );
    let (_, steps) = officer.get(&format!("{}/history", path(&row))).await;
    assert_eq!(steps.as_array().unwrap().len(), 2);
    assert_eq!((&steps[1]["after"], &steps[1]["reason"]), (&json!({"staff": 30}), &json!("现场核对")));
}

#[db_test]
async fn wrong_fields_are_named_and_nothing_is_saved(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, "440515102", None).await;
    let row = officer.named(PLASTICS).await;
    let changes = json!({"name": "", "credit_code": "914405150000000000", "founded_on": "2001-02-30", "staff": -1, "ownership": "public", "grid": "3"});
    let (status, problem) =
        officer.send("PATCH", &path(&row), json!({"version": 1, "changes": changes}), None).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut pointers: Vec<&str> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["pointer"].as_str().unwrap())
        .collect();
    pointers.sort_unstable();
    assert_eq!(
        pointers,
        [
            "/changes/credit_code",
            "/changes/founded_on",
            "/changes/name",
            "/changes/ownership",
            "/changes/staff"
        ]
    );
    assert_eq!(officer.get(&path(&row)).await.1["version"], json!(1));
}

#[db_test]
async fn a_verified_field_loses_its_mark_when_it_changes(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, "440515102", None).await;
    let row = officer.named(PLASTICS).await;
    let (_, verified) =
        officer.send("POST", &format!("{}/verify", path(&row)), json!({"version": 1}), None).await;
    assert_eq!(
        (&verified["verification"], &verified["verified_by_name"]),
        (&json!("verified"), &json!("监管员甲"))
    );
    let (_, changed) = officer
        .send(
            "PATCH",
            &path(&row),
            json!({"version": 2, "changes": {"name": "汕头市澄海区测试五金厂", "scope": "制造：五金制品"}}),
            None,
        )
        .await;
    assert_eq!((&changed["verification"], &changed["industry"]), (&json!("partly"), &json!("33")));
    assert!(!changed["verified_fields"].as_array().unwrap().contains(&json!("scope")));
    assert!(changed["verified_fields"].as_array().unwrap().contains(&json!("founded_on")));
}

#[db_test]
async fn a_newer_file_takes_the_mark_off_what_it_changes(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, "440515102", None).await;
    let row = officer.named(PLASTICS).await;
    officer.send("POST", &format!("{}/verify", path(&row)), json!({"version": 1}), None).await;
    assert_eq!(server.take(&list().replace("陈某", "黄某")).await.updated, 1);
    let record = officer.get(&path(&row)).await.1;
    assert_eq!((&record["verification"], &record["legal_person"]), (&json!("partly"), &json!("黄某")));
    assert!(!record["verified_fields"].as_array().unwrap().contains(&json!("legal_person")));
}

#[db_test]
async fn a_repeated_write_gets_its_first_answer(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, "440515102", None).await;
    let row = officer.named(PLASTICS).await;
    let change = json!({"version": 1, "changes": {"grid": "东一"}});
    let first = officer.send("PATCH", &path(&row), change.clone(), Some("k1")).await;
    assert_eq!(first.0, StatusCode::OK);
    assert_eq!(officer.send("PATCH", &path(&row), change.clone(), Some("k1")).await, first);
    assert_eq!(officer.send("PATCH", &path(&row), change, Some("k2")).await.0, StatusCode::CONFLICT);
    let (status, problem) = officer
        .send("PATCH", &path(&row), json!({"version": 2, "changes": {"grid": "西"}}), Some("k1"))
        .await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("idempotency.reused")));
    let (status, problem) = officer.send("PATCH", &path(&row), json!({"version": 2}), Some("钥匙")).await;
    assert_eq!((status, &problem["code"]), (StatusCode::BAD_REQUEST, &json!("idempotency.key")));
}

#[db_test]
async fn figures_follow_every_write_and_equal_their_lists(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let clerk = server.person(Role::Clerk, "4405", None).await;
    let (_, before) = clerk.get("/api/overview?region=4405").await;
    assert_eq!((&before["own"]["total"], before["children"].as_array().unwrap().len()), (&json!(4), 7));
    let trade = clerk.named(TRADE).await;
    let give = json!({"items": [{"city": "4405", "id": trade["id"], "version": 1}], "town": "440511002"});
    assert_eq!(
        clerk.send("POST", "/api/enterprises/assign", give, None).await.1,
        json!({"assigned": 1, "taught": []})
    );
    for region in ["4405", "440511", "440515", "440511002"] {
        let (_, overview) = clerk.get(&format!("/api/overview?region={region}")).await;
        for (dimension, slices) in overview["own"]["by"].as_object().unwrap() {
            for slice in slices.as_array().unwrap() {
                let url = format!(
                    "/api/enterprises/count?region={region}&{dimension}={}",
                    slice["value"].as_str().unwrap()
                );
                assert_eq!(clerk.get(&url).await.1["total"], slice["count"], "{url}");
            }
        }
    }
    assert_eq!(enterprise::count::check(&server.app.db).await.unwrap(), []);
    let (_, facets) = clerk.get("/api/enterprises/facets?region=440511&fields=ownership").await;
    assert_eq!(facets["ownership"].as_array().unwrap().len(), 2);
}

#[db_test]
async fn pages_show_every_row_once_in_order(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let clerk = server.person(Role::Clerk, "4405", None).await;
    for sort in ["name", "-name", "town", "-updated_at", "updated_at"] {
        let mut seen: Vec<String> = Vec::new();
        let mut cursor = String::new();
        loop {
            let (status, page) = clerk.get(&format!("/api/enterprises?limit=1&sort={sort}{cursor}")).await;
            assert_eq!(status, StatusCode::OK, "{page}");
            seen.extend(
                page["items"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_string()),
            );
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(seen.len(), 4, "{sort}");
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 4, "{sort}");
    }
    assert_eq!(clerk.get("/api/enterprises?sort=phone").await.0, StatusCode::BAD_REQUEST);
    let found = clerk.get(&format!("/api/enterprises?q={}", code("440515", 1))).await.1;
    assert_eq!(found["items"][0]["name"], json!(PLASTICS));
}

#[db_test]
async fn a_text_finds_the_same_rows_in_order_however_common_it_is(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let mut list = "企业名称,统一社会信用代码,注册地址\n".to_string();
    for serial in 0..420 {
        let rare = if serial % 140 == 7 { "罕见" } else { "常见" };
        let code = code("440514", 100 + serial);
        list.push_str(&format!("汕头市{rare}{serial}厂,{code},汕头市潮南区峡山街道某路{serial}号\n"));
    }
    assert_eq!(server.take(&list).await.created, 420);
    let clerk = server.person(Role::Clerk, "4405", None).await;
    for (text, number) in [("罕见", 3), ("常见", 417), ("峡山街道", 420), ("hj", 3)] {
        let q = percent(text);
        for sort in ["name", "-name", "town", "-updated_at"] {
            let (mut names, mut cursor) = (Vec::new(), String::new());
            loop {
                let url = format!("/api/enterprises?limit=200&q={q}&sort={sort}{cursor}");
                let (status, page) = clerk.get(&url).await;
                assert_eq!(status, StatusCode::OK, "{page}");
                let rows = page["items"].as_array().unwrap();
                names.extend(rows.iter().map(|row| row["name"].as_str().unwrap().to_string()));
                match page["next"].as_str() {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => break,
                }
            }
            assert_eq!(names.len(), number, "{text} by {sort}");
            let mut sorted = names.clone();
            sorted.sort();
            sorted.dedup();
            assert_eq!(sorted.len(), number, "{text} by {sort}");
            if sort == "name" {
                assert_eq!(names, sorted, "{text}");
            }
        }
        let (_, count) = clerk.get(&format!("/api/enterprises/count?q={q}")).await;
        assert_eq!(count, json!({"total": number}), "{text}");
    }
    // what is written now is found before the index of terms has it
    let made = json!({"town": "440507009", "changes": {"name": "汕头市新近某厂"}});
    assert_eq!(clerk.send("POST", "/api/enterprises", made, None).await.0, StatusCode::CREATED);
    for indexed in [0, 1] {
        let (_, found) = clerk.get(&format!("/api/search?q={}", percent("新近"))).await;
        assert_eq!(found["groups"][0]["items"][0]["title"], json!("汕头市新近某厂"), "{found}");
        let (_, list) = clerk.get(&format!("/api/enterprises?q={}", percent("新近"))).await;
        assert_eq!(list["items"].as_array().unwrap().len(), 1);
        assert_eq!(search::index_all(&server.app.db).await.unwrap(), 1 - indexed);
    }
}

#[db_test]
async fn the_summary_of_every_tier_equals_a_recount_after_any_writes(db: Db) {
    #[derive(db::FromRow, Debug, PartialEq)]
    struct Sum {
        region: String,
        value: String,
        number: i64,
    }
    let server = Server::new(db).await;
    server.register().await;
    let clerk = server.person(Role::Clerk, "4405", None).await;
    let mut state = 7u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    let towns = ["440507009", "440511002", "440515102"];
    for round in 0..4 {
        for step in 0..6 {
            let (_, page) = clerk.get("/api/enterprises?limit=200").await;
            let rows = page["items"].as_array().unwrap();
            let row = &rows[random(rows.len())];
            let town = towns[random(towns.len())];
            match random(3) {
                0 => {
                    let made = json!({"town": town, "changes": {"name": format!("汕头市第{round}{step}厂")}});
                    clerk.send("POST", "/api/enterprises", made, None).await;
                }
                1 => {
                    let changes = json!({"version": row["version"], "changes": {"staff": random(900), "industry": "29"}});
                    clerk.send("PATCH", &path(row), changes, None).await;
                }
                _ => {
                    let item = json!({"city": "4405", "id": row["id"], "version": row["version"]});
                    let give = json!({"items": [item], "town": town});
                    clerk.send("POST", "/api/enterprises/assign", give, None).await;
                }
            }
        }
        enterprise::summary::rebuild(&server.app.db).await.unwrap();
        for (digits, region) in
            [(6, "substr(town, 1, 6)"), (4, "city"), (2, "substr(city, 1, 2)"), (0, "'00'")]
        {
            for (dimension, value) in
                [("size", "coalesce(size, 'unknown')"), ("assignment", "assignment"), ("all", "'all'")]
            {
                let kept = format!(
                    "select region, value, number from enterprise_summary where dimension = '{dimension}' and number <> 0 and "
                );
                let kept = match digits {
                    0 => format!("{kept} region = '00' order by 1, 2"),
                    _ => format!("{kept} length(region) = {digits} and region <> '00' order by 1, 2"),
                };
                let least = if digits == 6 { "and length(town) >= 6" } else { "" };
                let counted = format!(
                    "select {region} as region, {value} as value, count(*) as number from enterprise where status <> 'merged' {least} group by 1, 2 order by 1, 2"
                );
                let kept: Vec<Sum> = server.app.db.all(db::Sql::new(&kept)).await.unwrap();
                let counted: Vec<Sum> = server.app.db.all(db::Sql::new(&counted)).await.unwrap();
                assert_eq!(kept, counted, "{dimension} of {digits} digits in round {round}");
            }
        }
        assert_eq!(enterprise::summary::rebuild(&server.app.db).await.unwrap(), 0, "nothing changed since");
    }
}

#[db_test]
async fn reading_a_phone_is_recorded_and_lists_hide_it(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, "440515102", None).await;
    let row = officer.named(PLASTICS).await;
    officer
        .send(
            "PATCH",
            &path(&row),
            json!({"version": 1, "changes": {"legal_person_phone": "13800001111"}}),
            None,
        )
        .await;
    assert_eq!(officer.named(PLASTICS).await["legal_person_phone"], json!("138****1111"));
    assert_eq!(officer.get(&path(&row)).await.1["legal_person_phone"], json!("13800001111"));
    #[derive(db::FromRow)]
    struct Reader {
        actor_name: String,
    }
    let readers: Vec<Reader> =
        server.app.db.all(sql!("select actor_name from audit where action = 'read'")).await.unwrap();
    assert_eq!(readers.iter().map(|reader| reader.actor_name.as_str()).collect::<Vec<_>>(), ["监管员甲"]);
}

#[test]
fn derived_files_are_up_to_date() {
    let root = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let committed = |name: &str| std::fs::read_to_string(root.join(name)).unwrap_or_default();
    assert_eq!(committed("permissions.txt"), server::permissions(), "run `make derived`");
    assert_eq!(committed("docs/handbook/cases.md"), server::cases(), "run `make derived`");
    assert_eq!(committed("openapi.json").trim_end(), server::openapi().trim_end(), "run `make derived`");
}

#[db_test]
async fn the_data_dictionary_is_up_to_date_and_explains_every_table(db: Db) {
    if db.engine() == db::Engine::Postgres {
        return; // it names the types of the one SQL text, which SQLite keeps as they are written
    }
    let text = server::dictionary(&db).await.unwrap();
    let path = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/data-dictionary.md");
    assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), text, "run `make derived`");
    let silent: Vec<&str> = text
        .split("\n### ")
        .skip(1)
        .filter(|own| own.lines().nth(1).is_none_or(str::is_empty))
        .filter_map(|own| own.lines().next())
        .collect();
    assert_eq!(silent, Vec::<&str>::new(), "say above `table!` or `create table` what it is for");
}

#[test]
fn no_two_areas_give_one_name_to_different_shapes() {
    assert_eq!(server::shapes_of_one_name(), Vec::<String>::new());
}
