//! Speed beside bare baselines of the same run: a province of invented enterprises on both engines.
//!
//! `make bench` prints what `benches/RESULTS.md` keeps. Nothing here is a test: a slow machine fails nobody.

mod archives;
mod client;
mod load;
mod pages;
mod readings;
mod times;

use std::{
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use account::{Account, NewAccount, NewGrant, create, grant, random_password};
use anyhow::Context;
use clap::Parser;
use client::Client;
use db::{Db, Engine, Exec, Sql, testing};
use enterprise::Enterprise;
use kernel::{Actor, Clock, RegionCode, Role};

/// That of the program: what is measured alone is not to be slower for another one.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How much of it.
#[derive(Parser)]
struct Arguments {
    /// Enterprises of the province.
    #[arg(long, default_value_t = 1_000_000)]
    enterprises: u64,
    /// Rows of the imported file; none at 0.
    #[arg(long, default_value_t = 50_000)]
    rows: u64,
    /// Records of each enterprise's archive; none at 0.
    #[arg(long, default_value_t = 10)]
    records: usize,
    /// Seconds of readings of 4,000 monitoring points, at most 570; none at 0.
    #[arg(long, default_value_t = 300)]
    seconds: usize,
    /// Wait for a line on standard input between the filling and the measuring: whoever shares the machine can fall silent.
    #[arg(long)]
    pause: bool,
    /// `sqlite` or `postgres`; both unless told.
    #[arg(long)]
    engine: Option<String>,
    /// A database to fill and keep, or one that was kept, to be measured again. Unless told, databases are made and removed.
    #[arg(long)]
    database: Option<String>,
    /// The program to measure.
    #[arg(long, default_value = "target/release/anjian")]
    program: String,
}

/// The database that is measured.
struct Place {
    db: Db,
    url: String,
}

impl Place {
    fn kept(runtime: &tokio::runtime::Runtime, url: &str) -> anyhow::Result<Place> {
        let db = runtime.block_on(async {
            let db = Db::connect(url).await?;
            db::migrate(&db).await?;
            anyhow::Ok(db)
        })?;
        Ok(Place { db, url: url.into() })
    }
}

/// The program, stopped when dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

impl Running {
    /// Resident memory now and at most, MiB.
    fn memory(&self) -> anyhow::Result<(u64, u64)> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id()))?;
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            line.split_whitespace().next()?.parse::<u64>().ok().map(|kib| kib / 1024)
        };
        Ok((field("VmRSS:").context("no VmRSS")?, field("VmHWM:").context("no VmHWM")?))
    }
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Runtime::new()?;
    if let Some(url) = &arguments.database {
        let name = if url.starts_with("sqlite:") { "sqlite" } else { "postgres" };
        return runtime.block_on(measure(&arguments, name, &Place::kept(&runtime, url)?));
    }
    for (name, engine) in [("sqlite", Engine::Sqlite), ("postgres", Engine::Postgres)] {
        if arguments.engine.as_deref().is_none_or(|own| own == name) {
            let made = runtime.block_on(testing::create(engine));
            let place = Place { db: made.db.clone(), url: made.url.clone() };
            runtime.block_on(measure(&arguments, name, &place))?;
            runtime.block_on(made.remove());
        }
    }
    Ok(())
}

async fn measure(arguments: &Arguments, name: &str, place: &Place) -> anyhow::Result<()> {
    let db = &place.db;
    let folder = tempfile::tempdir()?;
    println!("\n## {name}\n");
    println!("Load average at the start: {}.\n", load_average()?);
    if arguments.seconds > 0 {
        // a database of its own: its enterprises are some of those that the register is filled with
        let own = testing::create(db.engine()).await;
        let (running, base) = start(arguments, &own.url, folder.path())?;
        Client::answers(&base).await?;
        readings::table(&own.db, &base, arguments.seconds).await?;
        println!("\nThe program held at most {} MiB.\n", running.memory()?.1);
        drop(running);
        own.remove().await;
    }
    if arguments.enterprises == 0 {
        return Ok(());
    }
    if db.optional::<Enterprise>(Enterprise::select().push(" limit 1")).await?.is_none() {
        fill(arguments, db).await?;
    }
    if arguments.pause {
        std::io::stdin().read_line(&mut String::new())?;
        println!("Load average at the measuring: {}.\n", load_average()?);
    }
    if arguments.rows > 0 {
        let import = load::import(db, &place.url, folder.path(), arguments.rows).await?;
        println!("| import of {} rows | rows a second |\n|---|--:|", arguments.rows);
        println!("| read and judged | {:.0} |", import.judged);
        println!("| committed (records, numbers, search, trail) | {:.0} |", import.committed);
        println!("| after it: the search box's index of terms | {:.0} |", import.indexed);
        println!("| the engine alone, the records only | {:.0} |", import.bare);
        println!("| ratio of the commit | {:.0} % |", import.committed / import.bare * 100.0);
    }
    settle(db).await?;
    let starting = Instant::now();
    enterprise::summary::rebuild(db).await?;
    println!("\nThe summary of all tiers made anew: {:.0} ms.", starting.elapsed().as_secs_f64() * 1000.0);
    let (login, password) = person(db, "province-clerk", "44").await?;
    let of_city = person(db, "city-clerk", archives::CITY).await?;
    let starting = Instant::now();
    let (running, base) = start(arguments, &place.url, folder.path())?;
    Client::answers(&base).await?;
    let warm = starting.elapsed().as_secs_f64() * 1000.0;
    let client = Client::sign_in(&base, &login, &password).await?;
    let starting = Instant::now();
    caught_up(db).await?;
    println!(
        "The program answers {warm:.0} ms after its start; {:.0} s later it has caught up with the import and holds {} MiB.",
        starting.elapsed().as_secs_f64(),
        running.memory()?.0
    );
    for (tier, region) in [("one city", "4405"), ("the whole province", "44")] {
        println!(
            "\n| {tier}: milliseconds | HTTP p50 | p95 | alone p50 | p95 | p95 ratio | within 1.3× + 1 ms |"
        );
        println!("|---|--:|--:|--:|--:|--:|---|");
        for line in pages::pages(&client, db, region).await? {
            println!("{line}");
        }
    }
    // the last table is that of the person's whole area
    println!("{}", pages::search_box(&client, db, "44").await?);
    if arguments.records > 0 {
        println!(
            "\n| archives of a city: milliseconds | HTTP p50 | p95 | alone p50 | p95 | p95 ratio | within 1.3× + 1 ms |"
        );
        println!("|---|--:|--:|--:|--:|--:|---|");
        for line in archives::pages(&Client::sign_in(&base, &of_city.0, &of_city.1).await?, db).await? {
            println!("{line}");
        }
    }
    println!("\n| connections | requests a second | p50 ms | p95 ms |\n|--:|--:|--:|--:|");
    for connections in [1, 16, 200] {
        let (speed, times) = pages::busy(&client, connections, "440507005").await?;
        println!("| {connections} | {speed:.0} | {:.2} | {:.2} |", times.at(50), times.at(95));
    }
    let before = running.memory()?.1;
    let (rows, seconds) = pages::export(&client, "44").await?;
    println!(
        "\nExport of {rows} rows to XLSX: {seconds:.1} s ({:.1} s for 100,000); at most {} MiB, before it {before} MiB.",
        seconds / rows as f64 * 100_000.0,
        running.memory()?.1
    );
    let (now, most) = running.memory()?;
    println!("\nMemory at the end: {now} MiB, at most {most} MiB. Load average: {}.", load_average()?);
    Ok(())
}

