//! Public safety commitments: 应急〔2018〕74号 (chemical enterprises, every day), 安全生产法 article 5.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::in_order;
use crate::choice::Risk;

/// A commitment.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SafetyCommitment {
    #[schemars(title = "承诺类别", extend("x-role" = "title"))]
    kind: Kind,
    #[schemars(title = "承诺日期", extend("x-role" = "issued_on"))]
    committed_on: NaiveDate,
    #[schemars(title = "承诺人")]
    committed_by: String,
    #[schemars(title = "职务")]
    post: Option<String>,
    #[schemars(title = "承诺期至", description = "每日承诺不填", extend("x-role" = "expires_on"))]
    expires_on: Option<NaiveDate>,
    #[schemars(title = "运行装置", extend("x-unit" = "套"))]
    running_units: Option<u32>,
    #[schemars(title = "停产装置", extend("x-unit" = "套"))]
    stopped_units: Option<u32>,
    #[schemars(title = "检维修装置", extend("x-unit" = "套"))]
    maintained_units: Option<u32>,
    #[schemars(title = "特级动火作业", extend("x-unit" = "处"))]
    special_fire_work: Option<u32>,
    #[schemars(title = "一级动火作业", extend("x-unit" = "处"))]
    first_fire_work: Option<u32>,
    #[schemars(title = "二级动火作业", extend("x-unit" = "处"))]
    second_fire_work: Option<u32>,
    #[schemars(title = "进入受限空间作业", extend("x-unit" = "处"))]
    confined_space_work: Option<u32>,
    #[schemars(title = "吊装作业", extend("x-unit" = "处"))]
    lifting_work: Option<u32>,
    #[schemars(title = "高处作业", extend("x-unit" = "处"))]
    height_work: Option<u32>,
    #[schemars(title = "临时用电作业", extend("x-unit" = "处"))]
    electricity_work: Option<u32>,
    #[schemars(title = "盲板抽堵作业", extend("x-unit" = "处"))]
    blind_plate_work: Option<u32>,
    #[schemars(title = "重大危险源是否处于安全状态")]
    hazard_source_safe: Option<bool>,
    #[schemars(title = "是否处于试生产期")]
    trial_production: Option<bool>,
    #[schemars(title = "是否处于开停车状态")]
    start_stop: Option<bool>,
    #[schemars(title = "风险等级")]
    risk: Option<Risk>,
    #[schemars(title = "公告方式", description = "如厂门口显示屏、系统报送")]
    announced_at: Option<String>,
    #[schemars(title = "承诺内容", extend("x-long" = true))]
    content: Option<String>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

rules::one_of!(
    /// What commitment it is.
    Kind {
        Daily = "daily" "每日安全风险研判与承诺公告",
        Principal = "principal" "主要负责人安全承诺",
        Yearly = "yearly" "年度安全生产承诺书",
        Holiday = "holiday" "节假日、复工安全承诺",
        Worker = "worker" "全员安全承诺",
        Other = "other" "其他",
    }
);

impl Section for SafetyCommitment {
    const CODE: &'static str = "safety_commitment";
    const LABEL: &'static str = "安全承诺";
    const GROUP: Group = Group::Duty;

    fn check(&self) -> Vec<Wrong> {
        in_order(Some(self.committed_on), ("expires_on", self.expires_on), "承诺期至早于承诺日期，请核对。")
            .into_iter()
            .collect()
    }
}
