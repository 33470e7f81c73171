//! Whether the register already holds what a row speaks of.

use std::collections::HashMap;

use db::{Exec, Result};
use kernel::Scope;
use serde_json::Value;

use crate::{model::Enterprise, parse::Parsed};

/// What becomes of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Match {
    /// The register holds nothing like it.
    New,
    /// The register holds it.
    Known(Box<Enterprise>),
    /// The register holds something that may be the same; a person decides.
    Possible(Box<Enterprise>),
}

/// The records that a chunk of rows may speak of.
pub struct Candidates {
    by_code: HashMap<String, Enterprise>,
    by_name: HashMap<String, Vec<Enterprise>>,
}

impl Candidates {
    /// Reads them with three look-ups for the whole chunk (at most 500 rows).
    pub async fn read(tx: &mut db::Tx, scope: &Scope, rows: &[&Parsed]) -> Result<Self> {
        let mut found = Candidates { by_code: HashMap::new(), by_name: HashMap::new() };
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
                        .within(column, values)
                        .push(" and status <> 'merged'"),
                )
                .await?;
            for record in records {
                if column == "name_key" {
                    found.by_name.entry(record.name_key.clone()).or_default().push(record);
                } else {
                    let code = if column == "credit_code" { &record.credit_code } else { &record.old_code };
                    if let Some(code) = code.clone() {
                        found.by_code.insert(code, record);
                    }
                }
            }
        }
        Ok(found)
    }

    /// By code; else by name and address. Two records of one name with codes that differ are two enterprises.
    pub fn decide(&self, row: &Parsed) -> Match {
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

/// Whether the row says what it said the last time: then nothing changes, even if an officer has corrected the record
/// since.
pub fn says_the_same(record: &Enterprise, original: &Value) -> bool {
    record.original.as_ref().is_some_and(|known| known.0 == *original)
}
