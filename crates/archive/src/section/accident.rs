//! Accidents: 生产安全事故报告和调查处理条例 (国务院令第493号); categories of GB 6441.

use chrono::NaiveDate;
use rules::Number;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::in_order;
use crate::choice::AccidentCategory;

/// An accident.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Accident {
    #[schemars(title = "事故名称", extend("x-role" = "title"))]
    name: String,
    #[schemars(title = "发生日期", extend("x-role" = "issued_on"))]
    happened_on: NaiveDate,
    #[schemars(title = "发生地点")]
    place: String,
    #[schemars(title = "事故类别")]
    category: AccidentCategory,
    #[schemars(title = "事故等级")]
    grade: Option<rules::accident::Grade>,
    #[schemars(title = "死亡", extend("x-unit" = "人"))]
    deaths: Option<u32>,
    #[schemars(title = "重伤", extend("x-unit" = "人"))]
    serious: Option<u32>,
    #[schemars(title = "轻伤", extend("x-unit" = "人"))]
    light: Option<u32>,
    #[schemars(title = "直接经济损失", extend("x-unit" = "万元"))]
    direct_loss: Option<Number>,
    #[schemars(title = "是否责任事故")]
    responsibility: Option<bool>,
    #[schemars(title = "事故经过", extend("x-long" = true))]
    course: Option<String>,
    #[schemars(title = "事故原因", extend("x-long" = true))]
    cause: Option<String>,
    #[schemars(title = "报告日期")]
    reported_on: Option<NaiveDate>,
    #[schemars(title = "报告单位（受理机关）")]
    reported_to: Option<String>,
    #[schemars(title = "调查组牵头部门", extend("x-role" = "issuer"))]
    investigated_by: Option<String>,
    #[schemars(title = "调查报告批复文号", extend("x-role" = "number"))]
    report_number: Option<String>,
    #[schemars(title = "批复日期")]
    approved_on: Option<NaiveDate>,
    #[schemars(title = "责任追究", extend("x-long" = true))]
    handling: Option<String>,
    #[schemars(title = "防范和整改措施", extend("x-long" = true))]
    measures: Option<String>,
    #[schemars(title = "整改完成日期")]
    rectified_on: Option<NaiveDate>,
    #[schemars(title = "整改评估日期")]
    assessed_on: Option<NaiveDate>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

impl Section for Accident {
    const CODE: &'static str = "accident";
    const LABEL: &'static str = "事故管理";
    const GROUP: Group = Group::Events;
    const FACT: Option<&'static str> = Some("had_accident");

    fn check(&self) -> Vec<Wrong> {
        [
            in_order(
                Some(self.happened_on),
                ("reported_on", self.reported_on),
                "报告日期早于发生日期，请核对。",
            ),
            in_order(
                Some(self.happened_on),
                ("approved_on", self.approved_on),
                "批复日期早于发生日期，请核对。",
            ),
            in_order(
                Some(self.happened_on),
                ("rectified_on", self.rectified_on),
                "整改完成日期早于发生日期，请核对。",
            ),
            in_order(
                self.rectified_on,
                ("assessed_on", self.assessed_on),
                "整改评估日期早于整改完成日期，请核对。",
            ),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
