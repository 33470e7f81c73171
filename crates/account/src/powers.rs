//! Who may keep accounts: security administrators, within their area.

use kernel::{Power, Role, Tier};

const SECURITY: &[(Role, Tier)] = &[(Role::Security, Tier::County)];

const fn power(operation: &'static str, label: &'static str) -> Power {
    Power { operation, label, allow: SECURITY }
}

/// Lists.
pub const LIST: Power = power("list_accounts", "查看账号");
/// One account.
pub const FIND: Power = power("find_account", "查看账号详情");
/// A new account.
pub const CREATE: Power = power("create_account", "新建账号");
/// Changing or disabling one.
pub const UPDATE: Power = power("update_account", "修改账号");
/// A new password.
pub const RESET: Power = power("reset_password", "重置密码");
/// Taking a lost second factor away.
pub const RESET_TOTP: Power = power("reset_totp", "重置动态口令");
/// Naming a deputy for somebody.
pub const CREATE_DEPUTY: Power = power("create_deputy", "指定代理人");
/// Ending that.
pub const DELETE_DEPUTY: Power = power("delete_deputy", "结束代理");
/// Giving a role.
pub const GRANT: Power = power("create_grant", "授予角色");
/// Taking a role.
pub const REVOKE: Power = power("delete_grant", "收回角色");
/// Which roles there are.
pub const ROLES: Power = power("list_roles", "查看角色");

/// All of them.
pub const ALL: &[&Power] = &[
    &LIST,
    &FIND,
    &CREATE,
    &UPDATE,
    &RESET,
    &RESET_TOTP,
    &CREATE_DEPUTY,
    &DELETE_DEPUTY,
    &GRANT,
    &REVOKE,
    &ROLES,
];
