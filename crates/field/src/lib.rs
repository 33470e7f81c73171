//! Work in the field (外勤) without a network: the devices that officers take along, and what they take on them.
//!
//! What comes back is of two kinds. Where it is about what was taken along (a record verified, returned, filled in), a device keeps the
//! ordinary request with its idempotency key and the version it was made against, and sends it when it can. Where it is something that
//! happened at a moment, with photos (a danger found, a visit made), it comes back as one work: in one transaction, once, dated by when it happened.

mod device;
mod moment;
mod pack;
mod photo;
mod work;

use kernel::{Power, Role, Tier};
use utoipa_axum::{router::OpenApiRouter, routes};
use web::App;

const FIELD: &[(Role, Tier)] = &[(Role::Clerk, Tier::Town), (Role::Officer, Tier::Town)];

/// Making a device one's own.
pub const ENROL: Power =
    Power { operation: "create_field_device", label: "登记外勤设备", allow: FIELD };

/// Taking enterprises along.
pub const PACK: Power = Power { operation: "find_field_pack", label: "下载外勤资料", allow: FIELD };

/// Sending a photo.
pub const PHOTO: Power = Power { operation: "put_field_photo", label: "上传外勤照片", allow: FIELD };

/// Sending what was done.
pub const WORK: Power = Power { operation: "put_field_work", label: "同步外勤事项", allow: FIELD };

const SECURITY: &[(Role, Tier)] = &[(Role::Security, Tier::County)];

/// The devices of somebody of the own area.
pub const DEVICES: Power =
    Power { operation: "list_account_field_devices", label: "查看账号的外勤设备", allow: SECURITY };

/// Stopping one of them that was lost.
pub const STOP: Power =
    Power { operation: "revoke_account_field_device", label: "停用账号的外勤设备", allow: SECURITY };

/// All of them.
pub const ALL: &[&Power] = &[&ENROL, &PACK, &PHOTO, &WORK, &DEVICES, &STOP];

/// The operations.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(device::list_field_devices, device::create_field_device))
        .routes(routes!(device::find_field_device_state))
        .routes(routes!(device::unlock_field_device))
        .routes(routes!(device::revoke_field_device))
        .routes(routes!(device::list_account_field_devices))
        .routes(routes!(device::revoke_account_field_device))
        .routes(routes!(pack::find_field_pack))
        .routes(routes!(photo::put_field_photo))
        .routes(routes!(work::put_field_work))
}
