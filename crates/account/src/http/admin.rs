//! Keeping accounts: by security administrators, each for the own division and below, never for themselves.

use std::collections::BTreeSet;

use axum::{Extension, Json, extract::State, http::StatusCode};
use chrono::{DateTime, NaiveDate, Utc};
use db::{Exec, Sql, Tx, sql};
use kernel::{Actor, Power, RegionCode, Role, Scope};
use region::divisions;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Body, Caller, List, Once, Outcome, Page, PathOf, Problem, Query};

use super::{
    deputies::{self, DeputyView},
    sign_on,
};
use crate::{
    SignOn,
    model::{Account, GrantRow},
    people::{self, NewAccount, NewGrant},
    powers,
};

/// A grant as administrators see it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GrantView {
    id: Uuid,
    role: String,
    role_label: String,
    region: String,
    region_name: String,
    #[schema(value_type = Option<Vec<String>>)]
    sectors: Option<Value>,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
    document: Option<String>,
}

/// An account as administrators see it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AccountView {
    city: String,
    id: Uuid,
    region: String,
    region_name: String,
    login: String,
    name: String,
    kind: String,
    enterprise: Option<Uuid>,
    /// The office the person belongs to.
    agency: Option<Uuid>,
    agency_name: Option<String>,
    phone: Option<String>,
    disabled: bool,
    locked_until: Option<DateTime<Utc>>,
    must_change_password: bool,
    totp: bool,
    /// Subject at the sign-on provider.
    sign_on: Option<String>,
    created_at: DateTime<Utc>,
    version: i64,
    grants: Vec<GrantView>,
    /// Who stands in for this person, and for whom this person stands in, now or later.
    deputies: Vec<DeputyView>,
}

#[derive(db::FromRow)]
struct Office {
    id: Uuid,
    name: String,
}

/// The offices that accounts belong to.
async fn offices(db: impl Exec, accounts: &[Account]) -> db::Result<Vec<Office>> {
    let ids: Vec<Uuid> = accounts.iter().filter_map(|account| account.agency).collect();
    let cities: BTreeSet<&str> = accounts.iter().map(|account| account.city.as_str()).collect();
    let sql = Sql::new("select id, name from agency where ").within("city", cities);
    db.all(sql.push(" and ").within("id", ids)).await
}

fn view(
    account: Account,
    grants: Vec<GrantRow>,
    deputies: Vec<DeputyView>,
    offices: &[Office],
) -> AccountView {
    AccountView {
        region_name: divisions::full_name(&account.town),
        city: account.city,
        id: account.id,
        region: account.town,
        login: account.login,
        name: account.name,
        kind: account.kind,
        enterprise: account.enterprise,
        agency_name: account
            .agency
            .and_then(|id| offices.iter().find(|own| own.id == id))
            .map(|own| own.name.clone()),
        agency: account.agency,
        phone: account.phone,
        disabled: account.disabled,
        locked_until: account.locked_until,
        must_change_password: account.must_change_password,
        totp: account.totp_secret.is_some(),
        sign_on: account.oidc_subject.as_deref().map(|own| crate::sign_on::of_provider(own).to_string()),
        deputies,
        created_at: account.created_at,
        version: account.version,
        grants: grants
            .into_iter()
            .map(|grant| GrantView {
                id: grant.id,
                role_label: Role::parse(&grant.role).map_or("", Role::label).to_string(),
                role: grant.role,
                region_name: divisions::full_name(&grant.region),
                region: grant.region,
                sectors: grant.sectors.map(|json| json.0),
                valid_from: grant.valid_from,
                valid_to: grant.valid_to,
                document: grant.document,
            })
            .collect(),
    }
}

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

async fn find(db: impl Exec, scope: &Scope, id: Uuid) -> Outcome<Account> {
    let sql = Account::select().push(" where id = ").arg(id).push(" and ").area(scope, "");
    Ok(db.one(sql).await?)
}

