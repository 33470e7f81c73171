//! Reading the trail of one row, and the row as it stood.

use chrono::{DateTime, Utc};
use db::{Exec, FromRow, Json, Result, Sql};
use serde_json::{Value as Document, json};
use uuid::Uuid;

use crate::record::AuditRow;

/// One step in the life of a row.
pub type Step = AuditRow;

/// What putting a row together reads of a step in its life.
#[derive(Debug, FromRow)]
pub struct Trace {
    /// Id; ordered by time.
    pub id: Uuid,
    /// Row.
    pub row_id: Option<Uuid>,
    /// What was done.
    pub action: String,
    /// When, UTC.
    pub at: DateTime<Utc>,
    /// Account; nil is the system.
    pub actor: Uuid,
    /// After.
    pub after: Option<Json<Document>>,
}

/// The steps in the lives of rows of a table, which `which` selects, up to an instant; the first one first.
pub async fn traces(
    db: impl Exec,
    (city, subject): (&str, &str),
    which: Sql,
    at: DateTime<Utc>,
) -> Result<Vec<Trace>> {
    let sql = Sql::new("select id, row_id, action, at, actor, after from audit where city = ").arg(city);
    let sql = sql.push(" and subject = ").arg(subject).push(" and row_id in (").append(which);
    let sql = sql.push(") and action in ('create', 'update', 'delete') and at <= ").arg(at);
    let mut found: Vec<Trace> = db.all(sql).await?;
    // sorted here: asked for in this order, SQLite would rather read the whole trail of the city along its key
    found.sort_unstable_by_key(|own| own.id);
    Ok(found)
}

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
pub fn fold(steps: impl IntoIterator<Item = Trace>) -> Option<Document> {
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
    let one = Sql::new("").arg(row);
    Ok(fold(traces(db, (city, subject), one, at).await?))
}
