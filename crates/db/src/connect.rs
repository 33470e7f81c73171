//! Connections: one writer and many readers on SQLite, a pool on PostgreSQL.

use std::{str::FromStr, time::Duration};

use sqlx::{
    Connection, PgConnection, PgPool, Postgres, Sqlite, SqlitePool, Transaction,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{
    Error, Result,
    unit::{self, Part},
};

/// Which engine is behind a [`Db`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Embedded SQLite.
    Sqlite,
    /// PostgreSQL 15 or later.
    Postgres,
}

/// The database. Cheap to clone.
#[derive(Debug, Clone)]
pub enum Db {
    /// SQLite: one connection writes, several read (WAL).
    Sqlite {
        /// The one writer; whoever holds it is alone.
        writer: SqlitePool,
        /// Read-only connections.
        reader: SqlitePool,
    },
    /// PostgreSQL.
    Postgres(PgPool),
}

/// A transaction. Dropped without [`Tx::commit`], it is undone.
#[derive(Debug)]
pub enum Tx {
    /// On SQLite's one writer.
    Sqlite(Transaction<'static, Sqlite>),
    /// On PostgreSQL.
    Postgres(Transaction<'static, Postgres>),
    /// A part of the [`Unit`](crate::Unit) that the task runs in.
    Part(Part),
}

/// A connection to PostgreSQL that nobody used for so long is asked whether it still stands before it is used again.
const ASK_AFTER: Duration = Duration::from_secs(1);

impl Db {
    /// Opens `sqlite://path` (made if missing) or `postgres://…`.
    pub async fn connect(url: &str) -> Result<Db> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            // statements here are short: compiling one takes longer than running it
            let options =
                PgConnectOptions::from_str(url)?.application_name("anjian").options([("jit", "off")]);
            let pool = PgPoolOptions::new()
                .max_connections(16)
                .acquire_timeout(Duration::from_secs(20))
                // asking a connection whether it still stands takes as long as a short statement
                .test_before_acquire(false)
                .before_acquire(|connection, used| {
                    Box::pin(async move {
                        if used.idle_for > ASK_AFTER {
                            connection.ping().await?;
                        }
                        Ok(true)
                    })
                })
                .connect_with(options)
                .await?;
            return Ok(Db::Postgres(pool));
        }
        if !url.starts_with("sqlite:") {
            return Err(Error::Address(
                "DATABASE_URL 应以 sqlite:// 或 postgres:// 开头，例如 sqlite://data/anjian.db".into(),
            ));
        }
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // an acknowledged write survives a power cut
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(20))
            .pragma("temp_store", "memory")
            .pragma("cache_size", "-8000")
            .statement_cache_capacity(256)
            // the thread that reads hands over the rows of a page without waiting for them to be taken one by one
            .row_buffer_size(500);
        // one writer: waiting for the connection takes the place of "database is locked"
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            // a file does not hang up
            .test_before_acquire(false)
            .acquire_timeout(Duration::from_secs(60))
            // a large write keeps its pages at hand instead of writing them to the log again and again
            .connect_with(options.clone().pragma("cache_size", "-32000"))
            .await?;
        let reader = SqlitePoolOptions::new()
            .max_connections(6)
            .min_connections(1)
            .test_before_acquire(false)
            .acquire_timeout(Duration::from_secs(20))
            .connect_with(options.pragma("query_only", "on"))
            .await?;
        Ok(Db::Sqlite { writer, reader })
    }

    /// Which engine this is.
    pub fn engine(&self) -> Engine {
        match self {
            Db::Sqlite { .. } => Engine::Sqlite,
            Db::Postgres(_) => Engine::Postgres,
        }
    }

    /// Begins a transaction that will write: a part of the unit that the task runs in, or one of its own. On SQLite it
    /// takes the writer at once, so that two writers never deadlock over an upgrade.
    pub async fn begin(&self) -> Result<Tx> {
        match unit::part().await {
            Some(part) => part,
            None => begin(self).await,
        }
    }

    /// Begins a transaction that is alone: it waits until every other that will write has ended, and those that come
    /// wait for its end, so that nothing it has read is out of date when it writes. For the rare change on which all
    /// else stands. On SQLite every writer is alone. Not within a unit, which is one of the others.
    pub async fn begin_alone(&self) -> Result<Tx> {
        match self {
            Db::Sqlite { .. } => begin(self).await,
            Db::Postgres(pool) => Ok(Tx::Postgres(alone(pool).await?)),
        }
    }

    /// Closes all connections, writing SQLite's log back.
    pub async fn close(&self) {
        match self {
            Db::Sqlite { writer, reader } => {
                reader.close().await;
                writer.close().await;
            }
            Db::Postgres(pool) => pool.close().await,
        }
    }
}

