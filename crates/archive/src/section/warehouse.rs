//! Warehouses: 危险化学品安全管理条例 articles 24 to 26; GB 15603, GB 50016.

use chrono::NaiveDate;
use rules::Number;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::above_design;
use crate::choice::{FireHazard, FireResistance, Structure};

/// A warehouse.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Warehouse {
    #[schemars(title = "仓库名称", extend("x-role" = "title"))]
    name: String,
    #[schemars(title = "仓库类别")]
    kind: Kind,
    #[schemars(title = "位置")]
    location: Option<String>,
    #[schemars(title = "建筑面积", extend("x-unit" = "m²"))]
    area: Option<Number>,
    #[schemars(title = "建筑结构")]
    structure: Option<Structure>,
    #[schemars(title = "火灾危险性")]
    fire_hazard: Option<FireHazard>,
    #[schemars(title = "耐火等级")]
    fire_resistance: Option<FireResistance>,
    #[schemars(title = "储存物品")]
    goods: Option<String>,
    #[schemars(title = "设计最大储存量", extend("x-unit" = "t"))]
    design_maximum: Option<Number>,
    #[schemars(title = "现有储存量", extend("x-unit" = "t"))]
    stored: Option<Number>,
    #[schemars(title = "安全出口", extend("x-unit" = "个"))]
    exits: Option<u32>,
    #[schemars(title = "电气是否防爆")]
    explosion_proof: Option<bool>,
    #[schemars(title = "有无通风设施")]
    ventilation: Option<bool>,
    #[schemars(title = "有无气体报警装置")]
    gas_alarm: Option<bool>,
    #[schemars(title = "保管人")]
    keeper: Option<String>,
    #[schemars(title = "保管人电话", extend("x-personal" = true))]
    keeper_phone: Option<String>,
    #[schemars(title = "是否登记出入库")]
    ledger: Option<bool>,
    #[schemars(title = "剧毒等化学品是否双人收发、双人保管")]
    two_person: Option<bool>,
    #[schemars(title = "最近一次检查日期", extend("x-role" = "issued_on"))]
    checked_on: Option<NaiveDate>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

rules::one_of!(
    /// What it keeps.
    Kind {
        General = "general" "普通物品仓库",
        HazardousChemical = "hazardous_chemical" "危险化学品专用仓库",
        Toxic = "toxic" "剧毒化学品仓库",
        Explosive = "explosive" "易制爆危险化学品仓库",
        Cold = "cold" "冷库",
        GasCylinder = "gas_cylinder" "气瓶库",
        HazardousWaste = "hazardous_waste" "危险废物贮存间",
        Fireworks = "fireworks" "烟花爆竹仓库",
        CivilExplosive = "civil_explosive" "民用爆炸物品仓库",
        Other = "other" "其他",
    }
);

impl Section for Warehouse {
    const CODE: &'static str = "warehouse";
    const LABEL: &'static str = "仓库";
    const GROUP: Group = Group::Places;

    const WARN: Option<fn(&Self) -> Vec<Wrong>> = Some(|own| {
        let message = "现有储存量超过设计最大储存量，请核对；确属超量的应立即减少储存。";
        above_design(("stored", own.stored), own.design_maximum, message).into_iter().collect()
    });
}
