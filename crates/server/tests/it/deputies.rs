//! Deputies over HTTP: they act for somebody else from a day and until a day, and the trail says so.

use axum::http::StatusCode;
use chrono::{Duration, TimeZone, Utc};
use db::{Db, db_test};
use kernel::{Clock, Role};
use serde_json::{Value, json};
use testkit::{Client, PASSWORD, Server};

async fn server(db: Db) -> Server {
    Server::at(db, Clock::fixed(Utc.with_ymd_and_hms(2026, 3, 2, 1, 0, 0).unwrap())).await
}

async fn id(client: &Client<'_>) -> Value {
    client.get("/api/session").await.1["account"]["id"].clone()
}

fn march(login: &str) -> Value {
    json!({"login": login, "valid_from": "2026-03-02", "valid_to": "2026-03-09", "document": "汕应急办〔2026〕3号"})
}

async fn act(client: &Client<'_>, on_behalf: &Value) -> (StatusCode, Value) {
    client.send("PATCH", "/api/session", json!({"on_behalf": on_behalf}), None).await
}

#[db_test]
async fn a_deputy_acts_for_somebody_until_the_day_comes_and_the_trail_names_both(db: Db) {
    let server = server(db).await;
    server.register().await;
    let chief = server.person(Role::Officer, "440515102", None).await;
    let deputy = server.person(Role::Leader, "440511015", None).await;
    let plastics = chief.named("汕头市澄海区测试塑料厂").await;
    let path = format!("/api/enterprises/4405/{}", plastics["id"].as_str().unwrap());
    let change = |version: i64, grid: &str| json!({"version": version, "changes": {"grid": grid}});
    assert_eq!(act(&deputy, &id(&chief).await).await.1["code"], "deputy.none");
    let (status, named) = chief.send("POST", "/api/deputies", march("leader-440511015"), None).await;
    assert_eq!((status, &named[0]["account_name"]), (StatusCode::CREATED, &json!("领导甲")), "{named}");
    // named, but still acting for oneself
    assert_eq!(deputy.send("PATCH", &path, change(1, "一"), None).await.0, StatusCode::FORBIDDEN);
    let (_, own) = deputy.get("/api/session").await;
    assert_eq!(own["stands_in_for"][0]["name"], "监管员甲", "{own}");
    let (status, acting) = act(&deputy, &id(&chief).await).await;
    assert_eq!((status, &acting["grants"][0]["region"]), (StatusCode::OK, &json!("440515102")), "{acting}");
    assert_eq!(acting["region"]["code"], "440515102");
    let (status, changed) = deputy.send("PATCH", &path, change(1, "一"), None).await;
    assert_eq!(status, StatusCode::OK, "{changed}");
    let (_, history) = deputy.get(&format!("{path}/history")).await;
    assert!(history.to_string().contains("领导甲（代监管员甲）"), "{history}");
    let auditor = server.person(Role::Audit, "4405", None).await;
    let (_, trail) = auditor.get("/api/audit?subject=enterprise&action=update").await;
    let entry = &trail["items"][0];
    assert_eq!((&entry["actor"], &entry["on_behalf"]), (&id(&deputy).await, &id(&chief).await), "{entry}");
    // back to oneself, and to the other again
    assert_eq!(act(&deputy, &Value::Null).await.1["grants"][0]["region"], "440511015");
    assert_eq!(deputy.get(&path).await.0, StatusCode::NOT_FOUND);
    act(&deputy, &id(&chief).await).await;
    // it ends by itself, in an open session too
    for _ in 0..16 {
        server.app.clock.advance(Duration::hours(11));
        assert_eq!(deputy.get("/api/session").await.0, StatusCode::OK);
        if server.app.clock.today().to_string().as_str() >= "2026-03-08" {
            break;
        }
    }
    assert_eq!(deputy.get(&path).await.0, StatusCode::OK);
    server.app.clock.advance(Duration::hours(11));
    deputy.get("/api/session").await;
    server.app.clock.advance(Duration::hours(11));
    let deputy = server.sign_in("leader-440511015", PASSWORD).await;
    let (_, session) = deputy.get("/api/session").await;
    assert_eq!(
        (&session["on_behalf"], session["stands_in_for"].as_array().unwrap().len()),
        (&Value::Null, 0)
    );
    assert_eq!(act(&deputy, &entry["on_behalf"]).await.1["code"], "deputy.none");
}

