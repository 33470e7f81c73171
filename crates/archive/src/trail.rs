//! The archive as it stood at any instant, put together from the trail alone.

use std::collections::BTreeMap;

use audit::Step;
use chrono::{DateTime, Utc};
use db::{Exec, Sql};
use enterprise::Enterprise;
use uuid::Uuid;
use web::{Outcome, Problem};

use crate::model::Record;

/// The enterprise's own record as it stood at `at`.
pub async fn enterprise(db: &db::Db, city: &str, id: Uuid, at: DateTime<Utc>) -> Outcome<Enterprise> {
    let state = audit::as_of(db, city, Enterprise::TABLE, id, at).await?.ok_or_else(Problem::not_found)?;
    serde_json::from_value(state).map_err(Problem::internal)
}

/// Every record of an enterprise as it stood at `at`, in the order of making: those not yet made are not among them. With a section, only
/// its records.
pub async fn records(
    db: &db::Db,
    city: &str,
    enterprise: Uuid,
    section: Option<&str>,
    at: DateTime<Utc>,
) -> Outcome<Vec<Record>> {
    let columns: Vec<String> = Step::COLUMNS.iter().map(|column| format!("a.{column}")).collect();
    let sql = Sql::new(&format!(
        "select {} from record r join audit a on a.city = r.city and a.subject = 'record' and a.row_id = r.id
         where r.city = ",
        columns.join(", ")
    ));
    let sql = sql.arg(city).push(" and r.enterprise = ").arg(enterprise).and(" and r.section = ", section);
    let sql = sql.push(" and a.action in ('create', 'update', 'delete') and a.at <= ").arg(at);
    let steps: Vec<Step> = db.all(sql.push(" order by a.id")).await?;
    let mut lives: BTreeMap<Uuid, Vec<Step>> = BTreeMap::new();
    for step in steps {
        lives.entry(step.row_id.unwrap_or_default()).or_default().push(step);
    }
    let states = lives.into_values().filter_map(audit::fold);
    states.map(|state| serde_json::from_value(state).map_err(Problem::internal)).collect()
}
