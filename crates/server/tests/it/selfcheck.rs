//! Self-checks over HTTP: a task is set, an enterprise checks itself, what is not met becomes dangers, who has not handed in is listed and reminded.

use axum::http::StatusCode;
use chrono::{Duration, TimeZone, Utc};
use db::{Db, db_test};
use kernel::{Clock, Role};
use serde_json::{Map, Value, json};
use testkit::{Client, PASSWORD, PLASTICS, Server};

const COUNTY: &str = "440515";
const TOWN: &str = "440515102";

/// The second of March 2026, nine in the morning.
fn clock() -> Clock {
    Clock::fixed(Utc.with_ymd_and_hms(2026, 3, 2, 1, 0, 0).unwrap())
}

struct Cast<'a> {
    row: Value,
    officer: Client<'a>,
    firm: Client<'a>,
    task: Value,
}

async fn cast(server: &Server) -> Cast<'_> {
    server.register().await;
    let officer = server.person(Role::Officer, COUNTY, None).await;
    let row = officer.named(PLASTICS).await;
    let firm =
        server.person(Role::Enterprise, TOWN, Some(row["id"].as_str().unwrap().parse().unwrap())).await;
    let new = json!({"region": COUNTY, "name": "每月自查", "cycle": "month"});
    let (status, task) = officer.send("POST", "/api/self-check-tasks", new, None).await;
    assert_eq!(status, StatusCode::CREATED, "{task}");
    Cast { row, officer, firm, task }
}

impl<'a> Cast<'a> {
    /// Whoever comes back after days signs in anew.
    async fn again(&mut self, server: &'a Server) {
        self.firm = server.sign_in(&format!("enterprise-{TOWN}"), PASSWORD).await;
        self.officer = server.sign_in(&format!("officer-{COUNTY}"), PASSWORD).await;
    }

    fn due(&self) -> String {
        format!("/api/enterprises/4405/{}/self-checks/due", self.row["id"].as_str().unwrap())
    }

    async fn begin(&self) -> Value {
        let address = format!("/api/enterprises/4405/{}/self-checks", self.row["id"].as_str().unwrap());
        let (status, check) = self.firm.send("POST", &address, json!({"task": self.task["id"]}), None).await;
        assert_eq!(status, StatusCode::CREATED, "{check}");
        check
    }

    fn missing(&self) -> String {
        format!("/api/self-check-tasks/4405/{}/missing", self.task["id"].as_str().unwrap())
    }

    async fn waits(&self, who: &Client<'_>, kind: &str) -> Option<Value> {
        let groups = who.get("/api/inbox").await.1["groups"].clone();
        groups.as_array().unwrap().iter().find(|group| group["kind"] == kind).cloned()
    }
}

fn address(check: &Value) -> String {
    format!("/api/self-checks/4405/{}", check["check"]["id"].as_str().unwrap())
}

/// Every item answered alike, but the first.
fn answers(check: &Value, first: &str) -> Map<String, Value> {
    let items = check["items"].as_array().unwrap();
    let code = |item: &Value| item["code"].as_str().unwrap().to_string();
    items
        .iter()
        .enumerate()
        .map(|(at, item)| (code(item), json!(if at == 0 { first } else { "met" })))
        .collect()
}

fn names(list: &Value) -> Vec<String> {
    list["items"].as_array().unwrap().iter().map(|own| own["name"].as_str().unwrap().to_string()).collect()
}

