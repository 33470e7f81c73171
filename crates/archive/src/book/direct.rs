//! A workbook taken from the command line: the same judging and committing as in the browser, without a job, for an administrator at the
//! server who may take in a whole city. What was judged and not written waits in the browser like any other.

use std::path::{Path, PathBuf};

use db::{Exec, FromRow, sql};
use kernel::{Actor, RegionCode, Scope};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;
use web::{App, Outcome, Problem};

use super::{
    BookImport, BookRow, Counts, WrongCell,
    commit::{Ended, Work, commit},
    judge, report,
    work::upload_path,
};

/// Wrong cells told at most; all of them are in the workbook of rows not taken.
const TOLD: usize = 1_000;

/// What to take.
#[derive(Debug)]
pub struct Wanted {
    /// The file.
    pub path: PathBuf,
    /// Its name, as the trail keeps it.
    pub file_name: String,
    /// Division whose enterprises it speaks of: a city, county or town.
    pub region: RegionCode,
    /// Judges only.
    pub dry_run: bool,
    /// Leaves out the rows with wrong cells; otherwise nothing is written while there are any.
    pub skip_wrong: bool,
}

/// A wrong cell.
#[derive(Debug, Serialize)]
pub struct Wrong {
    /// Its address, as `特种设备!D7`.
    pub cell: String,
    /// What it says.
    pub value: String,
    /// What to do, in Chinese.
    pub message: String,
}

/// What became of a workbook.
#[derive(Debug, Serialize)]
pub struct Taken {
    /// The import, as the browser lists it.
    pub id: Uuid,
    /// Rows that say something.
    pub rows: u64,
    /// Records that it makes.
    pub created: u64,
    /// Records that it changes.
    pub updated: u64,
    /// Rows that say nothing new.
    pub unchanged: u64,
    /// Rows with wrong cells.
    pub rejected: u64,
    /// Records written.
    pub written: u64,
    /// The wrong cells, the first 1,000 of them.
    pub wrong: Vec<Wrong>,
    /// The workbook of rows that were not taken, the wrong cells marked.
    pub report: Option<PathBuf>,
}

