//! Taking a registry file into the register: read, judge every row, then commit all of it or nothing.
//!
//! Judging stores each row with its outcome (`import_row`), so that it can be looked at before anything changes.
//! Committing is one transaction. A process killed before its end leaves the register as it was; the same file can be
//! imported again at any time and changes nothing the second time.

use std::{collections::HashMap, path::PathBuf};

use chrono::NaiveDate;
use db::{Db, Exec, FromRow, Json, Sql, Tx, bulk, sql};
use kernel::{Actor, Clock, RegionCode, Scope};
use region::Taught;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sheet::{Limits, Row, SheetError, find_header};
use thiserror::Error;
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::{
    build::{Resolver, create, revise},
    columns,
    count::Counter,
    matching::{Candidates, Match, says_the_same},
    model::Enterprise,
    parse::{CellError, Parsed, original, parse},
    report,
};

/// Rows judged or written at a time.
const CHUNK: usize = 400;

/// What to import.
#[derive(Debug, Clone)]
pub struct Request {
    /// The file.
    pub path: PathBuf,
    /// Its name as the person knows it.
    pub file_name: String,
    /// The division the rows belong to; without it each row's own evidence must tell its city.
    pub region: Option<RegionCode>,
    /// Judge only, change nothing.
    pub dry_run: bool,
    /// Where to write the table of rows that were not taken.
    pub report: Option<PathBuf>,
}

/// Ownership of the rows taken. `assumed` are among the other two.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct OwnershipCounts {
    /// State and collective.
    pub public: u64,
    /// Private, Hong Kong–Macao–Taiwan, foreign.
    pub non_public: u64,
    /// Those of either kind where nothing but the rule's default decided.
    pub assumed: u64,
}

/// What an import did (or, as a dry run, would do).
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
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
    /// The reading thread died.
    #[error("读取文件的过程意外中断，没有导入任何内容")]
    Interrupted,
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
    }
}

