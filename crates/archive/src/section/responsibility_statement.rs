//! Responsibility system and signed statements: 安全生产法 articles 4, 21, 22.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::{in_order, year};

/// A statement, or the duties of a post.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ResponsibilityStatement {
    #[schemars(title = "名称", extend("x-role" = "title"))]
    title: String,
    #[schemars(title = "类别")]
    kind: Kind,
    #[schemars(title = "年度")]
    year: Option<u32>,
    #[schemars(title = "文件编号", extend("x-role" = "number"))]
    document_number: Option<String>,
    #[schemars(title = "发布或者要求签订的单位（人）", extend("x-role" = "issuer"))]
    issuer: Option<String>,
    #[schemars(title = "责任人")]
    signer: Option<String>,
    #[schemars(title = "责任人职务")]
    signer_post: Option<String>,
    #[schemars(title = "责任部门")]
    unit: Option<String>,
    #[schemars(title = "责任目标", extend("x-long" = true))]
    target: Option<String>,
    #[schemars(title = "职责内容", extend("x-long" = true))]
    duties: Option<String>,
    #[schemars(title = "签订或者发布日期", extend("x-role" = "issued_on"))]
    signed_on: Option<NaiveDate>,
    #[schemars(title = "责任期至", extend("x-role" = "expires_on"))]
    expires_on: Option<NaiveDate>,
    #[schemars(title = "考核日期")]
    assessed_on: Option<NaiveDate>,
    #[schemars(title = "考核结果")]
    assessment: Option<Assessment>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

rules::one_of!(
    /// What it is.
    Kind {
        Government = "government" "政府或者主管部门与企业签订的责任书",
        Company = "company" "企业与部门签订的责任书",
        Department = "department" "部门与班组签订的责任书",
        Worker = "worker" "班组与员工签订的责任书",
        PostDuty = "post_duty" "岗位安全生产责任制",
        Assessment = "assessment" "责任制考核办法",
        Other = "other" "其他",
    }
);

rules::one_of!(
    /// How it was kept.
    Assessment {
        Excellent = "excellent" "优秀",
        Good = "good" "良好",
        Passed = "passed" "合格",
        Failed = "failed" "不合格",
    }
);

impl Section for ResponsibilityStatement {
    const CODE: &'static str = "responsibility_statement";
    const LABEL: &'static str = "安全生产责任制与责任书";
    const GROUP: Group = Group::Duty;

    fn check(&self) -> Vec<Wrong> {
        [
            in_order(self.signed_on, ("expires_on", self.expires_on), "责任期至早于签订日期，请核对。"),
            in_order(self.signed_on, ("assessed_on", self.assessed_on), "考核日期早于签订日期，请核对。"),
            year("year", self.year),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
