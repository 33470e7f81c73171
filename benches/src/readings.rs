//! Taking readings: large works that send a batch every ten seconds of 500 points, several at once, through the whole path (judging, packing,
//! alarms, commit) and over HTTP; beside a bare bulk insert of the same readings, one row each, in transactions of the same size.

use std::time::Instant;

use account::{Account, NewAccount, NewGrant, create, grant, random_password};
use anyhow::ensure;
use caseflow::Acting;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use db::{Db, Exec, Sql, bulk, sql};
use enterprise::Enterprise;
use futures::future::try_join_all;
use kernel::{Actor, ActorKind, Clock, Grant, RegionCode, Role};
use monitoring::{Given, Milli, Moment, Reading, Sent, powers};
use serde_json::json;
use uuid::Uuid;
use web::Problem;

use crate::client::Client;

/// Enterprises that send at once.
const FIRMS: usize = 8;
/// Points of each.
const POINTS: usize = 500;
/// Seconds of a batch: a reading a second of each point.
const BATCH: usize = 10;
/// Where they are.
const CITY: &str = "4405";

fn failed(problem: Problem) -> anyhow::Error {
    anyhow::anyhow!(problem.detail)
}

fn code(point: usize) -> String {
    format!("TI-{point:03}")
}

/// A reading of a second, in thousandths: within the limits, but for one point in ten that passes its own for half a minute.
fn value(point: usize, second: usize) -> i64 {
    let beyond = point.is_multiple_of(10) && (second + point) % 600 < 30;
    let swing = i64::try_from((second * 7 + point * 13) % 400).unwrap_or_default() * 50;
    if beyond { 65_000 } else { 25_000 + swing }
}

/// The seconds of a batch and what was measured in them.
fn batch(begin: DateTime<Utc>, number: usize) -> impl Iterator<Item = (usize, DateTime<Utc>, i64)> {
    (number * BATCH..(number + 1) * BATCH).flat_map(move |second| {
        let at = begin + TimeDelta::seconds(i64::try_from(second).unwrap_or_default());
        (0..POINTS).map(move |point| (point, at, value(point, second)))
    })
}

/// An enterprise with its points, and who sends for it.
struct Firm {
    city: String,
    id: Uuid,
    actor: Actor,
}

/// Enters enterprises with their points.
async fn firms(db: &Db, skip: usize) -> anyhow::Result<Vec<Firm>> {
    let clock = Clock::System;
    let records: Vec<Enterprise> = demo::province(CITY, (skip + FIRMS) as u64).skip(skip).collect();
    let mut tx = db.begin().await?;
    enterprise::insert(&mut tx, &clock, &Actor::system("测速"), &records, None).await?;
    let mut made = Vec::new();
    for firm in &records {
        let law = law::in_force(&mut tx, &firm.town).await.map_err(failed)?;
        let grant = Grant {
            role: Role::Enterprise,
            region: RegionCode::parse(CITY)?,
            sectors: None,
            valid_from: clock.today(),
            valid_to: None,
            document: None,
        };
        let actor = Actor {
            kind: ActorKind::Enterprise,
            grants: vec![grant],
            enterprises: vec![(firm.city.clone(), firm.id)],
            ..Actor::system("采集网关")
        };
        for point in 0..POINTS {
            let given = Given {
                code: code(point),
                name: "储罐温度".into(),
                kind: "temperature".into(),
                high: Some(Milli(60_000)),
                high_high: Some(Milli(80_000)),
                ..Given::default()
            };
            let by = Acting { clock: &clock, actor: &actor, law: &law };
            monitoring::create(&mut tx, by, firm, &given).await.map_err(failed)?;
        }
        made.push(Firm { city: firm.city.clone(), id: firm.id, actor });
    }
    tx.commit().await?;
    Ok(made)
}

/// The first second of readings of which none is late when it comes.
fn begin() -> DateTime<Utc> {
    kernel::Clock::System.now() - TimeDelta::seconds(580)
}

fn per_second(batches: usize, started: Instant) -> f64 {
    (batches * FIRMS * POINTS * BATCH) as f64 / started.elapsed().as_secs_f64()
}

/// Readings a second through the whole path, and alarms that were raised.
async fn whole(db: &Db, batches: usize) -> anyhow::Result<(f64, i64)> {
    let firms = firms(db, 0).await?;
    let begin = begin();
    let started = Instant::now();
    let all = try_join_all(firms.into_iter().map(|firm| {
        let db = db.clone();
        let own = tokio::spawn(async move {
            let scope = firm.actor.may(&powers::READINGS).map_err(|refused| failed(refused.into()))?;
            let mut alarms = 0;
            for number in 0..batches {
                let readings: Vec<Reading> = batch(begin, number)
                    .map(|(point, at, value)| Reading {
                        point: code(point),
                        at: Moment(Ok(at)),
                        value: Sent(Ok(value)),
                    })
                    .collect();
                let sent = readings.len() as i64;
                let mut tx = db.begin().await?;
                let firm_key = (firm.city.as_str(), firm.id);
                let told = monitoring::take(&mut tx, &Clock::System, &firm.actor, &scope, firm_key, readings)
                    .await
                    .map_err(failed)?;
                tx.commit().await?;
                ensure!(told.taken == sent && told.late == 0, "not all was taken in time: {told:?}");
                alarms += told.alarms;
            }
            Ok::<_, anyhow::Error>(alarms)
        });
        async move { own.await? }
    }))
    .await?;
    Ok((per_second(batches, started), all.into_iter().sum()))
}

