//! A danger's way: put right, supervised by listing, late, edited by two.

use axum::http::StatusCode;
use chrono::Duration;
use db::{Db, db_test};
use kernel::Role;
use serde_json::{Value, json};
use testkit::{Client, PASSWORD, Server, percent};

use super::{TOWN, address, cast, clock, found, found_later, major, mended, plan, step};

#[db_test]
async fn a_danger_is_followed_from_found_to_struck_off(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    let (status, danger) = own.officer.send("POST", "/api/dangers", found(&own.row), None).await;
    assert_eq!(status, StatusCode::CREATED, "{danger}");
    assert_eq!(
        (&danger["case"]["severity"], &danger["case"]["state"]),
        (&json!("general"), &json!("mending"))
    );
    assert_eq!(danger["case"]["number"], json!("YH440515102-2026-0001"));
    assert_eq!(danger["case"]["officer_name"], json!("监管员甲"), "who found it deals with it");
    assert!(danger["detail"]["judgement"]["explanation"].as_array().is_some_and(|steps| !steps.is_empty()));

    // it waits for the enterprise; the officer sees that it waits for somebody else
    let waiting = async |who: &Client<'_>| {
        let groups = who.get("/api/inbox").await.1["groups"].clone();
        groups
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|group| group["kind"].as_str().map(str::to_string))
            .collect::<Vec<_>>()
    };
    assert!(waiting(&own.firm).await.contains(&"cases_later".to_string()));
    let mut mine = waiting(&own.officer).await;
    mine.retain(|kind| kind.starts_with("cases_mine"));
    assert_eq!(mine, ["cases_mine_others"]);
    let (_, others) = own.officer.get("/api/cases?waits=enterprise&mine=true&life=open").await;
    assert_eq!(others["items"].as_array().unwrap().len(), 1, "the rows behind its number");

    let danger = step(&own.firm, &danger, "mend", mended()).await;
    assert_eq!(
        (&danger["case"]["state"], &danger["case"]["due_on"]),
        (&json!("mended"), &json!("2026-03-12"))
    );
    assert!(waiting(&own.officer).await.contains(&"cases_mine_later".to_string()));
    assert!(
        waiting(&own.firm).await.contains(&"cases_of_officers".to_string()),
        "what it handed in, and waits for"
    );
    let (status, refused) = own
        .firm
        .send(
            "POST",
            &format!("{}/recheck", address(&danger)),
            json!({"version": danger["case"]["version"], "passed": true, "text": "好"}),
            None,
        )
        .await;
    assert_eq!(status, StatusCode::FORBIDDEN, "{refused}");
    let body = json!({"passed": false, "text": "通道仍有杂物", "due_on": "2026-03-06"});
    let danger = step(&own.officer, &danger, "recheck", body).await;
    assert_eq!(
        (&danger["case"]["state"], &danger["case"]["due_on"]),
        (&json!("mending"), &json!("2026-03-06"))
    );
    let danger = step(&own.firm, &danger, "mend", mended()).await;
    let danger = step(&own.officer, &danger, "recheck", json!({"passed": true, "text": "通道畅通"})).await;
    assert_eq!((&danger["case"]["state"], &danger["case"]["waits"]), (&json!("closed"), &json!("nobody")));
    assert_eq!(danger["case"]["due_on"], Value::Null);

    let steps =
        own.firm.get(&format!("/api/cases/4405/{}/events", danger["case"]["id"].as_str().unwrap())).await.1;
    let labels: Vec<&str> =
        steps.as_array().unwrap().iter().map(|step| step["action"].as_str().unwrap()).collect();
    assert_eq!(labels, ["open", "mend", "fail", "mend", "pass"]);
    assert_eq!(steps[2]["reason"], json!("通道仍有杂物"));
    let id = own.row["id"].as_str().unwrap();
    let timeline = own.firm.get(&format!("/api/enterprises/4405/{id}/case-events")).await.1;
    assert_eq!(timeline["items"][0]["action"], json!("pass"));

    let found = own.officer.get(&format!("/api/search?q={}", percent("YH440515102-2026"))).await.1;
    assert!(found.to_string().contains("配电箱前"), "{found}");
    let figures = own.officer.get("/api/danger-figures?year=2026&quarter=1").await.1;
    assert_eq!(
        (&figures["total"]["general_found"], &figures["total"]["general_closed"]),
        (&json!(1), &json!(1))
    );
    assert_eq!((&figures["total"]["general_open"], &figures["total"]["in_time"]), (&json!(0), &json!(1)));
    let before = own.officer.get("/api/danger-figures?year=2025").await.1;
    assert_eq!(before["total"]["general_found"], json!(0));

    // one that is put right after its term is not in time, however quickly it is looked at
    let (_, late) = own.officer.send("POST", "/api/dangers", found_later(&own.row), None).await;
    server.app.clock.advance(Duration::days(1));
    let firm = server.sign_in("enterprise-440515102", PASSWORD).await;
    let officer = server.sign_in("officer-440515102", PASSWORD).await;
    let mut body = mended();
    body["mended_on"] = json!("2026-03-03");
    let late = step(&firm, &late, "mend", body).await;
    step(&officer, &late, "recheck", json!({"passed": true, "text": "已改"})).await;
    let figures = officer.get("/api/danger-figures?year=2026&quarter=1").await.1;
    assert_eq!((&figures["total"]["general_closed"], &figures["total"]["in_time"]), (&json!(2), &json!(1)));

    let reopened = json!({"reason": "通道再次堵塞", "due_on": "2026-03-10"});
    let danger = step(&officer, &danger, "reopen", reopened).await;
    assert_eq!(danger["case"]["closed_on"], Value::Null);
    let open = officer.get("/api/dangers/count?life=open").await.1;
    assert_eq!(open["total"], json!(1));
    let indicators = officer.get("/api/indicators").await.1.to_string();
    assert!(indicators.contains("dangers_open"), "{indicators}");
}

