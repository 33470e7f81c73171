//! Taking a registry file into the register: register it, judge every row, then commit all of it or nothing.
//!
//! Judging stores each row with its outcome (`import_row`), so that it can be looked at before anything changes.
//! New records are laid ready as they will be written (`import_record`). Committing is one transaction. A process killed before its end leaves the register as it was; the same file can be
//! imported again at any time and changes nothing the second time.

mod commit;
pub mod decisions;
mod judge;
mod read;
pub mod report;
mod stage;

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use db::{Db, Exec, FromRow, Json, Sql, sql};
use kernel::{Actor, Clock, RegionCode, Scope};
use region::Taught;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sheet::SheetError;
use thiserror::Error;
use uuid::Uuid;

pub use commit::commit;
pub use judge::judge;
pub(crate) use stage::clear;

/// Rows judged or written at a time.
const CHUNK: usize = 400;

/// What is told how far the work is; answers whether to go on.
pub type Tell<'a> = &'a mut (dyn FnMut(&'static str, u64) -> bool + Send);

/// What to import.
#[derive(Debug, Clone)]
pub struct Request {
    /// The file.
    pub path: PathBuf,
    /// Its name as the person knows it.
    pub file_name: String,
    /// The division the rows belong to; without it each row's own evidence must tell its city.
    pub region: Option<RegionCode>,
}

/// Ownership of the rows taken. `assumed` are among the other two.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnershipCounts {
    /// State and collective.
    pub public: u64,
    /// Private, Hong Kong–Macao–Taiwan, foreign.
    pub non_public: u64,
    /// Those of either kind where nothing but the rule's default decided.
    pub assumed: u64,
}

/// What an import did (or, as a dry run, would do).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Rows under the header.
    pub rows: u64,
    /// Records made.
    pub created: u64,
    /// Records changed.
    pub updated: u64,
    /// Rows that say nothing new.
    pub unchanged: u64,
    /// Rows not taken because a cell is wrong.
    pub rejected: u64,
    /// Rows that may be what the register or an earlier row already holds; not taken until a person decides.
    pub duplicates: u64,
    /// Rows taken whose county is known (with or without the town).
    pub resolved_county: u64,
    /// Rows taken whose town is known.
    pub resolved_town: u64,
    /// Rows taken that wait for somebody to assign the town.
    pub unassigned: u64,
    /// Ownership of the rows taken.
    pub ownership: OwnershipCounts,
    /// The table of rows not taken; null when all were.
    pub report: Option<String>,
    /// Rows that are of no enterprise: totals, notes, the header once more. They are not among `rows`.
    #[serde(default)]
    pub skipped: u64,
    /// How long it took, seconds.
    pub seconds: f64,
}

/// Why a file was not taken.
#[derive(Debug, Error)]
pub enum ImportError {
    /// It cannot be read as a table.
    #[error(transparent)]
    Sheet(#[from] SheetError),
    /// No row names its columns.
    #[error("前 30 行里找不到表头。表头至少要有“企业名称”和另一列（如“统一社会信用代码”“注册地址”）")]
    NoHeader,
    /// The database failed; nothing was changed.
    #[error("数据库出错，没有导入任何内容：{0}")]
    Db(#[from] db::Error),
    /// The person asked for it to stop.
    #[error("已取消，没有导入任何内容")]
    Stopped,
    /// The reading thread died.
    #[error("读取文件的过程意外中断，没有导入任何内容")]
    Interrupted,
}

impl ImportError {
    /// Stable code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            ImportError::Sheet(error) => error.code(),
            ImportError::NoHeader => "import.no_header",
            ImportError::Stopped => "import.stopped",
            ImportError::Db(_) => "internal",
            ImportError::Interrupted => "import.interrupted",
        }
    }
}

db::table! {
    /// A file on its way into the register.
    pub struct Import in "import" {
        /// City; `0000` where each row's own evidence tells it.
        pub city: String,
        /// Id.
        pub id: Uuid,
        /// Division the rows belong to.
        pub town: String,
        /// Name of the file as the person knows it.
        pub file_name: String,
        /// SHA-256 of the file.
        pub file_hash: String,
        /// SHA-256 of its header.
        pub header_hash: String,
        /// `uploaded`, `reading`, `preview`, `committing`, `committed` or `failed`.
        pub state: String,
        /// Its columns in order: `{"name", "field"}`.
        pub columns: Json<Value>,
        /// The [`Summary`].
        pub counts: Json<Value>,
        /// The job at work on it.
        pub job: Option<Uuid>,
        /// Why it failed.
        pub error: Option<Json<Value>>,
        /// Uploaded.
        pub created_at: DateTime<Utc>,
        /// By whom.
        pub created_by: Uuid,
        /// Last change.
        pub updated_at: DateTime<Utc>,
        /// By whom.
        pub updated_by: Uuid,
        /// Changes so far.
        pub version: i64,
    }
}

