//! A repeated write gets its first answer.

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, TimeDelta, Utc};
use db::{Exec, FromRow, Json, sql};
use kernel::Actor;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{App, Problem};

/// Largest JSON body that a keyed write may have, bytes. Uploads are streamed and take no key.
const MOST_BODY: usize = 4 * 1024 * 1024;
/// A request that has no answer after so long died with its process.
const ABANDONED: TimeDelta = TimeDelta::seconds(60);

#[derive(FromRow)]
struct First {
    request_hash: String,
    /// 0 while the first request is still at work.
    status: i64,
    body: Json<serde_json::Value>,
    created_at: DateTime<Utc>,
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
            "select request_hash, status, body, created_at from idempotency where account = $1 and key = $2",
            account,
            key
        )
    };
    // the key is claimed before the work begins: of two requests at once, one works
    let claim = sql!(
        "insert into idempotency (account, key, request_hash, status, body, created_at) values ($1, $2, $3, 0, $4, $5) on conflict (account, key) do nothing",
        account,
        &key,
        &hash,
        serde_json::Value::Null,
        app.clock.now()
    );
    if app.db.run(claim).await? == 0 {
        let first = app.db.optional::<First>(first(key.clone())).await?;
        return match first {
            Some(first) if first.status == 0 && first.created_at + ABANDONED < app.clock.now() => {
                release(&app, account, &key).await?;
                Err(busy())
            }
            Some(first) if first.status == 0 && first.request_hash == hash => Err(busy()),
            Some(first) => again(first, &hash),
            None => Err(busy()),
        };
    }
    let response = next.run(Request::from_parts(parts, Body::from(bytes))).await;
    let status = response.status();
    if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
        release(&app, account, &key).await?;
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, MOST_BODY).await.map_err(Problem::internal)?;
    let value = serde_json::from_slice::<serde_json::Value>(&bytes).unwrap_or(serde_json::Value::Null);
    app.db
        .run(sql!(
            "update idempotency set status = $1, body = $2 where account = $3 and key = $4",
            i64::from(status.as_u16()),
            value,
            account,
            &key
        ))
        .await?;
    Ok(Response::from_parts(parts, Body::from(bytes)))
}

/// Gives a key back: its request did not come to an answer.
async fn release(app: &App, account: Uuid, key: &str) -> Result<(), Problem> {
    app.db
        .run(sql!("delete from idempotency where account = $1 and key = $2 and status = 0", account, key))
        .await?;
    Ok(())
}

fn busy() -> Problem {
    Problem::conflict("idempotency.busy", "同一个请求正在处理，请稍等几秒再试。")
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
