//! Bringing a database to the present schema.

use sqlx::{Executor, migrate::Migrator};

use crate::{Db, Result};

/// One tree for both engines.
static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

/// What only PostgreSQL has, repeatable.
pub(crate) const POSTGRES_EXTRAS: &[&str] = &[
    include_str!("../../../migrations-postgres/collation.sql"),
    include_str!("../../../migrations-postgres/search.sql"),
];

/// What only SQLite has, repeatable.
const SQLITE_EXTRAS: &[&str] = &[include_str!("../../../migrations-sqlite/search.sql")];

/// Applies what is missing. Safe to repeat and to run from several processes at once.
pub async fn migrate(db: &Db) -> Result<()> {
    match db {
        Db::Sqlite { writer, .. } => {
            MIGRATIONS.run(writer).await?;
            for extra in SQLITE_EXTRAS {
                writer.execute(*extra).await?;
            }
        }
        Db::Postgres(pool) => {
            MIGRATIONS.run(pool).await?;
            for extra in POSTGRES_EXTRAS {
                pool.execute(*extra).await?;
            }
        }
    }
    Ok(())
}
