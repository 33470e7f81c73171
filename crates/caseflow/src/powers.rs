//! Who may do what with cases of every kind; who may take which step is said by the flow.

use kernel::{Power, Role, Tier};

macro_rules! powers {
    ($($(#[$doc:meta])* $name:ident = $operation:literal $label:literal [$($role:ident),*];)*) => {
        $($(#[$doc])* pub const $name: Power = Power { operation: $operation, label: $label, allow: &[$((Role::$role, Tier::Town)),*] };)*
        /// All of them.
        pub const ALL: &[&Power] = &[$(&$name),*];
    };
}

powers! {
    /// What kinds there are, and how each goes.
    FLOWS = "list_case_flows" "查看事项流程" [Leader, Clerk, Officer, Enterprise, Intermediary];
    /// Cases.
    LIST = "list_cases" "查看事项" [Leader, Clerk, Officer, Enterprise];
    /// How many.
    COUNT = "count_cases" "统计事项" [Leader, Clerk, Officer, Enterprise];
    /// One of them.
    FIND = "find_case" "查看一件事项" [Leader, Clerk, Officer, Enterprise];
    /// Its steps.
    EVENTS = "list_case_events" "查看事项经过" [Leader, Clerk, Officer, Enterprise];
    /// The steps of all cases of an enterprise.
    TIMELINE = "list_enterprise_case_events" "查看企业事项经过" [Leader, Clerk, Officer, Enterprise];
    /// Handing one to another officer.
    ASSIGN = "assign_case" "交办事项" [Officer];
    /// Reminding whose turn it is.
    REMIND = "remind_case" "催办事项" [Officer];
}
