//! Every statement over the register that a request makes, all within the [`Scope`]: here one record or some, found and written;
//! what narrows a list is `filter` and `narrow`, its pages are `page`, the search box's finds are `hits`, the map's divisions are `places`.

mod filter;
mod hits;
mod narrow;
mod page;
mod places;

use std::collections::BTreeSet;

use db::{Exec, Result, Sql, Tx, bulk};
use kernel::{Actor, Clock, Scope};
use uuid::Uuid;
use web::{Outcome, Problem};

use crate::{derived::Derived, model::Enterprise};
pub use filter::Filter;
pub use hits::{code_range, filtered, hits, of_hits};
pub use narrow::MISSING;
pub use page::{cursor, list, list_with};
pub use places::{Gathered, gathered};

/// The condition that an enterprise is at work, and so owes what every enterprise owes.
pub const AT_WORK: &str =
    " and status not in ('merged', 'deregistered', 'revoked', 'moved_out', 'suspended')";

/// Records by their keys, as far as they are in scope, in no order, without the rows of the files they came from.
pub async fn some(db: impl Exec, scope: &Scope, keys: &[(String, Uuid)]) -> Result<Vec<Enterprise>> {
    some_with(db, scope, keys, None).await
}

async fn some_with(
    db: impl Exec,
    scope: &Scope,
    keys: &[(String, Uuid)],
    wanted: Option<&[&str]>,
) -> Result<Vec<Enterprise>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let sql = listed_with(wanted).push(" where ").within("city", keys.iter().map(|(city, _)| city));
    let sql = sql.push(" and ").within("id", keys.iter().map(|(_, id)| *id)).push(" and ");
    db.all(sql.scope(scope, "", "id").push(" and status <> 'merged'")).await
}

/// The records as lists need them: the row of the file that each came from stays unread, it is long.
pub fn listed() -> Sql {
    listed_with(None)
}

/// The records with the columns that a list shows, if it says which; of the others, those that may be null are left unread.
fn listed_with(wanted: Option<&[&str]>) -> Sql {
    let left: BTreeSet<&str> = match wanted {
        Some(wanted) => Enterprise::nullable().filter(|column| !wanted.contains(column)).collect(),
        None => BTreeSet::from(["original"]),
    };
    // a null of the column's type that nothing is read for
    let column = |own: &&str| match left.contains(own) {
        true => format!("case when false then {own} end as {own}"),
        false => own.to_string(),
    };
    let columns: Vec<String> = Enterprise::COLUMNS.iter().map(column).collect();
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

/// Writes a record back if nobody else did since it was read; answers whether it was written.
pub async fn save(tx: &mut Tx, scope: &Scope, record: &Enterprise, read_version: i64) -> Result<bool> {
    let sql = record
        .update(&["city", "id"])
        .push(" and version = ")
        .arg(read_version)
        .push(" and ")
        .scope(scope, "", "id");
    Ok(tx.run(sql).await? == 1)
}
