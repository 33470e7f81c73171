//! Ammonia refrigeration: AQ 7015, GB 28009, GB 50072.

use chrono::NaiveDate;
use rules::Number;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::{above_design, in_order};

/// A refrigerating system.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AmmoniaRefrigeration {
    #[schemars(title = "系统名称", extend("x-role" = "title"))]
    name: String,
    #[schemars(title = "机房位置")]
    place: Option<String>,
    #[schemars(title = "液氨充装量", extend("x-unit" = "t"))]
    charge: Number,
    #[schemars(title = "设计最大充装量", extend("x-unit" = "t"))]
    design_maximum: Option<Number>,
    #[schemars(title = "贮氨器", extend("x-unit" = "台"))]
    receivers: Option<u32>,
    #[schemars(title = "压缩机", extend("x-unit" = "台"))]
    compressors: Option<u32>,
    #[schemars(title = "蒸发温度", extend("x-unit" = "℃", "x-signed" = true))]
    evaporating_temperature: Option<Number>,
    #[schemars(title = "包装间、分割间等人员密集场所是否直接蒸发制冷")]
    direct_cooling: Option<bool>,
    #[schemars(title = "有无快速冻结装置")]
    quick_freezer: Option<bool>,
    #[schemars(title = "快速冻结装置是否单独隔间、限员 9 人以下")]
    freezer_isolated: Option<bool>,
    #[schemars(title = "有无氨气浓度报警装置")]
    gas_alarm: Option<bool>,
    #[schemars(title = "有无事故通风")]
    ventilation: Option<bool>,
    #[schemars(title = "有无紧急泄氨装置")]
    emergency_discharge: Option<bool>,
    #[schemars(title = "贮氨器有无水喷淋")]
    sprinkler: Option<bool>,
    #[schemars(title = "有无空气呼吸器、防化服")]
    protective_gear: Option<bool>,
    #[schemars(title = "有无洗眼、淋洗设施")]
    shower: Option<bool>,
    #[schemars(title = "持证操作人员", extend("x-unit" = "人"))]
    operators: Option<u32>,
    #[schemars(title = "受影响场所作业人数", extend("x-unit" = "人"))]
    people: Option<u32>,
    #[schemars(title = "压力管道检验日期", extend("x-role" = "issued_on"))]
    pipes_tested_on: Option<NaiveDate>,
    #[schemars(title = "下次检验日期", extend("x-role" = "expires_on"))]
    expires_on: Option<NaiveDate>,
    #[schemars(title = "责任人")]
    keeper: Option<String>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

impl Section for AmmoniaRefrigeration {
    const CODE: &'static str = "ammonia_refrigeration";
    const LABEL: &'static str = "液氨制冷";
    const GROUP: Group = Group::Places;
    const FACT: Option<&'static str> = Some("ammonia");

    const WARN: Option<fn(&Self) -> Vec<Wrong>> = Some(|own| {
        [above_design(
            ("charge", Some(own.charge)),
            own.design_maximum,
            "液氨充装量超过设计最大充装量，请核对；确属超量的应立即减少充装。",
        )]
        .into_iter()
        .flatten()
        .collect()
    });

    fn check(&self) -> Vec<Wrong> {
        [in_order(
            self.pipes_tested_on,
            ("expires_on", self.expires_on),
            "下次检验日期早于检验日期，请核对。",
        )]
        .into_iter()
        .flatten()
        .collect()
    }
}
