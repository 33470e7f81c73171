//! Who may do what with divisions and agencies: the lines of the matrix that are this area's.

use kernel::{Power, Role, Tier};

const CITY: &[(Role, Tier)] = &[(Role::System, Tier::City)];
const COUNTY: &[(Role, Tier)] = &[(Role::System, Tier::County)];

/// What a change would move.
pub const PREVIEW: Power =
    Power { operation: "preview_region_change", label: "预览区划调整", allow: CITY };
/// Merging, splitting, renaming, moving divisions.
pub const CHANGE: Power =
    Power { operation: "create_region_change", label: "调整行政区划", allow: CITY };
/// Changes so far.
pub const LIST_CHANGES: Power =
    Power { operation: "list_region_changes", label: "查看区划调整记录", allow: CITY };
/// Undoing one.
pub const UNDO: Power = Power { operation: "undo_region_change", label: "撤销区划调整", allow: CITY };
/// Villages from a file.
pub const VILLAGES: Power = Power { operation: "load_villages", label: "上传村居名单", allow: CITY };
/// Agencies of the own area.
pub const LIST_AGENCIES: Power = Power {
    operation: "list_agencies",
    label: "查看机构",
    allow: &[
        (Role::System, Tier::Town),
        (Role::Security, Tier::Town),
        (Role::Leader, Tier::Town),
        (Role::Clerk, Tier::Town),
        (Role::Officer, Tier::Town),
    ],
};
/// A new agency.
pub const CREATE_AGENCY: Power = Power { operation: "create_agency", label: "新增机构", allow: COUNTY };
/// Changing one.
pub const UPDATE_AGENCY: Power = Power { operation: "update_agency", label: "修改机构", allow: COUNTY };
/// Removing one.
pub const DELETE_AGENCY: Power = Power { operation: "delete_agency", label: "删除机构", allow: COUNTY };

/// All of them.
pub const ALL: &[&Power] = &[
    &PREVIEW,
    &CHANGE,
    &LIST_CHANGES,
    &UNDO,
    &VILLAGES,
    &LIST_AGENCIES,
    &CREATE_AGENCY,
    &UPDATE_AGENCY,
    &DELETE_AGENCY,
];
