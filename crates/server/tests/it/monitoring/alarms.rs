//! Alarms from raised to dealt with, and how they rise.

use super::*;

#[db_test]
async fn an_alarm_goes_from_raised_over_acknowledged_to_dealt_with(db: Db) {
    let server = Server::at(db, Clock::fixed(nine())).await;
    let own = cast(&server).await;
    let point = own.point("TI-101", json!({"delay_s": 5})).await;
    // a short peak is none
    assert_eq!(
        own.send(&[("TI-101", second(-300), 61.0), ("TI-101", second(-299), 59.0)]).await["alarms"],
        0
    );
    let told = own.send(&[("TI-101", second(-200), 61.0), ("TI-101", second(-195), 62.0)]).await;
    assert_eq!(told["alarms"], 1);
    let alarms = own.alarms("life=open").await;
    assert_eq!(alarms.len(), 1);
    let (case, detail) = (&alarms[0]["case"], &alarms[0]["detail"]);
    assert_eq!(
        (&case["severity"], &case["state"], &case["due_on"]),
        (&json!("general"), &json!("raised"), &json!("2026-03-02"))
    );
    assert_eq!(
        (&detail["level"], &detail["limit"], &detail["peak"]),
        (&json!(1), &json!(60.0), &json!(62.0))
    );
    assert_eq!(own.again(&point).await["state"], "level1");
    // it rises while nobody took notice; the same alarm
    let told = own.send(&[("TI-101", second(-100), 85.0), ("TI-101", second(-95), 86.0)]).await;
    assert_eq!(told["alarms"], 1);
    let alarms = own.alarms("life=open").await;
    assert_eq!((alarms.len(), &alarms[0]["case"]["severity"]), (1, &json!("major")));
    assert_eq!(alarms[0]["case"]["tier"], "county");
    assert_eq!(own.again(&point).await["state"], "level2");
    let id = alarms[0]["case"]["id"].as_str().unwrap().to_string();
    let path = format!("/api/monitoring/alarms/4405/{id}");
    let shown = own.firm.get(&path).await.1;
    let next: Vec<&str> =
        shown["next"].as_array().unwrap().iter().map(|step| step["action"].as_str().unwrap()).collect();
    assert_eq!(next, ["acknowledge"], "a firm takes notice; it takes nothing back");
    let version = shown["case"]["version"].clone();
    let (status, noticed) =
        own.firm.send("POST", &format!("{path}/acknowledge"), json!({"version": version}), None).await;
    assert_eq!(status, StatusCode::OK, "{noticed}");
    assert_eq!(
        (&noticed["case"]["state"], &noticed["case"]["due_on"]),
        (&json!("acknowledged"), &json!("2026-03-05"))
    );
    let handled = |version: &Value| json!({"version": version, "cause": "冷却水阀未开", "measures": "已开阀降温，加锁挂牌"});
    let (status, refused) =
        own.firm.send("POST", &format!("{path}/handle"), handled(&noticed["case"]["version"]), None).await;
    assert_eq!((status, &refused["code"]), (StatusCode::CONFLICT, &json!("alarm.lasts")));
    // within the dead band it lasts
    own.send(&[("TI-101", second(-50), 59.0)]).await;
    assert_eq!(own.firm.get(&path).await.1["detail"]["ended_at"], Value::Null);
    own.send(&[("TI-101", second(-40), 57.0)]).await;
    assert_eq!(own.firm.get(&path).await.1["detail"]["ended_at"], json!("2026-03-02T00:59:20Z"));
    assert_eq!(own.again(&point).await["state"], "normal");
    let (status, done) =
        own.firm.send("POST", &format!("{path}/handle"), handled(&noticed["case"]["version"]), None).await;
    assert_eq!((status, &done["case"]["state"]), (StatusCode::OK, &json!("closed")), "{done}");
    assert_eq!(own.again(&point).await["alarm"], Value::Null);
    let (_, events) = own.officer.get(&format!("/api/cases/4405/{id}/events")).await;
    let actions: Vec<&str> =
        events.as_array().unwrap().iter().map(|event| event["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["open", "rise", "acknowledge", "handle"]);
    // passed once more it is another one
    assert_eq!(own.send(&[("TI-101", second(-20), 70.0), ("TI-101", second(-10), 70.0)]).await["alarms"], 1);
    assert_eq!(own.alarms("").await.len(), 2);
}

#[db_test]
async fn a_limit_passed_again_before_notice_is_taken_is_the_same_alarm(db: Db) {
    let server = Server::at(db, Clock::fixed(nine())).await;
    let own = cast(&server).await;
    own.point("TI-101", json!({})).await;
    for at in 0..5 {
        own.send(&[("TI-101", second(at * 20 - 200), 61.0), ("TI-101", second(at * 20 - 190), 50.0)]).await;
    }
    let alarms = own.alarms("life=open").await;
    assert_eq!((alarms.len(), &alarms[0]["detail"]["times"]), (1, &json!(5)));
    // graver than what notice was taken of, it is another, and the first can be dealt with
    let id = alarms[0]["case"]["id"].as_str().unwrap();
    let path = format!("/api/monitoring/alarms/4405/{id}");
    let version = &alarms[0]["case"]["version"];
    own.firm.send("POST", &format!("{path}/acknowledge"), json!({"version": version}), None).await;
    own.send(&[("TI-101", second(-50), 61.0), ("TI-101", second(-40), 90.0)]).await;
    let alarms = own.alarms("life=open").await;
    assert_eq!(alarms.len(), 2);
    assert_eq!(own.alarms("life=open&lasts=yes&severity=major").await.len(), 1);
    assert_ne!(own.firm.get(&path).await.1["detail"]["ended_at"], Value::Null);
    // a false one is taken back by the officer, with a reason
    let grave = own.alarms("life=open&severity=major").await.remove(0);
    let path = format!("/api/monitoring/alarms/4405/{}", grave["case"]["id"].as_str().unwrap());
    let body = json!({"version": grave["case"]["version"], "reason": ""});
    let (status, _) = own.officer.send("POST", &format!("{path}/dismiss"), body, None).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let body = json!({"version": grave["case"]["version"], "reason": "热电偶断线"});
    let (status, done) = own.officer.send("POST", &format!("{path}/dismiss"), body, None).await;
    assert_eq!((status, &done["case"]["state"]), (StatusCode::OK, &json!("dismissed")));
}

#[db_test]
async fn an_alarm_of_which_nobody_takes_notice_for_minutes_is_told_to_wider_tiers(db: Db) {
    let server = Server::at(db, Clock::fixed(nine())).await;
    let own = cast(&server).await;
    own.point("TI-101", json!({})).await;
    own.point("TI-102", json!({})).await;
    own.point("TI-103", json!({})).await;
    own.send(&[("TI-101", second(-10), 61.0), ("TI-102", second(-10), 90.0), ("TI-103", second(-10), 61.0)])
        .await;
    let alarms = own.alarms("life=open").await;
    let noticed = alarms.iter().find(|own| own["detail"]["code"] == "TI-103").unwrap();
    let path = format!("/api/monitoring/alarms/4405/{}/acknowledge", noticed["case"]["id"].as_str().unwrap());
    own.officer.send("POST", &path, json!({"version": noticed["case"]["version"]}), None).await;
    for (minutes, risen, tiers) in [
        (14, 0, ["town", "county", "town"]),
        (2, 1, ["town", "city", "town"]),
        (15, 1, ["county", "city", "town"]),
        (0, 0, ["county", "city", "town"]),
        (90, 1, ["city", "city", "town"]),
    ] {
        server.app.clock.advance(Duration::minutes(minutes));
        assert_eq!(run(&server, "watch_monitoring", "risen").await, risen, "{tiers:?}");
        let alarms = own.alarms("life=open").await;
        for (code, tier) in ["TI-101", "TI-102", "TI-103"].into_iter().zip(tiers) {
            let alarm = alarms.iter().find(|own| own["detail"]["code"] == code).unwrap();
            assert_eq!(alarm["case"]["tier"], tier, "{code}");
        }
    }
    // one that rose can be dealt with as before
    let rose = own.alarms("life=open&state=raised").await.remove(0);
    let path = format!("/api/monitoring/alarms/4405/{}", rose["case"]["id"].as_str().unwrap());
    let (_, events) =
        own.officer.get(&format!("/api/cases/4405/{}/events", rose["case"]["id"].as_str().unwrap())).await;
    assert!(events.to_string().contains("分钟无人确认"), "{events}");
    let body = json!({"version": rose["case"]["version"]});
    assert_eq!(own.officer.send("POST", &format!("{path}/acknowledge"), body, None).await.0, StatusCode::OK);
}

#[db_test]
async fn an_alarm_of_which_nobody_takes_notice_rises_to_the_county_and_the_city(db: Db) {
    let server = Server::at(db, Clock::fixed(nine())).await;
    let mut own = cast(&server).await;
    own.point("TI-101", json!({})).await;
    own.send(&[("TI-101", second(-10), 61.0)]).await;
    for (days, tier) in [(0, "town"), (1, "county"), (2, "city")] {
        server.app.clock.advance(Duration::days(days));
        own.sign_in_again().await;
        caseflow::escalate(&server.app, server::FLOWS).await.unwrap();
        assert_eq!(own.alarms("life=open").await[0]["case"]["tier"], tier);
    }
}

#[db_test]
async fn a_danger_is_entered_from_an_alarm_and_either_leads_to_the_other(db: Db) {
    let server = Server::at(db, Clock::fixed(nine())).await;
    let own = cast(&server).await;
    own.point("TI-101", json!({})).await;
    own.send(&[("TI-101", second(-20), 70.0)]).await;
    let alarm = own.alarms("life=open").await.remove(0)["case"].clone();
    let danger = json!({"city": "4405", "enterprise": own.row["id"], "found_in": alarm["id"], "source": "monitoring",
        "found_on": "2026-03-02", "place": "TI-101 储罐温度", "description": "储罐超温", "needs_stop": false,
        "beyond_own_power": false, "stop": "none", "due_on": "2026-03-09"});
    let (status, made) = own.officer.send("POST", "/api/dangers", danger.clone(), None).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    assert_eq!(
        (&made["detail"]["source"], &made["detail"]["found_in"]),
        (&json!("monitoring"), &alarm["id"]),
        "{made}"
    );
    let behind = format!("/api/dangers?found_in={}", alarm["id"].as_str().unwrap());
    let rows = own.firm.get(&behind).await.1;
    assert_eq!(rows["items"][0]["case"]["id"], made["case"]["id"], "{rows}");
    assert_eq!(rows["items"].as_array().unwrap().len(), 1);
    // what it was found in stays when the danger is set right
    let mut right = danger.clone();
    (right["version"], right["reason"], right["description"]) =
        (made["case"]["version"].clone(), json!("补充"), json!("储罐超温，冷却水阀关闭"));
    let url = format!("/api/dangers/4405/{}", made["case"]["id"].as_str().unwrap());
    let (status, made) = own.officer.send("PATCH", &url, right, None).await;
    assert_eq!((status, &made["detail"]["found_in"]), (StatusCode::OK, &alarm["id"]), "{made}");
    // an alarm of another enterprise, or none at all, is nothing that it was found in
    let city = server.person(Role::Officer, "4405", None).await;
    let mut wrong = danger.clone();
    wrong["enterprise"] = city.named(TRADE).await["id"].clone();
    let (status, told) = city.send("POST", "/api/dangers", wrong, None).await;
    assert_eq!(
        (status, &told["errors"][0]["pointer"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("/found_in")),
        "{told}"
    );
    let mut nothing = danger;
    nothing["found_in"] = json!("01900000-0000-7000-8000-000000000000");
    assert_eq!(own.officer.send("POST", "/api/dangers", nothing, None).await.0, StatusCode::NOT_FOUND);
    assert_eq!(own.officer.get(&behind).await.1["items"].as_array().unwrap().len(), 1, "neither was entered");
}
