//! Monitoring over HTTP: readings in every disorder, alarms from raised to dealt with, points that fall silent, curves.

mod alarms;
mod pages;
mod readings;
mod upkeep;

use axum::http::StatusCode;
use chrono::{DateTime, Duration, SecondsFormat, TimeZone, Utc};
use db::{Db, Exec, FromRow, db_test, sql};
use kernel::{Clock, Role};
use serde_json::{Value, json};
use testkit::{Client, PASSWORD, PLASTICS, Server, System, TRADE, list, on_both_engines};

const TOWN: &str = "440515102";

pub(crate) struct Cast<'a> {
    server: &'a Server,
    row: Value,
    pub(crate) officer: Client<'a>,
    pub(crate) firm: Client<'a>,
    gateway: Client<'a>,
}

/// The second of March 2026, nine in the morning.
pub(crate) fn nine() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 2, 1, 0, 0).unwrap()
}

/// A firm whose gateway has an access token that does nothing but send readings.
pub(crate) async fn cast(server: &Server) -> Cast<'_> {
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
    pub(crate) async fn point(&self, code: &str, more: Value) -> Value {
        let mut body = json!({"city": "4405", "enterprise": self.row["id"], "code": code, "name": "储罐温度", "kind": "temperature",
            "delay_s": 0, "hysteresis": 2, "high": 60, "high_high": 80});
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        let (status, point) = self.firm.send("POST", "/api/monitoring/points", body, None).await;
        assert_eq!(status, StatusCode::CREATED, "{point}");
        point
    }

    pub(crate) async fn send(&self, readings: &[(&str, DateTime<Utc>, f64)]) -> Value {
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

    pub(crate) async fn alarms(&self, query: &str) -> Vec<Value> {
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

pub(crate) fn second(count: i64) -> DateTime<Utc> {
    nine() + Duration::seconds(count)
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
