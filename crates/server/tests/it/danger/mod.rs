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

fn found(row: &Value) -> Value {
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

fn major(row: &Value) -> Value {
    let mut own = found(row);
    own["needs_stop"] = json!(true);
    own["stop"] = json!("part");
    own
}

struct Cast<'a> {
    server: &'a Server,
    row: Value,
    officer: Client<'a>,
    firm: Client<'a>,
}

async fn cast(server: &Server) -> Cast<'_> {
    server.register().await;
    let officer = server.person(Role::Officer, TOWN, None).await;
    let row = officer.named(PLASTICS).await;
    let id = row["id"].as_str().unwrap().parse().unwrap();
    let firm = server.person(Role::Enterprise, TOWN, Some(id)).await;
    Cast { server, row, officer, firm }
}

/// The second of March 2026, a Monday, nine in the morning.
fn clock() -> Clock {
    Clock::fixed(Utc.with_ymd_and_hms(2026, 3, 2, 1, 0, 0).unwrap())
}

fn address(danger: &Value) -> String {
    format!("/api/dangers/4405/{}", danger["case"]["id"].as_str().unwrap())
}

async fn step(who: &Client<'_>, danger: &Value, step: &str, mut body: Value) -> Value {
    body["version"] = danger["case"]["version"].clone();
    let (status, answer) = who.send("POST", &format!("{}/{step}", address(danger)), body, None).await;
    assert_eq!(status, StatusCode::OK, "{step}: {answer}");
    answer
}

fn mended() -> Value {
    json!({"mended_on": "2026-03-02", "mended_text": "已清理通道并划线", "funds_spent": 50_000, "acceptance": "self", "accepted_by": "陈安全"})
}

fn plan() -> Value {
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

#[test]
fn every_flow_is_sound() {
    for flow in server::FLOWS {
        assert_eq!(flow.wrong(), Vec::<String>::new());
    }
}

/// A walk by dice through every step, allowed or not: none that is not in the table is taken, whatever is open has a deadline and somebody
/// responsible, and its steps make the row again.
#[db_test]
async fn no_illegal_step_is_taken_and_the_steps_of_a_case_make_its_row(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    let county = server.person(Role::Officer, "440515", None).await;
    let mut dice = 7u64;
    let mut roll = |below: u64| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (dice >> 33) % below
    };
    let scope = kernel::Scope::system(kernel::RegionCode::parse("4405").unwrap());
    for walk in 0..6 {
        let body = if walk % 2 == 0 { found(&own.row) } else { major(&own.row) };
        let (_, mut danger) = own.officer.send("POST", "/api/dangers", body, None).await;
        let id = danger["case"]["id"].as_str().unwrap().parse().unwrap();
        for _ in 0..14 {
            let state = danger["case"]["state"].as_str().unwrap().to_string();
            let at = roll(danger::FLOW.steps.len() as u64) as usize;
            let action = danger::FLOW.steps[at].action;
            let (who, path, body) = match action {
                "plan" => (&own.firm, "plan", plan()),
                "mend" => {
                    let mut body = mended();
                    body["acceptance"] = json!("expert");
                    (&own.firm, "mend", body)
                }
                "defer" => (&own.firm, "deferral", json!({"deferral_on": "2027-01-29", "reason": "备料"})),
                "grant" => (&own.officer, "deferral/decide", json!({"grant": true})),
                "refuse" => (
                    &own.officer,
                    "deferral/decide",
                    json!({"grant": false, "reason": "不必", "due_on": "2026-03-20"}),
                ),
                "pass" => (&own.officer, "recheck", json!({"passed": true, "text": "好"})),
                "fail" => (
                    &own.officer,
                    "recheck",
                    json!({"passed": false, "text": "不好", "due_on": "2026-03-20"}),
                ),
                "supervise" => (
                    &county,
                    "supervise",
                    json!({"tier": "county", "document": "1号", "due_on": "2026-05-20", "reason": "久拖不改"}),
                ),
                "release" | "unlist" => (&county, "release", json!({"reason": "已改"})),
                "keep" => (
                    &county,
                    "release",
                    json!({"grant": false, "reason": "材料不全", "due_on": "2026-03-20"}),
                ),
                "serve" => (
                    &county,
                    "serve",
                    json!({"served_on": "2026-03-02", "served_to": "陈安全", "served_way": "left"}),
                ),
                "reopen" => (&own.officer, "reopen", json!({"reason": "复发", "due_on": "2026-03-20"})),
                "withdraw" => (&own.officer, "withdraw", json!({"reason": "重复登记"})),
                _ => continue,
            };
            let mut body = body;
            body["version"] = danger["case"]["version"].clone();
            let (status, answer) =
                who.send("POST", &format!("{}/{path}", address(&danger)), body, None).await;
            let allowed = danger::FLOW.step(action, &state).is_some();
            if status == StatusCode::OK {
                assert!(allowed, "{action} was taken out of {state}");
                danger = answer;
            } else if allowed {
                let own_rule = [
                    "danger.plan_missing",
                    "danger.general",
                    "danger.not_listed",
                    "danger.listed_tier",
                    "field.required",
                    "date.range",
                ];
                assert!(
                    own_rule.iter().any(|code| answer.to_string().contains(code)),
                    "{action} of {state}: {answer}"
                );
            } else {
                assert!(status.is_client_error(), "{action} of {state}: {answer}");
            }
            let case = caseflow::store::find(&server.app.db, &scope, "4405", id).await.unwrap();
            let open = case.closed_on.is_none();
            assert_eq!(open, case.due_on.is_some(), "an open case has a deadline");
            assert!(!open || case.officer.is_some() || case.agency.is_some(), "somebody is responsible");
            let events = caseflow::store::events(&server.app.db, &case).await.unwrap();
            let numbers: Vec<i64> = events.iter().map(|event| event.seq).collect();
            assert_eq!(numbers, (1..=case.events).collect::<Vec<_>>(), "no step is missing");
            let made = caseflow::replay(&events);
            let row = case.document();
            for (name, value) in made.as_object().unwrap() {
                assert_eq!(value, &row[name], "{name} of {action} out of {state}");
            }
        }
    }
    let _ = own.server;
}
