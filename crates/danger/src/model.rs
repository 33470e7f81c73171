//! The rows of hidden dangers.

use chrono::{DateTime, NaiveDate, Utc};
use db::Json;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// How a danger was found: code and label.
pub const SOURCES: &[(&str, &str)] = &[
    ("inspection", "执法检查"),
    ("self_check", "企业自查"),
    ("tip_off", "举报投诉"),
    ("higher_tier", "上级交办"),
    ("monitoring", "监测报警"),
];

db::table! {
    /// A hidden danger, beside its case.
    #[derive(Serialize, Deserialize)]
    pub struct Danger in "danger" {
        /// City, 4 digits.
        pub city: String,
        /// Id of the case.
        pub id: Uuid,
        /// Division of the enterprise.
        pub town: String,
        /// Supervised sector of the enterprise.
        pub sector: String,
        /// Enterprise.
        pub enterprise: Uuid,
        /// One of [`SOURCES`].
        pub source: String,
        /// The case in whose course it was found, such as an alarm; in the same city.
        pub found_in: Option<Uuid>,
        /// When it was found.
        pub found_on: NaiveDate,
        /// Who found it, in words.
        pub found_by: Option<String>,
        /// Category of the table `danger-category`.
        pub category: Option<String>,
        /// Where in the enterprise.
        pub place: String,
        /// What it is.
        pub description: String,
        /// What is asked for.
        pub requirement: Option<String>,
        /// Codes of the table `danger-criterion`.
        pub criteria: Json<Value>,
        /// Can be put right at once.
        pub fixable_at_once: Option<bool>,
        /// Needs a full or partial stop.
        pub needs_stop: Option<bool>,
        /// Beyond the enterprise's own power.
        pub beyond_own_power: Option<bool>,
        /// Steps by which its class follows, each with its source.
        pub judgement: Json<Value>,
        /// `none`, `part` or `whole`: what stands still until it is put right.
        pub stop: String,
        /// Guarantee of responsibility: who.
        pub plan_person: Option<String>,
        /// Guarantee of measures.
        pub plan_measures: Option<String>,
        /// Guarantee of funds, 分.
        pub plan_funds: Option<i64>,
        /// Guarantee of time: the day.
        pub plan_on: Option<NaiveDate>,
        /// Guarantee of the emergency plan.
        pub plan_emergency: Option<String>,
        /// Last day asked for and not decided yet.
        pub deferral_on: Option<NaiveDate>,
        /// When it was put right.
        pub mended_on: Option<NaiveDate>,
        /// How.
        pub mended_text: Option<String>,
        /// The term by which it was to be put right when it was.
        pub term_on: Option<NaiveDate>,
        /// Spent on it, 分.
        pub funds_spent: Option<i64>,
        /// Who accepted: `self`, `expert` or `government`.
        pub acceptance: Option<String>,
        /// Name of the acceptor.
        pub accepted_by: Option<String>,
        /// When it was looked at on the spot.
        pub rechecked_on: Option<NaiveDate>,
        /// By whom.
        pub rechecked_by: Option<String>,
        /// What was found.
        pub rechecked_text: Option<String>,
        /// Tier that supervises it by listing.
        pub listed_tier: Option<String>,
        /// Number of the notice.
        pub listed_document: Option<String>,
        /// Since when.
        pub listed_on: Option<NaiveDate>,
        /// Until when it is to be put right.
        pub listed_until: Option<NaiveDate>,
        /// Last day on which more time may be asked for.
        pub listed_ask_by: Option<NaiveDate>,
        /// When the notice was served.
        pub served_on: Option<NaiveDate>,
        /// On whom.
        pub served_to: Option<String>,
        /// `direct`, `left`, `mail`, `electronic` or `public`.
        pub served_way: Option<String>,
        /// When the listing was taken back.
        pub released_on: Option<NaiveDate>,
        /// Why.
        pub released_text: Option<String>,
        /// When made, UTC.
        pub created_at: DateTime<Utc>,
        /// By whom.
        pub created_by: Uuid,
        /// When changed, UTC.
        pub updated_at: DateTime<Utc>,
        /// By whom.
        pub updated_by: Uuid,
        /// That of the case: one lock for both.
        pub version: i64,
    }
}

db::table! {
    /// A photo or paper of a danger.
    #[derive(Serialize, utoipa::ToSchema)]
    #[schema(as = DangerPhoto)]
    pub struct Photo in "danger_photo" {
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
        /// The danger.
        pub danger: Uuid,
        /// `before` it was put right, or `after`.
        pub side: String,
        /// The name the file had.
        pub name: String,
        /// SHA-256 of its content.
        pub hash: String,
        /// Bytes.
        pub size: i64,
        /// `png`, `jpg` or `pdf`.
        pub kind: String,
        /// When taken in, UTC.
        pub created_at: DateTime<Utc>,
        /// By whom.
        pub created_by: Uuid,
        /// Name of that person then.
        pub created_by_name: String,
    }
}

