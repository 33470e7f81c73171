//! Major hazard sources over HTTP: identified at entry, filed at the county, identified anew when something changes.

use axum::http::StatusCode;
use chrono::{Duration, TimeZone, Utc};
use db::{Db, db_test};
use kernel::{Clock, Role};
use serde_json::{Value, json};
use testkit::{Client, PASSWORD, PLASTICS, Server, percent};

const TOWN: &str = "440515102";

/// The second of March 2026, a Monday, nine in the morning.
pub(crate) fn clock() -> Clock {
    Clock::fixed(Utc.with_ymd_and_hms(2026, 3, 2, 1, 0, 0).unwrap())
}

pub(crate) struct Cast<'a> {
    pub(crate) row: Value,
    town: Client<'a>,
    pub(crate) county: Client<'a>,
    pub(crate) firm: Client<'a>,
}

pub(crate) async fn cast(server: &Server) -> Cast<'_> {
    server.register().await;
    let town = server.person(Role::Officer, TOWN, None).await;
    let county = server.person(Role::Officer, "440515", None).await;
    let row = town.named(PLASTICS).await;
    let id = row["id"].as_str().unwrap().parse().unwrap();
    let firm = server.person(Role::Enterprise, TOWN, Some(id)).await;
    Cast { row, town, county, firm }
}

/// 100 t of liquid chlorine among 60 people: R = 1.5 × 4 × 100 / 5 = 120, grade 1.
pub(crate) fn chlorine(row: &Value) -> Value {
    json!({
        "city": "4405", "enterprise": row["id"], "name": "液氯库", "category": "chemical", "population": 60,
        "units": [{"name": "液氯钢瓶库", "kind": "storage", "substances": [{"name": "液氯", "quantity_t": "100"}]}],
        "declared_grade": 2, "location": "厂区西北角", "longitude": 116.7201, "latitude": 23.4501,
        "assessed_on": "2026-02-20",
        "persons": [
            {"duty": "principal", "name": "陈总", "phone": "10000000001"},
            {"duty": "technical", "name": "林工"},
            {"duty": "operation", "name": "黄班长"}
        ]
    })
}

fn source_url(view: &Value) -> String {
    format!("/api/hazard-sources/4405/{}", view["source"]["id"].as_str().unwrap())
}

fn filing_url(view: &Value) -> String {
    format!("/api/hazard-filings/4405/{}", view["case"]["id"].as_str().unwrap())
}

pub(crate) async fn entered(who: &Client<'_>, body: Value) -> Value {
    let (status, view) = who.send("POST", "/api/hazard-sources", body, None).await;
    assert_eq!(status, StatusCode::CREATED, "{view}");
    view
}

async fn changed(who: &Client<'_>, view: &Value, mut body: Value) -> Value {
    body["version"] = view["source"]["version"].clone();
    let (status, after) = who.send("PUT", &source_url(view), body, None).await;
    assert_eq!(status, StatusCode::OK, "{after}");
    after
}

pub(crate) fn papers(names: &Value) -> Value {
    let each = names.as_array().unwrap().iter().map(|name| json!({"name": name, "note": "已附纸质件"}));
    Value::Array(each.collect())
}

pub(crate) async fn handed_in(who: &Client<'_>, view: &Value) -> Value {
    let body = json!({"version": view["source"]["version"], "kind": "filing", "materials": papers(&view["documents"])});
    let (status, filing) = who.send("POST", &format!("{}/filings", source_url(view)), body, None).await;
    assert_eq!(status, StatusCode::CREATED, "{filing}");
    filing
}

async fn step(who: &Client<'_>, filing: &Value, step: &str, mut body: Value) -> Value {
    body["version"] = filing["case"]["version"].clone();
    let (status, after) = who.send("POST", &format!("{}/{step}", filing_url(filing)), body, None).await;
    assert_eq!(status, StatusCode::OK, "{step}: {after}");
    after
}

