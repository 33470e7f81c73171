//! The first start, signing in and out, and changing one's password.

mod admin;
mod deputies;
mod engagements;
mod own;
mod sign_on;

use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use db::{Db, Exec, FromRow, Json, sql};
use kernel::{Actor, RegionCode, Role};
use region::divisions;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;
use web::{App, Body, Outcome, Problem};

use crate::{
    model::Account,
    password,
    people::{self, NewAccount, NewGrant},
    session::{self, COOKIE, Current, Origin, SignedIn},
};

pub use engagements::Engagement;
pub(crate) use engagements::engaged;

/// What concerns intermediaries' engagements.
pub const ENGAGEMENTS: &[&kernel::Power] = &[&engagements::LIST, &engagements::CREATE, &engagements::END];

/// The operations of this crate.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(find_setup, create_setup))
        .routes(routes!(find_session, create_session, update_session, delete_session))
        .routes(routes!(change_password))
        .routes(routes!(own::list_sessions))
        .routes(routes!(own::revoke_session))
        .routes(routes!(own::create_totp, own::confirm_totp, own::delete_totp))
        .routes(routes!(sign_on::find_sign_on, sign_on::create_sign_on, sign_on::delete_sign_on))
        .routes(routes!(sign_on::create_sign_on_session))
        .routes(routes!(deputies::list_own_deputies, deputies::create_own_deputy))
        .routes(routes!(deputies::delete_own_deputy))
        .routes(routes!(own::list_tokens, own::create_token))
        .routes(routes!(own::delete_token))
        .routes(routes!(own::explain_power))
        .routes(routes!(engagements::list_engagements))
        .routes(routes!(engagements::create_engagement))
        .routes(routes!(engagements::end_engagement))
        .routes(routes!(admin::list_accounts, admin::create_account))
        .routes(routes!(admin::find_account, admin::update_account))
        .routes(routes!(admin::reset_password))
        .routes(routes!(admin::reset_totp))
        .routes(routes!(deputies::create_deputy))
        .routes(routes!(deputies::delete_deputy))
        .routes(routes!(admin::create_grant))
        .routes(routes!(admin::delete_grant))
        .routes(routes!(admin::list_roles))
}

/// Whether the system waits for its first administrator.
#[derive(Serialize, ToSchema)]
struct Setup {
    needed: bool,
}

/// Whether nobody has an account yet.
pub async fn setup_needed(db: &Db) -> db::Result<bool> {
    #[derive(FromRow)]
    struct Number {
        number: i64,
    }
    let accounts: Number =
        db.one(sql!("select count(*) as number from (select 1 as one from account limit 1) first")).await?;
    Ok(accounts.number == 0)
}

/// Says whether the first administrator is still to be made.
#[utoipa::path(get, path = "/api/setup", tag = "session", responses((status = 200, body = Setup)))]
async fn find_setup(State(app): State<App>) -> Outcome<axum::Json<Setup>> {
    Ok(axum::Json(Setup { needed: setup_needed(&app.db).await? }))
}

/// What the first start asks for.
#[derive(Deserialize, ToSchema)]
struct NewSetup {
    /// One-time token from the log.
    token: String,
    /// City, 4 digits.
    city: String,
    login: String,
    name: String,
    password: String,
}