/// Takes a workbook: judges every row and, unless told otherwise, writes all or nothing. `tell` hears what is done and to how many rows.
/// Rows not taken go into a workbook at `report`.
///
/// # Errors
/// Where the file is no workbook, where the division is wider than a city, and where somebody wrote to the archives meanwhile.
pub async fn take(
    app: &App,
    actor: &Actor,
    wanted: Wanted,
    report: &Path,
    tell: &mut (dyn FnMut(&'static str, u64) + Send),
) -> Outcome<Taken> {
    let Some(city) = wanted.region.city().map(str::to_string) else {
        return Err(Problem::wrong_field("/region", "region.tier", "请选择市、区县或镇街。"));
    };
    let (id, now) = (Uuid::now_v7(), app.clock.now());
    let mut import = BookImport {
        city: city.clone(),
        id,
        town: wanted.region.as_str().into(),
        file_name: wanted.file_name,
        state: "reading".into(),
        sheets: db::Json(json!([])),
        counts: db::Json(json!(Counts::default())),
        skip_wrong: wanted.skip_wrong,
        job: None,
        error: None,
        created_at: now,
        created_by: actor.account,
        updated_at: now,
        updated_by: actor.account,
        version: 1,
    };
    // it may be judged again in the browser
    let kept = upload_path(app, id);
    if let Some(folder) = kept.parent() {
        tokio::fs::create_dir_all(folder).await.map_err(Problem::internal)?;
    }
    tokio::fs::copy(&wanted.path, &kept)
        .await
        .map_err(|error| Problem::bad_request("file.unreadable", format!("读不到文件：{error}。")))?;
    app.db.run(import.insert()).await?;
    let scope = Scope::system(wanted.region);
    let judged = judge::judge(&app.db, &scope, &import, &kept, |rows| {
        tell("核对", rows);
        true
    });
    let (sheets, counts) = match judged.await {
        Ok(Some(judged)) => judged,
        Ok(None) => return Err(Problem::conflict("job.cancelled", "核对已取消。")),
        Err(problem) => {
            settle(app, &import, "failed", Some(&problem)).await?;
            return Err(problem);
        }
    };
    import.sheets = db::Json(json!(sheets));
    import.counts = db::Json(json!(counts));
    app.db
        .run(sql!(
            "update archive_import set state = 'preview', sheets = $1, counts = $2, version = version + 1 where city = $3 and id = $4",
            json!(sheets),
            json!(counts),
            &city,
            id
        ))
        .await?;
    let mut taken = Taken {
        id,
        rows: counts.rows,
        created: counts.created,
        updated: counts.updated,
        unchanged: counts.unchanged,
        rejected: counts.rejected,
        written: 0,
        wrong: wrong(app, &import).await?,
        report: None,
    };
    if counts.rejected > 0 {
        report::write(&app.db, &import, report).await?;
        taken.report = Some(report.to_path_buf());
    }
    if wanted.dry_run || (counts.rejected > 0 && !wanted.skip_wrong) {
        return Ok(taken);
    }
    let mut tx = app.db.begin().await?;
    let work = Work { app, actor, scope: &scope, import: &import };
    let mut told = |rows: u64| {
        tell("写入", rows);
        true
    };
    match commit(&mut tx, &work, &mut told).await? {
        Ended::Written(written) => taken.written = written,
        Ended::Stale(rows) => {
            let message =
                format!("核对之后有 {rows} 行涉及的企业或记录又有了变化，没有写入任何内容。请再运行一次。");
            return Err(Problem::conflict("archive_import.stale", message));
        }
        Ended::Stopped => return Err(Problem::conflict("job.cancelled", "写入已取消，没有写入任何内容。")),
    }
    tx.run(sql!(
        "update archive_import set state = 'committed', updated_at = $1, version = version + 1 where city = $2 and id = $3",
        app.clock.now(),
        &city,
        id
    ))
    .await?;
    tx.commit().await?;
    Ok(taken)
}

async fn settle(app: &App, import: &BookImport, state: &str, why: Option<&Problem>) -> db::Result<()> {
    let error = why.map(|own| json!({"code": own.code, "detail": own.detail}));
    let sql = sql!(
        "update archive_import set state = $1, error = $2, version = version + 1 where city = $3 and id = $4",
        state,
        error,
        &import.city,
        import.id
    );
    app.db.run(sql).await.map(drop)
}

/// The first wrong cells, in the order of the file.
async fn wrong(app: &App, import: &BookImport) -> Outcome<Vec<Wrong>> {
    let sql = BookRow::select().push(" where city = ").arg(&import.city).push(" and import_id = ");
    let sql = sql.arg(import.id).push(" and outcome = 'rejected' order by number limit ");
    let rows: Vec<BookRow> = app.db.all(sql.arg(TOLD as i64)).await?;
    let cells = rows
        .into_iter()
        .flat_map(|row| serde_json::from_value::<Vec<WrongCell>>(row.errors.0).unwrap_or_default());
    let told = cells.map(|own| Wrong { cell: own.cell, value: own.value, message: own.message });
    Ok(told.take(TOLD).collect())
}

/// The only city whose enterprises are registered; none where there are several or none.
pub async fn only_city(db: &db::Db) -> Outcome<Option<RegionCode>> {
    #[derive(FromRow)]
    struct Own {
        city: String,
    }
    // along the key, one city after the other
    let first: Option<Own> = db.optional(sql!("select city from enterprise order by city limit 1")).await?;
    let Some(first) = first else { return Ok(None) };
    let sql = sql!("select city from enterprise where city > $1 order by city limit 1", &first.city);
    let second: Option<Own> = db.optional(sql).await?;
    Ok(if second.is_none() { Some(RegionCode::parse(&first.city)?) } else { None })
}
