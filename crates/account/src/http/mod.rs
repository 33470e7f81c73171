//! The first start, signing in and out, and changing one's password.

mod admin;
mod own;

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
    model::{Account, SessionRow},
    password,
    people::{self, NewAccount, NewGrant},
    session::{self, COOKIE, Current},
};

/// The operations of this crate.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(find_setup, create_setup))
        .routes(routes!(find_session, create_session, delete_session))
        .routes(routes!(change_password))
        .routes(routes!(own::list_sessions))
        .routes(routes!(own::revoke_session))
        .routes(routes!(own::create_totp, own::confirm_totp, own::delete_totp))
        .routes(routes!(own::list_tokens, own::create_token))
        .routes(routes!(own::delete_token))
        .routes(routes!(own::explain_power))
        .routes(routes!(admin::list_accounts, admin::create_account))
        .routes(routes!(admin::find_account, admin::update_account))
        .routes(routes!(admin::reset_password))
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
}

/// Who is signed in and what they may do.
#[derive(Serialize, ToSchema)]
struct SessionView {
    account: OwnAccount,
    csrf: String,
    city: String,
    region: RegionView,
    grants: Vec<OwnGrant>,
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

fn view(app: &App, account: &Account, session: &SessionRow, actor: &Actor) -> SessionView {
    let code = RegionCode::parse(&account.town).ok();
    SessionView {
        account: OwnAccount {
            id: account.id,
            login: account.login.clone(),
            name: account.name.clone(),
            kind: account.kind.clone(),
            must_change_password: account.must_change_password,
            totp: account.totp_secret.is_some(),
        },
        csrf: session.csrf.clone(),
        city: account.city.clone(),
        region: RegionView {
            code: account.town.clone(),
            name: divisions::full_name(&account.town),
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
            })
            .collect(),
        powers: app
            .powers
            .iter()
            .filter(|power| actor.may(power).is_ok())
            .map(|power| power.operation)
            .collect(),
        enterprise: actor.enterprise.clone().map(|(city, id)| EnterpriseRef { city, id }),
    }
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
    Ok(axum::Json(view(&app, &current.account, &current.session, &actor)))
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
    let address = address.map_or_else(|| "local".to_string(), |Extension(address)| address.0.to_string());
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let signed_in =
        session::sign_in(&app, &new.login, &new.password, new.totp.as_deref(), &address, agent).await?;
    let Current { account, session } = &signed_in.current;
    let actor = people::actor(&app.db, account, app.clock.today()).await?;
    let cookie = format!("{COOKIE}={}; Path=/; HttpOnly; SameSite=Strict; Max-Age=604800", signed_in.token);
    Ok(([(header::SET_COOKIE, cookie)], axum::Json(view(&app, account, session, &actor))).into_response())
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
