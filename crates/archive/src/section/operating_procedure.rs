//! Operating procedures: 安全生产法 articles 21 (2), 44, 57.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::in_order;
use crate::choice::DocumentState;

/// A procedure.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OperatingProcedure {
    #[schemars(title = "规程名称", extend("x-role" = "title"))]
    title: String,
    #[schemars(title = "文件编号", extend("x-role" = "number"))]
    document_number: Option<String>,
    #[schemars(title = "批准人", extend("x-role" = "issuer"))]
    issuer: Option<String>,
    #[schemars(title = "适用岗位（工种）")]
    post: Option<String>,
    #[schemars(title = "适用设备、工艺")]
    equipment: Option<String>,
    #[schemars(title = "版次")]
    version: Option<String>,
    #[schemars(title = "发布日期", extend("x-role" = "issued_on"))]
    issued_on: Option<NaiveDate>,
    #[schemars(title = "下次评审日期", extend("x-role" = "expires_on"))]
    expires_on: Option<NaiveDate>,
    #[schemars(title = "现场是否张挂")]
    posted: Option<bool>,
    #[schemars(title = "岗位人员是否培训")]
    trained: Option<bool>,
    #[schemars(title = "状态")]
    status: Option<DocumentState>,
    #[schemars(title = "主要内容", extend("x-long" = true))]
    summary: Option<String>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

impl Section for OperatingProcedure {
    const CODE: &'static str = "operating_procedure";
    const LABEL: &'static str = "操作规程";
    const GROUP: Group = Group::Duty;

    fn check(&self) -> Vec<Wrong> {
        in_order(self.issued_on, ("expires_on", self.expires_on), "下次评审日期早于发布日期，请核对。")
            .into_iter()
            .collect()
    }
}
