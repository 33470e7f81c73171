//! The job that catches up with what changes without a write to the archive: a day passes, the register changes, the law of a place does.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use db::{Exec, FromRow, Sql, Tx, sql};
use enterprise::Enterprise;
use uuid::Uuid;
use web::Outcome;

use super::{ENDED, entries, rescore::rescore_known};
use crate::{model::Score, store};

/// Enterprises looked at by the job in one transaction: few, so that nobody who writes waits long for it.
const CHUNK: i64 = 100;

#[derive(FromRow)]
struct Key {
    city: String,
    id: Uuid,
}

/// What the job does: reckons anew the archives whose enterprise was written since they were reckoned, and those of which a paper ran
/// out or came near its end. Answers how many.
pub async fn catch_up(app: &web::App) -> Outcome<u64> {
    follow_law(app).await?;
    let mut number = 0;
    loop {
        let stale: Vec<Key> = app
            .db
            .all(sql!(
                "select city, id from archive_score where changes_on <= $1 order by changes_on, city, id limit $2",
                app.clock.today(),
                CHUNK
            ))
            .await?;
        if stale.is_empty() {
            break;
        }
        number += of_keys(app, stale, "日期变化").await?;
    }
    Ok(number + follow_register(app).await?)
}

/// What the job noted the last time under that name.
async fn noted<T: serde::de::DeserializeOwned>(app: &web::App, name: &str) -> Outcome<Option<T>> {
    #[derive(FromRow)]
    struct Setting {
        value: db::Json<serde_json::Value>,
    }
    let own: Option<Setting> =
        app.db.optional(sql!("select value from setting where name = $1", name)).await?;
    own.map(|own| serde_json::from_value(own.value.0).map_err(web::Problem::internal)).transpose()
}

/// Notes it for the next time.
async fn note(db: impl Exec, app: &web::App, name: &str, value: serde_json::Value) -> db::Result<()> {
    let sql = sql!(
        "insert into setting (name, value, updated_at, updated_by) values ($1, $2, $3, $4)
         on conflict (name) do update set value = excluded.value, updated_at = excluded.updated_at",
        name,
        db::Json(value),
        app.clock.now(),
        Uuid::nil()
    );
    db.run(sql).await.map(drop)
}

/// The version of each row of local law that the scores were reckoned by.
const LAW_READ: &str = "archive_law_read";

/// Where rows of the local law that say what an archive must hold came to be, changed or ended, the archives there change today.
async fn follow_law(app: &web::App) -> Outcome<()> {
    #[derive(FromRow)]
    struct Own {
        city: String,
        id: Uuid,
        town: String,
        version: i64,
    }
    let sql = sql!(
        "select city, id, town, version from law_row where table_name = $1",
        rules::archive_requirement::TABLE.name
    );
    let rows: Vec<Own> = app.db.all(sql).await?;
    let read: BTreeMap<Uuid, i64> = noted(app, LAW_READ).await?.unwrap_or_default();
    let fresh: Vec<&Own> = rows.iter().filter(|row| read.get(&row.id) != Some(&row.version)).collect();
    if fresh.is_empty() {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    for row in fresh {
        let sql = Sql::new("update archive_score set changes_on = ").arg(app.clock.today());
        let sql = sql.push(" where city = ").arg(&row.city).push(" and ");
        let (from, to) = kernel::RegionCode::parse(&row.town)?.span();
        tx.run(sql.push("town >= ").arg(from).push(" and town < ").arg(to)).await?;
    }
    let now: BTreeMap<Uuid, i64> = rows.iter().map(|row| (row.id, row.version)).collect();
    note(&mut tx, app, LAW_READ, serde_json::json!(now)).await?;
    Ok(tx.commit().await?)
}

/// Up to where the register was read for certain.
const READ_TO: &str = "archive_read_to";

/// A write is seen only once it is committed, which may be long after its time: so far back is read again.
const LATE: TimeDelta = TimeDelta::minutes(30);

async fn follow_register(app: &web::App) -> Outcome<u64> {
    #[derive(FromRow)]
    struct Written {
        city: String,
        id: Uuid,
        updated_at: DateTime<Utc>,
    }
    let read: Option<DateTime<Utc>> = noted(app, READ_TO).await?;
    let (mut at, mut id) = (read.unwrap_or(DateTime::UNIX_EPOCH), Uuid::nil());
    let (began, mut number) = (app.clock.now(), 0);
    loop {
        let sql = Sql::new(
            "select e.city, e.id, e.updated_at from enterprise e
             left join archive_score s on s.city = e.city and s.id = e.id where (e.updated_at, e.id) > (",
        );
        let sql = sql.arg(at).push(", ").arg(id).push(") and case when s.id is null then not ");
        let sql = sql.within("e.status", ENDED).push(" else s.enterprise_version <> e.version end");
        let rows: Vec<Written> =
            app.db.all(sql.push(" order by e.updated_at, e.id limit ").arg(CHUNK)).await?;
        let Some(last) = rows.last().map(|row| (row.updated_at, row.id)) else { break };
        (at, id) = last;
        let keys = rows.into_iter().map(|row| Key { city: row.city, id: row.id }).collect();
        number += of_keys(app, keys, "企业信息变化").await?;
    }
    note(&app.db, app, READ_TO, serde_json::json!(began - LATE)).await?;
    Ok(number)
}

async fn of_keys(app: &web::App, keys: Vec<Key>, why: &str) -> Outcome<u64> {
    let number = keys.len() as u64;
    let mut cities: BTreeMap<String, Vec<Uuid>> = BTreeMap::new();
    for key in keys {
        cities.entry(key.city).or_default().push(key.id);
    }
    for (city, mut ids) in cities {
        ids.sort();
        let law = law::in_force(&app.db, &city).await?;
        let mut tx = app.db.begin().await?;
        store::hold(&mut tx, &city, &ids).await?;
        let sql = Enterprise::select()
            .push(" where city = ")
            .arg(&city)
            .push(" and ")
            .within("id", ids.iter().copied());
        let enterprises: Vec<Enterprise> = tx.all(sql).await?;
        let kept = store::scores(&mut tx, &city, &ids).await?;
        settle(&mut tx, &enterprises, &kept).await?;
        rescore_known(&mut tx, &app.clock, &law, &enterprises, kept, why).await?;
        tx.commit().await?;
    }
    Ok(number)
}

/// Records stand where their enterprise stands, in its sector, and are found under its name.
async fn settle(tx: &mut Tx, enterprises: &[Enterprise], kept: &[Score]) -> db::Result<()> {
    for score in kept.iter().filter(|score| score.records > 0) {
        let Some(own) = enterprises.iter().find(|own| own.id == score.id) else { continue };
        if (&own.town, &own.sector, &own.name) == (&score.town, &score.sector, &score.name) {
            continue;
        }
        let sql = sql!(
            "update record set town = $1, sector = $2 where city = $3 and enterprise = $4",
            &own.town,
            &own.sector,
            &own.city,
            own.id
        );
        tx.run(sql).await?;
        let sql = sql!(
            "update attachment set town = $1, sector = $2 where city = $3 and enterprise = $4",
            &own.town,
            &own.sector,
            &own.city,
            own.id
        );
        tx.run(sql).await?;
        let records = store::live(&mut *tx, &own.city, own.id).await?;
        let entries = entries(tx, &records.iter().collect::<Vec<_>>(), &own.name).await?;
        search::write(tx, &entries).await?;
    }
    Ok(())
}
