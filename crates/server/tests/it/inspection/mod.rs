//! Inspections over HTTP: visits, documents, plans and penalties, with the office that they share.

mod issuing;
mod joint;
pub(crate) mod paper;
pub(crate) mod penalty;
mod plan;
mod visits;
mod waiting;

use axum::http::StatusCode;
use kernel::Role;
use serde_json::{Value, json};
use testkit::{Client, PLASTICS, Server, path};

const TOWN: &str = "440515102";
pub(crate) const COUNTY: &str = "440515";
/// A signature of 120 by 40 pixels.
pub(crate) const DRAWN: &str = concat!(
    "data:image/png;base64,",
    "iVBORw0KGgoAAAANSUhEUgAAAHgAAAAoAQAAAAAdkQOIAAAA0klEQVR42sXRMQ4CIRAF0DUWduIN5iImnMkLiInFlnsEr2JiQekVNBS2S2woCN+/swblAMYl2fDIMDNAh/br/uFl67JonXetU+Lv7KrHzPnBVsfJa6kOxaKIYaCpzrYHbiu1hyA7D1z82yckBKCf918x0HcwTD1wJXIwDW0Z7RmdmHO24DHZJTdZOAIjshu1H+G2J11sVA90ZE5ImM3uE9it6dVXNUsfjdrz9HnPUmdRP+iypUerDkxbNq7eV4zf195hnMpcPk6r9j2yaV3kl+//Ah2RIkMYCSiwAAAAAElFTkSuQmCC"
);

pub(crate) async fn made(person: &Client<'_>, url: &str, body: Value) -> Value {
    let (status, answer) = person.send("POST", url, body, None).await;
    assert!(status.is_success(), "{url}: {status} {answer}");
    answer
}

pub(crate) async fn refused(person: &Client<'_>, url: &str, body: Value) -> (StatusCode, String, String) {
    let (status, answer) = person.send("POST", url, body, None).await;
    (
        status,
        answer["code"].as_str().unwrap_or_default().into(),
        answer["detail"].as_str().unwrap_or_default().into(),
    )
}

/// An agency, and two officers of it with cards to that day.
pub(crate) async fn office(
    system: &Client<'_>,
    region: &str,
    kind: &str,
    name: &str,
    to: &str,
) -> (Value, Vec<Value>) {
    let agency = made(system, "/api/agencies", json!({"region": region, "name": name, "kind": kind})).await;
    let mut cards = Vec::new();
    for (person, at) in [("张三", 1), ("李四", 2)] {
        let card = json!({"city": "4405", "agency": agency["id"], "name": person, "number": format!("粤{name}{at}"),
            "valid_from": "2020-01-01", "valid_to": to});
        cards.push(made(system, "/api/officer-cards", card).await["id"].clone());
    }
    (agency, cards)
}

/// The register, and a bureau of the county: its administrator, an officer, and the cards of two.
pub(crate) async fn bureau(server: &Server) -> (Client<'_>, Client<'_>, Vec<Value>) {
    server.register().await;
    let system = server.person(Role::System, COUNTY, None).await;
    let officer = server.person(Role::Officer, COUNTY, None).await;
    let (_, cards) = office(&system, COUNTY, "bureau", "澄海区应急管理局", "2099-12-31").await;
    (system, officer, cards)
}

pub(crate) fn own(document: &Value, what: &str) -> String {
    format!("/api/enforcement-documents/4405/{}{what}", document["id"].as_str().unwrap())
}

/// A visit with two findings, signed by all.
pub(crate) async fn visited(officer: &Client<'_>, cards: &[Value]) -> Value {
    let row = officer.named(PLASTICS).await;
    // what a document names of the enterprise
    let change = json!({"version": row["version"], "changes": {"legal_person": "陈一", "legal_person_phone": "0754-88880001",
        "address": "莲下镇工业区1号"}});
    let (status, row) = officer.send("PATCH", &path(&row), change, None).await;
    assert_eq!(status, StatusCode::OK, "{row}");
    let visit =
        made(officer, &format!("{}/visits", path(&row)), json!({"place": "注塑车间", "cards": cards})).await;
    let place = format!("/api/visits/4405/{}", visit["id"].as_str().unwrap());
    made(
        officer,
        &format!("{place}/findings"),
        json!({"item": "site-03", "content": "3号注塑机防护罩缺失", "place": "注塑车间"}),
    )
    .await;
    made(officer, &format!("{place}/findings"), json!({"content": "灭火器过期"})).await;
    let sign = json!({"drawing": DRAWN});
    let due = (chrono::Utc::now() + chrono::Duration::days(20)).date_naive().to_string();
    let end = json!({"version": 3, "checklist": {"site-03": "unmet", "basic-01": "met"}, "officer_one": sign, "officer_two": sign,
        "enterprise": {"refused": "负责人不在场，拒绝签名"}, "due_on": due});
    let end = made(officer, &format!("{place}/finish"), end).await;
    assert_eq!(end["state"], "finished");
    json!({"path": place, "row": row})
}

/// The danger that a finding became.
pub(crate) async fn danger(officer: &Client<'_>, finding: &Value) -> Value {
    officer.get(&format!("/api/dangers/4405/{}", finding["danger"].as_str().unwrap())).await.1
}

pub(crate) async fn draft(officer: &Client<'_>, visit: &Value, more: Value) -> Value {
    made(officer, &format!("{}/documents", visit["path"].as_str().unwrap()), more).await
}

pub(crate) fn soon(server: &Server) -> String {
    (server.app.clock.today() + chrono::Duration::days(15)).to_string()
}
