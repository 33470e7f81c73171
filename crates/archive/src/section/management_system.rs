//! Certified management systems: GB/T 45001 (before it GB/T 28001).

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::{at_most, in_order};

/// A certificate.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ManagementSystem {
    #[schemars(title = "体系", extend("x-role" = "title"))]
    kind: Kind,
    #[schemars(title = "证书编号", extend("x-role" = "number"))]
    certificate_number: String,
    #[schemars(title = "认证机构", extend("x-role" = "issuer"))]
    issuer: String,
    #[schemars(title = "认证范围", extend("x-long" = true))]
    scope: Option<String>,
    #[schemars(title = "发证日期", extend("x-role" = "issued_on"))]
    issued_on: Option<NaiveDate>,
    #[schemars(title = "有效期至", extend("x-role" = "expires_on"))]
    expires_on: Option<NaiveDate>,
    #[schemars(title = "最近一次监督审核日期")]
    audited_on: Option<NaiveDate>,
    #[schemars(title = "下次监督审核日期")]
    audit_due_on: Option<NaiveDate>,
    #[schemars(title = "不符合项", extend("x-unit" = "项"))]
    findings: Option<u32>,
    #[schemars(title = "已关闭", extend("x-unit" = "项"))]
    closed: Option<u32>,
    #[schemars(title = "状态")]
    state: Option<State>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

rules::one_of!(
    /// The standard.
    Kind {
        Iso45001 = "iso45001" "职业健康安全管理体系（GB/T 45001）",
        Ohsas18001 = "ohsas18001" "职业健康安全管理体系（GB/T 28001）",
        Iso9001 = "iso9001" "质量管理体系（GB/T 19001）",
        Iso14001 = "iso14001" "环境管理体系（GB/T 24001）",
        Iso22301 = "iso22301" "业务连续性管理体系（GB/T 30146）",
        ProcessSafety = "process_safety" "化工过程安全管理体系",
        Other = "other" "其他",
    }
);

rules::one_of!(
    /// Whether it stands.
    State {
        Valid = "valid" "有效",
        Suspended = "suspended" "暂停",
        Withdrawn = "withdrawn" "撤销",
        Expired = "expired" "已到期",
    }
);

impl Section for ManagementSystem {
    const CODE: &'static str = "management_system";
    const LABEL: &'static str = "职业健康安全管理体系认证";
    const GROUP: Group = Group::Evaluation;

    fn check(&self) -> Vec<Wrong> {
        [
            in_order(self.issued_on, ("expires_on", self.expires_on), "有效期至早于发证日期，请核对。"),
            in_order(
                self.audited_on,
                ("audit_due_on", self.audit_due_on),
                "下次监督审核日期早于最近一次，请核对。",
            ),
            at_most(("closed", self.closed), self.findings, "已关闭项数大于不符合项数，请核对。"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
