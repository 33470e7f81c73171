//! Saved views: their own division, and the one they are narrowed to.

use db::{Exec, Result, Tx, sql};
use region::{Moving, Put, record};
use serde_json::json;
use uuid::Uuid;
use web::Outcome;

use crate::http::SavedView;

pub(super) async fn carry(tx: &mut Tx, moving: &Moving<'_>) -> Outcome<()> {
    let rows: Vec<SavedView> =
        tx.all(SavedView::select().push(" where city = ").arg(moving.city).push(" order by id")).await?;
    let goes = |code: &str| {
        let step = moving.steps.iter().find(|step| code.starts_with(step.from()));
        step.and_then(|step| step.place(code)).unwrap_or_else(|| code.to_string())
    };
    let mut put = Vec::new();
    for row in rows {
        let region = row.query.0["region"].as_str().unwrap_or_default().to_string();
        let (town, narrowed) = (goes(&row.town), goes(&region));
        if town == row.town && narrowed == region {
            continue;
        }
        write_view(tx, moving, &row, &town, &narrowed).await?;
        let before = Some(json!({"was": region, "put": narrowed}));
        put.push(Put { id: row.id, from: row.town, to: town, before });
    }
    Ok(record(tx, moving, SavedView::TABLE, &put).await?)
}

async fn write_view(
    tx: &mut Tx,
    moving: &Moving<'_>,
    row: &SavedView,
    town: &str,
    region: &str,
) -> Result<()> {
    let mut query = row.query.0.clone();
    if !region.is_empty() {
        query["region"] = json!(region);
    }
    tx.run(sql!(
        "update saved_view set town = $1, query = $2, version = version + 1, updated_at = $3, updated_by = $4 where city = $5 and id = $6",
        town,
        query.clone(),
        moving.at,
        moving.actor.account,
        moving.city,
        row.id
    ))
    .await?;
    let entry = audit::Entry {
        action: audit::Action::Update,
        subject: SavedView::TABLE,
        city: row.city.clone(),
        town: town.to_string(),
        row: Some(row.id),
        title: Some(row.name.clone()),
        before: Some(json!({"town": row.town, "query": row.query.0})),
        after: Some(json!({"town": town, "query": query})),
        reason: Some(moving.reason.clone()),
    };
    audit::record(tx, moving.clock, moving.actor, entry).await
}

pub(super) async fn restore(tx: &mut Tx, moving: &Moving<'_>, rows: Vec<Put>) -> Result<Vec<Uuid>> {
    let mut done = Vec::new();
    for put in rows {
        let sql = SavedView::select().push(" where city = ").arg(moving.city).push(" and id = ").arg(put.id);
        let Some(row) = tx.optional::<SavedView>(sql).await? else { continue };
        let kept = put.before.unwrap_or_default();
        let region = row.query.0["region"].as_str().unwrap_or_default();
        if row.town != put.to || Some(region) != kept["put"].as_str() {
            continue;
        }
        write_view(tx, moving, &row, &put.from, kept["was"].as_str().unwrap_or_default()).await?;
        done.push(put.id);
    }
    Ok(done)
}
