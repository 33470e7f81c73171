//! Writing many records of many enterprises at once: rows, trail, search box, scores and figures by a handful of statements.

use std::collections::HashMap;

use audit::Action;
use db::{Tx, bulk};
use enterprise::Enterprise;
use kernel::{Actor, Clock};
use serde_json::{Map, Value};
use uuid::Uuid;
use web::Outcome;

use crate::{
    keep,
    model::Record,
    score::Brief,
    section::{Described, Wrong},
};

/// Enterprises written in one go.
const CHUNK: usize = 500;

/// A record of an enterprise as it is filled in, not yet written; or every field that is wrong.
pub fn record(
    clock: &Clock,
    actor: &Actor,
    enterprise: &Enterprise,
    section: &Described,
    values: &Map<String, Value>,
) -> Result<Record, Vec<Wrong>> {
    let values = section.read(values)?;
    let mut record = Record::blank(enterprise, section, actor.account, clock.now());
    record.fill(section, values);
    Ok(record)
}

/// Writes new records of enterprises of one city to which nobody else writes, and reckons the scores of all of `enterprises`, also
/// of those without a record. `why` is what trail and history say of it.
pub async fn insert(
    tx: &mut Tx,
    clock: &Clock,
    actor: &Actor,
    enterprises: &[Enterprise],
    records: Vec<Record>,
    why: &str,
) -> Outcome<()> {
    let Some(first) = enterprises.first() else { return Ok(()) };
    let law = law::in_force(&mut *tx, &first.city).await?;
    let mut of: HashMap<Uuid, Vec<Record>> = HashMap::new();
    for record in records {
        of.entry(record.enterprise).or_default().push(record);
    }
    let mut ends = keep::Ends::new(&law, clock.today());
    for chunk in enterprises.chunks(CHUNK) {
        let (mut rows, mut entries, mut found) = (Vec::new(), Vec::new(), Vec::new());
        for enterprise in chunk {
            let mut own = of.remove(&enterprise.id).unwrap_or_default();
            let briefs: Vec<Brief> = own.iter().map(Brief::from).collect();
            for record in &mut own {
                let Some(section) = record.described() else { continue };
                ends.set(enterprise, &briefs, section, record)?;
                found.push(keep::entry(record, &enterprise.name));
                entries.push(record.entry(Action::Create, None, Some(record.document()), Some(why.into())));
                rows.push(record.values());
            }
        }
        bulk(tx, Record::TABLE, Record::COLUMNS, rows, "").await?;
        audit::record_many(tx, clock, actor, entries).await?;
        search::write(tx, &found).await?;
        keep::rescore(tx, clock, &law, chunk, why).await?;
    }
    Ok(())
}
