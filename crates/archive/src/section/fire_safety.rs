//! Fire facilities and their yearly test: 消防法 articles 16, 17; GB 50116, GB 55036.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::in_order;
use crate::choice::Verdict;

/// A facility, test or duty of fire safety.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FireSafety {
    #[schemars(
        title = "名称",
        description = "如室内消火栓系统、年度消防设施检测",
        extend("x-role" = "title")
    )]
    name: String,
    #[schemars(title = "类别")]
    kind: Kind,
    #[schemars(title = "所在位置")]
    place: Option<String>,
    #[schemars(title = "数量")]
    count: Option<u32>,
    #[schemars(title = "规格型号")]
    model: Option<String>,
    #[schemars(title = "报告或者文件编号", extend("x-role" = "number"))]
    document_number: Option<String>,
    #[schemars(title = "检测、维护单位", extend("x-role" = "issuer"))]
    tested_by: Option<String>,
    #[schemars(title = "检测（充装）日期", extend("x-role" = "issued_on"))]
    tested_on: Option<NaiveDate>,
    #[schemars(title = "检测结果")]
    result: Option<Verdict>,
    #[schemars(title = "下次检测（充装）日期", extend("x-role" = "expires_on"))]
    expires_on: Option<NaiveDate>,
    #[schemars(title = "是否消防安全重点单位")]
    key_unit: Option<bool>,
    #[schemars(title = "消防安全管理人")]
    manager: Option<String>,
    #[schemars(title = "管理人电话", extend("x-personal" = true))]
    manager_phone: Option<String>,
    #[schemars(title = "存在问题和整改情况", extend("x-long" = true))]
    defects: Option<String>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

rules::one_of!(
    /// What it is.
    Kind {
        YearlyTest = "yearly_test" "年度消防设施全面检测",
        Extinguisher = "extinguisher" "灭火器",
        Hydrant = "hydrant" "消火栓系统",
        Sprinkler = "sprinkler" "自动喷水灭火系统",
        Alarm = "alarm" "火灾自动报警系统",
        Gas = "gas" "气体、干粉灭火系统",
        Foam = "foam" "泡沫灭火系统",
        Smoke = "smoke" "防烟排烟系统",
        EmergencyLight = "emergency_light" "应急照明和疏散指示",
        FireDoor = "fire_door" "防火门、防火卷帘",
        WaterSupply = "water_supply" "消防水源、水泵",
        FireStation = "fire_station" "微型消防站",
        Evacuation = "evacuation" "疏散通道、安全出口",
        ElectricTest = "electric_test" "电气防火检测",
        CookingDuct = "cooking_duct" "厨房油烟管道清洗",
        Other = "other" "其他",
    }
);

impl Section for FireSafety {
    const CODE: &'static str = "fire_safety";
    const LABEL: &'static str = "消防安全";
    const GROUP: Group = Group::Places;

    fn check(&self) -> Vec<Wrong> {
        in_order(self.tested_on, ("expires_on", self.expires_on), "下次检测日期早于检测日期，请核对。")
            .into_iter()
            .collect()
    }
}
