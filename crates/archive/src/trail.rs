//! The archive as it stood at any instant, put together from the trail alone.

use std::collections::BTreeMap;

use audit::Trace;
use chrono::{DateTime, NaiveDate, Utc};
use db::Sql;
use enterprise::{Enterprise, belonging};
use kernel::day_of;
use serde::de::DeserializeOwned;
use uuid::Uuid;
use web::{App, Outcome, Problem};

use crate::{attachment, attachment::Attachment, model::Record, store};

/// A whole archive as it stands, or as it stood.
#[derive(Debug)]
pub struct Then {
    /// The enterprise's own record.
    pub enterprise: Enterprise,
    /// Its records; of the past also those replaced or removed by then.
    pub records: Vec<Record>,
    /// The day in China by whose law it is judged.
    pub day: NaiveDate,
    documents: BTreeMap<Uuid, Vec<Attachment>>,
}

impl Then {
    /// The archive of an enterprise: now, or at an instant.
    ///
    /// # Errors
    /// Where the enterprise did not exist then.
    pub async fn of(app: &App, now: &Enterprise, as_of: Option<DateTime<Utc>>) -> Outcome<Then> {
        let (city, id) = (now.city.as_str(), now.id);
        let (own, records, attachments, day) = match as_of {
            None => {
                let documents = attachment::live(&app.db, city, id).await?;
                let documents = documents.into_iter().map(|(own, _)| own).collect::<Vec<_>>();
                (now.clone(), store::live(&app.db, city, id).await?, documents, app.clock.today())
            }
            Some(at) => (
                enterprise(&app.db, city, id, at).await?,
                records(&app.db, city, id, None, at).await?,
                attachments(&app.db, city, Of::Enterprise(id), at).await?,
                day_of(at),
            ),
        };
        let mut documents: BTreeMap<Uuid, Vec<Attachment>> = BTreeMap::new();
        for own in attachments {
            documents.entry(own.record).or_default().push(own);
        }
        Ok(Then { enterprise: own, records, day, documents })
    }

    /// The live documents of a record, in the order of making.
    pub fn documents_of(&self, record: Uuid) -> &[Attachment] {
        self.documents.get(&record).map_or(&[], Vec::as_slice)
    }
}

/// The enterprise's own record as it stood at `at`.
pub async fn enterprise(db: &db::Db, city: &str, id: Uuid, at: DateTime<Utc>) -> Outcome<Enterprise> {
    let state = audit::as_of(db, city, Enterprise::TABLE, id, at).await?.ok_or_else(Problem::not_found)?;
    serde_json::from_value(state).map_err(Problem::internal)
}

/// The rows of a table as they stood at `at`, in the order of making; `which` selects their ids.
async fn rows<T: DeserializeOwned>(
    db: &db::Db,
    (city, table): (&str, &str),
    which: Sql,
    at: DateTime<Utc>,
) -> Outcome<Vec<T>> {
    let mut lives: BTreeMap<Uuid, Vec<Trace>> = BTreeMap::new();
    for step in audit::traces(db, (city, table), which, at).await? {
        lives.entry(step.row_id.unwrap_or_default()).or_default().push(step);
    }
    let states = lives.into_values().filter_map(audit::fold);
    states.map(|state| serde_json::from_value(state).map_err(Problem::internal)).collect()
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
    let own = belonging::ever_of(Record::TABLE, city, enterprise);
    let mut records: Vec<Record> = rows(db, (city, Record::TABLE), own, at).await?;
    // it may have belonged to another then
    records.retain(|own| own.enterprise == enterprise && section.is_none_or(|code| own.section == code));
    Ok(records)
}

/// Whose documents.
#[derive(Debug, Clone, Copy)]
pub enum Of {
    /// All of an enterprise.
    Enterprise(Uuid),
    /// Those of a record.
    Record(Uuid),
}

/// The documents as they stood at `at`, in the order of making: those removed by then are not among them.
pub async fn attachments(db: &db::Db, city: &str, of: Of, at: DateTime<Utc>) -> Outcome<Vec<Attachment>> {
    match of {
        Of::Record(id) => {
            let own = Sql::new("select id from attachment where city = ").arg(city);
            rows(db, (city, Attachment::TABLE), own.push(" and record = ").arg(id), at).await
        }
        Of::Enterprise(id) => {
            let own = belonging::ever_of(Attachment::TABLE, city, id);
            let mut found: Vec<Attachment> = rows(db, (city, Attachment::TABLE), own, at).await?;
            found.retain(|own| own.enterprise == id);
            Ok(found)
        }
    }
}
