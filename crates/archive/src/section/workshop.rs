//! Workshops: the register of the supervising bodies; classes of fire hazard of GB 50016.

use chrono::NaiveDate;
use rules::Number;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section};
use crate::choice::{FireHazard, FireResistance, Structure};

/// A workshop.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Workshop {
    #[schemars(title = "车间名称", extend("x-role" = "title"))]
    name: String,
    #[schemars(title = "位置", description = "楼栋、楼层")]
    location: Option<String>,
    #[schemars(title = "建筑面积", extend("x-unit" = "m²"))]
    area: Option<Number>,
    #[schemars(title = "层数", extend("x-unit" = "层"))]
    floors: Option<u32>,
    #[schemars(title = "建筑高度", extend("x-unit" = "m"))]
    height: Option<Number>,
    #[schemars(title = "建筑结构")]
    structure: Option<Structure>,
    #[schemars(title = "火灾危险性")]
    fire_hazard: Option<FireHazard>,
    #[schemars(title = "耐火等级")]
    fire_resistance: Option<FireResistance>,
    #[schemars(title = "最大班次人数", extend("x-unit" = "人"))]
    people: Option<u32>,
    #[schemars(title = "班次", extend("x-unit" = "班"))]
    shifts: Option<u32>,
    #[schemars(title = "安全出口", extend("x-unit" = "个"))]
    exits: Option<u32>,
    #[schemars(title = "主要工艺、设备", extend("x-long" = true))]
    process: Option<String>,
    #[schemars(title = "主要危险有害因素", extend("x-long" = true))]
    hazards: Option<String>,
    #[schemars(title = "负责人")]
    leader: Option<String>,
    #[schemars(title = "负责人电话", extend("x-personal" = true))]
    leader_phone: Option<String>,
    #[schemars(title = "是否与员工宿舍同处一栋")]
    dormitory: Option<bool>,
    #[schemars(title = "投入使用日期")]
    put_into_use_on: Option<NaiveDate>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

impl Section for Workshop {
    const CODE: &'static str = "workshop";
    const LABEL: &'static str = "车间（作业场所）";
    const GROUP: Group = Group::Places;
}
