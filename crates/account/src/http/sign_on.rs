//! Single sign-on over HTTP. The provider sends the browser to the page `/sign-on`, which hands over what it brought.

use axum::{
    Extension, Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use db::{Exec, sql};
use kernel::Actor;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use web::{App, Body, Caller, Outcome, PeerAddress, Problem};

use super::session::{SessionView, enter, origin, view};
use crate::{
    caller::{self, Current},
    model::Account,
    people,
    session::{self, By},
    sign_on::{self, SignOn, Try, refusal},
};

/// The cookie that ties a sign-on to the browser in which it began.
const COOKIE: &str = "anjian_sign_on";

type Configured = Option<Extension<SignOn>>;

fn configured(sign_on: Configured) -> Outcome<SignOn> {
    let off = || Problem::new(StatusCode::NOT_FOUND, "sign_on.off", "本系统没有配置统一认证登录。");
    sign_on.map(|Extension(sign_on)| sign_on).ok_or_else(off)
}

/// The provider.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SignOnView {
    /// What the button says; null where no provider is configured.
    name: Option<String>,
}

/// Whether one can sign in by a provider.
#[utoipa::path(get, path = "/api/sign-on", tag = "session", responses((status = 200, body = SignOnView)))]
pub(super) async fn find_sign_on(sign_on: Configured) -> Json<SignOnView> {
    Json(SignOnView { name: sign_on.map(|Extension(sign_on)| sign_on.name().to_string()) })
}

/// What is to come of it.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewSignOn {
    /// Binds the signed-in account to who comes back, instead of signing in.
    link: bool,
}

/// Where to go.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Begun {
    url: String,
}