/// Makes the first administrator (accounts and grants of the whole city) and chooses the city. Once only.
#[utoipa::path(post, path = "/api/setup", tag = "session", request_body = NewSetup,
    responses((status = 201), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn create_setup(State(app): State<App>, Body(setup): Body<NewSetup>) -> Outcome<StatusCode> {
    #[derive(FromRow)]
    struct Setting {
        value: Json<Value>,
    }
    let city = RegionCode::parse(&setup.city)?;
    if city.as_str().len() != 4 || divisions::find(city.as_str()).is_none() {
        return Err(Problem::wrong_field("/city", "region.unknown", "请选择一个市（4 位代码，如 4405）。"));
    }
    let mut tx = app.db.begin().await?;
    // the token's row goes with its first use: of two that come at once, one finds nothing
    let stored: Option<Setting> =
        tx.optional(sql!("delete from setting where name = 'setup_token' returning value")).await?;
    let Some(stored) = stored else {
        return Err(Problem::conflict("setup.done", "系统已经初始化，请直接登录。"));
    };
    if stored.value.0 != json!(session::hash(setup.token.trim())) {
        return Err(Problem::wrong_field(
            "/token",
            "setup.token",
            "初始化口令不正确，请从服务器启动日志中复制最新的一条。",
        ));
    }
    let system = Actor::system("首次启动");
    let new = NewAccount {
        login: setup.login,
        name: setup.name,
        kind: "officer",
        region: city.clone(),
        enterprise: None,
    };
    let (id, _) = people::create(&mut tx, &app.clock, &system, new, Some(setup.password)).await?;
    let account: Account = tx.one(Account::select().push(" where id = ").arg(id)).await?;
    let grant = NewGrant {
        role: Role::Security,
        region: city.clone(),
        sectors: None,
        valid_from: app.clock.today(),
        valid_to: None,
        document: None,
    };
    people::grant(&mut tx, &app.clock, &system, &account, grant).await?;
    tx.run(sql!(
        "insert into setting (name, value, updated_at, updated_by) values ('city', $1, $2, $3)",
        json!(city.as_str()),
        app.clock.now(),
        id
    ))
    .await?;
    tx.commit().await?;
    Ok(StatusCode::CREATED)
}

/// Who signs in.
#[derive(Deserialize, ToSchema)]
struct NewSession {
    login: String,
    password: String,
    /// Code of the second factor, where it is on.
    totp: Option<String>,
}

/// A grant as its holder sees it.
#[derive(Serialize, ToSchema)]
struct OwnGrant {
    role: &'static str,
    role_label: &'static str,
    region: String,
    region_name: String,
    sectors: Option<Vec<String>>,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
    /// Number of the delegation deed (委托执法) or order.
    document: Option<String>,
}

/// Somebody for whom the signed-in person stands in today.
#[derive(Clone, Serialize, ToSchema)]
struct Principal {
    id: Uuid,
    name: String,
    /// First day it no longer counts.
    valid_to: NaiveDate,
}

/// Who is signed in and what they may do.
#[derive(Serialize, ToSchema)]
struct SessionView {
    account: OwnAccount,
    csrf: String,
    city: String,
    region: RegionView,
    grants: Vec<OwnGrant>,
    /// Whom one acts for in this session; null is oneself. Grants and powers are then that person's.
    on_behalf: Option<Principal>,
    /// For whom one may act today.
    stands_in_for: Vec<Principal>,
    /// Where the browser goes after signing out of a session that a provider opened.
    sign_out_url: Option<String>,
    /// Operation ids.
    powers: Vec<&'static str>,
    /// The enterprise an enterprise account is bound to.
    enterprise: Option<EnterpriseRef>,
}

/// The account of the session.
#[derive(Serialize, ToSchema)]
struct OwnAccount {
    id: Uuid,
    login: String,
    name: String,
    kind: String,
    must_change_password: bool,
    totp: bool,
    /// Whether the second factor must be on (an administrator's); without it nothing else is open.
    totp_required: bool,
    /// Whether a subject of the sign-on provider is bound to it.
    sign_on: bool,
}

/// A division by code and name.
#[derive(Serialize, ToSchema)]
struct RegionView {
    code: String,
    name: String,
    tier: String,
}

/// An enterprise by its key.
#[derive(Serialize, ToSchema)]
struct EnterpriseRef {
    city: String,
    id: Uuid,
}

async fn view(app: &App, current: &Current, actor: &Actor) -> Outcome<SessionView> {
    let Current { account, session, .. } = current;
    // the pages begin where the person works for whom one acts
    let principal = match actor.on_behalf {
        Some(principal) => people::in_use(&app.db, principal).await?,
        None => None,
    };
    let town = principal.map_or_else(|| account.town.clone(), |principal| principal.town);
    let code = RegionCode::parse(&town).ok();
    let stands_in_for = deputies::principals(app, account.id).await?;
    Ok(SessionView {
        account: OwnAccount {
            id: account.id,
            login: account.login.clone(),
            name: account.name.clone(),
            kind: account.kind.clone(),
            must_change_password: account.must_change_password,
            totp: account.totp_secret.is_some(),
            totp_required: current.second_factor,
            sign_on: account.oidc_subject.is_some(),
        },
        on_behalf: stands_in_for.iter().find(|other| Some(other.id) == actor.on_behalf).cloned(),
        stands_in_for,
        sign_out_url: session.sign_out_url.clone(),
        csrf: session.csrf.clone(),
        city: account.city.clone(),
        region: RegionView {
            name: divisions::full_name(&town),
            code: town,
            tier: code.map(|code| code.tier().label().to_string()).unwrap_or_default(),
        },
        grants: actor
            .grants
            .iter()
            .map(|grant| OwnGrant {
                role: grant.role.code(),
                role_label: grant.role.label(),
                region: grant.region.as_str().to_string(),
                region_name: divisions::full_name(grant.region.as_str()),
                sectors: grant.sectors.clone(),
                valid_from: grant.valid_from,
                valid_to: grant.valid_to,
                document: grant.document.clone(),
            })
            .collect(),
        powers: app
            .powers
            .iter()
            .filter(|power| actor.may(power).is_ok())
            .map(|power| power.operation)
            .collect(),
        enterprise: account.enterprise.map(|id| EnterpriseRef { city: account.city.clone(), id }),
    })
}

/// Says who is signed in.
#[utoipa::path(get, path = "/api/session", tag = "session", responses((status = 200, body = SessionView), (status = 401, body = Problem)))]
async fn find_session(
    State(app): State<App>,
    current: Option<Extension<Current>>,
    actor: Option<Extension<Actor>>,
) -> Outcome<axum::Json<SessionView>> {
    let (Some(Extension(current)), Some(Extension(actor))) = (current, actor) else {
        return Err(Problem::unauthorised());
    };
    Ok(axum::Json(view(&app, &current, &actor).await?))
}

/// Signs in: sets the session cookie.
#[utoipa::path(post, path = "/api/session", tag = "session", request_body = NewSession,
    responses((status = 200, body = SessionView), (status = 401, body = Problem), (status = 429, body = Problem)))]
