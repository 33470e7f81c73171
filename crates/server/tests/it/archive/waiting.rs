//! What of archives waits for whom, and when papers that run out are called to mind.

use axum::http::StatusCode;
use chrono::Days;
use db::{Db, db_test};
use kernel::Role;
use serde_json::{Value, json};
use testkit::{Client, PLASTICS, Server, path};

use super::{TOWN, add, firm, licence, record_path};

/// The groups of the inbox by kind: kind and number.
async fn inbox(person: &Client<'_>) -> Vec<(String, i64)> {
    let (status, inbox) = person.get("/api/inbox").await;
    assert_eq!(status, StatusCode::OK, "{inbox}");
    let group = |own: &Value| (own["kind"].as_str().unwrap().to_string(), own["number"].as_i64().unwrap());
    inbox["groups"].as_array().unwrap().iter().map(group).collect()
}

fn has(groups: &[(String, i64)], kind: &str) -> i64 {
    groups.iter().find(|(own, _)| own == kind).map_or(0, |(_, number)| *number)
}

#[db_test]
async fn the_inbox_holds_what_waits_for_each_and_nothing_that_is_done(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, TOWN, None).await;
    let row = officer.named(PLASTICS).await;
    let firm = firm(&server, &row).await;
    assert_eq!(has(&inbox(&officer).await, "records_to_verify"), 0);
    let record = licence(&firm, &row, "2038-01-05").await;
    assert_eq!(has(&inbox(&officer).await, "records_to_verify"), 1);
    let (_, list) = officer.get("/api/records?state=entered,changed").await;
    assert_eq!(
        (&list["items"][0]["id"], &list["items"][0]["enterprise_name"]),
        (&record["id"], &json!(PLASTICS))
    );
    let sent = json!({"version": 1, "fields": [{"field": "", "reason": "请上传照片"}]});
    officer.send("POST", &format!("{}/return", record_path(&record)), sent, None).await;
    assert_eq!(has(&inbox(&officer).await, "records_to_verify"), 0);
    assert_eq!(has(&inbox(&firm).await, "returned_records"), 1);
    let mend = json!({"version": 2, "fields": {"note": "已补照片"}});
    assert_eq!(firm.send("PATCH", &record_path(&record), mend, None).await.0, StatusCode::OK);
    assert_eq!(has(&inbox(&firm).await, "returned_records"), 0);
    let seen = json!({"records": [{"id": record["id"], "version": 3}]});
    officer.send("POST", &format!("{}/sections/permit/verify", path(&row)), seen, None).await;
    assert_eq!(has(&inbox(&officer).await, "records_to_verify"), 0);
    assert_eq!(officer.get("/api/records?state=verified").await.0, StatusCode::BAD_REQUEST);
}

#[db_test]
async fn papers_are_called_to_mind_in_time_and_what_stays_overdue_goes_up_the_tiers(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, TOWN, None).await;
    let county = server.person(Role::Officer, "440515", None).await;
    let city = server.person(Role::Officer, "4405", None).await;
    let row = officer.named(PLASTICS).await;
    let firm = firm(&server, &row).await;
    let today = server.app.clock.today();
    for days in [7, 30, 31, 90, 91] {
        licence(&firm, &row, &(today + Days::new(days)).to_string()).await;
    }
    for days in [1, 29, 30, 90] {
        let fields = json!({"kind": "fire", "number": days, "expires_on": today - Days::new(days)});
        assert_eq!(add(&firm, &row, "permit", fields).await.0, StatusCode::CREATED);
    }
    for person in [&officer, &firm] {
        let groups = inbox(person).await;
        let kinds = ["papers_expired", "papers_7", "papers_30", "papers_90"];
        assert_eq!(kinds.map(|kind| has(&groups, kind)), [4, 1, 1, 2], "{groups:?}");
        assert!(groups[0].0 == "papers_expired", "the most pressing comes first");
    }
    assert_eq!(has(&inbox(&county).await, "papers_expired_30"), 2);
    assert_eq!(has(&inbox(&county).await, "papers_7"), 0);
    assert_eq!(has(&inbox(&city).await, "papers_expired_90"), 1);
    let (_, days) = officer.get(&format!("/api/expiries/days?to={}", today + Days::new(60))).await;
    assert_eq!(
        days,
        json!([{"day": today + Days::new(7), "number": 1}, {"day": today + Days::new(30), "number": 1},
        {"day": today + Days::new(31), "number": 1}])
    );
}
