//! A repeated write gets its first answer.

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use db::{Exec, FromRow, Json, sql};
use kernel::Actor;
use sha2::{Digest, Sha256};

use crate::{App, Problem};

/// Largest JSON body that a keyed write may have, bytes. Uploads are streamed and take no key.
const MOST_BODY: usize = 4 * 1024 * 1024;

#[derive(FromRow)]
struct First {
    request_hash: String,
    status: i64,
    body: Json<serde_json::Value>,
}

/// Middleware: remembers the answer of a write that carries an `Idempotency-Key` for its account, and gives it again.
/// The same key with another request is refused (409). Answers that asked to try again (5xx, 429) are not kept.
pub async fn idempotency(State(app): State<App>, request: Request, next: Next) -> Response {
    match keyed(app, request, next).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

async fn keyed(app: App, request: Request, next: Next) -> Result<Response, Problem> {
    let key = request.headers().get("idempotency-key").and_then(|v| v.to_str().ok()).map(str::to_string);
    let account = request.extensions().get::<Actor>().map(|actor| actor.account);
    let is_json = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|kind| kind.starts_with("application/json"));
    let writes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let (Some(key), Some(account), true, true) = (key, account, is_json, writes) else {
        return Ok(next.run(request).await);
    };
    if key.is_empty() || key.len() > 100 {
        return Err(Problem::bad_request("idempotency.key", "Idempotency-Key 应为 1–100 个字符。"));
    }
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, MOST_BODY).await.map_err(|_| {
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body.too_large", "提交的内容过大，请分批提交。")
    })?;
    let mut hash = Sha256::new();
    hash.update(parts.method.as_str());
    hash.update(parts.uri.to_string());
    hash.update(&bytes);
    let hash: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    let first = |key: String| {
        sql!(
            "select request_hash, status, body from idempotency where account = $1 and key = $2",
            account,
            key
        )
    };
    if let Some(first) = app.db.optional::<First>(first(key.clone())).await? {
        return again(first, &hash);
    }
    let response = next.run(Request::from_parts(parts, Body::from(bytes))).await;
    let status = response.status();
    if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, MOST_BODY).await.map_err(Problem::internal)?;
    let value = serde_json::from_slice::<serde_json::Value>(&bytes).unwrap_or(serde_json::Value::Null);
    app.db
        .run(sql!(
            "insert into idempotency (account, key, request_hash, status, body, created_at) values ($1, $2, $3, $4, $5, $6) on conflict (account, key) do nothing",
            account,
            key,
            hash,
            i64::from(status.as_u16()),
            value,
            app.clock.now()
        ))
        .await?;
    Ok(Response::from_parts(parts, Body::from(bytes)))
}

fn again(first: First, hash: &str) -> Result<Response, Problem> {
    if first.request_hash != hash {
        return Err(Problem::conflict(
            "idempotency.reused",
            "同一个 Idempotency-Key 已用于另一个请求，请换一个。",
        ));
    }
    let status =
        u16::try_from(first.status).ok().and_then(|s| StatusCode::from_u16(s).ok()).unwrap_or(StatusCode::OK);
    let body = if first.body.0.is_null() {
        Vec::new()
    } else {
        serde_json::to_vec(&first.body.0).unwrap_or_default()
    };
    let mut response = (status, body).into_response();
    let kind = if status.is_success() { "application/json" } else { "application/problem+json" };
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
    Ok(response)
}
