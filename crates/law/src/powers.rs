//! Who may lay local rows over the national tables: the system administrator of a city or of one of its counties.

use kernel::{Power, Role, Tier};

const SYSTEM: &[(Role, Tier)] = &[(Role::System, Tier::County)];

/// A new local row.
pub const CREATE: Power = Power { operation: "create_law_row", label: "增加本地规定", allow: SYSTEM };
/// The last day of a local row.
pub const END: Power = Power { operation: "end_law_row", label: "终止本地规定", allow: SYSTEM };
/// What was done to local rows.
pub const HISTORY: Power =
    Power { operation: "list_law_history", label: "查看本地规定的变更", allow: SYSTEM };

/// All of them.
pub const ALL: &[&Power] = &[&CREATE, &END, &HISTORY];
