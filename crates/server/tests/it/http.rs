//! Who may do what where, over HTTP: every operation as every role at every tier, and never outside the own area.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use db::{Db, db_test};
use kernel::Role;
use serde_json::{Value, json};
use testkit::{PLASTICS, Server, TRADE, path, percent};

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
                    .replace("{device}", row["id"].as_str().unwrap())
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
                    "create_hazard_export"
                    | "create_enforcement_document_export"
                    | "create_danger_export"
                    | "create_inspection_target_export"
                    | "create_penalty_export" => {
                        json!({"query": {}, "format": "xlsx"})
                    }
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
                    "create_self_check_task" => json!({"region": region, "name": "", "cycle": ""}),
                    "end_self_check_task" => json!({"version": -1, "ends_on": "2026-01-01", "reason": ""}),
                    "remind_self_check_task" => json!({"version": -1}),
                    "create_self_check" => json!({"task": row["id"]}),
                    "update_self_check" => json!({"version": -1, "checklist": {}}),
                    "finish_self_check" => json!({"version": -1, "person": ""}),
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
                    "create_inspection_plan" => {
                        json!({"city": "4405", "agency": row["id"], "year": 0, "name": "", "lines": []})
                    }
                    "update_inspection_plan" => json!({"version": -1, "name": "", "lines": []}),
                    "submit_inspection_plan" | "approve_inspection_plan" => json!({"version": -1}),
                    "return_inspection_plan" | "cancel_inspection_target" | "end_officer_conflict" => {
                        json!({"version": -1, "reason": ""})
                    }
                    "draw_inspection_targets" => json!({"version": -1, "line": 1}),
                    "create_inspection_target" => {
                        json!({"version": -1, "enterprise": row["id"], "month": 1, "reason": ""})
                    }
                    "update_inspection_target" => json!({"version": -1, "month": 1, "cards": []}),
                    "join_inspection_target" => json!({"version": -1}),
                    "create_officer_conflict" => {
                        json!({"city": "4405", "enterprise": row["id"], "card": row["id"], "reason": ""})
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
                    "create_penalty" => {
                        json!({"procedure": "", "party": "", "cards": [], "source": "", "cause": "", "happened_on": "2026-01-01"})
                    }
                    "update_penalty" | "update_penalty_document" => json!({"version": -1}),
                    "take_penalty_step" | "return_penalty" => json!({"version": -1, "action": ""}),
                    "create_penalty_document" => json!({"form": ""}),
                    "issue_penalty_document" | "approve_penalty_document" => {
                        json!({"version": -1, "case_version": -1})
                    }
                    "serve_penalty_document" => {
                        json!({"version": -1, "case_version": -1, "served_on": "2026-01-01", "service": ""})
                    }
                    "withdraw_penalty_document" => json!({"version": -1, "reason": ""}),
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
