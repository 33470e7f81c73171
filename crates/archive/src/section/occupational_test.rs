//! Tests of hazard factors: 职业病防治法 article 26, 工作场所职业卫生管理规定 article 20.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::{at_most, in_order};
use crate::choice::Verdict;

/// A test.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OccupationalTest {
    #[schemars(
        title = "检测项目",
        description = "如 2026 年度工作场所职业病危害因素检测",
        extend("x-role" = "title")
    )]
    name: String,
    #[schemars(title = "检测类别")]
    kind: Kind,
    #[schemars(title = "报告编号", extend("x-role" = "number"))]
    report_number: Option<String>,
    #[schemars(title = "检测机构", extend("x-role" = "issuer"))]
    tested_by: Option<String>,
    #[schemars(title = "机构资质证书编号")]
    qualification_number: Option<String>,
    #[schemars(title = "检测日期", extend("x-role" = "issued_on"))]
    tested_on: NaiveDate,
    #[schemars(title = "检测场所")]
    place: Option<String>,
    #[schemars(title = "检测因素")]
    factor: Option<String>,
    #[schemars(title = "检测点数", extend("x-unit" = "个"))]
    points: Option<u32>,
    #[schemars(title = "超标点数", extend("x-unit" = "个"))]
    points_over: Option<u32>,
    #[schemars(title = "检测结果")]
    value: Option<String>,
    #[schemars(title = "职业接触限值")]
    limit: Option<String>,
    #[schemars(title = "结论")]
    result: Option<Verdict>,
    #[schemars(title = "超标原因和处理", extend("x-long" = true))]
    over_handling: Option<String>,
    #[schemars(title = "是否公布结果")]
    published: Option<bool>,
    #[schemars(
        title = "下次检测日期",
        description = "一般的每三年、严重的每年至少一次",
        extend("x-role" = "expires_on")
    )]
    expires_on: Option<NaiveDate>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

rules::one_of!(
    /// What test it is.
    Kind {
        Regular = "regular" "定期检测",
        Daily = "daily" "日常监测",
        CurrentEvaluation = "current_evaluation" "现状评价",
        ControlEvaluation = "control_evaluation" "控制效果评价",
        PreEvaluation = "pre_evaluation" "预评价",
        Other = "other" "其他",
    }
);

impl Section for OccupationalTest {
    const CODE: &'static str = "occupational_test";
    const LABEL: &'static str = "职业病危害因素检测";
    const GROUP: Group = Group::Health;

    fn check(&self) -> Vec<Wrong> {
        [
            in_order(
                Some(self.tested_on),
                ("expires_on", self.expires_on),
                "下次检测日期早于检测日期，请核对。",
            ),
            at_most(("points_over", self.points_over), self.points, "超标点数大于检测点数，请核对。"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
