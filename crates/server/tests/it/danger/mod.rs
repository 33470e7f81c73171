//! Hidden dangers and their cases over HTTP: who does what, which deadline follows, what is late rises, nothing is lost.

mod numbers;
mod papers;
mod reminders;
mod reports;
mod steps;

use axum::http::StatusCode;
use chrono::{TimeZone, Utc};
use db::{Db, db_test};
use kernel::{Clock, Role};
use serde_json::{Value, json};
use testkit::{Client, PLASTICS, Server, percent};

const TOWN: &str = "440515102";

pub(crate) fn found(row: &Value) -> Value {
    json!({
        "city": "4405", "enterprise": row["id"], "source": "inspection", "found_on": "2026-03-02", "category": "15",
        "place": "注塑车间东侧", "description": "配电箱前堆放塑料原料，安全通道被堵塞", "requirement": "立即清理，划线标示",
        "needs_stop": false, "beyond_own_power": false, "stop": "none", "due_on": "2026-03-12"
    })
}

fn found_later(row: &Value) -> Value {
    let mut own = found(row);
    own["due_on"] = json!("2026-03-02");
    own
}

pub(crate) fn major(row: &Value) -> Value {
    let mut own = found(row);
    own["needs_stop"] = json!(true);
    own["stop"] = json!("part");
    own
}

pub(crate) struct Cast<'a> {
    pub(crate) row: Value,
    pub(crate) officer: Client<'a>,
    pub(crate) firm: Client<'a>,
}

pub(crate) async fn cast(server: &Server) -> Cast<'_> {
    server.register().await;
    let officer = server.person(Role::Officer, TOWN, None).await;
    let row = officer.named(PLASTICS).await;
    let id = row["id"].as_str().unwrap().parse().unwrap();
    let firm = server.person(Role::Enterprise, TOWN, Some(id)).await;
    Cast { row, officer, firm }
}

/// The second of March 2026, a Monday, nine in the morning.
pub(crate) fn clock() -> Clock {
    Clock::fixed(Utc.with_ymd_and_hms(2026, 3, 2, 1, 0, 0).unwrap())
}

pub(crate) fn address(danger: &Value) -> String {
    format!("/api/dangers/4405/{}", danger["case"]["id"].as_str().unwrap())
}

pub(crate) async fn step(who: &Client<'_>, danger: &Value, step: &str, mut body: Value) -> Value {
    body["version"] = danger["case"]["version"].clone();
    let (status, answer) = who.send("POST", &format!("{}/{step}", address(danger)), body, None).await;
    assert_eq!(status, StatusCode::OK, "{step}: {answer}");
    answer
}

pub(crate) fn mended() -> Value {
    json!({"mended_on": "2026-03-02", "mended_text": "已清理通道并划线", "funds_spent": 50_000, "acceptance": "self", "accepted_by": "陈安全"})
}

pub(crate) fn plan() -> Value {
    json!({"plan_person": "陈安全", "plan_measures": "停用该线并改造", "plan_funds": 1_000_000, "plan_on": "2026-03-20", "plan_emergency": "现场处置方案 3 号"})
}

#[db_test]
async fn nobody_sees_or_enters_a_danger_outside_their_area(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    let (_, danger) = own.officer.send("POST", "/api/dangers", found(&own.row), None).await;
    let other = server.person(Role::Officer, "440511015", None).await;
    let id = danger["case"]["id"].as_str().unwrap();
    for path in [
        address(&danger),
        format!("/api/cases/4405/{id}"),
        format!("/api/cases/4405/{id}/events"),
        format!("/api/enterprises/4405/{}/case-events", own.row["id"].as_str().unwrap()),
    ] {
        assert_eq!(other.get(&path).await.0, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(other.get("/api/dangers").await.1["items"], json!([]));
    assert_eq!(other.get("/api/cases").await.1["items"], json!([]));
    assert_eq!(other.get("/api/danger-figures").await.1["total"]["general_found"], json!(0));
    assert_eq!(other.send("POST", "/api/dangers", found(&own.row), None).await.0, StatusCode::NOT_FOUND);
    let body = json!({"version": 1, "passed": true, "text": "好"});
    assert_eq!(
        other.send("POST", &format!("{}/recheck", address(&danger)), body, None).await.0,
        StatusCode::NOT_FOUND
    );
    assert!(
        !other.get(&format!("/api/search?q={}", percent("配电箱"))).await.1.to_string().contains("配电箱前")
    );
}
