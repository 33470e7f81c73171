//! Monitoring over HTTP: readings in every disorder, alarms from raised to dealt with, points that fall silent, curves.

use axum::http::StatusCode;
use chrono::{DateTime, Duration, SecondsFormat, TimeZone, Utc};
use db::{Db, Exec, FromRow, db_test, sql};
use kernel::{Clock, Role};
use serde_json::{Value, json};
use testkit::{Client, PASSWORD, PLASTICS, Server, System, TRADE, list, on_both_engines};

const TOWN: &str = "440515102";

struct Cast<'a> {
    server: &'a Server,
    row: Value,
    officer: Client<'a>,
    firm: Client<'a>,
    gateway: Client<'a>,
}

/// The second of March 2026, nine in the morning.
fn nine() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 2, 1, 0, 0).unwrap()
}

/// A firm whose gateway has an access token that does nothing but send readings.
async fn cast(server: &Server) -> Cast<'_> {
    server.register().await;
    let officer = server.person(Role::Officer, TOWN, None).await;
    let row = officer.named(PLASTICS).await;
    let id = row["id"].as_str().unwrap().parse().unwrap();
    let firm = server.person(Role::Enterprise, TOWN, Some(id)).await;
    let body = json!({"name": "采集网关", "days": 30, "operations": ["create_readings"]});
    let (status, made) = firm.send("POST", "/api/tokens", body, None).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let gateway = server.program(made["token"].as_str().unwrap());
    Cast { server, row, officer, firm, gateway }
}

impl Cast<'_> {
    async fn point(&self, code: &str, more: Value) -> Value {
        let mut body = json!({"city": "4405", "enterprise": self.row["id"], "code": code, "name": "储罐温度", "kind": "temperature",
            "delay_s": 0, "hysteresis": 2, "high": 60, "high_high": 80});
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        let (status, point) = self.firm.send("POST", "/api/monitoring/points", body, None).await;
        assert_eq!(status, StatusCode::CREATED, "{point}");
        point
    }

    async fn send(&self, readings: &[(&str, DateTime<Utc>, f64)]) -> Value {
        let body = batch(readings);
        let (status, told) = self.gateway.send("POST", "/api/monitoring/readings", body, None).await;
        assert_eq!(status, StatusCode::OK, "{told}");
        told
    }

    /// A session does not last for days.
    async fn sign_in_again(&mut self) {
        self.officer = self.server.sign_in(&format!("officer-{TOWN}"), PASSWORD).await;
    }

    async fn again(&self, point: &Value) -> Value {
        self.officer.get(&address(point)).await.1
    }

    async fn alarms(&self, query: &str) -> Vec<Value> {
        let (status, page) = self.officer.get(&format!("/api/monitoring/alarms?{query}")).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        page["items"].as_array().unwrap().clone()
    }

    async fn counted(&self) -> Vec<(String, String, i64)> {
        let id = self.row["id"].as_str().unwrap();
        let (_, rows) = self.officer.get(&format!("/api/enterprises/4405/{id}/monitor-counts")).await;
        let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_string();
        let mut rows: Vec<_> = rows
            .as_array()
            .unwrap()
            .iter()
            .map(|row| (text(row, "code"), text(row, "outcome"), row["number"].as_i64().unwrap()))
            .collect();
        rows.sort();
        rows
    }
}

