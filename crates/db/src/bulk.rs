//! Many rows at once.

use std::{fmt::Write as _, mem::discriminant};

use chrono::SecondsFormat;
use sqlx::{
    Arguments, AssertSqlSafe, PgConnection,
    postgres::{PgArguments, PgCopyIn},
    types::Json,
};

use crate::{Engine, Error, Exec, Result, Sql, Tx, Value};

/// Most parameters one statement may have: SQLite's limit is 32,766, PostgreSQL's 65,535.
const MOST_PARAMETERS: usize = 32_000;

/// From so many rows on, PostgreSQL takes them by COPY or as arrays; for fewer it is not worth while.
const COPY_FROM: usize = 50;
/// Rows that PostgreSQL takes as arrays in one statement.
const IN_ARRAYS: usize = 2_000;
/// Bytes sent to PostgreSQL at a time.
const PIECE: usize = 1 << 17;

/// Inserts many rows; `tail` is what follows (`" on conflict … do update …"` or `""`). For more than about 50 rows;
/// answers the number of rows touched. With multi-row `values`; on PostgreSQL by COPY where nothing follows, and as one
/// array a column where something does.
pub async fn bulk(
    tx: &mut Tx,
    table: &str,
    columns: &[&str],
    rows: Vec<Vec<Value>>,
    tail: &str,
) -> Result<u64> {
    if rows.len() >= COPY_FROM
        && let Some(connection) = tx.postgres()
    {
        if tail.is_empty() {
            return copy(connection, table, columns, rows).await;
        }
        if alike(&rows) {
            return arrays(connection, table, columns, rows, tail).await;
        }
    }
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

/// Whether all rows have the same kinds of values.
fn alike(rows: &[Vec<Value>]) -> bool {
    let Some(first) = rows.first() else { return true };
    rows.iter().all(|row| row.iter().map(discriminant).eq(first.iter().map(discriminant)))
}

/// One array a column: a statement whose text does not grow with the rows, so that PostgreSQL reads and plans it once.
async fn arrays(
    connection: &mut PgConnection,
    table: &str,
    columns: &[&str],
    rows: Vec<Vec<Value>>,
    tail: &str,
) -> Result<u64> {
    let mut touched = 0;
    let mut rows = rows.into_iter();
    loop {
        let mut turned: Vec<Vec<Value>> = columns.iter().map(|_| Vec::new()).collect();
        for row in rows.by_ref().take(IN_ARRAYS) {
            turned.iter_mut().zip(row).for_each(|(column, value)| column.push(value));
        }
        if turned.iter().all(Vec::is_empty) {
            return Ok(touched);
        }
        let mut arguments = PgArguments::default();
        let mut given = Vec::with_capacity(columns.len());
        for (at, values) in turned.into_iter().enumerate() {
            let kind =
                array(&mut arguments, values).map_err(|error| Error::Other(sqlx::Error::Encode(error)))?;
            given.push(format!("${}::{kind}[]", at + 1));
        }
        let text = format!(
            "insert into {table} ({}) select * from unnest({}){tail}",
            columns.join(", "),
            given.join(", ")
        );
        let statement = sqlx::query_with(AssertSqlSafe(text), arguments);
        touched += statement.execute(&mut *connection).await?.rows_affected();
    }
}

/// Adds the values of a column, all of one kind, as an array; answers the type of its elements.
fn array(arguments: &mut PgArguments, values: Vec<Value>) -> Result<&'static str, sqlx::error::BoxDynError> {
    macro_rules! of {
        ($kind:ident, $type:literal, $element:expr) => {{
            let own = values.into_iter().map(|value| match value {
                Value::$kind(value) => value.map($element),
                _ => None,
            });
            arguments.add(own.collect::<Vec<_>>())?;
            $type
        }};
    }
    Ok(match values.first() {
        None | Some(Value::Text(_)) => of!(Text, "text", |value| value),
        Some(Value::Int(_)) => of!(Int, "bigint", |value| value),
        Some(Value::Real(_)) => of!(Real, "double precision", |value| value),
        Some(Value::Bool(_)) => of!(Bool, "boolean", |value| value),
        Some(Value::Uuid(_)) => of!(Uuid, "uuid", |value| value),
        Some(Value::Time(_)) => of!(Time, "timestamptz", |value| value),
        Some(Value::Date(_)) => of!(Date, "date", |value| value),
        Some(Value::Json(_)) => of!(Json, "jsonb", Json),
        Some(Value::Bytes(_)) => of!(Bytes, "bytea", |value| value),
    })
}

async fn copy(
    connection: &mut PgConnection,
    table: &str,
    columns: &[&str],
    rows: Vec<Vec<Value>>,
) -> Result<u64> {
    let mut copying = Copying::begin(connection, table, columns).await?;
    for row in rows {
        copying.row(&row, cell).await?;
    }
    copying.finish().await
}

/// Rows on their way into a table by one COPY, sent in pieces.
pub(crate) struct Copying<'a> {
    into: PgCopyIn<&'a mut PgConnection>,
    piece: String,
}

impl<'a> Copying<'a> {
    pub(crate) async fn begin(
        connection: &'a mut PgConnection,
        table: &str,
        columns: &[&str],
    ) -> Result<Copying<'a>> {
        let text = format!("copy {table} ({}) from stdin", columns.join(", "));
        let into = connection.copy_in_raw(&text).await?;
        Ok(Copying { into, piece: String::with_capacity(PIECE + PIECE / 4) })
    }

    /// A row, each of its cells as `write` says it.
    pub(crate) async fn row<T>(&mut self, cells: &[T], write: impl Fn(&mut String, &T)) -> Result<()> {
        for (at, cell) in cells.iter().enumerate() {
            if at > 0 {
                self.piece.push('\t');
            }
            write(&mut self.piece, cell);
        }
        self.piece.push('\n');
        if self.piece.len() >= PIECE {
            self.into.send(self.piece.as_bytes()).await?;
            self.piece.clear();
        }
        Ok(())
    }

    /// The rest of them; answers the number of rows.
    pub(crate) async fn finish(mut self) -> Result<u64> {
        self.into.send(self.piece.as_bytes()).await?;
        Ok(self.into.finish().await?)
    }
}

/// A value in COPY's text format: `\N` for null, a backslash before what would end a cell or a row.
fn cell(out: &mut String, value: &Value) {
    let written = match value {
        Value::Text(Some(text)) => {
            escape(out, text);
            Ok(())
        }
        Value::Int(Some(number)) => write!(out, "{number}"),
        Value::Real(Some(number)) => write!(out, "{number}"),
        Value::Bool(Some(yes)) => out.write_char(if *yes { 't' } else { 'f' }),
        Value::Uuid(Some(id)) => write!(out, "{id}"),
        Value::Time(Some(time)) => out.write_str(&time.to_rfc3339_opts(SecondsFormat::Micros, true)),
        Value::Date(Some(day)) => write!(out, "{day}"),
        Value::Json(Some(json)) => {
            escape(out, &json.to_string());
            Ok(())
        }
        Value::Bytes(Some(bytes)) => {
            out.push_str("\\\\x");
            bytes.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
        }
        _ => out.write_str("\\N"),
    };
    debug_assert!(written.is_ok(), "writing to a text does not fail");
}

/// What would end a cell or a row in COPY's text format, with a backslash before it.
pub(crate) fn escape(out: &mut String, text: &str) {
    for sign in text.chars() {
        match sign {
            '\\' => out.push_str("\\\\"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            sign => out.push(sign),
        }
    }
}
