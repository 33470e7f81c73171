//! Every statement over the register that a request makes, all within the [`Scope`]: here one record or some, found and written;
//! what narrows a list is `filter` and `narrow`, its pages are `page`, its rows `line`, the search box's finds are `hits`, the map's divisions are `places`.

mod filter;
mod hits;
mod line;
mod narrow;
mod page;
mod places;

use db::{Exec, Result, Row, Sql, Tx, bulk};
use kernel::{Actor, Clock, Scope};
use uuid::Uuid;
use web::{Outcome, Problem};

use crate::{derived::Derived, model::Enterprise};
pub use filter::Filter;
pub use hits::{code_range, filtered, hits, of_hits};
pub use line::Line;
pub use narrow::MISSING;
pub use page::{cursor, lines, list};
pub use places::{Gathered, gathered};

/// The condition that an enterprise is at work, and so owes what every enterprise owes.
pub const AT_WORK: &str =
    " and status not in ('merged', 'deregistered', 'revoked', 'moved_out', 'suspended')";

/// Records by their keys, as far as they are in scope, in no order, without the rows of the files they came from.
pub async fn some(db: impl Exec, scope: &Scope, keys: &[(String, Uuid)]) -> Result<Vec<Enterprise>> {
    some_of(db, listed(), scope, keys).await
}

/// The same records as `select` reads them, which ends before its conditions.
async fn some_of<T: Row>(
    db: impl Exec,
    select: Sql,
    scope: &Scope,
    keys: &[(String, Uuid)],
) -> Result<Vec<T>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let sql = select.push(" where ").keys("id", keys.iter().map(|(city, id)| (city.as_str(), *id)));
    let sql = sql.push(" and ");
    db.all(sql.scope(scope, "", "id").push(" and status <> 'merged'")).await
}

/// The records as most need them: the row of the file that each came from stays unread, it is long.
pub fn listed() -> Sql {
    // a null of the column's type that nothing is read for
    let column = |own: &&'static str| match *own {
        "original" => "case when false then original end as original",
        own => own,
    };
    let columns: Vec<&str> = Enterprise::COLUMNS.iter().map(column).collect();
    Sql::new(&format!("select {} from {}", columns.join(", "), Enterprise::TABLE))
}

/// One record in scope for which something new is entered.
///
/// # Errors
/// 409 `enterprise.merged` for one that is part of another: what were entered for it would be lost from sight.
pub async fn standing(db: impl Exec, scope: &Scope, city: &str, id: Uuid) -> Outcome<Enterprise> {
    let record = find(db, scope, city, id).await?;
    not_merged(&record)?;
    Ok(record)
}

/// A record that is part of another one is only read.
pub(crate) fn not_merged(record: &Enterprise) -> Outcome<()> {
    if record.status == "merged" {
        return Err(Problem::conflict(
            "enterprise.merged",
            format!("“{}”已并入另一份档案，不能再办理。请到并入后的档案办理，或先撤销合并。", record.name),
        ));
    }
    Ok(())
}

/// One record in scope.
pub async fn find(db: impl Exec, scope: &Scope, city: &str, id: Uuid) -> Result<Enterprise> {
    db.one(
        Enterprise::select()
            .push(" where city = ")
            .arg(city)
            .push(" and id = ")
            .arg(id)
            .push(" and ")
            .scope(scope, "", "id"),
    )
    .await
}

/// Records of a name, in its form for matching.
pub async fn of_name(db: impl Exec, scope: &Scope, name_key: &str) -> Result<Vec<Enterprise>> {
    let sql = Enterprise::select().push(" where ").scope(scope, "", "id").push(" and name_key = ");
    db.all(sql.arg(name_key).push(" and status <> 'merged' limit 5")).await
}

/// Writes new records with what follows from them and their entries on the trail.
pub async fn insert(
    tx: &mut Tx,
    clock: &Clock,
    actor: &Actor,
    records: &[Enterprise],
    reason: Option<&str>,
) -> Result<()> {
    let mut derived = Derived::default();
    for record in records {
        derived.add(record);
    }
    bulk(tx, Enterprise::TABLE, Enterprise::COLUMNS, records.iter().map(Enterprise::values).collect(), "")
        .await?;
    derived.apply(tx).await?;
    let entries = records.iter().map(|record| {
        record.entry(audit::Action::Create, None, Some(record.first()), reason.map(str::to_string))
    });
    audit::record_many(tx, clock, actor, entries.collect()).await
}

/// Writes what was changed of a record back if nobody else wrote it since `read` was; answers whether it was written.
pub async fn save(tx: &mut Tx, scope: &Scope, read: &Enterprise, record: &Enterprise) -> Result<bool> {
    let sql = record.update_from(read, &["city", "id"]).push(" and version = ").arg(read.version);
    Ok(tx.run(sql.push(" and ").scope(scope, "", "id")).await? == 1)
}
