//! Readings as they come: in every disorder, from whoever may send them, many at once, and through a kill.

use super::*;

#[db_test]
async fn every_reading_is_kept_or_counted_with_its_reason(db: Db) {
    let server = Server::at(db, Clock::fixed(nine() + Duration::hours(1))).await;
    let own = cast(&server).await;
    let point = own.point("TI-101", json!({})).await;
    assert_eq!((&point["state"], &point["unit"]), (&json!("new"), &json!("℃")));
    let now = nine() + Duration::hours(1);
    let told = own
        .send(&[
            ("TI-101", now - Duration::seconds(10), 25.5),
            ("TI-101", now - Duration::seconds(20), 25.0),
            ("TI-101", now - Duration::seconds(20), 25.0),
            ("TI-101", now - Duration::seconds(20), 26.0),
            ("TI-101", now + Duration::minutes(6), 25.0),
            ("TI-101", now + Duration::minutes(4), 25.25),
            ("TI-101", now - Duration::days(40), 25.0),
            ("TI-101", now, 99_999.0),
            ("TI-999", now, 1.0),
        ])
        .await;
    assert_eq!(told["taken"], 3, "{told}");
    for (name, number) in [
        ("duplicate", 1),
        ("contrary", 1),
        ("future", 1),
        ("expired", 1),
        ("absurd", 1),
        ("unknown", 1),
        ("late", 0),
        ("disordered", 0),
    ] {
        assert_eq!(told[name], number, "{name}: {told}");
    }
    assert_eq!(told["unknown_points"], json!(["TI-999"]));
    // what is no number or no time; what comes late and out of order
    let body = json!({"readings": [
        {"point": "TI-101", "at": text(now), "value": "断线"},
        {"point": "TI-101", "at": "昨天", "value": 1},
        {"point": "TI-101", "at": text(now), "value": null},
        {"point": "TI-101", "at": text(now - Duration::minutes(30)), "value": "24.5"},
    ]});
    let (_, told) = own.gateway.send("POST", "/api/monitoring/readings", body, None).await;
    assert_eq!(
        (&told["taken"], &told["late"], &told["disordered"], &told["absurd"]),
        (&json!(1), &json!(1), &json!(1), &json!(3))
    );
    let counted = own.counted().await;
    let expected = [
        ("TI-101", "absurd", 4),
        ("TI-101", "contrary", 1),
        ("TI-101", "disordered", 1),
        ("TI-101", "duplicate", 1),
        ("TI-101", "expired", 1),
        ("TI-101", "future", 1),
        ("TI-101", "late", 1),
        ("TI-999", "unknown", 1),
    ];
    let expected: Vec<_> =
        expected.iter().map(|(code, what, number)| (code.to_string(), what.to_string(), *number)).collect();
    assert_eq!(counted, expected);
    let curve = curve(&own.officer, &point, now - Duration::hours(1), now + Duration::minutes(10)).await;
    assert_eq!(curve["grain"], "reading");
    let values: Vec<f64> =
        curve["items"].as_array().unwrap().iter().map(|item| item["mean"].as_f64().unwrap()).collect();
    assert_eq!(values, [24.5, 25.0, 25.5, 25.25]);
    let point = own.again(&point).await;
    assert_eq!((&point["last_value"], &point["state"]), (&json!(25.25), &json!("normal")));
}

#[db_test]
async fn unknown_codes_without_end_are_counted_together(db: Db) {
    let server = Server::at(db, Clock::fixed(nine())).await;
    let own = cast(&server).await;
    for part in 0..3 {
        let codes: Vec<String> = (0..60).map(|at| format!("X-{part}-{at}")).collect();
        let readings: Vec<_> = codes.iter().map(|code| (code.as_str(), nine(), 1.0)).collect();
        assert_eq!(own.send(&readings).await["unknown"], 60);
    }
    let counted = own.counted().await;
    assert_eq!(counted.len(), 101);
    assert_eq!(counted[0], (String::new(), "unknown".into(), 80));
}

#[db_test]
async fn a_token_for_readings_does_nothing_else_and_fills_no_other_enterprise(db: Db) {
    let server = Server::at(db, Clock::fixed(nine())).await;
    let own = cast(&server).await;
    let point = own.point("TI-101", json!({})).await;
    assert_eq!(own.gateway.get(&address(&point)).await.0, StatusCode::FORBIDDEN);
    let clerk = server.person(Role::Clerk, "4405", None).await;
    let other = clerk.named(TRADE).await["id"].as_str().unwrap().parse().unwrap();
    let stranger = server.person(Role::Enterprise, "440511", Some(other)).await;
    let body = batch(&[("TI-101", nine(), 1.0)]);
    let (_, told) = stranger.send("POST", "/api/monitoring/readings", body, None).await;
    assert_eq!((&told["taken"], &told["unknown"]), (&json!(0), &json!(1)));
    assert_eq!(stranger.get(&address(&point)).await.0, StatusCode::NOT_FOUND);
    assert_eq!(own.again(&point).await["last_at"], Value::Null);
}

