//! Signing in, staying signed in, and who is calling.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::Duration;
use db::{Db, Exec, FromRow, sql};
use kernel::{Actor, Clock};
use rand::{TryRngCore, rngs::OsRng};
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;
use web::{App, Problem};

use crate::{
    model::{Account, SessionRow, TokenRow},
    password, people, totp,
};

/// The cookie's name.
pub(crate) const COOKIE: &str = "anjian_session";
/// A session ends this long after it was last used.
const IDLE: Duration = Duration::hours(12);
/// A session ends this long after sign-in in any case.
const LONGEST: Duration = Duration::days(7);
/// Failures of one account before it is locked for a growing time.
const FREE_FAILURES: i64 = 5;
/// Tries to sign in from one address in a minute.
const TRIES_A_MINUTE: i64 = 30;

/// The session of this request, as a request extension.
#[derive(Debug, Clone)]
pub(crate) struct Current {
    pub account: Account,
    pub session: SessionRow,
}

/// 256 random bits as text.
pub(crate) fn token() -> Result<String, Problem> {
    let mut bytes = [0u8; 32];
    OsRng.try_fill_bytes(&mut bytes).map_err(Problem::internal)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

pub(crate) fn hash(token: &str) -> String {
    Sha256::digest(token.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A signed-in session: the token for the cookie, and the row.
pub(crate) struct SignedIn {
    pub token: String,
    pub current: Current,
}

/// Signs in. A wrong name and a wrong password get the same answer after the same time.
pub(crate) async fn sign_in(
    app: &App,
    login: &str,
    secret: &str,
    code: Option<&str>,
    address: &str,
    agent: &str,
) -> Result<SignedIn, Problem> {
    let now = app.clock.now();
    slow_down(&app.db, &app.clock, address).await?;
    let account: Option<Account> = app
        .db
        .optional(
            Account::select()
                .push(" where login = ")
                .arg(login.trim().to_lowercase())
                .push(" and not disabled"),
        )
        .await?;
    if let Some(until) = account.as_ref().and_then(|account| account.locked_until)
        && until > now
    {
        let minutes = (until - now).num_minutes() + 1;
        return Err(Problem::new(
            axum::http::StatusCode::TOO_MANY_REQUESTS,
            "auth.locked",
            format!("密码错误次数过多，账号暂时锁定，请 {minutes} 分钟后再试，或请安全管理员重置密码。"),
        ));
    }
    let right =
        password::verify(secret.to_string(), account.as_ref().and_then(|account| account.password.clone()))
            .await?;
    let wrong = || Problem::new(axum::http::StatusCode::UNAUTHORIZED, "auth.wrong", "登录名或密码不正确。");
    let Some(mut account) = account else { return Err(wrong()) };
    let mut tx = app.db.begin().await?;
    let actor = people::actor(&mut tx, &account, app.clock.today()).await?;
    if !right {
        let failures = account.failures + 1;
        let locked_until = (failures >= FREE_FAILURES)
            .then(|| now + Duration::minutes(1i64 << (failures - FREE_FAILURES).min(6)));
        tx.run(sql!(
            "update account set failures = failures + 1, locked_until = $1 where city = $2 and id = $3",
            locked_until,
            &account.city,
            account.id
        ))
        .await?;
        people::trail(
            &mut tx,
            &app.clock,
            &actor,
            audit::Action::Refused,
            &account,
            None,
            Some(json!({"address": address})),
        )
        .await?;
        tx.commit().await?;
        return Err(wrong());
    }
    if let Some(totp) = &account.totp_secret {
        let refuse = |code: &'static str, text: &str| {
            Err(Problem::new(axum::http::StatusCode::UNAUTHORIZED, code, text))
        };
        let Some(code) = code.filter(|code| !code.trim().is_empty()) else {
            return refuse("auth.totp_required", "请输入手机上的 6 位动态口令。");
        };
        let Some(step) = totp::step_of(totp, code, now.timestamp(), account.totp_step) else {
            tx.run(sql!("update account set failures = failures + 1 where id = $1", account.id)).await?;
            tx.commit().await?;
            return refuse("auth.totp_wrong", "动态口令不正确或已经用过，请输入最新的 6 位数字。");
        };
        tx.run(sql!("update account set totp_step = $1 where id = $2", step, account.id)).await?;
    }
    let token = token()?;
    let session = SessionRow {
        hash: hash(&token),
        id: Uuid::now_v7(),
        account: account.id,
        csrf: self::token()?,
        address: address.chars().take(100).collect(),
        agent: agent.chars().take(300).collect(),
        created_at: now,
        seen_at: now,
        expires_at: now + LONGEST,
    };
    tx.run(session.insert()).await?;
    tx.run(sql!(
        "update account set failures = 0, locked_until = null where city = $1 and id = $2",
        &account.city,
        account.id
    ))
    .await?;
    account.failures = 0;
    people::trail(
        &mut tx,
        &app.clock,
        &actor,
        audit::Action::SignIn,
        &account,
        None,
        Some(json!({"address": address})),
    )
    .await?;
    tx.commit().await?;
    Ok(SignedIn { token, current: Current { account, session } })
}

/// Refuses an address that tries too often, whichever names it tries.
async fn slow_down(db: &Db, clock: &Clock, address: &str) -> Result<(), Problem> {
    #[derive(FromRow)]
    struct Tries {
        tries: i64,
    }
    let minute = clock.now().timestamp() / 60;
    let mut tx = db.begin().await?;
    tx.run(sql!("delete from sign_in_try where minute < $1", minute - 5)).await?;
    let tries: Tries = tx
        .one(sql!(
            "insert into sign_in_try (address, minute, tries) values ($1, $2, 1)
             on conflict (address, minute) do update set tries = sign_in_try.tries + 1 returning tries",
            address,
            minute
        ))
        .await?;
    tx.commit().await?;
    if tries.tries > TRIES_A_MINUTE {
        return Err(Problem::new(
            axum::http::StatusCode::TOO_MANY_REQUESTS,
            "auth.too_many",
            "登录尝试过于频繁，请一分钟后再试。",
        ));
    }
    Ok(())
}

/// Middleware: finds out who is calling and leaves the [`Actor`] in the request. A write under a cookie must repeat the
/// session's value in `X-CSRF-Token`; an account that must change its password may do only that.
pub async fn identify(State(app): State<App>, mut request: Request, next: Next) -> Response {
    if let Some(token) = bearer(request.headers()) {
        match by_token(&app, token).await {
            Ok(actor) => request.extensions_mut().insert(actor),
            Err(problem) => return problem.into_response(),
        };
        return next.run(request).await;
    }
    match find(&app, request.headers()).await {
        Ok(None) => {}
        Ok(Some((current, actor))) => {
            if let Err(problem) = permit(&request, &current) {
                return problem.into_response();
            }
            request.extensions_mut().insert(current);
            request.extensions_mut().insert(actor);
        }
        Err(problem) => return problem.into_response(),
    }
    next.run(request).await
}

fn permit(request: &Request, current: &Current) -> Result<(), Problem> {
    let writes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let path = request.uri().path();
    let signing_in = path == "/api/session" && *request.method() == Method::POST;
    let repeated =
        request.headers().get("x-csrf-token").map(|value| hash(value.to_str().unwrap_or_default()));
    if writes && !signing_in && repeated != Some(hash(&current.session.csrf)) {
        return Err(Problem::new(
            axum::http::StatusCode::FORBIDDEN,
            "auth.csrf",
            "页面已过期，没有保存。请刷新页面后重试。",
        ));
    }
    if current.account.must_change_password
        && path.starts_with("/api/")
        && !matches!(path, "/api/session" | "/api/password")
    {
        return Err(Problem::new(
            axum::http::StatusCode::FORBIDDEN,
            "auth.password_expired",
            "这是首次登录或密码已被重置，请先修改密码。",
        ));
    }
    Ok(())
}

/// The token in the cookie.
fn cookie(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}

/// The token of a program.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ").map(str::trim)
}

/// Who a program acts for: what concerns only the person (passwords, tokens, sessions) is not open to it.
async fn by_token(app: &App, token: &str) -> Result<Actor, Problem> {
    let now = app.clock.now();
    let row: Option<TokenRow> = app
        .db
        .optional(
            TokenRow::select().push(" where hash = ").arg(hash(token)).push(" and expires_at > ").arg(now),
        )
        .await?;
    let Some(row) = row else { return Err(Problem::unauthorised()) };
    let actor = people::actor_of(&app.db, row.account, app.clock.today()).await?;
    let mut actor = actor.ok_or_else(Problem::unauthorised)?;
    if row.used_at.is_none_or(|used| used + Duration::hours(1) < now) {
        app.db.run(sql!("update access_token set used_at = $1 where hash = $2", now, &row.hash)).await?;
    }
    let open = |operation: &str| !crate::powers::ALL.iter().any(|power| power.operation == operation);
    actor.operations =
        Some(match row.operations.and_then(|json| serde_json::from_value::<Vec<String>>(json.0).ok()) {
            Some(operations) => operations.into_iter().filter(|operation| open(operation)).collect(),
            None => {
                app.powers.iter().map(|power| power.operation.to_string()).filter(|own| open(own)).collect()
            }
        });
    Ok(actor)
}

async fn find(app: &App, headers: &HeaderMap) -> Result<Option<(Current, Actor)>, Problem> {
    let Some(token) = cookie(headers) else { return Ok(None) };
    let now = app.clock.now();
    let session: Option<SessionRow> =
        app.db.optional(SessionRow::select().push(" where hash = ").arg(hash(token))).await?;
    let Some(session) = session.filter(|session| session.expires_at > now && session.seen_at + IDLE > now)
    else {
        return Ok(None);
    };
    let account: Option<Account> = app
        .db
        .optional(Account::select().push(" where id = ").arg(session.account).push(" and not disabled"))
        .await?;
    let Some(account) = account else { return Ok(None) };
    if session.seen_at + Duration::minutes(1) < now {
        app.db.run(sql!("update session set seen_at = $1 where hash = $2", now, &session.hash)).await?;
    }
    let actor = people::actor(&app.db, &account, app.clock.today()).await?;
    Ok(Some((Current { account, session }, actor)))
}

/// Makes the one-time token of the first start, if nobody has an account yet. The log shows it; the database keeps its
/// hash only. Each start makes a new one.
pub async fn make_setup_token(app: &App) -> Result<Option<String>, Problem> {
    if !crate::http::setup_needed(&app.db).await? {
        return Ok(None);
    }
    let token = token()?;
    app.db
        .run(sql!(
            "insert into setting (name, value, updated_at, updated_by) values ('setup_token', $1, $2, $3)
             on conflict (name) do update set value = excluded.value, updated_at = excluded.updated_at",
            json!(hash(&token)),
            app.clock.now(),
            Uuid::nil()
        ))
        .await?;
    Ok(Some(token))
}
