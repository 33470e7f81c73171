//! Numbers of enterprises at town grain, kept in the transaction of every write, so that no page counts rows.
//! Wider tiers are sums; [`check`] proves them against a full recount and [`rebuild`] makes them anew.

use std::collections::BTreeMap;

use db::{Db, Exec, Result, Sql, Tx, Value, Wrong, bulk, sql};

use crate::model::Enterprise;

/// Changes of the numbers, gathered over a transaction and applied once, in the order of the key, so that two writers
/// never wait for each other in a ring.
#[derive(Debug, Default)]
pub struct Counter(BTreeMap<(String, String, String, String, String), i64>);

impl Counter {
    /// A record came to be.
    pub fn add(&mut self, row: &Enterprise) {
        self.shift(row, 1);
    }

    /// A record is about to change or go.
    pub fn remove(&mut self, row: &Enterprise) {
        self.shift(row, -1);
    }

    fn shift(&mut self, row: &Enterprise, by: i64) {
        let facts = row.facts();
        if !facts.is_empty() {
            let every = facts.iter().map(|(_, value)| *value).collect::<Vec<_>>().join("|");
            self.many(&row.city, &row.town, &every, by);
        }
    }

    /// Shifts everything that records of a combination count in.
    pub fn many(&mut self, city: &str, town: &str, combination: &str, by: i64) {
        let mut sector = "";
        let mut shift = |dimension: &str, value: &str, sector: &str| {
            let key = (city.into(), town.into(), dimension.into(), value.into(), sector.into());
            *self.0.entry(key).or_default() += by;
        };
        for ((dimension, _), value) in DIMENSIONS.iter().zip(combination.split('|')) {
            shift(dimension, value, "");
            if *dimension == "sector" {
                sector = value;
            }
        }
        shift("all", "all", "");
        shift(COMBINATION, combination, sector);
    }

    /// Writes the changes.
    pub async fn apply(self, tx: &mut Tx) -> Result<()> {
        let rows: Vec<Vec<Value>> = self
            .0
            .into_iter()
            .filter(|(_, by)| *by != 0)
            .map(|((city, town, dimension, value, sector), by)| {
                vec![city.into(), town.into(), dimension.into(), value.into(), by.into(), sector.into()]
            })
            .collect();
        bulk(
            tx,
            "enterprise_count",
            COLUMNS,
            rows,
            " on conflict (city, dimension, town, value) do update set number = enterprise_count.number + excluded.number",
        )
        .await?;
        Ok(())
    }
}

/// What is counted and filtered by, with the SQL of each value: the same as [`Enterprise::facts`], in its order.
pub const DIMENSIONS: &[(&str, &str)] = &[
    ("status", "status"),
    ("ownership", "ownership"),
    ("ownership_basis", "ownership_basis"),
    ("sector", "sector"),
    ("size", "coalesce(size, 'unknown')"),
    ("verification", "verification"),
    ("assignment", "assignment"),
    ("located", "case when longitude is not null and latitude is not null then 'yes' else 'no' end"),
];

/// The dimension of all dimensions at once; its values are those of [`DIMENSIONS`] in order, joined by `|`.
pub const COMBINATION: &str = "combination";

/// The SQL of a record's combination.
pub fn combination() -> String {
    DIMENSIONS.iter().map(|(_, value)| *value).collect::<Vec<_>>().join(" || '|' || ")
}

const COLUMNS: &[&str] = &["city", "town", "dimension", "value", "number", "sector"];

/// Every number as the records give it, in the order of [`COLUMNS`].
fn counted() -> Sql {
    let every = combination();
    let dimensions = DIMENSIONS.iter().map(|(name, value)| (*name, *value, "''"));
    let rest = [("all", "'all'", "''"), (COMBINATION, every.as_str(), "sector")];
    let parts: Vec<String> = dimensions
        .chain(rest)
        .map(|(dimension, value, sector)| {
            format!("select city, town, '{dimension}' as dimension, {value} as value, count(*) as number, {sector} as sector from enterprise where status <> 'merged' group by 1, 2, 4, 6")
        })
        .collect();
    Sql::new(&parts.join(" union all "))
}

/// Which number it is, as [`Wrong`] tells it.
pub(crate) const WHAT: &str =
    "dimension || '/' || value || case when sector = '' then '' else '/' || sector end as what";

/// Compares the kept numbers with a full recount; empty when all are right.
pub async fn check(db: &Db) -> Result<Vec<Wrong>> {
    let kept = Sql::new(&format!("select town, {WHAT}, number from enterprise_count"));
    let all = Sql::new(&format!("select town, {WHAT}, number from (")).append(counted()).push(") own");
    db::recount(db, kept, all).await
}

/// Makes all numbers anew from the records, while nobody writes any.
pub async fn rebuild(db: &Db) -> Result<u64> {
    let mut tx = db.begin_alone().await?;
    tx.run(sql!("delete from enterprise_count")).await?;
    tx.run(sql!("delete from enterprise_summary")).await?;
    let sql = Sql::new(&format!("insert into enterprise_count ({}) ", COLUMNS.join(", ")));
    let made = tx.run(sql.append(counted())).await?;
    tx.commit().await?;
    crate::summary::rebuild(db).await?;
    Ok(made)
}
