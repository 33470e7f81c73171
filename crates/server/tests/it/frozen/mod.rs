//! Clients of the field as they were on the day when their requests were frozen here: a phone that was not updated for months still gets rid of
//! what lies on it. These files are never changed; a later client gets files of its own.

use axum::http::StatusCode;
use db::{Db, db_test};
use kernel::{Clock, Role};
use serde_json::Value;
use testkit::{Client, PLASTICS, Server, path};
use uuid::Uuid;

use crate::inspection::{COUNTY, office};

const DEVICE: &str = include_str!("device.json");
const PHOTO: &str = include_str!("photo.json");
const DANGER: &str = include_str!("danger.json");
const VISIT: &str = include_str!("visit.json");
const REFUSED: &str = include_str!("visit-refused.json");
const ISSUE: &str = include_str!("issue.json");

/// A body with the ids of this city in it.
fn thawed(frozen: &str, ids: &[(&str, &Value)]) -> Value {
    let put = |text: String, (name, id): &(&str, &Value)| {
        text.replace(&format!("{{{name}}}"), id.as_str().unwrap())
    };
    serde_json::from_str(&ids.iter().fold(frozen.to_string(), put)).unwrap()
}

/// A photo sent in its parts, and its id.
async fn photo(officer: &Client<'_>) -> Value {
    let id = Uuid::now_v7();
    let parts: Value = serde_json::from_str(PHOTO).unwrap();
    for part in parts.as_array().unwrap() {
        let bytes: Vec<u8> = serde_json::from_value(part["bytes"].clone()).unwrap();
        let url = format!("/api/field/photos/{id}?offset={}", part["offset"]);
        let (status, answer) = officer.put_bytes(&url, &bytes).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
    }
    Value::from(id.to_string())
}

#[db_test]
async fn what_a_client_of_today_sends_is_taken_by_every_later_server(db: Db) {
    let clock = Clock::fixed("2026-03-04T16:30:00Z".parse().unwrap());
    let server = Server::at(db, clock).await;
    server.register().await;
    let system = server.person(Role::System, COUNTY, None).await;
    let officer = server.person(Role::Officer, COUNTY, None).await;
    let (_, cards) = office(&system, COUNTY, "bureau", "澄海区应急管理局", "2099-12-31").await;
    let row = officer.named(PLASTICS).await;
    let change = serde_json::json!({"version": row["version"], "changes": {"legal_person": "陈一",
        "legal_person_phone": "0754-88880001", "address": "莲下镇工业区1号"}});
    assert_eq!(officer.send("PATCH", &path(&row), change, None).await.0, StatusCode::OK);
    let device = officer.send("POST", "/api/field/devices", thawed(DEVICE, &[]), Some("enrol")).await.1;
    let send = async |frozen: &str| {
        let photo = photo(&officer).await;
        let ids = [
            ("device", &device["id"]),
            ("enterprise", &row["id"]),
            ("card_one", &cards[0]),
            ("card_two", &cards[1]),
            ("photo", &photo),
        ];
        let work = format!("/api/field/works/4405/{}", Uuid::now_v7());
        let (status, done) = officer.send("PUT", &work, thawed(frozen, &ids), None).await;
        assert_eq!(status, StatusCode::OK, "{done}");
        done
    };
    let danger = send(DANGER).await;
    let danger = officer.get(&format!("/api/dangers/4405/{}", danger["id"].as_str().unwrap())).await.1;
    assert_eq!(danger["photos"].as_array().unwrap().len(), 1, "{danger}");
    for (frozen, findings) in [(VISIT, 2), (REFUSED, 0)] {
        let done = send(frozen).await;
        let visit = officer.get(&format!("/api/visits/4405/{}", done["id"].as_str().unwrap())).await.1;
        assert_eq!(visit["visit"]["state"], "finished", "{visit}");
        assert_eq!(visit["findings"].as_array().unwrap().len(), findings, "{visit}");
        // what is issued on the device follows its visit
        let paper = done["documents"][0]["id"].as_str().unwrap();
        let issue = format!("/api/enforcement-documents/4405/{paper}/issue");
        let (status, issued) = officer.send("POST", &issue, thawed(ISSUE, &[]), Some(paper)).await;
        assert_eq!(status, StatusCode::OK, "{issued}");
    }
}
