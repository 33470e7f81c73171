//! What gateways measure, on its way by HTTP and by MQTT when the server is killed: what was acknowledged is there, what was not is there whole or
//! not at all, and what is sent again is not there twice.

use std::{collections::BTreeMap, net::TcpListener, process::Stdio, time::Duration};

use chrono::{DateTime, DurationRound, SecondsFormat, TimeDelta, Utc};
use tokio::process::Command;

use super::*;

const POINTS: [&str; 3] = ["TI-1", "TI-2", "TI-3"];
/// Readings of a batch, which are those of one minute, and most batches that a gateway sends before it is killed.
const BATCH: i64 = 20;
const MOST: i64 = 40;

/// A batch: point, minute, and whether it was acknowledged.
type Sent = (&'static str, i64, bool);

struct Plant {
    session: Session,
    token: String,
    points: Vec<String>,
    /// The minute before the first.
    begin: DateTime<Utc>,
}

async fn plant(system: &System, program: &Program) -> Plant {
    let officer = program.sign_in(&system.person(Role::Officer, COUNTY).await).await;
    let id = firm(program, &officer).await.rsplit('/').next().unwrap().to_string();
    let login = crate::monitoring::enterprise_account(system, id.parse().unwrap()).await;
    let session = program.sign_in(&login).await;
    let mut points = Vec::new();
    for code in POINTS {
        let new =
            json!({"city": "4405", "enterprise": id, "code": code, "name": "温度", "kind": "temperature"});
        let point = post(program, &session, "/api/monitoring/points", new).await;
        points.push(format!("/api/monitoring/points/4405/{}", point["id"].as_str().unwrap()));
    }
    let new = json!({"name": "采集网关", "days": 30, "operations": ["create_readings"]});
    let token = post(program, &session, "/api/tokens", new).await["token"].as_str().unwrap().to_string();
    let begin = Utc::now().duration_trunc(TimeDelta::minutes(1)).unwrap() - TimeDelta::hours(20);
    Plant { session, token, points, begin }
}

fn text(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

impl Plant {
    fn batch(&self, point: &str, minute: i64) -> Value {
        let at = |second| text(self.begin + TimeDelta::minutes(minute) + TimeDelta::seconds(second));
        let readings = (0..BATCH).map(|own| json!({"point": point, "at": at(own * 3), "value": 20 + own}));
        json!({"readings": readings.collect::<Vec<_>>()})
    }

    /// How many readings of each point and minute are kept.
    async fn kept(&self, program: &Program) -> BTreeMap<(&'static str, i64), i64> {
        let mut kept = BTreeMap::new();
        for (code, url) in POINTS.into_iter().zip(&self.points) {
            let (from, to) = (text(self.begin), text(self.begin + TimeDelta::hours(21)));
            let curve = program.get(&self.session, &format!("{url}/curve?from={from}&to={to}")).await;
            assert_eq!(curve["grain"], "minute");
            for item in curve["items"].as_array().unwrap() {
                let at: DateTime<Utc> = item["at"].as_str().unwrap().parse().unwrap();
                kept.insert((code, (at - self.begin).num_minutes()), item["number"].as_i64().unwrap());
            }
        }
        kept
    }
}

/// By HTTP; whether it was acknowledged.
async fn by_http(program: &Program, plant: &Plant, batch: &Value) -> bool {
    let answer = program.post(&plant.session, "/api/monitoring/readings", batch, None).await;
    answer.is_some_and(|(status, told)| {
        assert_eq!(status, StatusCode::OK, "{told}");
        true
    })
}

/// By mosquitto_pub, which ends well once the message was acknowledged.
async fn by_mqtt(port: u16, plant: &Plant, batch: &Value) -> bool {
    let mut sending = Command::new("mosquitto_pub")
        .args(["-h", "127.0.0.1", "-p", &port.to_string(), "-u", "gateway", "-P", &plant.token])
        .args(["-t", "anjian/readings", "-q", "1", "-m", &batch.to_string()])
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("mosquitto_pub is installed: scripts/tools test");
    // it may try for ever to reach who was killed
    let ended = tokio::time::timeout(Duration::from_secs(20), sending.wait()).await;
    ended.is_ok_and(|ended| ended.unwrap().success())
}

/// Each point's gateway sends minute after minute until the server is killed under it.
async fn until_killed(
    pid: u32,
    (first, after): (i64, Duration),
    send: impl AsyncFn(&'static str, i64) -> bool,
) -> Vec<Sent> {
    let gateway = async |point| {
        let mut sent = Vec::new();
        for minute in first..first + MOST {
            sent.push((point, minute, send(point, minute).await));
            if !sent.last().unwrap().2 {
                break;
            }
        }
        sent
    };
    let killer = async {
        tokio::time::sleep(after).await;
        testkit::kill(pid);
    };
    let (sent, ()) = tokio::join!(join_all(POINTS.map(gateway)), killer);
    sent.into_iter().flatten().collect()
}

/// What the killed server left: all that was acknowledged, and of the rest each batch whole or not at all.
async fn nothing_is_lost(program: &Program, plant: &Plant, sent: &[Sent]) {
    let kept = plant.kept(program).await;
    for (point, minute, acknowledged) in sent {
        let number = kept.get(&(*point, *minute)).copied().unwrap_or_default();
        let whole = number == BATCH || number == 0 && !acknowledged;
        assert!(
            whole,
            "{number} of {BATCH} readings of {point}, minute {minute}, acknowledged: {acknowledged}"
        );
    }
}

/// All that was ever sent is kept, once.
async fn each_is_there_once(program: &Program, plant: &Plant, all: &[Sent]) {
    let expected = all.iter().map(|(point, minute, _)| ((*point, *minute), BATCH)).collect();
    assert_eq!(plant.kept(program).await, expected);
    assert!(all.iter().any(|own| own.2) && all.iter().any(|own| !own.2), "some were cut off, some not");
}

on_both_engines! {
    async fn no_acknowledged_reading_is_lost_or_doubled_when_the_server_is_killed_again_and_again(system: System) {
        let mut program = system.serve();
        let plant = plant(&system, &program).await;
        let mut all = Vec::new();
        for round in 0..KILLS {
            let first = round as i64 * MOST;
            let after = Duration::from_millis(30 + 25 * round as u64);
            let send = async |point, minute| by_http(&program, &plant, &plant.batch(point, minute)).await;
            let sent = until_killed(program.pid(), (first, after), send).await;
            program.kill();
            program = system.serve();
            nothing_is_lost(&program, &plant, &sent).await;
            for (point, minute, _) in &sent {
                assert!(by_http(&program, &plant, &plant.batch(point, *minute)).await);
            }
            all.extend(sent);
        }
        each_is_there_once(&program, &plant, &all).await;
        program.kill();
    }

    async fn no_reading_acknowledged_by_mqtt_is_lost_or_doubled_when_the_server_is_killed_again_and_again(system: System) {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let address = format!("127.0.0.1:{port}");
        let settings = [("ANJIAN_MQTT", address.as_str())];
        let mut program = system.serve_with(&settings);
        let plant = plant(&system, &program).await;
        let mut all = Vec::new();
        for round in 0..KILLS {
            let first = round as i64 * MOST;
            let after = Duration::from_millis(60 + 45 * round as u64);
            let send = async |point, minute| by_mqtt(port, &plant, &plant.batch(point, minute)).await;
            let sent = until_killed(program.pid(), (first, after), send).await;
            program.kill();
            program = system.serve_with(&settings);
            nothing_is_lost(&program, &plant, &sent).await;
            for (point, minute, _) in &sent {
                assert!(by_mqtt(port, &plant, &plant.batch(point, *minute)).await);
            }
            all.extend(sent);
        }
        each_is_there_once(&program, &plant, &all).await;
        program.kill();
    }
}
