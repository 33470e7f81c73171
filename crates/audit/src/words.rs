//! The Chinese words of the trail: what was done, and to what kind of thing. Screen and export say the same.

use crate::Action;

/// What a person calls the rows of a table; the table's name where it has none.
pub fn subject_label(subject: &str) -> &str {
    SUBJECTS.iter().find(|(table, _)| *table == subject).map_or(subject, |(_, label)| label)
}

/// The tables whose writes and reads are on the trail.
pub const SUBJECTS: &[(&str, &str)] = &[
    ("enterprise", "企业"),
    ("proposal", "企业申报"),
    ("handover", "移交"),
    ("merger", "合并、拆分"),
    ("cluster", "市场园区"),
    ("record", "档案记录"),
    ("attachment", "档案附件"),
    ("case_header", "事项"),
    ("danger", "隐患"),
    ("danger_photo", "隐患照片"),
    ("danger_return", "隐患月报"),
    ("danger_return_reminder", "隐患月报催报"),
    ("danger_quarter_closed", "隐患季报"),
    ("danger_notice", "隐患抄告"),
    ("self_check", "企业自查"),
    ("self_check_task", "自查任务"),
    ("hazard_source", "重大危险源"),
    ("hazard_filing", "重大危险源备案"),
    ("monitor_point", "监测点"),
    ("monitor_alarm", "监测报警"),
    ("import", "导入"),
    ("archive_import", "批量填报"),
    ("place", "地名"),
    ("saved_view", "视图"),
    ("account", "账号"),
    ("account_grant", "授权"),
    ("session", "登录会话"),
    ("access_token", "访问令牌"),
    ("field_device", "外勤设备"),
    ("field_work", "外勤登记"),
    ("engagement", "委托服务"),
    ("region", "行政区划"),
    ("region_change", "区划变更"),
    ("agency", "监管机构"),
    ("law_row", "本地规定"),
    ("officer_card", "执法证件"),
    ("delegation_deed", "委托执法书"),
    ("visit", "现场检查"),
    ("visit_finding", "检查发现的问题"),
    ("visit_photo", "检查照片"),
    ("enforcement_document", "执法文书"),
    ("inspection_plan", "检查计划"),
    ("inspection_target", "计划检查"),
    ("inspection_draw", "检查抽取"),
    ("officer_conflict", "执法回避"),
    ("penalty", "行政处罚"),
    ("penalty_document", "处罚文书"),
    ("penalty_exhibit", "处罚证据"),
    ("audit", "操作记录"),
];

impl Action {
    /// What a person calls it.
    pub const fn label(self) -> &'static str {
        match self {
            Action::Create => "新增",
            Action::Update => "修改",
            Action::Delete => "删除",
            Action::Read => "查看个人信息",
            Action::Export => "导出",
            Action::SignIn => "登录",
            Action::SignOut => "退出",
            Action::Refused => "被拒绝",
        }
    }

    /// The action of that word.
    pub fn parse(code: &str) -> Option<Action> {
        use Action::{Create, Delete, Export, Read, Refused, SignIn, SignOut, Update};
        [Create, Update, Delete, Read, Export, SignIn, SignOut, Refused]
            .into_iter()
            .find(|own| own.code() == code)
    }
}
