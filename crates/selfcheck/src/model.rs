//! Tasks and what was handed in for them.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use db::Json;
use serde_json::Value;
use uuid::Uuid;

use crate::period::{Period, period};

db::table! {
    /// A task: the enterprises of an area check themselves in cycles.
    pub struct Task in "self_check_task" {
        /// City, 4 digits.
        pub city: String,
        /// Id.
        pub id: Uuid,
        /// The area.
        pub town: String,
        /// Supervised sector; all where there is none.
        pub sector: Option<String>,
        /// What it is called.
        pub name: String,
        /// One of [`crate::period::CYCLES`].
        pub cycle: String,
        /// First day.
        pub starts_on: NaiveDate,
        /// Last day.
        pub ends_on: Option<NaiveDate>,
        /// First day of the period for which was reminded last.
        pub reminded_for: Option<NaiveDate>,
        /// When, UTC.
        pub reminded_at: Option<DateTime<Utc>>,
        /// By whom.
        pub reminded_by_name: Option<String>,
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

impl Task {
    /// Whether there is something to do in that period.
    pub fn counts(&self, own: Period) -> bool {
        self.starts_on <= own.to && self.ends_on.is_none_or(|last| own.from <= last)
    }

    /// The period that runs on that day, and the one before it, where the task counts in them.
    pub fn periods(&self, today: NaiveDate) -> (Option<Period>, Option<Period>) {
        let now = period(&self.cycle, today);
        let before = now.and_then(|own| own.before(&self.cycle));
        (now.filter(|own| self.counts(*own)), before.filter(|own| self.counts(*own)))
    }
}

db::table! {
    /// What an enterprise did for a task in a period.
    pub struct Check in "self_check" {
        /// City, 4 digits.
        pub city: String,
        /// Id.
        pub id: Uuid,
        /// Division of the enterprise.
        pub town: String,
        /// Supervised sector of the enterprise.
        pub sector: String,
        /// Ownership of the enterprise.
        pub ownership: String,
        /// Enterprise.
        pub enterprise: Uuid,
        /// Its name then.
        pub enterprise_name: String,
        /// The task.
        pub task: Uuid,
        /// First day of the period.
        pub period_from: NaiveDate,
        /// Last day of the period.
        pub period_to: NaiveDate,
        /// `open` or `done`.
        pub state: String,
        /// Items by code: `met`, `unmet`, `not_applicable`.
        pub checklist: Json<Value>,
        /// How many were not met.
        pub unmet: i64,
        /// Who checked.
        pub person: Option<String>,
        /// What else.
        pub note: Option<String>,
        /// The day it was handed in.
        pub done_on: Option<NaiveDate>,
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

impl Check {
    /// Answers by item.
    pub fn answers(&self) -> BTreeMap<String, String> {
        serde_json::from_value(self.checklist.0.clone()).unwrap_or_default()
    }

    /// The period.
    pub fn period(&self) -> Period {
        Period { from: self.period_from, to: self.period_to }
    }
}

audit::entries!(Task, Check);
