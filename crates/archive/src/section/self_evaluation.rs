//! Yearly self-evaluation: 企业安全生产标准化建设定级办法 article 8, GB/T 33000 section 5.8.

use chrono::NaiveDate;
use rules::Number;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::{at_most, in_order, year};

/// A self-evaluation.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SelfEvaluation {
    #[schemars(
        title = "自评名称",
        description = "如 2026 年度安全生产标准化自评",
        extend("x-role" = "title")
    )]
    name: String,
    #[schemars(title = "年度")]
    year: u32,
    #[schemars(title = "自评等级")]
    grade: Option<Grade>,
    #[schemars(title = "自评组长")]
    leader: Option<String>,
    #[schemars(title = "自评组成员")]
    members: Option<String>,
    #[schemars(title = "标准分", extend("x-unit" = "分"))]
    full_score: Option<Number>,
    #[schemars(title = "自评得分", extend("x-unit" = "分"))]
    score: Option<Number>,
    #[schemars(title = "自评日期", extend("x-role" = "issued_on"))]
    evaluated_on: NaiveDate,
    #[schemars(title = "下次自评日期", description = "每年至少一次", extend("x-role" = "expires_on"))]
    expires_on: Option<NaiveDate>,
    #[schemars(title = "报告编号", extend("x-role" = "number"))]
    report_number: Option<String>,
    #[schemars(title = "发现问题", extend("x-unit" = "项"))]
    problems: Option<u32>,
    #[schemars(title = "已整改", extend("x-unit" = "项"))]
    rectified: Option<u32>,
    #[schemars(title = "是否在企业内部公示")]
    published: Option<bool>,
    #[schemars(title = "报送部门")]
    reported_to: Option<String>,
    #[schemars(title = "报送日期")]
    reported_on: Option<NaiveDate>,
    #[schemars(title = "自评结论", extend("x-long" = true))]
    conclusion: Option<String>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

rules::one_of!(
    /// The grade aimed at.
    Grade {
        First = "first" "一级",
        Second = "second" "二级",
        Third = "third" "三级",
        Micro = "micro" "小微企业达标",
    }
);

impl Section for SelfEvaluation {
    const CODE: &'static str = "self_evaluation";
    const LABEL: &'static str = "标准化自评";
    const GROUP: Group = Group::Evaluation;

    fn check(&self) -> Vec<Wrong> {
        [
            in_order(
                Some(self.evaluated_on),
                ("expires_on", self.expires_on),
                "下次自评日期早于自评日期，请核对。",
            ),
            in_order(
                Some(self.evaluated_on),
                ("reported_on", self.reported_on),
                "报送日期早于自评日期，请核对。",
            ),
            at_most(("score", self.score), self.full_score, "自评得分大于标准分，请核对。"),
            at_most(("rectified", self.rectified), self.problems, "已整改项数大于发现问题项数，请核对。"),
            year("year", Some(self.year)),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
