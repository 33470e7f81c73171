//! Safety facilities: 安全生产法 article 36; classes of 危险化学品建设项目安全设施目录.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::in_order;
use crate::choice::{EquipmentState, Verdict};

/// A facility.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SafetyFacility {
    #[schemars(title = "名称", extend("x-role" = "title"))]
    name: String,
    #[schemars(title = "类别")]
    kind: Kind,
    #[schemars(title = "编号", extend("x-role" = "number"))]
    tag: Option<String>,
    #[schemars(title = "规格型号")]
    model: Option<String>,
    #[schemars(title = "制造单位")]
    maker: Option<String>,
    #[schemars(title = "数量")]
    count: Option<u32>,
    #[schemars(title = "安装位置")]
    place: Option<String>,
    #[schemars(title = "投用日期")]
    put_into_use_on: Option<NaiveDate>,
    #[schemars(title = "检测单位", extend("x-role" = "issuer"))]
    tested_by: Option<String>,
    #[schemars(title = "检测（校验）日期", extend("x-role" = "issued_on"))]
    tested_on: Option<NaiveDate>,
    #[schemars(title = "检测结果")]
    result: Option<Verdict>,
    #[schemars(title = "下次检测（校验）日期", extend("x-role" = "expires_on"))]
    expires_on: Option<NaiveDate>,
    #[schemars(title = "最近一次维护日期")]
    maintained_on: Option<NaiveDate>,
    #[schemars(title = "责任人")]
    keeper: Option<String>,
    #[schemars(title = "状态")]
    status: Option<EquipmentState>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

rules::one_of!(
    /// What it is for.
    Kind {
        Detection = "detection" "检测、报警设施",
        Protection = "protection" "设备安全防护设施",
        ExplosionProof = "explosion_proof" "防爆设施",
        WorkProtection = "work_protection" "作业场所防护设施",
        Interlock = "interlock" "联锁、紧急切断设施",
        Relief = "relief" "泄压、止逆设施",
        Lightning = "lightning" "防雷、防静电设施",
        EmergencyHandling = "emergency_handling" "紧急处理设施",
        FireSpread = "fire_spread" "防止火灾蔓延设施",
        FireFighting = "fire_fighting" "灭火设施",
        EmergencyRescue = "emergency_rescue" "应急救援设施",
        Evacuation = "evacuation" "逃生避难设施",
        Protective = "protective" "劳动防护用品和装备",
        Other = "other" "其他",
    }
);

impl Section for SafetyFacility {
    const CODE: &'static str = "safety_facility";
    const LABEL: &'static str = "安全设施与安全设备";
    const GROUP: Group = Group::Places;

    fn check(&self) -> Vec<Wrong> {
        [
            in_order(self.put_into_use_on, ("tested_on", self.tested_on), "检测日期早于投用日期，请核对。"),
            in_order(self.tested_on, ("expires_on", self.expires_on), "下次检测日期早于检测日期，请核对。"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
