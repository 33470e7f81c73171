//! Signing in and out by password, who is signed in and for whom one acts, and the browsers in which one is. Signing in by a
//! provider is `sign_on`; who is calling is found out by `crate::caller` before any of this.

use axum::{
    Extension, Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, NaiveDate, Utc};
use db::{Exec, sql};
use kernel::{Actor, RegionCode};
use region::divisions;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, Body, Caller, Outcome, PathOf, Problem};

use crate::{
    caller::{self, Current},
    model::SessionRow,
    people,
    session::{self, COOKIE, Origin, SignedIn},
};

/// Who signs in.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewSession {
    login: String,
    password: String,
    /// Code of the second factor, where it is on.
    totp: Option<String>,
}

/// A grant as its holder sees it.
#[derive(Serialize, ToSchema)]
pub(super) struct OwnGrant {
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
pub(super) struct Principal {
    pub(super) id: Uuid,
    pub(super) name: String,
    /// First day it no longer counts.
    pub(super) valid_to: NaiveDate,
}

/// Who is signed in and what they may do.
#[derive(Serialize, ToSchema)]
pub(super) struct SessionView {
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
pub(super) struct OwnAccount {
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
pub(super) struct RegionView {
    code: String,
    name: String,
    tier: String,
}

/// An enterprise by its key.
#[derive(Serialize, ToSchema)]
pub(super) struct EnterpriseRef {
    city: String,
    id: Uuid,
}

pub(super) async fn view(app: &App, current: &Current, actor: &Actor) -> Outcome<SessionView> {
    let Current { account, session, .. } = current;
    // the pages begin where the person works for whom one acts
    let principal = match actor.on_behalf {
        Some(principal) => people::in_use(&app.db, principal).await?,
        None => None,
    };
    let town = principal.map_or_else(|| account.town.clone(), |principal| principal.town);
    let code = RegionCode::parse(&town).ok();
    let stands_in_for = super::deputies::principals(app, account.id).await?;
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
pub(super) async fn find_session(
    State(app): State<App>,
    current: Current,
    Caller(actor): Caller,
) -> Outcome<Json<SessionView>> {
    Ok(Json(view(&app, &current, &actor).await?))
}

/// Signs in: sets the session cookie.
#[utoipa::path(post, path = "/api/session", tag = "session", request_body = NewSession,
    responses((status = 200, body = SessionView), (status = 401, body = Problem), (status = 429, body = Problem)))]
pub(super) async fn create_session(
    State(app): State<App>,
    headers: HeaderMap,
    address: Option<Extension<web::PeerAddress>>,
    Body(new): Body<NewSession>,
) -> Outcome<Response> {
    let origin = origin(&headers, address);
    let signed_in = session::sign_in(&app, &new.login, &new.password, new.totp.as_deref(), &origin).await?;
    enter(&app, signed_in).await
}

pub(super) fn origin(headers: &HeaderMap, address: Option<Extension<web::PeerAddress>>) -> Origin {
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Origin {
        address: address.map_or_else(|| "local".to_string(), |Extension(address)| address.0.to_string()),
        agent: agent.to_string(),
    }
}

/// The answer to whoever has signed in: the cookie and the session.
pub(super) async fn enter(app: &App, signed_in: SignedIn) -> Outcome<Response> {
    let cookie = format!("{COOKIE}={}; Path=/; HttpOnly; SameSite=Strict; Max-Age=604800", signed_in.token);
    let (current, actor) = caller::whole(app, signed_in.account, signed_in.session).await?;
    let view = view(app, &current, &actor).await?;
    Ok(([(header::SET_COOKIE, cookie)], Json(view)).into_response())
}

/// For whom one acts.
#[derive(Deserialize, ToSchema)]
pub(super) struct Acting {
    /// The person one stands in for; null is oneself.
    on_behalf: Option<Uuid>,
}

/// Says for whom one acts in this session: for oneself, or for somebody who named one as deputy. The trail names both.
#[utoipa::path(patch, path = "/api/session", tag = "session", request_body = Acting,
    responses((status = 200, body = SessionView), (status = 401, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn update_session(
    State(app): State<App>,
    current: Current,
    Caller(actor): Caller,
    Body(acting): Body<Acting>,
) -> Outcome<Json<SessionView>> {
    let mut session = current.session;
    session.on_behalf = acting.on_behalf;
    let (current, acts) = caller::whole(&app, current.account, session).await?;
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
    Ok(Json(view(&app, &current, &acts).await?))
}

/// Signs out.
#[utoipa::path(delete, path = "/api/session", tag = "session", responses((status = 204), (status = 401, body = Problem)))]
pub(super) async fn delete_session(
    State(app): State<App>,
    current: Current,
    Caller(actor): Caller,
) -> Outcome<Response> {
    let mut tx = app.db.begin().await?;
    tx.run(sql!("delete from session where hash = $1", &current.session.hash)).await?;
    people::trail(&mut tx, &app.clock, &actor, audit::Action::SignOut, &current.account, None, None).await?;
    tx.commit().await?;
    let cookie = format!("{COOKIE}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
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
pub(super) async fn list_sessions(
    State(app): State<App>,
    current: Current,
) -> Outcome<Json<Vec<SessionItem>>> {
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
    current: Current,
    Caller(actor): Caller,
    PathOf(id): PathOf<Uuid>,
) -> Outcome<StatusCode> {
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
