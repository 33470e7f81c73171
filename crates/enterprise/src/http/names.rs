//! The names of what a record points at: its agency, its officer, its cluster.

use std::collections::{BTreeMap, BTreeSet};

use db::{Db, Exec, FromRow, Result, Sql};
use futures::future::try_join_all;
use serde_json::Value;
use uuid::Uuid;

/// Columns that point at something named, the table it is in, and the property that holds the name.
const POINTERS: &[(&str, &str, &str)] = &[
    ("agency", "agency", "agency_name"),
    ("officer", "account", "officer_name"),
    ("cluster", "cluster", "cluster_name"),
];

/// Whether a column points at something named.
pub(super) fn is_pointer(column: &str) -> bool {
    POINTERS.iter().any(|(own, _, _)| *own == column)
}

/// The column behind a property: of a name, what the record points at.
pub(crate) fn column_of(property: &str) -> &str {
    POINTERS.iter().find(|(_, _, own)| *own == property).map_or(property, |(column, ..)| column)
}

#[derive(FromRow)]
struct Named {
    id: Uuid,
    name: String,
}

fn id_of(value: &Value) -> Option<Uuid> {
    value.as_str().and_then(|text| text.parse().ok())
}

async fn names(
    db: &Db,
    table: &str,
    cities: &BTreeSet<&str>,
    ids: BTreeSet<Uuid>,
) -> Result<BTreeMap<Uuid, String>> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let found: Vec<(Uuid, String)> = if table == "account" {
        account::names(db, &ids.into_iter().collect::<Vec<_>>()).await?
    } else {
        let sql =
            Sql::new(&format!("select id, name from {table} where ")).within("city", cities.iter().copied());
        let rows: Vec<Named> = db.all(sql.push(" and ").within("id", ids)).await?;
        rows.into_iter().map(|row| (row.id, row.name)).collect()
    };
    Ok(found.into_iter().collect())
}

/// Adds the names to records as documents, with one look-up for each kind of name.
pub(crate) async fn add(db: &Db, rows: &mut [Value]) -> Result<()> {
    let cities: BTreeSet<&str> = rows.iter().filter_map(|row| row["city"].as_str()).collect();
    let ids = |column: &str| rows.iter().filter_map(|row| id_of(&row[column])).collect();
    let found = POINTERS.iter().map(|(column, table, _)| names(db, table, &cities, ids(column)));
    let found = try_join_all(found).await?;
    for ((column, _, property), names) in POINTERS.iter().zip(found) {
        for row in rows.iter_mut().filter(|row| row.get(*column).is_some()) {
            let name = id_of(&row[*column]).and_then(|id| names.get(&id));
            if let Value::Object(fields) = row {
                fields
                    .insert((*property).into(), name.map_or(Value::Null, |name| Value::String(name.clone())));
            }
        }
    }
    Ok(())
}

/// In the steps of a record's life, puts the names in the place of what they point at.
pub(super) async fn translate(
    db: &Db,
    city: &str,
    changes: &mut [&mut serde_json::Map<String, Value>],
) -> Result<()> {
    let cities = BTreeSet::from([city]);
    for (column, table, property) in POINTERS {
        let ids = changes.iter().filter_map(|own| own.get(*column).and_then(id_of)).collect();
        let names = names(db, table, &cities, ids).await?;
        for own in changes.iter_mut() {
            if let Some(value) = own.remove(*column) {
                let name =
                    id_of(&value).and_then(|id| names.get(&id)).cloned().map_or(Value::Null, Value::String);
                own.insert((*property).into(), name);
            }
        }
    }
    Ok(())
}
