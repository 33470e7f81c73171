//! The program as it runs at an office: started, spoken to over the network, and killed.

use std::{
    io::{BufRead, BufReader},
    process::Child,
};

use account::{Account, NewAccount, NewGrant, create, grant};
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use db::Exec;
use http_body_util::BodyExt;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use kernel::{Actor, Clock, RegionCode, Role};
use serde_json::{Value, json};

use crate::support::System;

/// A running server.
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

const PASSWORD: &str = "Ba-Duo-Shan-3";

impl System {
    /// Starts the server and waits until it listens.
    pub fn serve(&self) -> Program {
        self.serve_with(&[])
    }

    /// The same, with settings from the environment.
    pub fn serve_with(&self, settings: &[(&str, &str)]) -> Program {
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        command
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

    /// Makes a clerk of the division; answers the login.
    pub async fn clerk(&self, region: &str) -> String {
        let (clock, system) = (Clock::System, Actor::system("测试"));
        let region = RegionCode::parse(region).unwrap();
        let login = format!("clerk-{region}");
        let mut tx = self.test.db.begin().await.unwrap();
        let new = NewAccount {
            login: login.clone(),
            name: "文员甲".into(),
            kind: "officer",
            region: region.clone(),
            enterprise: None,
        };
        let (id, _) = create(&mut tx, &clock, &system, new, Some(PASSWORD.into())).await.unwrap();
        let account: Account = tx.one(Account::select().push(" where id = ").arg(id)).await.unwrap();
        let valid_from = clock.today();
        let new =
            NewGrant { role: Role::Clerk, region, sectors: None, valid_from, valid_to: None, document: None };
        grant(&mut tx, &clock, &system, &account, new).await.unwrap();
        tx.commit().await.unwrap();
        login
    }
}

/// `kill -9`.
pub fn kill(pid: u32) {
    let killed = std::process::Command::new("kill").args(["-9", &pid.to_string()]).status().unwrap();
    assert!(killed.success());
}

impl Program {
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

    pub async fn post(
        &self,
        session: &Session,
        path: &str,
        body: &Value,
        key: Option<&str>,
    ) -> Option<(StatusCode, Value)> {
        self.send(session, "POST", path, "application/json", body.to_string(), key).await
    }

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
