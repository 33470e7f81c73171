//! Many rows at once.

use crate::{Engine, Exec, Result, Sql, Tx, Value};

/// Most parameters one statement may have: SQLite's limit is 32,766, PostgreSQL's 65,535.
const MOST_PARAMETERS: usize = 32_000;

/// Inserts many rows with multi-row `values`; `tail` is what follows (`" on conflict … do update …"` or `""`).
/// For more than about 50 rows; answers the number of rows touched.
pub async fn bulk(
    tx: &mut Tx,
    table: &str,
    columns: &[&str],
    rows: Vec<Vec<Value>>,
    tail: &str,
) -> Result<u64> {
    // few distinct sizes, so that the statement cache holds them; a chunk of 100 is within noise of the longest
    let most = (MOST_PARAMETERS / columns.len().max(1)).clamp(1, 400);
    let mut touched = 0;
    let mut rows = rows.into_iter();
    loop {
        let chunk: Vec<Vec<Value>> = rows.by_ref().take(most).collect();
        if chunk.is_empty() {
            return Ok(touched);
        }
        let mut text = format!("insert into {table} ({}) values ", columns.join(", "));
        let mut args = Vec::with_capacity(chunk.len() * columns.len());
        for (at, row) in chunk.into_iter().enumerate() {
            text.push_str(if at > 0 { ", (" } else { "(" });
            for (column, value) in row.into_iter().enumerate() {
                if column > 0 {
                    text.push_str(", ");
                }
                args.push(value);
                // SQLite keeps the names of `$n` in a list that it walks for every one; plain `?` has no name
                match tx.engine() {
                    Engine::Sqlite => text.push('?'),
                    Engine::Postgres => {
                        text.push('$');
                        text.push_str(&args.len().to_string());
                    }
                }
            }
            text.push(')');
        }
        text.push_str(tail);
        touched += tx.run(Sql { text, args }).await?;
    }
}
