//! What concerns only oneself: sessions, the second factor, access tokens, and why something may (not) be done.

use axum::{Extension, Json, extract::State, http::StatusCode};
use chrono::{DateTime, Duration, Utc};
use db::{Exec, sql};
use kernel::{Actor, Grant, Power, RegionCode, Role};
use region::divisions;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Body, Caller, Once, Outcome, PathOf, Problem, Query};

use crate::{
    deputy,
    model::{Account, SessionRow, TokenRow},
    password, people, powers,
    session::{self, Current},
    totp,
};

/// Most tokens one account has.
const MOST_TOKENS: usize = 20;

pub(super) type Own = Option<Extension<Current>>;

pub(super) fn own(current: Own) -> Outcome<Current> {
    current.map(|Extension(current)| current).ok_or_else(Problem::unauthorised)
}

/// A browser that is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SessionItem {
    id: Uuid,
    address: String,
    agent: String,
    created_at: DateTime<Utc>,
    seen_at: DateTime<Utc>,
    /// Whether it is this one.
    current: bool,
}

/// The browsers in which one is signed in.
#[utoipa::path(get, path = "/api/sessions", tag = "session", responses((status = 200, body = Vec<SessionItem>), (status = 401, body = Problem)))]
pub(super) async fn list_sessions(State(app): State<App>, current: Own) -> Outcome<Json<Vec<SessionItem>>> {
    let current = own(current)?;
    let sql = SessionRow::select().push(" where account = ").arg(current.account.id);
    let sql = sql.push(" and expires_at > ").arg(app.clock.now()).push(" order by seen_at desc limit 100");
    let rows: Vec<SessionRow> = app.db.all(sql).await?;
    let items = rows.into_iter().map(|row| SessionItem {
        current: row.hash == current.session.hash,
        id: row.id,
        address: row.address,
        agent: row.agent,
        created_at: row.created_at,
        seen_at: row.seen_at,
    });
    Ok(Json(items.collect()))
}

/// Signs another browser out.
#[utoipa::path(delete, path = "/api/sessions/{id}", tag = "session", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn revoke_session(
    State(app): State<App>,
    current: Own,
    Caller(actor): Caller,
    PathOf(id): PathOf<Uuid>,
) -> Outcome<StatusCode> {
    let current = own(current)?;
    let mut tx = app.db.begin().await?;
    let sql = sql!("delete from session where id = $1 and account = $2", id, current.account.id);
    if tx.run(sql).await? == 0 {
        return Err(Problem::not_found());
    }
    let action = audit::Action::SignOut;
    people::trail(&mut tx, &app.clock, &actor, action, &current.account, Some(json!({"session": id})), None)
        .await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A secret for an authenticator app. It counts only once a code made with it was given.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Secret {
    secret: String,
    /// For the picture that apps scan.
    uri: String,
}

/// Makes a secret for the second factor.
#[utoipa::path(post, path = "/api/totp", tag = "session", responses((status = 200, body = Secret), (status = 401, body = Problem)))]
pub(super) async fn create_totp(current: Own) -> Outcome<Once<Secret>> {
    let current = own(current)?;
    let secret = totp::secret()?;
    let uri = totp::uri(&secret, &current.account.login);
    Ok(Once(Secret { secret, uri }))
}

/// A secret with a code made with it.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Confirmation {
    secret: String,
    code: String,
}

