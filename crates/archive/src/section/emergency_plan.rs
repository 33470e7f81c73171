//! Emergency plans: 安全生产法 articles 21, 81; 生产安全事故应急预案管理办法; GB/T 29639.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::in_order;
use crate::choice::AccidentCategory;

/// A plan.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EmergencyPlan {
    #[schemars(title = "预案名称", extend("x-role" = "title"))]
    title: String,
    #[schemars(title = "预案类别")]
    kind: Kind,
    #[schemars(title = "预案编号")]
    plan_number: Option<String>,
    #[schemars(title = "版次")]
    version: Option<String>,
    #[schemars(title = "针对的事故类型")]
    accident: Option<AccidentCategory>,
    #[schemars(title = "适用范围", extend("x-long" = true))]
    scope: Option<String>,
    #[schemars(title = "签发人")]
    signed_by: Option<String>,
    #[schemars(title = "发布日期", extend("x-role" = "issued_on"))]
    issued_on: Option<NaiveDate>,
    #[schemars(title = "评审（论证）日期")]
    reviewed_on: Option<NaiveDate>,
    #[schemars(title = "评审是否通过")]
    reviewed: Option<bool>,
    #[schemars(title = "备案编号", extend("x-role" = "number"))]
    filing_number: Option<String>,
    #[schemars(title = "备案机关", extend("x-role" = "issuer"))]
    filed_with: Option<String>,
    #[schemars(title = "备案日期")]
    filed_on: Option<NaiveDate>,
    #[schemars(title = "最近一次修订日期")]
    revised_on: Option<NaiveDate>,
    #[schemars(title = "应修订日期", description = "高危企业每三年评估一次", extend("x-role" = "expires_on"))]
    expires_on: Option<NaiveDate>,
    #[schemars(title = "是否培训")]
    trained: Option<bool>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

rules::one_of!(
    /// What plan it is.
    Kind {
        Comprehensive = "comprehensive" "综合应急预案",
        Special = "special" "专项应急预案",
        Site = "site" "现场处置方案",
        Card = "card" "应急处置卡",
        Other = "other" "其他",
    }
);

impl Section for EmergencyPlan {
    const CODE: &'static str = "emergency_plan";
    const LABEL: &'static str = "应急预案";
    const GROUP: Group = Group::Emergency;

    fn check(&self) -> Vec<Wrong> {
        [
            in_order(self.issued_on, ("filed_on", self.filed_on), "备案日期早于发布日期，请核对。"),
            in_order(self.issued_on, ("expires_on", self.expires_on), "应修订日期早于发布日期，请核对。"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
