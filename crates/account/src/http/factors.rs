//! One's own password and second factor: changing the one, turning the other on and off. What administrators reset for
//! others is `admin::access`.

use axum::{extract::State, http::StatusCode};
use db::{Exec, sql};
use kernel::Actor;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use web::{App, Body, Caller, Once, Outcome, Problem};

use crate::{caller::Current, model::Account, password, people, totp};

/// A secret for an authenticator app. It counts only once a code made with it was given.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Secret {
    secret: String,
    /// For the picture that apps scan.
    uri: String,
}

/// Makes a secret for the second factor.
#[utoipa::path(post, path = "/api/totp", tag = "session", responses((status = 200, body = Secret), (status = 401, body = Problem)))]
pub(super) async fn create_totp(current: Current) -> Outcome<Once<Secret>> {
    let secret = totp::secret()?;
    let uri = totp::uri(&secret, &current.account.login);
    Ok(Once(Secret { secret, uri }))
}

/// A secret with a code made with it.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Confirmation {
    secret: String,
    code: String,
}

/// Turns the second factor on.
#[utoipa::path(put, path = "/api/totp", tag = "session", request_body = Confirmation,
    responses((status = 204), (status = 401, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn confirm_totp(
    State(app): State<App>,
    current: Current,
    Caller(actor): Caller,
    Body(given): Body<Confirmation>,
) -> Outcome<StatusCode> {
    let step = if given.secret.len() == 32 {
        totp::step_of(&given.secret, &given.code, app.clock.now().timestamp(), None)
    } else {
        None
    };
    let Some(step) = step else {
        let message = "动态口令不正确。请核对手机时间后输入最新的 6 位数字。";
        return Err(Problem::wrong_field("/code", "totp.wrong", message));
    };
    let before = current.account.totp_secret.is_some();
    set_totp(&app, &actor, &current.account, Some((given.secret, step)), before).await
}

/// Sets or takes away the second factor; the trail says that it was and is there, never what it is.
async fn set_totp(
    app: &App,
    actor: &Actor,
    account: &Account,
    factor: Option<(String, i64)>,
    before: bool,
) -> Outcome<StatusCode> {
    let (before, after) = (json!({"totp": before}), json!({"totp": factor.is_some()}));
    let (secret, step) = factor.unzip();
    let mut tx = app.db.begin().await?;
    tx.run(sql!(
        "update account set totp_secret = $1, totp_step = $2, updated_at = $3, updated_by = $4, version = version + 1 where id = $4",
        secret,
        step,
        app.clock.now(),
        account.id
    ))
    .await?;
    people::trail(&mut tx, &app.clock, actor, audit::Action::Update, account, Some(before), Some(after))
        .await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The password, once more.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Password {
    password: String,
}

/// Turns the second factor off.
#[utoipa::path(delete, path = "/api/totp", tag = "session", request_body = Password,
    responses((status = 204), (status = 401, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn delete_totp(
    State(app): State<App>,
    current: Current,
    Caller(actor): Caller,
    Body(given): Body<Password>,
) -> Outcome<StatusCode> {
    if current.second_factor {
        return Err(Problem::conflict(
            "totp.required",
            "管理员必须使用动态口令，不能关闭。换手机请由另一位安全管理员重置。",
        ));
    }
    if !password::verify(given.password, current.account.password.clone()).await? {
        return Err(Problem::wrong_field("/password", "password.wrong", "密码不正确。"));
    }
    set_totp(&app, &actor, &current.account, None, true).await
}

/// A change of one's own password.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewPassword {
    old: String,
    new: String,
}

/// Changes one's own password and ends one's other sessions.
#[utoipa::path(post, path = "/api/password", tag = "session", request_body = NewPassword,
    responses((status = 204), (status = 401, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn change_password(
    State(app): State<App>,
    current: Current,
    Caller(actor): Caller,
    Body(change): Body<NewPassword>,
) -> Outcome<StatusCode> {
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