#[db_test]
async fn readings_out_of_order_are_drawn_and_raise_nothing(db: Db) {
    let server = Server::at(db, Clock::fixed(nine())).await;
    let own = cast(&server).await;
    let point = own.point("TI-101", json!({})).await;
    own.send(&[("TI-101", second(-10), 30.0)]).await;
    let told = own.send(&[("TI-101", second(-60), 70.0)]).await;
    assert_eq!((&told["disordered"], &told["alarms"]), (&json!(1), &json!(0)));
    let drawn = curve(&own.officer, &point, second(-3600), second(0)).await;
    assert_eq!(drawn["items"].as_array().unwrap().len(), 2);
    assert_eq!(own.again(&point).await["last_value"], json!(30.0));
    // a gateway that was cut off sends what it kept, in order: an alarm of then begins and ends
    let told = own.send(&[("TI-101", second(-5), 70.0), ("TI-101", second(-4), 30.0)]).await;
    assert_eq!(told["alarms"], 1);
    assert_ne!(own.alarms("life=open").await[0]["detail"]["ended_at"], Value::Null);
}

#[db_test]
async fn batches_of_one_enterprise_at_once_lose_and_double_nothing(db: Db) {
    let server = Server::at(db, Clock::fixed(nine())).await;
    let own = cast(&server).await;
    let mut points = Vec::new();
    for at in 0..4 {
        points.push(own.point(&format!("TI-{at}"), json!({})).await);
    }
    // eight at once, each sent twice, all into the same minutes
    let sent = (0..16).map(|part| {
        let own = &own;
        async move {
            let readings: Vec<(String, DateTime<Utc>, f64)> = (0..40)
                .map(|at| {
                    (
                        format!("TI-{}", at % 4),
                        second(-((part % 8) * 10 + at / 4 + 1)),
                        20.0 + f64::from(at as i32),
                    )
                })
                .collect();
            let readings: Vec<_> =
                readings.iter().map(|(code, at, value)| (code.as_str(), *at, *value)).collect();
            own.send(&readings).await
        }
    });
    let told = futures::future::join_all(sent).await;
    let sum = |name: &str| told.iter().map(|own| own[name].as_i64().unwrap()).sum::<i64>();
    assert_eq!((sum("taken"), sum("duplicate"), sum("contrary")), (320, 320, 0));
    for point in &points {
        let drawn = curve(&own.officer, point, second(-3600), second(0)).await;
        assert_eq!(drawn["items"].as_array().unwrap().len(), 80);
        assert_eq!(own.again(point).await["last_at"], json!("2026-03-02T00:59:59Z"));
    }
}

on_both_engines! {
    // what was answered is there after `kill -9`, and of a batch that was not answered all or nothing
    async fn what_was_acknowledged_survives_a_kill(system: System) {
        let list = system.file("list.csv", list());
        system.import(&list, &["--region", "4405"]);
        let clerk = system.person(Role::Clerk, "4405").await;
        let program = system.serve();
        let clerk = program.sign_in(&clerk).await;
        let page = program.get(&clerk, "/api/enterprises?limit=200").await;
        let firms = page["items"].as_array().unwrap();
        let firm = firms.iter().find(|row| row["name"] == PLASTICS).unwrap()["id"].clone();
        let login = enterprise_account(&system, firm.as_str().unwrap().parse().unwrap()).await;
        let session = program.sign_in(&login).await;
        let new = json!({"city": "4405", "enterprise": firm, "code": "TI-1", "name": "温度", "kind": "temperature"});
        let (status, point) = program.post(&session, "/api/monitoring/points", &new, None).await.unwrap();
        assert_eq!(status, StatusCode::CREATED, "{point}");
        let begin = Utc::now() - Duration::hours(1);
        let sending = async {
            let mut answered = 0;
            for part in 0..500 {
                let at = |more: i64| begin + Duration::milliseconds(part * 5_000 + more * 100);
                let readings: Vec<_> = (0..50).map(|more| ("TI-1", at(more), 20.0)).collect();
                match program.post(&session, "/api/monitoring/readings", &batch(&readings), None).await {
                    Some((StatusCode::OK, told)) => answered += told["taken"].as_i64().unwrap(),
                    _ => break,
                }
            }
            answered
        };
        let pid = program.pid();
        let killing = async {
            tokio::time::sleep(std::time::Duration::from_millis(400)).await;
            testkit::kill(pid);
        };
        let (answered, ()) = tokio::join!(sending, killing);
        program.kill();
        let program = system.serve();
        let path = format!("{}/curve?from={}&to={}", address(&point), text(begin - Duration::hours(1)), text(begin + Duration::hours(2)));
        let curve = program.get(&session, &path).await;
        let kept: i64 = curve["items"].as_array().unwrap().iter().map(|item| item["number"].as_i64().unwrap()).sum();
        assert!(answered > 0 && kept >= answered && kept % 50 == 0, "{kept} of {answered}");
    }
}
