//! Numbers that writes keep, against a full recount of what they count.

use crate::{Exec, FromRow, Result, Sql};

/// One number that is not what a full recount gives.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Wrong {
    /// The division it is kept for.
    pub town: String,
    /// Which of its numbers: dimension and value, joined by `/`.
    pub what: String,
    /// The number kept.
    pub kept: i64,
    /// The number counted.
    pub counted: i64,
}

/// Compares kept numbers with counted ones; empty when all are right. Both select `town`, `what` and `number`, and a number
/// that one of them does not have is zero. It is one statement, which sees one moment: it can be asked while others write.
pub async fn recount(db: impl Exec, kept: Sql, counted: Sql) -> Result<Vec<Wrong>> {
    let sql = Sql::new(
        "select town, what, cast(sum(kept) as bigint) as kept, cast(sum(counted) as bigint) as counted from (
           select town, what, number as kept, 0 as counted from (",
    );
    let sql = sql.append(kept).push(") k union all select town, what, 0 as kept, number as counted from (");
    let sql = sql.append(counted).push(") c) n group by town, what having sum(kept) <> sum(counted)");
    db.all(sql.push(" order by town, what")).await
}
