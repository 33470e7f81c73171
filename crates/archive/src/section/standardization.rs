//! Standardization certificate: 安全生产法 article 4, 企业安全生产标准化建设定级办法 (应急〔2021〕83号), GB/T 33000.

use chrono::NaiveDate;
use rules::Number;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::in_order;

/// A grade with its certificate.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Standardization {
    #[schemars(
        title = "标准化名称",
        description = "如轻工企业安全生产标准化三级",
        extend("x-role" = "title")
    )]
    name: String,
    #[schemars(title = "等级")]
    grade: Grade,
    #[schemars(title = "适用评定标准")]
    sector: Option<String>,
    #[schemars(title = "证书编号", extend("x-role" = "number"))]
    certificate_number: Option<String>,
    #[schemars(title = "定级部门", extend("x-role" = "issuer"))]
    issuer: Option<String>,
    #[schemars(title = "评审单位")]
    reviewed_by: Option<String>,
    #[schemars(title = "评审得分", extend("x-unit" = "分"))]
    score: Option<Number>,
    #[schemars(title = "评审日期")]
    reviewed_on: Option<NaiveDate>,
    #[schemars(title = "公告日期")]
    announced_on: Option<NaiveDate>,
    #[schemars(title = "发证日期", extend("x-role" = "issued_on"))]
    issued_on: Option<NaiveDate>,
    #[schemars(title = "有效期至", extend("x-role" = "expires_on"))]
    expires_on: Option<NaiveDate>,
    #[schemars(title = "状态")]
    state: Option<State>,
    #[schemars(title = "撤销日期")]
    revoked_on: Option<NaiveDate>,
    #[schemars(title = "撤销、降级原因", extend("x-long" = true))]
    reason: Option<String>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

rules::one_of!(
    /// The grade.
    Grade {
        First = "first" "一级",
        Second = "second" "二级",
        Third = "third" "三级",
        Micro = "micro" "小微企业达标",
        Building = "building" "创建中",
    }
);

rules::one_of!(
    /// Whether it stands.
    State {
        Valid = "valid" "有效",
        Expired = "expired" "已到期",
        Revoked = "revoked" "已撤销",
        Downgraded = "downgraded" "已降级",
        Applying = "applying" "申请中",
    }
);

impl Section for Standardization {
    const CODE: &'static str = "standardization";
    const LABEL: &'static str = "安全生产标准化";
    const GROUP: Group = Group::Evaluation;

    fn check(&self) -> Vec<Wrong> {
        [
            in_order(self.reviewed_on, ("issued_on", self.issued_on), "发证日期早于评审日期，请核对。"),
            in_order(self.issued_on, ("expires_on", self.expires_on), "有效期至早于发证日期，请核对。"),
            in_order(self.issued_on, ("revoked_on", self.revoked_on), "撤销日期早于发证日期，请核对。"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
