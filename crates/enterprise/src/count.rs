//! Numbers of enterprises at town grain, kept in the transaction of every write, so that no page counts rows.
//! Wider tiers are sums; [`check`] proves them against a full recount and [`rebuild`] makes them anew.

use std::collections::BTreeMap;

use db::{Db, Exec, FromRow, Result, Sql, Tx, Value, bulk, sql};

use crate::model::Enterprise;

/// Changes of the numbers, gathered over a transaction and applied once, in the order of the key, so that two writers
/// never wait for each other in a ring.
#[derive(Debug, Default)]
pub struct Counter(BTreeMap<(String, String, String, String), i64>);

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
        for (dimension, value) in row.facts() {
            *self
                .0
                .entry((row.city.clone(), row.town.clone(), dimension.into(), value.into()))
                .or_default() += by;
        }
    }

    /// Writes the changes.
    pub async fn apply(self, tx: &mut Tx) -> Result<()> {
        let rows: Vec<Vec<Value>> = self
            .0
            .into_iter()
            .filter(|(_, by)| *by != 0)
            .map(|((city, town, dimension, value), by)| {
                vec![city.into(), town.into(), dimension.into(), value.into(), by.into()]
            })
            .collect();
        bulk(
            tx,
            "enterprise_count",
            &["city", "town", "dimension", "value", "number"],
            rows,
            " on conflict (city, town, dimension, value) do update set number = enterprise_count.number + excluded.number",
        )
        .await?;
        Ok(())
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, FromRow)]
struct Number {
    city: String,
    town: String,
    dimension: String,
    value: String,
    number: i64,
}

/// Every dimension with the SQL of its value, the same as [`Enterprise::facts`].
const DIMENSIONS: &[(&str, &str)] = &[
    ("all", "'all'"),
    ("ownership", "ownership"),
    ("ownership_basis", "ownership_basis"),
    ("sector", "sector"),
    ("size", "coalesce(size, 'unknown')"),
    ("status", "status"),
    ("verification", "verification"),
    ("assignment", "assignment"),
    ("located", "case when longitude is not null and latitude is not null then 'yes' else 'no' end"),
];

fn recount() -> Sql {
    let mut sql = Sql::default();
    for (at, (dimension, value)) in DIMENSIONS.iter().enumerate() {
        sql = sql.push(if at > 0 { " union all " } else { "" }).push(&format!(
            "select city, town, '{dimension}' as dimension, {value} as value, count(*) as number from enterprise where status <> 'merged' group by 1, 2, 4"
        ));
    }
    sql
}

/// One number that is not what a full recount gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// City, town, dimension and value, joined by `/`.
    pub what: String,
    /// The number kept.
    pub kept: i64,
    /// The number counted.
    pub counted: i64,
}

/// Compares the kept numbers with a full recount; empty when all are right.
pub async fn check(db: &Db) -> Result<Vec<Wrong>> {
    let key = |n: &Number| format!("{}/{}/{}/{}", n.city, n.town, n.dimension, n.value);
    let kept: Vec<Number> = db
        .all(sql!("select city, town, dimension, value, number from enterprise_count where number <> 0"))
        .await?;
    let counted: Vec<Number> = db.all(recount()).await?;
    let mut both: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for number in &kept {
        both.entry(key(number)).or_default().0 += number.number;
    }
    for number in &counted {
        both.entry(key(number)).or_default().1 += number.number;
    }
    Ok(both
        .into_iter()
        .filter(|(_, (kept, counted))| kept != counted)
        .map(|(what, (kept, counted))| Wrong { what, kept, counted })
        .collect())
}

/// Makes all numbers anew from the records.
pub async fn rebuild(db: &Db) -> Result<u64> {
    let mut tx = db.begin().await?;
    let counted: Vec<Number> = tx.all(recount()).await?;
    tx.run(sql!("delete from enterprise_count")).await?;
    let rows = counted
        .into_iter()
        .map(|n| vec![n.city.into(), n.town.into(), n.dimension.into(), n.value.into(), n.number.into()])
        .collect();
    let touched =
        bulk(&mut tx, "enterprise_count", &["city", "town", "dimension", "value", "number"], rows, "")
            .await?;
    tx.commit().await?;
    Ok(touched)
}
