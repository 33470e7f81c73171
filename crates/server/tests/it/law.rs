//! The law at its doors: the command line, HTTP, and a city's own rows over the national ones.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use axum::http::StatusCode;
use db::{Db, db_test};
use kernel::Role;
use serde_json::{Value, json};
use testkit::Server;

fn rule(arguments: &[&str], input: &str) -> (i32, Value) {
    let mut child = Command::new(testkit::program())
        .arg("rule")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let answer = serde_json::from_slice(&output.stdout).unwrap();
    (output.status.code().unwrap(), answer)
}

const PLASTICS: &str = r#"{"industry":"29","staff":310,"revenue":"21000000"}"#;

#[test]
fn the_command_line_computes_a_rule_for_the_day_and_explains_it() {
    let (status, answer) = rule(&["size-class", "--on", "2026-01-01"], PLASTICS);
    assert_eq!((status, &answer["value"]), (0, &json!("medium")));
    assert!(answer["explanation"][0]["source"].as_str().unwrap().contains("213号"), "{answer}");
    let (_, list) = rule(&["list"], "");
    assert!(list.as_array().unwrap().iter().any(|rule| rule["name"] == "size-class"));
    let (status, schema) = rule(&["size-class", "--schema"], "");
    assert_eq!((status, &schema["properties"]["staff"]["title"]), (0, &json!("从业人数")));
}

