//! Who may do what with hidden dangers.

use kernel::{Power, Role, Tier};

macro_rules! powers {
    ($($(#[$doc:meta])* $name:ident = $operation:literal $label:literal $lowest:ident [$($role:ident),*];)*) => {
        $($(#[$doc])* pub const $name: Power = Power { operation: $operation, label: $label, allow: &[$((Role::$role, Tier::$lowest)),*] };)*
        /// All of them.
        pub const ALL: &[&Power] = &[$(&$name),*];
    };
}

powers! {
    /// Dangers.
    LIST = "list_dangers" "查看隐患" Town [Leader, Clerk, Officer, Enterprise];
    /// How many.
    COUNT = "count_dangers" "统计隐患" Town [Leader, Clerk, Officer, Enterprise];
    /// They in a file.
    EXPORT = "create_danger_export" "导出隐患" Town [Leader, Clerk, Officer];
    /// The file.
    EXPORT_FILE = "find_danger_export_file" "下载导出的隐患" Town [Leader, Clerk, Officer];
    /// One of them.
    FIND = "find_danger" "查看一条隐患" Town [Leader, Clerk, Officer, Enterprise];
    /// A new one.
    CREATE = "create_danger" "登记隐患" Town [Officer, Enterprise];
    /// What it is, set right.
    AMEND = "update_danger" "修改隐患登记" Town [Officer];
    /// The plan with the five guarantees.
    PLAN = "plan_danger" "填报治理方案" Town [Officer, Enterprise];
    /// Said to be put right.
    MEND = "mend_danger" "报告整改完成" Town [Officer, Enterprise];
    /// More time asked for.
    DEFER = "defer_danger" "申请延期整改" Town [Officer, Enterprise];
    /// More time granted or refused.
    DECIDE = "decide_danger_deferral" "审批延期整改" Town [Officer];
    /// Looked at on the spot.
    RECHECK = "recheck_danger" "复查隐患" Town [Officer];
    /// Open again.
    REOPEN = "reopen_danger" "重新立案隐患" Town [Officer];
    /// Entered by mistake.
    WITHDRAW = "withdraw_danger" "撤销隐患登记" Town [Officer];
    /// Under listed supervision.
    SUPERVISE = "supervise_danger" "挂牌督办隐患" County [Leader, Officer];
    /// That the notice of it was served.
    SERVE = "serve_danger_listing" "登记督办通知送达" County [Leader, Officer];
    /// Which papers of it there are.
    PAPERS = "list_danger_papers" "查看隐患有哪些文书" Town [Leader, Clerk, Officer, Enterprise];
    /// One of them.
    PRINT_PAPER = "print_danger_paper" "打印隐患文书" Town [Leader, Clerk, Officer, Enterprise];
    /// No longer.
    RELEASE = "release_danger" "解除挂牌督办" County [Leader, Officer];
    /// A photo more.
    PHOTO = "create_danger_photo" "上传隐患照片" Town [Officer, Enterprise];
    /// A photo.
    PHOTO_FILE = "find_danger_photo" "查看隐患照片" Town [Leader, Clerk, Officer, Enterprise];
    /// What enterprises report by month.
    RETURNS = "list_danger_returns" "查看隐患月报" Town [Leader, Clerk, Officer, Enterprise];
    /// Who has not.
    MISSING = "list_missing_danger_returns" "查看未报送隐患月报的企业" Town [Leader, Clerk, Officer];
    /// Reminding them.
    REMIND = "remind_danger_returns" "催报隐患月报" Town [Clerk, Officer];
    /// Reporting.
    RETURN = "put_danger_return" "报送隐患月报" Town [Enterprise];
    /// The quarterly figures.
    FIGURES = "list_danger_figures" "查看隐患统计" Town [Leader, Clerk, Officer];
    /// The statutory table.
    QUARTER = "find_danger_quarter" "查看隐患季报" Town [Leader, Clerk, Officer];
    /// The enterprises that it counts.
    QUARTER_ENTERPRISES = "list_danger_quarter_enterprises" "查看排查治理隐患的企业" Town [Leader, Clerk, Officer];
    /// The same as a workbook.
    QUARTER_FILE = "export_danger_quarter" "导出隐患季报" Town [Leader, Clerk, Officer];
    /// The statutory table handed in.
    CLOSE = "close_danger_quarter" "报送隐患季报" Town [Leader, Clerk, Officer];
    /// It opened again.
    REOPEN_QUARTER = "reopen_danger_quarter" "退回隐患季报" Town [Leader, Officer];
    /// Notices to other departments.
    NOTICES = "list_danger_notices" "查看隐患抄告" Town [Leader, Clerk, Officer];
    /// How many.
    NOTICE_COUNT = "count_danger_notices" "统计隐患抄告" Town [Leader, Clerk, Officer];
    /// How they stand, department by department.
    NOTICE_FIGURES = "list_danger_notice_figures" "查看抄告办理情况" Town [Leader, Clerk, Officer];
    /// One of them.
    NOTICE = "find_danger_notice" "查看一件隐患抄告" Town [Leader, Clerk, Officer];
    /// A new one.
    NOTICE_CREATE = "create_danger_notice" "抄告隐患" Town [Officer];
    /// One of them on paper.
    NOTICE_PRINT = "print_danger_notice" "打印抄告函" Town [Leader, Clerk, Officer];
    /// A step of one.
    NOTICE_STEP = "take_danger_notice_step" "办理隐患抄告" Town [Officer];
}
