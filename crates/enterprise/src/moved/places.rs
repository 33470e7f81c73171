//! Words that the resolver was taught: those of a divided town hold only where the word itself tells the part.

use db::{Exec, Result, Tx, sql};
use kernel::RegionCode;
use region::{Moving, Put, Step, record};
use serde_json::{Value, json};
use uuid::Uuid;
use web::Outcome;

use super::told;
use crate::http::Place;

pub(super) async fn carry(tx: &mut Tx, moving: &Moving<'_>) -> Outcome<()> {
    for step in moving.steps {
        let Ok(from) = RegionCode::parse(step.from()) else { continue };
        let (low, high) = from.span();
        let sql = Place::select().push(" where city = ").arg(moving.city).push(" and town >= ").arg(low);
        let rows: Vec<Place> = tx.all(sql.push(" and town < ").arg(high).push(" order by id")).await?;
        let mut put = Vec::new();
        for row in rows {
            let to = match step {
                Step::Whole { .. } => step.place(&row.town),
                // a lesson about a split town holds where the word itself tells the part; else it is no longer certain
                Step::Split { parts, .. } => told(parts, &[&row.word]).map(|(part, _)| part.to.clone()),
            };
            if to.as_ref() == Some(&row.town) {
                continue;
            }
            let county = to.as_deref().and_then(|to| to.get(..6)).unwrap_or_default().to_string();
            let taken = county != row.county
                && tx
                    .run(sql!(
                        "update place set used = used where city = $1 and county = $2 and word = $3",
                        moving.city,
                        &county,
                        &row.word
                    ))
                    .await?
                    > 0;
            let before = json!({"town": row.town, "county": row.county, "word": row.word, "taught_by_name": row.taught_by_name,
                "used": row.used, "created_at": row.created_at, "created_by": row.created_by, "version": row.version});
            let to = to.filter(|_| !taken);
            match &to {
                Some(to) => {
                    let sql = sql!(
                        "update place set town = $1, county = $2, version = version + 1, updated_at = $3, updated_by = $4 where city = $5 and id = $6",
                        to,
                        &county,
                        moving.at,
                        moving.actor.account,
                        moving.city,
                        row.id
                    );
                    tx.run(sql).await?;
                }
                None => {
                    tx.run(sql!("delete from place where city = $1 and id = $2", moving.city, row.id))
                        .await?;
                }
            }
            let action = if to.is_some() { audit::Action::Update } else { audit::Action::Delete };
            trail(tx, moving, action, &row, json!({"town": row.town}), json!({"town": to})).await?;
            put.push(Put { id: row.id, from: row.town, to: to.unwrap_or_default(), before: Some(before) });
        }
        record(tx, moving, Place::TABLE, &put).await?;
    }
    Ok(())
}

async fn trail(
    tx: &mut Tx,
    moving: &Moving<'_>,
    action: audit::Action,
    row: &Place,
    before: Value,
    after: Value,
) -> Result<()> {
    let entry = audit::Entry {
        action,
        subject: Place::TABLE,
        city: row.city.clone(),
        town: after["town"].as_str().unwrap_or(&row.town).to_string(),
        row: Some(row.id),
        title: Some(row.word.clone()),
        before: Some(before),
        after: Some(after),
        reason: Some(moving.reason.clone()),
    };
    audit::record(tx, moving.clock, moving.actor, entry).await
}

pub(super) async fn restore(tx: &mut Tx, moving: &Moving<'_>, rows: Vec<Put>) -> Result<Vec<Uuid>> {
    let mut done = Vec::new();
    for put in rows {
        let was = put.before.unwrap_or_default();
        let text = |name: &str| was[name].as_str().unwrap_or_default().to_string();
        let created = |name: &str| serde_json::from_value(was[name].clone()).ok();
        let row = Place {
            city: moving.city.to_string(),
            id: put.id,
            town: text("town"),
            county: text("county"),
            word: text("word"),
            taught_by_name: text("taught_by_name"),
            used: was["used"].as_i64().unwrap_or(1),
            created_at: created("created_at").unwrap_or(moving.at),
            created_by: was["created_by"].as_str().and_then(|id| id.parse().ok()).unwrap_or_default(),
            updated_at: moving.at,
            updated_by: moving.actor.account,
            version: was["version"].as_i64().unwrap_or(1) + 2,
        };
        let touched = if put.to.is_empty() {
            // it was forgotten by the change: taught anew since, the later lesson counts
            tx.run(row.insert().push(" on conflict (city, county, word) do nothing")).await?
        } else {
            let sql = sql!(
                "update place set town = $1, county = $2, version = version + 1, updated_at = $3, updated_by = $4 where city = $5 and id = $6 and town = $7
                 and not exists (select 1 from place other where other.city = $5 and other.county = $2 and other.word = place.word and other.id <> $6)",
                &row.town,
                &row.county,
                moving.at,
                moving.actor.account,
                moving.city,
                put.id,
                &put.to
            );
            tx.run(sql).await?
        };
        if touched == 1 {
            let action = if put.to.is_empty() { audit::Action::Create } else { audit::Action::Update };
            trail(tx, moving, action, &row, json!({"town": put.to}), json!({"town": row.town})).await?;
            done.push(put.id);
        }
    }
    Ok(done)
}
