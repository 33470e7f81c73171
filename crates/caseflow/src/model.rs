//! The rows: a case as it stands, and its steps.

use chrono::{DateTime, NaiveDate, Utc};
use db::Json;
use kernel::Tier;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

db::table! {
    /// A case as it stands.
    #[derive(Serialize, Deserialize)]
    pub struct Case in "case_header" {
        /// City, 4 digits.
        pub city: String,
        /// Id; the area's own details have the same.
        pub id: Uuid,
        /// Division it lies in.
        pub town: String,
        /// Supervised sector of the enterprise; empty where there is none.
        pub sector: String,
        /// `public` or `non_public`; none where there is no enterprise.
        pub ownership: Option<String>,
        /// Which flow it follows.
        pub kind: String,
        /// Its number.
        pub number: String,
        /// What it is about.
        pub title: String,
        /// Enterprise.
        pub enterprise: Option<Uuid>,
        /// Its name when the case was opened.
        pub enterprise_name: String,
        /// Responsible agency.
        pub agency: Option<Uuid>,
        /// Responsible officer.
        pub officer: Option<Uuid>,
        /// Name of that person then.
        pub officer_name: String,
        /// State of its flow.
        pub state: String,
        /// `general` or `major`.
        pub severity: String,
        /// `enterprise`, `officer` or `nobody`.
        pub waits: String,
        /// Last day of what it waits for.
        pub due_on: Option<NaiveDate>,
        /// Why that day.
        pub due_basis: Option<String>,
        /// The lowest tier that sees it as its own: `town`, `county`, `city`, `province`.
        pub tier: String,
        /// When it last rose to a wider tier for being late.
        pub escalated_on: Option<NaiveDate>,
        /// First day.
        pub opened_on: NaiveDate,
        /// Day it ended.
        pub closed_on: Option<NaiveDate>,
        /// The last deadline it had.
        pub term_on: Option<NaiveDate>,
        /// Steps so far.
        pub events: i64,
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
    /// A step of a case.
    pub struct Event in "case_event" {
        /// City, 4 digits.
        pub city: String,
        /// Id; ordered by time.
        pub id: Uuid,
        /// The case.
        pub case_id: Uuid,
        /// Which step, from 1.
        pub seq: i64,
        /// Enterprise of the case.
        pub enterprise: Option<Uuid>,
        /// What was done.
        pub action: String,
        /// What a person calls it.
        pub label: String,
        /// State before; none at the beginning.
        pub from_state: Option<String>,
        /// State after.
        pub to_state: String,
        /// When, UTC.
        pub at: DateTime<Utc>,
        /// By whom; nil is Anjian itself.
        pub actor: Uuid,
        /// Name of that person then.
        pub actor_name: String,
        /// Name of the person stood in for.
        pub on_behalf_name: Option<String>,
        /// Why.
        pub reason: Option<String>,
        /// What was sent back, field by field.
        pub fields: Option<Json<Value>>,
        /// What of the case became otherwise; at the beginning the whole case.
        pub header: Json<Value>,
        /// What of the area's details became otherwise.
        pub changed: Option<Json<Value>>,
        /// Deadline after the step.
        pub due_on: Option<NaiveDate>,
    }
}

/// A field sent back, with the reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = CaseFieldReason)]
pub struct FieldReason {
    /// JSON pointer of the field; empty for the whole.
    pub pointer: String,
    /// What is to be put right.
    pub reason: String,
}

/// The word of a tier in storage; villages belong to their town.
pub const fn tier_code(tier: Tier) -> &'static str {
    match tier {
        Tier::Province => "province",
        Tier::City => "city",
        Tier::County => "county",
        Tier::Town | Tier::Village => "town",
    }
}

/// The tier of that word.
pub fn parse_tier(code: &str) -> Tier {
    match code {
        "province" => Tier::Province,
        "city" => Tier::City,
        "county" => Tier::County,
        _ => Tier::Town,
    }
}

/// What the register or a change of divisions may alter without a step of the case.
const ELSEWHERE: &[&str] = &["town", "updated_at", "updated_by", "version", "events"];

impl Case {
    /// The row as a document.
    pub fn document(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// What a step says of the row: all but what may change without one.
    pub(crate) fn said(&self) -> Value {
        let mut document = self.document();
        if let Some(own) = document.as_object_mut() {
            own.retain(|name, _| !ELSEWHERE.contains(&name.as_str()));
        }
        document
    }

    /// Days beyond the deadline of an open case on that day; none where it is in time.
    pub fn overdue(&self, today: NaiveDate) -> Option<i64> {
        let days = (today - self.due_on.filter(|_| self.closed_on.is_none())?).num_days();
        (days > 0).then_some(days)
    }

    /// An entry of the trail about this case.
    pub(crate) fn entry(
        &self,
        label: &str,
        action: audit::Action,
        before: Option<Value>,
        after: Option<Value>,
        reason: Option<String>,
    ) -> audit::Entry {
        audit::Entry {
            action,
            subject: Self::TABLE,
            city: self.city.clone(),
            town: self.town.clone(),
            row: Some(self.id),
            title: Some(format!("{label}：{}", self.title)),
            before,
            after,
            reason,
        }
    }
}

/// What the steps of a case, the first one first, say of it: the values of its row as far as steps decide them.
pub fn replay(events: &[Event]) -> Value {
    let mut row = serde_json::Map::new();
    for event in events {
        for (name, value) in event.header.0.as_object().into_iter().flatten() {
            row.insert(name.clone(), value.clone());
        }
    }
    Value::Object(row)
}
