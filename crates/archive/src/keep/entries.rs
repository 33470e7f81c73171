//! What the search box finds records by.

use db::Tx;
use uuid::Uuid;

use super::KIND;
use crate::{attachment, model::Record};

/// The entry of the search box for a record: what it is called, its number, and every word in it that is not personal.
pub fn entry(record: &Record, enterprise: &str) -> search::Entry {
    let mut texts: Vec<String> = vec![enterprise.to_string()];
    if let Some(section) = record.described() {
        let said = section.fields.iter().filter(|field| !field.personal);
        texts.extend(
            said.map(|field| field.show(&record.fields.0[&field.name]))
                .filter(|text| text.chars().count() > 1),
        );
    }
    let label = record.described().map_or("", |section| section.label);
    search::Entry {
        city: record.city.clone(),
        kind: KIND,
        id: record.id,
        town: record.town.clone(),
        title: record.title.clone(),
        subtitle: format!("{label}　{enterprise}"),
        texts,
    }
}

/// The entries of an enterprise's records of one city, found by their attachments too.
pub async fn entries(tx: &mut Tx, records: &[&Record], enterprise: &str) -> db::Result<Vec<search::Entry>> {
    let Some(first) = records.first() else { return Ok(Vec::new()) };
    let ids: Vec<Uuid> = records.iter().map(|record| record.id).collect();
    let mut words = attachment::words(tx, &first.city, &ids).await?;
    let said = |record: &&Record| {
        let mut entry = entry(record, enterprise);
        entry.texts.extend(words.remove(&record.id).unwrap_or_default());
        entry
    };
    Ok(records.iter().map(said).collect())
}
