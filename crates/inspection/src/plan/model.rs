//! The rows of inspection plans.

use chrono::{DateTime, NaiveDate, Utc};
use db::Json;
use kernel::Clock;
use serde_json::Value;
use uuid::Uuid;

use super::line::PlanLine;

db::table! {
    /// A plan of an agency for a year.
    pub struct Plan in "inspection_plan" {
        /// City, 4 digits.
        pub city: String,
        /// Id.
        pub id: Uuid,
        /// The division the agency answers for.
        pub town: String,
        /// Agency.
        pub agency: Uuid,
        /// Year.
        pub year: i64,
        /// What it is called.
        pub name: String,
        /// `draft`, `submitted` or `approved`.
        pub state: String,
        /// [`PlanLine`]s.
        pub lines: Json<Value>,
        /// What else is said of it.
        pub note: Option<String>,
        /// Why it came back, or is open to change again.
        pub returned_reason: Option<String>,
        /// Approved, UTC.
        pub approved_at: Option<DateTime<Utc>>,
        /// By whom.
        pub approved_by_name: Option<String>,
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
    /// An enterprise that a plan means to have inspected in a month.
    pub struct Target in "inspection_target" {
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
        /// Its name.
        pub enterprise_name: String,
        /// Plan.
        pub plan: Uuid,
        /// Agency of the plan.
        pub agency: Uuid,
        /// Year of the plan.
        pub year: i64,
        /// Line of the plan; none for one added by hand.
        pub line: Option<i64>,
        /// The draw that chose it.
        pub draw: Option<Uuid>,
        /// 1 to 12.
        pub month: i64,
        /// Last day of that month.
        pub due_on: NaiveDate,
        /// Card of the first officer.
        pub officer_one: Option<Uuid>,
        /// Card of the second.
        pub officer_two: Option<Uuid>,
        /// `planned`, `done` or `cancelled`.
        pub state: String,
        /// The target of another agency with which it is visited together.
        pub joined: Option<Uuid>,
        /// The visit that did it.
        pub visit: Option<Uuid>,
        /// When it was done.
        pub done_on: Option<NaiveDate>,
        /// Why it was added, or cancelled.
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
    /// A draw by lot, as the rule got it and answered.
    pub struct Draw in "inspection_draw" {
        /// City, 4 digits.
        pub city: String,
        /// Id.
        pub id: Uuid,
        /// The division the plan's agency answers for.
        pub town: String,
        /// Plan.
        pub plan: Uuid,
        /// Line of the plan.
        pub line: i64,
        /// The day, by whose law it was drawn.
        pub drawn_on: NaiveDate,
        /// What made the draw this one.
        pub seed: String,
        /// SHA-256 over seed, lists and weights.
        pub fingerprint: String,
        /// Enterprises that could be drawn.
        pub candidates: i64,
        /// Officers who could.
        pub officers: i64,
        /// Enterprises that were.
        pub drawn: i64,
        /// What the rule got.
        pub input: Json<Value>,
        /// What the rule answered.
        pub outcome: Json<Value>,
        /// When made, UTC.
        pub created_at: DateTime<Utc>,
        /// By whom.
        pub created_by: Uuid,
        /// Name of that person then.
        pub created_by_name: String,
    }
}

db::table! {
    /// An officer who must not inspect an enterprise (回避, 行政处罚法 2021 article 43).
    pub struct Conflict in "officer_conflict" {
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
        /// Its name.
        pub enterprise_name: String,
        /// The officer's card.
        pub card: Uuid,
        /// The officer's name.
        pub officer_name: String,
        /// Why.
        pub reason: String,
        /// The day from which it is no more.
        pub ended_on: Option<NaiveDate>,
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

audit::entries!(Plan, Target, Draw, Conflict);

impl Plan {
    /// Its lines.
    pub fn lines(&self) -> Vec<PlanLine> {
        serde_json::from_value(self.lines.0.clone()).unwrap_or_default()
    }
}

impl Target {
    /// The cards of its officers.
    pub fn cards(&self) -> impl Iterator<Item = Uuid> {
        [self.officer_one, self.officer_two].into_iter().flatten()
    }

    /// Whether it is late.
    pub(super) fn late(&self, clock: &Clock) -> bool {
        self.state == "planned" && self.due_on < clock.today()
    }
}
