//! Tanks: 危险化学品安全管理条例 article 20; GB 50160, GB 50074, GB 50351.

use chrono::NaiveDate;
use rules::Number;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::{above_design, cas, in_order};
use crate::choice::FireHazard;

/// A tank, or a farm of like tanks.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TankFarm {
    #[schemars(title = "储罐（罐组）名称", extend("x-role" = "title"))]
    name: String,
    #[schemars(title = "位号", extend("x-role" = "number"))]
    tag: Option<String>,
    #[schemars(title = "所属罐区")]
    farm: Option<String>,
    #[schemars(title = "储存介质")]
    medium: String,
    #[schemars(title = "CAS 号")]
    cas: Option<String>,
    #[schemars(title = "储罐型式")]
    kind: Option<Kind>,
    #[schemars(title = "数量", extend("x-unit" = "个"))]
    count: Option<u32>,
    #[schemars(title = "单罐公称容积", extend("x-unit" = "m³"))]
    volume: Number,
    #[schemars(title = "最大储存量", extend("x-unit" = "t"))]
    design_maximum: Option<Number>,
    #[schemars(title = "现有储存量", extend("x-unit" = "t"))]
    stored: Option<Number>,
    #[schemars(title = "设计压力", extend("x-unit" = "MPa"))]
    design_pressure: Option<Number>,
    #[schemars(title = "工作压力", extend("x-unit" = "MPa"))]
    working_pressure: Option<Number>,
    #[schemars(title = "设计温度", extend("x-unit" = "℃", "x-signed" = true))]
    design_temperature: Option<Number>,
    #[schemars(title = "工作温度", extend("x-unit" = "℃", "x-signed" = true))]
    working_temperature: Option<Number>,
    #[schemars(title = "材质")]
    material: Option<String>,
    #[schemars(title = "火灾危险性")]
    fire_hazard: Option<FireHazard>,
    #[schemars(title = "围堰（防火堤）有效容积", extend("x-unit" = "m³"))]
    dike_volume: Option<Number>,
    #[schemars(title = "有无高低液位报警")]
    level_alarm: Option<bool>,
    #[schemars(title = "有无紧急切断装置")]
    shut_off: Option<bool>,
    #[schemars(title = "有无气体报警装置")]
    gas_alarm: Option<bool>,
    #[schemars(title = "有无喷淋冷却设施")]
    sprinkler: Option<bool>,
    #[schemars(title = "有无氮封")]
    inert_gas: Option<bool>,
    #[schemars(title = "防雷防静电检测日期")]
    earthing_tested_on: Option<NaiveDate>,
    #[schemars(title = "投用日期")]
    put_into_use_on: Option<NaiveDate>,
    #[schemars(title = "检验日期", extend("x-role" = "issued_on"))]
    inspected_on: Option<NaiveDate>,
    #[schemars(title = "下次检验日期", extend("x-role" = "expires_on"))]
    expires_on: Option<NaiveDate>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

rules::one_of!(
    /// How it is built.
    Kind {
        FixedRoof = "fixed_roof" "固定顶罐",
        InternalFloatingRoof = "internal_floating_roof" "内浮顶罐",
        ExternalFloatingRoof = "external_floating_roof" "外浮顶罐",
        Horizontal = "horizontal" "卧式罐",
        Sphere = "sphere" "球罐",
        Buried = "buried" "埋地罐",
        LowTemperature = "low_temperature" "低温罐",
        Other = "other" "其他",
    }
);

impl Section for TankFarm {
    const CODE: &'static str = "tank_farm";
    const LABEL: &'static str = "储罐区";
    const GROUP: Group = Group::Places;
    const FACT: Option<&'static str> = Some("tank_farm");

    const WARN: Option<fn(&Self) -> Vec<Wrong>> = Some(|own| {
        [
            above_design(
                ("working_pressure", own.working_pressure),
                own.design_pressure,
                "工作压力超过设计压力，请核对；确属超压的应立即降压。",
            ),
            above_design(
                ("stored", own.stored),
                own.design_maximum,
                "现有储存量超过最大储存量，请核对；确属超量的应立即减少储存。",
            ),
        ]
        .into_iter()
        .flatten()
        .collect()
    });

    fn check(&self) -> Vec<Wrong> {
        [
            in_order(
                self.inspected_on,
                ("expires_on", self.expires_on),
                "下次检验日期早于检验日期，请核对。",
            ),
            cas("cas", self.cas.as_deref()),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