/// Readings a second over HTTP, each batch answered once it is lasting.
async fn over_http(db: &Db, base: &str, batches: usize) -> anyhow::Result<f64> {
    let firms = firms(db, FIRMS).await?;
    let mut clients = Vec::new();
    for (number, firm) in firms.iter().enumerate() {
        let (login, password) = account_of(db, number, firm).await?;
        clients.push(Client::sign_in(base, &login, &password).await?);
    }
    let begin = begin();
    let started = Instant::now();
    try_join_all(clients.into_iter().map(|client| {
        let own = tokio::spawn(async move {
            for number in 0..batches {
                let readings: Vec<_> = batch(begin, number)
                    .map(|(point, at, value)| {
                        let at = at.to_rfc3339_opts(SecondsFormat::Millis, true);
                        json!({"point": code(point), "at": at, "value": value as f64 / 1000.0})
                    })
                    .collect();
                client.post("/api/monitoring/readings", &json!({"readings": readings})).await?;
            }
            Ok::<_, anyhow::Error>(())
        });
        async move { own.await? }
    }))
    .await?;
    Ok(per_second(batches, started))
}

async fn account_of(db: &Db, number: usize, firm: &Firm) -> anyhow::Result<(String, String)> {
    let (clock, system) = (Clock::System, Actor::system("测速"));
    let (login, password) = (format!("gateway-{number}"), random_password());
    let new = NewAccount {
        login: login.clone(),
        name: "采集网关".into(),
        kind: "enterprise",
        region: RegionCode::parse(CITY)?,
        enterprise: Some(firm.id),
    };
    let mut tx = db.begin().await?;
    let (id, _) = create(&mut tx, &clock, &system, new, Some(password.clone())).await.map_err(failed)?;
    let account: Account = tx.one(Account::select().push(" where id = ").arg(id)).await?;
    let own = NewGrant {
        role: Role::Enterprise,
        region: RegionCode::parse(CITY)?,
        sectors: None,
        valid_from: clock.today(),
        valid_to: None,
        document: None,
    };
    grant(&mut tx, &clock, &system, &account, own).await.map_err(failed)?;
    tx.commit().await?;
    Ok((login, password))
}

/// The same readings, one row each, with nothing but their key: as many senders, transactions of the same size.
async fn bare(db: &Db, batches: usize) -> anyhow::Result<f64> {
    db.run(Sql::new(
        "create table bare_reading (city text not null, point uuid not null, at timestamptz not null, value bigint not null, primary key (city, point, at))",
    ))
    .await?;
    let begin = begin();
    let points: Vec<Vec<Uuid>> = (0..FIRMS).map(|_| (0..POINTS).map(|_| Uuid::now_v7()).collect()).collect();
    let started = Instant::now();
    try_join_all(points.into_iter().map(|points| {
        let db = db.clone();
        let own = tokio::spawn(async move {
            for number in 0..batches {
                let rows = batch(begin, number)
                    .filter_map(|(point, at, value)| {
                        Some(vec![CITY.into(), (*points.get(point)?).into(), at.into(), value.into()])
                    })
                    .collect();
                let mut tx = db.begin().await?;
                bulk(&mut tx, "bare_reading", &["city", "point", "at", "value"], rows, "").await?;
                tx.commit().await?;
            }
            Ok::<_, anyhow::Error>(())
        });
        async move { own.await? }
    }))
    .await?;
    let speed = per_second(batches, started);
    db.run(sql!("drop table bare_reading")).await?;
    Ok(speed)
}

/// The table of it. `base` is where the program answers, on this database.
pub async fn table(db: &Db, base: &str, seconds: usize) -> anyhow::Result<()> {
    let batches = seconds.min(570) / BATCH;
    let readings = batches * FIRMS * POINTS * BATCH;
    let bare = bare(db, batches).await?;
    let (whole, alarms) = whole(db, batches).await?;
    let http = over_http(db, base, batches).await?;
    println!(
        "\n| {readings} readings of {} points, {FIRMS} senders, {} in a batch | readings a second | ratio to bare |\n|---|--:|--:|",
        FIRMS * POINTS,
        POINTS * BATCH
    );
    println!("| a bare bulk insert, one row each | {bare:.0} | |");
    println!(
        "| taken: judged, packed, held against limits ({alarms} alarms raised), committed | {whole:.0} | **{:.0} %** |",
        whole / bare * 100.0
    );
    println!(
        "| the same over HTTP, sender and program on the same cores | {http:.0} | {:.0} % |",
        http / bare * 100.0
    );
    Ok(())
}
