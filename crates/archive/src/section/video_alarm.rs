//! Video, gas alarms and monitoring: 危险化学品安全管理条例 articles 20, 21; GB/T 50493, AQ 3035.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::in_order;
use crate::choice::EquipmentState;

/// A camera, detector or system.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct VideoAlarm {
    #[schemars(title = "名称", extend("x-role" = "title"))]
    name: String,
    #[schemars(title = "类别")]
    kind: Kind,
    #[schemars(title = "编号（位号）", extend("x-role" = "number"))]
    tag: Option<String>,
    #[schemars(title = "安装位置")]
    place: String,
    #[schemars(title = "监测介质", description = "气体探测器填写")]
    gas: Option<String>,
    #[schemars(title = "一级报警值")]
    low_alarm: Option<String>,
    #[schemars(title = "二级报警值")]
    high_alarm: Option<String>,
    #[schemars(title = "规格型号")]
    model: Option<String>,
    #[schemars(title = "制造单位")]
    maker: Option<String>,
    #[schemars(title = "是否接入监管平台")]
    online: Option<bool>,
    #[schemars(title = "录像保存天数", extend("x-unit" = "日"))]
    retention: Option<u32>,
    #[schemars(title = "投用日期")]
    put_into_use_on: Option<NaiveDate>,
    #[schemars(title = "检定（校准）单位", extend("x-role" = "issuer"))]
    calibrated_by: Option<String>,
    #[schemars(title = "检定（校准）日期", extend("x-role" = "issued_on"))]
    calibrated_on: Option<NaiveDate>,
    #[schemars(title = "下次检定（校准）日期", extend("x-role" = "expires_on"))]
    expires_on: Option<NaiveDate>,
    #[schemars(title = "状态")]
    status: Option<EquipmentState>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

rules::one_of!(
    /// What it is.
    Kind {
        Camera = "camera" "视频监控",
        CombustibleGas = "combustible_gas" "可燃气体探测器",
        ToxicGas = "toxic_gas" "有毒气体探测器",
        Oxygen = "oxygen" "氧气探测器",
        Level = "level" "液位监测",
        Pressure = "pressure" "压力监测",
        Temperature = "temperature" "温度监测",
        Fire = "fire" "火灾报警",
        Dcs = "dcs" "分散控制系统（DCS）",
        Sis = "sis" "安全仪表系统（SIS）",
        EmergencyBroadcast = "emergency_broadcast" "应急广播、通信",
        Intrusion = "intrusion" "防盗报警",
        Other = "other" "其他",
    }
);

impl Section for VideoAlarm {
    const CODE: &'static str = "video_alarm";
    const LABEL: &'static str = "视频监控与报警系统";
    const GROUP: Group = Group::Places;

    fn check(&self) -> Vec<Wrong> {
        in_order(self.calibrated_on, ("expires_on", self.expires_on), "下次检定日期早于检定日期，请核对。")
            .into_iter()
            .collect()
    }
}
