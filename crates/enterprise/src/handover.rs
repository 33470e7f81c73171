//! A record on its way from one division to another: its row, its entry on the trail, and which side sees it. Proposing and
//! deciding are `http::handover`.

use audit::Action;
use chrono::{DateTime, Utc};
use db::{Exec, Sql, Tx};
use kernel::{Actor, Clock, Scope};
use serde_json::{Value, json};
use uuid::Uuid;

db::table! {
    /// A record on its way.
    pub struct Handover in "handover" {
        /// City, 4 digits.
        pub city: String,
        /// Id.
        pub id: Uuid,
        /// Division where the record stands until it is accepted.
        pub town: String,
        /// Division that is to have it.
        pub target: String,
        /// Supervised sector of the enterprise.
        pub sector: String,
        /// Enterprise.
        pub enterprise_id: Uuid,
        /// Its name then.
        pub enterprise_name: String,
        /// `open`, `accepted`, `returned` or `withdrawn`.
        pub state: String,
        /// Why it goes.
        pub reason: String,
        /// Who proposed it.
        pub proposed_by_name: String,
        /// Why it was returned or withdrawn.
        pub answer: Option<String>,
        /// Who decided.
        pub decided_by: Option<Uuid>,
        /// Name then.
        pub decided_by_name: Option<String>,
        /// When, UTC.
        pub decided_at: Option<DateTime<Utc>>,
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

impl Handover {
    /// Writes a new handover and its entry on the trail; a conflict where the record is on its way already.
    pub async fn create(&self, tx: &mut Tx, clock: &Clock, actor: &Actor) -> db::Result<()> {
        tx.run(self.insert()).await?;
        let after = json!({"state": "open", "from": self.town, "target": self.target});
        audit::record(tx, clock, actor, entry(self, Action::Create, None, after)).await
    }
}

pub(crate) fn entry(row: &Handover, action: Action, before: Option<Value>, after: Value) -> audit::Entry {
    audit::Entry {
        action,
        subject: Handover::TABLE,
        city: row.city.clone(),
        town: row.town.clone(),
        row: Some(row.id),
        title: Some(row.enterprise_name.clone()),
        before,
        after: Some(after),
        reason: row.answer.clone().or_else(|| Some(row.reason.clone())),
    }
}

/// The predicate of what comes into a scope: the same as its own rows, by the division that is to have them.
pub(crate) fn coming(scope: &Scope) -> Sql {
    let mut sql = Sql::new("(");
    for (at, area) in scope.areas().iter().enumerate() {
        let (low, high) = area.region.span();
        sql = sql.push(if at > 0 { " or " } else { "" });
        if let Some(city) = area.region.city() {
            sql = sql.push("city = ").arg(city).push(" and ");
        }
        sql = sql.push("target >= ").arg(low).push(" and target < ").arg(high);
        if let Some(sectors) = &area.sectors {
            sql = sql.push(" and ").within("sector", sectors.iter().map(String::as_str));
        }
    }
    sql.push(")")
}

/// What goes out of a scope.
pub(crate) fn going(scope: &Scope) -> Sql {
    Sql::default().scope(scope, "", "enterprise_id")
}