pub(crate) async fn begin(db: &Db) -> Result<Tx> {
    Ok(match db {
        Db::Sqlite { writer, .. } => Tx::Sqlite(writer.begin_with("begin immediate").await?),
        Db::Postgres(pool) => Tx::Postgres(shared(pool).await?),
    })
}

/// The lock on PostgreSQL that all who write share, and one who writes alone has for itself.
const GATE: i64 = 8_241_419_421;
/// How long a writer waits for one who is alone. It holds no connection meanwhile, so that readers have them.
const SHARED_TRIES: u32 = 600;
const SHARED_PAUSE: Duration = Duration::from_millis(100);
/// How often one who would be alone queues for it, two seconds each; newcomers wait for those, and go on in the pause.
const ALONE_TRIES: u32 = 240;
const ALONE_PAUSE: Duration = Duration::from_millis(500);

async fn shared(pool: &PgPool) -> Result<Transaction<'static, Postgres>> {
    for _ in 0..SHARED_TRIES {
        let mut tx = pool.begin().await?;
        let statement = sqlx::query_scalar("select pg_try_advisory_xact_lock_shared($1)").bind(GATE);
        if statement.fetch_one(&mut *tx).await? {
            return Ok(tx);
        }
        drop(tx);
        tokio::time::sleep(SHARED_PAUSE).await;
    }
    Err(Error::Busy)
}

async fn alone(pool: &PgPool) -> Result<Transaction<'static, Postgres>> {
    for _ in 0..ALONE_TRIES {
        let mut tx = pool.begin().await?;
        sqlx::query("set local lock_timeout = '2s'").execute(&mut *tx).await?;
        match sqlx::query("select pg_advisory_xact_lock($1)").bind(GATE).execute(&mut *tx).await {
            Ok(_) => {
                sqlx::query("set local lock_timeout to default").execute(&mut *tx).await?;
                return Ok(tx);
            }
            // 55P03: the lock did not come free in time
            Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("55P03") => drop(tx),
            Err(other) => return Err(other.into()),
        }
        tokio::time::sleep(ALONE_PAUSE).await;
    }
    Err(Error::Busy)
}

impl Tx {
    /// Makes everything in it lasting; a part of a unit, once the unit is committed.
    pub async fn commit(self) -> Result<()> {
        match self {
            Tx::Sqlite(tx) => tx.commit().await?,
            Tx::Postgres(tx) => tx.commit().await?,
            Tx::Part(part) => part.commit().await?,
        }
        Ok(())
    }

    /// The connection, where it is one to PostgreSQL.
    pub(crate) fn postgres(&mut self) -> Option<&mut PgConnection> {
        match self {
            Tx::Sqlite(_) => None,
            Tx::Postgres(tx) => Some(&mut *tx),
            Tx::Part(part) => part.tx().ok()?.postgres(),
        }
    }

    /// Which engine this is.
    pub fn engine(&self) -> Engine {
        match self {
            Tx::Sqlite(_) => Engine::Sqlite,
            Tx::Postgres(_) => Engine::Postgres,
            Tx::Part(part) => part.engine(),
        }
    }
}