pub(super) async fn shown(app: &App, account: Account) -> Outcome<Json<AccountView>> {
    let sql = GrantRow::select().push(" where account = ").arg(account.id).push(" order by id limit 200");
    let grants = app.db.all(sql).await?;
    let deputies = deputies::about(&app.db, &[account.id], app.clock.today()).await?;
    let offices = offices(&app.db, std::slice::from_ref(&account)).await?;
    Ok(Json(view(account, grants, deputies, &offices)))
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

/// An account that was made, with its password for the first sign-in. It is shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Made {
    id: Uuid,
    password: String,
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
    if let Some(phone) = new.phone.filter(|phone| !phone.trim().is_empty()) {
        tx.run(sql!("update account set phone = $1 where id = $2", phone.trim(), id)).await?;
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

/// An account that is to be changed: in the area, not one's own, not changed by somebody else since it was read.
pub(super) async fn open(
    tx: &mut Tx,
    actor: &Actor,
    power: &Power,
    id: Uuid,
    version: Option<i64>,
) -> Outcome<Account> {
    let account = find(&mut *tx, &actor.may(power)?, id).await?;
    // neither a deputy nor the person stood in for keeps the own account by standing in
    if account.id == actor.account || Some(account.id) == actor.on_behalf {
        return Err(Problem::conflict("account.own", "不能改动自己的账号和授权，请由另一位安全管理员办理。"));
    }
    if version.is_some_and(|version| version != account.version) {
        let current = json!({"name": account.name, "phone": account.phone, "disabled": account.disabled, "version": account.version});
        return Err(Problem::stale(current));
    }
    Ok(account)
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
        changed.phone = Some(phone.trim().to_string()).filter(|phone| !phone.is_empty());
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

/// Gives an account a new random password, shown this once; it must be changed at the next sign-in, its lock and
/// its sessions end.
#[utoipa::path(post, path = "/api/accounts/{id}/password", tag = "accounts", params(("id" = Uuid, Path)),
    responses((status = 200, body = Made), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn reset_password(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf(id): PathOf<Uuid>,
) -> Outcome<Once<Made>> {
    actor.may(&powers::RESET)?;
    let mut tx = app.db.begin().await?;
    let account = open(&mut tx, &actor, &powers::RESET, id, None).await?;
    let password = people::reset(&mut tx, &app.clock, &actor, &account).await?;
    tx.commit().await?;
    Ok(Once(Made { id, password }))
}

/// Takes the second factor away from an account whose owner has lost it; its lock and its sessions end. An administrator
/// must set up another at the next sign-in.
#[utoipa::path(delete, path = "/api/accounts/{id}/totp", tag = "accounts", params(("id" = Uuid, Path)),
    responses((status = 200, body = AccountView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn reset_totp(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf(id): PathOf<Uuid>,
) -> Outcome<Json<AccountView>> {
    actor.may(&powers::RESET_TOTP)?;
    let mut tx = app.db.begin().await?;
    let account = open(&mut tx, &actor, &powers::RESET_TOTP, id, None).await?;
    if account.totp_secret.is_none() {
        return Err(Problem::conflict("totp.off", "这个账号没有启用动态口令。"));
    }
    tx.run(sql!(
        "update account set totp_secret = null, totp_step = null, failures = 0, locked_until = null,
         updated_at = $1, updated_by = $2, version = version + 1 where id = $3",
        app.clock.now(),
        actor.account,
        id
    ))
    .await?;
    tx.run(sql!("delete from session where account = $1", id)).await?;
    let (before, after) = (Some(json!({"totp": true})), Some(json!({"totp": false})));
    people::trail(&mut tx, &app.clock, &actor, audit::Action::Update, &account, before, after).await?;
    tx.commit().await?;
    shown(&app, find(&app.db, &actor.may(&powers::RESET_TOTP)?, id).await?).await
}

/// A role to be given.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Given {
    role: String,
    region: String,
    /// Only these supervised sectors.
    sectors: Option<Vec<String>>,
    /// First day; today unless told.
    valid_from: Option<NaiveDate>,
    /// First day it no longer counts.
    valid_to: Option<NaiveDate>,
    /// Number of the delegation deed (委托执法) or order.
    document: Option<String>,
}

/// Gives a role in a division of the own area. The three administrator duties exclude one another.
#[utoipa::path(post, path = "/api/accounts/{id}/grants", tag = "accounts", params(("id" = Uuid, Path)), request_body = Given,
    responses((status = 201, body = AccountView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create_grant(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf(id): PathOf<Uuid>,
    Body(given): Body<Given>,
) -> Outcome<(StatusCode, Json<AccountView>)> {
    let scope = actor.may(&powers::GRANT)?;
    let region = RegionCode::parse(&given.region)?;
    let role = Role::parse(&given.role)
        .ok_or_else(|| Problem::wrong_field("/role", "role.unknown", "请选择角色。"))?;
    if !scope.covers(region.as_str()) {
        return Err(Problem::wrong_field("/region", "region.outside", "只能授予本辖区及下级的权限。"));
    }
    let valid_from = given.valid_from.unwrap_or_else(|| app.clock.today());
    if given.valid_to.is_some_and(|end| end <= valid_from) {
        return Err(Problem::wrong_field("/valid_to", "dates.order", "结束日期应晚于开始日期。"));
    }
    let known = |sector: &String| rules_sector(sector);
    if given.sectors.as_ref().is_some_and(|sectors| sectors.is_empty() || !sectors.iter().all(known)) {
        return Err(Problem::wrong_field("/sectors", "sector.unknown", "请从列表中选择监管领域。"));
    }
    let mut tx = app.db.begin().await?;
    let account = open(&mut tx, &actor, &powers::GRANT, id, None).await?;
    let officer = !matches!(role, Role::Enterprise | Role::Intermediary);
    if officer != (account.kind == "officer") {
        return Err(Problem::wrong_field("/role", "role.kind", "这种账号不能担任这个角色。"));
    }
    let document = given.document.map(|text| text.trim().to_string()).filter(|text| !text.is_empty());
    if document.as_ref().is_some_and(|text| text.chars().count() > 100) {
        return Err(Problem::wrong_field("/document", "document.long", "文号最多 100 字。"));
    }
    let new =
        NewGrant { role, region, sectors: given.sectors, valid_from, valid_to: given.valid_to, document };
    people::grant(&mut tx, &app.clock, &actor, &account, new).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, shown(&app, account).await?))
}

fn rules_sector(code: &str) -> bool {
    rules::sector::SECTORS.iter().any(|(known, _)| *known == code)
}

/// Takes a role back, from today on. That it was held stays on the trail.
#[utoipa::path(delete, path = "/api/accounts/{id}/grants/{grant}", tag = "accounts", params(("id" = Uuid, Path), ("grant" = Uuid, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn delete_grant(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((id, grant)): PathOf<(Uuid, Uuid)>,
) -> Outcome<StatusCode> {
    let scope = actor.may(&powers::REVOKE)?;
    let mut tx = app.db.begin().await?;
    let account = open(&mut tx, &actor, &powers::REVOKE, id, None).await?;
    let row: GrantRow =
        tx.one(GrantRow::select().push(" where id = ").arg(grant).push(" and account = ").arg(id)).await?;
    if !scope.covers(&row.region) {
        return Err(Problem::not_found());
    }
    tx.run(sql!("delete from account_grant where id = $1", grant)).await?;
    let before = json!({"grant": row.role, "region": row.region, "valid_from": row.valid_from, "valid_to": row.valid_to, "document": row.document});
    people::trail(
        &mut tx,
        &app.clock,
        &actor,
        audit::Action::Update,
        &account,
        Some(before),
        Some(json!({})),
    )
    .await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A role.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RoleView {
    code: &'static str,
    label: &'static str,
    administrator: bool,
    /// What it may do, in words.
    powers: Vec<&'static str>,
}

/// The roles and what each may do.
#[utoipa::path(get, path = "/api/roles", tag = "accounts",
    responses((status = 200, body = Vec<RoleView>), (status = 403, body = Problem)))]
pub(super) async fn list_roles(
    State(app): State<App>,
    Caller(actor): Caller,
) -> Outcome<Json<Vec<RoleView>>> {
    actor.may(&powers::ROLES)?;
    let roles = Role::ALL.iter().map(|role| RoleView {
        code: role.code(),
        label: role.label(),
        administrator: role.is_administrator(),
        powers: app
            .powers
            .iter()
            .filter(|power| power.allow.iter().any(|(own, _)| own == role))
            .map(|power| power.label)
            .collect(),
    });
    Ok(Json(roles.collect()))
}
