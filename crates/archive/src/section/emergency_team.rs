//! Rescue teams and rescuers: 安全生产法 article 82, 生产安全事故应急条例 articles 10 to 12.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::in_order;

/// A team, or the agreement with one.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EmergencyTeam {
    #[schemars(title = "队伍名称", extend("x-role" = "title"))]
    name: String,
    #[schemars(title = "队伍性质")]
    kind: Kind,
    #[schemars(title = "救援专业")]
    specialities: Option<String>,
    #[schemars(title = "队长")]
    leader: Option<String>,
    #[schemars(title = "队长电话", extend("x-personal" = true))]
    leader_phone: Option<String>,
    #[schemars(title = "值班电话")]
    duty_phone: Option<String>,
    #[schemars(title = "专职人员", extend("x-unit" = "人"))]
    full_time: Option<u32>,
    #[schemars(title = "兼职人员", extend("x-unit" = "人"))]
    part_time: Option<u32>,
    #[schemars(title = "驻地")]
    station: Option<String>,
    #[schemars(title = "到达时间", extend("x-unit" = "分钟"))]
    reach_minutes: Option<u32>,
    #[schemars(title = "主要装备", extend("x-long" = true))]
    equipment: Option<String>,
    #[schemars(title = "救援协议编号", extend("x-role" = "number"))]
    agreement_number: Option<String>,
    #[schemars(title = "协议单位", extend("x-role" = "issuer"))]
    partner: Option<String>,
    #[schemars(title = "成立（签订）日期", extend("x-role" = "issued_on"))]
    founded_on: Option<NaiveDate>,
    #[schemars(title = "协议到期日", extend("x-role" = "expires_on"))]
    expires_on: Option<NaiveDate>,
    #[schemars(title = "最近一次训练日期")]
    trained_on: Option<NaiveDate>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

rules::one_of!(
    /// Whose team it is.
    Kind {
        OwnFull = "own_full" "企业专职救援队",
        OwnPart = "own_part" "企业兼职救援队",
        Agreement = "agreement" "签订救援协议的专业队",
        Joint = "joint" "联合建立的救援队",
        MineRescue = "mine_rescue" "矿山救护队",
        Medical = "medical" "医疗救护",
        MicroFire = "micro_fire" "微型消防站",
        Other = "other" "其他",
    }
);

impl Section for EmergencyTeam {
    const CODE: &'static str = "emergency_team";
    const LABEL: &'static str = "应急救援队伍";
    const GROUP: Group = Group::Emergency;

    fn check(&self) -> Vec<Wrong> {
        in_order(self.founded_on, ("expires_on", self.expires_on), "协议到期日早于签订日期，请核对。")
            .into_iter()
            .collect()
    }
}
