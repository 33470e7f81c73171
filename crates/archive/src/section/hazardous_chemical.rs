//! Hazardous chemicals: 危险化学品安全管理条例 articles 15, 25, 67; names of 危险化学品目录.

use rules::Number;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::{above_design, cas};
use crate::choice::{FireHazard, Matter};

/// A chemical.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct HazardousChemical {
    #[schemars(title = "品名", extend("x-role" = "title"))]
    name: String,
    #[schemars(title = "别名")]
    alias: Option<String>,
    #[schemars(title = "CAS 号", description = "见安全技术说明书，如 67-56-1", extend("x-role" = "number"))]
    cas: Option<String>,
    #[schemars(title = "危险化学品目录序号")]
    catalogue_number: Option<String>,
    #[schemars(title = "用途")]
    use_kind: Use,
    #[schemars(title = "危险性类别", description = "见安全技术说明书第 2 部分")]
    category: Option<String>,
    #[schemars(title = "物态")]
    state: Option<Matter>,
    #[schemars(title = "火灾危险性")]
    fire_hazard: Option<FireHazard>,
    #[schemars(title = "浓度、规格")]
    concentration: Option<String>,
    #[schemars(title = "年生产、使用或者经营量", extend("x-unit" = "t"))]
    annual_quantity: Option<Number>,
    #[schemars(title = "设计最大储存量", extend("x-unit" = "t"))]
    design_maximum: Option<Number>,
    #[schemars(title = "现有储存量", extend("x-unit" = "t"))]
    stored: Option<Number>,
    #[schemars(title = "储存地点")]
    storage_place: Option<String>,
    #[schemars(title = "储存方式")]
    storage_way: Option<Storage>,
    #[schemars(title = "是否剧毒")]
    toxic: Option<bool>,
    #[schemars(title = "是否易制毒")]
    precursor: Option<bool>,
    #[schemars(title = "是否易制爆")]
    explosive_precursor: Option<bool>,
    #[schemars(title = "是否重点监管")]
    key_supervised: Option<bool>,
    #[schemars(title = "是否特别管控")]
    specially_controlled: Option<bool>,
    #[schemars(title = "有无安全技术说明书")]
    safety_sheet: Option<bool>,
    #[schemars(title = "有无安全标签")]
    safety_label: Option<bool>,
    #[schemars(title = "供应或者销往单位", extend("x-role" = "issuer"))]
    supplier: Option<String>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

rules::one_of!(
    /// How the enterprise has to do with it.
    Use {
        Product = "product" "产品",
        Intermediate = "intermediate" "中间产品",
        Raw = "raw" "原料",
        Auxiliary = "auxiliary" "辅料、溶剂",
        Fuel = "fuel" "燃料",
        Trade = "trade" "经营",
        Storage = "storage" "仓储",
        Laboratory = "laboratory" "实验、检验",
        Waste = "waste" "危险废物",
        Other = "other" "其他",
    }
);

rules::one_of!(
    /// How it is kept.
    Storage {
        Tank = "tank" "储罐",
        Warehouse = "warehouse" "仓库",
        Cylinder = "cylinder" "气瓶",
        Device = "device" "装置、管道内",
        Cabinet = "cabinet" "专用储存柜",
        Open = "open" "露天堆场",
        None = "none" "不储存",
    }
);

impl Section for HazardousChemical {
    const CODE: &'static str = "hazardous_chemical";
    const LABEL: &'static str = "危险化学品";
    const GROUP: Group = Group::Substances;
    const FACT: Option<&'static str> = Some("hazardous_chemicals");

    const WARN: Option<fn(&Self) -> Vec<Wrong>> = Some(|own| {
        [above_design(
            ("stored", own.stored),
            own.design_maximum,
            "现有储存量超过设计最大储存量，请核对；确属超量的应立即减少储存。",
        )]
        .into_iter()
        .flatten()
        .collect()
    });

    fn check(&self) -> Vec<Wrong> {
        [cas("cas", self.cas.as_deref())].into_iter().flatten().collect()
    }
}
