//! A repeated write gets its first answer.

use axum::{
    Extension, Json,
    body::{Body, Bytes, to_bytes},
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use db::{Exec, FromRow, Unit, sql};
use kernel::Actor;
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{App, Outcome, Problem, problem::Busy};

/// Largest body that a keyed write may have, bytes. Uploads are streamed: those that take a key use [`UploadKey`].
const MOST_BODY: usize = 4 * 1024 * 1024;

/// A JSON answer that is shown once and kept nowhere: it holds a password, a token or a secret. A repeat is told so.
#[derive(Debug)]
pub struct Once<T>(pub T);

#[derive(Debug, Clone)]
struct ShownOnce;

impl<T: Serialize> IntoResponse for Once<T> {
    fn into_response(self) -> Response {
        (Extension(ShownOnce), Json(self.0)).into_response()
    }
}

#[derive(FromRow)]
struct First {
    request_hash: String,
    status: i64,
    body: db::Json<serde_json::Value>,
}

/// Middleware: remembers the answer of a write that carries an `Idempotency-Key` for its account, and gives it again.
/// Key, work and answer are one transaction: all of them last or none, whenever the process ends, and of two equal
/// requests at once the second waits for the first one's answer. What the database gave up is run again. The same key
/// with another request is refused (409). An answer that is shown [`Once`] is not kept, only that it was given. Answers that ask to try again (5xx, 429) are not kept; a 5xx leaves nothing.
pub async fn idempotency(State(app): State<App>, request: Request, next: Next) -> Response {
    match keyed(app, request, next).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

/// A keyed write as it came in.
struct Keyed {
    account: Uuid,
    key: String,
    /// SHA-256 of method, address and body.
    hash: String,
    parts: Parts,
    body: Bytes,
}

async fn keyed(app: App, request: Request, next: Next) -> Result<Response, Problem> {
    let key =
        request.headers().get("idempotency-key").map(|value| value.to_str().unwrap_or_default().to_string());
    let account = request.extensions().get::<Actor>().map(|actor| actor.account);
    let writes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let (Some(key), Some(account), false, true) = (key, account, is_form(request.headers()), writes) else {
        return Ok(next.run(request).await);
    };
    check(&key)?;
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, MOST_BODY).await.map_err(|_| {
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body.too_large", "提交的内容过大，请分批提交。")
    })?;
    let hash = hash_of(&parts, &[&body]);
    let keyed = Keyed { account, key, hash, parts, body };
    Ok(db::retry(|| attempt(&app, &keyed, next.clone())).await?)
}

fn check(key: &str) -> Result<(), Problem> {
    if key.is_empty() || key.len() > 100 {
        return Err(Problem::bad_request(
            "idempotency.key",
            "Idempotency-Key 应为 1–100 个英文字母、数字或符号。",
        ));
    }
    Ok(())
}

fn hash_of(parts: &Parts, body: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    hash.update(parts.method.as_str());
    hash.update(parts.uri.to_string());
    for part in body {
        hash.update(part);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Takes the key for this account, or finds the answer that its first use got.
async fn claim(
    tx: &mut db::Tx,
    app: &App,
    account: Uuid,
    key: &str,
    hash: &str,
) -> db::Result<Option<First>> {
    let claimed = tx
        .run(sql!(
            "insert into idempotency (account, key, request_hash, status, body, created_at) values ($1, $2, $3, 0, $4, $5) on conflict (account, key) do nothing",
            account,
            key,
            hash,
            serde_json::Value::Null,
            app.clock.now()
        ))
        .await?;
    if claimed == 1 {
        return Ok(None);
    }
    let first = sql!(
        "select request_hash, status, body from idempotency where account = $1 and key = $2",
        account,
        key
    );
    // gone again: the request that had it asked to be repeated
    tx.optional(first).await?.map(Some).ok_or(db::Error::Busy)
}

async fn store(
    tx: &mut db::Tx,
    (account, key): (Uuid, &str),
    status: StatusCode,
    body: serde_json::Value,
) -> db::Result<()> {
    tx.run(sql!(
        "update idempotency set status = $1, body = $2 where account = $3 and key = $4",
        i64::from(status.as_u16()),
        body,
        account,
        key
    ))
    .await
    .map(drop)
}

/// The `Idempotency-Key` of an upload. Its body is streamed to the disk before anything is written, so the handler asks for the
/// first answer, and leaves its own, in the transaction of its work.
#[derive(Debug, Clone)]
pub struct UploadKey {
    key: Option<(String, Uuid)>,
    parts: Parts,
}

impl<S: Send + Sync> FromRequestParts<S> for UploadKey {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let account = parts.extensions.get::<Actor>().map(|actor| actor.account);
        let key =
            parts.headers.get("idempotency-key").map(|value| value.to_str().unwrap_or_default().to_string());
        if let Some(key) = &key {
            check(key)?;
        }
        Ok(UploadKey { key: key.zip(account), parts: parts.clone() })
    }
}

impl UploadKey {
    /// The answer to an equal request before this one: `body` is what the upload says, such as the hash of its content.
    pub async fn first(&self, tx: &mut db::Tx, app: &App, body: &[&[u8]]) -> Outcome<Option<Response>> {
        let Some((key, account)) = &self.key else { return Ok(None) };
        let hash = hash_of(&self.parts, body);
        Ok(claim(tx, app, *account, key, &hash).await?.map(|first| again(first, &hash)))
    }

    /// Leaves the answer for a repeat.
    pub async fn keep(&self, tx: &mut db::Tx, status: StatusCode, body: &impl Serialize) -> Outcome<()> {
        let Some((key, account)) = &self.key else { return Ok(()) };
        let body = serde_json::to_value(body).map_err(Problem::internal)?;
        Ok(store(tx, (*account, key), status, body).await?)
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|kind| kind.starts_with("multipart/"))
}

/// Runs the request in a unit of its own; `Busy` when the database gave it up.
async fn attempt(app: &App, keyed: &Keyed, next: Next) -> db::Result<Response> {
    let Keyed { account, key, hash, parts, body } = keyed;
    let unit = Unit::begin(&app.db).await?;
    let mut tx = unit.part().await?;
    if let Some(first) = claim(&mut tx, app, *account, key, hash).await? {
        return Ok(again(first, hash));
    }
    tx.commit().await?;
    let request = Request::from_parts(parts.clone(), Body::from(body.clone()));
    let response = unit.scope(next.run(request)).await;
    let status = response.status();
    if response.extensions().get::<Busy>().is_some() {
        return Err(db::Error::Busy);
    }
    if status.is_server_error() {
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let Ok(body) = to_bytes(Body::new(body), MOST_BODY).await else {
        return Ok(Problem::internal("an answer too long to be kept").into_response());
    };
    let mut tx = unit.part().await?;
    if status == StatusCode::TOO_MANY_REQUESTS {
        tx.run(sql!("delete from idempotency where account = $1 and key = $2", *account, key)).await?;
    } else {
        let (status, value) = if parts.extensions.get::<ShownOnce>().is_some() {
            let told = Problem::conflict(
                "idempotency.once",
                "这个请求已经办过，其中的密码或密钥只显示一次。如没有记下，请重新生成。",
            );
            (StatusCode::CONFLICT, serde_json::to_value(&told).unwrap_or_default())
        } else {
            (status, serde_json::from_slice(&body).unwrap_or_default())
        };
        store(&mut tx, (*account, key), status, value).await?;
    }
    tx.commit().await?;
    unit.commit().await?;
    Ok(Response::from_parts(parts, Body::from(body)))
}

fn again(first: First, hash: &str) -> Response {
    if first.request_hash != hash {
        return Problem::conflict(
            "idempotency.reused",
            "同一个 Idempotency-Key 已用于另一个请求，请换一个。",
        )
        .into_response();
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
    response
}
