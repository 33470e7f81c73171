//! Issue of protective equipment: 用人单位劳动防护用品管理规范.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::in_order;
use crate::choice::Protection;

/// An issue to a person.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ProtectiveIssue {
    #[schemars(title = "领用人", extend("x-role" = "title"))]
    name: String,
    #[schemars(title = "部门、岗位")]
    post: Option<String>,
    #[schemars(title = "用品名称")]
    equipment: String,
    #[schemars(title = "防护类别")]
    kind: Option<Protection>,
    #[schemars(title = "规格型号")]
    model: Option<String>,
    #[schemars(title = "数量")]
    count: u32,
    #[schemars(title = "发放日期", extend("x-role" = "issued_on"))]
    issued_on: NaiveDate,
    #[schemars(title = "应更换日期", extend("x-role" = "expires_on"))]
    expires_on: Option<NaiveDate>,
    #[schemars(title = "是否签领")]
    signed: Option<bool>,
    #[schemars(title = "发放人")]
    issued_by: Option<String>,
    #[schemars(title = "是否培训使用方法")]
    training: Option<bool>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

impl Section for ProtectiveIssue {
    const CODE: &'static str = "protective_issue";
    const LABEL: &'static str = "劳动防护用品发放";
    const GROUP: Group = Group::Health;

    fn check(&self) -> Vec<Wrong> {
        in_order(Some(self.issued_on), ("expires_on", self.expires_on), "应更换日期早于发放日期，请核对。")
            .into_iter()
            .collect()
    }
}
