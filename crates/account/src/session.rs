//! Signing in: by password or because a provider vouched, with the second factor where it is on, slowed down and locked
//! against guessing. Who calls with a session that is open is the business of `caller`.

use axum::http::StatusCode;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::Duration;
use db::{Db, Exec, FromRow, sql};
use kernel::Clock;
use rand::{TryRngCore, rngs::OsRng};
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;
use web::{App, Problem};

use crate::{
    model::{Account, SessionRow},
    password, people, totp,
};

/// The cookie's name.
pub(crate) const COOKIE: &str = "anjian_session";
/// A session ends this long after sign-in in any case.
const LONGEST: Duration = Duration::days(7);
/// Failures of one account before it is locked for a growing time.
const FREE_FAILURES: i64 = 5;
/// Tries to sign in from one address in a minute.
const TRIES_A_MINUTE: i64 = 30;

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
