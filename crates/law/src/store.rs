//! A city's own rows. They are few; the ones of a place are read at once and laid over the shipped tables.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use db::{Exec, Json, Result, Tx};
use kernel::Scope;
use rules::Law;
use uuid::Uuid;
use web::{Outcome, Problem};

/// Local rows of one table that a city may have at most; far more than any rule needs.
pub const MOST: i64 = 2000;

db::table! {
    /// A row that an administrator laid over a national table.
    pub struct LocalRow in "law_row" {
        /// City, 4 digits.
        pub city: String,
        /// Id.
        pub id: Uuid,
        /// Division it counts in.
        pub town: String,
        /// Table of the crate `rules`.
        pub table_name: String,
        /// Cells by column; `source`, `region`, `valid_from`, `valid_to`, `certainty` and `note` are among them.
        pub cells: Json<serde_json::Value>,
        /// First day.
        pub valid_from: NaiveDate,
        /// Last day; open without one.
        pub valid_to: Option<NaiveDate>,
        /// Withdrawn: it never counted.
        pub withdrawn: bool,
        /// When made, UTC.
        pub created_at: DateTime<Utc>,
        /// By whom.
        pub created_by: Uuid,
        /// Name then.
        pub created_by_name: String,
        /// When changed, UTC.
        pub updated_at: DateTime<Utc>,
        /// By whom.
        pub updated_by: Uuid,
        /// Optimistic lock.
        pub version: i64,
    }
}

impl LocalRow {
    /// The cell of that column; empty where there is none.
    pub fn cell(&self, column: &str) -> &str {
        self.cells.0.get(column).and_then(serde_json::Value::as_str).unwrap_or_default()
    }

    /// All cells by column.
    pub fn cells(&self) -> BTreeMap<String, String> {
        let cells = self.cells.0.as_object().into_iter().flatten();
        cells.filter_map(|(column, cell)| Some((column.clone(), cell.as_str()?.to_string()))).collect()
    }
}

/// The rows of a city, of one table or of all, the latest first.
pub async fn of_city(db: impl Exec, city: &str, table: Option<&str>) -> Result<Vec<LocalRow>> {
    let sql = LocalRow::select().push(" where city = ").arg(city).and(" and table_name = ", table);
    db.all(sql.push(" order by id desc limit ").arg(MOST)).await
}

/// One row within the scope.
pub async fn find(tx: &mut Tx, scope: &Scope, city: &str, id: Uuid) -> Result<LocalRow> {
    let sql = LocalRow::select().push(" where city = ").arg(city).push(" and id = ").arg(id);
    tx.one(sql.push(" and ").area(scope, "")).await
}

/// The law of a place: the shipped tables with the rows of its city over them.
pub async fn in_force(db: impl Exec, region: &str) -> Outcome<Law> {
    let Some(city) = region.get(..4) else { return Ok(Law::default()) };
    let mut rows = of_city(db, city, None).await?;
    // the earlier made first: of two that count on one day the later made wins
    rows.reverse();
    let rows = rows.into_iter().filter(|row| !row.withdrawn);
    Law::with(rows.map(|row| (row.table_name.clone(), row.cells()))).map_err(Problem::internal)
}
