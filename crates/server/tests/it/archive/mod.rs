//! The safety archive over HTTP: what is filled in, vouched for, sent back, missing, and running out.

mod edits;
mod past;
mod rare;
mod records;
mod score;
mod waiting;

use axum::http::StatusCode;
use kernel::Role;
use serde_json::{Value, json};
use testkit::{Client, Server, path};

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

/// The group of records of what the search box finds.
async fn found(person: &Client<'_>, text: &str) -> Value {
    let (status, found) = person.get(&format!("/api/search?q={text}")).await;
    assert_eq!(status, StatusCode::OK, "{found}");
    let groups = found["groups"].as_array().unwrap().clone();
    groups.into_iter().find(|group| group["kind"] == "record").unwrap_or(Value::Null)
}
