//! Warning signs and notices: 安全生产法 articles 35, 44; GB 2894, GBZ 158.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::in_order;

/// A sign or notice.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WarningSign {
    #[schemars(title = "标志内容", description = "如当心触电、必须戴安全帽", extend("x-role" = "title"))]
    content: String,
    #[schemars(title = "标志类别")]
    kind: Kind,
    #[schemars(title = "设置位置")]
    place: String,
    #[schemars(title = "数量", extend("x-unit" = "块"))]
    count: Option<u32>,
    #[schemars(title = "设置日期", extend("x-role" = "issued_on"))]
    set_on: Option<NaiveDate>,
    #[schemars(title = "最近一次检查日期")]
    checked_on: Option<NaiveDate>,
    #[schemars(title = "是否完好")]
    intact: Option<bool>,
    #[schemars(title = "责任人")]
    keeper: Option<String>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

rules::one_of!(
    /// What it says.
    Kind {
        Prohibition = "prohibition" "禁止标志",
        Warning = "warning" "警告标志",
        Mandatory = "mandatory" "指令标志",
        Information = "information" "提示标志",
        RiskBoard = "risk_board" "安全风险公告栏",
        RiskCard = "risk_card" "岗位风险告知卡",
        HealthCard = "health_card" "职业病危害告知卡",
        EmergencyCard = "emergency_card" "应急处置卡",
        Fire = "fire" "消防安全标志",
        PipeColour = "pipe_colour" "管道、气瓶色标",
        Other = "other" "其他",
    }
);

impl Section for WarningSign {
    const CODE: &'static str = "warning_sign";
    const LABEL: &'static str = "安全警示标志与告知";
    const GROUP: Group = Group::Places;

    fn check(&self) -> Vec<Wrong> {
        in_order(self.set_on, ("checked_on", self.checked_on), "检查日期早于设置日期，请核对。")
            .into_iter()
            .collect()
    }
}
