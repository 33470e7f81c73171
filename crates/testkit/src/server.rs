//! The whole system in the test's own process, spoken to over HTTP without a network.

use std::sync::Arc;

use account::{Account, NewAccount, NewGrant, create, grant};
use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
};
use db::{Db, Exec};
use http_body_util::BodyExt;
use kernel::{Actor, Clock, RegionCode, Role};
use serde_json::{Value, json};
use tower::ServiceExt;
use web::App;

use crate::{PASSWORD, sample::list};

/// The whole system on a test's database, with a data folder of its own.
pub struct Server {
    /// What the handlers get; its database is where a test looks behind the door.
    pub app: App,
    /// Where attachments lie; it goes with the server.
    pub folder: tempfile::TempDir,
    router: Router,
}

/// Somebody at a browser, or a program with a token.
pub struct Client<'a> {
    server: &'a Server,
    cookie: Option<String>,
    csrf: String,
    token: Option<String>,
}

/// An account with one grant.
pub(crate) async fn add_person(
    db: &Db,
    clock: &Clock,
    login: &str,
    role: Role,
    region: &str,
    enterprise: Option<uuid::Uuid>,
    sectors: Option<Vec<String>>,
) {
    let system = Actor::system("测试");
    let region = RegionCode::parse(region).unwrap();
    let kind = match role {
        Role::Enterprise => "enterprise",
        Role::Intermediary => "intermediary",
        _ => "officer",
    };
    let new = NewAccount {
        login: login.to_string(),
        name: format!("{}甲", role.label()),
        kind,
        region: region.clone(),
        enterprise,
    };
    let mut tx = db.begin().await.unwrap();
    let (id, _) = create(&mut tx, clock, &system, new, Some(PASSWORD.into())).await.unwrap();
    let account: Account = tx.one(Account::select().push(" where id = ").arg(id)).await.unwrap();
    let valid_from = clock.today();
    let new = NewGrant { role, region, sectors, valid_from, valid_to: None, document: None };
    grant(&mut tx, clock, &system, &account, new).await.unwrap();
    tx.commit().await.unwrap();
}

impl Server {
    /// By the clock on the wall.
    pub async fn new(db: Db) -> Server {
        Server::at(db, Clock::System).await
    }

    /// With a clock of its own. Passwords suffice for administrators, as in the demonstration city.
    pub async fn at(db: Db, clock: Clock) -> Server {
        let mut tx = db.begin().await.unwrap();
        account::require_second_factor(&mut tx, &clock, false).await.unwrap();
        tx.commit().await.unwrap();
        let folder = tempfile::TempDir::new().unwrap();
        let app = App {
            db,
            clock,
            files: Arc::new(folder.path().join("files")),
            powers: server::powers(),
            progress: web::Progress::default(),
        };
        // this test is a program that draws no pages
        server::draw_with(crate::program::beside());
        let router = server::router(app.clone());
        Server { app, folder, router }
    }

    /// Somebody with one role in one region.
    pub async fn person(&self, role: Role, region: &str, enterprise: Option<uuid::Uuid>) -> Client<'_> {
        self.somebody(role, region, enterprise, None).await
    }

    /// Somebody whose role is limited to sectors.
    pub async fn limited(&self, role: Role, region: &str, sectors: &[&str]) -> Client<'_> {
        let sectors = sectors.iter().map(|sector| (*sector).to_string()).collect();
        self.somebody(role, region, None, Some(sectors)).await
    }

    async fn somebody(
        &self,
        role: Role,
        region: &str,
        enterprise: Option<uuid::Uuid>,
        sectors: Option<Vec<String>>,
    ) -> Client<'_> {
        let mark = if sectors.is_some() { "-limited" } else { "" };
        let login = format!("{}-{region}{mark}", role.code());
        add_person(&self.app.db, &self.app.clock, &login, role, region, enterprise, sectors).await;
        self.sign_in(&login, PASSWORD).await
    }

    /// A browser signed in.
    pub async fn sign_in(&self, login: &str, password: &str) -> Client<'_> {
        let mut client = self.nobody();
        let request = Request::post("/api/session").header(header::CONTENT_TYPE, "application/json");
        let body = json!({"login": login, "password": password}).to_string();
        let response = self.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        let cookie =
            response.headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_string();
        let session: Value =
            serde_json::from_slice(&response.into_body().collect().await.unwrap().to_bytes()).unwrap();
        client.cookie = Some(cookie);
        client.csrf = session["csrf"].as_str().unwrap().to_string();
        client
    }

    /// Workers for the jobs, until they are dropped.
    pub async fn work(&self) -> job::Workers {
        job::start(self.app.clone(), server::kinds(), 2, true).await.unwrap()
    }

    /// A browser in which nobody is signed in.
    pub fn nobody(&self) -> Client<'_> {
        Client { server: self, cookie: None, csrf: String::new(), token: None }
    }

    /// A program with an access token.
    pub fn program(&self, token: &str) -> Client<'_> {
        Client { token: Some(token.to_string()), ..self.nobody() }
    }

    /// The sample list, imported.
    pub async fn register(&self) {
        assert_eq!(self.take(&list()).await.created, 4);
    }

    /// Imports a list of enterprises of Shantou, as CSV.
    pub async fn take(&self, text: &str) -> enterprise::Summary {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("list.csv");
        std::fs::write(&path, text).unwrap();
        let request = enterprise::Request {
            path,
            file_name: "list.csv".into(),
            region: RegionCode::parse("4405").ok(),
        };
        let actor = Actor::system("测试");
        let report = folder.path().join("rejects.xlsx");
        enterprise::import(&self.app.db, &self.app.clock, &actor, request, false, &report, &mut |_, _| true)
            .await
            .unwrap()
    }
}

