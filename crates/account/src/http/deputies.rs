//! Deputies: named by the person, or by the security administrator of the person's area.

use std::collections::BTreeMap;

use axum::{Json, extract::State, http::StatusCode};
use chrono::NaiveDate;
use db::{Exec, FromRow, Sql, Tx};
use kernel::Actor;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, Body, Caller, Outcome, PathOf, Problem};

use super::{
    admin::{self, AccountView},
    session::Principal,
};
use crate::{
    caller::Current,
    deputy::{self, NewDeputy},
    model::DeputyRow,
    powers,
};

/// Who stands in for whom.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct DeputyView {
    id: Uuid,
    /// The person stood in for.
    principal: Uuid,
    principal_name: String,
    /// The deputy.
    account: Uuid,
    account_name: String,
    valid_from: NaiveDate,
    /// First day it no longer counts.
    valid_to: NaiveDate,
    /// Number of the order.
    document: Option<String>,
    /// Whether it counts today.
    holds: bool,
}

impl DeputyView {
    pub(super) fn concerns(&self, account: Uuid) -> bool {
        [self.principal, self.account].contains(&account)
    }
}

/// Those that concern any of the accounts, now or later, with names.
pub(super) async fn about(db: &db::Db, accounts: &[Uuid], today: NaiveDate) -> Outcome<Vec<DeputyView>> {
    #[derive(FromRow)]
    struct Named {
        id: Uuid,
        name: String,
    }
    let rows = deputy::about(db, accounts, today).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids = rows.iter().flat_map(|row| [row.principal, row.account]);
    let named: Vec<Named> = db.all(Sql::new("select id, name from account where ").within("id", ids)).await?;
    let names: BTreeMap<Uuid, String> = named.into_iter().map(|own| (own.id, own.name)).collect();
    let name = |id: &Uuid| names.get(id).cloned().unwrap_or_default();
    Ok(rows
        .into_iter()
        .map(|row| DeputyView {
            principal_name: name(&row.principal),
            account_name: name(&row.account),
            holds: row.holds_on(today),
            id: row.id,
            principal: row.principal,
            account: row.account,
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            document: row.document,
        })
        .collect())
}

/// For whom the account stands in today.
pub(super) async fn principals(app: &App, account: Uuid) -> Outcome<Vec<Principal>> {
    let rows = about(&app.db, &[account], app.clock.today()).await?;
    let own = rows.into_iter().filter(|row| row.account == account && row.holds);
    Ok(own
        .map(|row| Principal { id: row.principal, name: row.principal_name, valid_to: row.valid_to })
        .collect())
}

/// A deputy to be named.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Named {
    /// Name with which the deputy signs in.
    login: String,
    /// First day; today unless told.
    valid_from: Option<NaiveDate>,
    /// First day it no longer counts; a year later at most.
    valid_to: NaiveDate,
    /// Number of the order.
    document: Option<String>,
}

impl Named {
    fn beginning(self, today: NaiveDate) -> NewDeputy {
        NewDeputy {
            login: self.login,
            valid_from: self.valid_from.unwrap_or(today),
            valid_to: self.valid_to,
            document: self.document,
        }
    }
}

/// Who stands in for oneself, and for whom one stands in, now or later.
#[utoipa::path(get, path = "/api/deputies", tag = "session",
    responses((status = 200, body = Vec<DeputyView>), (status = 401, body = Problem)))]
pub(super) async fn list_own_deputies(
    State(app): State<App>,
    current: Current,
) -> Outcome<Json<Vec<DeputyView>>> {
    Ok(Json(about(&app.db, &[current.account.id], app.clock.today()).await?))
}

/// Names a deputy for one's own grants, from a day and until a day. It ends by itself and cannot be passed on.
#[utoipa::path(post, path = "/api/deputies", tag = "session", request_body = Named,
    responses((status = 201, body = Vec<DeputyView>), (status = 401, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create_own_deputy(
    State(app): State<App>,
    current: Current,
    Caller(actor): Caller,
    Body(named): Body<Named>,
) -> Outcome<(StatusCode, Json<Vec<DeputyView>>)> {
    let today = app.clock.today();
    let mut tx = app.db.begin().await?;
    deputy::name(&mut tx, &app.clock, &actor, &current.account, named.beginning(today)).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(about(&app.db, &[current.account.id], today).await?)))
}

/// Ends a deputy's standing in: either of the two may.
#[utoipa::path(delete, path = "/api/deputies/{id}", tag = "session", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn delete_own_deputy(
    State(app): State<App>,
    current: Current,
    Caller(actor): Caller,
    PathOf(id): PathOf<Uuid>,
) -> Outcome<StatusCode> {
    let own = current.account.id;
    end(&app, app.db.begin().await?, &actor, id, own).await
}

/// Names a deputy for somebody of the own area.
#[utoipa::path(post, path = "/api/accounts/{id}/deputies", tag = "accounts", params(("id" = Uuid, Path)), request_body = Named,
    responses((status = 201, body = AccountView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create_deputy(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf(id): PathOf<Uuid>,
    Body(named): Body<Named>,
) -> Outcome<(StatusCode, Json<AccountView>)> {
    actor.may(&powers::CREATE_DEPUTY)?;
    let mut tx = app.db.begin().await?;
    let account = admin::open(&mut tx, &actor, &powers::CREATE_DEPUTY, id, None).await?;
    deputy::name(&mut tx, &app.clock, &actor, &account, named.beginning(app.clock.today())).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, admin::shown(&app, account).await?))
}

/// Ends that somebody stands in for a person of the own area, or that person for somebody.
#[utoipa::path(delete, path = "/api/accounts/{id}/deputies/{deputy}", tag = "accounts", params(("id" = Uuid, Path), ("deputy" = Uuid, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn delete_deputy(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((id, deputy)): PathOf<(Uuid, Uuid)>,
) -> Outcome<StatusCode> {
    actor.may(&powers::DELETE_DEPUTY)?;
    let mut tx = app.db.begin().await?;
    let account = admin::open(&mut tx, &actor, &powers::DELETE_DEPUTY, id, None).await?;
    end(&app, tx, &actor, deputy, account.id).await
}

async fn end(app: &App, mut tx: Tx, actor: &Actor, id: Uuid, account: Uuid) -> Outcome<StatusCode> {
    let sql = DeputyRow::select().push(" where id = ").arg(id).push(" and (principal = ").arg(account);
    let row: DeputyRow = tx.one(sql.push(" or account = ").arg(account).push(")")).await?;
    deputy::end(&mut tx, &app.clock, actor, &row).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
