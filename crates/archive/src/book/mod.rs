//! Workbooks of archive records for a whole town or park: a sheet for each section, a row for each record.
//!
//! The same shape goes out and comes in: an empty form, or what the archives hold with the number of every record, so that what
//! comes back changed changes those records and what comes back as it went changes nothing. Coming in, every row is judged and
//! stored with its outcome (`archive_import_row`) before anything is written; committing judges the rows again while it holds
//! the archives and then writes all of them in one transaction, or none.

mod commit;
pub(crate) mod direct;
mod judge;
mod layout;
mod read;
pub(crate) mod report;
pub(crate) mod template;
pub(crate) mod work;

use chrono::{DateTime, Utc};
use db::Json;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

/// Rows judged or written at a time.
const CHUNK: usize = 400;
/// Most rows of a workbook, all sheets together.
pub(crate) const MOST_ROWS: u64 = 200_000;

db::table! {
    /// A workbook on its way into the archives.
    pub struct BookImport in "archive_import" {
        /// City, 4 digits.
        pub city: String,
        /// Id.
        pub id: Uuid,
        /// Division whose enterprises it speaks of.
        pub town: String,
        /// Name of the file as the person knows it.
        pub file_name: String,
        /// `reading`, `preview`, `committing`, `committed` or `failed`.
        pub state: String,
        /// Its sheets in order ([`Sheet`]).
        pub sheets: Json<Value>,
        /// The [`Counts`] of all sheets.
        pub counts: Json<Value>,
        /// Whether the rows with wrong cells are left out.
        pub skip_wrong: bool,
        /// The job at work on it.
        pub job: Option<Uuid>,
        /// Why it failed, or must be looked at again.
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

db::table! {
    /// A row of a workbook with what becomes of it.
    pub struct BookRow in "archive_import_row" {
        /// City of the import.
        pub city: String,
        /// Import.
        pub import_id: Uuid,
        /// Through the whole file, from 1.
        pub number: i64,
        /// Name of its sheet.
        pub sheet: String,
        /// Row of the sheet, from 1.
        pub line: i64,
        /// Section; empty where the sheet is none.
        pub section: String,
        /// Enterprise.
        pub enterprise: Option<Uuid>,
        /// Its name.
        pub enterprise_name: String,
        /// The record it changes.
        pub record: Option<Uuid>,
        /// Version of that record when it was judged.
        pub record_version: Option<i64>,
        /// Whether the file names the record.
        pub named: bool,
        /// `new`, `changed`, `unchanged` or `rejected`.
        pub outcome: String,
        /// What the cells say, by field.
        pub given: Json<Value>,
        /// The fields as they would be written.
        pub fields: Option<Json<Value>>,
        /// Of a change: `{field: [before, after]}`.
        pub changes: Option<Json<Value>>,
        /// Of a rejected row: its cells.
        pub cells: Option<Json<Value>>,
        /// What is wrong ([`WrongCell`]).
        pub errors: Json<Value>,
    }
}

/// A cell that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ArchiveWrongCell)]
pub(crate) struct WrongCell {
    /// Its address, as `特种设备!D7`.
    pub(crate) cell: String,
    /// Its column, from 0.
    pub(crate) column: usize,
    /// Head of the column.
    pub(crate) label: String,
    /// What it says.
    pub(crate) value: String,
    /// Stable code.
    pub(crate) code: String,
    /// What to do, in Chinese.
    pub(crate) message: String,
}

/// What the rows would do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ArchiveRowCounts)]
pub(crate) struct Counts {
    /// Rows that say something.
    pub(crate) rows: u64,
    /// Records made.
    pub(crate) created: u64,
    /// Records changed.
    pub(crate) updated: u64,
    /// Rows that say nothing new.
    pub(crate) unchanged: u64,
    /// Rows with wrong cells.
    pub(crate) rejected: u64,
    /// Wrong cells.
    pub(crate) wrong: u64,
}

impl Counts {
    fn add(&mut self, row: &BookRow) {
        self.rows += 1;
        *match row.outcome.as_str() {
            "new" => &mut self.created,
            "changed" => &mut self.updated,
            "unchanged" => &mut self.unchanged,
            _ => &mut self.rejected,
        } += 1;
        self.wrong += row.errors.0.as_array().map_or(0, Vec::len) as u64;
    }
}

/// A sheet as it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ArchiveImportSheet)]
pub(crate) struct Sheet {
    /// Name.
    pub(crate) name: String,
    /// The section its rows belong to; empty where none was recognised.
    pub(crate) section: String,
    /// Heads of its columns.
    pub(crate) columns: Vec<String>,
    /// Of these, the ones that nothing is read from.
    pub(crate) ignored: Vec<String>,
    /// What its rows would do.
    pub(crate) counts: Counts,
}

/// The number of a record as sheets show it: its id in 25 signs.
pub(crate) fn short(id: Uuid) -> String {
    const SIGNS: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let mut rest = id.as_u128();
    let mut signs = vec![];
    while rest > 0 {
        signs.push(char::from(SIGNS[(rest % 36) as usize]));
        rest /= 36;
    }
    signs.push('R');
    signs.iter().rev().collect()
}

/// The id of such a number.
pub(crate) fn long(text: &str) -> Option<Uuid> {
    let folded = rules::name::fold(text);
    let digits = folded.strip_prefix('R')?;
    let value = digits.bytes().try_fold(0u128, |value, sign| {
        let digit = char::from(sign).to_digit(36)?;
        value.checked_mul(36)?.checked_add(u128::from(digit))
    })?;
    (!digits.is_empty()).then(|| Uuid::from_u128(value))
}

/// Values of a JSON object; none of anything else.
fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_number_of_a_record_is_its_id() {
        for id in [Uuid::now_v7(), Uuid::max(), Uuid::from_u128(1)] {
            assert_eq!(long(&short(id)), Some(id));
            assert_eq!(long(&short(id).to_lowercase()), Some(id));
        }
        assert!(
            ["", "R", "0", "R!", "RZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZ"]
                .iter()
                .all(|text| long(text).is_none())
        );
    }
}
