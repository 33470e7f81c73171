//! Visits, what was found, and its photos.

use chrono::{DateTime, NaiveDate, Utc};
use db::Json;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

/// An officer at a visit, with the card as it was then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct VisitOfficer {
    /// Id of the card.
    pub card: Uuid,
    /// Name.
    pub name: String,
    /// Number of the card.
    pub number: String,
    /// Agency of the card.
    pub agency: Uuid,
    /// Its name then; empty on what was written before it was kept.
    #[serde(default)]
    pub agency_name: String,
}

db::table! {
    /// A visit to an enterprise.
    pub struct Visit in "visit" {
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
        /// `open`, `finished` or `withdrawn`.
        pub state: String,
        /// What was inspected.
        pub place: String,
        /// Agency of the officers.
        pub agency: Uuid,
        /// Begun, UTC.
        pub started_at: DateTime<Utc>,
        /// Ended, UTC.
        pub ended_at: Option<DateTime<Utc>>,
        /// The officers: the two of the agency that leads, and those of others that came along.
        pub officers: Json<Value>,
        /// Items of the checklist by code.
        pub checklist: Json<Value>,
        /// Signatures.
        pub signatures: Json<Value>,
        /// Last day for putting right what was found.
        pub due_on: Option<NaiveDate>,
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

db::table! {
    /// Something found at a visit.
    pub struct Finding in "visit_finding" {
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
        /// Visit.
        pub visit: Uuid,
        /// 1, 2, 3 within it.
        pub serial: i64,
        /// Item of the checklist.
        pub item: Option<String>,
        /// What.
        pub content: String,
        /// Where.
        pub place: Option<String>,
        /// Clause.
        pub basis: Option<String>,
        /// Category of the table `danger-category`.
        pub category: Option<String>,
        /// Codes of the table `danger-criterion`.
        pub criteria: Json<Value>,
        /// Needs a full or partial stop.
        pub needs_stop: bool,
        /// Beyond the enterprise's own power.
        pub beyond_own_power: bool,
        /// Put right before the officers left.
        pub fixed: bool,
        /// `general` or `major`.
        pub severity: String,
        /// The danger that it became when the visit was signed.
        pub danger: Option<Uuid>,
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
    /// A photo of something found.
    #[derive(Serialize, ToSchema)]
    #[schema(as = VisitPhoto)]
    pub struct Photo in "visit_photo" {
        /// City, 4 digits.
        pub city: String,
        /// Id.
        pub id: Uuid,
        /// Division of the enterprise.
        pub town: String,
        /// Supervised sector of the enterprise.
        pub sector: String,
        /// Enterprise.
        pub enterprise: Uuid,
        /// The visit.
        pub visit: Uuid,
        /// The finding.
        pub finding: Uuid,
        /// The name the file had.
        pub name: String,
        /// SHA-256 of its content.
        pub hash: String,
        /// Bytes.
        pub size: i64,
        /// `png` or `jpg`.
        pub kind: String,
        /// When taken in, UTC.
        pub created_at: DateTime<Utc>,
        /// By whom.
        pub created_by: Uuid,
        /// Name of that person then.
        pub created_by_name: String,
    }
}

impl Finding {
    /// Codes of the criteria that are met.
    pub fn criteria(&self) -> Vec<String> {
        serde_json::from_value(self.criteria.0.clone()).unwrap_or_default()
    }
}

impl Visit {
    /// The day on which it began.
    pub fn day(&self) -> NaiveDate {
        kernel::day_of(self.started_at)
    }

    /// Names of all officers.
    pub fn names(&self) -> String {
        self.everybody().iter().map(|own| own.name.as_str()).collect::<Vec<_>>().join("、")
    }

    /// The two officers of the agency that leads, in whose name documents are issued.
    pub fn officers(&self) -> Vec<VisitOfficer> {
        self.everybody().into_iter().filter(|own| own.agency == self.agency).collect()
    }

    /// The officers of other agencies who came along (合并检查), agency by agency.
    pub fn others(&self) -> Vec<VisitOfficer> {
        self.everybody().into_iter().filter(|own| own.agency != self.agency).collect()
    }

    /// The agencies of all officers, the one that leads first.
    pub fn agencies(&self) -> Vec<Uuid> {
        let mut agencies: Vec<Uuid> = self.everybody().iter().map(|own| own.agency).collect();
        agencies.dedup();
        agencies
    }

    fn everybody(&self) -> Vec<VisitOfficer> {
        serde_json::from_value(self.officers.0.clone()).unwrap_or_default()
    }
}