/// Turns the second factor on.
#[utoipa::path(put, path = "/api/totp", tag = "session", request_body = Confirmation,
    responses((status = 204), (status = 401, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn confirm_totp(
    State(app): State<App>,
    current: Own,
    actor: Option<Extension<Actor>>,
    Body(given): Body<Confirmation>,
) -> Outcome<StatusCode> {
    let current = own(current)?;
    let Some(Extension(actor)) = actor else { return Err(Problem::unauthorised()) };
    let step = if given.secret.len() == 32 {
        totp::step_of(&given.secret, &given.code, app.clock.now().timestamp(), None)
    } else {
        None
    };
    let Some(step) = step else {
        let message = "动态口令不正确。请核对手机时间后输入最新的 6 位数字。";
        return Err(Problem::wrong_field("/code", "totp.wrong", message));
    };
    let before = current.account.totp_secret.is_some();
    set_totp(&app, &actor, &current.account, Some((given.secret, step)), before).await
}

/// Sets or takes away the second factor; the trail says that it was and is there, never what it is.
async fn set_totp(
    app: &App,
    actor: &Actor,
    account: &Account,
    factor: Option<(String, i64)>,
    before: bool,
) -> Outcome<StatusCode> {
    let (before, after) = (json!({"totp": before}), json!({"totp": factor.is_some()}));
    let (secret, step) = factor.unzip();
    let mut tx = app.db.begin().await?;
    tx.run(sql!(
        "update account set totp_secret = $1, totp_step = $2, updated_at = $3, updated_by = $4, version = version + 1 where id = $4",
        secret,
        step,
        app.clock.now(),
        account.id
    ))
    .await?;
    people::trail(&mut tx, &app.clock, actor, audit::Action::Update, account, Some(before), Some(after))
        .await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The password, once more.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Password {
    password: String,
}

/// Turns the second factor off.
#[utoipa::path(delete, path = "/api/totp", tag = "session", request_body = Password,
    responses((status = 204), (status = 401, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn delete_totp(
    State(app): State<App>,
    current: Own,
    actor: Option<Extension<Actor>>,
    Body(given): Body<Password>,
) -> Outcome<StatusCode> {
    let current = own(current)?;
    let Some(Extension(actor)) = actor else { return Err(Problem::unauthorised()) };
    if current.second_factor {
        return Err(Problem::conflict(
            "totp.required",
            "管理员必须使用动态口令，不能关闭。换手机请由另一位安全管理员重置。",
        ));
    }
    if !password::verify(given.password, current.account.password.clone()).await? {
        return Err(Problem::wrong_field("/password", "password.wrong", "密码不正确。"));
    }
    set_totp(&app, &actor, &current.account, None, true).await
}

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
pub(super) async fn list_tokens(State(app): State<App>, current: Own) -> Outcome<Json<Vec<TokenView>>> {
    let current = own(current)?;
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
    current: Own,
    actor: Option<Extension<Actor>>,
    Body(new): Body<NewToken>,
) -> Outcome<(StatusCode, Once<MadeToken>)> {
    let current = own(current)?;
    let Some(Extension(actor)) = actor else { return Err(Problem::unauthorised()) };
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
    current: Own,
    Caller(actor): Caller,
    PathOf(id): PathOf<Uuid>,
) -> Outcome<StatusCode> {
    let current = own(current)?;
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

/// What is asked.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Question {
    /// Whom it is about; oneself unless told.
    account: Option<Uuid>,
    /// Operation id.
    operation: String,
    /// Where.
    region: String,
}

/// Whether, and why.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Answer {
    allowed: bool,
    reasons: Vec<String>,
}

/// Says why somebody may or may not do something somewhere. About others only administrators of their area may ask.
#[utoipa::path(get, path = "/api/why", tag = "accounts", params(Question),
    responses((status = 200, body = Answer), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn explain_power(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(asked): Query<Question>,
) -> Outcome<Json<Answer>> {
    let region = RegionCode::parse(&asked.region)?;
    let power = app.powers.iter().find(|power| power.operation == asked.operation).ok_or_else(|| {
        Problem::wrong_field("/operation", "operation.unknown", "没有这个操作，请从列表中选择。")
    })?;
    let id = asked.account.unwrap_or(actor.account);
    let mut sql = Account::select().push(" where id = ").arg(id);
    if id != actor.account {
        sql = sql.push(" and ").area(&actor.may(&powers::FIND)?, "");
    }
    let account: Account = app.db.one(sql).await?;
    let today = app.clock.today();
    let mut people = vec![(None, people::actor(&app.db, &account, today).await?)];
    for row in deputy::by(&app.db, account.id, today).await? {
        if let Some(acting) = deputy::acting(&app.db, &account, row.principal, today).await? {
            people.push((Some(row.valid_to), acting));
        }
    }
    let mut reasons = Vec::new();
    let mut allowed = false;
    for (until, person) in &people {
        // as somebody's deputy, with the person chosen in the session
        let as_whom =
            until.map_or(String::new(), |until| format!("以「{}」的身份（{until} 前有效）：", person.name));
        for grant in &person.grants {
            let (fits, reason) = explain(power, grant, &region);
            allowed |= fits;
            reasons.push(format!("{as_whom}{reason}"));
        }
    }
    if reasons.is_empty() {
        reasons.push("今天没有任何有效的授权。".into());
    }
    if account.disabled {
        allowed = false;
        reasons.push("账号已停用。".into());
    }
    if !allowed {
        let roles: Vec<&str> = power.allow.iter().map(|(role, _)| Role::label(*role)).collect();
        reasons.push(format!("具备此权限的角色：{}。", roles.join("、")));
    }
    Ok(Json(Answer { allowed, reasons }))
}

/// Whether the grant gives the power there, and why.
fn explain(power: &Power, grant: &Grant, region: &RegionCode) -> (bool, String) {
    let deed = grant.document.as_ref().map_or(String::new(), |document| format!("（依据 {document}）"));
    let name = format!("{}{}{deed}", divisions::full_name(grant.region.as_str()), grant.role.label());
    let line = power.allow.iter().find(|(role, _)| *role == grant.role);
    match line {
        None => (false, format!("「{name}」不含「{}」的权限。", power.label)),
        Some((_, lowest)) if grant.region.tier() > *lowest => {
            (false, format!("「{name}」的层级太低，「{}」需要{}一级。", power.label, lowest.label()))
        }
        Some(_) if !grant.region.contains(region.as_str()) => {
            let place = divisions::full_name(region.as_str());
            (false, format!("「{name}」有此权限，但{place}不在其辖区内。"))
        }
        Some(_) => match &grant.sectors {
            Some(sectors) => (true, format!("「{name}」有此权限，仅限监管领域：{}。", sectors.join("、"))),
            None => (true, format!("「{name}」有此权限。")),
        },
    }
}
