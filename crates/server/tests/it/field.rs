//! Work in the field: devices, what goes along, and what comes back when the network does.

use axum::http::StatusCode;
use chrono::{DateTime, Duration, Utc};
use db::{Db, db_test};
use futures::future::join_all;
use kernel::{Clock, Role, SHANGHAI};
use serde_json::{Value, json};
use testkit::{Client, Program, Server, Session, System, on_both_engines};
use uuid::Uuid;

use crate::inspection::{COUNTY, DRAWN, office, soon};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nand the rest of a photo";
const PLASTICS: &str = "汕头市澄海区测试塑料厂";

async fn enrolled(officer: &Client<'_>) -> Value {
    let (status, device) =
        officer.send("POST", "/api/field/devices", json!({"name": "我的手机"}), Some("enrol")).await;
    assert_eq!(status, StatusCode::CREATED, "{device}");
    device
}

#[db_test]
async fn a_revoked_device_hears_of_it_without_signing_in_and_gets_its_half_of_the_key_no_more(db: Db) {
    let server = Server::new(db).await;
    let officer = server.person(Role::Officer, "440515102", None).await;
    let device = enrolled(&officer).await;
    let path = format!("/api/field/devices/{}", device["id"].as_str().unwrap());
    assert_eq!(device["key_part"].as_str().unwrap().len(), 64);
    let again = officer.send("POST", "/api/field/devices", json!({"name": "我的手机"}), Some("enrol")).await;
    assert_eq!(again.0, StatusCode::CONFLICT, "a key is shown once");
    let (status, key) = officer.send("POST", &format!("{path}/key"), Value::Null, None).await;
    assert_eq!((status, &key["key_part"]), (StatusCode::OK, &device["key_part"]));
    let state = format!("{path}/state");
    assert_eq!(server.nobody().get(&state).await.1["revoked"], json!(false));
    // nobody else's
    let other = server.person(Role::Officer, "440511015", None).await;
    assert_eq!(other.send("POST", &format!("{path}/key"), Value::Null, None).await.0, StatusCode::NOT_FOUND);
    assert_eq!(other.send("DELETE", &path, Value::Null, None).await.0, StatusCode::NOT_FOUND);
    assert_eq!(other.get("/api/field/devices").await.1, json!([]));
    assert_eq!(officer.send("DELETE", &path, Value::Null, None).await.0, StatusCode::NO_CONTENT);
    assert_eq!(server.nobody().get(&state).await.1["revoked"], json!(true));
    assert_eq!(
        officer.send("POST", &format!("{path}/key"), Value::Null, None).await.1["code"],
        "device.revoked"
    );
    let unknown = "/api/field/devices/0195a000-0000-7000-8000-000000000000/state";
    assert_eq!(server.nobody().get(unknown).await.1["revoked"], json!(true));
}

#[db_test]
async fn a_lost_device_is_stopped_by_the_security_administrator_of_the_area_and_by_nobody_else(db: Db) {
    let server = Server::new(db).await;
    let officer = server.person(Role::Officer, "440515102", None).await;
    let device = enrolled(&officer).await;
    let account = officer.get("/api/session").await.1["account"]["id"].as_str().unwrap().to_string();
    let devices = format!("/api/accounts/{account}/field-devices");
    let one = format!("{devices}/{}", device["id"].as_str().unwrap());
    let security = server.person(Role::Security, "440515", None).await;
    let elsewhere = server.person(Role::Security, "440511", None).await;
    let leader = server.person(Role::Leader, "440515", None).await;
    let colleague = server.person(Role::Officer, "440515", None).await;
    for who in [&leader, &colleague, &officer] {
        assert_eq!(who.get(&devices).await.0, StatusCode::FORBIDDEN);
        assert_eq!(who.send("DELETE", &one, Value::Null, None).await.0, StatusCode::FORBIDDEN);
    }
    assert_eq!(elsewhere.get(&devices).await, (StatusCode::OK, json!([])));
    assert_eq!(elsewhere.send("DELETE", &one, Value::Null, None).await.0, StatusCode::NOT_FOUND);
    let state = format!("/api/field/devices/{}/state", device["id"].as_str().unwrap());
    assert_eq!(server.nobody().get(&state).await.1["revoked"], json!(false));
    let listed = security.get(&devices).await.1;
    assert_eq!((&listed[0]["name"], &listed[0]["revoked_at"]), (&json!("我的手机"), &Value::Null));
    assert!(listed[0]["key_part"].is_null(), "the key is the device's alone");
    assert_eq!(security.send("DELETE", &one, Value::Null, None).await.0, StatusCode::NO_CONTENT);
    assert_eq!(server.nobody().get(&state).await.1["revoked"], json!(true));
    assert!(security.get(&devices).await.1[0]["revoked_at"].is_string());
    let key = format!("/api/field/devices/{}/key", device["id"].as_str().unwrap());
    assert_eq!(officer.send("POST", &key, Value::Null, None).await.1["code"], "device.revoked");
    // who stopped it is on the trail
    let audit = server.person(Role::Audit, "440515", None).await;
    let trail = audit.get("/api/audit?subject=field_device").await.1;
    let stopped = trail["items"].as_array().unwrap().iter().find(|own| own["action"] == "delete").cloned();
    let stopped = stopped.unwrap_or_else(|| panic!("{trail}"));
    assert!(stopped.to_string().contains("安全管理员"), "{stopped}");
}

