//! Which tables follow a change of divisions, and which stay with a reason. A test holds both lists against the catalogue:
//! a new table that says where its rows stand belongs in one of them.

use futures::FutureExt;
use region::{Mover, Rows};

/// A business table whose rows go where people and offices go.
const fn rows(table: &'static str, label: &'static str) -> Mover {
    Mover::Rows(Rows { table, subject: table, label, column: "town", business: true, called: None })
}

/// The tables that follow, the register first: what belongs to an enterprise goes with its record (`Derived`).
pub const MOVERS: &[Mover] = &[
    enterprise::moved::REGISTER,
    enterprise::moved::SUGGESTED,
    rows("account", "账号"),
    Mover::Rows(Rows {
        table: "account_grant",
        subject: "account_grant",
        label: "授权",
        column: "region",
        business: false,
        called: None,
    }),
    rows("agency", "机构"),
    Mover::Rows(Rows {
        table: "cluster",
        subject: "cluster",
        label: "集群",
        column: "town",
        business: true,
        called: Some("name"),
    }),
    rows("proposal", "企业申报"),
    rows("handover", "迁移"),
    Mover::Rows(Rows {
        table: "handover",
        subject: "handover.target",
        label: "迁入",
        column: "target",
        business: true,
        called: None,
    }),
    rows("merger", "档案合并、拆分"),
    rows("engagement", "中介委托"),
    rows("record", "档案记录"),
    rows("attachment", "档案附件"),
    rows("case_header", "事项"),
    rows("danger", "隐患"),
    rows("danger_photo", "隐患照片"),
    rows("danger_return", "隐患月报"),
    rows("danger_return_reminder", "隐患月报催报"),
    rows("danger_notice", "隐患抄告"),
    rows("self_check", "企业自查"),
    rows("self_check_task", "自查任务"),
    rows("hazard_source", "重大危险源"),
    rows("hazard_filing", "重大危险源备案"),
    rows("monitor_point", "监测点"),
    rows("monitor_alarm", "监测报警"),
    rows("import", "导入记录"),
    rows("archive_import", "批量填报"),
    enterprise::moved::PLACES,
    enterprise::moved::VIEWS,
    rows("law_row", "本地规则"),
    rows("officer_card", "执法证件"),
    rows("delegation_deed", "委托执法"),
    rows("visit", "现场检查"),
    rows("visit_finding", "检查发现的问题"),
    rows("visit_photo", "检查照片"),
    rows("enforcement_document", "执法文书"),
    rows("inspection_plan", "检查计划"),
    rows("inspection_target", "计划检查"),
    rows("inspection_draw", "检查抽取"),
    rows("officer_conflict", "执法回避"),
    rows("penalty", "行政处罚"),
    rows("penalty_document", "处罚文书"),
    rows("penalty_exhibit", "处罚证据"),
];

/// The tables that say where, and stay as they are: with the reason.
pub const STAYING: &[(&str, &str)] = &[
    ("archive_print", "what was printed says where the enterprise stood then"),
    ("archive_score", "reckoned anew by a job within a minute"),
    ("archive_tally", "written with the scores"),
    ("audit", "the trail says what was; it is sealed"),
    ("danger_quarter_closed", "what was handed in says what the division was then"),
    ("enterprise_count", "written with the records"),
    ("enterprise_summary", "made anew by a job"),
    ("search_entry", "written with the records"),
    ("twin", "written with the records"),
    (
        "import_record",
        "laid ready by judging; what lies in a division that is no more is judged again when it is committed",
    ),
    ("indicator_value", "what a division was when the map was so"),
    ("import_row", "what a file's rows were judged to be; removed after 30 days"),
    ("region", "the map itself"),
    ("region_alias", "the map itself"),
];

/// The jobs of changing divisions.
pub(crate) fn kinds() -> [job::Kind; 2] {
    [
        job::Kind {
            name: region::CHANGE,
            label: "调整行政区划",
            every: None,
            run: |context| async move { region::carry_out(context, MOVERS).await }.boxed(),
        },
        job::Kind {
            name: region::UNDO,
            label: "撤销区划调整",
            every: None,
            run: |context| async move { region::undo(context, MOVERS).await }.boxed(),
        },
    ]
}
