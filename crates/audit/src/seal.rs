//! Sealing the trail in batches and proving that it is whole.

use chrono::{DateTime, Utc};
use db::{Db, Exec, FromRow, Json, Result, Sql, sql};
use kernel::Clock;
use serde_json::Value as Document;
use sha2::{Digest, Sha256};

use crate::record::AuditRow;

/// Most entries of one batch: few enough to be held in memory, and that no other writer waits long.
const MOST: i64 = 1_000;

db::table! {
    /// A sealed batch.
    pub struct Batch in "audit_batch" {
        /// Number, from 1.
        pub number: i64,
        /// When, UTC.
        pub sealed_at: DateTime<Utc>,
        /// Entries in it.
        pub entries: i64,
        /// Hash of the batch before.
        pub previous: String,
        /// Hash of this batch.
        pub hash: String,
    }
}

/// Where the chain does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Batch.
    pub batch: i64,
    /// What is wrong, in Chinese.
    pub what: String,
}

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Batches read.
    pub batches: i64,
    /// Entries in them.
    pub entries: i64,
    /// Entries not yet sealed.
    pub open: i64,
    /// The first place where the chain does not hold.
    pub broken: Option<Broken>,
}

/// The text of a document whatever order an engine gives its fields in.
fn canonical(document: &Document) -> String {
    let mut document = document.clone();
    document.sort_all_objects();
    document.to_string()
}

fn hash(previous: &str, entries: &[AuditRow]) -> String {
    let mut hash = Sha256::new();
    hash.update(previous);
    for entry in entries {
        let json = |value: &Option<Json<Document>>| value.as_ref().map(|json| canonical(&json.0));
        let parts = serde_json::json!([
            entry.city,
            entry.id,
            entry.at.timestamp_micros(),
            entry.actor,
            entry.actor_name,
            entry.on_behalf,
            entry.action,
            entry.subject,
            entry.town,
            entry.row_id,
            entry.row_title,
            json(&entry.before),
            json(&entry.after),
            entry.reason
        ]);
        hash.update(parts.to_string());
        hash.update(b"\n");
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[derive(FromRow)]
struct Number {
    number: i64,
}

/// Seals what is open, at most one batch; answers how many entries it took. Entries of the last second are left for
/// the next time, so that a slow transaction does not slip an older id under a sealed batch unnoticed by its time.
pub async fn seal(db: &Db, clock: &Clock) -> Result<u64> {
    let mut tx = db.begin().await?;
    let last: Option<Batch> = tx.optional(Batch::select().push(" order by number desc limit 1")).await?;
    let before = clock.now() - chrono::Duration::seconds(1);
    let entries: Vec<AuditRow> = tx
        .all(
            AuditRow::select()
                .push(" where batch is null and at <= ")
                .arg(before)
                .push(" order by id limit ")
                .arg(MOST),
        )
        .await?;
    let (Some(first), Some(end)) = (entries.first(), entries.last()) else { return Ok(0) };
    let previous = last.as_ref().map(|batch| batch.hash.clone()).unwrap_or_default();
    let batch = Batch {
        number: last.map_or(1, |batch| batch.number + 1),
        sealed_at: clock.now(),
        entries: entries.len() as i64,
        hash: hash(&previous, &entries),
        previous,
    };
    // two sealers at once: the second finds the number taken and tries again next time
    match tx.run(batch.insert()).await {
        Err(db::Error::Conflict { .. }) => return Ok(0),
        other => other?,
    };
    let marked = tx
        .run(sql!(
            "update audit set batch = $1 where batch is null and at <= $2 and id >= $3 and id <= $4",
            batch.number,
            before,
            first.id,
            end.id
        ))
        .await?;
    // a slow writer's entry came to light between reading and marking: leave the whole batch for the next time
    if marked != entries.len() as u64 {
        return Ok(0);
    }
    tx.commit().await?;
    Ok(marked)
}

/// Seals all that is open, batch by batch; answers how many entries.
pub async fn seal_all(db: &Db, clock: &Clock) -> Result<u64> {
    let mut sealed = 0;
    loop {
        match seal(db, clock).await? {
            0 => return Ok(sealed),
            more => sealed += more,
        }
    }
}

/// Reads the whole chain and says whether it holds: a changed, removed or added entry, or a missing batch, breaks it.
pub async fn verify(db: &Db) -> Result<Report> {
    let count = |condition: &str| {
        Sql::new(&format!("select count(*) as number from audit where batch is {condition}"))
    };
    let open: Number = db.one(count("null")).await?;
    let mut report = Report { batches: 0, entries: 0, open: open.number, broken: None };
    let mut previous = String::new();
    loop {
        let number = report.batches + 1;
        let Some(batch) = db.optional::<Batch>(Batch::select().push(" where number = ").arg(number)).await?
        else {
            let later: Number =
                db.one(sql!("select count(*) as number from audit_batch where number > $1", number)).await?;
            if later.number > 0 {
                report.broken = Some(Broken { batch: number, what: "缺少这一批的封存记录".into() });
            }
            return Ok(report);
        };
        let entries: Vec<AuditRow> =
            db.all(AuditRow::select().push(" where batch = ").arg(number).push(" order by id")).await?;
        let what = if batch.previous != previous {
            Some("与上一批的衔接不符".to_string())
        } else if entries.len() as i64 != batch.entries {
            Some(format!("封存时有 {} 条，现在有 {} 条", batch.entries, entries.len()))
        } else if hash(&previous, &entries) != batch.hash {
            Some("内容与封存时不同".into())
        } else {
            None
        };
        if let Some(what) = what {
            report.broken = Some(Broken { batch: number, what });
            return Ok(report);
        }
        previous = batch.hash;
        report.batches = number;
        report.entries += batch.entries;
    }
}