#[db_test]
async fn what_goes_along_is_of_ones_own_area_without_personal_data(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let officer = server.person(Role::Officer, "440515102", None).await;
    let row = officer.named(PLASTICS).await;
    let id = row["id"].as_str().unwrap();
    let records = format!("/api/enterprises/4405/{id}/records");
    let permit = json!({"section": "permit", "fields": {"kind": "fire", "number": "消验字1", "issuer": "消防大队", "issued_on": "2025-03-01"}});
    let (status, made) = officer.send("POST", &records, permit, None).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let pack = format!("/api/field/pack?city=4405&ids={}", id.replace('-', ""));
    let (status, taken) = officer.get(&pack).await;
    assert_eq!(status, StatusCode::OK, "{taken}");
    let own = &taken["enterprises"][0];
    assert_eq!(own["name"], PLASTICS);
    let numbers: Vec<&Value> =
        own["archive"]["records"].as_array().unwrap().iter().map(|record| &record["number"]).collect();
    assert!(numbers.contains(&&json!("消验字1")), "{own}");
    assert!(!own["archive"]["lacking"].as_array().unwrap().is_empty(), "{own}");
    let other = server.person(Role::Officer, "440511015", None).await;
    assert_eq!(other.get(&pack).await.1["enterprises"], json!([]));
    let many = vec![id; 201].join(",");
    let (status, refused) = officer.get(&format!("/api/field/pack?city=4405&ids={many}")).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{refused}");
}

/// Half past midnight in China.
fn early() -> DateTime<Utc> {
    "2026-03-04T16:30:00Z".parse().unwrap()
}

/// A danger as a device sends it whose clock is `slow` behind, found an hour ago.
fn found(device: &Value, enterprise: &str, slow: Duration, photo: Uuid) -> Value {
    json!({"device": device["id"], "clock_offset": slow.num_milliseconds(),
        "done_at": early() - Duration::hours(1) - slow, "sent_at": early() - slow, "met_at": early() - Duration::hours(9),
        "what": {"danger": {"enterprise": enterprise, "place": "二楼注塑车间", "description": "配电箱没有门", "stop": "none",
            "category": "1", "due_on": "2026-03-20", "fixable_at_once": false, "needs_stop": false, "beyond_own_power": false,
            "photos": [{"id": photo, "name": "配电箱.png", "size": PNG.len()}]}}})
}

