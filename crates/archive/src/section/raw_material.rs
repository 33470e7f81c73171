//! Raw and auxiliary materials: the register of the supervising bodies.

use rules::Number;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section};
use crate::choice::{FireHazard, Matter, Measure};

/// A material.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawMaterial {
    #[schemars(title = "材料名称", extend("x-role" = "title"))]
    name: String,
    #[schemars(title = "用途")]
    use_kind: Option<Use>,
    #[schemars(title = "使用工序")]
    process: Option<String>,
    #[schemars(title = "年用量")]
    annual_use: Option<Number>,
    #[schemars(title = "最大储存量")]
    greatest_stock: Option<Number>,
    #[schemars(title = "计量单位")]
    measure: Option<Measure>,
    #[schemars(title = "是否属危险化学品")]
    hazardous_chemical: Option<bool>,
    #[schemars(title = "火灾危险性")]
    fire_hazard: Option<FireHazard>,
    #[schemars(title = "物态")]
    state: Option<Matter>,
    #[schemars(title = "储存地点")]
    storage_place: Option<String>,
    #[schemars(title = "供应单位")]
    supplier: Option<String>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

rules::one_of!(
    /// What it is used as.
    Use {
        Raw = "raw" "主要原料",
        Auxiliary = "auxiliary" "辅助材料",
        Fuel = "fuel" "燃料",
        Catalyst = "catalyst" "催化剂",
        Solvent = "solvent" "溶剂、清洗剂",
        Packing = "packing" "包装材料",
        Other = "other" "其他",
    }
);

impl Section for RawMaterial {
    const CODE: &'static str = "raw_material";
    const LABEL: &'static str = "原辅材料";
    const GROUP: Group = Group::Basic;
}
