//! Conditions of safe production: 安全生产许可证条例 article 6, 安全生产法 article 20; one record for each condition.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::in_order;

/// Whether a condition holds, and what shows it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BasicCondition {
    #[schemars(title = "条件", extend("x-role" = "title"))]
    condition: Condition,
    #[schemars(title = "是否适用", description = "不填就是适用")]
    applies: Option<bool>,
    #[schemars(title = "是否具备", description = "不适用的填“否”")]
    fulfilled: bool,
    #[schemars(
        title = "证明材料、差距或者不适用的理由",
        description = "具备的写明证明材料（文件名称、编号、存放处），不具备的写明差距，不适用的写明理由；证明材料可以上传附件",
        extend("x-long" = true)
    )]
    evidence: String,
    #[schemars(title = "核查日期", extend("x-role" = "issued_on"))]
    checked_on: Option<NaiveDate>,
    #[schemars(title = "核查人")]
    checked_by: Option<String>,
    #[schemars(title = "整改措施", description = "不具备的填写", extend("x-long" = true))]
    measure: Option<String>,
    #[schemars(title = "整改期限")]
    due_on: Option<NaiveDate>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

rules::one_of!(
    /// One of the conditions.
    Condition {
        Responsibility = "responsibility" "建立、健全安全生产责任制",
        Rules = "rules" "制定安全生产规章制度和操作规程",
        Investment = "investment" "安全投入符合安全生产要求",
        Organization = "organization" "设置安全生产管理机构，配备安全生产管理人员",
        ManagersAssessed = "managers_assessed" "主要负责人和安全生产管理人员经考核合格",
        SpecialOperators = "special_operators" "特种作业人员持证上岗",
        WorkersTrained = "workers_trained" "从业人员经安全生产教育和培训合格",
        InjuryInsurance = "injury_insurance" "依法参加工伤保险，为从业人员缴费",
        Premises = "premises" "厂房、作业场所和安全设施、设备、工艺符合要求",
        ProtectiveEquipment = "protective_equipment" "有职业危害防治措施，配备劳动防护用品",
        Evaluation = "evaluation" "依法进行安全评价",
        HazardSource = "hazard_source" "重大危险源有检测、评估、监控措施和应急预案",
        Emergency = "emergency" "有应急救援预案、组织或者人员和器材",
        DualPrevention = "dual_prevention" "建立安全风险分级管控和隐患排查治理双重预防机制",
        Facilities = "facilities" "新建、改建、扩建项目安全设施“三同时”",
        Evacuation = "evacuation" "生产经营场所与员工宿舍分开，出口畅通",
        Other = "other" "法律、法规规定的其他条件",
    }
);

impl Section for BasicCondition {
    const CODE: &'static str = "basic_condition";
    const LABEL: &'static str = "安全基本条件";
    const GROUP: Group = Group::Basic;

    fn check(&self) -> Vec<Wrong> {
        let contrary = self.applies == Some(false) && self.fulfilled;
        [
            contrary.then(|| Wrong::new("fulfilled", "field.invalid", "不适用的条件，是否具备请填“否”。")),
            in_order(self.checked_on, ("due_on", self.due_on), "整改期限早于核查日期，请核对。"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
