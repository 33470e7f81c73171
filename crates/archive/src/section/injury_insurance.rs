//! Work-injury insurance: 工伤保险条例 articles 2, 10; 安全生产法 article 51.

use chrono::NaiveDate;
use rules::Number;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::{at_most, in_order};

/// What was insured in a period.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct InjuryInsurance {
    #[schemars(title = "参保事项", description = "如 2026 年度工伤保险", extend("x-role" = "title"))]
    name: String,
    #[schemars(title = "单位社保编号", extend("x-role" = "number"))]
    number: Option<String>,
    #[schemars(title = "社保经办机构", extend("x-role" = "issuer"))]
    agency: Option<String>,
    #[schemars(title = "从业人员数", extend("x-unit" = "人"))]
    staff: Option<u32>,
    #[schemars(title = "参保人数", extend("x-unit" = "人"))]
    insured: Option<u32>,
    #[schemars(title = "行业风险类别")]
    risk_class: Option<Class>,
    #[schemars(title = "费率", description = "以经办机构核定为准", extend("x-unit" = "%"))]
    rate: Option<Number>,
    #[schemars(title = "缴费工资总额", extend("x-unit" = "元"))]
    payroll: Option<Number>,
    #[schemars(title = "缴费金额", extend("x-unit" = "元"))]
    premium: Option<Number>,
    #[schemars(title = "缴费期起", extend("x-role" = "issued_on"))]
    starts_on: Option<NaiveDate>,
    #[schemars(title = "缴费期止", extend("x-role" = "expires_on"))]
    expires_on: Option<NaiveDate>,
    #[schemars(title = "本期工伤认定", extend("x-unit" = "人"))]
    injuries: Option<u32>,
    #[schemars(title = "是否按建设项目参保")]
    by_project: Option<bool>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

rules::one_of!(
    /// The risk class of the trade, 1 the least.
    Class {
        First = "first" "一类",
        Second = "second" "二类",
        Third = "third" "三类",
        Fourth = "fourth" "四类",
        Fifth = "fifth" "五类",
        Sixth = "sixth" "六类",
        Seventh = "seventh" "七类",
        Eighth = "eighth" "八类",
    }
);

impl Section for InjuryInsurance {
    const CODE: &'static str = "injury_insurance";
    const LABEL: &'static str = "工伤保险";
    const GROUP: Group = Group::Money;

    fn check(&self) -> Vec<Wrong> {
        [
            in_order(self.starts_on, ("expires_on", self.expires_on), "缴费期止早于缴费期起，请核对。"),
            at_most(("insured", self.insured), self.staff, "参保人数大于从业人员数，请核对。"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
