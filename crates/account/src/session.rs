//! Signing in, staying signed in, and who is calling.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header},
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
    deputy,
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
    /// Whether the account must have a second factor: an administrator's, where the policy asks for it.
    pub second_factor: bool,
}

impl Current {
    /// Whether the second factor must be set up before anything else.
    pub(crate) fn must_enrol(&self) -> bool {
        self.second_factor && self.account.totp_secret.is_none()
    }
}

/// Whether administrators must have a second factor. They must, unless the setting says otherwise: the demonstration
/// city's printed passwords suffice.
pub async fn second_factor_required(db: &Db) -> db::Result<bool> {
    #[derive(FromRow)]
    struct Setting {
        value: db::Json<serde_json::Value>,
    }
    let setting: Option<Setting> =
        db.optional(sql!("select value from setting where name = 'second_factor'")).await?;
    Ok(setting.is_none_or(|setting| setting.value.0 != json!("optional")))
}

/// Says whether administrators must have a second factor.
pub async fn require_second_factor(tx: &mut db::Tx, clock: &Clock, required: bool) -> db::Result<()> {
    tx.run(sql!(
        "insert into setting (name, value, updated_at, updated_by) values ('second_factor', $1, $2, $3)
         on conflict (name) do update set value = excluded.value, updated_at = excluded.updated_at",
        json!(if required { "required" } else { "optional" }),
        clock.now(),
        Uuid::nil()
    ))
    .await?;
    Ok(())
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
    pub account: Account,
    pub session: SessionRow,
}

/// What vouches for somebody who signs in.
#[derive(Debug, Clone)]
pub(crate) enum By {
    Password,
    /// A provider, with the place where one signs out of it.
    Provider(Option<String>),
}

/// Where a request to sign in comes from.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    pub address: String,
    pub agent: String,
}

/// Signs in by password. A wrong name and a wrong password get the same answer after the same time.
pub(crate) async fn sign_in(
    app: &App,
    login: &str,
    secret: &str,
    code: Option<&str>,
    origin: &Origin,
) -> Result<SignedIn, Problem> {
    slow_down(&app.db, &app.clock, &origin.address).await?;
    let account: Option<Account> = app
        .db
        .optional(
            Account::select()
                .push(" where login = ")
                .arg(login.trim().to_lowercase())
                .push(" and not disabled"),
        )
        .await?;
    if let Some(account) = &account {
        refuse_locked(app, account)?;
    }
    let right =
        password::verify(secret.to_string(), account.as_ref().and_then(|account| account.password.clone()))
            .await?;
    let wrong = || Problem::new(StatusCode::UNAUTHORIZED, "auth.wrong", "登录名或密码不正确。");
    let Some(account) = account else { return Err(wrong()) };
    if !right {
        failed(app, &account, "password", &origin.address).await?;
        return Err(wrong());
    }
    open(app, account, code, origin, By::Password).await
}

fn refuse_locked(app: &App, account: &Account) -> Result<(), Problem> {
    let now = app.clock.now();
    let Some(until) = account.locked_until.filter(|until| *until > now) else { return Ok(()) };
    let minutes = (until - now).num_minutes() + 1;
    Err(Problem::new(
        StatusCode::TOO_MANY_REQUESTS,
        "auth.locked",
        format!(
            "密码或动态口令错误次数过多，账号暂时锁定，请 {minutes} 分钟后再试，或请安全管理员重置密码。"
        ),
    ))
}

/// Counts a failure of the account, which locks it after the fifth for a growing time.
async fn failed(app: &App, account: &Account, what: &'static str, address: &str) -> Result<(), Problem> {
    #[derive(FromRow)]
    struct Failures {
        failures: i64,
    }
    let mut tx = app.db.begin().await?;
    let count =
        sql!("update account set failures = failures + 1 where id = $1 returning failures", account.id);
    let Failures { failures } = tx.one(count).await?;
    if failures >= FREE_FAILURES {
        let until = app.clock.now() + Duration::minutes(1i64 << (failures - FREE_FAILURES).min(6));
        tx.run(sql!("update account set locked_until = $1 where id = $2", until, account.id)).await?;
    }
    let actor = people::actor(&mut tx, account, app.clock.today()).await?;
    let after = json!({"address": address, "wrong": what});
    people::trail(&mut tx, &app.clock, &actor, audit::Action::Refused, account, None, Some(after)).await?;
    tx.commit().await?;
    Ok(())
}

