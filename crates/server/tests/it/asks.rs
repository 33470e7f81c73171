//! How every operation is asked: its address, and a document that is read but changes nothing, as no row has its version.

use serde_json::{Value, json};

/// The address of an operation for the thing of `city` with that id (or of the part of it with that id), asked for `region`.
pub fn url(operation: &str, route: &str, city: &str, id: &str, region: &str) -> String {
    let url = [
        ("{city}", city),
        ("{name}", "size-class"),
        ("{section}", "permit"),
        ("{code}", "papers_expired"),
        ("{number}", "1"),
        ("{paper}", "plan"),
    ]
    .iter()
    .fold(route.to_string(), |url, (part, value)| url.replace(part, value));
    let url = ["{id}", "{job}", "{grant}", "{deputy}", "{device}", "{finding}"]
        .iter()
        .fold(url, |url, part| url.replace(part, id));
    match operation {
        "find_overview"
        | "list_indicator_periods"
        | "create_import"
        | "create_archive_import"
        | "list_officers"
        | "load_villages" => format!("{url}?region={region}"),
        "search" => format!("{url}?q=a"),
        "list_danger_quarter_enterprises" => format!("{url}?from=2026-01-01&to=2026-03-31"),
        "find_field_pack" => format!("{url}?city={city}&ids={id}"),
        "put_field_photo" => format!("{url}?offset=1"),
        "list_records" => format!("{url}?section=permit"),
        "compare_archive" => format!("{url}?from=2100-01-01T00:00:00Z"),
        "replace_attachment" | "delete_visit_finding" => format!("{url}?version=1"),
        "list_waiting_records" => format!("{url}?state=entered"),
        "list_handovers" | "count_handovers" => format!("{url}?direction=incoming"),
        "list_views" => format!("{url}?page=enterprises"),
        _ => url,
    }
}

/// The document that an operation is sent.
pub fn body(operation: &str, id: &str, region: &str, town: &str) -> Value {
    match operation {
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
            json!({"version": -1, "other": id, "other_version": -1, "take": [], "reason": ""})
        }
        "undo_merger" => json!({"version": -1, "reason": ""}),
        "split_enterprise" => json!({"version": -1, "town": town, "changes": {}, "reason": ""}),
        "create_cluster" | "update_cluster" => json!({"town": region, "name": "", "kind": ""}),
        "decide_import_rows" => json!({"decision": null}),
        "assign_case" => json!({"version": -1, "officer": id}),
        "remind_case" => json!({}),
        "create_danger" => {
            json!({"city": "4405", "enterprise": id, "source": "", "found_on": "2026-01-01", "place": "", "description": "", "stop": ""})
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
            json!({"city": "4405", "enterprise": id, "name": "", "category": "", "units": []})
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
        "create_self_check" => json!({"task": id}),
        "update_self_check" => json!({"version": -1, "checklist": {}}),
        "finish_self_check" => json!({"version": -1, "person": ""}),
        "close_danger_quarter" => json!({"region": region, "year": 2020, "quarter": 1}),
        "reopen_danger_quarter" => json!({"region": region, "year": 2020, "quarter": 1, "reason": ""}),
        "remind_danger_returns" => json!({"region": region}),
        "put_danger_return" => {
            json!({"month": "", "general_found": 0, "general_mended": 0, "major_found": 0, "major_mended": 0})
        }
        "create_officer_card" => {
            json!({"city": "4405", "agency": id, "name": "", "number": "",
            "valid_from": "2026-01-01", "valid_to": "2026-01-01"})
        }
        "create_delegation_deed" => {
            json!({"city": "4405", "agency": id, "principal": id,
            "number": "", "forms": [], "valid_from": "2026-01-01", "valid_to": "2026-01-01"})
        }
        "update_officer_card" | "update_delegation_deed" => {
            json!({"version": -1, "valid_to": "2026-01-01", "reason": ""})
        }
        "create_inspection_plan" => {
            json!({"city": "4405", "agency": id, "year": 0, "name": "", "lines": []})
        }
        "update_inspection_plan" => json!({"version": -1, "name": "", "lines": []}),
        "submit_inspection_plan" | "approve_inspection_plan" => json!({"version": -1}),
        "return_inspection_plan" | "cancel_inspection_target" | "end_officer_conflict" => {
            json!({"version": -1, "reason": ""})
        }
        "draw_inspection_targets" => json!({"version": -1, "line": 1}),
        "create_inspection_target" => {
            json!({"version": -1, "enterprise": id, "month": 1, "reason": ""})
        }
        "update_inspection_target" => json!({"version": -1, "month": 1, "cards": []}),
        "join_inspection_target" => json!({"version": -1}),
        "create_officer_conflict" => {
            json!({"city": "4405", "enterprise": id, "card": id, "reason": ""})
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
        "create_monitor_point" => json!({"city": "4405", "enterprise": id}),
        "update_monitor_point" | "acknowledge_alarm" => json!({"version": -1}),
        "handle_alarm" => json!({"version": -1, "cause": "", "measures": ""}),
        "dismiss_alarm" => json!({"version": -1, "reason": ""}),
        "create_readings" => json!({"readings": []}),
        _ => Value::Null,
    }
}
