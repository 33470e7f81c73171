//! Emergency supplies: 安全生产法 article 82, GB 30077.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::in_order;

/// A kind of supply.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EmergencyStore {
    #[schemars(title = "物资名称", extend("x-role" = "title"))]
    name: String,
    #[schemars(title = "类别")]
    kind: Kind,
    #[schemars(title = "规格型号")]
    model: Option<String>,
    #[schemars(title = "应配备数量")]
    required: Option<u32>,
    #[schemars(title = "实有数量")]
    count: u32,
    #[schemars(title = "计量单位")]
    measure: Option<String>,
    #[schemars(title = "存放位置")]
    place: String,
    #[schemars(title = "编号", extend("x-role" = "number"))]
    number: Option<String>,
    #[schemars(title = "生产单位", extend("x-role" = "issuer"))]
    maker: Option<String>,
    #[schemars(title = "生产（购置）日期", extend("x-role" = "issued_on"))]
    made_on: Option<NaiveDate>,
    #[schemars(title = "有效期至（下次校验）", extend("x-role" = "expires_on"))]
    expires_on: Option<NaiveDate>,
    #[schemars(title = "最近一次检查日期")]
    checked_on: Option<NaiveDate>,
    #[schemars(title = "是否完好")]
    intact: Option<bool>,
    #[schemars(title = "保管人")]
    keeper: Option<String>,
    #[schemars(title = "保管人电话", extend("x-personal" = true))]
    keeper_phone: Option<String>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

rules::one_of!(
    /// What it is for.
    Kind {
        Protection = "protection" "个体防护",
        Fire = "fire" "消防灭火",
        Detection = "detection" "检测报警",
        Leak = "leak" "堵漏、输转",
        Lighting = "lighting" "照明、通信",
        Rescue = "rescue" "破拆、救援",
        Medical = "medical" "医疗急救",
        Evacuation = "evacuation" "警戒、疏散",
        Vehicle = "vehicle" "车辆",
        Power = "power" "供电、排水",
        Other = "other" "其他",
    }
);

impl Section for EmergencyStore {
    const CODE: &'static str = "emergency_store";
    const LABEL: &'static str = "应急物资与装备";
    const GROUP: Group = Group::Emergency;

    fn check(&self) -> Vec<Wrong> {
        in_order(self.made_on, ("expires_on", self.expires_on), "有效期至早于生产日期，请核对。")
            .into_iter()
            .collect()
    }
}