#[test]
fn the_command_line_refuses_bad_input_with_a_problem_that_names_it() {
    for (arguments, input, code, pointer) in [
        (&["size-class", "--on", "2026-01-01"][..], r#"{"industry":"29"}"#, "rule.missing", "/staff"),
        (&["size-class", "--on", "2026-01-01"], r#"{"staff":3}"#, "rule.missing", "/industry"),
        (&["size-class", "--on", "2026-01-01"], r#"{"industry":"29","staff":"x"}"#, "rule.invalid", "/staff"),
        (&["size-class", "--on", "2026-01-01"], "{", "rule.invalid", ""),
        (&["size-class", "--on", "2001-01-01"], PLASTICS, "rule.not_in_force", ""),
        (&["size-class"], PLASTICS, "rule.missing", "/on"),
        (&["no-such-rule", "--on", "2026-01-01"], "{}", "rule.unknown", "/name"),
    ] {
        let (status, problem) = rule(arguments, input);
        assert_eq!(status, 2, "{problem}");
        assert_eq!((&problem["code"], &problem["errors"][0]["pointer"]), (&json!(code), &json!(pointer)));
    }
}

#[db_test]
async fn anybody_may_compute_and_read_the_tables_without_signing_in(db: Db) {
    let server = Server::new(db).await;
    let nobody = server.nobody();
    let (status, rules) = nobody.get("/api/rules").await;
    assert_eq!(status, StatusCode::OK);
    for rule in rules.as_array().unwrap() {
        let name = rule["name"].as_str().unwrap();
        let (_, detail) = nobody.get(&format!("/api/rules/{name}")).await;
        let url = format!("/api/rules/{name}?on={}&region=4405", detail["example_on"].as_str().unwrap());
        let (status, answer) = nobody.send("POST", &url, detail["example"].clone(), None).await;
        assert_eq!(status, StatusCode::OK, "{name}: {answer}");
        assert!(!answer["explanation"].as_array().unwrap().is_empty());
        for table in rule["tables"].as_array().unwrap() {
            let (status, table) =
                nobody.get(&format!("/api/law-tables/{}", table["name"].as_str().unwrap())).await;
            assert_eq!(status, StatusCode::OK);
            assert!(!table["rows"].as_array().unwrap().is_empty());
        }
    }
    let (_, tables) = nobody.get("/api/law-tables").await;
    assert!(tables.as_array().unwrap().iter().any(|table| table["name"] == "size-class"));
    let (status, problem) =
        nobody.send("POST", "/api/rules/size-class?on=2026-01-01", json!({"industry": "29"}), None).await;
    assert_eq!((status, &problem["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("rule.missing")));
}

fn stricter() -> Value {
    json!({"region": "4405", "source": "汕府办〔2026〕1号", "valid_from": "2026-01-01",
        "cells": {"trade": "工业", "indicator": "staff", "codes": "29", "large": "200", "medium": "100", "small": "20"}})
}

#[db_test]
async fn a_citys_own_row_counts_in_that_city_from_its_day_and_until_it_ends(db: Db) {
    let server = Server::new(db).await;
    let system = server.person(Role::System, "4405", None).await;
    let class = async |region: &str, on: &str| {
        let url = format!("/api/rules/size-class?on={on}&region={region}");
        let input = json!({"industry": "29", "staff": 310, "revenue": "500000000"});
        server.nobody().send("POST", &url, input, None).await.1
    };
    let (status, row) = system.send("POST", "/api/law-tables/size-class/rows", stricter(), None).await;
    assert_eq!(status, StatusCode::CREATED, "{row}");
    let answer = class("440507", "2026-03-01").await;
    assert_eq!(answer["value"], "large");
    let steps = answer["explanation"].as_array().unwrap();
    assert!(steps.iter().any(|step| step["source"] == "汕府办〔2026〕1号"), "{answer}");
    assert_eq!(class("440507", "2025-12-31").await["value"], "medium");
    assert_eq!(class("4403", "2026-03-01").await["value"], "medium");
    let (status, again) = system.send("POST", "/api/law-tables/size-class/rows", stricter(), None).await;
    assert_eq!((status, &again["code"]), (StatusCode::CONFLICT, &json!("law.overlap")));
    let end = format!("/api/law-rows/4405/{}/end", row["id"].as_str().unwrap());
    let last = json!({"version": 1, "valid_to": "2026-06-30", "reason": "汕府办〔2026〕9号废止"});
    assert_eq!(system.send("POST", &end, last.clone(), None).await.0, StatusCode::OK);
    let (status, stale) = system.send("POST", &end, last, None).await;
    assert_eq!((status, &stale["current"]["version"]), (StatusCode::CONFLICT, &json!(2)));
    assert_eq!(class("440507", "2026-07-01").await["value"], "medium");
    let history = format!("/api/law-rows/4405/{}/history", row["id"].as_str().unwrap());
    let (_, steps) = system.get(&history).await;
    assert_eq!(steps[1]["reason"], "汕府办〔2026〕9号废止");
    let withdrawn = json!({"version": 2, "reason": "录入错误"});
    assert_eq!(system.send("POST", &end, withdrawn, None).await.0, StatusCode::OK);
    assert_eq!(class("440507", "2026-03-01").await["value"], "medium", "what is withdrawn never counted");
}

#[db_test]
async fn a_local_row_needs_its_place_its_document_and_cells_that_fit(db: Db) {
    let server = Server::new(db).await;
    let county = server.person(Role::System, "440507", None).await;
    let mut wrong = stricter();
    let (status, problem) = county.send("POST", "/api/law-tables/size-class/rows", wrong.clone(), None).await;
    assert_eq!((status, &problem["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("region.outside")));
    wrong["region"] = json!("440507");
    for (pointer, value, code) in [
        ("/source", json!(" "), "rule.missing"),
        ("/cells/large", json!("两百"), "field.number"),
        ("/cells/trade", json!(""), "field.required"),
        ("/cells/colour", json!("red"), "law.column"),
        ("/valid_to", json!("2025-01-01"), "date.order"),
    ] {
        let mut body = wrong.clone();
        match body.pointer_mut(pointer) {
            Some(place) => *place = value,
            None if pointer == "/valid_to" => body["valid_to"] = value,
            None => body["cells"]["colour"] = value,
        }
        let (status, problem) = county.send("POST", "/api/law-tables/size-class/rows", body, None).await;
        assert_eq!((status, &problem["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!(code)), "{pointer}");
    }
    assert_eq!(
        county.send("POST", "/api/law-tables/size-class/rows", wrong, None).await.0,
        StatusCode::CREATED
    );
}
