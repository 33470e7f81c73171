//! Intermediaries over HTTP: bound to those who engaged them, while they are engaged.

use axum::http::StatusCode;
use chrono::Duration;
use db::{Db, db_test};
use kernel::Role;
use serde_json::json;
use testkit::Server;

#[db_test]
async fn an_intermediary_reads_those_who_engaged_it_while_they_do(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let clerk = server.person(Role::Clerk, "4405", None).await;
    let plastics = clerk.named("汕头市澄海区测试塑料厂").await;
    let trade = clerk.named("汕头市测试贸易有限公司").await;
    let path = |row: &serde_json::Value| format!("/api/enterprises/4405/{}", row["id"].as_str().unwrap());
    let id = plastics["id"].as_str().unwrap().parse().unwrap();
    let firm = server.person(Role::Enterprise, "440515102", Some(id)).await;
    let officer = server.person(Role::Officer, "440515102", None).await;
    let agency = server.person(Role::Intermediary, "4405", None).await;
    let other = server.person(Role::Intermediary, "440515", None).await;
    assert_eq!(agency.get("/api/enterprises").await.1["items"], json!([]));
    assert_eq!(agency.get(&path(&plastics)).await.0, StatusCode::NOT_FOUND);
    let today = server.app.clock.today();
    let new = |login: &str| json!({"login": login, "service": "evaluation", "valid_to": today + Duration::days(30), "document": "合同〔2026〕1号"});
    let engage = |row| format!("{}/engagements", path(row));
    // the enterprise for itself only, the officer for the own area only
    assert_eq!(
        firm.send("POST", &engage(&trade), new("intermediary-4405"), None).await.0,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        officer.send("POST", &engage(&trade), new("intermediary-4405"), None).await.0,
        StatusCode::NOT_FOUND
    );
    let (_, unknown) = firm.send("POST", &engage(&plastics), new("officer-440515102"), None).await;
    assert_eq!(unknown["code"], "intermediary.unknown");
    let (status, made) = firm.send("POST", &engage(&plastics), new("intermediary-4405"), None).await;
    assert_eq!((status, &made["service_label"]), (StatusCode::CREATED, &json!("安全评价")), "{made}");
    assert_eq!(
        officer.send("POST", &engage(&plastics), new("intermediary-440515"), None).await.0,
        StatusCode::CREATED
    );
    // one enterprise, in lists, counts and by itself; another's engagements stay unseen
    let (_, list) = agency.get("/api/enterprises").await;
    assert_eq!((list["items"].as_array().unwrap().len(), &list["items"][0]["id"]), (1, &plastics["id"]));
    assert_eq!(agency.get("/api/enterprises/count").await.1, json!({"total": 1}));
    assert_eq!(agency.get(&path(&plastics)).await.0, StatusCode::OK);
    assert_eq!(agency.get(&path(&trade)).await.0, StatusCode::NOT_FOUND);
    // as it is now: what was before the engagement is for those in charge
    let then = format!("{}?as_of=2999-01-01T00:00:00Z", path(&plastics));
    let (status, refused) = agency.get(&then).await;
    assert_eq!((status, &refused["code"]), (StatusCode::FORBIDDEN, &json!("auth.past")), "{refused}");
    assert_eq!((officer.get(&then).await.0, firm.get(&then).await.0), (StatusCode::OK, StatusCode::OK));
    let change = json!({"version": 1, "changes": {"grid": "1"}});
    assert_eq!(agency.send("PATCH", &path(&plastics), change, None).await.0, StatusCode::FORBIDDEN);
    assert_eq!(agency.get("/api/engagements").await.1["items"].as_array().unwrap().len(), 1);
    assert_eq!(firm.get("/api/engagements").await.1["items"].as_array().unwrap().len(), 2);
    // the officer ends it, and it is over at once
    let end = format!("/api/engagements/4405/{}/end", made["id"].as_str().unwrap());
    assert_eq!(officer.send("POST", &end, json!({"version": 9}), None).await.0, StatusCode::CONFLICT);
    let (status, ended) = officer.send("POST", &end, json!({"version": 1}), None).await;
    assert_eq!((status, &ended["holds"]), (StatusCode::OK, &json!(false)), "{ended}");
    assert_eq!(agency.get(&path(&plastics)).await.0, StatusCode::NOT_FOUND);
    assert_eq!(other.get(&path(&plastics)).await.0, StatusCode::OK);
    let auditor = server.person(Role::Audit, "4405", None).await;
    let (_, trail) = auditor.get("/api/audit?subject=engagement").await;
    assert_eq!(trail["items"].as_array().unwrap().len(), 3, "{trail}");
}