/// Imports a file. `progress` is told how many rows are judged and written.
pub async fn import(
    db: &Db,
    clock: &Clock,
    actor: &Actor,
    request: Request,
    mut progress: impl FnMut(&'static str, u64),
) -> Result<Summary, ImportError> {
    let started = std::time::Instant::now();
    let id = Uuid::now_v7();
    let home = request.region.as_ref().and_then(RegionCode::city).unwrap_or("0000").to_string();
    let (names, mut rows) = open(&request).await?;
    let fields = columns::recognise(&names);
    record_import(db, clock, actor, &request, id, &home, &names, &fields).await?;
    let mut resolver = Resolver::new(request.region.clone(), taught(db, &home).await?);
    let mut summary = Summary::default();
    let mut seen = Seen::default();
    let today = clock.today();
    let mut ended = false;
    while !ended {
        let mut chunk = Vec::with_capacity(CHUNK);
        while chunk.len() < CHUNK {
            match rows.recv().await {
                Some(row) => chunk.push(row?),
                None => {
                    ended = true;
                    break;
                }
            }
        }
        if chunk.is_empty() {
            break;
        }
        let mut tx = db.begin().await?;
        let judged = judge(
            &mut tx,
            &names,
            &fields,
            chunk,
            &mut resolver,
            &mut seen,
            today,
            &mut summary,
            (id, &home),
        )
        .await?;
        let values = judged.iter().map(ImportRow::values).collect();
        bulk(&mut tx, ImportRow::TABLE, ImportRow::COLUMNS, values, "").await?;
        tx.commit().await?;
        progress("核对", summary.rows);
    }
    if summary.rejected + summary.duplicates > 0
        && let Some(path) = &request.report
    {
        report::write(db, &home, id, &names, path).await?;
        summary.report = Some(path.display().to_string());
    }
    if !request.dry_run {
        commit(db, clock, actor, &home, id, &mut resolver, &mut progress).await?;
    }
    summary.seconds = (started.elapsed().as_secs_f64() * 1000.0).round() / 1000.0;
    db.run(sql!(
        "update import set state = $1, counts = $2, updated_at = $3, version = version + 1 where city = $4 and id = $5",
        if request.dry_run { "preview" } else { "committed" },
        serde_json::to_value(&summary).unwrap_or_default(),
        clock.now(),
        &home,
        id
    ))
    .await?;
    Ok(summary)
}

/// Reads the file in a thread of its own; the header first, then the rows as they come.
async fn open(
    request: &Request,
) -> Result<(Vec<String>, mpsc::Receiver<Result<Row, SheetError>>), ImportError> {
    let (sender, mut receiver) = mpsc::channel::<Result<Row, SheetError>>(2 * CHUNK);
    let path = request.path.clone();
    tokio::task::spawn_blocking(move || {
        let sent = sheet::read(&path, Limits::default(), |row| Ok(sender.blocking_send(Ok(row)).is_ok()));
        if let Err(error) = sent {
            drop(sender.blocking_send(Err(error)));
        }
    });
    let mut head = Vec::new();
    while head.len() < 30 {
        match receiver.recv().await {
            Some(row) => head.push(row?),
            None => break,
        }
    }
    let known = |name: &str| columns::field_of(name).is_some();
    let header = find_header(&head, &known).ok_or(ImportError::NoHeader)?;
    if !columns::recognise(&header.names).contains(&Some("name")) {
        return Err(ImportError::NoHeader);
    }
    // what was read under the header goes before what is still to come
    let (forward, rows) = mpsc::channel(2 * CHUNK);
    tokio::spawn(async move {
        for row in head.into_iter().filter(|row| row.number > header.row) {
            if forward.send(Ok(row)).await.is_err() {
                return;
            }
        }
        while let Some(row) = receiver.recv().await {
            if forward.send(row).await.is_err() {
                return;
            }
        }
    });
    Ok((header.names, rows))
}

#[expect(clippy::too_many_arguments, reason = "one insert")]
async fn record_import(
    db: &Db,
    clock: &Clock,
    actor: &Actor,
    request: &Request,
    id: Uuid,
    home: &str,
    names: &[String],
    fields: &[Option<&'static str>],
) -> Result<(), ImportError> {
    let path = request.path.clone();
    let file_hash = tokio::task::spawn_blocking(move || -> std::io::Result<String> {
        let mut hash = Sha256::new();
        std::io::copy(&mut std::fs::File::open(path)?, &mut hash)?;
        Ok(hex(&hash.finalize()))
    })
    .await
    .map_err(|_| ImportError::Interrupted)?
    .map_err(SheetError::Io)?;
    let now = clock.now();
    let columns: Vec<Value> =
        names.iter().zip(fields).map(|(name, field)| json!({"name": name, "field": field})).collect();
    db.run(sql!(
        "insert into import (city, id, town, file_name, file_hash, header_hash, state, columns, counts, created_at, created_by, updated_at, updated_by, version)
         values ($1, $2, $3, $4, $5, $6, 'reading', $7, $8, $9, $10, $9, $10, 1)",
        home,
        id,
        request.region.as_ref().map_or(home, RegionCode::as_str),
        &request.file_name,
        file_hash,
        hex(&Sha256::digest(names.join("\t"))),
        Value::Array(columns),
        json!({}),
        now,
        actor.account
    ))
    .await?;
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn taught(db: &Db, home: &str) -> db::Result<Vec<Taught>> {
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

/// Codes and names met earlier in the file: the row they stood in.
#[derive(Default)]
struct Seen(HashMap<String, i64>);

impl Seen {
    /// The earlier row that speaks of the same enterprise, if there is one; remembers this row.
    fn before(&mut self, row: &Parsed, number: i64) -> Option<i64> {
        let key = match (&row.credit_code, &row.old_code) {
            (Some(code), _) | (None, Some(code)) => code.clone(),
            (None, None) => format!("{}\t{}", row.name_key, row.address_key),
        };
        match self.0.entry(key) {
            std::collections::hash_map::Entry::Occupied(entry) => Some(*entry.get()),
            std::collections::hash_map::Entry::Vacant(entry) => {
                entry.insert(number);
                None
            }
        }
    }
}

/// The scope of the rows of one city.
fn scope(city: &str) -> Option<Scope> {
    RegionCode::parse(city).ok().map(Scope::system)
}

#[expect(clippy::too_many_arguments, reason = "the state of one pass over the file")]
async fn judge(
    tx: &mut Tx,
    names: &[String],
    fields: &[Option<&'static str>],
    chunk: Vec<Row>,
    resolver: &mut Resolver,
    seen: &mut Seen,
    today: NaiveDate,
    summary: &mut Summary,
    (import, home): (Uuid, &str),
) -> db::Result<Vec<ImportRow>> {
    let mut judged = Vec::with_capacity(chunk.len());
    let mut open = Vec::new();
    for row in chunk {
        summary.rows += 1;
        let source = original(names, &row.cells);
        let (parsed, mut errors) = parse(names, fields, &row.cells, today);
        let number = row.number as i64;
        let mut rejected = errors.iter().any(|error| error.rejects);
        let mut outcome = if rejected { "rejected" } else { "new" };
        let found = if rejected { None } else { resolver.resolve(&parsed) };
        if !rejected && found.is_none() {
            rejected = true;
            outcome = "rejected";
            errors.push(whole(
                "region.unknown",
                "地址、名称和信用代码都看不出在哪个城市，请补充地址，或在导入时指定区划".into(),
            ));
        }
        if !rejected && let Some(earlier) = seen.before(&parsed, number) {
            outcome = "duplicate";
            errors.push(whole("duplicate.in_file", format!("与本文件第 {earlier} 行是同一家企业")));
        }
        match outcome {
            "rejected" => summary.rejected += 1,
            "duplicate" => summary.duplicates += 1,
            _ => open.push((judged.len(), parsed.clone(), found)),
        }
        judged.push(ImportRow {
            city: home.to_string(),
            import_id: import,
            number,
            outcome: outcome.into(),
            town: String::new(),
            enterprise: None,
            original: Json(source),
            parsed: (outcome == "new").then(|| Json(serde_json::to_value(&parsed).unwrap_or_default())),
            changes: None,
            errors: Json(serde_json::to_value(&errors).unwrap_or_default()),
        });
    }
    let mut by_city: HashMap<String, Vec<&Parsed>> = HashMap::new();
    for (_, parsed, found) in &open {
        if let Some(city) = found.as_ref().and_then(|found| found.town.get(..4)) {
            by_city.entry(city.to_string()).or_default().push(parsed);
        }
    }
    let mut candidates = HashMap::new();
    for (city, rows) in by_city {
        if let Some(scope) = scope(&city) {
            candidates.insert(city, Candidates::read(tx, &scope, &rows).await?);
        }
    }
    for (at, parsed, found) in open {
        let Some(found) = found else { continue };
        let row = &mut judged[at];
        let matched = found
            .town
            .get(..4)
            .and_then(|city| candidates.get(city))
            .map_or(Match::New, |known| known.decide(&parsed));
        let record = match matched {
            Match::Possible(record) => {
                row.outcome = "duplicate".into();
                row.enterprise = Some(record.id);
                let mut errors: Vec<CellError> =
                    serde_json::from_value(row.errors.0.clone()).unwrap_or_default();
                errors.push(whole(
                    "duplicate.possible",
                    format!("可能与已登记的“{}”是同一家（名称相同，地址或证号不同），请核对", record.name),
                ));
                row.errors = Json(serde_json::to_value(errors).unwrap_or_default());
                row.parsed = None;
                summary.duplicates += 1;
                continue;
            }
            Match::Known(record) if says_the_same(&record, &row.original.0) => {
                row.outcome = "unchanged".into();
                row.enterprise = Some(record.id);
                summary.unchanged += 1;
                *record
            }
            Match::Known(record) => {
                let revised = revise(&record, &parsed, &row.original.0, resolver);
                let (before, after) = audit::diff(&record.document(), &revised.document());
                row.outcome = "changed".into();
                row.enterprise = Some(record.id);
                row.changes = Some(Json(json!({"before": before, "after": after})));
                summary.updated += 1;
                revised
            }
            Match::New => {
                summary.created += 1;
                create(
                    &parsed,
                    &row.original.0,
                    found,
                    import,
                    &Actor::system("导入"),
                    chrono::DateTime::UNIX_EPOCH,
                )
            }
        };
        row.town.clone_from(&record.town);
        tally(summary, &record);
    }
    Ok(judged)
}

fn whole(code: &str, message: String) -> CellError {
    CellError { column: None, code: code.into(), message, rejects: true }
}

fn tally(summary: &mut Summary, record: &Enterprise) {
    summary.resolved_county += u64::from(record.town.len() >= 6);
    summary.resolved_town += u64::from(record.town.len() >= 9);
    summary.unassigned += u64::from(record.town.len() < 9);
    match record.ownership.as_str() {
        "public" => summary.ownership.public += 1,
        _ => summary.ownership.non_public += 1,
    }
    summary.ownership.assumed += u64::from(record.ownership_basis == "assumed");
}

/// Writes every judged row in one transaction. What the register holds is looked up again, so that nothing written
/// since the judging is overwritten unseen.
async fn commit(
    db: &Db,
    clock: &Clock,
    actor: &Actor,
    home: &str,
    import: Uuid,
    resolver: &mut Resolver,
    progress: &mut impl FnMut(&'static str, u64),
) -> Result<(), ImportError> {
    let at = clock.now();
    let mut tx = db.begin().await?;
    let mut counter = Counter::default();
    let mut last = 0i64;
    let mut written = 0u64;
    loop {
        let rows: Vec<ImportRow> = tx
            .all(
                ImportRow::select()
                    .push(" where city = ")
                    .arg(home)
                    .push(" and import_id = ")
                    .arg(import)
                    .push(" and outcome in ('new', 'changed') and number > ")
                    .arg(last)
                    .push(" order by number limit ")
                    .arg(CHUNK as i64),
            )
            .await?;
        let Some(end) = rows.last() else { break };
        last = end.number;
        written += rows.len() as u64;
        let parsed: Vec<(Value, Parsed)> = rows
            .into_iter()
            .filter_map(|row| Some((row.original.0, serde_json::from_value(row.parsed?.0).ok()?)))
            .collect();
        write_chunk(&mut tx, &parsed, resolver, &mut counter, (clock, actor, import, at)).await?;
        progress("写入", written);
    }
    counter.apply(&mut tx).await?;
    tx.commit().await?;
    Ok(())
}

async fn write_chunk(
    tx: &mut Tx,
    rows: &[(Value, Parsed)],
    resolver: &mut Resolver,
    counter: &mut Counter,
    (clock, actor, import, at): (&Clock, &Actor, Uuid, chrono::DateTime<chrono::Utc>),
) -> db::Result<()> {
    let mut by_city: HashMap<String, Vec<(&Value, &Parsed, region::Resolution)>> = HashMap::new();
    for (original, row) in rows {
        if let Some(found) = resolver.resolve(row) {
            by_city
                .entry(found.town.get(..4).unwrap_or_default().to_string())
                .or_default()
                .push((original, row, found));
        }
    }
    let mut entries = Vec::new();
    let mut inserts = Vec::new();
    for (city, rows) in by_city {
        let Some(scope) = scope(&city) else { continue };
        let parsed: Vec<&Parsed> = rows.iter().map(|(_, row, _)| *row).collect();
        let candidates = Candidates::read(tx, &scope, &parsed).await?;
        for (original, row, found) in rows {
            match candidates.decide(row) {
                Match::New => {
                    let record = create(row, original, found, import, actor, at);
                    counter.add(&record);
                    entries.push(entry(audit::Action::Create, &record, None, Some(record.document())));
                    inserts.push(record.values());
                }
                Match::Known(current) if !says_the_same(&current, original) => {
                    let mut record = revise(&current, row, original, resolver);
                    record.import_id = Some(import);
                    record.updated_at = at;
                    record.updated_by = actor.account;
                    record.version = current.version + 1;
                    counter.remove(&current);
                    counter.add(&record);
                    let (before, after) = audit::diff(&current.document(), &record.document());
                    entries.push(entry(audit::Action::Update, &record, Some(before), Some(after)));
                    tx.run(record.update(&["city", "id"])).await?;
                }
                Match::Known(_) | Match::Possible(_) => {}
            }
        }
    }
    bulk(tx, Enterprise::TABLE, Enterprise::COLUMNS, inserts, "").await?;
    audit::record_many(tx, clock, actor, entries).await
}

fn entry(
    action: audit::Action,
    record: &Enterprise,
    before: Option<Value>,
    after: Option<Value>,
) -> audit::Entry {
    audit::Entry {
        action,
        subject: Enterprise::TABLE,
        city: record.city.clone(),
        town: record.town.clone(),
        row: Some(record.id),
        title: Some(record.name.clone()),
        before,
        after,
        reason: Some("批量导入".into()),
    }
}