async fn waits(who: &Client<'_>) -> String {
    who.get("/api/inbox").await.1.to_string()
}

#[db_test]
async fn a_source_is_identified_at_entry_with_every_step_and_its_grade_stands_beside_the_declared_one(
    db: Db,
) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    let view = entered(&own.firm, chlorine(&own.row)).await;
    let source = &view["source"];
    assert_eq!(
        (&source["is_major"], &source["grade"], &source["r"], &source["edition"]),
        (&json!(true), &json!(1), &json!("120"), &json!("GB 18218-2018"))
    );
    assert_eq!((&source["declared_grade"], &source["differs"]), (&json!(2), &json!(true)));
    let steps = view["units"][0]["outcome"]["explanation"].as_array().unwrap();
    assert!(steps.iter().any(|step| step["text"].as_str().unwrap().contains("120")), "{steps:?}");
    assert_eq!(source["review_on"], json!("2029-02-20"), "three years after the assessment");

    // the archive knows of it, lists count it, the search box finds it by its chemical
    let archive =
        own.town.get(&format!("/api/enterprises/4405/{}/archive", own.row["id"].as_str().unwrap())).await.1;
    let section = archive["completeness"]["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|item| item["section"] == "hazard_source");
    assert_eq!(section.unwrap()["state"], json!("present"), "{archive}");
    assert_eq!(own.county.get("/api/hazard-sources/count?major=yes&grade=1").await.1["total"], json!(1));
    assert_eq!(own.county.get("/api/hazard-sources/figures").await.1["total"]["grades"], json!([1, 0, 0, 0]));
    let found = own.town.get(&format!("/api/search?q={}", percent("液氯"))).await.1.to_string();
    assert!(found.contains("液氯库"), "{found}");
    assert!(waits(&own.firm).await.contains("hazard_unfiled"));
    let indicators = own.county.get("/api/indicators").await.1.to_string();
    assert!(indicators.contains("hazard_sources_grave"), "{indicators}");

    // a boiler goes by the list of 2004; what is none counts for nothing
    let boiler = json!({
        "city": "4405", "enterprise": own.row["id"], "name": "1 号锅炉", "category": "boiler",
        "units": [{"name": "1 号锅炉", "facts": {"boiler": "steam", "pressure_mpa": "1.25", "output_t_h": "4"}}]
    });
    let none = entered(&own.firm, boiler).await;
    assert_eq!(none["source"]["is_major"], json!(false));
    assert_eq!(own.county.get("/api/hazard-sources/count?major=yes").await.1["total"], json!(1));
}