/// Opens a session for somebody whose password is right or for whom the provider vouched: asks for the second factor where
/// it is on.
pub(crate) async fn open(
    app: &App,
    account: Account,
    code: Option<&str>,
    origin: &Origin,
    by: By,
) -> Result<SignedIn, Problem> {
    refuse_locked(app, &account)?;
    let now = app.clock.now();
    let mut step = account.totp_step;
    if let Some(secret) = &account.totp_secret {
        let refuse = |code: &'static str, text: &str| Problem::new(StatusCode::UNAUTHORIZED, code, text);
        let Some(code) = code.filter(|code| !code.trim().is_empty()) else {
            return Err(refuse("auth.totp_required", "请输入手机上的 6 位动态口令。"));
        };
        step = totp::step_of(secret, code, now.timestamp(), account.totp_step);
        if step.is_none() {
            failed(app, &account, "totp", &origin.address).await?;
            return Err(refuse("auth.totp_wrong", "动态口令不正确或已经用过，请输入最新的 6 位数字。"));
        }
    }
    let token = token()?;
    let (sign_on, sign_out_url) = match by {
        By::Password => (false, None),
        By::Provider(url) => (true, url),
    };
    let session = SessionRow {
        hash: hash(&token),
        id: Uuid::now_v7(),
        account: account.id,
        csrf: self::token()?,
        address: origin.address.chars().take(100).collect(),
        agent: origin.agent.chars().take(300).collect(),
        created_at: now,
        seen_at: now,
        expires_at: now + LONGEST,
        on_behalf: None,
        sign_out_url,
    };
    let mut tx = app.db.begin().await?;
    // of two that bring the same code at once, one finds it used
    let opened = sql!(
        "update account set failures = 0, locked_until = null, totp_step = $1
         where id = $2 and (totp_secret is null or totp_step is null or totp_step < $1)",
        step,
        account.id
    );
    if tx.run(opened).await? == 0 {
        return Err(Problem::new(
            StatusCode::UNAUTHORIZED,
            "auth.totp_wrong",
            "动态口令已经用过，请输入最新的 6 位数字。",
        ));
    }
    tx.run(session.insert()).await?;
    let actor = people::actor(&mut tx, &account, app.clock.today()).await?;
    let after = json!({"address": origin.address, "sign_on": sign_on});
    people::trail(&mut tx, &app.clock, &actor, audit::Action::SignIn, &account, None, Some(after)).await?;
    tx.commit().await?;
    Ok(SignedIn { token, account, session })
}

/// Refuses an address that tries too often, whichever names it tries.
pub(crate) async fn slow_down(db: &Db, clock: &Clock, address: &str) -> Result<(), Problem> {
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
            StatusCode::TOO_MANY_REQUESTS,
            "auth.too_many",
            "登录尝试过于频繁，请一分钟后再试。",
        ));
    }
    Ok(())
}

/// Middleware: finds out who is calling and leaves the [`Actor`] in the request. A write under a cookie must repeat the
/// session's value in `X-CSRF-Token`; an account that must change its password or set up its second factor may do only that.
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
            StatusCode::FORBIDDEN,
            "auth.csrf",
            "页面已过期，没有保存。请刷新页面后重试。",
        ));
    }
    if current.account.must_change_password
        && path.starts_with("/api/")
        && !matches!(path, "/api/session" | "/api/password")
    {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "auth.password_expired",
            "这是首次登录或密码已被重置，请先修改密码。",
        ));
    }
    if current.must_enrol()
        && path.starts_with("/api/")
        && !matches!(path, "/api/session" | "/api/password" | "/api/totp")
    {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "auth.totp_enrol",
            "管理员必须使用动态口令，请先在手机上启用动态口令。",
        ));
    }
    Ok(())
}

/// The value of a cookie.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
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
    let actor = people::actor_of(&app.db, row.account, None, app.clock.today()).await?;
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
    let Some(token) = cookie(headers, COOKIE) else { return Ok(None) };
    let now = app.clock.now();
    let session: Option<SessionRow> =
        app.db.optional(SessionRow::select().push(" where hash = ").arg(hash(token))).await?;
    let Some(session) = session.filter(|session| session.expires_at > now && session.seen_at + IDLE > now)
    else {
        return Ok(None);
    };
    let Some(account) = people::in_use(&app.db, session.account).await? else { return Ok(None) };
    if session.seen_at + Duration::minutes(1) < now {
        app.db.run(sql!("update session set seen_at = $1 where hash = $2", now, &session.hash)).await?;
    }
    Ok(Some(whole(app, account, session).await?))
}

/// The session with who acts in it. When standing in for somebody has ended, the person acts as oneself again.
pub(crate) async fn whole(
    app: &App,
    account: Account,
    session: SessionRow,
) -> Result<(Current, Actor), Problem> {
    let today = app.clock.today();
    let own = people::bound(&app.db, &account, today).await?;
    let acting = match session.on_behalf {
        Some(principal) => deputy::acting(&app.db, &account, principal, today).await?,
        None => None,
    };
    let administers = |actor: &Actor| actor.grants.iter().any(|grant| grant.role.is_administrator());
    let second_factor = (administers(&own) || acting.as_ref().is_some_and(administers))
        && second_factor_required(&app.db).await?;
    Ok((Current { account, session, second_factor }, acting.unwrap_or(own)))
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