async fn create_session(
    State(app): State<App>,
    headers: HeaderMap,
    address: Option<Extension<web::PeerAddress>>,
    Body(new): Body<NewSession>,
) -> Outcome<Response> {
    let origin = origin(&headers, address);
    let signed_in = session::sign_in(&app, &new.login, &new.password, new.totp.as_deref(), &origin).await?;
    enter(&app, signed_in).await
}

fn origin(headers: &HeaderMap, address: Option<Extension<web::PeerAddress>>) -> Origin {
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Origin {
        address: address.map_or_else(|| "local".to_string(), |Extension(address)| address.0.to_string()),
        agent: agent.to_string(),
    }
}

/// The answer to whoever has signed in: the cookie and the session.
async fn enter(app: &App, signed_in: SignedIn) -> Outcome<Response> {
    let cookie = format!("{COOKIE}={}; Path=/; HttpOnly; SameSite=Strict; Max-Age=604800", signed_in.token);
    let (current, actor) = session::whole(app, signed_in.account, signed_in.session).await?;
    let view = view(app, &current, &actor).await?;
    Ok(([(header::SET_COOKIE, cookie)], axum::Json(view)).into_response())
}

/// For whom one acts.
#[derive(Deserialize, ToSchema)]
struct Acting {
    /// The person one stands in for; null is oneself.
    on_behalf: Option<Uuid>,
}

/// Says for whom one acts in this session: for oneself, or for somebody who named one as deputy. The trail names both.
#[utoipa::path(patch, path = "/api/session", tag = "session", request_body = Acting,
    responses((status = 200, body = SessionView), (status = 401, body = Problem), (status = 422, body = Problem)))]
