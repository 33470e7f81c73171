//! Who may do what with the register: the lines of the matrix that are this area's.

use kernel::{Power, Role, Tier};

macro_rules! powers {
    ($($(#[$doc:meta])* $name:ident = $operation:literal $label:literal [$($role:ident $tier:ident),*];)*) => {
        $($(#[$doc])* pub const $name: Power = Power { operation: $operation, label: $label, allow: &[$((Role::$role, Tier::$tier)),*] };)*
        /// All of them.
        pub const ALL: &[&Power] = &[$(&$name),*];
    };
}

powers! {
    /// Lists.
    LIST = "list_enterprises" "查看企业名单" [Leader Town, Clerk Town, Officer Town, Intermediary Town];
    /// Totals of lists.
    COUNT = "count_enterprises" "统计企业数" [Leader Town, Clerk Town, Officer Town, Intermediary Town];
    /// Facets of lists.
    FACET = "facet_enterprises" "按类统计企业" [Leader Town, Clerk Town, Officer Town, Intermediary Town];
    /// What fields a record has.
    DESCRIBE = "describe_enterprise" "查看企业档案的栏目" [Leader Town, Clerk Town, Officer Town, Enterprise Town, Intermediary Town, Audit County];
    /// One record.
    FIND = "find_enterprise" "查看企业档案" [Leader Town, Clerk Town, Officer Town, Enterprise Town, Intermediary Town];
    /// What a record said and says.
    HISTORY = "list_enterprise_history" "查看企业档案的修改记录" [Leader Town, Clerk Town, Officer Town, Enterprise Town];
    /// What was done to an enterprise and to what belongs to it.
    TIMELINE = "list_enterprise_timeline" "查看企业的时间线" [Leader Town, Clerk Town, Officer Town, Enterprise Town];
    /// Correcting a record.
    UPDATE = "update_enterprise" "修改企业档案" [Clerk Town, Officer Town];
    /// Vouching for a record on the ground.
    VERIFY = "verify_enterprise" "核实企业档案" [Officer Town];
    /// Saying which town a record belongs to.
    ASSIGN = "assign_enterprises" "分配企业到镇街" [Clerk County, Officer County];
    /// Figures by tier.
    OVERVIEW = "find_overview" "查看企业概况" [Leader Town, Clerk Town, Officer Town];
    /// Uploading a list.
    CREATE_IMPORT = "create_import" "上传企业名单" [Clerk Town];
    /// Imports so far.
    LIST_IMPORTS = "list_imports" "查看导入记录" [Clerk Town];
    /// One import.
    FIND_IMPORT = "find_import" "查看导入" [Clerk Town];
    /// Saying what the columns are.
    MAP_IMPORT = "map_import" "调整导入的列" [Clerk Town];
    /// What becomes of each row.
    LIST_IMPORT_ROWS = "list_import_rows" "查看导入的行" [Clerk Town];
    /// Writing an import into the register.
    COMMIT_IMPORT = "commit_import" "确认导入" [Clerk Town];
    /// The rows that were not taken.
    FIND_IMPORT_REJECTS = "find_import_rejects" "下载未导入的行" [Clerk Town];
    /// Exporting a list.
    EXPORT = "create_export" "导出企业名单" [Leader Town, Clerk Town, Officer Town];
    /// Fetching what one exported.
    EXPORT_FILE = "find_export_file" "下载导出的名单" [Leader Town, Clerk Town, Officer Town];
    /// The map.
    POINTS = "list_enterprise_points" "在地图上查看企业" [Leader Town, Clerk Town, Officer Town];
    /// A new record by hand.
    CREATE = "create_enterprise" "新增企业" [Clerk Town, Officer Town];
    /// Saved views.
    LIST_VIEWS = "list_views" "查看保存的视图" [Leader Town, Clerk Town, Officer Town];
    /// Saving a view.
    CREATE_VIEW = "create_view" "保存视图" [Leader Town, Clerk Town, Officer Town];
    /// Removing a view.
    DELETE_VIEW = "delete_view" "删除视图" [Leader Town, Clerk Town, Officer Town];
    /// What the resolver was taught.
    LIST_PLACES = "list_places" "查看学到的地名" [Clerk County, Officer County];
    /// Making it forget.
    DELETE_PLACE = "delete_place" "删除学到的地名" [Clerk County, Officer County];
    /// An enterprise's own wish for changes.
    PROPOSE = "create_proposal" "申报变更" [Enterprise Town];
    /// What enterprises proposed.
    LIST_PROPOSALS = "list_proposals" "查看企业申报" [Leader Town, Clerk Town, Officer Town, Enterprise Town];
    /// Accepting or returning it.
    DECIDE_PROPOSAL = "decide_proposal" "处理企业申报" [Officer Town];
    /// Changing the state of an enterprise's life.
    CHANGE_STATUS = "change_enterprise_status" "变更经营状态" [Clerk Town, Officer Town];
    /// The states so far.
    FIND_STATUS = "find_enterprise_status" "查看状态变更记录" [Leader Town, Clerk Town, Officer Town, Enterprise Town];
    /// Parent, branches, cluster, merged records.
    FIND_LINKS = "find_enterprise_links" "查看企业的关联" [Leader Town, Clerk Town, Officer Town, Enterprise Town];
    /// Saying who watches over enterprises.
    SET_DUTY = "set_enterprise_duty" "指定监管责任" [Clerk Town, Officer Town];
    /// Who can watch over them.
    LIST_OFFICERS = "list_officers" "查看监管员" [Leader Town, Clerk Town, Officer Town];
    /// Sending a record to another division.
    CREATE_HANDOVER = "create_handover" "移交企业" [Clerk Town, Officer Town];
    /// What comes and goes.
    LIST_HANDOVERS = "list_handovers" "查看企业移交" [Leader Town, Clerk Town, Officer Town];
    /// How many come and go.
    COUNT_HANDOVERS = "count_handovers" "统计企业移交" [Leader Town, Clerk Town, Officer Town];
    /// Accepting or returning a record.
    DECIDE_HANDOVER = "decide_handover" "接收或退回移交" [Clerk Town, Officer Town];
    /// Taking a handover back.
    WITHDRAW_HANDOVER = "withdraw_handover" "撤回移交" [Clerk Town, Officer Town];
    /// Records that may be one.
    LIST_DUPLICATES = "list_duplicates" "查看疑似重复" [Leader Town, Clerk Town, Officer Town];
    /// Saying that they are not.
    KEEP_APART = "keep_apart" "确认不是同一家" [Clerk Town, Officer Town];
    /// Making two records one.
    MERGE = "merge_enterprises" "合并重复档案" [Clerk Town, Officer Town];
    /// What was made one, or two.
    LIST_MERGERS = "list_mergers" "查看合并、拆分记录" [Leader Town, Clerk Town, Officer Town];
    /// Making it two again, or one.
    UNDO_MERGER = "undo_merger" "撤销合并、拆分" [Clerk Town, Officer Town];
    /// Making two of one.
    SPLIT = "split_enterprise" "拆分档案" [Clerk Town, Officer Town];
    /// What may go to a second premises.
    LIST_BELONGINGS = "list_belongings" "查看可划出的资料" [Clerk Town, Officer Town];
    /// Markets, buildings, parks, streets.
    LIST_CLUSTERS = "list_clusters" "查看集群" [Leader Town, Clerk Town, Officer Town];
    /// One of them.
    FIND_CLUSTER = "find_cluster" "查看集群详情" [Leader Town, Clerk Town, Officer Town];
    /// A new one.
    CREATE_CLUSTER = "create_cluster" "新增集群" [Clerk Town, Officer Town];
    /// Changing one.
    UPDATE_CLUSTER = "update_cluster" "修改集群" [Clerk Town, Officer Town];
    /// Removing one.
    DELETE_CLUSTER = "delete_cluster" "删除集群" [Clerk Town, Officer Town];
    /// Who is part of it.
    SET_CLUSTER = "set_enterprise_cluster" "调整集群成员" [Clerk Town, Officer Town];
    /// Deciding rows of an import that may be records already.
    DECIDE_IMPORT_ROWS = "decide_import_rows" "处理疑似重复的行" [Clerk Town];
}
