//! Archives of every enterprise of the register: filling them, and their pages through HTTP beside the statements alone.

use std::{collections::BTreeSet, time::Instant};

use anyhow::Context;
use archive::{Record, write};
use db::{Db, Exec, Sql, bulk};
use enterprise::Enterprise;
use kernel::{Actor, Clock};
use uuid::Uuid;
use web::Problem;

use crate::{
    client::Client,
    pages::timed,
    times::{Times, compared},
};

/// Enterprises of one transaction.
const CHUNK: i64 = 2_000;
/// Every so manieth archive is written with its trail and its entries of the search box, as a person's is: the pages of the past are
/// measured on these. Those of the others would fill the disk and are read by none of the pages.
const TRACED: usize = 20;
/// The city whose archives are looked at.
pub const CITY: &str = "4405";

fn failed(problem: Problem) -> anyhow::Error {
    anyhow::anyhow!(problem.detail)
}

/// Gives every enterprise an archive of `number` records with its score; answers records, and records a second.
pub async fn fill(db: &Db, number: usize) -> anyhow::Result<(u64, f64)> {
    let (clock, actor) = (Clock::System, Actor::system("测速"));
    let (started, mut written) = (Instant::now(), 0);
    let mut last = (String::new(), Uuid::nil());
    loop {
        let sql = Enterprise::select().push(" where (city, id) > (").arg(&last.0).push(", ").arg(last.1);
        let rows: Vec<Enterprise> = db.all(sql.push(") order by city, id limit ").arg(CHUNK)).await?;
        let Some(end) = rows.last() else { break };
        last = (end.city.clone(), end.id);
        let mut tx = db.begin().await?;
        for city in rows.chunk_by(|one, next| one.city == next.city) {
            let (mut plain, mut traced) = (Vec::new(), Vec::new());
            for (at, row) in city.iter().enumerate() {
                let own = demo::records(&clock, &actor, row, number).map_err(failed)?;
                written += own.len() as u64;
                if at % TRACED == 0 {
                    traced.extend(own);
                } else {
                    plain.extend(own.iter().map(Record::values));
                }
            }
            bulk(&mut tx, Record::TABLE, Record::COLUMNS, plain, "").await?;
            write::insert(&mut tx, &clock, &actor, city, traced, "测速").await.map_err(failed)?;
        }
        tx.commit().await?;
    }
    search::index_all(db).await?;
    Ok((written, written as f64 / started.elapsed().as_secs_f64()))
}

/// The table of the archive's pages, and how much longer the page of a past instant takes than that of today.
pub async fn pages(client: &Client, db: &Db) -> anyhow::Result<Vec<String>> {
    let sql = Record::select().push(" where city = ").arg(CITY).push(" and exists (select 1 from audit a where a.city = record.city and a.subject = 'record' and a.row_id = record.id) limit 1500");
    let traced: Vec<Record> = db.all(sql).await?;
    let keys: Vec<Uuid> =
        traced.iter().map(|record| record.enterprise).collect::<BTreeSet<_>>().into_iter().collect();
    let key = |at: usize| keys.get(at % keys.len().max(1)).copied().context("no archive has a trail");
    let of = async |at: usize| {
        let sql = Record::select().push(" where city = ").arg(CITY).push(" and enterprise = ").arg(key(at)?);
        Ok(db.all::<Record>(sql).await.map(drop)?)
    };
    let alone = timed(of).await?;
    let page = |at: usize| Ok::<_, anyhow::Error>(format!("/api/enterprises/{CITY}/{}/archive", key(at)?));
    let now = timed(async |at| client.get(&page(at)?).await.map(drop)).await?;
    let (now_at, today) = (Clock::System.now().format("%Y-%m-%dT%H:%M:%SZ"), Clock::System.today());
    let past = timed(async |at| client.get(&format!("{}?as_of={now_at}", page(at)?)).await.map(drop)).await?;
    let mut lines = vec![
        compared("an archive's page; alone: its records", &now, &alone),
        compared("the same of a past instant", &past, &alone),
    ];
    let until = today + chrono::TimeDelta::days(60);
    let expiring = Record::select()
        .push(" where city = ")
        .arg(CITY)
        .push(" and state not in ('replaced', 'removed') and expires_on is not null and expires_on >= ");
    let expiring = || expiring.clone().arg(today).push(" and expires_on <= ").arg(until);
    let alone = timed(async |_| {
        let sql = expiring().push(" order by expires_on, id limit 51");
        Ok(db.all::<Record>(sql).await.map(drop)?)
    })
    .await?;
    lines.push(
        through(
            client,
            "papers running out in 60 days",
            &format!("/api/expiries?from={today}&to={until}&limit=50"),
            &alone,
        )
        .await?,
    );
    let alone = timed(async |_| {
        let sql = Sql::new("select * from archive_score where city = ").arg(CITY);
        Ok(db.run(sql.push(" and state = 'incomplete' order by city, town, id limit 51")).await.map(drop)?)
    })
    .await?;
    lines.push(
        through(client, "archives that lack something", "/api/archives?state=incomplete&limit=50", &alone)
            .await?,
    );
    lines.push(
        through(
            client,
            "what runs out, day by day; alone: the list above",
            &format!("/api/expiries/days?from={today}&to={until}"),
            &alone,
        )
        .await?,
    );
    lines.push(through(client, "inbox; alone: the list above", "/api/inbox", &alone).await?);
    lines.push(through(client, "indicators; alone: the list above", "/api/indicators", &alone).await?);
    lines.push(format!(
        "\nThe page of a past instant takes {:.2} times that of today (p95).",
        past.at(95) / now.at(95).max(0.001)
    ));
    Ok(lines)
}

async fn through(client: &Client, name: &str, path: &str, alone: &Times) -> anyhow::Result<String> {
    let joint = if path.contains('?') { '&' } else { '?' };
    let path = format!("{path}{joint}region={CITY}");
    let times = timed(async |_| client.get(&path).await.map(drop)).await?;
    Ok(compared(name, &times, alone))
}