/// The province, and its archives.
async fn fill(arguments: &Arguments, db: &Db) -> anyhow::Result<()> {
    let speed = load::province(db, arguments.enterprises).await?;
    println!(
        "{} enterprises in the register, made at {speed:.0} a second with numbers, search and trail.\n",
        arguments.enterprises
    );
    if arguments.records > 0 {
        let (number, speed) = archives::fill(db, arguments.records).await?;
        println!(
            "{number} records in their archives, made at {speed:.0} a second with scores and figures.\n"
        );
    }
    Ok(())
}

/// Waits until the program has done the jobs that follow from filling and importing, and has sealed the trail of it: pages are measured of a
/// system at rest.
async fn caught_up(db: &Db) -> anyhow::Result<()> {
    let busy = [
        "select id from job where state in ('waiting', 'running') limit 1",
        "select id from audit where batch is null limit 1",
    ];
    let mut quiet = 0;
    while quiet < 3 {
        tokio::time::sleep(Duration::from_secs(2)).await;
        quiet += 1;
        for text in busy {
            if db.optional::<(uuid::Uuid,)>(Sql::new(text)).await?.is_some() {
                quiet = 0;
            }
        }
    }
    settle(db).await
}

/// What the engine does by itself after a while.
async fn settle(db: &Db) -> anyhow::Result<()> {
    if db.engine() == Engine::Postgres {
        db.run(Sql::new("vacuum analyze")).await?;
    }
    Ok(())
}

/// How busy the machine is with this and other work, over 1, 5 and 15 minutes.
fn load_average() -> anyhow::Result<String> {
    let text = std::fs::read_to_string("/proc/loadavg")?;
    Ok(text.split_whitespace().take(3).collect::<Vec<_>>().join(", "))
}

/// A clerk of a province or a city: login and password.
async fn person(db: &Db, login: &str, region: &str) -> anyhow::Result<(String, String)> {
    let (clock, system) = (Clock::System, Actor::system("测速"));
    let region = RegionCode::parse(region)?;
    let password = random_password();
    // a kept database knows those of earlier runs
    let login = format!("{login}-{}", Clock::System.now().timestamp());
    let new = NewAccount {
        login: login.clone(),
        name: "测速".into(),
        kind: "officer",
        // an account belongs to a city; what it may do reaches further
        region: RegionCode::parse("4405")?,
        enterprise: None,
    };
    let failed = |problem: web::Problem| anyhow::anyhow!(problem.detail);
    let mut tx = db.begin().await?;
    let (id, _) = create(&mut tx, &clock, &system, new, Some(password.clone())).await.map_err(failed)?;
    let account: Account = tx.one(Account::select().push(" where id = ").arg(id)).await?;
    let own = NewGrant {
        role: Role::Clerk,
        region,
        sectors: None,
        valid_from: clock.today(),
        valid_to: None,
        document: None,
    };
    grant(&mut tx, &clock, &system, &account, own).await.map_err(failed)?;
    tx.commit().await?;
    Ok((login, password))
}

fn start(arguments: &Arguments, url: &str, folder: &std::path::Path) -> anyhow::Result<(Running, String)> {
    let address = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let child = Command::new(&arguments.program)
        .args(["serve", "--listen", &address.to_string()])
        .env("DATABASE_URL", url)
        .env("ANJIAN_DATA", folder)
        .env("RUST_LOG", "warn")
        .stdout(Stdio::null())
        .spawn()
        .with_context(|| format!("cannot start {}", arguments.program))?;
    Ok((Running(child), format!("http://{address}")))
}
