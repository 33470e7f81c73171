//! Who may do what with archives: the lines of the matrix that are this area's.

use kernel::{Power, Role, Tier};

macro_rules! powers {
    ($($(#[$doc:meta])* $name:ident = $operation:literal $label:literal [$($role:ident),*];)*) => {
        $($(#[$doc])* pub const $name: Power = Power { operation: $operation, label: $label, allow: &[$((Role::$role, Tier::Town)),*] };)*
        /// All of them.
        pub const ALL: &[&Power] = &[$(&$name),*];
    };
}

powers! {
    /// What sections there are.
    SECTIONS = "list_sections" "查看档案栏目" [Leader, Clerk, Officer, Enterprise, Intermediary, Audit];
    /// An archive: what is there, what is missing and why.
    FIND = "find_archive" "查看安全生产档案" [Leader, Clerk, Officer, Enterprise, Intermediary];
    /// How its score went.
    SCORES = "list_score_history" "查看档案完整度变化" [Leader, Clerk, Officer, Enterprise];
    /// Two states of it beside each other.
    COMPARE = "compare_archive" "对比两个日期的档案" [Leader, Clerk, Officer, Enterprise];
    /// The records of a section.
    LIST = "list_records" "查看档案记录" [Leader, Clerk, Officer, Enterprise, Intermediary];
    /// One record.
    FIND_RECORD = "find_record" "查看一条档案记录" [Leader, Clerk, Officer, Enterprise, Intermediary];
    /// What a record said and says.
    HISTORY = "list_record_history" "查看档案记录的修改记录" [Leader, Clerk, Officer, Enterprise];
    /// A new record.
    CREATE = "create_record" "填报档案记录" [Clerk, Officer, Enterprise];
    /// Changing one.
    UPDATE = "update_record" "修改档案记录" [Clerk, Officer, Enterprise];
    /// Taking one out.
    REMOVE = "remove_record" "删除档案记录" [Clerk, Officer, Enterprise];
    /// Vouching for the records of a section.
    VERIFY = "verify_records" "核实档案栏目" [Officer];
    /// Sending one back, field by field, with reasons.
    RETURN = "return_record" "退回档案记录" [Officer];
    /// Printing one.
    PRINT = "print_archive" "打印安全生产档案" [Leader, Clerk, Officer, Enterprise];
    /// Printing those of a list.
    PRINTS = "create_archive_prints" "批量打印安全生产档案" [Leader, Clerk, Officer];
    /// Fetching them.
    PRINTS_FILE = "find_archive_prints_file" "下载批量打印的档案" [Leader, Clerk, Officer];
    /// Archives by how complete they are.
    ARCHIVES = "list_archives" "查看档案名单" [Leader, Clerk, Officer];
    /// Records that wait to be verified or mended.
    WAITING = "list_waiting_records" "查看待核实的档案记录" [Leader, Clerk, Officer, Enterprise];
    /// Papers by when they run out.
    EXPIRIES = "list_expiries" "查看到期清单" [Leader, Clerk, Officer, Enterprise];
    /// An empty workbook of records.
    WORKBOOK = "find_section_workbook" "下载档案填报模板" [Leader, Clerk, Officer, Enterprise];
    /// A workbook of what archives hold.
    CREATE_ARCHIVE_EXPORT = "create_archive_export" "导出档案记录" [Leader, Clerk, Officer, Enterprise];
    /// Its file.
    ARCHIVE_EXPORT_FILE = "find_archive_export_file" "下载导出的档案记录" [Leader, Clerk, Officer, Enterprise];
    /// A workbook of records to be taken.
    CREATE_ARCHIVE_IMPORT = "create_archive_import" "上传批量填报" [Clerk, Officer, Enterprise];
    /// Workbooks taken.
    LIST_ARCHIVE_IMPORTS = "list_archive_imports" "查看批量填报" [Clerk, Officer, Enterprise];
    /// One of them.
    FIND_ARCHIVE_IMPORT = "find_archive_import" "查看一份批量填报" [Clerk, Officer, Enterprise];
    /// Its rows.
    LIST_ARCHIVE_IMPORT_ROWS = "list_archive_import_rows" "查看批量填报的核对结果" [Clerk, Officer, Enterprise];
    /// Writing them.
    COMMIT_ARCHIVE_IMPORT = "commit_archive_import" "写入批量填报" [Clerk, Officer, Enterprise];
    /// Those that were not taken.
    ARCHIVE_IMPORT_REJECTS = "find_archive_import_rejects" "下载批量填报中有错的行" [Clerk, Officer, Enterprise];
    /// How many run out on which day.
    EXPIRY_DAYS = "list_expiry_days" "查看到期日历" [Leader, Clerk, Officer, Enterprise];
    /// The documents of a record.
    ATTACHMENTS = "list_attachments" "查看档案附件" [Leader, Clerk, Officer, Enterprise, Intermediary];
    /// Attaching one.
    ATTACH = "create_attachment" "上传档案附件" [Clerk, Officer, Enterprise];
    /// A newer version.
    REPLACE_ATTACHMENT = "replace_attachment" "更换档案附件" [Clerk, Officer, Enterprise];
    /// Another name.
    RENAME_ATTACHMENT = "rename_attachment" "重命名档案附件" [Clerk, Officer, Enterprise];
    /// Taking one out.
    REMOVE_ATTACHMENT = "remove_attachment" "删除档案附件" [Clerk, Officer, Enterprise];
    /// Having one.
    ATTACHMENT_FILE = "find_attachment_file" "下载档案附件" [Leader, Clerk, Officer, Enterprise, Intermediary];
    /// Looking at a picture or at a page.
    ATTACHMENT_PREVIEW = "find_attachment_preview" "预览档案附件" [Leader, Clerk, Officer, Enterprise, Intermediary];
    /// A whole archive in one file.
    PACK = "create_archive_zip" "打包下载企业档案" [Leader, Clerk, Officer, Enterprise];
    /// Fetching that file.
    PACK_FILE = "find_archive_zip_file" "下载打包的企业档案" [Leader, Clerk, Officer, Enterprise];
}