#[db_test]
async fn a_filing_is_sent_back_with_reasons_handed_in_again_accepted_numbered_and_struck_off(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    let view = entered(&own.firm, chlorine(&own.row)).await;
    let lacking = json!({"version": 1, "kind": "filing", "materials": []});
    let (status, problem) =
        own.firm.send("POST", &format!("{}/filings", source_url(&view)), lacking, None).await;
    assert_eq!((status, &problem["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("hazard.materials")));
    let filing = handed_in(&own.firm, &view).await;
    assert_eq!(
        (&filing["case"]["state"], &filing["case"]["due_on"]),
        (&json!("submitted"), &json!("2026-03-09"))
    );
    let again = json!({"version": 2, "kind": "filing", "materials": papers(&view["documents"])});
    let (status, problem) =
        own.firm.send("POST", &format!("{}/filings", source_url(&view)), again, None).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("hazard.filing_open")));

    // the town cannot decide; while the county looks at it nobody changes it
    let body = json!({"version": filing["case"]["version"]});
    let (status, _) = own.town.send("POST", &format!("{}/accept", filing_url(&filing)), body, None).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let mut body = chlorine(&own.row);
    body["version"] = json!(2);
    let (status, problem) = own.firm.send("PUT", &source_url(&view), body, None).await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::CONFLICT, &json!("hazard.under_review")),
        "{problem}"
    );

    let reasons =
        json!({"fields": [{"pointer": "/units/0/substances/0/quantity_t", "reason": "与设计文件不符"}]});
    let filing = step(&own.county, &filing, "return", reasons).await;
    assert_eq!(filing["case"]["waits"], json!("enterprise"));
    let now = own.firm.get(&source_url(&view)).await.1;
    let mut right = chlorine(&own.row);
    right["units"][0]["substances"][0]["quantity_t"] = json!("40");
    right["assessed_on"] = json!("2026-03-01");
    let now = changed(&own.firm, &now, right).await;
    assert_eq!((&now["source"]["grade"], &now["source"]["r"]), (&json!(3), &json!("48")));
    let filing = step(&own.firm, &filing, "resubmit", json!({"materials": papers(&now["documents"])})).await;
    assert_eq!(filing["subject"]["grade"], json!(3), "what was handed in is kept as it was");
    let filing = step(&own.county, &filing, "accept", json!({})).await;
    assert_eq!(filing["case"]["due_on"], json!("2026-04-01"));
    let filing = step(&own.county, &filing, "decide", json!({})).await;
    assert_eq!(
        (&filing["number"], &filing["valid_until"], &filing["case"]["state"]),
        (&json!("BA440515-2026-0001"), &json!("2029-03-01"), &json!("done"))
    );
    let now = own.firm.get(&source_url(&view)).await.1;
    assert_eq!((&now["source"]["state"], &now["source"]["open_filing"]), (&json!("filed"), &Value::Null));

    let body = json!({
        "version": now["source"]["version"], "kind": "cancel", "reason": "停止使用液氯", "materials": papers(&now["cancel_documents"])
    });
    let (status, filing) = own.firm.send("POST", &format!("{}/filings", source_url(&view)), body, None).await;
    assert_eq!(status, StatusCode::CREATED, "{filing}");
    let filing = step(&own.county, &filing, "accept", json!({})).await;
    step(&own.county, &filing, "decide", json!({})).await;
    assert_eq!(own.firm.get(&source_url(&view)).await.1["source"]["state"], json!("cancelled"));
    assert_eq!(own.county.get("/api/hazard-sources/count").await.1["total"], json!(0));
    assert_eq!(own.county.get("/api/hazard-sources/count?state=cancelled").await.1["total"], json!(1));
    let list = own.firm.get(&format!("{}/filings", source_url(&view))).await.1;
    assert_eq!(list.as_array().map(Vec::len), Some(2), "{list}");
}

#[db_test]
async fn a_change_of_quantity_an_event_or_three_years_ask_for_a_new_assessment(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    let view = entered(&own.firm, chlorine(&own.row)).await;
    let mut more = chlorine(&own.row);
    more["units"][0]["id"] = view["units"][0]["id"].clone();
    more["units"][0]["substances"][0]["quantity_t"] = json!("120");
    let now = changed(&own.firm, &view, more.clone()).await;
    assert_eq!(
        (&now["source"]["review_on"], &now["source"]["review_why"], &now["events"][0]["kind"]),
        (&json!("2026-03-02"), &json!("event"), &json!("change"))
    );
    more["assessed_on"] = json!("2026-03-02");
    let now = changed(&own.firm, &now, more).await;
    assert_eq!((&now["source"]["review_on"], &now["events"]), (&json!("2029-03-02"), &json!([])));

    server.app.clock.advance(Duration::days(10));
    let firm = server.sign_in("enterprise-440515102", PASSWORD).await;
    let event =
        json!({"version": now["source"]["version"], "kind": "accident", "on": "2026-03-11", "note": "泄漏"});
    let (status, now) = firm.send("POST", &format!("{}/events", source_url(&view)), event, None).await;
    assert_eq!((status, &now["source"]["review_on"]), (StatusCode::OK, &json!("2026-03-11")), "{now}");
    assert!(waits(&firm).await.contains("发生事故"));
    let settled = json!({"version": now["source"]["version"], "kind": "accident", "on": "2026-03-02"});
    let (status, _) = firm.send("POST", &format!("{}/events", source_url(&view)), settled, None).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "an assessment has settled it");

    server.app.clock.advance(Duration::days(3 * 366));
    let town = server.sign_in("officer-440515102", PASSWORD).await;
    assert!(waits(&town).await.contains("hazard_review_overdue"));
    assert_eq!(town.get("/api/hazard-sources/count?review=overdue").await.1["total"], json!(1));
}

