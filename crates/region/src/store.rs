//! Reading the city's own changes from the database and laying them over the shipped tables.

use std::{collections::BTreeMap, time::Duration};

use chrono::NaiveDate;
use db::{Db, Exec, FromRow, Result, Tx, sql};
use serde_json::json;
use uuid::Uuid;
use web::App;

use crate::{
    divisions::{self, Overlay, intern, keep},
    model::{AliasRow, RegionRow},
};

/// Name of the setting that says which state the map is in.
const STATE: &str = "region_map";
/// How often another process's change is looked for.
const FOLLOW: Duration = Duration::from_secs(2);

#[derive(FromRow)]
struct State {
    value: db::Json<serde_json::Value>,
}

async fn state(db: impl Exec) -> Result<Option<String>> {
    let found: Option<State> = db.optional(sql!("select value from setting where name = $1", STATE)).await?;
    Ok(found.map(|state| state.value.0.to_string()))
}

/// The city (4 digits) that the first start was made for.
pub async fn configured_city(db: &Db) -> Result<Option<String>> {
    let found: Option<State> = db.optional(sql!("select value from setting where name = 'city'")).await?;
    Ok(found.and_then(|state| state.value.0.as_str().map(str::to_string)))
}

/// Notes within the transaction of a change that the map is another one.
pub(crate) async fn changed(tx: &mut Tx, at: chrono::DateTime<chrono::Utc>, by: Uuid) -> Result<()> {
    tx.run(sql!(
        "insert into setting (name, value, updated_at, updated_by) values ($1, $2, $3, $4)
         on conflict (name) do update set value = excluded.value, updated_at = excluded.updated_at, updated_by = excluded.updated_by",
        STATE,
        json!(Uuid::now_v7()),
        at,
        by
    ))
    .await
    .map(drop)
}

/// Reads the map anew if it changed since it was last read.
pub async fn refresh(db: &Db) -> Result<()> {
    let state = state(db).await?;
    let known = divisions::overlay().and_then(|own| own.state.clone());
    if state == known {
        return Ok(());
    }
    let (rows, aliases) = (db.all(rows()).await?, db.all(AliasRow::select()).await?);
    divisions::lay(overlay(rows, &aliases, state));
    Ok(())
}

/// Commits a change with the map that it makes already laid: whoever sees the change done sees the divisions as they now are.
pub(crate) async fn commit(mut tx: Tx, db: &Db) -> Result<()> {
    let state = state(&mut tx).await?;
    let (rows, aliases) = (tx.all(rows()).await?, tx.all(AliasRow::select()).await?);
    divisions::lay(overlay(rows, &aliases, state));
    let committed = tx.commit().await;
    if committed.is_err() {
        refresh(db).await?;
    }
    committed
}

/// A handful of rows for each change, a thousand where a city loaded its villages.
fn rows() -> db::Sql {
    RegionRow::select().push(" order by code, valid_from")
}

fn overlay(rows: Vec<RegionRow>, aliases: &[AliasRow], state: Option<String>) -> Overlay {
    let mut changed: BTreeMap<String, Option<&'static divisions::Division>> = BTreeMap::new();
    for row in rows {
        let now = row.valid_to.is_none().then(|| intern(&row.code, &row.name));
        changed.insert(row.code, now);
    }
    let aliases = aliases.iter().map(|row| (keep(&row.alias), keep(&row.code))).collect();
    Overlay { changed, aliases, state }
}

/// Keeps the map of this process the one of the database, for as long as it runs.
pub async fn follow(app: App) {
    loop {
        tokio::time::sleep(FOLLOW).await;
        if let Err(error) = refresh(&app.db).await {
            tracing::error!(%error, "reading the map of divisions failed");
        }
    }
}

/// The database's spans of a code, the earliest first.
pub(crate) async fn spans(db: impl Exec, code: &str) -> Result<Vec<RegionRow>> {
    db.all(RegionRow::select().push(" where code = ").arg(code).push(" order by valid_from")).await
}

/// Puts the spans of a code in place of those there are.
pub(crate) async fn set_spans(tx: &mut Tx, code: &str, spans: &[RegionRow]) -> Result<()> {
    tx.run(sql!("delete from region where code = $1", code)).await?;
    db::bulk(tx, RegionRow::TABLE, RegionRow::COLUMNS, spans.iter().map(RegionRow::values).collect(), "")
        .await
        .map(drop)
}

/// The day written where the beginning is not known.
pub(crate) fn founding() -> NaiveDate {
    NaiveDate::from_ymd_opt(1949, 10, 1).unwrap_or_default()
}
