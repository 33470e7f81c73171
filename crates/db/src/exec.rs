//! Running statements, in or out of a transaction.

use futures::{StreamExt, future::BoxFuture, stream::BoxStream};
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

/// Something that runs statements: `&Db` (reads go to a reader, writes to the writer) or `&mut Tx`.
pub trait Exec: Send + Sized {
    /// All rows. For lists that have a limit; what grows is read with [`Db::stream`].
    fn all<'a, T: Row + 'a>(self, sql: Sql) -> BoxFuture<'a, Result<Vec<T>>>
    where
        Self: 'a;
    /// The row, if there is one.
    fn optional<'a, T: Row + 'a>(self, sql: Sql) -> BoxFuture<'a, Result<Option<T>>>
    where
        Self: 'a;
    /// The row; [`Error::NotFound`] if there is none.
    fn one<'a, T: Row + 'a>(self, sql: Sql) -> BoxFuture<'a, Result<T>>
    where
        Self: 'a,
    {
        Box::pin(async move { self.optional(sql).await?.ok_or(Error::NotFound) })
    }
    /// Writes; answers the number of rows touched.
    fn run<'a>(self, sql: Sql) -> BoxFuture<'a, Result<u64>>
    where
        Self: 'a;
}

impl Exec for &Db {
    fn all<'a, T: Row + 'a>(self, sql: Sql) -> BoxFuture<'a, Result<Vec<T>>>
    where
        Self: 'a,
    {
        Box::pin(async move {
            if let Some(part) = unit::reading().await {
                return part?.all(sql).await;
            }
            match self {
                Db::Sqlite { reader, .. } => {
                    let (text, arguments) = sqlite(sql)?;
                    Ok(sqlx::query_as_with(text, arguments).fetch_all(reader).await?)
                }
                Db::Postgres(pool) => {
                    let (text, arguments) = postgres(sql)?;
                    Ok(sqlx::query_as_with(text, arguments).fetch_all(pool).await?)
                }
            }
        })
    }

    fn optional<'a, T: Row + 'a>(self, sql: Sql) -> BoxFuture<'a, Result<Option<T>>>
    where
        Self: 'a,
    {
        Box::pin(async move {
            if let Some(part) = unit::reading().await {
                return part?.optional(sql).await;
            }
            match self {
                Db::Sqlite { reader, .. } => {
                    let (text, arguments) = sqlite(sql)?;
                    Ok(sqlx::query_as_with(text, arguments).fetch_optional(reader).await?)
                }
                Db::Postgres(pool) => {
                    let (text, arguments) = postgres(sql)?;
                    Ok(sqlx::query_as_with(text, arguments).fetch_optional(pool).await?)
                }
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
                Db::Sqlite { writer, .. } => {
                    let (text, arguments) = sqlite(sql)?;
                    Ok(sqlx::query_with(text, arguments).execute(writer).await?.rows_affected())
                }
                Db::Postgres(pool) => {
                    let (text, arguments) = postgres(sql)?;
                    Ok(sqlx::query_with(text, arguments).execute(pool).await?.rows_affected())
                }
            }
        })
    }
}

impl Exec for &mut Tx {
    fn all<'a, T: Row + 'a>(self, sql: Sql) -> BoxFuture<'a, Result<Vec<T>>>
    where
        Self: 'a,
    {
        Box::pin(async move {
            match self {
                Tx::Sqlite(tx) => {
                    let (text, arguments) = sqlite(sql)?;
                    Ok(sqlx::query_as_with(text, arguments).fetch_all(&mut **tx).await?)
                }
                Tx::Postgres(tx) => {
                    let (text, arguments) = postgres(sql)?;
                    Ok(sqlx::query_as_with(text, arguments).fetch_all(&mut **tx).await?)
                }
                Tx::Part(part) => part.tx()?.all(sql).await,
            }
        })
    }

    fn optional<'a, T: Row + 'a>(self, sql: Sql) -> BoxFuture<'a, Result<Option<T>>>
    where
        Self: 'a,
    {
        Box::pin(async move {
            match self {
                Tx::Sqlite(tx) => {
                    let (text, arguments) = sqlite(sql)?;
                    Ok(sqlx::query_as_with(text, arguments).fetch_optional(&mut **tx).await?)
                }
                Tx::Postgres(tx) => {
                    let (text, arguments) = postgres(sql)?;
                    Ok(sqlx::query_as_with(text, arguments).fetch_optional(&mut **tx).await?)
                }
                Tx::Part(part) => part.tx()?.optional(sql).await,
            }
        })
    }

    fn run<'a>(self, sql: Sql) -> BoxFuture<'a, Result<u64>>
    where
        Self: 'a,
    {
        Box::pin(async move {
            match self {
                Tx::Sqlite(tx) => {
                    let (text, arguments) = sqlite(sql)?;
                    Ok(sqlx::query_with(text, arguments).execute(&mut **tx).await?.rows_affected())
                }
                Tx::Postgres(tx) => {
                    let (text, arguments) = postgres(sql)?;
                    Ok(sqlx::query_with(text, arguments).execute(&mut **tx).await?.rows_affected())
                }
                Tx::Part(part) => part.tx()?.run(sql).await,
            }
        })
    }
}

impl Db {
    /// Rows one at a time, in constant memory: exports and rebuilds.
    pub fn stream<'a, T: Row + 'a>(&'a self, sql: Sql) -> BoxStream<'a, Result<T>> {
        match self {
            Db::Sqlite { reader, .. } => match sqlite(sql) {
                Ok((text, arguments)) => Box::pin(
                    sqlx::query_as_with(text, arguments).fetch(reader).map(|row| row.map_err(Error::from)),
                ),
                Err(error) => Box::pin(futures::stream::iter([Err(error)])),
            },
            Db::Postgres(pool) => match postgres(sql) {
                Ok((text, arguments)) => Box::pin(
                    sqlx::query_as_with(text, arguments).fetch(pool).map(|row| row.map_err(Error::from)),
                ),
                Err(error) => Box::pin(futures::stream::iter([Err(error)])),
            },
        }
    }
}
