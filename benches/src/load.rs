//! Filling the register: the province, then a registry file of one city through the importer, each beside the engine's
//! own way of loading the same rows.

use std::{
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Context, ensure};
use db::{Db, Engine, Exec, Sql};
use enterprise::Enterprise;
use kernel::{Actor, Clock, RegionCode};

/// Records of one transaction of the province.
const CHUNK: usize = 20_000;

/// Fills the register with a province; answers records per second with all that follows from them.
pub async fn province(db: &Db, number: u64) -> anyhow::Result<f64> {
    let actor = Actor::system("测速");
    let mut records = demo::province("44", number);
    let mut seconds = 0.0;
    loop {
        let chunk: Vec<Enterprise> = records.by_ref().take(CHUNK).collect();
        if chunk.is_empty() {
            return Ok(number as f64 / seconds);
        }
        let started = Instant::now();
        let mut tx = db.begin().await?;
        for part in chunk.chunks(2_000) {
            enterprise::insert(&mut tx, &Clock::System, &actor, part, None).await?;
        }
        tx.commit().await?;
        search::index_all(db).await?;
        seconds += started.elapsed().as_secs_f64();
    }
}

/// Rows per second of one file.
pub struct Import {
    /// Reading and judging.
    pub judged: f64,
    /// Writing, to the end of the transaction: records, numbers, search box, trail.
    pub committed: f64,
    /// After the commit: putting what is found already into the index of terms, and clearing away.
    pub indexed: f64,
    /// The engine's own loading of the same records into the same table, and nothing else.
    pub bare: f64,
}

/// Imports a registry file of `number` rows from a city (泉州) of which the register holds nothing yet, takes the
/// records out again and loads them with the engine's own means.
pub async fn import(db: &Db, url: &str, folder: &Path, number: u64) -> anyhow::Result<Import> {
    let file = folder.join("list.csv");
    write_list(&file, number)?;
    let started = Instant::now();
    let (mut judged, mut written) = (started, started);
    let mut tell = |phase: &'static str, _: u64| {
        match phase {
            "核对" => judged = Instant::now(),
            "整理" => written = Instant::now(),
            _ => {}
        }
        true
    };
    let request = enterprise::Request {
        path: file,
        file_name: "list.csv".into(),
        region: Some(RegionCode::parse("3505")?),
    };
    let actor = Actor::system("测速");
    let report = folder.join("rejects.xlsx");
    let summary = enterprise::import(db, &Clock::System, &actor, request, false, &report, &mut tell).await?;
    let committed = written.duration_since(judged).as_secs_f64();
    let indexed = written.elapsed().as_secs_f64();
    ensure!(summary.created > 0, "nothing was imported: {summary:?}");
    let created = summary.created as f64;
    Ok(Import {
        judged: summary.rows as f64 / judged.duration_since(started).as_secs_f64(),
        committed: created / committed,
        indexed: created / indexed,
        bare: created / bare(db, url, folder).await?,
    })
}

fn write_list(path: &Path, number: u64) -> anyhow::Result<()> {
    let mut list = csv::Writer::from_path(path)?;
    list.write_record([
        "企业名称",
        "统一社会信用代码",
        "企业类型",
        "法定代表人",
        "注册资本",
        "成立日期",
        "住所",
        "经营范围",
    ])?;
    for row in demo::province("3505", number) {
        let text = |field: &Option<String>| field.clone().unwrap_or_default();
        list.write_record([
            row.name.clone(),
            text(&row.credit_code),
            text(&row.registration_type),
            text(&row.legal_person),
            row.capital.map(|cents| format!("{}万元人民币", cents / 1_000_000)).unwrap_or_default(),
            row.founded_on.map(|day| day.to_string()).unwrap_or_default(),
            text(&row.registered_address),
            text(&row.scope),
        ])?;
    }
    Ok(list.flush()?)
}

/// Seconds of the engine's own loading of the imported records, after they were taken out.
async fn bare(db: &Db, url: &str, folder: &Path) -> anyhow::Result<f64> {
    let rows = folder.join("rows");
    let rows = rows.display();
    match db.engine() {
        Engine::Sqlite => {
            // `.import` cannot write a null: the rows come from a second file of the same engine, which is quicker still
            let main = url.trim_start_matches("sqlite://");
            sqlite(
                main,
                &format!(
                    "attach '{rows}' as s; create table s.rows as select * from enterprise where city = '3505';"
                ),
            )?;
            db.run(Sql::new("delete from enterprise where city = '3505'")).await?;
            let started = Instant::now();
            sqlite(
                main,
                &format!(
                    "pragma synchronous = full; attach '{rows}' as s; insert into enterprise select * from s.rows;"
                ),
            )?;
            Ok(started.elapsed().as_secs_f64())
        }
        Engine::Postgres => {
            psql(url, &format!("\\copy (select * from enterprise where city = '3505') to '{rows}'"))?;
            db.run(Sql::new("delete from enterprise where city = '3505'")).await?;
            let started = Instant::now();
            psql(url, &format!("\\copy enterprise from '{rows}'"))?;
            Ok(started.elapsed().as_secs_f64())
        }
    }
}

fn sqlite(file: &str, text: &str) -> anyhow::Result<()> {
    succeed(Command::new("sqlite3").arg(file).arg(text))
}

fn psql(url: &str, text: &str) -> anyhow::Result<()> {
    succeed(Command::new("psql").args(["-q", "-v", "ON_ERROR_STOP=1", url, "-c", text]))
}

fn succeed(command: &mut Command) -> anyhow::Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command.stdout(Stdio::null()).status().with_context(|| format!("cannot run {program}"))?;
    ensure!(status.success(), "{program} failed");
    Ok(())
}
