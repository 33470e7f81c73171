//! Combustible dust: 工贸企业粉尘防爆安全规定 (应急管理部令第6号); GB 15577.

use chrono::NaiveDate;
use rules::Number;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::in_order;
use crate::choice::Structure;

/// A place with explosive dust.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CombustibleDust {
    #[schemars(title = "场所名称", extend("x-role" = "title"))]
    place: String,
    #[schemars(title = "粉尘种类")]
    dust: Dust,
    #[schemars(title = "粉尘名称")]
    dust_name: Option<String>,
    #[schemars(title = "产尘工序")]
    process: Option<String>,
    #[schemars(title = "作业人数", extend("x-unit" = "人"))]
    people: Option<u32>,
    #[schemars(title = "建筑面积", extend("x-unit" = "m²"))]
    area: Option<Number>,
    #[schemars(title = "建筑结构")]
    structure: Option<Structure>,
    #[schemars(title = "层数", extend("x-unit" = "层"))]
    floors: Option<u32>,
    #[schemars(title = "危险区域划分")]
    zone: Option<Zone>,
    #[schemars(title = "除尘方式")]
    collector: Option<Collector>,
    #[schemars(title = "除尘系统", extend("x-unit" = "套"))]
    collectors: Option<u32>,
    #[schemars(title = "除尘器有无泄爆、隔爆、抑爆措施")]
    venting: Option<bool>,
    #[schemars(title = "有无火花探测消除装置")]
    spark_detection: Option<bool>,
    #[schemars(title = "电气是否防爆")]
    explosion_proof: Option<bool>,
    #[schemars(title = "有无防静电接地")]
    earthing: Option<bool>,
    #[schemars(title = "清扫周期和方式")]
    cleaning: Option<String>,
    #[schemars(title = "评估单位", extend("x-role" = "issuer"))]
    evaluated_by: Option<String>,
    #[schemars(title = "辨识评估日期", extend("x-role" = "issued_on"))]
    evaluated_on: Option<NaiveDate>,
    #[schemars(title = "下次评估日期", extend("x-role" = "expires_on"))]
    expires_on: Option<NaiveDate>,
    #[schemars(title = "责任人")]
    keeper: Option<String>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

rules::one_of!(
    /// The family of the dust.
    Dust {
        Metal = "metal" "金属粉尘（铝、镁、锌等）",
        Wood = "wood" "木粉尘",
        Grain = "grain" "粮食、饲料、农副产品粉尘",
        Textile = "textile" "纺织纤维粉尘",
        Plastic = "plastic" "橡胶、塑料、树脂粉尘",
        Paper = "paper" "纸粉尘",
        Chemical = "chemical" "化学品、药品粉尘",
        Coal = "coal" "煤粉",
        Sugar = "sugar" "糖、淀粉、奶粉等食品粉尘",
        Other = "other" "其他",
    }
);

rules::one_of!(
    /// The zone of explosive dust.
    Zone {
        Zone20 = "zone20" "20 区",
        Zone21 = "zone21" "21 区",
        Zone22 = "zone22" "22 区",
    }
);

rules::one_of!(
    /// How dust is taken away.
    Collector {
        Dry = "dry" "干式除尘",
        Wet = "wet" "湿式除尘",
        None = "none" "无除尘",
    }
);

impl Section for CombustibleDust {
    const CODE: &'static str = "combustible_dust";
    const LABEL: &'static str = "可燃性粉尘";
    const GROUP: Group = Group::Places;
    const FACT: Option<&'static str> = Some("combustible_dust");

    fn check(&self) -> Vec<Wrong> {
        in_order(self.evaluated_on, ("expires_on", self.expires_on), "下次评估日期早于辨识评估日期，请核对。")
            .into_iter()
            .collect()
    }
}
