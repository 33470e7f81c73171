//! Safety expense, accrued and used: 企业安全生产费用提取和使用管理办法 (财资〔2022〕136号).

use chrono::NaiveDate;
use rules::Number;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::{in_order, year};

/// The account of a period, or of one of its uses.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SafetyExpense {
    #[schemars(
        title = "核算项目",
        description = "如 2026 年度安全生产费用；分项填报的写明分项",
        extend("x-role" = "title")
    )]
    name: String,
    #[schemars(title = "年度")]
    year: u32,
    #[schemars(title = "使用方向", description = "全年合计不填")]
    use_kind: Option<Use>,
    #[schemars(title = "提取标准的行业")]
    trade: Option<rules::safety_expense::Kind>,
    #[schemars(
        title = "计提基数",
        description = "按提取标准：上年营业收入（万元）、产量（吨）、工程造价（万元）等"
    )]
    base: Option<Number>,
    #[schemars(title = "年初结余", extend("x-unit" = "万元"))]
    opening: Option<Number>,
    #[schemars(title = "计划投入", extend("x-unit" = "万元"))]
    planned: Option<Number>,
    #[schemars(title = "提取金额", extend("x-unit" = "万元"))]
    accrued: Option<Number>,
    #[schemars(title = "使用金额", extend("x-unit" = "万元"))]
    used: Option<Number>,
    #[schemars(title = "期间起")]
    starts_on: Option<NaiveDate>,
    #[schemars(title = "期间止", extend("x-role" = "expires_on"))]
    closed_on: Option<NaiveDate>,
    #[schemars(title = "计划或者凭证号", extend("x-role" = "number"))]
    document_number: Option<String>,
    #[schemars(title = "批准人", extend("x-role" = "issuer"))]
    approved_by: Option<String>,
    #[schemars(title = "使用说明", extend("x-long" = true))]
    usage: Option<String>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

rules::one_of!(
    /// What it is used for.
    Use {
        Facilities = "facilities" "完善、改造和维护安全防护设施设备",
        Emergency = "emergency" "应急救援技术装备、设施配置及维护和演练",
        HazardControl = "hazard_control" "重大危险源、重大事故隐患和安全风险的评估、监控和整改",
        Evaluation = "evaluation" "安全生产检查、评价、咨询和标准化建设",
        ProtectiveEquipment = "protective_equipment" "配备和更新现场作业人员安全防护用品",
        Training = "training" "安全生产宣传、教育、培训和奖励",
        Technology = "technology" "适用的新技术、新标准、新工艺、新装备的推广应用",
        Inspection = "inspection" "安全设施及特种设备检测检验、检定校准",
        LiabilityInsurance = "liability_insurance" "安全生产责任保险",
        Other = "other" "与安全生产直接相关的其他支出",
    }
);

impl Section for SafetyExpense {
    const CODE: &'static str = "safety_expense";
    const LABEL: &'static str = "安全生产费用";
    const GROUP: Group = Group::Money;

    fn check(&self) -> Vec<Wrong> {
        [
            in_order(self.starts_on, ("closed_on", self.closed_on), "期间止早于期间起，请核对。"),
            self.overdrawn(),
            year("year", Some(self.year)),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

impl SafetyExpense {
    /// More used than there was. What goes beyond may be charged to costs, but must then be explained.
    fn overdrawn(&self) -> Option<Wrong> {
        let there = self.accrued?.0 + self.opening.unwrap_or_default().0;
        let wrong = self.used?.0 > there && self.usage.is_none();
        let message =
            "使用金额大于年初结余与提取金额之和，请核对；超出部分在成本中列支的，请在使用说明中写明。";
        wrong.then(|| Wrong::new("used", "field.order", message))
    }
}