#[db_test]
async fn a_danger_found_in_the_field_comes_once_with_its_photo_and_is_dated_by_the_clock_that_is_right(
    db: Db,
) {
    let server = Server::at(db, Clock::fixed(early())).await;
    server.register().await;
    let officer = server.person(Role::Officer, "440515102", None).await;
    let device = enrolled(&officer).await;
    let firm = officer.named(PLASTICS).await["id"].as_str().unwrap().to_string();
    let (work, photo) = (Uuid::now_v7(), Uuid::now_v7());
    let path = format!("/api/field/works/4405/{work}");
    // two days behind: by its own clock it was found on another day
    let body = found(&device, &firm, Duration::days(2), photo);
    let (status, refused) = officer.send("PUT", &path, body.clone(), None).await;
    assert_eq!((status, &refused["code"]), (StatusCode::CONFLICT, &json!("photo.incomplete")), "{refused}");
    // the photo comes in parts; one that is sent again or too early changes nothing
    let part = async |offset: usize, bytes: &[u8]| {
        let (status, answer) =
            officer.put_bytes(&format!("/api/field/photos/{photo}?offset={offset}"), bytes).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        answer["received"].as_u64().unwrap()
    };
    assert_eq!(part(0, &PNG[..10]).await, 10);
    assert_eq!(part(0, &PNG[..10]).await, 10);
    assert_eq!(part(20, &PNG[20..]).await, 10);
    assert_eq!(part(10, &PNG[10..]).await, PNG.len() as u64);
    let (status, done) = officer.send("PUT", &path, body.clone(), None).await;
    assert_eq!(status, StatusCode::OK, "{done}");
    assert_eq!(done["certain"], true, "{done}");
    assert_eq!(done["happened_at"], json!(early() - Duration::hours(1)), "{done}");
    assert_eq!(done["done_at"], json!(early() - Duration::hours(49)), "{done}");
    // the answer was lost: sent again later, it is the same one
    server.app.clock.advance(Duration::minutes(10));
    assert_eq!(officer.send("PUT", &path, body, None).await, (StatusCode::OK, done.clone()));
    let dangers = officer.get("/api/dangers?region=440515102").await.1;
    assert_eq!(dangers["items"].as_array().unwrap().len(), 1, "{dangers}");
    let danger = officer.get(&format!("/api/dangers/4405/{}", done["id"].as_str().unwrap())).await.1;
    let day = (early() - Duration::hours(1)).with_timezone(&SHANGHAI).date_naive();
    assert_eq!(danger["detail"]["found_on"], json!(day), "{danger}");
    assert_eq!(danger["photos"].as_array().unwrap().len(), 1, "{danger}");
    let shown = format!("/api/danger-photos/4405/{}", danger["photos"][0]["id"].as_str().unwrap());
    assert_eq!(officer.bytes(&shown).await, PNG);
    // both times are told where people look
    let events = officer.get(&format!("/api/cases/4405/{}/events", done["id"].as_str().unwrap())).await.1;
    let said = events.to_string();
    assert!(
        said.contains("设备记录 2026-03-02 23:30（设备时钟慢 2880 分钟），按 2026-03-04 23:30 计"),
        "{said}"
    );
}

