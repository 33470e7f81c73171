//! Reminding whoever has not reported a month: whom, when and by whom is known, and it waits for the enterprise until it has.

use axum::http::StatusCode;
use chrono::Duration;
use db::{Db, db_test};
use kernel::Role;
use serde_json::{Value, json};
use testkit::{Client, PASSWORD, Server};

use super::{TOWN, cast, clock};

const REMIND: &str = "/api/danger-returns/remind";
const MISSING: &str = "/api/danger-returns/missing?month=2026-02&limit=200";

/// What waits for an enterprise of its monthly reports.
async fn waits(who: &Client<'_>) -> Option<Value> {
    let groups = who.get("/api/inbox").await.1["groups"].clone();
    groups.as_array().unwrap().iter().find(|own| own["kind"] == "danger_return_reminded").cloned()
}

#[db_test]
async fn who_has_not_reported_is_reminded_at_once_and_finds_it_in_the_inbox_until_it_has(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    let beside = "企业名称,统一社会信用代码,注册日期,企业类型,法人代表,注册资金,注册地址,经营范围\n\
        汕头市澄海区莲下五金厂,N/A,2001/7/3,N/A,林某,N/A,汕头市澄海区莲下镇立德工业区2号,制造：五金制品\n";
    assert_eq!(server.take(beside).await.created, 1);
    let missing = own.officer.get(MISSING).await.1["items"].as_array().unwrap().clone();
    assert!(missing.len() > 1 && missing.iter().all(|row| row["reminded_at"].is_null()));
    assert_eq!(waits(&own.firm).await, None, "nobody was reminded yet");

    let body = json!({"region": TOWN, "month": "2026-02"});
    let (status, made) = own.officer.send("POST", REMIND, body.clone(), Some("one")).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    assert_eq!(
        (&made[0]["number"], &made[0]["town"], &made[0]["created_by_name"]),
        (&json!(missing.len()), &json!(TOWN), &json!("监管员甲"))
    );
    assert_eq!(
        own.officer.send("POST", REMIND, body.clone(), Some("one")).await.1,
        made,
        "one click, one reminder"
    );
    let (status, told) = own.officer.send("POST", REMIND, body.clone(), None).await;
    assert_eq!((status, &told["code"]), (StatusCode::CONFLICT, &json!("danger_return.reminded")));
    let why = told["detail"].as_str().unwrap();
    assert!(why.contains("今天 09:00 监管员甲已经催报过 2026-02 的月报"), "{why}");

    let now = own.officer.get(MISSING).await.1["items"].as_array().unwrap().clone();
    for row in &now {
        assert_eq!(
            (&row["reminded_at"], &row["reminded_by_name"]),
            (&json!("2026-03-02T01:00:00Z"), &json!("监管员甲")),
            "{row}"
        );
    }
    let waiting = waits(&own.firm).await.unwrap();
    assert_eq!((&waiting["urgency"], &waiting["number"]), (&json!("overdue"), &json!(1)));
    assert_eq!(
        (&waiting["tasks"][0]["title"], &waiting["tasks"][0]["link"]),
        (&json!("报送 2026-02 隐患月报：没有查出隐患也要报"), &json!("/danger-returns?month=2026-02"))
    );
    let subtitle = waiting["tasks"][0]["subtitle"].as_str().unwrap();
    assert!(subtitle.contains("2026-03-02 监管员甲 催报"), "{subtitle}");
    assert_eq!(waits(&own.officer).await, None, "an office owes no report");

    // reported is done; the next day whoever is left can be reminded again, and no other
    let url = format!("/api/enterprises/4405/{}/danger-return", own.row["id"].as_str().unwrap());
    let zero = json!({"month": "2026-02", "general_found": 0, "general_mended": 0, "major_found": 0, "major_mended": 0});
    assert_eq!(own.firm.send("PUT", &url, zero, None).await.0, StatusCode::OK);
    assert_eq!(waits(&own.firm).await, None);
    server.app.clock.advance(Duration::days(1));
    let officer = server.sign_in(&format!("officer-{TOWN}"), PASSWORD).await;
    let (status, again) = officer.send("POST", REMIND, body, None).await;
    assert_eq!((status, &again[0]["number"]), (StatusCode::CREATED, &json!(missing.len() - 1)), "{again}");
    let firm = server.sign_in(&format!("enterprise-{TOWN}"), PASSWORD).await;
    assert_eq!(waits(&firm).await, None);
    let auditor = server.person(Role::Audit, "440515", None).await;
    let trail = auditor.get("/api/audit?subject=danger_return_reminder").await.1;
    assert_eq!(trail["items"].as_array().unwrap().len(), 2, "{trail}");
}

#[db_test]
async fn only_officers_and_clerks_of_a_county_or_town_remind_and_only_within_it(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    let body = json!({"region": TOWN, "month": "2026-02"});
    let leader = server.person(Role::Leader, "440515", None).await;
    for who in [&leader, &own.firm] {
        assert_eq!(who.send("POST", REMIND, body.clone(), None).await.0, StatusCode::FORBIDDEN);
    }
    let elsewhere = server.person(Role::Officer, "440511015", None).await;
    assert_eq!(elsewhere.send("POST", REMIND, body.clone(), None).await.0, StatusCode::NOT_FOUND);
    let city = server.person(Role::Officer, "4405", None).await;
    let (status, told) = city.send("POST", REMIND, json!({"month": "2026-02"}), None).await;
    assert_eq!(
        (status, &told["errors"][0]["pointer"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("/region"))
    );
    let later = json!({"region": TOWN, "month": "2026-04"});
    assert_eq!(own.officer.send("POST", REMIND, later, None).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(waits(&own.firm).await, None, "none of these reminded anybody");
    // the county reminds all of its towns, a town beside it its own
    let clerk = server.person(Role::Clerk, "440515", None).await;
    assert_eq!(clerk.send("POST", REMIND, json!({"month": "2026-02"}), None).await.0, StatusCode::CREATED);
    assert!(waits(&own.firm).await.is_some());
    assert_eq!(own.officer.send("POST", REMIND, body, None).await.0, StatusCode::CREATED);
    let waiting = waits(&own.firm).await.unwrap();
    assert_eq!(waiting["number"], json!(1), "one month is asked for once, whoever asked: {waiting}");
}
