//! Running the program on a database of its own.

use std::{
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use db::testing::{Engine, TestDb, create};
use serde_json::Value;
use tempfile::TempDir;

/// A migrated system: database, data folder and the program.
pub struct System {
    pub test: TestDb,
    pub folder: TempDir,
}

impl System {
    pub async fn new(engine: Engine) -> System {
        System { test: create(engine).await, folder: TempDir::new().unwrap() }
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_anjian"));
        command
            .args(arguments)
            .env("DATABASE_URL", &self.test.url)
            .env("ANJIAN_DATA", self.folder.path().join("data"))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Writes a file beside the data.
    pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// Imports with `--json`; the one object it prints.
    pub fn import(&self, path: &std::path::Path, more: &[&str]) -> Value {
        let path = path.to_string_lossy();
        let mut arguments = vec!["import", "enterprises", &path, "--json"];
        arguments.extend(more);
        let output = self.run(&arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

/// Runs a test body once for each engine.
macro_rules! on_both_engines {
    ($(async fn $name:ident($system:ident: System) $body:block)*) => {$(
        mod $name {
            use super::*;
            async fn body($system: System) {
                $body
                $system.test.remove().await;
            }
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                body(System::new(db::testing::Engine::Sqlite).await).await;
            }
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                body(System::new(db::testing::Engine::Postgres).await).await;
            }
        }
    )*};
}
pub(crate) use on_both_engines;
