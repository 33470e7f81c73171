//! What an account lets its holder do: a new password and the loss of the second factor, the roles given and taken back, and
//! what each role may.

use axum::{Json, extract::State, http::StatusCode};
use chrono::NaiveDate;
use db::{Exec, sql};
use kernel::{RegionCode, Role};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, Body, Caller, Once, Outcome, PathOf, Problem};

use super::{AccountView, Made, find, open, shown};
use crate::{
    model::GrantRow,
    people::{self, NewGrant},
    powers,
};

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
    let known = |sector: &String| rules::sector::SECTORS.iter().any(|(code, _)| code == sector);
    if given.sectors.as_ref().is_some_and(|sectors| sectors.is_empty() || !sectors.iter().all(known)) {
        return Err(Problem::wrong_field("/sectors", "sector.unknown", "请从列表中选择监管领域。"));
    }
    let mut tx = app.db.begin().await?;
    let account = open(&mut tx, &actor, &powers::GRANT, id, None).await?;
    let officer = !matches!(role, Role::Enterprise | Role::Intermediary);
    if officer != (account.kind == "officer") {
        return Err(Problem::wrong_field("/role", "role.kind", "这种账号不能担任这个角色。"));
    }
    let document = web::filled(given.document);
    if document.as_ref().is_some_and(|text| text.chars().count() > 100) {
        return Err(Problem::wrong_field("/document", "document.long", "文号最多 100 字。"));
    }
    let new =
        NewGrant { role, region, sectors: given.sectors, valid_from, valid_to: given.valid_to, document };
    people::grant(&mut tx, &app.clock, &actor, &account, new).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, shown(&app, account).await?))
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