#[db_test]
async fn what_a_self_check_finds_becomes_dangers_when_it_is_handed_in(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    let (_, due) = own.firm.get(&own.due()).await;
    assert_eq!((&due[0]["state"], &due[0]["period"]), (&json!("none"), &json!("2026 年 3 月")), "{due}");
    assert!(own.waits(&own.firm, "self_check").await.is_some());
    let check = own.begin().await;
    let first = check["items"][0]["code"].clone();

    // not everything is answered, or nothing is said of what is not met: nothing is handed in
    let finish = format!("{}/finish", address(&check));
    let mut end = json!({"version": 1, "person": "陈安全"});
    let (status, refused) = own.firm.send("POST", &finish, end.clone(), None).await;
    assert_eq!(
        (status, &refused["errors"][0]["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("item.open"))
    );
    end["checklist"] = Value::Object(answers(&check, "unmet"));
    let (status, refused) = own.firm.send("POST", &finish, end.clone(), None).await;
    assert_eq!(
        (status, &refused["errors"][0]["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("finding.missing"))
    );
    assert_eq!(own.firm.get("/api/dangers").await.1["items"], json!([]));

    // a finding that is wrong names its own field, and nothing is half-written
    end["found"] = json!([{"item": first, "place": "", "description": "未公示", "due_on": "2026-03-10"}]);
    let (status, refused) = own.firm.send("POST", &finish, end.clone(), None).await;
    assert_eq!(
        (status, &refused["errors"][0]["pointer"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("/found/0/place")),
        "{refused}"
    );
    assert_eq!(own.firm.get(&address(&check)).await.1["check"]["state"], json!("open"));

    end["found"][0]["place"] = json!("办公室");
    let (status, done) = own.firm.send("POST", &finish, end.clone(), None).await;
    assert_eq!(status, StatusCode::OK, "{done}");
    assert_eq!((&done["check"]["state"], &done["check"]["unmet"]), (&json!("done"), &json!(1)));
    let danger = format!("/api/dangers/4405/{}", done["dangers"][0].as_str().unwrap());
    let (_, danger) = own.officer.get(&danger).await;
    assert_eq!(
        (&danger["detail"]["source"], &danger["case"]["due_on"]),
        (&json!("self_check"), &json!("2026-03-10"))
    );
    assert!(own.waits(&own.firm, "self_check").await.is_none(), "what is done waits for nobody");

    // what was handed in stays as it is
    let change = json!({"version": 2, "checklist": {}});
    let (status, _) = own.firm.send("PATCH", &address(&check), change, None).await;
    assert_eq!(status, StatusCode::CONFLICT);
    let (status, _) = own.firm.send("POST", &finish, end, None).await;
    assert_eq!(status, StatusCode::CONFLICT);
}

#[db_test]
async fn who_has_not_handed_in_is_listed_and_reminded_at_once(db: Db) {
    let server = Server::at(db, clock()).await;
    let mut own = cast(&server).await;
    let clerk = server.person(Role::Clerk, COUNTY, None).await;
    let another = json!({"town": TOWN, "changes": {"name": "汕头市某五金厂"}, "anyway": true});
    let (status, another) = clerk.send("POST", "/api/enterprises", another, None).await;
    assert_eq!(status, StatusCode::CREATED, "{another}");
    let (_, list) = own.officer.get(&own.missing()).await;
    let all = names(&list);
    assert!(all.contains(&PLASTICS.to_string()));
    let check = own.begin().await;
    // begun is not handed in
    assert_eq!(names(&own.officer.get(&own.missing()).await.1), all);
    let end = json!({"version": 1, "person": "陈安全", "checklist": answers(&check, "met")});
    let (status, done) = own.firm.send("POST", &format!("{}/finish", address(&check)), end, None).await;
    assert_eq!(status, StatusCode::OK, "{done}");
    let left = names(&own.officer.get(&own.missing()).await.1);
    assert!(!left.is_empty());
    assert_eq!(left.len(), all.len() - 1);
    assert!(!left.contains(&PLASTICS.to_string()));
    let (_, tasks) = own.officer.get(&format!("/api/self-check-tasks?region={COUNTY}")).await;
    let current = &tasks["items"][0]["current"];
    assert_eq!((&current["done"], &current["missing"]), (&json!(1), &json!(left.len())));

    // in the next month the period is open again; after it the office sees who let it pass, and reminds them
    server.app.clock.advance(Duration::days(31));
    own.again(&server).await;
    let (_, due) = own.firm.get(&own.due()).await;
    assert_eq!((&due[0]["state"], &due[0]["period"]), (&json!("none"), &json!("2026 年 4 月")));
    let group = own.waits(&own.officer, "self_check_missing").await;
    assert_eq!(group.map(|group| group["number"].clone()), Some(json!(left.len())));
    let remind = format!("/api/self-check-tasks/4405/{}/remind", own.task["id"].as_str().unwrap());
    let (status, stale) = own.officer.send("POST", &remind, json!({"version": 7}), None).await;
    assert_eq!(status, StatusCode::CONFLICT, "{stale}");
    let (status, task) = own.officer.send("POST", &remind, json!({"version": 1}), None).await;
    assert_eq!(status, StatusCode::OK, "{task}");
    let group = own.waits(&own.firm, "self_check").await.unwrap();
    assert_eq!(group["urgency"], json!("overdue"));
    assert!(group["tasks"][0]["title"].as_str().unwrap().contains("已催办"), "{group}");
}

#[db_test]
async fn a_self_check_begun_twice_is_one_and_two_editors_are_told(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    let check = own.begin().await;
    let again = format!("/api/enterprises/4405/{}/self-checks", own.row["id"].as_str().unwrap());
    let (status, same) = own.firm.send("POST", &again, json!({"task": own.task["id"]}), None).await;
    assert_eq!((status, &same["check"]["id"]), (StatusCode::OK, &check["check"]["id"]));
    let code = check["items"][0]["code"].as_str().unwrap();
    let change = |version: i64, answer: &str| json!({"version": version, "checklist": {code: answer}});
    let (status, _) = own.firm.send("PATCH", &address(&check), change(1, "met"), None).await;
    assert_eq!(status, StatusCode::OK);
    let (status, stale) = own.officer.send("PATCH", &address(&check), change(1, "unmet"), None).await;
    assert_eq!(
        (status, &stale["current"]["checklist"][code]),
        (StatusCode::CONFLICT, &json!("met")),
        "{stale}"
    );
}

#[db_test]
async fn a_task_counts_for_its_area_its_sector_and_its_time_and_is_kept_by_its_own_tier(db: Db) {
    let server = Server::at(db, clock()).await;
    let mut own = cast(&server).await;
    let city = server.person(Role::Officer, "4405", None).await;
    let new = json!({"region": "4405", "name": "危化专项自查", "cycle": "quarter", "sector": "hazardous_chemicals"});
    let (status, wide) = city.send("POST", "/api/self-check-tasks", new, None).await;
    assert_eq!(status, StatusCode::CREATED, "{wide}");
    // the plastics factory is no chemical one: it has only the county's task
    let (_, due) = own.firm.get(&own.due()).await;
    assert_eq!(due.as_array().unwrap().len(), 1);
    // the county sees the city's task and cannot end it
    let (_, seen) = own.officer.get(&format!("/api/self-check-tasks?region={COUNTY}")).await;
    assert_eq!(names(&seen), ["危化专项自查", "每月自查"]);
    assert_eq!((&seen["items"][0]["own"], &seen["items"][1]["own"]), (&json!(false), &json!(true)));
    let end = json!({"version": 1, "ends_on": "2026-03-31", "reason": "改为每季度"});
    let ending = |task: &Value| format!("/api/self-check-tasks/4405/{}", task["id"].as_str().unwrap());
    assert_eq!(own.officer.send("PATCH", &ending(&wide), end.clone(), None).await.0, StatusCode::NOT_FOUND);
    assert_eq!(own.officer.send("PATCH", &ending(&own.task), end, None).await.0, StatusCode::OK);
    // what has ended asks for nothing new, what it asked for last month may still be made good
    server.app.clock.advance(Duration::days(31));
    own.again(&server).await;
    let (_, due) = own.firm.get(&own.due()).await;
    assert_eq!((due.as_array().unwrap().len(), &due[0]["late"]), (1, &json!(true)), "{due}");
    // elsewhere nobody sees it
    let other = server.person(Role::Officer, "440512", None).await;
    assert_eq!(other.get(&format!("/api/self-check-tasks?region={COUNTY}")).await.0, StatusCode::NOT_FOUND);
    assert_eq!(other.get(&own.missing()).await.0, StatusCode::NOT_FOUND);
}
