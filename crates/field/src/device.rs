//! Devices: enrolled by whoever is signed in on them, revoked by the same person from anywhere, or by the security administrator of the
//! area where that person cannot. A revoked device learns of it with its next contact, signed in or not, and wipes itself.

use audit::Action;
use axum::{Json, extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use db::{Exec, FromRow, Sql, Tx, sql};
use kernel::{Actor, Scope};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, Body, Caller, Once, Outcome, PathOf, Problem};

/// Most devices of one account that are not revoked.
const MOST: usize = 10;

db::table! {
    /// A device.
    pub struct Device in "field_device" {
        /// Id.
        pub id: Uuid,
        /// Whose.
        pub account: Uuid,
        /// What its owner calls it.
        pub name: String,
        /// The half of the key that is held here, 64 hexadecimal digits; none once it is revoked.
        pub key_part: Option<String>,
        /// When enrolled, UTC.
        pub created_at: DateTime<Utc>,
        /// When revoked, UTC.
        pub revoked_at: Option<DateTime<Utc>>,
    }
}

/// A device as its owner sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FieldDevice {
    id: Uuid,
    name: String,
    created_at: DateTime<Utc>,
    revoked_at: Option<DateTime<Utc>>,
}

fn view(device: Device) -> FieldDevice {
    FieldDevice {
        id: device.id,
        name: device.name,
        created_at: device.created_at,
        revoked_at: device.revoked_at,
    }
}

/// One's devices, the latest first, those revoked too.
#[utoipa::path(get, path = "/api/field/devices", tag = "field", responses((status = 200, body = Vec<FieldDevice>), (status = 401, body = Problem)))]
pub(super) async fn list_field_devices(
    State(app): State<App>,
    Caller(actor): Caller,
) -> Outcome<Json<Vec<FieldDevice>>> {
    let sql = Device::select().push(" where account = ").arg(actor.account);
    let rows: Vec<Device> = app.db.all(sql.push(" order by id desc limit 100")).await?;
    Ok(Json(rows.into_iter().map(view).collect()))
}

/// A device to be enrolled.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewFieldDevice {
    /// What its owner calls it.
    name: String,
}

/// A device that was enrolled; the half of the key is for the device alone.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EnrolledDevice {
    id: Uuid,
    name: String,
    /// 64 hexadecimal digits.
    key_part: String,
}

#[derive(FromRow)]
struct Home {
    city: String,
    town: String,
}

async fn trail(
    tx: &mut Tx,
    app: &App,
    actor: &Actor,
    device: &Device,
    (action, after): (Action, Value),
) -> Outcome<()> {
    let home: Home = tx.one(sql!("select city, town from account where id = $1", device.account)).await?;
    let entry = audit::Entry {
        action,
        subject: Device::TABLE,
        city: home.city,
        town: home.town,
        row: Some(device.id),
        title: Some(device.name.clone()),
        before: None,
        after: Some(after),
        reason: None,
    };
    Ok(audit::record(tx, &app.clock, actor, entry).await?)
}

/// Enrols the device at which one sits.
#[utoipa::path(post, path = "/api/field/devices", tag = "field", request_body = NewFieldDevice,
    responses((status = 201, body = EnrolledDevice), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create_field_device(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(new): Body<NewFieldDevice>,
) -> Outcome<(StatusCode, Once<EnrolledDevice>)> {
    actor.may(&crate::ENROL)?;
    let name = new.name.trim().to_string();
    if name.is_empty() || name.chars().count() > 50 {
        return Err(Problem::wrong_field("/name", "name.missing", "请给这台设备起个名字（50 字以内）。"));
    }
    let mut tx = app.db.begin().await?;
    let held = Device::select().push(" where account = ").arg(actor.account).push(" and revoked_at is null");
    if tx.all::<Device>(held.push(" limit 20")).await?.len() >= MOST {
        return Err(Problem::conflict(
            "device.many",
            format!("一个账号最多 {MOST} 台外勤设备，请先停用不用的。"),
        ));
    }
    let key_part = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
    let device = Device {
        id: Uuid::new_v4(),
        account: actor.account,
        name,
        key_part: Some(key_part.clone()),
        created_at: app.clock.now(),
        revoked_at: None,
    };
    tx.run(device.insert()).await?;
    trail(&mut tx, &app, &actor, &device, (Action::Create, json!({"name": device.name}))).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Once(EnrolledDevice { id: device.id, name: device.name, key_part })))
}