db::table! {
    /// A reminder of the enterprises of an area that had not reported a month (催报).
    #[derive(Serialize, utoipa::ToSchema)]
    #[schema(as = DangerReturnReminder)]
    pub struct Reminder in "danger_return_reminder" {
        /// City, 4 digits.
        pub city: String,
        /// Id.
        pub id: Uuid,
        /// The area whose enterprises were reminded.
        pub town: String,
        /// Only those of these supervised sectors, separated by commas; all where there are none.
        pub sectors: Option<String>,
        /// `2026-11`.
        pub month: String,
        /// The day.
        pub reminded_on: NaiveDate,
        /// How many had not reported.
        pub number: i64,
        /// When, UTC.
        pub created_at: DateTime<Utc>,
        /// By whom.
        pub created_by: Uuid,
        /// Name of that person then.
        pub created_by_name: String,
    }
}

db::table! {
    /// What an enterprise found in a month.
    #[derive(Serialize, Deserialize, utoipa::ToSchema)]
    #[schema(as = DangerReturn)]
    pub struct Return in "danger_return" {
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
        /// `2026-11`.
        pub month: String,
        /// General dangers found.
        pub general_found: i64,
        /// Of them put right.
        pub general_mended: i64,
        /// Major dangers found.
        pub major_found: i64,
        /// Of them put right.
        pub major_mended: i64,
        /// Spent, 分.
        pub funds_spent: i64,
        /// A remark.
        pub note: Option<String>,
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
    /// A notice to another department, beside its case.
    #[derive(Serialize, Deserialize)]
    pub struct Notice in "danger_notice" {
        /// City, 4 digits.
        pub city: String,
        /// Id of the case.
        pub id: Uuid,
        /// Division of the enterprise.
        pub town: String,
        /// Supervised sector of the enterprise.
        pub sector: String,
        /// Enterprise.
        pub enterprise: Uuid,
        /// The danger.
        pub danger: Uuid,
        /// To whom.
        pub department: String,
        /// What is told and asked for.
        pub content: String,
        /// When.
        pub sent_on: NaiveDate,
        /// When it was signed for.
        pub received_on: Option<NaiveDate>,
        /// By whom.
        pub received_by: Option<String>,
        /// When it was answered.
        pub answered_on: Option<NaiveDate>,
        /// What the answer is.
        pub answer: Option<String>,
        /// When what was done was told.
        pub fed_back_on: Option<NaiveDate>,
        /// What was done.
        pub feedback: Option<String>,
        /// When made, UTC.
        pub created_at: DateTime<Utc>,
        /// By whom.
        pub created_by: Uuid,
        /// When changed, UTC.
        pub updated_at: DateTime<Utc>,
        /// By whom.
        pub updated_by: Uuid,
        /// That of the case: one lock for both.
        pub version: i64,
    }
}

/// A row as a document, without what its case says.
fn own_fields(row: &impl Serialize) -> Value {
    let mut own = serde_json::to_value(row).unwrap_or_default();
    if let Some(fields) = own.as_object_mut() {
        for name in ["created_at", "created_by", "updated_at", "updated_by", "version"] {
            fields.remove(name);
        }
    }
    own
}

db::table! {
    /// The statutory table of a division as it was handed in.
    pub struct Closed in "danger_quarter_closed" {
        /// City, 4 digits.
        pub city: String,
        /// Id.
        pub id: Uuid,
        /// The division.
        pub town: String,
        /// Year.
        pub year: i64,
        /// 1 to 4; 0 is the year.
        pub quarter: i64,
        /// The table by `sector` and by `region`.
        pub tables: Json<Value>,
        /// When, UTC.
        pub created_at: DateTime<Utc>,
        /// By whom.
        pub created_by: Uuid,
        /// Name of that person then.
        pub created_by_name: String,
    }
}

impl Closed {
    /// What the trail says of it.
    pub(crate) fn entry(
        &self,
        action: audit::Action,
        title: &str,
        (before, after): (Option<Value>, Option<Value>),
        reason: Option<String>,
    ) -> audit::Entry {
        audit::Entry {
            action,
            subject: Closed::TABLE,
            city: self.city.clone(),
            town: self.town.clone(),
            row: Some(self.id),
            title: Some(title.to_string()),
            before,
            after,
            reason,
        }
    }
}

impl Reminder {
    /// Whether it was for an enterprise of that division and sector.
    pub fn covers(&self, town: &str, sector: &str) -> bool {
        let named = self.sectors.as_deref().is_none_or(|own| own.split(',').any(|own| own == sector));
        town.starts_with(&self.town) && named
    }
}

impl Notice {
    /// The row as a document, without what its case says.
    pub(crate) fn document(&self) -> Value {
        own_fields(self)
    }
}

impl Danger {
    /// The row as a document, without what its case says.
    pub(crate) fn document(&self) -> Value {
        own_fields(self)
    }

    /// Whether it is under listed supervision now.
    pub fn listed(&self) -> bool {
        self.listed_tier.is_some() && self.released_on.is_none()
    }
}
