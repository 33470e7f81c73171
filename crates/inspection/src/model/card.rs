//! Officers' cards and deeds of delegation.

use chrono::{DateTime, NaiveDate, Utc};
use db::Json;
use serde_json::Value;
use uuid::Uuid;

db::table! {
    /// An officer's card (行政执法证).
    pub struct Card in "officer_card" {
        /// City, 4 digits.
        pub city: String,
        /// Id.
        pub id: Uuid,
        /// Division: a town, or the longest prefix that is certain.
        pub town: String,
        /// Agency.
        pub agency: Uuid,
        /// Name of the officer.
        pub name: String,
        /// Number of the card.
        pub number: String,
        /// First day.
        pub valid_from: NaiveDate,
        /// Last day.
        pub valid_to: NaiveDate,
        /// The officer's account: what is assigned to the card waits for that person.
        pub account: Option<Uuid>,
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
    /// A deed by which a bureau entrusts a town office (委托执法书).
    pub struct Deed in "delegation_deed" {
        /// City, 4 digits.
        pub city: String,
        /// Id.
        pub id: Uuid,
        /// Division: a town, or the longest prefix that is certain.
        pub town: String,
        /// The town office.
        pub agency: Uuid,
        /// The bureau in whose name it acts.
        pub principal: Uuid,
        /// Number of the deed.
        pub number: String,
        /// Codes of the forms it may issue.
        pub forms: Json<Value>,
        /// First day.
        pub valid_from: NaiveDate,
        /// Last day.
        pub valid_to: NaiveDate,
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

impl Deed {
    /// Codes of the forms it covers.
    pub fn forms(&self) -> Vec<String> {
        serde_json::from_value(self.forms.0.clone()).unwrap_or_default()
    }
}
