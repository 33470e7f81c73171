//! Keeping accounts: by security administrators, each for the own division and below, never for themselves. Here stands what
//! all of it shares: how an account is shown, and how one is opened for a change. What one does to oneself is not its business.

mod access;
mod person;

use std::collections::BTreeSet;

use axum::Json;
use chrono::{DateTime, NaiveDate, Utc};
use db::{Exec, Sql, Tx};
use kernel::{Actor, Power, Role, Scope};
use region::divisions;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;
use web::{App, Outcome, Problem};

use super::deputies::{self, DeputyView};
use crate::model::{Account, GrantRow};

/// The operations of keeping accounts.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(person::list_accounts, person::create_account))
        .routes(routes!(person::find_account, person::update_account))
        .routes(routes!(access::reset_password))
        .routes(routes!(access::reset_totp))
        .routes(routes!(access::create_grant))
        .routes(routes!(access::delete_grant))
        .routes(routes!(access::list_roles))
}

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

/// An account that was made, with its password for the first sign-in. It is shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Made {
    id: Uuid,
    password: String,
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
