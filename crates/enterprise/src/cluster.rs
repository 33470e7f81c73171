//! A cluster as it is kept: its row, what the trail says of it, and its kinds. What people do with clusters is `http::cluster`.

use audit::Action;
use chrono::{DateTime, Utc};
use db::{Exec, Tx};
use kernel::{Actor, Clock};
use serde_json::{Value, json};
use uuid::Uuid;

/// Kinds of clusters.
pub(crate) const KINDS: &[(&str, &str)] =
    &[("market", "市场"), ("building", "楼宇"), ("park", "园区"), ("street", "街区")];

db::table! {
    /// A cluster.
    pub struct Cluster in "cluster" {
        /// City, 4 digits.
        pub city: String,
        /// Id.
        pub id: Uuid,
        /// Town, or the county of one that lies in several.
        pub town: String,
        /// Name.
        pub name: String,
        /// `market`, `building`, `park` or `street`.
        pub kind: String,
        /// Address.
        pub address: Option<String>,
        /// Who manages it: a person or a company.
        pub manager: Option<String>,
        /// Phone.
        pub manager_phone: Option<String>,
        /// Anything else.
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

impl Cluster {
    /// Writes a new cluster and its entry on the trail.
    pub async fn create(&self, tx: &mut Tx, clock: &Clock, actor: &Actor) -> db::Result<()> {
        tx.run(self.insert()).await?;
        audit::record(tx, clock, actor, entry(self, Action::Create, None, Some(document(self)))).await
    }
}

pub(crate) fn entry(
    row: &Cluster,
    action: Action,
    before: Option<Value>,
    after: Option<Value>,
) -> audit::Entry {
    audit::Entry {
        action,
        subject: Cluster::TABLE,
        city: row.city.clone(),
        town: row.town.clone(),
        row: Some(row.id),
        title: Some(row.name.clone()),
        before,
        after,
        reason: None,
    }
}

pub(crate) fn document(row: &Cluster) -> Value {
    json!({"name": row.name, "kind": row.kind, "town": row.town, "address": row.address,
        "manager": row.manager, "manager_phone": row.manager_phone, "note": row.note})
}
