//! Committing: every judged row in one transaction, through what every write to an archive goes through.

use std::collections::{BTreeMap, HashMap};

use audit::Action;
use db::{Exec, FromRow, Json, Tx, bulk, sql};
use kernel::{Actor, Scope};
use rules::Law;
use uuid::Uuid;
use web::{App, Outcome};

use super::{
    BookImport, BookRow, CHUNK,
    judge::{Seen, Verdict, decide, draft, firms},
    object,
};
use crate::{attachment, keep, model::Record, score::Brief, section, store};

/// Enterprises whose archives are written before their scores are reckoned.
const FIRMS: i64 = 50;

/// How a commit ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// So many records were written.
    Written(u64),
    /// What was judged no longer holds of so many rows; nothing may be kept of the transaction.
    Stale(u64),
    /// Somebody asked for it to stop; nothing may be kept of the transaction.
    Stopped,
}

/// What the whole commit goes by.
pub(crate) struct Work<'a> {
    pub(crate) app: &'a App,
    pub(crate) actor: &'a Actor,
    pub(crate) scope: &'a Scope,
    pub(crate) import: &'a BookImport,
}

#[derive(FromRow)]
struct Key {
    enterprise: Uuid,
}

/// Writes every judged row within the caller's transaction; `tell` hears how many and answers whether to go on.
pub(crate) async fn commit(
    tx: &mut Tx,
    work: &Work<'_>,
    tell: &mut (dyn FnMut(u64) -> bool + Send),
) -> Outcome<Ended> {
    let mut after = Uuid::nil();
    loop {
        let keys = keys(tx, work.import, after, 1_000).await?;
        let Some(last) = keys.last() else { break };
        after = *last;
        store::hold(tx, &work.import.city, &keys).await?;
    }
    let stale = stale(tx, work).await?;
    if stale > 0 {
        return Ok(Ended::Stale(stale));
    }
    let law = law::in_force(&mut *tx, &work.import.city).await?;
    let (mut after, mut written) = (Uuid::nil(), 0);
    loop {
        let keys = keys(tx, work.import, after, FIRMS).await?;
        let Some(last) = keys.last() else { return Ok(Ended::Written(written)) };
        after = *last;
        written += archives(tx, work, &law, &keys).await?;
        if !tell(written) {
            return Ok(Ended::Stopped);
        }
    }
}

/// The enterprises to whose archives something is written, in the order of their ids.
async fn keys(tx: &mut Tx, import: &BookImport, after: Uuid, limit: i64) -> db::Result<Vec<Uuid>> {
    let sql = sql!(
        "select distinct enterprise from archive_import_row where city = $1 and import_id = $2 and enterprise > $3
         and outcome in ('new', 'changed') order by enterprise limit $4",
        &import.city,
        import.id,
        after,
        limit
    );
    Ok(tx.all::<Key>(sql).await?.into_iter().map(|key| key.enterprise).collect())
}

/// Rows of which, the archives held, something else would become than was shown.
async fn stale(tx: &mut Tx, work: &Work<'_>) -> db::Result<u64> {
    let import = work.import;
    let (mut seen, mut after, mut stale) = (Seen::default(), 0i64, 0);
    loop {
        let sql = BookRow::select()
            .push(" where city = ")
            .arg(&import.city)
            .push(" and import_id = ")
            .arg(import.id);
        let sql = sql.push(" and enterprise is not null and number > ").arg(after);
        let rows: Vec<BookRow> = tx.all(sql.push(" order by number limit ").arg(CHUNK as i64)).await?;
        let Some(last) = rows.last() else { return Ok(stale) };
        after = last.number;
        let ids = rows.iter().filter_map(|row| row.enterprise.map(Into::into)).collect();
        let firms = firms(tx, work.scope, &import.city, "id", ids).await?;
        let drafts: Vec<_> = rows.iter().filter_map(draft).collect();
        let verdicts = decide(tx, work.scope, &import.city, &drafts, &mut seen).await?;
        let verdicts: HashMap<i64, Verdict> = drafts.iter().map(|draft| draft.number).zip(verdicts).collect();
        for row in rows.iter().filter(|row| row.outcome != "rejected") {
            let there = firms.iter().any(|firm| Some(firm.id) == row.enterprise);
            let fields = row.fields.as_ref().map(|own| object(own.0.clone())).unwrap_or_default();
            let (record, version) = (row.record.unwrap_or_default(), row.record_version.unwrap_or_default());
            let same = match verdicts.get(&row.number) {
                Some(Verdict::New(now)) => row.outcome == "new" && *now == fields,
                Some(Verdict::Changed { record: own, version: now, fields: new, .. }) => {
                    row.outcome == "changed" && (*own, *now) == (record, version) && *new == fields
                }
                Some(Verdict::Unchanged { record: own, .. }) => row.outcome == "unchanged" && *own == record,
                _ => false,
            };
            stale += u64::from(!there || !same);
        }
    }
}

