//! The rows of divisions, of their changes, and of agencies.

use chrono::{DateTime, NaiveDate, Utc};
use db::Json;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

db::table! {
    /// One span in the life of a code. A code that has rows here has all its spans here.
    #[derive(Serialize, Deserialize)]
    pub struct RegionRow in "region" {
        /// Code.
        pub code: String,
        /// First day; 1949-10-01 where the beginning is not known.
        pub valid_from: NaiveDate,
        /// First day it no longer counts.
        pub valid_to: Option<NaiveDate>,
        /// Name.
        pub name: String,
        /// Tier.
        pub tier: String,
        /// The next wider division.
        pub parent: Option<String>,
        /// Document or table it comes from.
        pub source: String,
        /// What is uncertain about it.
        pub note: String,
        /// When made, UTC.
        pub created_at: DateTime<Utc>,
        /// By whom.
        pub created_by: Uuid,
        /// When changed, UTC.
        pub updated_at: DateTime<Utc>,
        /// By whom.
        pub updated_by: Uuid,
        /// Optimistic lock.
        pub version: i64,
    }
}

db::table! {
    /// Another name of a division.
    pub struct AliasRow in "region_alias" {
        /// Code meant.
        pub code: String,
        /// The name.
        pub alias: String,
        /// Where it comes from.
        pub note: String,
    }
}

db::table! {
    /// A change of divisions that an administrator carried out.
    pub struct ChangeRow in "region_change" {
        /// City.
        pub city: String,
        /// Id.
        pub id: Uuid,
        /// Day from which it counts.
        pub changed_on: NaiveDate,
        /// `establish`, `abolish`, `merge`, `split`, `rename`, `move`.
        pub kind: String,
        /// Number of the document.
        pub document: String,
        /// Remark.
        pub note: String,
        /// What was asked for.
        pub request: Json<Value>,
        /// Numbers of rows moved by table.
        pub moved: Json<Value>,
        /// What the divisions were before.
        pub undo: Json<Value>,
        /// When made, UTC.
        pub created_at: DateTime<Utc>,
        /// By whom.
        pub created_by: Uuid,
        /// Name then.
        pub created_by_name: String,
        /// When undone, UTC.
        pub undone_at: Option<DateTime<Utc>>,
        /// By whom.
        pub undone_by_name: Option<String>,
        /// What undoing did.
        pub undone: Option<Json<Value>>,
    }
}

db::table! {
    /// A row that a change moved.
    pub struct MovedRow in "region_moved" {
        /// City.
        pub city: String,
        /// The change.
        pub change_id: Uuid,
        /// Table.
        pub subject: String,
        /// The row.
        pub id: Uuid,
        /// Where it stood.
        pub from_town: String,
        /// Where it was put.
        pub to_town: String,
        /// What else of it was changed.
        pub before: Option<Json<Value>>,
    }
}

db::table! {
    /// An office: a bureau of work safety, a safety committee's office, a town's office, a sister department.
    #[derive(Serialize)]
    pub struct Agency in "agency" {
        /// City.
        pub city: String,
        /// Id.
        pub id: Uuid,
        /// Division it answers for.
        pub town: String,
        /// Name.
        pub name: String,
        /// `bureau`, `committee`, `town_office`, `department`.
        pub kind: String,
        /// Supervised sectors of a department.
        pub sectors: Json<Value>,
        /// Phone.
        pub phone: Option<String>,
        /// When made, UTC.
        pub created_at: DateTime<Utc>,
        /// By whom.
        pub created_by: Uuid,
        /// When changed, UTC.
        pub updated_at: DateTime<Utc>,
        /// By whom.
        pub updated_by: Uuid,
        /// Optimistic lock.
        pub version: i64,
    }
}
