//! What of archives goes along into the field: what is missing and run out, and the records without personal data.

use std::collections::HashMap;

use db::{Exec, Tx};
use enterprise::Enterprise;
use kernel::Clock;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;
use web::Outcome;

use crate::{
    http, keep,
    model::Record,
    score::{Brief, State},
    store,
};

/// A section that is not as it must be.
#[derive(Debug, Serialize, ToSchema)]
pub struct Lacking {
    section: String,
    label: String,
    state: State,
    /// What is to be done.
    advice: String,
}

/// An archive as it goes along.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PackedArchive)]
pub struct Along {
    /// Whole percent.
    score: usize,
    required: usize,
    present: usize,
    lacking: Vec<Lacking>,
    /// The records, as lists show them; those with personal data stay behind.
    #[schema(value_type = Vec<Object>)]
    records: Vec<Value>,
}

/// The archives of enterprises of one city, in their order.
///
/// # Errors
/// Where the database fails or the law's tables cannot be read.
pub async fn along(
    tx: &mut Tx,
    clock: &Clock,
    city: &str,
    enterprises: &[Enterprise],
) -> Outcome<Vec<Along>> {
    if enterprises.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = enterprises.iter().map(|own| own.id).collect();
    let mut briefs: HashMap<Uuid, Vec<Brief>> = HashMap::new();
    for (id, brief) in store::briefs(&mut *tx, city, &ids).await? {
        briefs.entry(id).or_default().push(brief);
    }
    let sql = Record::select().push(" where city = ").arg(city).push(" and ");
    let sql = sql.within("enterprise", ids.iter().copied());
    let rows: Vec<Record> =
        tx.all(sql.push(" and state not in ('replaced', 'removed') order by section, id")).await?;
    let mut records: HashMap<Uuid, Vec<Value>> = HashMap::new();
    for record in rows.iter().filter(|record| !record.is_personal()) {
        records.entry(record.enterprise).or_default().push(http::shown(record));
    }
    let mut laws = HashMap::new();
    for own in enterprises {
        if !laws.contains_key(&own.town) {
            laws.insert(own.town.clone(), law::in_force(&mut *tx, &own.town).await?);
        }
    }
    let mut along = Vec::with_capacity(enterprises.len());
    for own in enterprises {
        let Some(law) = laws.get(&own.town) else { continue };
        let briefs = briefs.remove(&own.id).unwrap_or_default();
        let whole = keep::reckon(law, own, &briefs, clock.today())?;
        let lacking =
            whole.items.into_iter().filter(|item| matches!(item.state, State::Missing | State::Expired));
        along.push(Along {
            score: whole.score,
            required: whole.required,
            present: whole.present,
            lacking: lacking
                .map(|item| Lacking {
                    section: item.section,
                    label: item.label,
                    state: item.state,
                    advice: item.advice,
                })
                .collect(),
            records: records.remove(&own.id).unwrap_or_default(),
        });
    }
    Ok(along)
}