#[db_test]
async fn a_major_danger_needs_its_five_guarantees_and_may_be_supervised_by_listing(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    let (_, danger) = own.officer.send("POST", "/api/dangers", major(&own.row), None).await;
    assert_eq!((&danger["case"]["severity"], &danger["case"]["tier"]), (&json!("major"), &json!("county")));
    let mut body = mended();
    body["version"] = danger["case"]["version"].clone();
    let (status, problem) = own.firm.send("POST", &format!("{}/mend", address(&danger)), body, None).await;
    assert_eq!((status, &problem["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("danger.plan_missing")));
    assert_eq!(problem["errors"].as_array().map(Vec::len), Some(5));
    let danger = step(&own.firm, &danger, "plan", plan()).await;

    let listing = json!({"tier": "county", "due_on": "2026-04-30", "reason": "停产范围大"});
    let mut mine = listing.clone();
    mine["version"] = danger["case"]["version"].clone();
    let url = format!("{}/supervise", address(&danger));
    assert_eq!(
        own.officer.send("POST", &url, mine, None).await.0,
        StatusCode::FORBIDDEN,
        "a town lists nothing"
    );
    let county = server.person(Role::Officer, "440515", None).await;
    let mut wider = listing.clone();
    (wider["tier"], wider["version"]) = (json!("city"), danger["case"]["version"].clone());
    let (status, problem) = county.send("POST", &url, wider, None).await;
    assert_eq!((status, &problem["code"]), (StatusCode::FORBIDDEN, &json!("danger.listed_tier")));
    let danger = step(&county, &danger, "supervise", listing).await;
    assert_eq!(
        (&danger["detail"]["listed"], &danger["case"]["due_on"]),
        (&json!(true), &json!("2026-04-30"))
    );
    assert_eq!(
        (&danger["detail"]["listed_document"], &danger["detail"]["listed_ask_by"]),
        (&json!("（澄海）应急督办〔2026〕1号"), &json!("2026-04-09")),
        "numbered by the tier; fifteen working days before the term, the tomb-sweeping holiday of 4 to 6 April passed over"
    );
    let served = json!({"served_on": "2026-03-02", "served_to": "陈安全", "served_way": "direct"});
    let danger = step(&county, &danger, "serve", served).await;
    assert_eq!(danger["detail"]["served_to"], json!("陈安全"));
    let count = county.get("/api/dangers/count?listed=true").await.1;
    assert_eq!(count["total"], json!(1));

    // 15 working days before the term at the latest
    let asked = json!({"deferral_on": "2026-06-30", "reason": "设备采购周期长"});
    let danger = step(&own.firm, &danger, "deferral", asked.clone()).await;
    assert_eq!(danger["case"]["state"], json!("deferral"));
    let refusal = json!({"grant": false, "reason": "可以分步实施", "due_on": "2026-04-30"});
    let mut not_mine = refusal.clone();
    not_mine["version"] = danger["case"]["version"].clone();
    let decide = format!("{}/deferral/decide", address(&danger));
    let (status, _) = own.officer.send("POST", &decide, not_mine, None).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "whoever listed it decides about its term");
    let danger = step(&county, &danger, "deferral/decide", refusal).await;
    assert_eq!(
        (&danger["case"]["state"], &danger["case"]["due_on"]),
        (&json!("mending"), &json!("2026-04-30"))
    );
    server.app.clock.advance(Duration::days(45));
    let firm = server.sign_in("enterprise-440515102", PASSWORD).await;
    let officer = server.sign_in("officer-440515102", PASSWORD).await;
    let county = server.sign_in("officer-440515", PASSWORD).await;
    let mut late = asked;
    late["version"] = danger["case"]["version"].clone();
    let (status, problem) = firm.send("POST", &format!("{}/deferral", address(&danger)), late, None).await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::CONFLICT, &json!("danger.deferral_late")),
        "{problem}"
    );

    let mut alone = mended();
    alone["version"] = danger["case"]["version"].clone();
    let (status, _) = firm.send("POST", &format!("{}/mend", address(&danger)), alone, None).await;
    assert_eq!(
        status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "nobody accepts the own work under listed supervision"
    );
    let mut body = mended();
    body["acceptance"] = json!("expert");
    let danger = step(&firm, &danger, "mend", body).await;
    let danger = step(&officer, &danger, "recheck", json!({"passed": true, "text": "改造完成"})).await;
    assert_eq!(
        (&danger["case"]["state"], &danger["case"]["waits"]),
        (&json!("accepted"), &json!("officer")),
        "a listed danger is struck off by the tier that listed it"
    );
    let back = json!({"grant": false, "reason": "验收报告缺专家签字", "due_on": "2026-05-29"});
    let danger = step(&county, &danger, "release", back).await;
    assert_eq!(
        (&danger["case"]["state"], &danger["detail"]["listed_until"]),
        (&json!("mending"), &json!("2026-05-29"))
    );
    let mut body = mended();
    body["acceptance"] = json!("government");
    let danger = step(&firm, &danger, "mend", body).await;
    let danger = step(&officer, &danger, "recheck", json!({"passed": true, "text": "改造完成"})).await;
    let danger = step(&county, &danger, "release", json!({"reason": "验收合格"})).await;
    assert_eq!((&danger["detail"]["listed"], &danger["case"]["state"]), (&json!(false), &json!("closed")));
}

