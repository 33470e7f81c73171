//! Enforcement documents, and what they are about.

use chrono::{DateTime, NaiveDate, Utc};
use db::Json;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Finding;

db::table! {
    /// An enforcement document.
    pub struct Paper in "enforcement_document" {
        /// City, 4 digits.
        pub city: String,
        /// Id.
        pub id: Uuid,
        /// Division: a town, or the longest prefix that is certain.
        pub town: String,
        /// Supervised sector of the enterprise.
        pub sector: String,
        /// Enterprise.
        pub enterprise: Uuid,
        /// Its name then.
        pub enterprise_name: String,
        /// Visit.
        pub visit: Uuid,
        /// The document that this one answers.
        pub about: Option<Uuid>,
        /// Code of the form.
        pub form: String,
        /// `draft`, `issued` or `withdrawn`.
        pub state: String,
        /// What the fields say: pairs in order.
        pub fields: Json<Value>,
        /// The findings that it is about ([`Item`]).
        pub items: Json<Value>,
        /// Day by which the enterprise has to act.
        pub due_on: Option<NaiveDate>,
        /// Agency in whose name it was issued.
        pub agency: Option<Uuid>,
        /// Its name then.
        pub issuer: Option<String>,
        /// Number of the deed by which it was issued.
        pub deed: Option<String>,
        /// Word of the number.
        pub word: Option<String>,
        /// Year of the number.
        pub year: Option<i64>,
        /// Serial number.
        pub serial: Option<i64>,
        /// The number as written.
        pub number: Option<String>,
        /// Day of issue.
        pub issued_on: Option<NaiveDate>,
        /// Day of service.
        pub served_on: Option<NaiveDate>,
        /// How and to whom it was served.
        pub service: Option<String>,
        /// When the enterprise's own account first opened it, UTC.
        pub opened_at: Option<DateTime<Utc>>,
        /// Day of withdrawal.
        pub withdrawn_on: Option<NaiveDate>,
        /// Why it was withdrawn.
        pub reason: Option<String>,
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

/// A finding that a document is about; in a recheck, what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = DocumentItem)]
pub struct Item {
    /// The finding.
    pub finding: Uuid,
    /// Its number within its visit.
    pub serial: i64,
    /// What was found.
    pub content: String,
    /// Where.
    pub place: Option<String>,
    /// Clause.
    pub basis: Option<String>,
    /// The danger that it is.
    pub danger: Option<Uuid>,
    /// Whether it is right now.
    pub passed: Option<bool>,
    /// What was seen.
    pub text: Option<String>,
    /// Where it is not right: the new last day.
    pub due_on: Option<NaiveDate>,
}

impl Item {
    /// A finding as a document names it.
    pub fn of(own: Finding) -> Item {
        Item {
            finding: own.id,
            serial: own.serial,
            content: own.content,
            place: own.place,
            basis: own.basis,
            danger: own.danger,
            passed: None,
            text: None,
            due_on: None,
        }
    }
}

impl Paper {
    /// The findings that it is about.
    pub fn items(&self) -> Vec<Item> {
        serde_json::from_value(self.items.0.clone()).unwrap_or_default()
    }

    /// What the fields say, in order.
    pub fn fields(&self) -> Vec<(String, String)> {
        serde_json::from_value(self.fields.0.clone()).unwrap_or_default()
    }
}
