//! The program as it runs at an office, on a database of its own: run, started, spoken to over the network, and killed.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use db::testing::{Engine, TestDb};
use http_body_util::BodyExt;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use kernel::{Clock, Role};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{PASSWORD, server::add_person};

/// Where the program is built beside this test.
pub(crate) fn beside() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.parent().and_then(Path::parent).unwrap();
    folder.join(format!("anjian{}", std::env::consts::EXE_SUFFIX))
}

/// The program as it was built beside this test. Cargo builds it for the tests of the crate `server` only.
pub fn program() -> PathBuf {
    let program = beside();
    assert!(program.exists(), "{} is not built: cargo build -p server", program.display());
    program
}

/// A migrated system: database, data folder and the program.
#[derive(Debug)]
pub struct System {
    /// The database, and its address for the program.
    pub test: TestDb,
    /// Holds the data folder and the test's files.
    pub folder: TempDir,
}

impl System {
    /// A new one on that engine.
    pub async fn new(engine: Engine) -> System {
        System { test: db::testing::create(engine).await, folder: TempDir::new().unwrap() }
    }

    /// The program with these arguments, on this database and data folder.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        command
            .args(arguments)
            .env("DATABASE_URL", &self.test.url)
            .env("ANJIAN_DATA", self.folder.path().join("data"))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs the program to its end.
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
    pub fn import(&self, path: &Path, more: &[&str]) -> Value {
        let path = path.to_string_lossy();
        let mut arguments = vec!["import", "enterprises", &path, "--json"];
        arguments.extend(more);
        let output = self.run(&arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

/// A running server; it is killed when dropped.
#[derive(Debug)]
pub struct Program {
    child: Child,
    address: String,
    client: Client<HttpConnector, Body>,
}

/// What a signed-in browser sends along; it outlives the server.
#[derive(Clone, Debug)]
pub struct Session {
    /// The cookie with all that the server said of it.
    pub set: String,
    cookie: String,
    csrf: String,
}

impl System {
    /// Starts the server and waits until it listens.
    pub fn serve(&self) -> Program {
        self.serve_with(&[])
    }

    /// The same, with settings from the environment.
    pub fn serve_with(&self, settings: &[(&str, &str)]) -> Program {
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        command
            .env("ANJIAN_MQTT", "off")
            .envs(settings.iter().copied())
            .env("RUST_LOG", "error")
            .stderr(std::process::Stdio::inherit());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = loop {
            let line = lines.next().expect("the server did not start").unwrap();
            if let Some((_, address)) = line.split_once("安监已启动：") {
                break address.to_string();
            }
        };
        // what it still prints must go somewhere
        std::thread::spawn(move || lines.for_each(drop));
        Program { child, address, client: Client::builder(TokioExecutor::new()).build_http() }
    }

    /// Makes somebody with one role in a division; answers the login. Passwords suffice for administrators.
    pub async fn person(&self, role: Role, region: &str) -> String {
        let login = format!("{}-{region}", role.code());
        let mut tx = self.test.db.begin().await.unwrap();
        account::require_second_factor(&mut tx, &Clock::System, false).await.unwrap();
        tx.commit().await.unwrap();
        add_person(&self.test.db, &Clock::System, &login, role, region, None, None).await;
        login
    }
}

/// `kill -9`.
pub fn kill(pid: u32) {
    let killed = std::process::Command::new("kill").args(["-9", &pid.to_string()]).status().unwrap();
    assert!(killed.success());
}

impl Program {
    /// The process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`, and its end.
    pub fn kill(mut self) {
        drop(self.child.kill());
        self.child.wait().unwrap();
    }

    /// Resident memory at its highest so far, bytes.
    pub fn peak_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
    }

    /// Signs in with the password of all tests.
    pub async fn sign_in(&self, login: &str) -> Session {
        let body = json!({"login": login, "password": PASSWORD}).to_string();
        let request = Request::post(format!("{}/api/session", self.address))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body))
            .unwrap();
        let response = self.client.request(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        let set = response.headers()[header::SET_COOKIE].to_str().unwrap().to_string();
        let cookie = set.split(';').next().unwrap().to_string();
        let session: Value =
            serde_json::from_slice(&response.into_body().collect().await.unwrap().to_bytes()).unwrap();
        Session { set, cookie, csrf: session["csrf"].as_str().unwrap().to_string() }
    }

    /// One request; `None` when no answer came, as from a server that died.
    pub async fn send(
        &self,
        session: &Session,
        method: &str,
        path: &str,
        kind: &str,
        body: impl Into<Body>,
        key: Option<&str>,
    ) -> Option<(StatusCode, Value)> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.address))
            .header(header::CONTENT_TYPE, kind)
            .header(header::COOKIE, &session.cookie)
            .header("x-csrf-token", &session.csrf);
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let response = self.client.request(request.body(body.into()).unwrap()).await.ok()?;
        let status = response.status();
        let bytes = response.into_body().collect().await.ok()?.to_bytes();
        Some((status, serde_json::from_slice(&bytes).unwrap_or(Value::Null)))
    }

    /// One request with a JSON body.
    pub async fn post(
        &self,
        session: &Session,
        path: &str,
        body: &Value,
        key: Option<&str>,
    ) -> Option<(StatusCode, Value)> {
        self.send(session, "POST", path, "application/json", body.to_string(), key).await
    }

    /// Reads; JSON, or null.
    pub async fn get(&self, session: &Session, path: &str) -> Value {
        self.send(session, "GET", path, "application/json", Body::empty(), None).await.unwrap().1
    }

    /// Uploads a file as the browser's form does.
    pub async fn upload(&self, session: &Session, path: &str, file: &[u8]) -> Option<(StatusCode, Value)> {
        let mut body =
            b"--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"list\"\r\n\r\n".to_vec();
        body.extend_from_slice(file);
        body.extend_from_slice(b"\r\n--edge--\r\n");
        self.send(session, "POST", path, "multipart/form-data; boundary=edge", body, None).await
    }

    /// Waits for the job's end.
    pub async fn end_of(&self, session: &Session, asked: &Value) -> Value {
        let path = format!("/api/jobs/{}", asked["job"].as_str().unwrap());
        for _ in 0..1_200 {
            let job = self.get(session, &path).await;
            if !job["ended_at"].is_null() {
                return job;
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        panic!("the job never ended");
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Runs a test body once for each engine, on a [`System`] of its own.
#[macro_export]
macro_rules! on_both_engines {
    ($(async fn $name:ident($system:ident: $kind:ty) $body:block)*) => {$(
        mod $name {
            use super::*;
            async fn body($system: $kind) {
                $body
                $system.test.remove().await;
            }
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                body(<$kind>::new(db::testing::Engine::Sqlite).await).await;
            }
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                body(<$kind>::new(db::testing::Engine::Postgres).await).await;
            }
        }
    )*};
}
