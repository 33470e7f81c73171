//! Who may do what with inspections.

use kernel::{Power, Role, Tier};

const READ: &[(Role, Tier)] =
    &[(Role::Leader, Tier::Town), (Role::Clerk, Tier::Town), (Role::Officer, Tier::Town)];
const ACT: &[(Role, Tier)] = &[(Role::Officer, Tier::Town)];
const BOTH: &[(Role, Tier)] = &[(Role::Officer, Tier::Town), (Role::Leader, Tier::Town)];
const FIRM: &[(Role, Tier)] = &[(Role::Enterprise, Tier::Town)];
const LEAD: &[(Role, Tier)] = &[(Role::Leader, Tier::Town)];
const SYSTEM: &[(Role, Tier)] = &[(Role::System, Tier::County)];
const CARDS: &[(Role, Tier)] = &[
    (Role::System, Tier::County),
    (Role::Leader, Tier::Town),
    (Role::Clerk, Tier::Town),
    (Role::Officer, Tier::Town),
];

macro_rules! powers {
    ($($(#[$doc:meta])* $name:ident = $operation:literal $label:literal $allow:ident;)*) => {
        $($(#[$doc])* pub const $name: Power = Power { operation: $operation, label: $label, allow: $allow };)*
        /// All of them.
        pub const ALL: &[&Power] = &[$(&$name),*];
    };
}

powers! {
    /// A card entered.
    CREATE_CARD = "create_officer_card" "登记执法证件" SYSTEM;
    /// A card prolonged, or ended before its time.
    UPDATE_CARD = "update_officer_card" "变更执法证件" SYSTEM;
    /// Cards of the own area.
    CARDS_LIST = "list_officer_cards" "查看执法证件" CARDS;
    /// A deed entered.
    CREATE_DEED = "create_delegation_deed" "登记委托执法书" SYSTEM;
    /// A deed prolonged, or ended before its time.
    UPDATE_DEED = "update_delegation_deed" "变更委托执法书" SYSTEM;
    /// Deeds of the own area.
    DEEDS = "list_delegation_deeds" "查看委托执法书" CARDS;
    /// A visit begun.
    CREATE_VISIT = "create_visit" "开始现场检查" ACT;
    /// Visits.
    VISITS = "list_visits" "查看现场检查" READ;
    /// One visit with what was found and issued.
    VISIT = "find_visit" "查看一次现场检查" READ;
    /// Place and answers of the checklist.
    UPDATE_VISIT = "update_visit" "填写现场检查" ACT;
    /// A visit begun by mistake.
    WITHDRAW_VISIT = "withdraw_visit" "作废现场检查" ACT;
    /// Something found.
    FINDING = "create_visit_finding" "记录检查发现的问题" ACT;
    /// Set right.
    UPDATE_FINDING = "update_visit_finding" "修改检查发现的问题" ACT;
    /// Taken out.
    DELETE_FINDING = "delete_visit_finding" "删除检查发现的问题" ACT;
    /// A photo of something found.
    PHOTO = "create_visit_photo" "拍摄检查发现的问题" ACT;
    /// A photo.
    PHOTO_FILE = "find_visit_photo" "查看检查照片" READ;
    /// The visit signed.
    FINISH = "finish_visit" "结束现场检查" ACT;
    /// A document drafted.
    DRAFT = "create_enforcement_document" "起草执法文书" ACT;
    /// What a draft says.
    UPDATE_DRAFT = "update_enforcement_document" "修改执法文书草稿" ACT;
    /// The register of documents.
    DOCUMENTS = "list_enforcement_documents" "查看文书台账" READ;
    /// The register in a file.
    EXPORT = "create_enforcement_document_export" "导出文书台账" READ;
    /// Fetching what one exported.
    EXPORT_FILE = "find_enforcement_document_export_file" "下载导出的文书台账" READ;
    /// A document.
    DOCUMENT = "find_enforcement_document" "查看执法文书" READ;
    /// What was served to the own enterprise.
    SERVED_LIST = "list_served_documents" "查看送达本企业的文书" FIRM;
    /// One of them.
    SERVED_FIND = "find_served_document" "查看一份送达本企业的文书" FIRM;
    /// Its paper.
    SERVED_PRINT = "print_served_document" "打印送达本企业的文书" FIRM;
    /// Its paper.
    PRINT = "print_enforcement_document" "打印执法文书" READ;
    /// Its number.
    ISSUE = "issue_enforcement_document" "签发执法文书" ACT;
    /// Handed over.
    SERVE = "serve_enforcement_document" "登记执法文书送达" ACT;
    /// Taken back.
    WITHDRAW = "withdraw_enforcement_document" "撤回执法文书" ACT;
    /// Plans.
    PLANS = "list_inspection_plans" "查看年度检查计划" READ;
    /// One plan.
    PLAN = "find_inspection_plan" "查看一个检查计划" READ;
    /// A plan drawn up.
    CREATE_PLAN = "create_inspection_plan" "编制年度检查计划" ACT;
    /// A draft changed.
    UPDATE_PLAN = "update_inspection_plan" "修改检查计划草稿" ACT;
    /// A draft submitted.
    SUBMIT_PLAN = "submit_inspection_plan" "报批检查计划" ACT;
    /// A plan approved.
    APPROVE_PLAN = "approve_inspection_plan" "批准检查计划" LEAD;
    /// A plan returned.
    RETURN_PLAN = "return_inspection_plan" "退回或者调整检查计划" LEAD;
    /// A line drawn by lot.
    DRAW = "draw_inspection_targets" "随机抽取检查对象" ACT;
    /// A draw as it was.
    ONE_DRAW = "find_inspection_draw" "查看抽取记录" READ;
    /// Whom plans mean to inspect.
    TARGETS = "list_inspection_targets" "查看计划检查的企业" READ;
    /// They in a file.
    EXPORT_TARGETS = "create_inspection_target_export" "导出计划检查" READ;
    /// The file.
    TARGETS_FILE = "find_inspection_target_export_file" "下载导出的计划检查" READ;
    /// One more by hand.
    ADD_TARGET = "create_inspection_target" "增加计划检查的企业" ACT;
    /// Another month or other officers.
    UPDATE_TARGET = "update_inspection_target" "安排计划检查" ACT;
    /// Not inspected after all.
    CANCEL_TARGET = "cancel_inspection_target" "取消计划检查" ACT;
    /// Visited together with another agency.
    JOIN_TARGET = "join_inspection_target" "合并计划检查" ACT;
    /// Who must not inspect whom.
    CONFLICTS = "list_officer_conflicts" "查看执法回避" CARDS;
    /// Entered.
    CREATE_CONFLICT = "create_officer_conflict" "登记执法回避" ACT;
    /// Ended.
    END_CONFLICT = "end_officer_conflict" "解除执法回避" ACT;
    /// A penalty opened.
    CREATE_PENALTY = "create_penalty" "提请行政处罚立案" ACT;
    /// Penalties.
    PENALTIES = "list_penalties" "查看行政处罚" READ;
    /// Penalties in a file.
    EXPORT_PENALTIES = "create_penalty_export" "导出行政处罚" READ;
    /// Fetching what one exported.
    EXPORT_PENALTIES_FILE = "find_penalty_export_file" "下载导出的行政处罚" READ;
    /// One penalty with its papers.
    PENALTY = "find_penalty" "查看一件行政处罚" READ;
    /// What was found and is proposed.
    UPDATE_PENALTY = "update_penalty" "修改行政处罚案情" ACT;
    /// Waived, lapsed, a hearing asked for, paid.
    PENALTY_STEP = "take_penalty_step" "登记行政处罚经过" ACT;
    /// Not filed, sent back, ended without a penalty.
    RETURN_PENALTY = "return_penalty" "退回或者不予处罚" LEAD;
    /// Something that proves it.
    EXHIBIT = "create_penalty_exhibit" "提交处罚证据" ACT;
    /// What proves it.
    EXHIBIT_FILE = "find_penalty_exhibit" "查看处罚证据" READ;
    /// A paper drafted.
    DRAFT_PENALTY = "create_penalty_document" "起草处罚文书" ACT;
    /// What a draft says.
    UPDATE_PENALTY_DRAFT = "update_penalty_document" "修改处罚文书草稿" BOTH;
    /// Its paper.
    PRINT_PENALTY = "print_penalty_document" "打印处罚文书" READ;
    /// Its number, and the step.
    ISSUE_PENALTY = "issue_penalty_document" "签发处罚文书" ACT;
    /// Filed, punished, prolonged, closed.
    APPROVE_PENALTY = "approve_penalty_document" "审批处罚文书" LEAD;
    /// Handed over.
    SERVE_PENALTY = "serve_penalty_document" "登记处罚文书送达" ACT;
    /// Taken back.
    WITHDRAW_PENALTY = "withdraw_penalty_document" "撤回处罚文书" ACT;
}
