//! Who may do what with major hazard sources. Filing is the county's (安监总局令第40号 article 23).

use kernel::{Power, Role, Tier};

macro_rules! powers {
    ($($(#[$doc:meta])* $name:ident = $operation:literal $label:literal $lowest:ident [$($role:ident),*];)*) => {
        $($(#[$doc])* pub const $name: Power = Power { operation: $operation, label: $label, allow: &[$((Role::$role, Tier::$lowest)),*] };)*
        /// All of them.
        pub const ALL: &[&Power] = &[$(&$name),*];
    };
}

powers! {
    /// Sources.
    LIST = "list_hazard_sources" "查看重大危险源" Town [Leader, Clerk, Officer, Enterprise];
    /// How many.
    COUNT = "count_hazard_sources" "统计重大危险源" Town [Leader, Clerk, Officer, Enterprise];
    /// Numbers by part and grade.
    FIGURES = "list_hazard_figures" "查看重大危险源统计" Town [Leader, Clerk, Officer];
    /// On the map.
    POINTS = "list_hazard_points" "在地图上查看重大危险源" Town [Leader, Clerk, Officer];
    /// What lies around one.
    NEARBY = "list_hazard_nearby" "查看重大危险源周边" Town [Leader, Clerk, Officer];
    /// As a table.
    EXPORT = "create_hazard_export" "导出重大危险源" Town [Leader, Clerk, Officer];
    /// Fetching what one exported.
    EXPORT_FILE = "find_hazard_export_file" "下载导出的重大危险源" Town [Leader, Clerk, Officer];
    /// One of them.
    FIND = "find_hazard_source" "查看一处重大危险源" Town [Leader, Clerk, Officer, Enterprise];
    /// A new one.
    CREATE = "create_hazard_source" "登记重大危险源" Town [Officer, Enterprise];
    /// Changed.
    UPDATE = "update_hazard_source" "修改重大危险源" Town [Officer, Enterprise];
    /// Entered by mistake.
    REMOVE = "remove_hazard_source" "删除误登的重大危险源" Town [Officer];
    /// Something that asks for a new assessment.
    EVENT = "add_hazard_event" "登记须重新辨识的情形" Town [Officer, Enterprise];
    /// What units would be, without writing.
    IDENTIFY = "identify_hazard_units" "试算重大危险源" Town [Leader, Clerk, Officer, Enterprise];
    /// Handed in for filing or striking off.
    SUBMIT = "create_hazard_filing" "申请重大危险源备案或者核销" Town [Officer, Enterprise];
    /// One filing.
    FILING = "find_hazard_filing" "查看重大危险源备案" Town [Leader, Clerk, Officer, Enterprise];
    /// Filings of a source.
    FILINGS = "list_hazard_filings" "查看重大危险源的备案记录" Town [Leader, Clerk, Officer, Enterprise];
    /// Taken for review.
    ACCEPT = "accept_hazard_filing" "受理重大危险源备案" County [Officer];
    /// Sent back with reasons.
    RETURN = "return_hazard_filing" "退回重大危险源备案" County [Officer];
    /// Handed in again.
    RESUBMIT = "resubmit_hazard_filing" "补正重大危险源备案" Town [Officer, Enterprise];
    /// Filed, or struck off.
    DECIDE = "decide_hazard_filing" "办结重大危险源备案" County [Officer];
    /// Taken back.
    WITHDRAW = "withdraw_hazard_filing" "撤回重大危险源备案" Town [Officer, Enterprise];
}
