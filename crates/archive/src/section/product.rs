//! Products and capacity: the register of the supervising bodies; chemical products also 危险化学品登记管理办法.

use chrono::NaiveDate;
use rules::Number;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section};
use crate::choice::{Matter, Measure};

/// A product.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Product {
    #[schemars(title = "产品名称", extend("x-role" = "title"))]
    name: String,
    #[schemars(title = "规格型号")]
    grade: Option<String>,
    #[schemars(title = "产品标准编号", extend("x-role" = "number"))]
    standard_number: Option<String>,
    #[schemars(title = "年设计能力")]
    capacity: Option<Number>,
    #[schemars(title = "上年实际产量")]
    annual_output: Option<Number>,
    #[schemars(title = "计量单位")]
    measure: Option<Measure>,
    #[schemars(title = "是否属危险化学品")]
    hazardous_chemical: Option<bool>,
    #[schemars(title = "物态")]
    state: Option<Matter>,
    #[schemars(title = "储存地点")]
    storage_place: Option<String>,
    #[schemars(title = "最大储存量", description = "单位与产能相同")]
    greatest_stock: Option<Number>,
    #[schemars(title = "投产日期")]
    started_on: Option<NaiveDate>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

impl Section for Product {
    const CODE: &'static str = "product";
    const LABEL: &'static str = "产品";
    const GROUP: Group = Group::Basic;
}
