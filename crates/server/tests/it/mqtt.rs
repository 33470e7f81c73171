//! Readings by MQTT, with the tools that everybody has: mosquitto_pub as the gateway, mosquitto as the broker of others, openssl for certificates.

use std::{
    net::TcpListener,
    path::Path,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use axum::http::StatusCode;
use chrono::{SecondsFormat, TimeDelta, Utc};
use db::{Db, Exec, db_test, sql};
use kernel::Role;
use monitoring::mqtt::{Listen, listen};
use serde_json::{Value, json};
use testkit::{Client, PLASTICS, Program, Server, Session, System, list, on_both_engines};
use tokio::{
    io::AsyncWriteExt,
    process::{Child, Command},
};

const TOWN: &str = "440515102";

struct Cast<'a> {
    row: Value,
    officer: Client<'a>,
    firm: Client<'a>,
    token: String,
    point: Value,
}

/// An enterprise with a point, and the token of its gateway.
async fn cast(server: &Server) -> Cast<'_> {
    server.register().await;
    let officer = server.person(Role::Officer, TOWN, None).await;
    let row = officer.named(PLASTICS).await;
    let id = row["id"].as_str().unwrap().parse().unwrap();
    let firm = server.person(Role::Enterprise, TOWN, Some(id)).await;
    let body = json!({"name": "采集网关", "days": 30, "operations": ["create_readings"]});
    let token = firm.send("POST", "/api/tokens", body, None).await.1["token"].as_str().unwrap().to_string();
    let body = json!({"city": "4405", "enterprise": row["id"], "code": "TI-101", "name": "储罐温度", "kind": "temperature",
        "high": 60, "delay_s": 0});
    let (status, point) = firm.send("POST", "/api/monitoring/points", body, None).await;
    assert_eq!(status, StatusCode::CREATED, "{point}");
    Cast { row, officer, firm, token, point }
}

impl Cast<'_> {
    async fn value(&self) -> Value {
        let path = format!("/api/monitoring/points/4405/{}", self.point["id"].as_str().unwrap());
        self.officer.get(&path).await.1["last_value"].clone()
    }
}

fn reading(back: i64, value: f64) -> Value {
    let at = (Utc::now() - TimeDelta::seconds(back)).to_rfc3339_opts(SecondsFormat::Millis, true);
    json!({"point": "TI-101", "at": at, "value": value})
}

/// mosquitto_pub towards a port, with a password and more arguments.
fn gateway(port: u16, token: &str, more: &[&str]) -> Child {
    let port = port.to_string();
    Command::new("mosquitto_pub")
        .args(["-h", "127.0.0.1", "-p", &port, "-u", "gateway", "-P", token, "-t", "anjian/readings"])
        .args(more)
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("mosquitto_pub is installed: scripts/tools test")
}

async fn publish(port: u16, token: &str, more: &[&str]) -> ExitStatus {
    gateway(port, token, more).wait().await.unwrap()
}

async fn open(server: &Server) -> u16 {
    let address = "127.0.0.1:0".parse().unwrap();
    listen(server.app.clone(), Listen { address, certificate: None }).await.unwrap().port()
}

#[db_test]
async fn a_gateway_publishes_single_readings_and_batches_at_every_quality(db: Db) {
    let server = Server::new(db).await;
    let own = cast(&server).await;
    let port = open(&server).await;
    for (back, value, quality) in [(30, 41.5, "1"), (20, 42.5, "2")] {
        let message = reading(back, value).to_string();
        assert!(publish(port, &own.token, &["-q", quality, "-m", &message]).await.success());
        // what was acknowledged is there
        assert_eq!(own.value().await, json!(value));
    }
    // many messages of one connection, of both kinds; the last is over the limit
    let mut many = gateway(port, &own.token, &["-q", "1", "-l"]);
    let mut text = String::new();
    for back in (2..200).rev() {
        text += &format!("{}\n", json!({"readings": [reading(back, 43.0)]}));
    }
    text += &format!("{}\n", json!([reading(1, 66.0)]));
    many.stdin.take().unwrap().write_all(text.as_bytes()).await.unwrap();
    assert!(many.wait().await.unwrap().success());
    assert_eq!(own.value().await, json!(66.0));
    let (_, alarms) = own.officer.get("/api/monitoring/alarms/count").await;
    assert_eq!(alarms["total"], 1);
}

