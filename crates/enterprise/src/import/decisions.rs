//! What a person says of the rows that may be records already: take as a new enterprise, take as a change of that record, or leave out.
//! Decisions stand with the import and are remembered by what the row says, so that the same row in a later file finds its answer.

use std::collections::HashMap;

use audit::Action;
use chrono::{DateTime, Utc};
use db::{Exec, FromRow, Sql, Tx};
use kernel::{Actor, Clock, Scope};
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{CHUNK, Import, ImportError, ImportRow, city_scope, commit::Writing};
use crate::{
    build::{Resolver, create},
    derived::Derived,
    matching::{Candidates, Match},
    model::Enterprise,
    parse::Parsed,
};

/// What can be said of a row by the kind of its doubt.
pub fn allowed(doubt: &str) -> &'static [&'static str] {
    match doubt {
        "possible" => &["new", "change", "leave"],
        // the earlier row makes or changes the record first
        "in_file" => &["change", "leave"],
        _ => &["leave"],
    }
}

fn fingerprint(original: &Value) -> String {
    Sha256::digest(original.to_string()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[derive(FromRow)]
struct Remembered {
    fingerprint: String,
    decision: String,
    decided_by_name: String,
}

/// Marks the duplicates among judged rows and puts the decisions of earlier files on them.
pub(super) async fn recall(tx: &mut Tx, city: &str, rows: &mut [ImportRow]) -> db::Result<()> {
    for row in rows.iter_mut().filter(|row| row.doubt.is_some()) {
        row.fingerprint = Some(fingerprint(&row.original.0));
    }
    let asked: Vec<String> = rows.iter().filter_map(|row| row.fingerprint.clone()).collect();
    if asked.is_empty() {
        return Ok(());
    }
    let sql = Sql::new("select fingerprint, decision, decided_by_name from import_decision where city = ");
    let known: Vec<Remembered> = tx.all(sql.arg(city).push(" and ").within("fingerprint", asked)).await?;
    let known: HashMap<&str, &Remembered> = known.iter().map(|own| (own.fingerprint.as_str(), own)).collect();
    for row in rows {
        let (Some(doubt), Some(print)) = (&row.doubt, &row.fingerprint) else { continue };
        let said = known.get(print.as_str()).filter(|own| allowed(doubt).contains(&own.decision.as_str()));
        row.decision = said.map(|own| own.decision.clone());
        row.decided_by_name = said.map(|own| own.decided_by_name.clone());
    }
    Ok(())
}

/// Which rows a decision is about: those with these numbers, or all of an import that nobody decided yet.
pub enum Rows<'a> {
    /// By their numbers in the file.
    Numbers(&'a [i64]),
    /// All that are undecided.
    Open,
}

/// Says of rows what becomes of them (`None`: nothing is decided any more) and remembers it. Rows of which that cannot be said are left.
pub async fn decide(
    tx: &mut Tx,
    clock: &Clock,
    actor: &Actor,
    import: &Import,
    rows: Rows<'_>,
    decision: Option<&str>,
) -> db::Result<u64> {
    let doubts: Vec<&str> = ["possible", "in_file", "elsewhere"]
        .into_iter()
        .filter(|doubt| decision.is_none_or(|decision| allowed(doubt).contains(&decision)))
        .collect();
    let which = |sql: Sql| {
        let sql = sql.push(" where city = ").arg(&import.city).push(" and import_id = ").arg(import.id);
        let sql = sql.push(" and outcome = 'duplicate' and ").within("doubt", doubts.iter().copied());
        match rows {
            Rows::Numbers(numbers) => sql.push(" and ").within("number", numbers.iter().copied()),
            Rows::Open => sql.push(" and decision is null"),
        }
    };
    match decision {
        Some(decision) => {
            let sql = Sql::new(
                "insert into import_decision (city, fingerprint, decision, decided_by_name, updated_at, updated_by) select city, fingerprint, ",
            );
            let sql = sql
                .arg(decision)
                .push(", ")
                .arg(&actor.name)
                .push(", ")
                .arg(clock.now())
                .push(", ")
                .arg(actor.account);
            let sql = which(sql.push(" from import_row"))
                .push(" and fingerprint is not null group by city, fingerprint");
            tx.run(sql.push(
                " on conflict (city, fingerprint) do update set decision = excluded.decision, decided_by_name = excluded.decided_by_name,
                  updated_at = excluded.updated_at, updated_by = excluded.updated_by",
            ))
            .await?;
        }
        None => {
            let prints = which(Sql::new("select fingerprint from import_row"));
            let sql = Sql::new("delete from import_decision where city = ").arg(&import.city);
            tx.run(sql.push(" and fingerprint in (").append(prints).push(")")).await?;
        }
    }
    let name = decision.map(|_| actor.name.as_str());
    let sql =
        Sql::new("update import_row set decision = ").arg(decision).push(", decided_by_name = ").arg(name);
    tx.run(which(sql)).await
}

/// Under which circumstances decided rows are written.
pub(super) struct Work<'a> {
    pub clock: &'a Clock,
    pub actor: &'a Actor,
    pub import: &'a Import,
    pub own: Option<&'a Scope>,
    pub at: DateTime<Utc>,
}

/// Writes the rows that a person decided to take, after all others, so that an earlier row of the file has its record already. Answers how
/// many were written.
pub(super) async fn commit(
    tx: &mut Tx,
    work: &Work<'_>,
    resolver: &mut Resolver,
    derived: &mut Derived,
) -> Result<u64, ImportError> {
    let (mut last, mut written) = (0, 0);
    loop {
        let sql = ImportRow::select().push(" where city = ").arg(&work.import.city).push(" and import_id = ");
        let sql =
            sql.arg(work.import.id).push(" and outcome = 'duplicate' and decision in ('new', 'change')");
        let sql = sql.push(" and number > ").arg(last).push(" order by number limit ").arg(CHUNK as i64);
        let rows: Vec<ImportRow> = tx.all(sql).await?;
        let Some(end) = rows.last() else { break };
        last = end.number;
        for row in rows {
            written += u64::from(write(tx, work, resolver, derived, row).await?);
        }
        derived.write_entries(tx).await?;
    }
    Ok(written)
}

/// One row: it is looked up again as it stands now, so that neither an earlier row nor another person is overwritten unseen.
async fn write(
    tx: &mut Tx,
    work: &Work<'_>,
    resolver: &mut Resolver,
    derived: &mut Derived,
    row: ImportRow,
) -> db::Result<bool> {
    let parsed: Option<Parsed> = row.parsed.and_then(|json| serde_json::from_value(json.0).ok());
    let Some(parsed) = parsed else { return Ok(false) };
    let Some(found) = resolver.resolve(&parsed) else { return Ok(false) };
    let Some(scope) = found.town.get(..4).and_then(city_scope) else { return Ok(false) };
    let matched = Candidates::read(tx, &scope, &[&parsed]).await?.decide(&parsed, &row.original.0);
    let current = match (row.decision.as_deref(), matched) {
        (_, Match::Same(_)) => return Ok(false),
        // the same code is the same enterprise, whatever was said
        (_, Match::Known(record)) => Some(record),
        (Some("new"), Match::New | Match::Possible(_)) => None,
        (_, Match::Possible(record)) => Some(chosen(tx, &scope, row.enterprise).await?.unwrap_or(record)),
        (_, Match::New) => match chosen(tx, &scope, row.enterprise).await? {
            Some(record) => Some(record),
            None => return Ok(false),
        },
    };
    let original = &row.original.0;
    match current {
        None => {
            let record = create(&parsed, original, found, work.import.id, work.actor, work.at);
            derived.add(&record);
            tx.run(record.insert()).await?;
            let said = Some("批量导入，确认为另一家企业".to_string());
            let entry = record.entry(Action::Create, None, Some(record.document()), said);
            audit::record(tx, work.clock, work.actor, entry).await?;
        }
        Some(current) => {
            if work.own.is_some_and(|own| !own.covers(&current.town)) {
                return Ok(false);
            }
            let by = Writing { actor: work.actor, import: work.import.id, at: work.at, own: work.own };
            let said = "批量导入，确认为同一家企业";
            let entry = by.revise(tx, derived, *current, (&parsed, original), resolver, said).await?;
            let Some(entry) = entry else { return Ok(false) };
            audit::record(tx, work.clock, work.actor, entry).await?;
        }
    }
    Ok(true)
}

/// The record that the preview named, if it still stands for itself.
async fn chosen(tx: &mut Tx, scope: &Scope, id: Option<Uuid>) -> db::Result<Option<Box<Enterprise>>> {
    let Some(id) = id else { return Ok(None) };
    let sql = Enterprise::select().push(" where ").scope(scope, "", "id").push(" and id = ").arg(id);
    Ok(tx.optional(sql.push(" and status <> 'merged'")).await?.map(Box::new))
}
