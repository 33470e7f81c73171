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
/// Giving a role.
pub const GRANT: Power = power("create_grant", "授予角色");
/// Taking a role.
pub const REVOKE: Power = power("delete_grant", "收回角色");
/// Which roles there are.
pub const ROLES: Power = power("list_roles", "查看角色");

/// All of them.
pub const ALL: &[&Power] = &[&LIST, &FIND, &CREATE, &UPDATE, &RESET, &GRANT, &REVOKE, &ROLES];