#[db_test]
async fn standing_in_ends_with_the_grant_the_account_or_the_word_of_either(db: Db) {
    let server = server(db).await;
    server.register().await;
    let security = server.person(Role::Security, "4405", None).await;
    let chief = server.person(Role::Clerk, "440515", None).await;
    let deputy = server.person(Role::Leader, "440511015", None).await;
    let (chief_id, deputy_id) = (id(&chief).await, id(&deputy).await);
    let account = format!("/api/accounts/{}", chief_id.as_str().unwrap());
    let named = march("leader-440511015");
    let (status, seen) = security.send("POST", &format!("{account}/deputies"), named.clone(), None).await;
    assert_eq!((status, &seen["deputies"][0]["account"]), (StatusCode::CREATED, &deputy_id), "{seen}");
    let twice = security.send("POST", &format!("{account}/deputies"), named.clone(), None).await;
    assert_eq!(twice.1["code"], "deputy.twice");
    assert_eq!(act(&deputy, &chief_id).await.0, StatusCode::OK);
    assert_eq!(deputy.get("/api/enterprises/count").await.1, json!({"total": 1}));
    // the grant goes, and with it what the deputy had through it
    let grant = seen["grants"][0]["id"].as_str().unwrap();
    security.send("DELETE", &format!("{account}/grants/{grant}"), Value::Null, None).await;
    assert_eq!(deputy.get("/api/enterprises/count").await.0, StatusCode::FORBIDDEN);
    let back = json!({"role": "clerk", "region": "440515", "document": "委托书〔2026〕8号"});
    let (_, seen) = security.send("POST", &format!("{account}/grants"), back, None).await;
    assert_eq!(seen["grants"][0]["document"], "委托书〔2026〕8号");
    assert_eq!(deputy.get("/api/enterprises/count").await.0, StatusCode::OK);
    assert_eq!(chief.get("/api/session").await.1["grants"][0]["document"], "委托书〔2026〕8号");
    // the deputy declines
    let own = format!("/api/deputies/{}", seen["deputies"][0]["id"].as_str().unwrap());
    assert_eq!(deputy.send("DELETE", &own, Value::Null, None).await.0, StatusCode::NO_CONTENT);
    assert_eq!(deputy.get("/api/session").await.1["on_behalf"], Value::Null);
    // and is named again, until the account is out of use
    security.send("POST", &format!("{account}/deputies"), named, None).await;
    assert_eq!(act(&deputy, &chief_id).await.0, StatusCode::OK);
    let off = json!({"version": seen["version"], "disabled": true});
    assert_eq!(security.send("PATCH", &account, off, None).await.0, StatusCode::OK);
    assert_eq!(deputy.get("/api/enterprises?region=440515").await.0, StatusCode::NOT_FOUND);
}

#[db_test]
async fn nobody_passes_it_on_or_gathers_duties_by_standing_in(db: Db) {
    let server = server(db).await;
    let security = server.person(Role::Security, "4405", None).await;
    let auditor = server.person(Role::Audit, "4405", None).await;
    let chief = server.person(Role::Officer, "440515", None).await;
    let deputy = server.person(Role::Leader, "440515", None).await;
    let name =
        async |by: &Client<'_>, login: &str| by.send("POST", "/api/deputies", march(login), None).await.1;
    assert_eq!(name(&chief, "officer-440515").await["code"], "deputy.unknown", "not oneself");
    assert_eq!(name(&chief, "nobody").await["code"], "deputy.unknown");
    let mut long = march("leader-440515");
    long["valid_to"] = json!("2027-04-01");
    assert_eq!(chief.send("POST", "/api/deputies", long, None).await.1["code"], "dates.range");
    name(&chief, "leader-440515").await;
    act(&deputy, &id(&chief).await).await;
    assert_eq!(name(&deputy, "audit-4405").await["code"], "deputy.passed_on");
    assert_eq!(name(&security, "audit-4405").await["code"], "grant.duties");
    assert_eq!(name(&auditor, "security-4405").await["code"], "grant.duties");
    // who stands in for the security administrator gets no other duty, nor keeps an account of the two
    act(&deputy, &Value::Null).await;
    assert!(name(&security, "leader-440515").await.is_array());
    assert_eq!(name(&auditor, "leader-440515").await["code"], "grant.duties");
    act(&deputy, &id(&security).await).await;
    for own in [id(&deputy).await, id(&security).await] {
        let path = format!("/api/accounts/{}/grants", own.as_str().unwrap());
        let (_, problem) = deputy.send("POST", &path, json!({"role": "clerk", "region": "4405"}), None).await;
        assert_eq!(problem["code"], "account.own");
    }
    let path = format!("/api/accounts/{}/grants", id(&chief).await.as_str().unwrap());
    let (status, given) =
        deputy.send("POST", &path, json!({"role": "clerk", "region": "440515"}), None).await;
    assert_eq!(status, StatusCode::CREATED, "{given}");
    let other = server.person(Role::Security, "440515", None).await;
    assert_eq!(name(&other, "audit-4405").await["code"], "grant.duties");
    let (_, why) = deputy.get("/api/why?operation=verify_enterprise&region=440515").await;
    assert_eq!(why["allowed"], true);
    assert!(
        why["reasons"].to_string().contains("以「领导甲（代监管员甲）」的身份（2026-03-09 前有效）"),
        "{why}"
    );
}

#[db_test]
async fn what_a_deputy_asks_for_is_done_as_the_deputy(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let chief = server.person(Role::Clerk, "440515", None).await;
    let deputy = server.person(Role::Audit, "440511", None).await;
    let until = server.app.clock.today() + Duration::days(3);
    let named = json!({"login": "audit-440511", "valid_to": until});
    assert_eq!(chief.send("POST", "/api/deputies", named, None).await.0, StatusCode::CREATED);
    act(&deputy, &id(&chief).await).await;
    let _workers = server.work().await;
    let wanted = json!({"query": {}, "columns": ["name"], "format": "csv"});
    let (status, asked) = deputy.send("POST", "/api/exports", wanted, None).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{asked}");
    let path = format!("/api/jobs/{}", asked["job"].as_str().unwrap());
    let done = loop {
        let (_, job) = deputy.get(&path).await;
        if !["waiting", "running"].contains(&job["state"].as_str().unwrap()) {
            break job;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    };
    assert_eq!(done["state"], "done", "{done}");
    act(&deputy, &Value::Null).await;
    let (_, trail) = server.person(Role::Audit, "4405", None).await.get("/api/audit?action=export").await;
    assert_eq!(trail["items"][0]["actor_name"], "审计员甲（代业务人员甲）", "{trail}");
}
