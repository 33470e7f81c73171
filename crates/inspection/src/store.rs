//! All SQL of inspections.

use chrono::{DateTime, Utc};
use db::{Exec, FromRow, Result, Sql, Tx, sql};
use kernel::Scope;
use region::Agency;
use uuid::Uuid;

use crate::model::{Card, Deed, Finding, Paper, Photo, Visit};

/// Findings that a visit may have, and documents.
pub const MOST: i64 = 200;

/// A serial number.
#[derive(FromRow)]
struct Serial {
    serial: i64,
}

/// The next number of an agency, a word and a year. The counter's row is held until the transaction ends: a number that was rolled back is
/// given again, and no two transactions are given the same.
///
/// # Errors
/// What the database refuses.
pub async fn next_serial(tx: &mut Tx, city: &str, agency: Uuid, word: &str, year: i64) -> Result<i64> {
    let taken: Serial = tx
        .one(sql!(
            "insert into document_counter (city, agency, word, year, serial) values ($1, $2, $3, $4, 1)
             on conflict (city, agency, word, year) do update set serial = document_counter.serial + 1 returning serial",
            city,
            agency,
            word,
            year
        ))
        .await?;
    Ok(taken.serial)
}

pub(crate) async fn agency(db: impl Exec, city: &str, id: Uuid) -> Result<Option<Agency>> {
    db.optional(Agency::select().push(" where city = ").arg(city).push(" and id = ").arg(id)).await
}

/// Agencies by city and id, for their names.
pub(crate) async fn agencies(db: impl Exec, wanted: &[(&str, Uuid)]) -> Result<Vec<Agency>> {
    db.all(Agency::select().push(" where ").keys("id", wanted.iter().copied())).await
}

/// The agencies that answer for a division itself.
pub(crate) async fn agencies_in(db: impl Exec, region: &str) -> Result<Vec<Agency>> {
    let sql = Agency::select().push(" where city = ").arg(region.get(..4).unwrap_or(region));
    db.all(sql.push(" and town = ").arg(region).push(" order by id limit ").arg(MOST)).await
}

pub(crate) async fn card(db: impl Exec, city: &str, id: Uuid) -> Result<Option<Card>> {
    db.optional(Card::select().push(" where city = ").arg(city).push(" and id = ").arg(id)).await
}

pub(crate) async fn deed(db: impl Exec, city: &str, id: Uuid) -> Result<Option<Deed>> {
    db.optional(Deed::select().push(" where city = ").arg(city).push(" and id = ").arg(id)).await
}

/// The deeds of a town office, the latest first.
pub(crate) async fn deeds(db: impl Exec, city: &str, agency: Uuid) -> Result<Vec<Deed>> {
    let sql = Deed::select().push(" where city = ").arg(city).push(" and agency = ").arg(agency);
    db.all(sql.push(" order by id desc limit ").arg(MOST)).await
}

pub(crate) async fn visit(db: impl Exec, scope: &Scope, city: &str, id: Uuid) -> Result<Visit> {
    let sql = Visit::select().push(" where city = ").arg(city).push(" and id = ").arg(id).push(" and ");
    db.one(sql.scope(scope, "", "enterprise")).await
}

pub(crate) async fn findings(db: impl Exec, city: &str, visit: Uuid) -> Result<Vec<Finding>> {
    let sql = Finding::select().push(" where city = ").arg(city).push(" and visit = ").arg(visit);
    db.all(sql.push(" order by serial limit ").arg(MOST)).await
}

pub(crate) async fn paper(db: impl Exec, scope: &Scope, city: &str, id: Uuid) -> Result<Paper> {
    let sql = Paper::select().push(" where city = ").arg(city).push(" and id = ").arg(id).push(" and ");
    db.one(sql.scope(scope, "", "enterprise")).await
}

pub(crate) async fn papers(db: impl Exec, city: &str, visit: Uuid) -> Result<Vec<Paper>> {
    let sql = Paper::select().push(" where city = ").arg(city).push(" and visit = ").arg(visit);
    db.all(sql.push(" order by id limit ").arg(MOST)).await
}

/// Raises the version of an open visit and holds it until the transaction ends; `false` when it is not open, or not at the version that was
/// read.
pub(crate) async fn raise(
    tx: &mut Tx,
    (city, id, read): (&str, Uuid, Option<i64>),
    (at, by): (DateTime<Utc>, Uuid),
) -> Result<bool> {
    let sql = Sql::new("update visit set version = version + 1, updated_at = ").arg(at);
    let sql = sql.push(", updated_by = ").arg(by).push(" where city = ").arg(city).push(" and id = ").arg(id);
    Ok(tx.run(sql.push(" and state = 'open'").and(" and version = ", read)).await? == 1)
}

/// A finding of a visit.
pub(crate) async fn finding(db: impl Exec, visit: &Visit, id: Uuid) -> Result<Finding> {
    let sql = Finding::select().push(" where city = ").arg(&visit.city).push(" and id = ").arg(id);
    db.one(sql.push(" and visit = ").arg(visit.id)).await
}

/// The photos of a finding, the first one first.
pub(crate) async fn photos(db: impl Exec, finding: &Finding) -> Result<Vec<Photo>> {
    let sql =
        Photo::select().push(" where city = ").arg(&finding.city).push(" and visit = ").arg(finding.visit);
    db.all(sql.push(" and finding = ").arg(finding.id).push(" order by id limit ").arg(MOST)).await
}

/// The photos of a visit, finding by finding.
pub(crate) async fn photos_of(db: impl Exec, visit: &Visit) -> Result<Vec<Photo>> {
    let sql = Photo::select().push(" where city = ").arg(&visit.city).push(" and visit = ").arg(visit.id);
    db.all(sql.push(" order by finding, id limit ").arg(MOST)).await
}

/// Takes out a finding with its photos.
pub(crate) async fn remove(tx: &mut Tx, finding: &Finding) -> Result<()> {
    let sql = sql!(
        "delete from visit_photo where city = $1 and visit = $2 and finding = $3",
        &finding.city,
        finding.visit,
        finding.id
    );
    tx.run(sql).await?;
    tx.run(sql!("delete from visit_finding where city = $1 and id = $2", &finding.city, finding.id)).await?;
    Ok(())
}

/// Visits that are told of each enterprise.
const LAST: i64 = 3;

/// The last visits to some enterprises of a city that the caller may see, the latest first.
///
/// # Errors
/// Where the database fails.
pub async fn last_of(db: impl Exec, city: &str, enterprises: &[Uuid]) -> Result<Vec<Visit>> {
    let sql = Visit::select().push(
        " where city = ",
    ).arg(city).push(" and id in (select id from (select id, row_number() over (partition by enterprise order by id desc) as place from visit where city = ");
    let sql =
        sql.arg(city).push(" and state = 'finished' and ").within("enterprise", enterprises.iter().copied());
    db.all(sql.push(") ranked where place <= ").arg(LAST).push(") order by id desc")).await
}
