//! Databases for tests: every test has its own, already migrated.
//!
//! PostgreSQL is the cluster that `ANJIAN_TEST_POSTGRES` names (`scripts/with-postgres` starts one and sets it);
//! without it the test fails, it is never skipped.

use std::{future::Future, panic::AssertUnwindSafe, path::PathBuf, time::Duration};

use futures::FutureExt;
use sqlx::{Connection, Executor, PgConnection};
use uuid::Uuid;

pub use crate::Engine;
use crate::{Db, migrate};

/// A database that goes away with the test.
#[derive(Debug)]
pub struct TestDb {
    /// The migrated database.
    pub db: Db,
    /// Its address, for a second process.
    pub url: String,
    folder: Option<PathBuf>,
    server: Option<(String, String)>,
}

/// Makes a migrated database of its own on that engine.
#[expect(clippy::expect_used, reason = "a test that cannot have its database has failed")]
pub async fn create(engine: Engine) -> TestDb {
    let name = format!("anjian_{}", Uuid::now_v7().simple());
    match engine {
        Engine::Sqlite => {
            let folder = std::env::temp_dir().join(&name);
            std::fs::create_dir_all(&folder).expect("a temporary folder");
            let url = format!("sqlite://{}", folder.join("anjian.db").display());
            let db = Db::connect(&url).await.expect("an SQLite file");
            migrate(&db).await.expect("migrations on SQLite");
            TestDb { db, url, folder: Some(folder), server: None }
        }
        Engine::Postgres => {
            let server = std::env::var("ANJIAN_TEST_POSTGRES")
                .expect("ANJIAN_TEST_POSTGRES names no cluster: run the tests through `make test` or scripts/with-postgres");
            let admin = format!("{server}/postgres");
            let mut connection = PgConnection::connect(&admin).await.expect("the test cluster");
            let template = template(&mut connection, &server).await;
            execute(&mut connection, &format!("create database {name} template {template}")).await;
            let url = format!("{server}/{name}");
            let db = Db::connect(&url).await.expect("the test database");
            TestDb { db, url, folder: None, server: Some((admin, name)) }
        }
    }
}

/// The migrated template database, made once for each state of the migrations.
#[expect(clippy::expect_used, reason = "a test that cannot have its database has failed")]
async fn template(connection: &mut PgConnection, server: &str) -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hash = DefaultHasher::new();
    crate::migrate::POSTGRES_EXTRAS.hash(&mut hash);
    for migration in sqlx::migrate!("../../migrations").iter() {
        migration.checksum.hash(&mut hash);
    }
    let name = format!("template_{:016x}", hash.finish());
    execute(connection, "select pg_advisory_lock(4405)").await;
    let there: Option<i32> = sqlx::query_scalar("select 1 from pg_database where datname = $1")
        .bind(&name)
        .fetch_optional(&mut *connection)
        .await
        .expect("the catalogue");
    if there.is_none() {
        let draft = format!("{name}_draft");
        execute(connection, &format!("drop database if exists {draft} with (force)")).await;
        execute(connection, &format!("create database {draft}")).await;
        let db = Db::connect(&format!("{server}/{draft}")).await.expect("the template database");
        migrate(&db).await.expect("migrations on PostgreSQL");
        db.close().await;
        execute(connection, &format!("alter database {draft} rename to {name}")).await;
    }
    execute(connection, "select pg_advisory_unlock(4405)").await;
    name
}

async fn execute(connection: &mut PgConnection, text: &str) {
    let mut tries = 0;
    loop {
        match connection.execute(sqlx::AssertSqlSafe(text.to_string())).await {
            Ok(_) => return,
            // another test is copying the template this moment
            Err(error) if tries < 50 && error.to_string().contains("being accessed") => {
                tries += 1;
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            Err(error) => panic!("{text}: {error}"),
        }
    }
}

impl TestDb {
    /// Drops the database.
    pub async fn remove(self) {
        self.db.close().await;
        if let Some(folder) = self.folder {
            drop(std::fs::remove_dir_all(folder));
        }
        if let Some((admin, name)) = self.server
            && let Ok(mut connection) = PgConnection::connect(&admin).await
        {
            execute(&mut connection, &format!("drop database if exists {name} with (force)")).await;
        }
    }
}

/// Runs a `#[db_test]` body on a database of its own, and removes it whether the body passed or not.
#[expect(clippy::expect_used, reason = "a test without a runtime has failed")]
pub fn run<F, Out>(engine: Engine, body: impl FnOnce(Db) -> F)
where
    F: Future<Output = Out>,
{
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let test = create(engine).await;
        let outcome = AssertUnwindSafe(body(test.db.clone())).catch_unwind().await;
        test.remove().await;
        if let Err(panic) = outcome {
            std::panic::resume_unwind(panic);
        }
    });
}
