//! One's access tokens for programs: made, listed and ended by their owner.

use axum::{Json, extract::State, http::StatusCode};
use chrono::{DateTime, Duration, Utc};
use db::{Exec, sql};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, Body, Caller, Once, Outcome, PathOf, Problem};

use crate::{caller::Current, model::TokenRow, people, session};

/// Most tokens one account has.
const MOST_TOKENS: usize = 20;

/// A token as its owner sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TokenView {
    id: Uuid,
    name: String,
    /// Operations it is limited to; null is all that its owner may.
    operations: Option<Vec<String>>,
    expires_at: DateTime<Utc>,
    used_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
}

/// One's access tokens.
#[utoipa::path(get, path = "/api/tokens", tag = "session", responses((status = 200, body = Vec<TokenView>), (status = 401, body = Problem)))]
pub(super) async fn list_tokens(State(app): State<App>, current: Current) -> Outcome<Json<Vec<TokenView>>> {
    let sql = TokenRow::select().push(" where account = ").arg(current.account.id);
    let rows: Vec<TokenRow> = app.db.all(sql.push(" order by created_at desc limit 100")).await?;
    let items = rows.into_iter().map(|row| TokenView {
        id: row.id,
        name: row.name,
        operations: row.operations.and_then(|json| serde_json::from_value(json.0).ok()),
        expires_at: row.expires_at,
        used_at: row.used_at,
        created_at: row.created_at,
    });
    Ok(Json(items.collect()))
}

/// A new token.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewToken {
    name: String,
    /// Days it counts, 366 at most.
    days: i64,
    /// Limits it to these operations.
    operations: Option<Vec<String>>,
}

/// A token that was made; its value is shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MadeToken {
    id: Uuid,
    token: String,
    expires_at: DateTime<Utc>,
}

/// Makes an access token for a program. It may what its owner may, or less; never anything about accounts.
#[utoipa::path(post, path = "/api/tokens", tag = "session", request_body = NewToken,
    responses((status = 201, body = MadeToken), (status = 401, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create_token(
    State(app): State<App>,
    current: Current,
    Caller(actor): Caller,
    Body(new): Body<NewToken>,
) -> Outcome<(StatusCode, Once<MadeToken>)> {
    let name = new.name.trim().to_string();
    if name.is_empty() || name.chars().count() > 100 {
        return Err(Problem::wrong_field("/name", "name.missing", "请写明令牌的用途（100 字以内）。"));
    }
    if !(1..=366).contains(&new.days) {
        return Err(Problem::wrong_field("/days", "days.range", "有效期应为 1–366 天。"));
    }
    if let Some(unknown) = new
        .operations
        .iter()
        .flatten()
        .find(|operation| !app.powers.iter().any(|power| power.operation == operation.as_str()))
    {
        return Err(Problem::wrong_field(
            "/operations",
            "operation.unknown",
            format!("没有「{unknown}」这个操作。"),
        ));
    }
    let now = app.clock.now();
    let token = format!("anjian_{}", session::token()?);
    let row = TokenRow {
        hash: session::hash(&token),
        id: Uuid::now_v7(),
        account: current.account.id,
        name,
        operations: new.operations.map(|operations| db::Json(json!(operations))),
        expires_at: now + Duration::days(new.days),
        used_at: None,
        created_at: now,
    };
    let mut tx = app.db.begin().await?;
    let held = sql!("select id from access_token where account = $1 and expires_at > $2", row.account, now);
    if tx.all::<Id>(held).await?.len() >= MOST_TOKENS {
        return Err(Problem::conflict("token.many", "令牌太多，请先删除不用的。"));
    }
    tx.run(row.insert()).await?;
    let after = json!({"token": row.name, "expires_at": row.expires_at});
    let action = audit::Action::Update;
    people::trail(&mut tx, &app.clock, &actor, action, &current.account, Some(json!({})), Some(after))
        .await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Once(MadeToken { id: row.id, token, expires_at: row.expires_at })))
}

#[derive(db::FromRow)]
struct Id {
    #[allow(dead_code, reason = "counted")]
    id: Uuid,
}

/// Ends a token.
#[utoipa::path(delete, path = "/api/tokens/{id}", tag = "session", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn delete_token(
    State(app): State<App>,
    current: Current,
    Caller(actor): Caller,
    PathOf(id): PathOf<Uuid>,
) -> Outcome<StatusCode> {
    let mut tx = app.db.begin().await?;
    let own = TokenRow::select().push(" where id = ").arg(id).push(" and account = ").arg(current.account.id);
    let row: TokenRow = tx.one(own).await?;
    tx.run(sql!("delete from access_token where hash = $1", &row.hash)).await?;
    let (before, after) = (json!({"token": row.name}), json!({}));
    let action = audit::Action::Update;
    people::trail(&mut tx, &app.clock, &actor, action, &current.account, Some(before), Some(after)).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
