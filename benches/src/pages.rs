//! Pages through HTTP beside the same statements alone, and how many requests a second the program answers.

use std::{
    future::Future,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use db::{Db, Exec, Sql};
use enterprise::{
    Enterprise, numbers,
    store::{self, Filter},
};
use kernel::{Actor, Clock, RegionCode, Scope};
use serde_json::{Value, json};

use crate::{
    client::Client,
    times::{Times, compared},
};

/// Runs of each operation.
const RUNS: usize = 300;
/// How long each number of connections is kept busy.
const BUSY: Duration = Duration::from_secs(4);

/// What two characters and initials people look for.
const WORDS: &[&str] = &["玩具", "塑胶", "汕头", "stsl", "gzs", "印务", "中山路", "五金"];

/// The columns that the list of the browser asks for, unless somebody chose others.
const SHOWN: &[&str] = &[
    "name",
    "sector",
    "ownership",
    "size",
    "status",
    "verification",
    "principal",
    "principal_phone",
    "agency",
    "officer",
    "department",
    "grid",
    "grade",
    "cluster",
    "suggestions",
];

/// The times of many runs of one operation.
pub async fn timed<F: Future<Output = anyhow::Result<()>>>(
    run: impl Fn(usize) -> F,
) -> anyhow::Result<Times> {
    let mut times = Vec::with_capacity(RUNS);
    for at in 0..RUNS + 10 {
        let started = Instant::now();
        run(at).await?;
        // the first ones fill caches
        if at >= 10 {
            times.push(started.elapsed());
        }
    }
    Ok(Times::new(times))
}

/// The table of pages for one scope.
pub async fn pages(client: &Client, db: &Db, region: &str) -> anyhow::Result<Vec<String>> {
    let scope = Scope::system(RegionCode::parse(region)?);
    let sample = store::list(db, &scope, &Filter::default(), Some("name"), None, RUNS as u32 + 10)
        .await
        .map_err(|problem| anyhow::anyhow!(problem.detail))?;
    let mut lines = Vec::new();
    let lists: &[(&str, Filter, String)] = &[
        ("list, latest first", Filter::default(), String::new()),
        (
            "list, two filters",
            Filter {
                sector: Some("textile".into()),
                verification: Some("verified".into()),
                ..Filter::default()
            },
            "&sector=textile&verification=verified".to_string(),
        ),
        (
            "list, a rare word",
            Filter { q: Some("印务".into()), ..Filter::default() },
            format!("&q={}", encoded("印务")),
        ),
        (
            "list, a common word",
            Filter { q: Some("有限公司".into()), ..Filter::default() },
            format!("&q={}", encoded("有限公司")),
        ),
    ];
    for (name, filter, query) in lists {
        let path = format!("/api/enterprises?limit=50&region={region}{query}&fields={}", SHOWN.join(","));
        let (path, scope) = (path.as_str(), &scope);
        let through = timed(async |_| client.get(path).await.map(drop)).await?;
        let alone = timed(async |_| {
            let rows = store::lines(db, scope, filter, None, None, 50, SHOWN).await;
            rows.map(drop).map_err(|problem| anyhow::anyhow!(problem.detail))
        })
        .await?;
        lines.push(compared(name, &through, &alone));
    }
    for (name, filter, query) in &lists[..2] {
        let path = format!("/api/enterprises/count?region={region}{query}");
        let through = timed(async |_| client.get(&path).await.map(drop)).await?;
        let alone = timed(async |_| Ok(numbers::count(db, &scope, filter).await.map(drop)?)).await?;
        lines.push(compared(&name.replace("list", "its number"), &through, &alone));
        let path = format!("/api/enterprises/facets?region={region}{query}");
        let through = timed(async |_| client.get(&path).await.map(drop)).await?;
        let alone = timed(async |_| Ok(numbers::facets(db, &scope, filter).await.map(drop)?)).await?;
        lines.push(compared(&name.replace("list", "its facets"), &through, &alone));
    }
    let through =
        timed(async |_| client.get(&format!("/api/overview?region={region}")).await.map(drop)).await?;
    let digits = if region.len() == 2 { 4 } else { 6 };
    let alone = timed(async |_| Ok(numbers::figures(db, &scope, digits).await.map(drop)?)).await?;
    lines.push(compared("overview", &through, &alone));
    lines.extend(single(client, db, &scope, &sample).await?);
    Ok(lines)
}

/// The line of the search box, which looks in all of `region` that the person may see.
pub async fn search_box(client: &Client, db: &Db, region: &str) -> anyhow::Result<String> {
    let scope = Scope::system(RegionCode::parse(region)?);
    let word = |at: usize| WORDS[at % WORDS.len()];
    let through =
        timed(async |at| client.get(&format!("/api/search?q={}", encoded(word(at)))).await.map(drop)).await?;
    let alone = timed(async |at| {
        let hits = search::find(db, &scope, "enterprise", word(at), 40).await?;
        let keys: Vec<_> = hits.into_iter().map(|hit| (hit.city, hit.id)).collect();
        Ok(store::some(db, &scope, &keys).await.map(drop)?)
    })
    .await?;
    Ok(compared("search box", &through, &alone))
}

/// A text as a query carries it.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// One record read and changed: beside the bare statement, and beside that with the entry of the trail without which nothing is read or written here.
async fn single(
    client: &Client,
    db: &Db,
    scope: &Scope,
    sample: &[Enterprise],
) -> anyhow::Result<Vec<String>> {
    let row = |at: usize| sample.get(at % sample.len().max(1)).context("the register is empty");
    let path = |row: &Enterprise| format!("/api/enterprises/{}/{}", row.city, row.id);
    let (clock, actor) = (Clock::System, Actor::system("测速"));
    let (clock, actor) = (&clock, &actor);
    let through = timed(async |at| client.get(&path(row(at)?)).await.map(drop)).await?;
    let read = async |at: usize| {
        let row = row(at)?;
        anyhow::Ok(store::find(db, scope, &row.city, row.id).await?)
    };
    let alone = timed(async |at| read(at).await.map(drop)).await?;
    let noted = timed(async |at| {
        let entry = read(at).await?.entry(audit::Action::Read, None, None, None);
        let mut tx = db.begin().await?;
        audit::record(&mut tx, clock, actor, entry).await?;
        Ok(tx.commit().await?)
    })
    .await?;
    let mut lines = vec![
        compared("one record, read", &through, &alone),
        compared("the same; alone with its entry of the trail", &through, &noted),
    ];
    let through = timed(async |at| {
        let row = row(at)?;
        let body = json!({"version": row.version, "changes": {"staff": 20 + at}});
        client.patch(&path(row), &body).await.map(drop)
    })
    .await?;
    let change = async |at: usize, noted: bool| {
        let row = row(at)?;
        let mut tx = db.begin().await?;
        let sql = Sql::new("update enterprise set staff = ").arg(40 + at as i64).push(" where city = ");
        tx.run(sql.arg(&row.city).push(" and id = ").arg(row.id)).await?;
        if noted {
            let staff = |number: usize| Some(json!({"staff": number}));
            let entry = row.entry(audit::Action::Update, staff(20 + at), staff(40 + at), None);
            audit::record(&mut tx, clock, actor, entry).await?;
        }
        anyhow::Ok(tx.commit().await?)
    };
    let alone = timed(async |at| change(at, false).await).await?;
    let noted = timed(async |at| change(at, true).await).await?;
    lines.push(compared("one record, changed (classified, counted, found)", &through, &alone));
    lines.push(compared("the same; alone with its entry of the trail", &through, &noted));
    Ok(lines)
}

/// Rows and seconds of exporting the list of a division to XLSX, as a person does: asked for, waited for, fetched.
pub async fn export(client: &Client, region: &str) -> anyhow::Result<(u64, f64)> {
    let columns = ["name", "credit_code", "region_name", "address", "legal_person", "sector", "status"];
    let asked = json!({"query": {"region": region}, "columns": columns, "format": "xlsx"});
    let started = Instant::now();
    let job: Value = serde_json::from_slice(&client.post("/api/exports", &asked).await?)?;
    let id = job["job"].as_str().context("no job")?;
    loop {
        let job: Value = serde_json::from_slice(&client.get(&format!("/api/jobs/{id}")).await?)?;
        match job["state"].as_str() {
            Some("done") => {
                client.get(&format!("/api/exports/{id}/file")).await?;
                let rows = job["result"]["rows"].as_u64().context("no rows")?;
                return Ok((rows, started.elapsed().as_secs_f64()));
            }
            Some("failed" | "cancelled") => bail!("the export failed: {job}"),
            _ => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}

/// Requests a second with so many connections at once, on the page of a town's list.
pub async fn busy(client: &Client, connections: usize, town: &str) -> anyhow::Result<(f64, Times)> {
    let path = format!("/api/enterprises?limit=50&region={town}&fields={}", SHOWN.join(","));
    let until = Instant::now() + BUSY;
    let mut runs = Vec::new();
    for _ in 0..connections {
        let (client, path) = (client.clone(), path.clone());
        runs.push(tokio::spawn(async move {
            let mut times = Vec::new();
            while Instant::now() < until {
                let started = Instant::now();
                client.get(&path).await?;
                times.push(started.elapsed());
            }
            anyhow::Ok(times)
        }));
    }
    let mut times = Vec::new();
    for run in runs {
        times.extend(run.await??);
    }
    Ok((times.len() as f64 / BUSY.as_secs_f64(), Times::new(times)))
}