#[db_test]
async fn what_comes_from_the_field_is_held_to_who_may_and_to_devices_in_use(db: Db) {
    let server = Server::at(db, Clock::fixed(early())).await;
    server.register().await;
    let officer = server.person(Role::Officer, "440515102", None).await;
    let device = enrolled(&officer).await;
    let firm = officer.named(PLASTICS).await["id"].as_str().unwrap().to_string();
    let body = |device: &Value| {
        let mut body = found(device, &firm, Duration::zero(), Uuid::nil());
        body["what"]["danger"]["photos"] = json!([]);
        body
    };
    let path = || format!("/api/field/works/4405/{}", Uuid::now_v7());
    // elsewhere the enterprise is not there, and another's device neither
    let other = server.person(Role::Officer, "440511015", None).await;
    let theirs = enrolled(&other).await;
    assert_eq!(other.send("PUT", &path(), body(&theirs), None).await.0, StatusCode::NOT_FOUND);
    assert_eq!(other.send("PUT", &path(), body(&device), None).await.0, StatusCode::NOT_FOUND);
    // what is wrong is refused whole, and can be sent again once it is right
    let own = path();
    let mut wrong = body(&device);
    wrong["what"]["danger"]["place"] = json!("");
    let (status, refused) = officer.send("PUT", &own, wrong, None).await;
    assert_eq!(
        (status, &refused["errors"][0]["pointer"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("/place"))
    );
    assert_eq!(officer.send("PUT", &own, body(&device), None).await.0, StatusCode::OK);
    assert_eq!(other.send("PUT", &own, body(&theirs), None).await.0, StatusCode::NOT_FOUND, "another's work");
    let gone = format!("/api/field/devices/{}", device["id"].as_str().unwrap());
    officer.send("DELETE", &gone, Value::Null, None).await;
    assert_eq!(officer.send("PUT", &path(), body(&device), None).await.1["code"], "device.revoked");
}

#[db_test]
async fn a_visit_made_in_the_field_comes_back_whole_or_not_at_all_and_its_drafts_take_numbers_then(db: Db) {
    let server = Server::new(db).await;
    server.register().await;
    let system = server.person(Role::System, COUNTY, None).await;
    let officer = server.person(Role::Officer, COUNTY, None).await;
    let (_, cards) = office(&system, COUNTY, "bureau", "澄海区应急管理局", "2099-12-31").await;
    let device = enrolled(&officer).await;
    let row = officer.named(PLASTICS).await;
    let change = json!({"version": row["version"], "changes": {"legal_person": "陈一", "legal_person_phone": "0754-88880001",
        "address": "莲下镇工业区1号"}});
    assert_eq!(officer.send("PATCH", &testkit::path(&row), change, None).await.0, StatusCode::OK);
    let photo = Uuid::now_v7();
    officer.put_bytes(&format!("/api/field/photos/{photo}?offset=0"), PNG).await;
    // its clock is two days slow; the visit took an hour and ended an hour ago
    let (slow, now) = (Duration::days(2), server.app.clock.now());
    let ended = now - Duration::hours(1);
    let sign = json!({"drawing": DRAWN});
    let visit = json!({"enterprise": row["id"], "place": "注塑车间", "cards": cards, "started_at": ended - Duration::hours(1) - slow,
        "checklist": {"site-03": "unmet", "basic-01": "met"}, "due_on": soon(&server), "signatures": {"officer_one": sign, "officer_two": sign},
        "documents": ["inspection_record", "correction_order"],
        "findings": [{"item": "site-03", "content": "3号注塑机防护罩缺失"}, {"content": "灭火器过期", "fixed": true}],
        "photos": [[{"id": photo, "name": "防护罩.png", "size": PNG.len()}]]});
    let body = |visit: Value| {
        json!({"device": device["id"], "clock_offset": slow.num_milliseconds(), "done_at": ended - slow, "sent_at": now - slow,
            "met_at": now - Duration::hours(9), "what": {"visit": visit}})
    };
    let path = format!("/api/field/works/4405/{}", Uuid::now_v7());
    // the enterprise has not signed: nothing of it is kept
    let (status, refused) = officer.send("PUT", &path, body(visit.clone()), None).await;
    assert_eq!(
        (status, &refused["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("signature.missing")),
        "{refused}"
    );
    assert_eq!(officer.get("/api/visits").await.1["items"], json!([]));
    let mut whole = visit;
    whole["signatures"]["enterprise"] = json!({"refused": "负责人不在场，拒绝签名"});
    let (status, done) = officer.send("PUT", &path, body(whole.clone()), None).await;
    assert_eq!(status, StatusCode::OK, "{done}");
    assert_eq!(officer.send("PUT", &path, body(whole), None).await, (StatusCode::OK, done.clone()));
    assert_eq!(officer.get("/api/visits").await.1["items"].as_array().unwrap().len(), 1);
    let made = officer.get(&format!("/api/visits/4405/{}", done["id"].as_str().unwrap())).await.1;
    assert_eq!(made["visit"]["state"], "finished", "{made}");
    let at = |name: &str| made["visit"][name].as_str().unwrap().parse::<DateTime<Utc>>().unwrap();
    assert_eq!((at("started_at"), at("ended_at")), (ended - Duration::hours(1), ended));
    assert_eq!(made["findings"].as_array().unwrap().len(), 2);
    let danger = made["findings"][0]["danger"].as_str().unwrap();
    let danger = officer.get(&format!("/api/dangers/4405/{danger}")).await.1;
    assert_eq!(danger["photos"].as_array().unwrap().len(), 1, "{danger}");
    let fixed = officer
        .get(&format!("/api/dangers/4405/{}", made["findings"][1]["danger"].as_str().unwrap()))
        .await
        .1;
    assert_eq!(fixed["case"]["state"], "closed", "{fixed}");
    // drafts without a number; the order takes one when it is issued
    let forms: Vec<&Value> = done["documents"].as_array().unwrap().iter().map(|own| &own["form"]).collect();
    assert_eq!(forms, ["inspection_record", "correction_order"]);
    assert!(
        made["documents"]
            .as_array()
            .unwrap()
            .iter()
            .all(|own| own["state"] == "draft" && own["number"].is_null())
    );
    let order =
        format!("/api/enforcement-documents/4405/{}/issue", done["documents"][1]["id"].as_str().unwrap());
    let (status, issued) =
        officer.send("POST", &order, json!({"version": 1}), Some("issue-in-the-field")).await;
    assert_eq!(status, StatusCode::OK, "{issued}");
    assert!(issued["number"].as_str().unwrap().contains("责改"), "{issued}");
}

/// How often the server is killed, and works that are on their way then.
const KILLS: usize = 5;
const ON_THE_WAY: usize = 4;

/// Sends a work with its photo as a device does.
async fn sent(program: &Program, officer: &Session, path: &str, body: &Value) -> Option<(StatusCode, Value)> {
    let photo = body["what"]["danger"]["photos"][0]["id"].as_str().unwrap();
    let photo = format!("/api/field/photos/{photo}?offset=0");
    program.send(officer, "PUT", &photo, "application/octet-stream", PNG, None).await?;
    program.send(officer, "PUT", path, "application/json", body.to_string(), None).await
}

on_both_engines! {
    async fn a_server_killed_while_works_come_keeps_each_once_and_whole(system: System) {
        let mut program = system.serve();
        let officer = program.sign_in(&system.person(Role::Officer, "440515102").await).await;
        let post = async |program: &Program, url: &str, body: Value| {
            let (status, answer) = program.post(&officer, url, &body, None).await.unwrap();
            assert!(status.is_success(), "{url}: {status} {answer}");
            answer
        };
        let device = post(&program, "/api/field/devices", json!({"name": "我的手机"})).await;
        let firm = json!({"town": "440515102", "anyway": true, "changes": {"name": "莲下测试塑料厂"}});
        let firm = post(&program, "/api/enterprises", firm).await["id"].as_str().unwrap().to_string();
        for round in 0..KILLS {
            let works: Vec<(String, Value)> = (0..ON_THE_WAY)
                .map(|_| {
                    let mut body = found(&device, &firm, Duration::zero(), Uuid::now_v7());
                    let now = Clock::System.now();
                    for name in ["done_at", "sent_at", "met_at"] {
                        body[name] = json!(now);
                    }
                    body["what"]["danger"]["due_on"] = json!(now.date_naive() + Duration::days(9));
                    (format!("/api/field/works/4405/{}", Uuid::now_v7()), body)
                })
                .collect();
            let pid = program.pid();
            let killer = async {
                // at another point of the writing each time
                tokio::time::sleep(std::time::Duration::from_millis(3 + 6 * round as u64)).await;
                testkit::kill(pid);
            };
            let all = works.iter().map(|(path, body)| sent(&program, &officer, path, body));
            let (_, ()) = tokio::join!(join_all(all), killer);
            program.kill();
            program = system.serve();
            for (path, body) in &works {
                let (status, answer) = sent(&program, &officer, path, body).await.unwrap();
                assert_eq!(status, StatusCode::OK, "{answer}");
            }
        }
        let dangers = program.get(&officer, "/api/dangers?limit=200").await["items"].as_array().unwrap().clone();
        assert_eq!(dangers.len(), KILLS * ON_THE_WAY);
        for own in dangers {
            let danger = program.get(&officer, &format!("/api/dangers/4405/{}", own["case"]["id"].as_str().unwrap())).await;
            assert_eq!(danger["photos"].as_array().unwrap().len(), 1, "{danger}");
        }
        program.kill();
    }
}