fn text(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

fn batch(readings: &[(&str, DateTime<Utc>, f64)]) -> Value {
    let one = |(point, at, value): &(&str, DateTime<Utc>, f64)| json!({"point": point, "at": text(*at), "value": value});
    json!({"readings": readings.iter().map(one).collect::<Vec<_>>()})
}

fn address(point: &Value) -> String {
    format!("/api/monitoring/points/4405/{}", point["id"].as_str().unwrap())
}

async fn curve(who: &Client<'_>, point: &Value, from: DateTime<Utc>, to: DateTime<Utc>) -> Value {
    let (status, curve) =
        who.get(&format!("{}/curve?from={}&to={}", address(point), text(from), text(to))).await;
    assert_eq!(status, StatusCode::OK, "{curve}");
    curve
}

fn second(count: i64) -> DateTime<Utc> {
    nine() + Duration::seconds(count)
}

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

#[derive(FromRow)]
struct Ended {
    id: uuid::Uuid,
    result: Option<db::Json<Value>>,
}

async fn ended(db: &Db, kind: &str) -> Vec<Ended> {
    db.all(sql!("select id, result from job where kind = $1 and ended_at is not null", kind)).await.unwrap()
}

/// Lets the job of that kind run; the schedule may let it run as well. Answers one of its numbers, of all runs together.
async fn run(server: &Server, kind: &str, what: &str) -> i64 {
    let db = &server.app.db;
    let before = ended(db, kind).await;
    let mut tx = db.begin().await.unwrap();
    let kinds = server::kinds();
    let kind = kinds.kinds.iter().find(|own| own.name == kind).unwrap().name;
    let new =
        job::New { kind, city: "4405".into(), owner: uuid::Uuid::nil(), on_behalf: None, input: json!({}) };
    let id = job::enqueue(&mut tx, &server.app.clock, new).await.unwrap();
    tx.commit().await.unwrap();
    let workers = server.work().await;
    for _ in 0..400 {
        let now = ended(db, kind).await;
        let open = sql!("select id, result from job where kind = $1 and ended_at is null", kind);
        if now.iter().any(|own| own.id == id) && db.all::<Ended>(open).await.unwrap().is_empty() {
            drop(workers);
            let new = now.iter().filter(|own| before.iter().all(|other| other.id != own.id));
            return new.map(|own| own.result.as_ref().unwrap().0[what].as_i64().unwrap()).sum();
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("the job never ended");
}

#[db_test]
async fn a_point_that_falls_silent_is_offline_until_it_speaks(db: Db) {
    let server = Server::at(db, Clock::fixed(nine())).await;
    let own = cast(&server).await;
    let quick = own.point("TI-1", json!({"interval_s": 30})).await;
    let slow = own.point("TI-2", json!({"interval_s": 600})).await;
    own.point("TI-3", json!({})).await;
    let link = json!({"kind": "video", "name": "罐区视频", "link": "rtsp://10.0.0.8/1", "high": null, "high_high": null});
    own.point("V-1", link).await;
    own.send(&[("TI-1", second(-1), 20.0), ("TI-2", second(-1), 20.0)]).await;
    let online = async || {
        let (_, indicators) = own.officer.get("/api/indicators").await;
        let of = |own: &&Value| own["code"] == "monitor_points_online";
        let total = &indicators.as_array().unwrap().iter().find(of).unwrap()["total"];
        (total["numerator"].clone(), total["denominator"].clone())
    };
    assert_eq!(online().await, (json!(2), json!(3)));
    server.app.clock.advance(Duration::seconds(91));
    assert_eq!(run(&server, "watch_monitoring", "offline").await, 1);
    assert_eq!(
        (&own.again(&quick).await["state"], &own.again(&slow).await["state"]),
        (&json!("offline"), &json!("normal"))
    );
    assert_eq!(online().await, (json!(1), json!(3)));
    let (_, counted) = own.officer.get("/api/monitoring/points/count").await;
    let of = |state: &str| {
        counted.as_array().unwrap().iter().find(|own| own["state"] == state).unwrap()["number"].clone()
    };
    assert_eq!((of("offline"), of("normal"), of("new")), (json!(1), json!(1), json!(1)));
    let (_, page) = own.officer.get("/api/monitoring/points?state=offline").await;
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
    own.send(&[("TI-1", second(80), 20.0)]).await;
    assert_eq!(own.again(&quick).await["state"], "normal");
}

#[db_test]
async fn hours_are_summed_up_and_a_late_reading_sums_them_anew(db: Db) {
    let server = Server::at(db, Clock::fixed(nine())).await;
    let own = cast(&server).await;
    let point = own.point("TI-1", json!({"high": null, "high_high": null})).await;
    // three hours, a reading a minute; the last is not over
    let hour = |back: i64, minute: i64| nine() - Duration::hours(back) + Duration::minutes(minute);
    let mut readings = Vec::new();
    for back in 1..=3 {
        for minute in 0..60 {
            readings.push(("TI-1", hour(back, minute), (back * 10 + minute % 2) as f64));
        }
    }
    assert_eq!(own.send(&readings).await["taken"], 180);
    let week = (nine() - Duration::days(7), nine());
    let before = curve(&own.officer, &point, week.0, week.1).await;
    assert_eq!(before["grain"], "hour");
    let sums = |curve: &Value| -> Vec<(f64, f64, f64, i64)> {
        let float = |item: &Value, name: &str| item[name].as_f64().unwrap();
        let items = curve["items"].as_array().unwrap().iter();
        items
            .map(|item| {
                (
                    float(item, "low"),
                    float(item, "high"),
                    float(item, "mean"),
                    item["number"].as_i64().unwrap(),
                )
            })
            .collect()
    };
    let expected = vec![(30.0, 31.0, 30.5, 60), (20.0, 21.0, 20.5, 60), (10.0, 11.0, 10.5, 60)];
    assert_eq!(sums(&before), expected, "before they are summed up they are read from the minutes");
    assert_eq!(run(&server, "watch_monitoring", "hours").await, 2);
    assert_eq!(sums(&curve(&own.officer, &point, week.0, week.1).await), expected);
    own.send(&[("TI-1", hour(3, 0) + Duration::seconds(30), 91.0)]).await;
    assert_eq!(run(&server, "watch_monitoring", "hours").await, 1);
    let after = curve(&own.officer, &point, week.0, week.1).await;
    assert_eq!(sums(&after)[0], (30.0, 91.0, 31.492, 61));
    let year = curve(&own.officer, &point, nine() - Duration::days(365), nine()).await;
    assert_eq!((&year["grain"], year["items"].as_array().unwrap().len()), (&json!("day"), 1));
    let day = curve(&own.officer, &point, nine() - Duration::days(1), nine()).await;
    assert_eq!((&day["grain"], day["items"].as_array().unwrap().len()), (&json!("minute"), 180));
}

#[db_test]
async fn readings_are_kept_for_thirty_days_and_then_removed(db: Db) {
    let server = Server::at(db, Clock::fixed(nine())).await;
    let mut own = cast(&server).await;
    let point = own.point("TI-1", json!({})).await;
    own.send(&[("TI-1", second(-1), 20.0), ("TI-1", nine() - Duration::days(1), 21.0)]).await;
    server.app.clock.advance(Duration::days(30));
    own.sign_in_again().await;
    run(&server, "watch_monitoring", "hours").await;
    assert_eq!(run(&server, "clear_readings", "minutes").await, 0);
    let drawn = curve(&own.officer, &point, second(-3600), second(0)).await;
    assert_eq!(drawn["items"].as_array().unwrap().len(), 1);
    server.app.clock.advance(Duration::days(3));
    own.sign_in_again().await;
    run(&server, "clear_readings", "minutes").await;
    let drawn = curve(&own.officer, &point, second(-3600), second(0)).await;
    assert_eq!(drawn["items"], json!([]));
    // the sums stay for years
    let month = curve(&own.officer, &point, nine() - Duration::days(20), nine()).await;
    assert_eq!(month["items"].as_array().unwrap().len(), 2);
}

#[db_test]
async fn a_point_begins_with_the_limits_of_the_standard_and_says_what_is_wrong(db: Db) {
    let server = Server::at(db, Clock::fixed(nine())).await;
    let own = cast(&server).await;
    let none = json!({"high": null, "high_high": null, "hysteresis": null, "delay_s": null});
    let mut gas = none.clone();
    (gas["kind"], gas["name"]) = (json!("combustible_gas"), json!("泵房可燃气体"));
    let gas = own.point("GT-1", gas).await;
    assert_eq!((&gas["high"], &gas["high_high"], &gas["unit"]), (&json!(25.0), &json!(50.0), &json!("%LEL")));
    assert!(gas["basis"].as_str().unwrap().starts_with("GB/T 50493-2019"));
    let wrong = async |more: Value| {
        let mut body = json!({"city": "4405", "enterprise": own.row["id"], "code": "X-1", "name": "某点", "kind": "level"});
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        let (status, told) = own.firm.send("POST", "/api/monitoring/points", body, None).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{told}");
        told["errors"][0]["pointer"].as_str().unwrap().to_string()
    };
    assert_eq!(wrong(json!({"code": ""})).await, "/code");
    assert_eq!(wrong(json!({"code": "GT-1"})).await, "/code");
    assert_eq!(wrong(json!({"kind": "noise"})).await, "/kind");
    assert_eq!(wrong(json!({"high": 5, "high_high": 5})).await, "/high_high");
    assert_eq!(wrong(json!({"interval_s": 0})).await, "/interval_s");
    assert_eq!(wrong(json!({"kind": "video", "link": "javascript:alert(1)"})).await, "/link");
    // a change stands on the trail, and a stale one is refused
    let mut body = json!({"version": gas["version"], "code": "GT-1", "name": "泵房可燃气体", "kind": "combustible_gas", "high": 20, "high_high": 40});
    let (status, changed) = own.firm.send("PUT", &address(&gas), body.clone(), None).await;
    assert_eq!((status, &changed["high"]), (StatusCode::OK, &json!(20.0)), "{changed}");
    body["high"] = json!(22);
    let (status, stale) = own.firm.send("PUT", &address(&gas), body, None).await;
    assert_eq!((status, &stale["current"]["high"]), (StatusCode::CONFLICT, &json!(20.0)));
}

#[db_test]
async fn the_live_stream_tells_what_became_otherwise_within_the_area(db: Db) {
    let server = Server::at(db, Clock::fixed(nine())).await;
    let own = cast(&server).await;
    let point = own.point("TI-101", json!({})).await;
    assert_eq!(own.officer.events("/api/monitoring/events").await.0, StatusCode::BAD_REQUEST);
    let (status, mut events) = own.officer.events(&format!("/api/monitoring/events?region={TOWN}")).await;
    assert_eq!(status, StatusCode::OK);
    // who watches another town hears nothing of it
    let other = server.person(Role::Officer, "440511015", None).await;
    assert_eq!(other.events(&format!("/api/monitoring/events?region={TOWN}")).await.0, StatusCode::NOT_FOUND);
    let (_, mut elsewhere) = other.events("/api/monitoring/events?region=440511015").await;
    assert_eq!(elsewhere.next("monitoring").await["points"], json!([]));
    let first = events.next("monitoring").await;
    assert_eq!((&first["points"][0]["state"], &first["unacknowledged"]), (&json!("new"), &json!(0)));
    own.send(&[("TI-101", second(-10), 61.0)]).await;
    let told = events.next("monitoring").await;
    assert_eq!(
        (&told["points"][0]["id"], &told["points"][0]["last_value"], &told["points"][0]["state"]),
        (&point["id"], &json!(61.0), &json!("level1"))
    );
    assert_eq!(told["unacknowledged"], 1);
    let of = told["standings"].as_array().unwrap().iter().find(|own| own["state"] == "level1").unwrap();
    assert_eq!(of["number"], 1);
}

#[db_test]
async fn areas_say_where_points_are_online_and_what_is_wrong(db: Db) {
    let server = Server::at(db, Clock::fixed(nine())).await;
    let own = cast(&server).await;
    own.point("TI-101", json!({})).await;
    own.point("TI-102", json!({})).await;
    own.send(&[("TI-101", second(-10), 61.0)]).await;
    let clerk = server.person(Role::Clerk, "4405", None).await;
    let numbers = |row: &Value| {
        ["points", "online", "alarming", "unacknowledged"].map(|name| row[name].as_i64().unwrap())
    };
    for (region, area) in [("4405", "440515"), ("440515", TOWN)] {
        let (status, rows) = clerk.get(&format!("/api/monitoring/areas?region={region}")).await;
        assert_eq!((status, &rows[0]["region"]), (StatusCode::OK, &json!(area)), "{rows}");
        assert_eq!((rows.as_array().unwrap().len(), numbers(&rows[0])), (1, [2, 1, 1, 1]));
    }
    let (_, rows) = own.officer.get(&format!("/api/monitoring/areas?region={TOWN}")).await;
    assert_eq!((&rows[0]["enterprise"], &rows[0]["label"]), (&own.row["id"], &json!(PLASTICS)));
    assert_eq!(numbers(&rows[0]), [2, 1, 1, 1]);
    assert_eq!(own.officer.get("/api/monitoring/areas?region=440511").await.0, StatusCode::NOT_FOUND);
    // what a number of an ownership links to
    let ownership = own.row["ownership"].as_str().unwrap();
    let other = if ownership == "public" { "non_public" } else { "public" };
    for (ownership, number) in [(ownership, 2), (other, 0)] {
        let (_, page) = own.officer.get(&format!("/api/monitoring/points?ownership={ownership}")).await;
        assert_eq!(page["items"].as_array().unwrap().len(), number);
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

/// An account of an enterprise.
pub(crate) async fn enterprise_account(system: &System, enterprise: uuid::Uuid) -> String {
    let (db, clock) = (&system.test.db, Clock::System);
    let actor = kernel::Actor::system("测试");
    let region = kernel::RegionCode::parse(TOWN).unwrap();
    let new = account::NewAccount {
        login: "firm".into(),
        name: "企业甲".into(),
        kind: "enterprise",
        region: region.clone(),
        enterprise: Some(enterprise),
    };
    let mut tx = db.begin().await.unwrap();
    let (id, _) = account::create(&mut tx, &clock, &actor, new, Some(PASSWORD.into())).await.unwrap();
    let own: account::Account =
        tx.one(account::Account::select().push(" where id = ").arg(id)).await.unwrap();
    let new = account::NewGrant {
        role: Role::Enterprise,
        region,
        sectors: None,
        valid_from: clock.today(),
        valid_to: None,
        document: None,
    };
    account::grant(&mut tx, &clock, &actor, &own, new).await.unwrap();
    tx.commit().await.unwrap();
    "firm".into()
}
