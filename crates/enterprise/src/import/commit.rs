//! Committing: every judged row in one transaction.

use std::collections::HashMap;

use audit::Action;
use chrono::{DateTime, Utc};
use db::{Exec, Tx, bulk, sql};
use kernel::{Actor, Clock, Scope};
use serde_json::Value;
use uuid::Uuid;

use super::{CHUNK, Import, ImportError, ImportRow, Tell, city_scope, decisions, stage, taught};
use crate::{
    build::{Resolver, create, revise},
    derived::Derived,
    matching::{Candidates, Match},
    model::Enterprise,
    parse::Parsed,
};

/// Why, on the trail.
const REASON: &str = "批量导入";

/// Writes every judged row within the caller's transaction. What the register holds is looked up again, so that nothing
/// written since the judging is overwritten unseen.
pub async fn commit(
    tx: &mut Tx,
    clock: &Clock,
    actor: &Actor,
    import: &Import,
    own: Option<&Scope>,
    tell: Tell<'_>,
) -> Result<u64, ImportError> {
    let at = clock.now();
    let mut derived = Derived::default();
    stage::retract(tx, import).await?;
    let Some(mut written) =
        stage::write(tx, (clock, actor, at), import, &mut derived, REASON, &mut |rows| tell("写入", rows))
            .await?
    else {
        return Err(ImportError::Stopped);
    };
    // what changes a record, and what the register has come to know since it was judged
    let mut resolver = Resolver::new(import.region(), taught(&mut *tx, &import.city).await?);
    let left = stage::left(tx, import).await?;
    for numbers in left.chunks(CHUNK) {
        let sql = ImportRow::select().push(" where city = ").arg(&import.city).push(" and import_id = ");
        let sql = sql.arg(import.id).push(" and ").within("number", numbers.iter().copied());
        let rows: Vec<ImportRow> = tx.all(sql.push(" order by number")).await?;
        written += rows.len() as u64;
        let parsed: Vec<(Value, Parsed)> = rows
            .into_iter()
            .filter_map(|row| Some((row.original.0, serde_json::from_value(row.parsed?.0).ok()?)))
            .collect();
        write_chunk(tx, &parsed, &mut resolver, &mut derived, (clock, actor, import.id, at), own).await?;
        derived.write_entries(tx).await?;
        if !tell("写入", written) {
            return Err(ImportError::Stopped);
        }
    }
    let decided = decisions::Work { clock, actor, import, own, at };
    written += decisions::commit(tx, &decided, &mut resolver, &mut derived).await?;
    derived.apply(tx).await?;
    tx.run(sql!(
        "update import set state = 'committed', updated_at = $1, updated_by = $2, version = version + 1 where city = $3 and id = $4",
        at,
        actor.account,
        &import.city,
        import.id
    ))
    .await?;
    Ok(written)
}

/// Who writes what a file says over records, of which import, when, and where they may.
pub(super) struct Writing<'a> {
    pub actor: &'a Actor,
    pub import: Uuid,
    pub at: DateTime<Utc>,
    pub own: Option<&'a Scope>,
}

impl Writing<'_> {
    /// Writes what a row says over a record as it stands now, which an earlier row of the file or somebody else may have written since it
    /// was read: their values stay, and the numbers are shifted from what they made of it. Answers the entry of the trail; none where the
    /// record has become part of another meanwhile, or has left the area.
    pub async fn revise(
        &self,
        tx: &mut Tx,
        derived: &mut Derived,
        mut current: Enterprise,
        (row, original): (&Parsed, &Value),
        resolver: &mut Resolver,
        reason: &str,
    ) -> db::Result<Option<audit::Entry>> {
        loop {
            let mut record = revise(&current, row, original, resolver);
            record.import_id = Some(self.import);
            record.updated_at = self.at;
            record.updated_by = self.actor.account;
            record.version = current.version + 1;
            let sql = record.update(&["city", "id"]).push(" and version = ").arg(current.version);
            if tx.run(sql).await? == 1 {
                derived.remove(&current);
                derived.add(&record);
                let (before, after) = audit::diff(&current.document(), &record.document());
                let reason = Some(reason.to_string());
                return Ok(Some(record.entry(Action::Update, Some(before), Some(after), reason)));
            }
            let sql = Enterprise::select().push(" where city = ").arg(&current.city).push(" and id = ");
            let now: Option<Enterprise> =
                tx.optional(sql.arg(current.id).push(" and status <> 'merged'")).await?;
            match now {
                Some(now) if self.own.is_none_or(|own| own.covers(&now.town)) => current = now,
                _ => return Ok(None),
            }
        }
    }
}

async fn write_chunk(
    tx: &mut Tx,
    rows: &[(Value, Parsed)],
    resolver: &mut Resolver,
    derived: &mut Derived,
    (clock, actor, import, at): (&Clock, &Actor, Uuid, DateTime<Utc>),
    own: Option<&Scope>,
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
    let reason = || Some(REASON.to_string());
    let mut entries = Vec::new();
    let mut inserts = Vec::new();
    for (city, rows) in by_city {
        let Some(scope) = city_scope(&city) else { continue };
        let parsed: Vec<&Parsed> = rows.iter().map(|(_, row, _)| *row).collect();
        let candidates = Candidates::read(tx, &scope, &parsed).await?;
        for (original, row, found) in rows {
            match candidates.decide(row, original) {
                // where it belongs was judged; that the register moved it since is respected
                Match::Known(current) if own.is_some_and(|own| !own.covers(&current.town)) => {}
                Match::New => {
                    let record = create(row, original, found, import, actor, at);
                    derived.add(&record);
                    entries.push(record.entry(Action::Create, None, Some(record.first()), reason()));
                    inserts.push(record.values());
                }
                Match::Known(current) => {
                    let by = Writing { actor, import, at, own };
                    entries
                        .extend(by.revise(tx, derived, *current, (row, original), resolver, REASON).await?);
                }
                Match::Same(_) | Match::Possible(_) => {}
            }
        }
    }
    bulk(tx, Enterprise::TABLE, Enterprise::COLUMNS, inserts, "").await?;
    audit::record_many(tx, clock, actor, entries).await
}
