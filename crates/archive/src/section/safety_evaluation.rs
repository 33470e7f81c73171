//! Safety evaluation: 安全生产法 article 32, 危险化学品安全管理条例 article 22, 安全评价检测检验机构管理办法.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::{at_most, in_order};

/// A report.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SafetyEvaluation {
    #[schemars(title = "报告名称", extend("x-role" = "title"))]
    title: String,
    #[schemars(title = "评价类别")]
    kind: Kind,
    #[schemars(title = "报告编号", extend("x-role" = "number"))]
    report_number: Option<String>,
    #[schemars(title = "评价机构", extend("x-role" = "issuer"))]
    evaluated_by: String,
    #[schemars(title = "机构资质证书编号")]
    qualification_number: Option<String>,
    #[schemars(title = "项目负责人")]
    leader: Option<String>,
    #[schemars(title = "评价范围", extend("x-long" = true))]
    scope: Option<String>,
    #[schemars(title = "报告日期", extend("x-role" = "issued_on"))]
    finished_on: NaiveDate,
    #[schemars(
        title = "下次评价日期",
        description = "危险化学品企业每三年一次",
        extend("x-role" = "expires_on")
    )]
    expires_on: Option<NaiveDate>,
    #[schemars(title = "评价结论")]
    conclusion: Option<Conclusion>,
    #[schemars(title = "提出问题", extend("x-unit" = "项"))]
    problems: Option<u32>,
    #[schemars(title = "已整改", extend("x-unit" = "项"))]
    rectified: Option<u32>,
    #[schemars(title = "备案机关")]
    filed_with: Option<String>,
    #[schemars(title = "备案日期")]
    filed_on: Option<NaiveDate>,
    #[schemars(title = "备案编号")]
    filing_number: Option<String>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

rules::one_of!(
    /// What evaluation it is.
    Kind {
        Pre = "pre" "安全预评价",
        Acceptance = "acceptance" "安全验收评价",
        Current = "current" "安全现状评价",
        Condition = "condition" "安全条件评价（论证）",
        Special = "special" "专项安全评价",
        Diagnosis = "diagnosis" "安全诊断、风险评估",
        Other = "other" "其他",
    }
);

rules::one_of!(
    /// What it came to.
    Conclusion {
        Met = "met" "符合安全要求",
        MetAfter = "met_after" "整改后符合安全要求",
        NotMet = "not_met" "不符合安全要求",
    }
);

impl Section for SafetyEvaluation {
    const CODE: &'static str = "safety_evaluation";
    const LABEL: &'static str = "安全评价报告";
    const GROUP: Group = Group::Evaluation;

    fn check(&self) -> Vec<Wrong> {
        [
            in_order(
                Some(self.finished_on),
                ("expires_on", self.expires_on),
                "下次评价日期早于报告日期，请核对。",
            ),
            in_order(Some(self.finished_on), ("filed_on", self.filed_on), "备案日期早于报告日期，请核对。"),
            at_most(("rectified", self.rectified), self.problems, "已整改项数大于提出问题项数，请核对。"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
