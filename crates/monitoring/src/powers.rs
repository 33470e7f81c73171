//! Who may do what with monitoring.

use kernel::{Power, Role, Tier};

macro_rules! powers {
    ($($(#[$doc:meta])* $name:ident = $operation:literal $label:literal [$($role:ident),*];)*) => {
        $($(#[$doc])* pub const $name: Power = Power { operation: $operation, label: $label, allow: &[$((Role::$role, Tier::Town)),*] };)*
        /// All of them.
        pub const ALL: &[&Power] = &[$(&$name),*];
    };
}

powers! {
    /// Points.
    LIST = "list_monitor_points" "查看监测点" [Leader, Clerk, Officer, Enterprise];
    /// How many stand how.
    COUNT = "count_monitor_points" "统计监测点" [Leader, Clerk, Officer, Enterprise];
    /// Where they are.
    AREAS = "list_monitor_areas" "查看各地在线情况" [Leader, Clerk, Officer];
    /// One of them.
    FIND = "find_monitor_point" "查看一个监测点" [Leader, Clerk, Officer, Enterprise];
    /// A new one.
    CREATE = "create_monitor_point" "登记监测点" [Officer, Enterprise];
    /// One changed.
    UPDATE = "update_monitor_point" "修改监测点" [Officer, Enterprise];
    /// What it measured.
    CURVE = "find_monitor_curve" "查看监测曲线" [Leader, Clerk, Officer, Enterprise];
    /// What was not taken, and why.
    COUNTS = "list_monitor_counts" "查看监测数据质量" [Leader, Clerk, Officer, Enterprise];
    /// As it goes on.
    EVENTS = "watch_monitoring" "查看实时监测" [Leader, Clerk, Officer, Enterprise];
    /// Sending readings.
    READINGS = "create_readings" "上传监测值" [Enterprise];
    /// Alarms.
    ALARMS = "list_alarms" "查看监测报警" [Leader, Clerk, Officer, Enterprise];
    /// How many.
    COUNT_ALARMS = "count_alarms" "统计监测报警" [Leader, Clerk, Officer, Enterprise];
    /// One of them.
    ALARM = "find_alarm" "查看一次监测报警" [Leader, Clerk, Officer, Enterprise];
    /// Taking notice.
    ACKNOWLEDGE = "acknowledge_alarm" "确认监测报警" [Officer, Enterprise];
    /// Dealt with.
    HANDLE = "handle_alarm" "办结监测报警" [Officer, Enterprise];
    /// No true one.
    DISMISS = "dismiss_alarm" "撤销误报" [Officer];
}
