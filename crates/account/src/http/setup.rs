//! The first start over HTTP: whether the system waits for its first administrator, and making that one.

use axum::{Json, extract::State, http::StatusCode};
use db::{Exec, FromRow, sql};
use kernel::{Actor, RegionCode, Role};
use region::divisions;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use web::{App, Body, Outcome, Problem};

use crate::{
    model::Account,
    people::{self, NewAccount, NewGrant},
    session,
};

/// Whether the system waits for its first administrator.
#[derive(Serialize, ToSchema)]
pub(super) struct Setup {
    needed: bool,
}

/// Says whether the first administrator is still to be made.
#[utoipa::path(get, path = "/api/setup", tag = "session", responses((status = 200, body = Setup)))]
pub(super) async fn find_setup(State(app): State<App>) -> Outcome<Json<Setup>> {
    Ok(Json(Setup { needed: crate::setup_needed(&app.db).await? }))
}

/// What the first start asks for.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewSetup {
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
pub(super) async fn create_setup(State(app): State<App>, Body(setup): Body<NewSetup>) -> Outcome<StatusCode> {
    #[derive(FromRow)]
    struct Setting {
        value: db::Json<Value>,
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