#[db_test]
async fn what_lies_within_500_metres_is_told_and_nothing_farther(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    let view = entered(&own.town, chlorine(&own.row)).await;
    for (name, latitude) in [("近处", 23.4540), ("远处", 23.4560)] {
        let mut other = chlorine(&own.row);
        other["name"] = json!(name);
        other["latitude"] = json!(latitude);
        entered(&own.town, other).await;
    }
    let (status, around) = own.town.get(&format!("{}/nearby", source_url(&view))).await;
    assert_eq!(status, StatusCode::OK, "{around}");
    assert_eq!(around["sources"].as_array().map(Vec::len), Some(1), "{around}");
    assert_eq!(
        (&around["sources"][0]["name"], &around["sources"][0]["metres"]),
        (&json!("近处"), &json!(434))
    );
    assert_eq!(
        own.county.get("/api/hazard-sources/points").await.1["points"].as_array().map(Vec::len),
        Some(3)
    );
}

#[db_test]
async fn nobody_sees_or_changes_a_source_outside_their_area_and_bad_input_is_named_by_its_field(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    let view = entered(&own.firm, chlorine(&own.row)).await;
    let filing = handed_in(&own.firm, &view).await;
    let other = server.person(Role::Officer, "440511", None).await;
    let (source, case) = (source_url(&view), filing_url(&filing));
    for url in [source.clone(), format!("{source}/nearby"), format!("{source}/filings"), case.clone()] {
        assert_eq!(other.get(&url).await.0, StatusCode::NOT_FOUND, "{url}");
    }
    assert_eq!(
        other.send("POST", "/api/hazard-sources", chlorine(&own.row), None).await.0,
        StatusCode::NOT_FOUND
    );
    let body = json!({"version": 1});
    assert_eq!(other.send("POST", &format!("{case}/accept"), body, None).await.0, StatusCode::NOT_FOUND);
    assert_eq!(other.get("/api/hazard-sources").await.1["items"], json!([]));
    assert_eq!(other.get("/api/hazard-sources/points").await.1["points"], json!([]));
    assert_eq!(other.get("/api/hazard-sources/figures").await.1["total"]["total"], json!(0));

    for (field, value, pointer) in [
        ("name", json!(" "), "/name"),
        ("category", json!("ufo"), "/category"),
        ("units", json!([]), "/units"),
        ("declared_grade", json!(5), "/declared_grade"),
        ("latitude", json!(89.0), "/longitude"),
        ("assessed_on", json!("2026-03-03"), "/assessed_on"),
        ("persons", json!([{"duty": "principal", "name": ""}]), "/persons/0/name"),
        ("evaluation", own.row["id"].clone(), "/evaluation"),
        (
            "units",
            json!([{"name": "罐区", "kind": "storage", "substances": [{"name": "某种溶剂", "quantity_t": "5"}]}]),
            "/units/0/substances/0/category",
        ),
        (
            "units",
            json!([{"name": "罐区", "kind": "storage", "substances": [{"name": "液氯", "quantity_t": "-5"}]}]),
            "/units/0/substances/0/quantity_t",
        ),
    ] {
        let mut body = chlorine(&own.row);
        body[field] = value;
        let (status, problem) = own.firm.send("POST", "/api/hazard-sources", body, None).await;
        assert_eq!(
            (status, &problem["errors"][0]["pointer"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!(pointer)),
            "{problem}"
        );
    }
    assert_eq!(own.firm.get("/api/hazard-sources/count").await.1["total"], json!(1), "nothing half-written");
}