/// Begins a sign-on: answers the address at the provider. Ten minutes later it is over.
#[utoipa::path(post, path = "/api/sign-on", tag = "session", request_body = NewSignOn,
    responses((status = 200, body = Begun), (status = 401, body = Problem), (status = 404, body = Problem), (status = 429, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn create_sign_on(
    State(app): State<App>,
    headers: HeaderMap,
    address: Option<Extension<PeerAddress>>,
    sign_on: Configured,
    current: Option<Extension<Current>>,
    Body(new): Body<NewSignOn>,
) -> Outcome<Response> {
    let sign_on = configured(sign_on)?;
    session::slow_down(&app.db, &app.clock, &origin(&headers, address).address).await?;
    let link = if new.link { Some(current.ok_or_else(Problem::unauthorised)?.account.id) } else { None };
    // one secret for all that this browser begins
    let browser = match caller::cookie(&headers, COOKIE).filter(|secret| secret.len() == 43) {
        Some(secret) => secret.to_string(),
        None => session::token()?,
    };
    let url = sign_on.begin(&app.db, &app.clock, &browser, link).await?;
    let cookie = format!("{COOKIE}={browser}; Path=/api/sign-on; HttpOnly; SameSite=Strict; Max-Age=600");
    Ok(([(header::SET_COOKIE, cookie)], Json(Begun { url })).into_response())
}

/// What the browser brought back from the provider.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Returned {
    state: String,
    /// Null when the provider refused.
    code: Option<String>,
    /// Code of the second factor, where it is on; the same state is then given again.
    totp: Option<String>,
}

/// Ends a sign-on: signs in as the account to which the provider's subject is bound, or binds it to the signed-in one. An account
/// is never made by it.
#[utoipa::path(post, path = "/api/sign-on/session", tag = "session", request_body = Returned,
    responses((status = 200, body = SessionView), (status = 401, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 429, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn create_sign_on_session(
    State(app): State<App>,
    headers: HeaderMap,
    address: Option<Extension<PeerAddress>>,
    sign_on: Configured,
    current: Option<Extension<Current>>,
    actor: Option<Extension<Actor>>,
    Body(returned): Body<Returned>,
) -> Outcome<Response> {
    let sign_on = configured(sign_on)?;
    let origin = origin(&headers, address);
    let browser = caller::cookie(&headers, COOKIE).unwrap_or_default();
    let row = sign_on::take(&app.db, &app.clock, &returned.state, browser).await?;
    let vouched = match (&row.subject, returned.code) {
        // who has come back already is asked for the second factor only
        (Some(kept), _) => serde_json::from_str(kept).map_err(Problem::internal)?,
        (None, Some(code)) => sign_on.finish(&app.clock, &row, code).await?,
        (None, None) => return Err(refusal("sign_on.refused", "统一认证平台上没有完成登录，请重新登录。")),
    };
    if row.link.is_some() {
        let (Some(Extension(current)), Some(Extension(actor))) = (current, actor) else {
            return Err(Problem::unauthorised());
        };
        return link(&app, row, current, &actor, vouched.subject).await;
    }
    let bound =
        Account::select().push(" where oidc_subject = ").arg(&vouched.subject).push(" and not disabled");
    let Some(account) = app.db.optional::<Account>(bound).await? else {
        let subject = sign_on::of_provider(&vouched.subject);
        return Err(refusal(
            "sign_on.unknown",
            &format!(
                "统一认证已通过，但它还没有与本系统的账号绑定。请用登录名和密码登录后在“账号安全”中绑定，或把认证标识「{subject}」告诉安全管理员。"
            ),
        ));
    };
    let by = By::Provider(vouched.sign_out_url.clone());
    match session::open(&app, account, returned.totp.as_deref(), &origin, by).await {
        Ok(signed_in) => enter(&app, signed_in).await,
        Err(problem) => {
            // the second factor is still to come
            let kept = serde_json::to_string(&vouched).map_err(Problem::internal)?;
            app.db.run(Try { subject: Some(kept), ..row }.insert()).await?;
            Err(problem)
        }
    }
}

/// Binds the subject to the account that began it, if that is still who is signed in.
async fn link(app: &App, row: Try, current: Current, actor: &Actor, subject: String) -> Outcome<Response> {
    if row.link != Some(current.account.id) {
        return Err(refusal("sign_on.state", "登录的账号已经更换，没有绑定。请重新绑定。"));
    }
    let mut current = current;
    let mut tx = app.db.begin().await?;
    bind(&mut tx, app, actor, &current.account, Some(subject.clone())).await?;
    tx.commit().await?;
    current.account.oidc_subject = Some(subject);
    Ok(Json(view(app, &current, actor).await?).into_response())
}

/// Binds an account to a subject, or to none.
async fn bind(
    tx: &mut db::Tx,
    app: &App,
    actor: &Actor,
    account: &Account,
    subject: Option<String>,
) -> Outcome<()> {
    let set = sql!(
        "update account set oidc_subject = $1, updated_at = $2, updated_by = $3, version = version + 1 where id = $4",
        subject.clone(),
        app.clock.now(),
        actor.account,
        account.id
    );
    match tx.run(set).await {
        Err(db::Error::Conflict { .. }) => return Err(taken()),
        other => other?,
    };
    let (before, after) = (json!({"sign_on": account.oidc_subject}), json!({"sign_on": subject}));
    let action = audit::Action::Update;
    people::trail(tx, &app.clock, actor, action, account, Some(before), Some(after)).await?;
    Ok(())
}

/// One subject is one account's.
pub(super) fn taken() -> Problem {
    let text = "这个统一认证身份已经绑定了另一个账号，请先解除那边的绑定。";
    Problem::wrong_field("/sign_on", "sign_on.taken", text)
}

/// Unbinds one's account from the provider.
#[utoipa::path(delete, path = "/api/sign-on", tag = "session", responses((status = 204), (status = 401, body = Problem)))]
pub(super) async fn delete_sign_on(
    State(app): State<App>,
    current: Current,
    Caller(actor): Caller,
) -> Outcome<StatusCode> {
    let mut tx = app.db.begin().await?;
    bind(&mut tx, &app, &actor, &current.account, None).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
