//! Who may do what with self-checks. An office fills one in for a workshop that cannot.

use kernel::{Power, Role, Tier};

macro_rules! powers {
    ($($(#[$doc:meta])* $name:ident = $operation:literal $label:literal [$($role:ident),*];)*) => {
        $($(#[$doc])* pub const $name: Power = Power { operation: $operation, label: $label, allow: &[$((Role::$role, Tier::Town)),*] };)*
        /// All of them.
        pub const ALL: &[&Power] = &[$(&$name),*];
    };
}

powers! {
    /// Tasks of an area.
    TASKS = "list_self_check_tasks" "查看自查任务" [Leader, Clerk, Officer];
    /// One of them.
    TASK = "find_self_check_task" "查看一项自查任务" [Leader, Clerk, Officer];
    /// A new one.
    CREATE_TASK = "create_self_check_task" "布置自查任务" [Clerk, Officer];
    /// Ended.
    END_TASK = "end_self_check_task" "停止自查任务" [Clerk, Officer];
    /// Who has not handed in.
    MISSING = "list_missing_self_checks" "查看未自查企业" [Leader, Clerk, Officer];
    /// Reminding them.
    REMIND = "remind_self_check_task" "催办自查" [Clerk, Officer];
    /// What was handed in.
    LIST = "list_self_checks" "查看自查" [Leader, Clerk, Officer, Enterprise];
    /// One of them.
    FIND = "find_self_check" "查看一次自查" [Leader, Clerk, Officer, Enterprise];
    /// What an enterprise has to do.
    DUE = "list_due_self_checks" "查看企业的自查任务" [Leader, Clerk, Officer, Enterprise];
    /// Begun.
    CREATE = "create_self_check" "开始自查" [Officer, Enterprise];
    /// Filled in.
    UPDATE = "update_self_check" "填写自查" [Officer, Enterprise];
    /// Handed in.
    FINISH = "finish_self_check" "提交自查" [Officer, Enterprise];
}
