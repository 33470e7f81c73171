//! Every statement over the records of the archive. All take the [`Scope`], or an enterprise that was found through one.

use chrono::NaiveDate;
use db::{Engine, Exec, FromRow, Json, Result, Sql, Tx};
use kernel::Scope;
use serde_json::Value;
use uuid::Uuid;
use web::{Outcome, Page};

use crate::{
    elsewhere,
    model::{Record, Score},
    score::Brief,
    section::{self, SECTIONS},
};

/// The section whose answers decide what is asked for.
const PROFILE: &str = "risk_profile";

/// One record in scope.
pub async fn find(db: impl Exec, scope: &Scope, city: &str, id: Uuid) -> Result<Record> {
    let sql = Record::select().push(" where city = ").arg(city).push(" and id = ").arg(id);
    db.one(sql.push(" and ").scope(scope, "", "enterprise")).await
}

/// Keeps others from writing to these archives of a city until the transaction ends: a score is reckoned from all records. They are
/// taken in the order of their ids, so that writers never wait for each other in a ring.
pub async fn hold(tx: &mut Tx, city: &str, enterprises: &[Uuid]) -> Result<()> {
    if tx.engine() == Engine::Sqlite {
        // its one writer holds everything
        return Ok(());
    }
    let sql = Sql::new("select id from enterprise where city = ").arg(city).push(" and ");
    let sql = sql.within("id", enterprises.iter().copied()).push(" order by id for no key update");
    tx.run(sql).await.map(drop)
}

/// What completeness reads of some enterprises of a city: their records, and what is kept elsewhere.
pub async fn briefs(tx: &mut Tx, city: &str, enterprises: &[Uuid]) -> Result<Vec<(Uuid, Brief)>> {
    let mut briefs = of_records(&mut *tx, city, enterprises).await?;
    briefs.extend(elsewhere::told(&mut *tx, city, enterprises, None).await?);
    Ok(briefs)
}

/// What completeness reads of the records of some enterprises of a city.
pub async fn of_records(db: impl Exec, city: &str, enterprises: &[Uuid]) -> Result<Vec<(Uuid, Brief)>> {
    #[derive(FromRow)]
    struct Row {
        enterprise: Uuid,
        section: String,
        state: String,
        expires_on: Option<NaiveDate>,
        fields: Option<Json<Value>>,
    }
    // the values of sections in which completeness reads them
    let read = SECTIONS.iter().filter(|own| own.code == PROFILE || own.warns()).map(|own| own.code);
    let sql = Sql::new("select enterprise, section, state, expires_on, case when ").within("section", read);
    let sql = sql
        .push(" then fields end as fields from record where city = ")
        .arg(city)
        .push(" and ")
        .within("enterprise", enterprises.iter().copied());
    let rows: Vec<Row> = db.all(sql.push(" and state not in ('replaced', 'removed')")).await?;
    let brief = |row: Row| {
        let fields = row.fields.map(|json| json.0);
        let said = section::find(&row.section).zip(fields.as_ref());
        let warnings = said.map_or(0, |(section, fields)| section.warnings(fields).len());
        let profile = fields.filter(|_| row.section == PROFILE);
        let brief =
            Brief { section: row.section, state: row.state, expires_on: row.expires_on, profile, warnings };
        (row.enterprise, brief)
    };
    Ok(rows.into_iter().map(brief).collect())
}

/// A page of the records of an enterprise's section, the latest first; those replaced or removed only where `all`.
pub async fn page(
    db: &db::Db,
    (city, enterprise): (&str, Uuid),
    section: &str,
    all: bool,
    page: &Page,
) -> Outcome<web::List<Record>> {
    let sql = Record::select().push(" where city = ").arg(city).push(" and enterprise = ").arg(enterprise);
    let sql = sql.push(" and section = ").arg(section);
    let sql = if all { sql } else { sql.push(" and state not in ('replaced', 'removed')") };
    page.latest(db, sql, |row: &Record| row.id).await
}

/// Every record of an enterprise that counts, in the order of making: for the printed archive.
pub async fn live(db: impl Exec, city: &str, enterprise: Uuid) -> Result<Vec<Record>> {
    let sql = Record::select().push(" where city = ").arg(city).push(" and enterprise = ").arg(enterprise);
    db.all(sql.push(" and state not in ('replaced', 'removed') order by section, id")).await
}

/// The one live record of a single section.
pub async fn single(db: impl Exec, city: &str, enterprise: Uuid, section: &str) -> Result<Option<Record>> {
    let sql = Record::select().push(" where city = ").arg(city).push(" and enterprise = ").arg(enterprise);
    let sql = sql.push(" and section = ").arg(section);
    db.optional(sql.push(" and state not in ('replaced', 'removed') order by id limit 1")).await
}

/// Writes a record back if nobody else did since it was read; answers whether it was written.
pub async fn save(tx: &mut Tx, scope: &Scope, record: &Record, read_version: i64) -> Result<bool> {
    let sql = record.update(&["city", "id"]).push(" and version = ").arg(read_version).push(" and ");
    Ok(tx.run(sql.scope(scope, "", "enterprise")).await? == 1)
}

/// The scores of some enterprises of a city, as they are kept.
pub async fn scores(db: impl Exec, city: &str, enterprises: &[Uuid]) -> Result<Vec<Score>> {
    let sql = Score::select().push(" where city = ").arg(city).push(" and ");
    db.all(sql.within("id", enterprises.iter().copied())).await
}

/// What a list of archives or papers can be narrowed by.
fn narrowed(mut sql: Sql, filters: &[(&str, Option<&str>)]) -> Sql {
    for (column, values) in filters {
        if let Some(values) = values.filter(|values| !values.is_empty()) {
            sql = sql.push(" and ").within(column, values.split(','));
        }
    }
    sql
}

/// A page of the archives of an area in the order of their divisions.
pub async fn archives(
    db: &db::Db,
    scope: &Scope,
    filters: &[(&str, Option<&str>)],
    page: &Page,
) -> Outcome<web::List<Score>> {
    let sql = narrowed(Score::select().push(" where ").scope(scope, "", "id"), filters);
    page.by_town(db, sql, |row: &Score| (row.town.as_str(), row.id)).await
}