/// Whether a device may go on, and what time it is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FieldDeviceState {
    /// It must wipe itself; also where nobody knows it.
    revoked: bool,
    /// Against which it sets its clock right.
    now: DateTime<Utc>,
}

/// What a device asks with every contact, signed in or not: a stolen one must hear that it is revoked.
#[utoipa::path(get, path = "/api/field/devices/{id}/state", tag = "field", params(("id" = Uuid, Path)),
    responses((status = 200, body = FieldDeviceState)))]
pub(super) async fn find_field_device_state(
    State(app): State<App>,
    PathOf(id): PathOf<Uuid>,
) -> Outcome<Json<FieldDeviceState>> {
    let sql = Device::select().push(" where id = ").arg(id);
    let device: Option<Device> = app.db.optional(sql).await?;
    let revoked = device.is_none_or(|device| device.revoked_at.is_some());
    Ok(Json(FieldDeviceState { revoked, now: app.clock.now() }))
}

pub(super) async fn own(db: impl Exec, actor: &Actor, id: Uuid) -> Outcome<Device> {
    let sql = Device::select().push(" where id = ").arg(id).push(" and account = ").arg(actor.account);
    Ok(db.one(sql).await?)
}

/// The half of the key once more, for a device that gave its own up after wrong PINs.
#[utoipa::path(post, path = "/api/field/devices/{id}/key", tag = "field", params(("id" = Uuid, Path)),
    responses((status = 200, body = EnrolledDevice), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn unlock_field_device(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf(id): PathOf<Uuid>,
) -> Outcome<Once<EnrolledDevice>> {
    let mut tx = app.db.begin().await?;
    let device = own(&mut tx, &actor, id).await?;
    let Some(key_part) = device.key_part.clone() else {
        return Err(Problem::conflict("device.revoked", "这台设备已经停用，请重新登记。"));
    };
    trail(&mut tx, &app, &actor, &device, (Action::Update, json!({"unlocked": true}))).await?;
    tx.commit().await?;
    Ok(Once(EnrolledDevice { id: device.id, name: device.name, key_part }))
}

/// Revokes a device: what lies on it can be read no more, and its next contact wipes it.
#[utoipa::path(delete, path = "/api/field/devices/{id}", tag = "field", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn revoke_field_device(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf(id): PathOf<Uuid>,
) -> Outcome<StatusCode> {
    let mut tx = app.db.begin().await?;
    let device = own(&mut tx, &actor, id).await?;
    revoke(&mut tx, &app, &actor, device).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn revoke(tx: &mut Tx, app: &App, actor: &Actor, device: Device) -> Outcome<()> {
    if device.revoked_at.is_none() {
        let device = Device { key_part: None, revoked_at: Some(app.clock.now()), ..device };
        tx.run(device.update(&["id"])).await?;
        trail(tx, app, actor, &device, (Action::Delete, json!({"revoked": true}))).await?;
    }
    Ok(())
}

/// The devices of an account in scope.
fn of_account(scope: &Scope, account: Uuid) -> Sql {
    let sql = Device::select().push(" where account in (select id from account where id = ").arg(account);
    sql.push(" and ").area(scope, "").push(")")
}

/// The devices of somebody of the own area, the latest first, those revoked too.
#[utoipa::path(get, path = "/api/accounts/{id}/field-devices", tag = "field", params(("id" = Uuid, Path)),
    responses((status = 200, body = Vec<FieldDevice>), (status = 403, body = Problem)))]
pub(super) async fn list_account_field_devices(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf(account): PathOf<Uuid>,
) -> Outcome<Json<Vec<FieldDevice>>> {
    let scope = actor.may(&crate::DEVICES)?;
    let sql = of_account(&scope, account);
    let rows: Vec<Device> = app.db.all(sql.push(" order by created_at desc, id limit 100")).await?;
    Ok(Json(rows.into_iter().map(view).collect()))
}

/// Revokes a device that somebody of the own area lost.
#[utoipa::path(delete, path = "/api/accounts/{id}/field-devices/{device}", tag = "field", params(("id" = Uuid, Path), ("device" = Uuid, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn revoke_account_field_device(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((account, id)): PathOf<(Uuid, Uuid)>,
) -> Outcome<StatusCode> {
    let scope = actor.may(&crate::STOP)?;
    let mut tx = app.db.begin().await?;
    let device = tx.one(of_account(&scope, account).push(" and id = ").arg(id)).await?;
    revoke(&mut tx, &app, &actor, device).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
