//! Running statements, in or out of a transaction.

use futures::{StreamExt, TryStreamExt, future::BoxFuture, stream::BoxStream};
use sqlx::{
    Arguments, AssertSqlSafe, FromRow,
    postgres::{PgArguments, PgRow},
    sqlite::{SqliteArguments, SqliteRow},
};

use crate::{Db, Error, Result, Sql, Tx, unit, value::add_value};

/// A struct that decodes from a row of either engine; `#[derive(FromRow)]` gives it.
pub trait Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T> Row for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

fn sqlite(sql: Sql) -> Result<(AssertSqlSafe<String>, SqliteArguments)> {
    let mut arguments = SqliteArguments::default();
    for value in sql.args {
        add_value!(arguments, value).map_err(|error| Error::Other(sqlx::Error::Encode(error)))?;
    }
    Ok((AssertSqlSafe(sql.text), arguments))
}

fn postgres(sql: Sql) -> Result<(AssertSqlSafe<String>, PgArguments)> {
    let mut arguments = PgArguments::default();
    for value in sql.args {
        add_value!(arguments, value).map_err(|error| Error::Other(sqlx::Error::Encode(error)))?;
    }
    Ok((AssertSqlSafe(sql.text), arguments))
}

/// A row as it comes from either engine.
#[derive(Debug, Clone, Copy)]
pub enum Read<'r> {
    /// Of SQLite.
    Sqlite(&'r SqliteRow),
    /// Of PostgreSQL.
    Postgres(&'r PgRow),
}

impl Read<'_> {
    fn decode<T: Row>(self) -> Result<T> {
        Ok(match self {
            Read::Sqlite(row) => T::from_row(row)?,
            Read::Postgres(row) => T::from_row(row)?,
        })
    }
}

/// What is done with each row.
pub type Take<'a> = &'a mut (dyn FnMut(Read) -> Result<()> + Send);

/// Something that runs statements: `&Db` (reads go to a reader, writes to the writer) or `&mut Tx`.
///
/// What an engine does for a statement is compiled once, in [`Exec::each`]; of each struct only its decoding.
pub trait Exec: Send + Sized {
    /// Gives each row to `take`, the first of them alone if `first`.
    fn each<'a>(self, sql: Sql, first: bool, take: Take<'a>) -> BoxFuture<'a, Result<()>>
    where
        Self: 'a;
    /// Writes; answers the number of rows touched.
    fn run<'a>(self, sql: Sql) -> BoxFuture<'a, Result<u64>>
    where
        Self: 'a;
    /// All rows. For lists that have a limit; what grows is read with [`Db::stream`].
    fn all<'a, T: Row + 'a>(self, sql: Sql) -> BoxFuture<'a, Result<Vec<T>>>
    where
        Self: 'a,
    {
        Box::pin(async move {
            let mut rows = Vec::new();
            let mut take = |row: Read| {
                rows.push(row.decode()?);
                Ok(())
            };
            self.each(sql, false, &mut take).await?;
            Ok(rows)
        })
    }
    /// The row, if there is one.
    fn optional<'a, T: Row + 'a>(self, sql: Sql) -> BoxFuture<'a, Result<Option<T>>>
    where
        Self: 'a,
    {
        Box::pin(async move {
            let mut found = None;
            let mut take = |row: Read| {
                found = Some(row.decode()?);
                Ok(())
            };
            self.each(sql, true, &mut take).await?;
            Ok(found)
        })
    }
    /// The row; [`Error::NotFound`] if there is none.
    fn one<'a, T: Row + 'a>(self, sql: Sql) -> BoxFuture<'a, Result<T>>
    where
        Self: 'a,
    {
        Box::pin(async move { self.optional(sql).await?.ok_or(Error::NotFound) })
    }
}

/// Reads with an engine's connection or pool.
macro_rules! each {
    ($engine:ident, $encode:ident, $sql:ident, $first:ident, $take:ident, $on:expr) => {{
        let (text, arguments) = $encode($sql)?;
        let query = sqlx::query_with(text, arguments);
        if $first {
            if let Some(row) = query.fetch_optional($on).await? {
                $take(Read::$engine(&row))?;
            }
        } else {
            let mut rows = query.fetch($on);
            while let Some(row) = rows.try_next().await? {
                $take(Read::$engine(&row))?;
            }
        }
        Ok(())
    }};
}

/// Writes with an engine's connection or pool.
macro_rules! run {
    ($encode:ident, $sql:ident, $on:expr) => {{
        let (text, arguments) = $encode($sql)?;
        Ok(sqlx::query_with(text, arguments).execute($on).await?.rows_affected())
    }};
}

impl Exec for &Db {
    fn each<'a>(self, sql: Sql, first: bool, take: Take<'a>) -> BoxFuture<'a, Result<()>>
    where
        Self: 'a,
    {
        Box::pin(async move {
            if let Some(part) = unit::reading().await {
                return part?.each(sql, first, take).await;
            }
            match self {
                Db::Sqlite { reader, .. } => each!(Sqlite, sqlite, sql, first, take, reader),
                Db::Postgres(pool) => each!(Postgres, postgres, sql, first, take, pool),
            }
        })
    }

    fn run<'a>(self, sql: Sql) -> BoxFuture<'a, Result<u64>>
    where
        Self: 'a,
    {
        Box::pin(async move {
            if let Some(tx) = unit::part().await {
                let mut tx = tx?;
                let done = tx.run(sql).await?;
                tx.commit().await?;
                return Ok(done);
            }
            match self {
                Db::Sqlite { writer, .. } => run!(sqlite, sql, writer),
                Db::Postgres(pool) => run!(postgres, sql, pool),
            }
        })
    }
}

impl Exec for &mut Tx {
    fn each<'a>(self, sql: Sql, first: bool, take: Take<'a>) -> BoxFuture<'a, Result<()>>
    where
        Self: 'a,
    {
        Box::pin(async move {
            match self {
                Tx::Sqlite(tx) => each!(Sqlite, sqlite, sql, first, take, &mut **tx),
                Tx::Postgres(tx) => each!(Postgres, postgres, sql, first, take, &mut **tx),
                Tx::Part(part) => part.tx()?.each(sql, first, take).await,
            }
        })
    }

    fn run<'a>(self, sql: Sql) -> BoxFuture<'a, Result<u64>>
    where
        Self: 'a,
    {
        Box::pin(async move {
            match self {
                Tx::Sqlite(tx) => run!(sqlite, sql, &mut **tx),
                Tx::Postgres(tx) => run!(postgres, sql, &mut **tx),
                Tx::Part(part) => part.tx()?.run(sql).await,
            }
        })
    }
}

impl Db {
    /// Rows one at a time, in constant memory: exports and rebuilds.
    pub fn stream<'a, T: Row + 'a>(&'a self, sql: Sql) -> BoxStream<'a, Result<T>> {
        macro_rules! rows {
            ($engine:ident, $encode:ident, $on:expr) => {
                match $encode(sql) {
                    Ok((text, arguments)) => Box::pin(
                        sqlx::query_with(text, arguments).fetch($on).map(|row| Read::$engine(&row?).decode()),
                    ),
                    Err(error) => Box::pin(futures::stream::iter([Err(error)])),
                }
            };
        }
        match self {
            Db::Sqlite { reader, .. } => rows!(Sqlite, sqlite, reader),
            Db::Postgres(pool) => rows!(Postgres, postgres, pool),
        }
    }
}