/// Writes the rows of some enterprises, and what follows from them.
async fn archives(tx: &mut Tx, work: &Work<'_>, law: &Law, ids: &[Uuid]) -> Outcome<u64> {
    let (import, at) = (work.import, work.app.clock.now());
    let keys: Vec<(String, Uuid)> = ids.iter().map(|id| (import.city.clone(), *id)).collect();
    let mut firms = enterprise::store::some(&mut *tx, work.scope, &keys).await?;
    firms.sort_by_key(|own| own.id);
    let mut briefs: BTreeMap<Uuid, Vec<Brief>> = BTreeMap::new();
    for (enterprise, brief) in store::briefs(&mut *tx, &import.city, ids).await? {
        briefs.entry(enterprise).or_default().push(brief);
    }
    let mut ends = keep::Ends::new(law, work.app.clock.today());
    let reason = Some(format!("批量填报：{}", import.file_name));
    let (mut written, mut after) = (0, (Uuid::nil(), 0i64));
    loop {
        let sql = BookRow::select()
            .push(" where city = ")
            .arg(&import.city)
            .push(" and import_id = ")
            .arg(import.id);
        let sql = sql.push(" and ").within("enterprise", ids.iter().copied());
        let sql = sql.push(" and outcome in ('new', 'changed') and (enterprise, number) > (").arg(after.0);
        let sql = sql.push(", ").arg(after.1).push(") order by enterprise, number limit ").arg(CHUNK as i64);
        let rows: Vec<BookRow> = tx.all(sql).await?;
        let Some(last) = rows.last() else { break };
        after = (last.enterprise.unwrap_or_default(), last.number);
        let old = rows.iter().filter(|row| row.outcome == "changed").filter_map(|row| row.record);
        let sql = Record::select().push(" where city = ").arg(&import.city).push(" and ").within("id", old);
        let old: Vec<Record> = tx.all(sql).await?;
        let (mut entries, mut inserts, mut found) = (Vec::new(), Vec::new(), Vec::new());
        let mut changed: BTreeMap<Uuid, Vec<Record>> = BTreeMap::new();
        for row in rows {
            let Some(firm) = firms.iter().find(|own| Some(own.id) == row.enterprise) else { continue };
            let (Some(section), Some(Json(fields))) = (section::find(&row.section), row.fields) else {
                continue;
            };
            let before = old.iter().find(|own| Some(own.id) == row.record);
            let mut record = match before {
                None => Record::blank(firm, section, work.actor.account, at),
                Some(before) => before.clone(),
            };
            record.fill(section, object(fields));
            ends.set(firm, briefs.get(&firm.id).map_or(&[], Vec::as_slice), section, &mut record)?;
            match before {
                None => {
                    briefs.entry(firm.id).or_default().push(Brief::from(&record));
                    entries.push(record.entry(Action::Create, None, Some(record.document()), reason.clone()));
                    inserts.push(record.values());
                    found.push(keep::entry(&record, &firm.name));
                }
                Some(before) => {
                    let vouched = record.verified_fields.is_some();
                    record.settle(vouched && attachment::changed_since_verified(&mut *tx, &record).await?);
                    (record.updated_at, record.updated_by) = (at, work.actor.account);
                    record.version = before.version + 1;
                    let (old, new) = audit::diff(&before.document(), &record.document());
                    entries.push(record.entry(Action::Update, Some(old), Some(new), reason.clone()));
                    store::save(tx, work.scope, &record, before.version).await?;
                    changed.entry(firm.id).or_default().push(record);
                }
            }
        }
        for (firm, records) in &changed {
            let name = firms.iter().find(|own| own.id == *firm).map_or("", |own| own.name.as_str());
            found.extend(keep::entries(tx, &records.iter().collect::<Vec<_>>(), name).await?);
        }
        written += entries.len() as u64;
        bulk(tx, Record::TABLE, Record::COLUMNS, inserts, "").await?;
        audit::record_many(tx, &work.app.clock, work.actor, entries).await?;
        search::write(tx, &found).await?;
    }
    keep::rescore(tx, &work.app.clock, law, &firms, "批量填报").await?;
    Ok(written)
}
