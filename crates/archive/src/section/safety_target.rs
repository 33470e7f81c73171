//! Yearly safety targets: GB/T 33000 section 5.1, 安全生产责任制.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::{in_order, year};

/// A target of a year.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SafetyTarget {
    #[schemars(
        title = "目标",
        description = "如重伤以上事故为零、隐患整改率 100%",
        extend("x-role" = "title")
    )]
    target: String,
    #[schemars(title = "年度")]
    year: u32,
    #[schemars(title = "目标类别")]
    kind: Option<Kind>,
    #[schemars(title = "目标值")]
    planned: Option<String>,
    #[schemars(title = "完成值")]
    achieved: Option<String>,
    #[schemars(title = "是否完成")]
    met: Option<bool>,
    #[schemars(title = "责任部门")]
    unit: Option<String>,
    #[schemars(title = "下达文件号", extend("x-role" = "number"))]
    document_number: Option<String>,
    #[schemars(title = "下达日期", extend("x-role" = "issued_on"))]
    issued_on: Option<NaiveDate>,
    #[schemars(title = "考核日期")]
    reviewed_on: Option<NaiveDate>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

rules::one_of!(
    /// What it aims at.
    Kind {
        Accident = "accident" "事故指标",
        Danger = "danger" "隐患治理",
        Training = "training" "教育培训",
        Investment = "investment" "安全投入",
        Equipment = "equipment" "设备设施",
        Health = "health" "职业健康",
        Management = "management" "管理工作",
        Other = "other" "其他",
    }
);

impl Section for SafetyTarget {
    const CODE: &'static str = "safety_target";
    const LABEL: &'static str = "安全生产目标";
    const GROUP: Group = Group::Duty;

    fn check(&self) -> Vec<Wrong> {
        [
            in_order(self.issued_on, ("reviewed_on", self.reviewed_on), "考核日期早于下达日期，请核对。"),
            year("year", Some(self.year)),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