#[db_test]
async fn nobody_without_a_good_token_gets_in_and_what_is_no_reading_is_counted(db: Db) {
    let server = Server::new(db).await;
    let own = cast(&server).await;
    let port = open(&server).await;
    let message = reading(10, 41.5).to_string();
    let body = json!({"name": "报表", "days": 30});
    let (_, other) = own.officer.send("POST", "/api/tokens", body, None).await;
    for token in ["", "nonsense", other["token"].as_str().unwrap()] {
        assert!(!publish(port, token, &["-q", "1", "-m", &message]).await.success(), "{token}");
    }
    assert_eq!(own.value().await, Value::Null);
    assert!(publish(port, &own.token, &["-q", "1", "-m", "温度四十一度"]).await.success());
    let id = own.row["id"].as_str().unwrap();
    let (_, counted) = own.firm.get(&format!("/api/enterprises/4405/{id}/monitor-counts")).await;
    assert_eq!(
        (&counted[0]["outcome"], &counted[0]["number"], &counted[0]["last_value"]),
        (&json!("absurd"), &json!(1), &json!("温度四十一度"))
    );
    // a token that was taken back opens nothing
    let (_, tokens) = own.firm.get("/api/tokens").await;
    let path = format!("/api/tokens/{}", tokens[0]["id"].as_str().unwrap());
    own.firm.send("DELETE", &path, Value::Null, None).await;
    assert!(!publish(port, &own.token, &["-q", "1", "-m", &message]).await.success());
}

#[db_test]
async fn a_message_is_acknowledged_only_once_it_is_lasting(db: Db) {
    let server = Server::new(db).await;
    let own = cast(&server).await;
    let port = open(&server).await;
    // somebody else holds the enterprise's points: nothing can be kept
    let mut tx = server.app.db.begin().await.unwrap();
    let id: uuid::Uuid = own.row["id"].as_str().unwrap().parse().unwrap();
    tx.run(sql!("update monitor_source set seen_at = seen_at where city = '4405' and enterprise = $1", id))
        .await
        .unwrap();
    let message = reading(10, 41.5).to_string();
    let mut waiting = gateway(port, &own.token, &["-q", "1", "-m", &message]);
    assert!(tokio::time::timeout(Duration::from_millis(1_500), waiting.wait()).await.is_err());
    tx.commit().await.unwrap();
    assert!(waiting.wait().await.unwrap().success());
    assert_eq!(own.value().await, json!(41.5));
}

