//! Database errors, the same on both engines.

/// Result of a statement.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, as callers need to tell it apart.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A row with this key is there already.
    #[error("conflict on {table}: {columns:?}")]
    Conflict {
        /// Table.
        table: String,
        /// Columns of the key, or the constraint's name where the engine tells only that.
        columns: Vec<String>,
    },
    /// The row refers to one that is not there (or is still referred to).
    #[error("a referenced row is missing")]
    MissingParent,
    /// A `check` or `not null` was violated.
    #[error("the value is not allowed: {0}")]
    Check(String),
    /// One row was asked for and none is there.
    #[error("no such row")]
    NotFound,
    /// The database is busy or gave up a transaction that may be tried again.
    #[error("the database is busy")]
    Busy,
    /// Anything else.
    #[error(transparent)]
    Other(sqlx::Error),
    /// Migrations could not be applied.
    #[error(transparent)]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The database's address is not understood.
    #[error("{0}")]
    Address(String),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        let database = match &error {
            sqlx::Error::RowNotFound => return Error::NotFound,
            sqlx::Error::PoolTimedOut => return Error::Busy,
            sqlx::Error::Database(database) => database,
            _ => return Error::Other(error),
        };
        let message = database.message().to_string();
        // SQLite says "UNIQUE constraint failed: t.a, t.b" and names no constraint; PostgreSQL names table and constraint
        if database.is_unique_violation() {
            if let Some(list) = message.strip_prefix("UNIQUE constraint failed: ") {
                let columns: Vec<&str> = list.split(", ").collect();
                let table = columns.first().and_then(|c| c.split('.').next()).unwrap_or_default().to_string();
                let columns =
                    columns.iter().filter_map(|c| c.split('.').nth(1)).map(str::to_string).collect();
                return Error::Conflict { table, columns };
            }
            let detail = database
                .try_downcast_ref::<sqlx::postgres::PgDatabaseError>()
                .and_then(|error| error.detail())
                .unwrap_or_default();
            // "Key (city, id)=(4405, …) already exists."
            let columns = detail
                .strip_prefix("Key (")
                .and_then(|rest| rest.split(')').next())
                .map(|list| list.split(", ").map(str::to_string).collect())
                .unwrap_or_else(|| database.constraint().map(str::to_string).into_iter().collect());
            return Error::Conflict { table: database.table().unwrap_or_default().to_string(), columns };
        }
        if database.is_foreign_key_violation() {
            return Error::MissingParent;
        }
        if database.is_check_violation() || message.contains("NOT NULL") || message.contains("not-null") {
            return Error::Check(message);
        }
        match database.code().as_deref() {
            Some("5" | "6" | "261" | "517" | "40001" | "40P01" | "55P03") => Error::Busy,
            _ => Error::Other(error),
        }
    }
}
