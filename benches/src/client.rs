//! A signed-in client of the running program, over one kept-alive pool of connections.

use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, Method, Request, header},
};
use http_body_util::BodyExt;
use hyper_util::{
    client::legacy::{Client as Pool, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::{Value, json};

/// Somebody at a browser.
#[derive(Clone)]
pub struct Client {
    pool: Pool<HttpConnector, Body>,
    base: String,
    cookie: HeaderValue,
    csrf: HeaderValue,
}

impl Client {
    /// Waits until the program answers anything.
    pub async fn answers(base: &str) -> anyhow::Result<()> {
        let pool: Pool<_, Body> = Pool::builder(TokioExecutor::new()).build(HttpConnector::new());
        let until = Instant::now() + Duration::from_secs(60);
        loop {
            match pool.get(format!("{base}/api/openapi.json").parse()?).await {
                Ok(_) => return Ok(()),
                Err(error) if Instant::now() > until => return Err(error.into()),
                Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
    }

    /// Signs in once the program answers.
    pub async fn sign_in(base: &str, login: &str, password: &str) -> anyhow::Result<Client> {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let pool = Pool::builder(TokioExecutor::new()).build(connector);
        let none = HeaderValue::from_static("");
        let mut client = Client { pool, base: base.to_string(), cookie: none.clone(), csrf: none };
        let body = json!({"login": login, "password": password}).to_string();
        let until = Instant::now() + Duration::from_secs(60);
        let response = loop {
            let request = Request::post(format!("{base}/api/session"))
                .header(header::CONTENT_TYPE, "application/json")
                .body(Body::from(body.clone()))?;
            match client.pool.request(request).await {
                Ok(response) => break response,
                Err(error) if Instant::now() > until => return Err(error.into()),
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        };
        let cookie = response.headers().get(header::SET_COOKIE).context("signing in failed")?.to_str()?;
        client.cookie = HeaderValue::from_str(cookie.split(';').next().unwrap_or_default())?;
        let session: Value = serde_json::from_slice(&response.into_body().collect().await?.to_bytes())?;
        client.csrf = HeaderValue::from_str(session["csrf"].as_str().context("no csrf in the session")?)?;
        Ok(client)
    }

    /// Reads a path; the body.
    pub async fn get(&self, path: &str) -> anyhow::Result<Bytes> {
        self.send(Method::GET, path, None).await
    }

    /// Sends a document; the body.
    pub async fn patch(&self, path: &str, body: &Value) -> anyhow::Result<Bytes> {
        self.send(Method::PATCH, path, Some(body)).await
    }

    /// Sends a document to be made something of; the body.
    pub async fn post(&self, path: &str, body: &Value) -> anyhow::Result<Bytes> {
        self.send(Method::POST, path, Some(body)).await
    }

    async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> anyhow::Result<Bytes> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header(header::COOKIE, &self.cookie)
            .header("x-csrf-token", &self.csrf);
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let response = self.pool.request(request.body(body)?).await?;
        let status = response.status();
        let bytes = response.into_body().collect().await?.to_bytes();
        if !status.is_success() {
            bail!("{path}: {status} {}", String::from_utf8_lossy(&bytes));
        }
        ensure!(!bytes.is_empty(), "{path}: empty answer");
        Ok(bytes)
    }
}
