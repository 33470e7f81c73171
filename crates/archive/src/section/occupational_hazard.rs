//! Occupational hazards and their declaration: 职业病防治法 article 16, 职业病危害项目申报办法.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section};
use crate::choice::Factor;

/// A factor at a place.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OccupationalHazard {
    #[schemars(title = "危害因素名称", description = "如苯、噪声、矽尘", extend("x-role" = "title"))]
    factor: String,
    #[schemars(title = "因素类别")]
    kind: Factor,
    #[schemars(title = "存在场所（工序）")]
    place: String,
    #[schemars(title = "职业病危害风险类别")]
    class: Option<rules::occupational::Class>,
    #[schemars(title = "接触人数", extend("x-unit" = "人"))]
    exposed: Option<u32>,
    #[schemars(title = "防护设施", extend("x-long" = true))]
    protection: Option<String>,
    #[schemars(title = "是否设置公告栏和告知卡")]
    notice: Option<bool>,
    #[schemars(title = "劳动合同是否告知")]
    contract: Option<bool>,
    #[schemars(title = "是否已申报")]
    declared: Option<bool>,
    #[schemars(title = "申报回执编号", extend("x-role" = "number"))]
    receipt_number: Option<String>,
    #[schemars(title = "受理机关", extend("x-role" = "issuer"))]
    declared_to: Option<String>,
    #[schemars(title = "申报日期", extend("x-role" = "issued_on"))]
    declared_on: Option<NaiveDate>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

impl Section for OccupationalHazard {
    const CODE: &'static str = "occupational_hazard";
    const LABEL: &'static str = "职业病危害因素与申报";
    const GROUP: Group = Group::Health;
    const FACT: Option<&'static str> = Some("occupational_hazard");
}
