//! Reading the trail of one row, and the row as it stood.

use chrono::{DateTime, Utc};
use db::{Exec, Result};
use serde_json::{Value as Document, json};
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

/// A row that came to be, with what the step itself says of it, when and by whom, where its document does not repeat it.
fn with_step(mut row: Document, said: &[(&str, Document)]) -> Document {
    if let Document::Object(fields) = &mut row {
        for (name, value) in said {
            fields.entry(*name).or_insert_with(|| value.clone());
        }
    }
    row
}

/// The row that these steps of its life make, the first one first; `None` where it was deleted.
pub fn fold(steps: impl IntoIterator<Item = Step>) -> Option<Document> {
    let mut state: Option<Document> = None;
    for step in steps {
        let said = [
            ("created_at", json!(step.at)),
            ("created_by", json!(step.actor)),
            ("updated_at", json!(step.at)),
            ("updated_by", json!(step.actor)),
            ("version", json!(1)),
        ];
        let after = step.after.map(|json| json.0);
        match (step.action.as_str(), &mut state, after) {
            ("create", _, after) => state = after.map(|after| with_step(after, &said)),
            ("delete", state, _) => *state = None,
            (_, Some(Document::Object(fields)), Some(Document::Object(changed))) => fields.extend(changed),
            _ => {}
        }
    }
    state
}

/// The row as it stood at `at`, put together from its trail; `None` before it was made or after it was deleted.
pub async fn as_of(
    db: impl Exec,
    city: &str,
    subject: &str,
    row: Uuid,
    at: DateTime<Utc>,
) -> Result<Option<Document>> {
    let steps = history(db, city, subject, row).await?;
    Ok(fold(steps.into_iter().filter(|step| step.at <= at)))
}