async fn update_session(
    State(app): State<App>,
    current: Option<Extension<Current>>,
    actor: Option<Extension<Actor>>,
    Body(acting): Body<Acting>,
) -> Outcome<axum::Json<SessionView>> {
    let (Some(Extension(current)), Some(Extension(actor))) = (current, actor) else {
        return Err(Problem::unauthorised());
    };
    let mut session = current.session;
    session.on_behalf = acting.on_behalf;
    let (current, acts) = session::whole(&app, current.account, session).await?;
    if acts.on_behalf != acting.on_behalf {
        let message = "今天没有他的委托，或者委托已经到期、已被收回。";
        return Err(Problem::wrong_field("/on_behalf", "deputy.none", message));
    }
    let mut tx = app.db.begin().await?;
    let set =
        sql!("update session set on_behalf = $1 where hash = $2", acts.on_behalf, &current.session.hash);
    tx.run(set).await?;
    for (who, action) in [(&actor, audit::Action::SignOut), (&acts, audit::Action::SignIn)] {
        if who.on_behalf.is_some() && actor.on_behalf != acts.on_behalf {
            let said = Some(json!({"on_behalf": who.on_behalf}));
            people::trail(&mut tx, &app.clock, who, action, &current.account, None, said).await?;
        }
    }
    tx.commit().await?;
    Ok(axum::Json(view(&app, &current, &acts).await?))
}

/// Signs out.
#[utoipa::path(delete, path = "/api/session", tag = "session", responses((status = 204), (status = 401, body = Problem)))]
async fn delete_session(
    State(app): State<App>,
    current: Option<Extension<Current>>,
    actor: Option<Extension<Actor>>,
) -> Outcome<Response> {
    let (Some(Extension(current)), Some(Extension(actor))) = (current, actor) else {
        return Err(Problem::unauthorised());
    };
    let mut tx = app.db.begin().await?;
    tx.run(sql!("delete from session where hash = $1", &current.session.hash)).await?;
    people::trail(&mut tx, &app.clock, &actor, audit::Action::SignOut, &current.account, None, None).await?;
    tx.commit().await?;
    let cookie = format!("{COOKIE}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}

/// A change of one's own password.
#[derive(Deserialize, ToSchema)]
struct NewPassword {
    old: String,
    new: String,
}

/// Changes one's own password and ends one's other sessions.
#[utoipa::path(post, path = "/api/password", tag = "session", request_body = NewPassword,
    responses((status = 204), (status = 401, body = Problem), (status = 422, body = Problem)))]
async fn change_password(
    State(app): State<App>,
    current: Option<Extension<Current>>,
    actor: Option<Extension<Actor>>,
    Body(change): Body<NewPassword>,
) -> Outcome<StatusCode> {
    let (Some(Extension(current)), Some(Extension(actor))) = (current, actor) else {
        return Err(Problem::unauthorised());
    };
    let account = &current.account;
    if !password::verify(change.old.clone(), account.password.clone()).await? {
        return Err(Problem::wrong_field("/old", "password.wrong", "原密码不正确。"));
    }
    if change.old == change.new {
        return Err(Problem::wrong_field("/new", "password.same", "新密码不能与原密码相同。"));
    }
    password::check(&change.new, &account.login, "/new")?;
    let hash = password::hash(change.new).await?;
    let mut tx = app.db.begin().await?;
    tx.run(sql!(
        "update account set password = $1, password_at = $2, must_change_password = false, updated_at = $2, updated_by = $3, version = version + 1
         where city = $4 and id = $3",
        hash,
        app.clock.now(),
        account.id,
        &account.city
    ))
    .await?;
    tx.run(sql!("delete from session where account = $1 and hash <> $2", account.id, &current.session.hash))
        .await?;
    let changed = json!({"password": "changed"});
    people::trail(
        &mut tx,
        &app.clock,
        &actor,
        audit::Action::Update,
        account,
        Some(json!({})),
        Some(changed),
    )
    .await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
