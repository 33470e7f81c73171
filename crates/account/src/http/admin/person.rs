//! The person behind an account: finding it, making it, changing its name, telephone, office and sign-on, taking it out of
//! use. What it may do and how it gets in is `access`.

use axum::{Extension, Json, extract::State, http::StatusCode};
use db::{Exec, Tx, sql};
use kernel::{RegionCode, Role, Scope};
use region::divisions;
use serde::Deserialize;
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Body, Caller, List, Once, Outcome, Page, PathOf, Problem, Query};

use super::{AccountView, Made, find, offices, open, shown, view};
use crate::{
    SignOn,
    http::{deputies, sign_on},
    model::{Account, GrantRow},
    people::{self, NewAccount, NewGrant},
    powers,
};

/// Which accounts.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// Division and all within it.
    region: Option<String>,
    /// Beginning of the login, or any part of the name.
    q: Option<String>,
}

/// Accounts of the own area with their grants, the latest first.
#[utoipa::path(get, path = "/api/accounts", tag = "accounts", params(Which, Page),
    responses((status = 200, body = List<AccountView>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_accounts(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(which): Query<Which>,
    Query(page): Query<Page>,
) -> Outcome<Json<List<AccountView>>> {
    let scope = web::narrowed(actor.may(&powers::LIST)?, which.region.as_deref())?;
    let mut sql = Account::select().push(" where ").area(&scope, "");
    if let Some(q) = which.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        let pattern = db::like(q);
        sql = sql
            .push(" and (lower(login) like ")
            .arg(pattern.to_lowercase())
            .push(" escape '\\' or name like ");
        sql = sql.arg(pattern).push(" escape '\\')");
    }
    let page = page.latest(&app.db, sql, |row: &Account| row.id).await?;
    let grants: Vec<GrantRow> = app
        .db
        .all(
            GrantRow::select()
                .push(" where ")
                .within("account", page.items.iter().map(|account| account.id))
                .push(" order by id limit 2000"),
        )
        .await?;
    let ids: Vec<Uuid> = page.items.iter().map(|account| account.id).collect();
    let deputies = deputies::about(&app.db, &ids, app.clock.today()).await?;
    let offices = offices(&app.db, &page.items).await?;
    Ok(Json(page.map(|account| {
        let own = grants.iter().filter(|grant| grant.account == account.id).cloned().collect();
        let deputies = deputies.iter().filter(|row| row.concerns(account.id)).cloned().collect();
        view(account, own, deputies, &offices)
    })))
}

/// One account.
#[utoipa::path(get, path = "/api/accounts/{id}", tag = "accounts", params(("id" = Uuid, Path)),
    responses((status = 200, body = AccountView), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn find_account(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf(id): PathOf<Uuid>,
) -> Outcome<Json<AccountView>> {
    let account = find(&app.db, &actor.may(&powers::FIND)?, id).await?;
    shown(&app, account).await
}

/// A new account.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewPerson {
    login: String,
    name: String,
    /// `officer`, `enterprise` or `intermediary`.
    kind: String,
    /// Division it belongs to.
    region: String,
    /// Enterprise it is bound to, for enterprise accounts.
    enterprise: Option<Uuid>,
    /// Office it belongs to.
    agency: Option<Uuid>,
    phone: Option<String>,
}

/// Makes an account with a random password that must be changed at the first sign-in.
#[utoipa::path(post, path = "/api/accounts", tag = "accounts", request_body = NewPerson,
    responses((status = 201, body = Made), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create_account(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(new): Body<NewPerson>,
) -> Outcome<(StatusCode, Once<Made>)> {
    let scope = actor.may(&powers::CREATE)?;
    let region = RegionCode::parse(&new.region)?;
    if divisions::find(region.as_str()).is_none() {
        return Err(Problem::wrong_field("/region", "region.unknown", "没有这个行政区划，请重新选择。"));
    }
    if !scope.covers(region.as_str()) {
        return Err(Problem::wrong_field("/region", "region.outside", "只能为本辖区及下级新建账号。"));
    }
    let kind = match (new.kind.as_str(), new.enterprise) {
        ("officer", None) => "officer",
        ("intermediary", None) => "intermediary",
        ("enterprise", Some(_)) => "enterprise",
        ("enterprise", None) => {
            return Err(Problem::wrong_field("/enterprise", "enterprise.missing", "请选择账号所属的企业。"));
        }
        _ => return Err(Problem::wrong_field("/kind", "kind.unknown", "请选择账号类别。")),
    };
    let mut tx = app.db.begin().await?;
    if let Some(enterprise) = new.enterprise {
        #[derive(db::FromRow)]
        struct Place {
            town: String,
        }
        let sql = sql!("select town from enterprise where city = $1 and id = $2", region.city(), enterprise);
        let place: Option<Place> = tx.optional(sql).await?;
        if place.is_none_or(|place| place.town != region.as_str()) {
            let message = "企业不在所选的镇街，请先核对企业的镇街分配。";
            return Err(Problem::wrong_field("/enterprise", "enterprise.elsewhere", message));
        }
    }
    let person = NewAccount {
        login: new.login,
        name: new.name,
        kind,
        region: region.clone(),
        enterprise: new.enterprise,
    };
    let (id, password) = people::create(&mut tx, &app.clock, &actor, person, None).await?;
    if let Some(phone) = web::filled(new.phone) {
        tx.run(sql!("update account set phone = $1 where id = $2", phone, id)).await?;
    }
    if let Some(agency) = new.agency {
        known_agency(&mut tx, &scope, region.city(), agency).await?;
        tx.run(sql!("update account set agency = $1 where id = $2", agency, id)).await?;
    }
    let role = match kind {
        "enterprise" => Some(Role::Enterprise),
        "intermediary" => Some(Role::Intermediary),
        _ => None,
    };
    if let Some(role) = role {
        let account = find(&mut tx, &scope, id).await?;
        let valid_from = app.clock.today();
        let own = NewGrant { role, region, sectors: None, valid_from, valid_to: None, document: None };
        people::grant(&mut tx, &app.clock, &actor, &account, own).await?;
    }
    tx.commit().await?;
    Ok((StatusCode::CREATED, Once(Made { id, password })))
}

/// Changes of an account.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Change {
    /// The version that was read.
    version: i64,
    name: Option<String>,
    phone: Option<String>,
    /// Office it belongs to; null takes it out of its office.
    #[serde(default, deserialize_with = "web::said")]
    #[schema(value_type = Option<Uuid>)]
    agency: Option<Option<Uuid>>,
    /// Out of use: nobody can sign in with it; its sessions end.
    disabled: Option<bool>,
    /// Subject at the sign-on provider; empty unbinds it.
    sign_on: Option<String>,
}

/// Refuses an office that is not there or lies outside the area.
async fn known_agency(tx: &mut Tx, scope: &Scope, city: Option<&str>, id: Uuid) -> Outcome<()> {
    let sql = region::Agency::select().push(" where city = ").arg(city).push(" and id = ").arg(id);
    let found: Option<region::Agency> = tx.optional(sql.push(" and ").area(scope, "")).await?;
    match found {
        Some(_) => Ok(()),
        None => Err(Problem::wrong_field("/agency", "agency.unknown", "请选择本辖区及下级的机构。")),
    }
}

/// Changes an account's name, phone and office, or takes it out of use.
#[utoipa::path(patch, path = "/api/accounts/{id}", tag = "accounts", params(("id" = Uuid, Path)), request_body = Change,
    responses((status = 200, body = AccountView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn update_account(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf(id): PathOf<Uuid>,
    provider: Option<Extension<SignOn>>,
    Body(change): Body<Change>,
) -> Outcome<Json<AccountView>> {
    actor.may(&powers::UPDATE)?;
    let mut tx = app.db.begin().await?;
    let account = open(&mut tx, &actor, &powers::UPDATE, id, Some(change.version)).await?;
    let mut changed = account.clone();
    if let Some(name) = &change.name {
        if name.trim().is_empty() {
            return Err(Problem::wrong_field("/name", "name.missing", "请填写姓名。"));
        }
        changed.name = name.trim().to_string();
    }
    if let Some(phone) = &change.phone {
        changed.phone = web::filled(Some(phone));
    }
    if let Some(agency) = change.agency {
        if let Some(agency) = agency.filter(|agency| account.agency != Some(*agency)) {
            let scope = actor.may(&powers::UPDATE)?;
            known_agency(&mut tx, &scope, Some(&account.city), agency).await?;
        }
        changed.agency = agency;
    }
    changed.disabled = change.disabled.unwrap_or(changed.disabled);
    if let Some(subject) = change.sign_on.as_deref().map(str::trim) {
        let Some(Extension(provider)) = provider else {
            return Err(Problem::wrong_field("/sign_on", "sign_on.off", "本系统没有配置统一认证登录。"));
        };
        changed.oidc_subject = (!subject.is_empty()).then(|| provider.subject(subject));
    }
    changed.version += 1;
    changed.updated_at = app.clock.now();
    changed.updated_by = actor.account;
    match tx.run(changed.update(&["city", "id"])).await {
        Err(db::Error::Conflict { .. }) => return Err(sign_on::taken()),
        other => other?,
    };
    if changed.disabled {
        tx.run(sql!("delete from session where account = $1", id)).await?;
    }
    let said = |own: &Account| json!({"name": own.name, "phone": own.phone, "agency": own.agency, "disabled": own.disabled, "sign_on": own.oidc_subject});
    let (before, after) = audit::diff(&said(&account), &said(&changed));
    let (before, after) = (Some(before), Some(after));
    people::trail(&mut tx, &app.clock, &actor, audit::Action::Update, &changed, before, after).await?;
    tx.commit().await?;
    shown(&app, changed).await
}
