//! Production equipment: the register of the supervising bodies; 安全生产法 article 38 (phased-out equipment).

use chrono::NaiveDate;
use rules::Number;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::in_order;
use crate::choice::EquipmentState;

/// A machine, or like machines.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Equipment {
    #[schemars(title = "设备名称", extend("x-role" = "title"))]
    name: String,
    #[schemars(title = "设备编号", extend("x-role" = "number"))]
    tag: Option<String>,
    #[schemars(title = "规格型号")]
    model: Option<String>,
    #[schemars(title = "制造单位", extend("x-role" = "issuer"))]
    maker: Option<String>,
    #[schemars(title = "数量", extend("x-unit" = "台"))]
    count: Option<u32>,
    #[schemars(title = "所在车间")]
    workshop: Option<String>,
    #[schemars(title = "制造日期", extend("x-role" = "issued_on"))]
    made_on: Option<NaiveDate>,
    #[schemars(title = "投用日期")]
    put_into_use_on: Option<NaiveDate>,
    #[schemars(title = "功率", extend("x-unit" = "kW"))]
    power: Option<Number>,
    #[schemars(title = "主要危险", description = "如夹挤、切割、灼烫")]
    hazards: Option<String>,
    #[schemars(title = "安全防护装置")]
    guard: Option<String>,
    #[schemars(title = "是否属国家明令淘汰的设备")]
    phased_out: Option<bool>,
    #[schemars(title = "最近一次维护日期")]
    maintained_on: Option<NaiveDate>,
    #[schemars(title = "下次维护日期", extend("x-role" = "expires_on"))]
    maintenance_due_on: Option<NaiveDate>,
    #[schemars(title = "状态")]
    status: Option<EquipmentState>,
    #[schemars(title = "责任人")]
    keeper: Option<String>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

impl Section for Equipment {
    const CODE: &'static str = "equipment";
    const LABEL: &'static str = "生产设备";
    const GROUP: Group = Group::Places;

    fn check(&self) -> Vec<Wrong> {
        [
            in_order(
                self.made_on,
                ("put_into_use_on", self.put_into_use_on),
                "投用日期早于制造日期，请核对。",
            ),
            in_order(
                self.maintained_on,
                ("maintenance_due_on", self.maintenance_due_on),
                "下次维护日期早于最近一次维护日期，请核对。",
            ),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