/// An authority, a certificate of it for 127.0.0.1, and the key of that.
fn certificate(folder: &Path) -> [String; 3] {
    let [authority, authority_key, certificate, key] = ["authority", "authority-key", "certificate", "key"]
        .map(|name| folder.join(format!("{name}.pem")).to_str().unwrap().to_string());
    let make = |arguments: &[&str]| {
        let made = std::process::Command::new("openssl")
            .args([
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-days",
                "2",
            ])
            .args(arguments)
            .output()
            .expect("openssl is installed: scripts/tools test");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    };
    make(&["-subj", "/CN=authority", "-keyout", &authority_key, "-out", &authority]);
    make(&[
        "-subj",
        "/CN=broker",
        "-CA",
        &authority,
        "-CAkey",
        &authority_key,
        "-addext",
        "subjectAltName=IP:127.0.0.1",
        "-addext",
        "basicConstraints=critical,CA:FALSE",
        "-keyout",
        &key,
        "-out",
        &certificate,
    ]);
    [authority, certificate, key]
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The same cast for the program: a session of the enterprise, its point's path and the token of its gateway.
async fn on_program(system: &System, program: &Program) -> (Session, String, String) {
    let clerk = program.sign_in(&system.person(Role::Clerk, "4405").await).await;
    let page = program.get(&clerk, "/api/enterprises?limit=200").await;
    let firm =
        page["items"].as_array().unwrap().iter().find(|row| row["name"] == PLASTICS).unwrap()["id"].clone();
    let login = super::monitoring::enterprise_account(system, firm.as_str().unwrap().parse().unwrap()).await;
    let session = program.sign_in(&login).await;
    let new =
        json!({"city": "4405", "enterprise": firm, "code": "TI-101", "name": "温度", "kind": "temperature"});
    let (status, point) = program.post(&session, "/api/monitoring/points", &new, None).await.unwrap();
    assert_eq!(status, StatusCode::CREATED, "{point}");
    let new = json!({"name": "采集网关", "days": 30, "operations": ["create_readings"]});
    let (_, made) = program.post(&session, "/api/tokens", &new, None).await.unwrap();
    let path = format!("/api/monitoring/points/4405/{}", point["id"].as_str().unwrap());
    (session, path, made["token"].as_str().unwrap().to_string())
}

/// Waits until the point's latest value is that.
async fn becomes(program: &Program, session: &Session, path: &str, value: f64) {
    for _ in 0..1_200 {
        if program.get(session, path).await["last_value"] == json!(value) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the reading never came");
}

on_both_engines! {
    async fn the_program_takes_readings_over_an_encrypted_line(system: System) {
        system.import(&system.file("list.csv", list()), &["--region", "4405"]);
        let [authority, certificate, key] = certificate(system.folder.path());
        let port = free_port();
        let address = format!("127.0.0.1:{port}");
        let settings = [("ANJIAN_MQTT", address.as_str()), ("ANJIAN_MQTT_CERTIFICATE", &certificate), ("ANJIAN_MQTT_KEY", &key)];
        let program = system.serve_with(&settings);
        let (session, path, token) = on_program(&system, &program).await;
        let message = reading(10, 41.5).to_string();
        assert!(!publish(port, &token, &["-q", "1", "-m", &message]).await.success(), "it goes unencrypted");
        assert!(publish(port, &token, &["-q", "1", "-m", &message, "--cafile", &authority]).await.success());
        assert_eq!(program.get(&session, &path).await["last_value"], json!(41.5));
    }

    async fn who_has_the_usual_port_does_not_keep_the_program_from_starting(system: System) {
        // either this test has it or another program
        let _taken = std::net::TcpListener::bind("127.0.0.1:1883");
        let program = system.serve_with(&[("ANJIAN_MQTT", "127.0.0.1:1883")]);
        system.import(&system.file("list.csv", list()), &["--region", "4405"]);
        let clerk = program.sign_in(&system.person(Role::Clerk, "4405").await).await;
        assert_eq!(program.get(&clerk, "/api/enterprises?limit=1").await["items"].as_array().unwrap().len(), 1);
    }

    async fn a_broker_of_others_keeps_what_comes_while_the_program_is_away(system: System) {
        system.import(&system.file("list.csv", list()), &["--region", "4405"]);
        let [authority, certificate, key] = certificate(system.folder.path());
        let authority = authority.as_str();
        let port = free_port();
        let settings = format!(
            "listener {port} 127.0.0.1\nallow_anonymous true\nuser root\ncertfile {certificate}\nkeyfile {key}\n"
        );
        let settings = system.file("mosquitto.conf", settings);
        let _broker = Command::new("mosquitto")
            .env("PATH", format!("{}:/usr/sbin", std::env::var("PATH").unwrap()))
            .arg("-c")
            .arg(settings)
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("mosquitto is installed: scripts/tools test");
        let address = format!("127.0.0.1:{port}");
        let settings = [("ANJIAN_MQTT_BROKER", address.as_str()), ("ANJIAN_MQTT_BROKER_CA", authority)];
        let program = system.serve_with(&settings);
        let (session, path, token) = on_program(&system, &program).await;
        let message = |back, value| json!({"token": token, "readings": [reading(back, value)]}).to_string();
        let secure = |message: String| async move {
            publish(port, "", &["-q", "1", "-r", "-m", &message, "--cafile", authority]).await.success()
        };
        // kept by the broker, should the program not have come to it yet
        while !secure(message(20, 41.5)).await {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        becomes(&program, &session, &path, 41.5).await;
        program.kill();
        let other = json!({"token": "nonsense", "readings": [reading(1, 99.0)]}).to_string();
        for message in [message(10, 42.5), other] {
            assert!(publish(port, "", &["-q", "1", "-m", &message, "--cafile", authority]).await.success());
        }
        let program = system.serve_with(&settings);
        becomes(&program, &session, &path, 42.5).await;
    }
}
