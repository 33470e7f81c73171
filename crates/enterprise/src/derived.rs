//! What follows from records and is written with them: the numbers at town grain, the entries of the search box, the possible twins,
//! and where their own accounts and proposals belong.
//! Every write of a record goes through here, in its own transaction.

use std::collections::BTreeMap;

use db::{Exec, Result, Sql, Tx};
use search::Entry;
use uuid::Uuid;

use crate::{change::Change, count::Counter, model::Enterprise, twin::Twins};

/// The kind under which enterprises are found.
pub const KIND: &str = "enterprise";

/// Changes gathered over a transaction and applied once.
#[derive(Debug, Default)]
pub struct Derived {
    counter: Counter,
    /// How each record was found before, and how it is found from now on: what is found by nothing new is left as it is.
    entries: BTreeMap<(String, Uuid), Change<Entry>>,
    twins: Twins,
}

impl Derived {
    /// A record came to be, or stands so from now on.
    pub fn add(&mut self, row: &Enterprise) {
        self.counter.add(row);
        self.twins.add(row);
        self.entries.entry((row.city.clone(), row.id)).or_default().now = found(row);
    }

    /// A record is about to change or go.
    pub fn remove(&mut self, row: &Enterprise) {
        self.counter.remove(row);
        self.twins.remove(row);
        self.entries.entry((row.city.clone(), row.id)).or_default().leave(|| found(row));
    }

    /// So many records with this combination of values came to be.
    pub fn count(&mut self, city: &str, town: &str, combination: &str, number: i64) {
        self.counter.many(city, town, combination, number);
    }

    /// Writes the changes.
    pub async fn apply(mut self, tx: &mut Tx) -> Result<()> {
        self.write_entries(tx).await?;
        self.counter.apply(tx).await
    }

    /// Writes what was gathered so far but the numbers: of a long file it is not held until its end, as the numbers
    /// must be, which are few. The records are written already.
    pub async fn write_entries(&mut self, tx: &mut Tx) -> Result<()> {
        let mut kept = Vec::with_capacity(self.entries.len());
        for ((city, id), own) in std::mem::take(&mut self.entries) {
            match own.now {
                now if own.before == now => {}
                Some(entry) => kept.push(entry),
                None => search::remove(tx, &city, KIND, id).await?,
            }
        }
        search::write(tx, &kept).await?;
        for (city, id, town) in self.twins.moved() {
            follow(tx, &city, id, &town).await?;
        }
        self.twins.apply(tx).await
    }
}

/// What belongs to a record goes with it to another division.
async fn follow(tx: &mut Tx, city: &str, id: Uuid, town: &str) -> Result<()> {
    let tables = [
        ("proposal", "enterprise_id"),
        ("handover", "enterprise_id"),
        ("merger", "kept"),
        ("record", "enterprise"),
        ("attachment", "enterprise"),
        ("case_header", "enterprise"),
        ("danger", "enterprise"),
        ("danger_photo", "enterprise"),
        ("danger_return", "enterprise"),
        ("visit", "enterprise"),
        ("visit_finding", "enterprise"),
        ("visit_photo", "enterprise"),
        ("enforcement_document", "enterprise"),
        ("inspection_target", "enterprise"),
        ("officer_conflict", "enterprise"),
        ("penalty", "enterprise"),
        ("penalty_document", "enterprise"),
        ("penalty_exhibit", "enterprise"),
        ("danger_notice", "enterprise"),
        ("self_check", "enterprise"),
        ("hazard_source", "enterprise"),
        ("hazard_filing", "enterprise"),
        ("monitor_point", "enterprise"),
        ("monitor_alarm", "enterprise"),
    ];
    for (table, column) in tables {
        let sql = Sql::new(&format!("update {table} set town = ")).arg(town).push(" where city = ").arg(city);
        let sql = sql.push(&format!(" and {column} = ")).arg(id);
        // who sent a record away keeps what became of it
        tx.run(if table == "handover" { sql.push(" and state = 'open'") } else { sql }).await?;
    }
    account::follow(tx, city, id, town).await
}

/// The entry of the search box for a record; none for one that is part of another.
fn found(row: &Enterprise) -> Option<Entry> {
    (row.status != "merged").then(|| entry(row))
}

/// The entry of the search box for a record.
pub(crate) fn entry(row: &Enterprise) -> Entry {
    let texts = [
        Some(&row.former_names),
        row.registered_address.as_ref(),
        row.address.as_ref(),
        row.legal_person.as_ref(),
        row.principal.as_ref(),
        row.safety_head.as_ref(),
    ];
    Entry {
        city: row.city.clone(),
        kind: KIND,
        id: row.id,
        town: row.town.clone(),
        title: row.name.clone(),
        subtitle: row.address.clone().or_else(|| row.registered_address.clone()).unwrap_or_default(),
        texts: texts.into_iter().flatten().cloned().collect(),
    }
}
