//! Documents as the enterprise has them: what was served to it, and nothing of the agency's own papers or of anybody else.

use axum::http::StatusCode;
use db::{Db, db_test};
use kernel::Role;
use serde_json::{Value, json};
use testkit::{Client, PLASTICS, Server, TRADE};

use crate::{
    inspection::paper::printed,
    inspection::penalty::{facts, opened},
    inspection::{bureau, draft, made, own, soon, visited},
};

const LIST: &str = "/api/served-documents";

fn of(document: &Value, what: &str) -> String {
    format!("{LIST}/4405/{}{what}", document["id"].as_str().unwrap())
}

/// The accounts of the enterprise and of another one.
async fn firms(server: &Server) -> (Client<'_>, Client<'_>) {
    let clerk = server.person(Role::Clerk, "4405", None).await;
    let mut accounts = Vec::new();
    for name in [PLASTICS, TRADE] {
        let row = clerk.named(name).await;
        let (town, id) = (row["town"].as_str().unwrap(), row["id"].as_str().unwrap().parse().unwrap());
        accounts.push(server.person(Role::Enterprise, town, Some(id)).await);
    }
    let other = accounts.pop().unwrap();
    (accounts.pop().unwrap(), other)
}

/// The names of what was served, the latest first.
async fn names(firm: &Client<'_>) -> Vec<String> {
    let (status, list) = firm.get(LIST).await;
    assert_eq!(status, StatusCode::OK, "{list}");
    list["items"].as_array().unwrap().iter().map(|own| own["name"].as_str().unwrap().to_string()).collect()
}

async fn waits(firm: &Client<'_>) -> String {
    let groups = firm.get("/api/inbox").await.1["groups"].clone();
    let own = groups.as_array().unwrap().iter().find(|group| group["kind"] == "documents_served");
    own.map(|group| group["tasks"][0]["title"].as_str().unwrap().trim().to_string()).unwrap_or_default()
}

#[db_test]
async fn an_enterprise_reads_what_was_served_to_it_and_its_inbox_says_so_until_it_has(db: Db) {
    let server = Server::new(db).await;
    let (_, officer, cards) = bureau(&server).await;
    let (firm, other) = firms(&server).await;
    let visit = visited(&officer, &cards).await;
    draft(&officer, &visit, json!({"form": "inspection_record"})).await;
    let order = draft(&officer, &visit, json!({"form": "correction_order", "due_on": soon(&server)})).await;
    let order = made(&officer, &own(&order, "/issue"), json!({"version": 1})).await;
    assert!(names(&firm).await.is_empty(), "a draft, and what is not served yet, are the agency's");
    assert_eq!(firm.get(&of(&order, "")).await.0, StatusCode::NOT_FOUND);
    let served = json!({"version": 2, "served_on": order["issued_on"], "service": "直接送达，陈一签收"});
    made(&officer, &own(&order, "/serve"), served).await;

    assert_eq!(names(&firm).await, ["责令限期整改指令书"]);
    assert_eq!(waits(&firm).await, format!("责令限期整改指令书 {}", order["number"].as_str().unwrap()));
    let (status, seen) = firm.get(&of(&order, "")).await;
    assert_eq!(status, StatusCode::OK, "{seen}");
    assert_eq!((&seen["number"], &seen["due_on"]), (&order["number"], &order["due_on"]));
    assert!(seen["fields"].to_string().contains("3号注塑机防护罩缺失"), "{seen}");
    let danger = format!("/api/dangers/4405/{}", seen["dangers"][0]["danger"].as_str().unwrap());
    assert_eq!(firm.get(&danger).await.0, StatusCode::OK);
    assert_eq!(waits(&firm).await, "");
    let (_, _, paper) = firm.file(&of(&order, "/print")).await;
    assert!(printed("served-order", &paper).contains(order["number"].as_str().unwrap()));
    let (_, shown) = officer.get(&own(&order, "")).await;
    assert!(shown["opened_at"].is_string(), "{shown}");

    // another enterprise knows of none of it, and nobody reads the agency's pages
    assert!(names(&other).await.is_empty());
    for what in ["", "/print"] {
        assert_eq!(other.get(&of(&order, what)).await.0, StatusCode::NOT_FOUND);
        assert_eq!(officer.get(&of(&order, what)).await.0, StatusCode::FORBIDDEN);
        assert_eq!(firm.get(&own(&order, what)).await.0, StatusCode::FORBIDDEN);
    }
    // what is taken back stays, and says so
    let version = shown["version"].clone();
    made(&officer, &own(&order, "/withdraw"), json!({"version": version, "reason": "期限写错"})).await;
    let (_, seen) = firm.get(&of(&order, "")).await;
    assert_eq!((&seen["state"], &seen["reason"]), (&json!("withdrawn"), &json!("期限写错")));
}

#[db_test]
async fn of_a_penalty_the_enterprise_reads_what_is_addressed_to_it_and_no_paper_of_the_agency(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let mut case = opened(&server, facts()).await;
    let (firm, other) = firms(&server).await;
    let filed = case.issue("filing", json!({}), json!({})).await;
    let notice = case.issue("inquiry_notice", json!({}), json!({})).await;
    case.issue("inquiry_record", json!({}), json!({})).await;
    let report = case.issue("investigation_report", json!({}), json!({})).await;
    let panel = case.issue("panel_record", json!({}), json!({})).await;
    let today = server.app.clock.today().to_string();
    assert!(names(&firm).await.is_empty());
    case.served(&notice, &today).await;
    let told = case.issue("hearing_right_notice", json!({}), json!({})).await;
    case.served(&told, &today).await;

    assert_eq!(names(&firm).await, ["行政处罚听证告知书", "询问通知书"]);
    let (status, seen) = firm.get(&of(&told, "")).await;
    assert_eq!((status, &seen["number"]), (StatusCode::OK, &told["number"]), "{seen}");
    let (_, _, paper) = firm.file(&of(&told, "/print")).await;
    assert!(printed("served-notice", &paper).contains("听证"));
    for hidden in [&filed, &report, &panel] {
        assert_eq!(firm.get(&of(hidden, "")).await.0, StatusCode::NOT_FOUND);
        assert_eq!(firm.get(&of(hidden, "/print")).await.0, StatusCode::NOT_FOUND);
    }
    assert_eq!(other.get(&of(&told, "")).await.0, StatusCode::NOT_FOUND);
    assert_eq!(waits(&firm).await, format!("询问通知书 {}", notice["number"].as_str().unwrap()));
}

#[db_test]
async fn what_is_served_to_a_person_of_the_enterprise_is_not_shown_to_the_enterprise(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let more = json!({"procedure": "simple", "party": "person", "person_name": "陈二", "fine": 10_000,
        "facts": "未佩戴劳动防护用品。", "evidence": "现场照片。", "duty": "《安全生产法》第五十七条", "basis": "《安全生产法》第一百零七条"});
    let mut case = opened(&server, more).await;
    let (firm, _) = firms(&server).await;
    let decision = case.issue("on_spot_decision_person", json!({}), json!({})).await;
    assert!(decision["served_on"].is_string(), "{decision}");
    assert!(names(&firm).await.is_empty());
    assert_eq!(firm.get(&of(&decision, "")).await.0, StatusCode::NOT_FOUND);
}
