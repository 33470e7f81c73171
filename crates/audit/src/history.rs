//! Reading the trail of one row, and the row as it stood.

use chrono::{DateTime, Utc};
use db::{Exec, Result};
use serde_json::Value as Document;
use uuid::Uuid;

use crate::record::AuditRow;

/// One step in the life of a row.
pub type Step = AuditRow;

/// All steps of a row, the first one first.
pub async fn history(db: impl Exec, city: &str, subject: &str, row: Uuid) -> Result<Vec<Step>> {
    db.all(
        AuditRow::select()
            .push(" where city = ")
            .arg(city)
            .push(" and subject = ")
            .arg(subject)
            .push(" and row_id = ")
            .arg(row)
            .push(" and action in ('create', 'update', 'delete') order by id"),
    )
    .await
}

/// The row as it stood at `at`, put together from its trail; `None` before it was made or after it was deleted.
pub async fn as_of(
    db: impl Exec,
    city: &str,
    subject: &str,
    row: Uuid,
    at: DateTime<Utc>,
) -> Result<Option<Document>> {
    let mut state: Option<Document> = None;
    for step in history(db, city, subject, row).await?.into_iter().filter(|step| step.at <= at) {
        let after = step.after.map(|json| json.0);
        match (step.action.as_str(), &mut state, after) {
            ("create", _, after) => state = after,
            ("delete", state, _) => *state = None,
            (_, Some(Document::Object(fields)), Some(Document::Object(changed))) => fields.extend(changed),
            _ => {}
        }
    }
    Ok(state)
}