/// Server-sent events as they come.
pub struct Events {
    body: Body,
    text: String,
}

impl Events {
    /// The data of the next event of that name.
    pub async fn next(&mut self, name: &str) -> Value {
        loop {
            while let Some((event, rest)) = self.text.split_once("\n\n") {
                let data = event.strip_prefix(&format!("event: {name}\ndata: ")).map(str::to_string);
                self.text = rest.to_string();
                if let Some(data) = data {
                    return serde_json::from_str(&data).unwrap();
                }
            }
            let frame = self.body.frame().await.unwrap().unwrap();
            self.text.push_str(std::str::from_utf8(frame.data_ref().unwrap()).unwrap());
        }
    }
}

impl Client<'_> {
    /// One request with a JSON body; the answer's status and JSON (null when it is none).
    pub async fn send(
        &self,
        method: &str,
        path: &str,
        body: Value,
        key: Option<&str>,
    ) -> (StatusCode, Value) {
        let mut request =
            Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, "application/json");
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie).header("x-csrf-token", &self.csrf);
        }
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let response = self
            .server
            .router
            .clone()
            .oneshot(request.body(Body::from(body.to_string())).unwrap())
            .await
            .unwrap();
        assert!(response.headers().contains_key(header::CONTENT_SECURITY_POLICY));
        let status = response.status();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    /// Uploads a file as the browser's form does.
    pub async fn upload(&self, path: &str, file: &[u8]) -> (StatusCode, Value) {
        self.upload_as(path, "list.csv", file, None).await
    }

    /// The same under a name, and with a key for repeats.
    pub async fn upload_as(
        &self,
        path: &str,
        name: &str,
        file: &[u8],
        key: Option<&str>,
    ) -> (StatusCode, Value) {
        let head =
            format!("--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
        let mut body = head.into_bytes();
        body.extend_from_slice(file);
        body.extend_from_slice(b"\r\n--edge--\r\n");
        let mut request = Request::builder()
            .method("POST")
            .uri(path)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge")
            .header(header::COOKIE, self.cookie.as_deref().unwrap_or_default())
            .header("x-csrf-token", &self.csrf);
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let request = request.body(Body::from(body)).unwrap();
        let response = self.server.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    /// Puts bytes as they are.
    pub async fn put_bytes(&self, path: &str, bytes: &[u8]) -> (StatusCode, Value) {
        let request = Request::builder()
            .method("PUT")
            .uri(path)
            .header(header::CONTENT_TYPE, "application/octet-stream")
            .header(header::COOKIE, self.cookie.as_deref().unwrap_or_default())
            .header("x-csrf-token", &self.csrf);
        let request = request.body(Body::from(bytes.to_vec())).unwrap();
        let response = self.server.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    /// The bytes of a file.
    pub async fn bytes(&self, path: &str) -> Vec<u8> {
        let (status, _, bytes) = self.file(path).await;
        assert_eq!(status, StatusCode::OK);
        bytes
    }

    /// A file as it is answered: status, headers, bytes.
    pub async fn file(&self, path: &str) -> (StatusCode, HeaderMap, Vec<u8>) {
        self.file_unless(path, "").await
    }

    /// A file as it is sent to a browser that has the one of this tag.
    pub async fn file_unless(&self, path: &str, tag: &str) -> (StatusCode, HeaderMap, Vec<u8>) {
        let request = Request::builder()
            .uri(path)
            .header(header::COOKIE, self.cookie.as_deref().unwrap_or_default())
            .header(header::IF_NONE_MATCH, tag)
            .body(Body::empty())
            .unwrap();
        let response = self.server.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        (status, headers, response.into_body().collect().await.unwrap().to_bytes().to_vec())
    }

    /// A stream of server-sent events.
    pub async fn events(&self, path: &str) -> (StatusCode, Events) {
        let cookie = self.cookie.as_deref().unwrap_or_default();
        let request =
            Request::builder().uri(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap();
        let response = self.server.router.clone().oneshot(request).await.unwrap();
        (response.status(), Events { body: response.into_body(), text: String::new() })
    }

    /// Reads.
    pub async fn get(&self, path: &str) -> (StatusCode, Value) {
        self.send("GET", path, Value::Null, None).await
    }

    /// The enterprise of that name as the list shows it; null when the person sees none.
    pub async fn named(&self, name: &str) -> Value {
        let (_, page) = self.get("/api/enterprises?limit=200").await;
        page["items"]
            .as_array()
            .unwrap()
            .iter()
            .find(|row| row["name"] == name)
            .cloned()
            .unwrap_or(Value::Null)
    }
}
