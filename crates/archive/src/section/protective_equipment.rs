//! Protective equipment that each post must have: 安全生产法 article 45, GB 39800.

use chrono::NaiveDate;
use rules::Number;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::{at_most, in_order};
use crate::choice::Protection;

/// A kind of equipment for a post.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ProtectiveEquipment {
    #[schemars(title = "用品名称", extend("x-role" = "title"))]
    name: String,
    #[schemars(title = "防护类别")]
    kind: Protection,
    #[schemars(title = "配备岗位")]
    posts: String,
    #[schemars(title = "执行标准")]
    standard: Option<String>,
    #[schemars(title = "规格型号")]
    model: Option<String>,
    #[schemars(title = "生产单位", extend("x-role" = "issuer"))]
    maker: Option<String>,
    #[schemars(title = "合格证或者特种劳动防护用品标志编号", extend("x-role" = "number"))]
    mark_number: Option<String>,
    #[schemars(title = "更换周期", extend("x-unit" = "月"))]
    replace_months: Option<u32>,
    #[schemars(title = "应配备人数", extend("x-unit" = "人"))]
    people: Option<u32>,
    #[schemars(title = "已配备人数", extend("x-unit" = "人"))]
    equipped: Option<u32>,
    #[schemars(title = "库存数量")]
    stock: Option<u32>,
    #[schemars(title = "年度经费", extend("x-unit" = "元"))]
    annual_cost: Option<Number>,
    #[schemars(title = "最近一次采购日期", extend("x-role" = "issued_on"))]
    bought_on: Option<NaiveDate>,
    #[schemars(title = "库存有效期至", extend("x-role" = "expires_on"))]
    expires_on: Option<NaiveDate>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

impl Section for ProtectiveEquipment {
    const CODE: &'static str = "protective_equipment";
    const LABEL: &'static str = "劳动防护用品";
    const GROUP: Group = Group::Health;

    fn check(&self) -> Vec<Wrong> {
        [
            in_order(self.bought_on, ("expires_on", self.expires_on), "有效期至早于采购日期，请核对。"),
            at_most(("equipped", self.equipped), self.people, "已配备人数大于应配备人数，请核对。"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
