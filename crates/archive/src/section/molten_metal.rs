//! Molten metal: 冶金企业和有色金属企业安全生产规定 (总局令第91号).

use chrono::NaiveDate;
use rules::Number;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::in_order;

/// A furnace or a ladle with its hoisting.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MoltenMetal {
    #[schemars(title = "设备名称", extend("x-role" = "title"))]
    name: String,
    #[schemars(title = "设备类别")]
    kind: Kind,
    #[schemars(title = "金属种类")]
    metal: String,
    #[schemars(title = "位置")]
    place: Option<String>,
    #[schemars(title = "数量", extend("x-unit" = "台"))]
    count: Option<u32>,
    #[schemars(title = "公称容量", extend("x-unit" = "t"))]
    capacity: Option<Number>,
    #[schemars(title = "工作温度", extend("x-unit" = "℃"))]
    temperature: Option<Number>,
    #[schemars(title = "燃料或者热源")]
    fuel: Option<String>,
    #[schemars(title = "吊运设备", description = "起重机型号、额定起重量")]
    crane: Option<String>,
    #[schemars(title = "是否使用冶金起重机")]
    metallurgical_crane: Option<bool>,
    #[schemars(title = "会议室、休息室等是否避开吊运影响范围")]
    crew_away: Option<bool>,
    #[schemars(title = "炉坑、浇铸坑是否无积水")]
    pit_dry: Option<bool>,
    #[schemars(title = "冷却水有无温度、流量、压力监测报警")]
    water_alarm: Option<bool>,
    #[schemars(title = "有无应急储存设施")]
    emergency_pit: Option<bool>,
    #[schemars(title = "作业人数", extend("x-unit" = "人"))]
    people: Option<u32>,
    #[schemars(title = "最近一次检查日期", extend("x-role" = "issued_on"))]
    checked_on: Option<NaiveDate>,
    #[schemars(title = "下次检查日期", extend("x-role" = "expires_on"))]
    expires_on: Option<NaiveDate>,
    #[schemars(title = "责任人")]
    keeper: Option<String>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

rules::one_of!(
    /// What holds the metal.
    Kind {
        BlastFurnace = "blast_furnace" "高炉",
        Converter = "converter" "转炉",
        ElectricArc = "electric_arc" "电弧炉",
        Induction = "induction" "感应电炉（中频炉）",
        Reverberatory = "reverberatory" "反射炉、熔铝炉",
        Cupola = "cupola" "冲天炉",
        Ladle = "ladle" "钢（铁、铝）水包",
        Casting = "casting" "连铸、浇铸设备",
        Holding = "holding" "保温炉",
        Other = "other" "其他",
    }
);

impl Section for MoltenMetal {
    const CODE: &'static str = "molten_metal";
    const LABEL: &'static str = "高温熔融金属";
    const GROUP: Group = Group::Places;
    const FACT: Option<&'static str> = Some("molten_metal");

    fn check(&self) -> Vec<Wrong> {
        in_order(self.checked_on, ("expires_on", self.expires_on), "下次检查日期早于检查日期，请核对。")
            .into_iter()
            .collect()
    }
}