impl Import {
    /// The division the rows belong to, where one was chosen.
    pub fn region(&self) -> Option<RegionCode> {
        RegionCode::parse(&self.town).ok().filter(|region| region.as_str() != "0000")
    }
}

db::table! {
    /// A row of a file with what became of it.
    pub struct ImportRow in "import_row" {
        /// City of the import.
        pub city: String,
        /// Import.
        pub import_id: Uuid,
        /// Row of the file, from 1.
        pub number: i64,
        /// `new`, `changed`, `unchanged`, `duplicate` or `rejected`.
        pub outcome: String,
        /// Division found; empty for rows not taken.
        pub town: String,
        /// The record it speaks of.
        pub enterprise: Option<Uuid>,
        /// The row as it stands in the file.
        pub original: Json<Value>,
        /// Its typed fields ([`Parsed`]).
        pub parsed: Option<Json<Value>>,
        /// Field by field what changes.
        pub changes: Option<Json<Value>>,
        /// What is wrong, beside the column.
        pub errors: Json<Value>,
        /// Of a duplicate: `possible` (a record may be the same), `in_file` (an earlier row is), `elsewhere` (a record outside one's
        /// area is).
        pub doubt: Option<String>,
        /// Of a duplicate: SHA-256 of what the row says.
        pub fingerprint: Option<String>,
        /// Of a duplicate: what a person decided: `new`, `change` or `leave`.
        pub decision: Option<String>,
        /// Who.
        pub decided_by_name: Option<String>,
    }
}

/// Registers a file; nothing of it is read but its bytes.
pub async fn register(
    db: impl Exec,
    clock: &Clock,
    actor: &Actor,
    id: Uuid,
    request: &Request,
) -> Result<Import, ImportError> {
    let home = request.region.as_ref().and_then(RegionCode::city).unwrap_or("0000").to_string();
    let now = clock.now();
    let import = Import {
        town: request.region.as_ref().map_or(home.clone(), |region| region.as_str().to_string()),
        city: home,
        id,
        file_name: request.file_name.clone(),
        file_hash: read::hash_file(request.path.clone()).await?,
        header_hash: String::new(),
        state: "uploaded".into(),
        columns: Json(json!([])),
        counts: Json(json!({})),
        job: None,
        error: None,
        created_at: now,
        created_by: actor.account,
        updated_at: now,
        updated_by: actor.account,
        version: 1,
    };
    db.run(import.insert()).await?;
    Ok(import)
}

/// Imports a file from the command line: registers, judges, and commits unless it is a dry run. `report` is where the
/// rows not taken are written.
pub async fn import(
    db: &Db,
    clock: &Clock,
    actor: &Actor,
    request: Request,
    dry_run: bool,
    report: &Path,
    tell: Tell<'_>,
) -> Result<Summary, ImportError> {
    let started = std::time::Instant::now();
    let import = register(db, clock, actor, Uuid::now_v7(), &request).await?;
    let mut summary = match judge(db, clock, &import, &request.path, None, tell).await {
        Ok(summary) => summary,
        Err(error) => {
            fail(db, clock, &import, &error).await?;
            return Err(error);
        }
    };
    if summary.rejected + summary.duplicates > 0 {
        report::write(db, &import.city, import.id, report).await?;
        summary.report = Some(report.display().to_string());
    }
    if !dry_run {
        let mut tx = db.begin().await?;
        region::refresh(db).await?;
        commit(&mut tx, clock, actor, &import, None, tell).await?;
        tx.commit().await?;
        // all is written and found; the index of the search box only makes finding quicker
        tell("整理", summary.created + summary.updated);
        clear(db, &import.city, import.id).await?;
        search::index_all(db).await?;
        crate::summary::rebuild(db).await?;
    }
    summary.seconds = (started.elapsed().as_secs_f64() * 1000.0).round() / 1000.0;
    Ok(summary)
}

/// Says of an import that it failed, and why.
pub(crate) async fn fail(db: &Db, clock: &Clock, import: &Import, error: &ImportError) -> db::Result<()> {
    let said = json!({"code": error.code(), "detail": error.to_string()});
    db.run(sql!(
        "update import set state = 'failed', error = $1, updated_at = $2, version = version + 1 where city = $3 and id = $4",
        said,
        clock.now(),
        &import.city,
        import.id
    ))
    .await
    .map(drop)
}

/// The scope of the rows of one city.
fn city_scope(city: &str) -> Option<Scope> {
    RegionCode::parse(city).ok().map(Scope::system)
}

async fn taught(db: impl Exec, home: &str) -> db::Result<Vec<Taught>> {
    #[derive(FromRow)]
    struct Place {
        county: String,
        word: String,
        town: String,
    }
    let places: Vec<Place> = db
        .all(if home == "0000" {
            Sql::new("select county, word, town from place order by city, id limit 20000")
        } else {
            sql!("select county, word, town from place where city = $1 order by id limit 20000", home)
        })
        .await?;
    Ok(places
        .into_iter()
        .map(|place| Taught { county: place.county, word: place.word, town: place.town })
        .collect())
}