#[db_test]
async fn what_is_late_rises_to_the_county_and_then_to_the_city(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    let (_, danger) = own.officer.send("POST", "/api/dangers", found(&own.row), None).await;
    server.person(Role::Officer, "440515", None).await;
    server.person(Role::Officer, "4405", None).await;
    let late = async |region: &str| {
        // whoever comes back after days signs in anew
        let who = server.sign_in(&format!("officer-{region}"), PASSWORD).await;
        who.get("/api/inbox").await.1.to_string().contains("cases_overdue")
    };
    server.app.clock.advance(Duration::days(10));
    assert!(!late(TOWN).await, "on its last day nothing is late yet");
    for (days, risen, seen) in
        [(1, 0, (true, false, false)), (7, 1, (true, true, false)), (30, 1, (true, true, true))]
    {
        server.app.clock.advance(Duration::days(days));
        assert_eq!(caseflow::escalate(&server.app, server::FLOWS).await.unwrap(), risen, "{days} days later");
        assert_eq!(caseflow::escalate(&server.app, server::FLOWS).await.unwrap(), 0, "nothing rises twice");
        assert_eq!((late(TOWN).await, late("440515").await, late("4405").await), seen, "{days} days later");
    }
    let officer = server.sign_in("officer-440515102", PASSWORD).await;
    let (_, now) = officer.get(&address(&danger)).await;
    assert_eq!((&now["case"]["tier"], now["case"]["overdue"].as_i64().is_some()), (&json!("city"), true));
}

#[db_test]
async fn a_danger_survives_bad_input_a_repeated_request_and_a_second_editor(db: Db) {
    let server = Server::at(db, clock()).await;
    let own = cast(&server).await;
    for (field, value, pointer) in [
        ("place", json!(""), "/place"),
        ("description", json!("长".repeat(1001)), "/description"),
        ("source", json!("rumour"), "/source"),
        ("found_on", json!("2026-03-03"), "/found_on"),
        ("due_on", Value::Null, "/due_on"),
        ("due_on", json!("2026-03-01"), "/due_on"),
        ("needs_stop", Value::Null, "/needs_stop"),
        ("category", json!("没有这一类"), "/category"),
        ("criteria", json!(["dust-99"]), "/criteria/0"),
    ] {
        let mut body = found(&own.row);
        body[field] = value;
        let (status, problem) = own.officer.send("POST", "/api/dangers", body, None).await;
        assert_eq!(
            (status, &problem["errors"][0]["pointer"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!(pointer)),
            "{problem}"
        );
    }
    assert_eq!(own.officer.get("/api/dangers/count").await.1["total"], json!(0), "nothing half-written");
    let send = || own.officer.send("POST", "/api/dangers", found(&own.row), Some("one"));
    let (first, second) = tokio::join!(send(), send());
    assert_eq!(first, second);
    assert_eq!(own.officer.get("/api/dangers/count").await.1["total"], json!(1));
    let danger = first.1;
    assert_eq!(danger["case"]["number"], json!("YH440515102-2026-0001"), "refused ones take no number");
    step(&own.firm, &danger, "mend", mended()).await;
    let mut again = mended();
    again["version"] = danger["case"]["version"].clone();
    let (status, told) = own.firm.send("POST", &format!("{}/mend", address(&danger)), again, None).await;
    assert_eq!((status, &told["current"]["state"]), (StatusCode::CONFLICT, &json!("mended")), "{told}");
}
