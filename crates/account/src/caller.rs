//! Who is calling: the session of a browser or the token of a program becomes the `Actor` of the request, before any
//! operation sees it. How a session begins is `session`.

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use chrono::Duration;
use db::{Db, Exec, FromRow, Sql, sql};
use kernel::{Actor, Clock};
use serde_json::json;
use uuid::Uuid;
use web::{App, Problem};

use crate::{
    deputy,
    model::{Account, SessionRow, TokenRow},
    people,
    session::{COOKIE, hash},
};

/// A session ends this long after it was last used.
const IDLE: Duration = Duration::hours(12);

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

/// As an argument of an operation: 401 for whoever is not signed in in a browser.
impl<S: Send + Sync> FromRequestParts<S> for Current {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Current>().cloned().ok_or_else(Problem::unauthorised)
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
///
/// # Errors
/// 401 for a token that is none or has run out.
pub async fn by_token(app: &App, token: &str) -> Result<Actor, Problem> {
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
    let hash = hash(token);
    // asked at once, as this stands before every request
    let whose = || Sql::new("(select account from session where hash = ").arg(&hash).push(")");
    let (session, account, grants) = tokio::try_join!(
        app.db.optional::<SessionRow>(SessionRow::select().push(" where hash = ").arg(&hash)),
        people::in_use_of(&app.db, whose()),
        people::grants_of(&app.db, whose(), app.clock.today()),
    )?;
    let session = session.filter(|session| session.expires_at > now && session.seen_at + IDLE > now);
    let (Some(session), Some(account)) = (session, account) else { return Ok(None) };
    if session.seen_at + Duration::minutes(1) < now {
        app.db.run(sql!("update session set seen_at = $1 where hash = $2", now, &session.hash)).await?;
    }
    let own = people::engaged_by(&app.db, people::holding(&account, grants), app.clock.today()).await?;
    Ok(Some(acting(app, own, account, session).await?))
}

/// The session with who acts in it. When standing in for somebody has ended, the person acts as oneself again.
pub(crate) async fn whole(
    app: &App,
    account: Account,
    session: SessionRow,
) -> Result<(Current, Actor), Problem> {
    let own = people::bound(&app.db, &account, app.clock.today()).await?;
    acting(app, own, account, session).await
}

/// The session with who acts in it, of the person that it belongs to.
async fn acting(
    app: &App,
    own: Actor,
    account: Account,
    session: SessionRow,
) -> Result<(Current, Actor), Problem> {
    let today = app.clock.today();
    let acting = match session.on_behalf {
        Some(principal) => deputy::acting(&app.db, &account, principal, today).await?,
        None => None,
    };
    let administers = |actor: &Actor| actor.grants.iter().any(|grant| grant.role.is_administrator());
    let second_factor = (administers(&own) || acting.as_ref().is_some_and(administers))
        && second_factor_required(&app.db).await?;
    Ok((Current { account, session, second_factor }, acting.unwrap_or(own)))
}
