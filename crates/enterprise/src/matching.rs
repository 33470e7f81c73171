//! Whether the register already holds what a row speaks of.

use std::collections::{HashMap, hash_map::Entry};

use db::{Exec, Result};
use kernel::Scope;
use serde_json::Value;
use uuid::Uuid;

use crate::{model::Enterprise, parse::Parsed};

/// What becomes of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Match {
    /// The register holds nothing like it.
    New,
    /// The register holds it, and the row says what it said the last time: nothing changes, even if an officer has
    /// corrected the record since, or made it one with another.
    Same(Box<Enterprise>),
    /// The register holds it.
    Known(Box<Enterprise>),
    /// The register holds something that may be the same; a person decides.
    Possible(Box<Enterprise>),
}

/// The records that a chunk of rows may speak of.
pub struct Candidates {
    by_code: HashMap<String, Enterprise>,
    by_name: HashMap<String, Vec<Enterprise>>,
    /// Records that are part of another one, by code and by name.
    merged: HashMap<String, Vec<Enterprise>>,
    /// The records they are part of.
    into: HashMap<Uuid, Enterprise>,
}

impl Candidates {
    /// Reads them with three look-ups for the whole chunk (at most 500 rows).
    pub async fn read(tx: &mut db::Tx, scope: &Scope, rows: &[&Parsed]) -> Result<Self> {
        let mut found = Candidates {
            by_code: HashMap::new(),
            by_name: HashMap::new(),
            merged: HashMap::new(),
            into: HashMap::new(),
        };
        let codes: Vec<&str> = rows.iter().filter_map(|row| row.credit_code.as_deref()).collect();
        let old: Vec<&str> = rows.iter().filter_map(|row| row.old_code.as_deref()).collect();
        let names: Vec<&str> =
            rows.iter().map(|row| row.name_key.as_str()).filter(|name| !name.is_empty()).collect();
        for (column, values) in [("credit_code", codes), ("old_code", old), ("name_key", names)] {
            if values.is_empty() {
                continue;
            }
            let records: Vec<Enterprise> = tx
                .all(
                    Enterprise::select()
                        .push(" where ")
                        .scope(scope, "", "id")
                        .push(" and ")
                        .within(column, values),
                )
                .await?;
            for record in records {
                let key = match column {
                    "name_key" => Some(record.name_key.clone()),
                    "credit_code" => record.credit_code.clone(),
                    _ => record.old_code.clone(),
                };
                let Some(key) = key else { continue };
                if record.status == "merged" {
                    found.merged.entry(key).or_default().push(record);
                } else if column == "name_key" {
                    found.by_name.entry(key).or_default().push(record);
                } else {
                    found.by_code.insert(key, record);
                }
            }
        }
        found.follow(tx, scope).await?;
        Ok(found)
    }

    /// Reads the records that the merged ones are part of; those may be part of a third by now.
    async fn follow(&mut self, tx: &mut db::Tx, scope: &Scope) -> Result<()> {
        let merged = self.merged.values().flatten();
        let mut wanted: Vec<Uuid> = merged.filter_map(|record| record.merged_into).collect();
        while !wanted.is_empty() {
            let sql = Enterprise::select().push(" where ").scope(scope, "", "id").push(" and ");
            let records: Vec<Enterprise> = tx.all(sql.within("id", wanted.drain(..))).await?;
            for record in records {
                if let Entry::Vacant(place) = self.into.entry(record.id) {
                    wanted.extend(record.merged_into);
                    place.insert(record);
                }
            }
        }
        Ok(())
    }

    /// The record that a merged one is part of in the end.
    fn end_of(&self, merged: &Enterprise) -> Option<&Enterprise> {
        let mut id = merged.merged_into?;
        for _ in 0..=self.into.len() {
            let record = self.into.get(&id)?;
            match record.merged_into {
                Some(next) => id = next,
                None => return Some(record),
            }
        }
        None
    }

    /// By code; else by name and address. Two records of one name with codes that differ are two enterprises.
    /// What was made one with another record counts as that one.
    pub fn decide(&self, row: &Parsed, original: &Value) -> Match {
        let mut merged = None;
        for key in
            [row.credit_code.as_ref(), row.old_code.as_ref(), Some(&row.name_key)].into_iter().flatten()
        {
            for record in self.merged.get(key).into_iter().flatten() {
                let by_name = *key == row.name_key;
                if by_name && record.address_key != row.address_key {
                    continue;
                }
                let Some(end) = self.end_of(record) else { continue };
                if says_the_same(record, original) {
                    return Match::Same(Box::new(end.clone()));
                }
                merged = Some(end);
            }
        }
        match self.standing(row) {
            Match::Known(record) if says_the_same(&record, original) => Match::Same(record),
            Match::New => merged.map_or(Match::New, |record| Match::Possible(Box::new(record.clone()))),
            other => other,
        }
    }

    /// Among the records that stand for themselves.
    fn standing(&self, row: &Parsed) -> Match {
        for code in [&row.credit_code, &row.old_code].into_iter().flatten() {
            if let Some(record) = self.by_code.get(code) {
                return Match::Known(Box::new(record.clone()));
            }
        }
        let mut possible = None;
        for record in self.by_name.get(&row.name_key).into_iter().flatten() {
            let both_coded = row.credit_code.is_some() && record.credit_code.is_some();
            if both_coded {
                continue;
            }
            if record.address_key == row.address_key {
                return Match::Known(Box::new(record.clone()));
            }
            possible = Some(record);
        }
        possible.map_or(Match::New, |record| Match::Possible(Box::new(record.clone())))
    }
}

/// Whether the row says what it said the last time.
fn says_the_same(record: &Enterprise, original: &Value) -> bool {
    record.original.as_ref().is_some_and(|known| known.0 == *original)
}
