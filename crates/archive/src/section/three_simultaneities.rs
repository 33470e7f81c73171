//! Safety facilities of building projects: 安全生产法 articles 31 to 34, 建设项目安全设施“三同时”监督管理办法.

use chrono::NaiveDate;
use rules::Number;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::{at_most, in_order};

/// A project.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ThreeSimultaneities {
    #[schemars(title = "项目名称", extend("x-role" = "title"))]
    name: String,
    #[schemars(title = "项目性质")]
    nature: Nature,
    #[schemars(title = "三同时类别")]
    kind: Option<Kind>,
    #[schemars(title = "立项批准（备案）文号", extend("x-role" = "number"))]
    approval_number: Option<String>,
    #[schemars(title = "审查机关", extend("x-role" = "issuer"))]
    approved_by: Option<String>,
    #[schemars(title = "总投资", extend("x-unit" = "万元"))]
    investment: Option<Number>,
    #[schemars(title = "安全设施投资", extend("x-unit" = "万元"))]
    safety_investment: Option<Number>,
    #[schemars(title = "建设内容", extend("x-long" = true))]
    content: Option<String>,
    #[schemars(title = "安全预评价（条件审查）日期")]
    pre_evaluated_on: Option<NaiveDate>,
    #[schemars(title = "设计单位")]
    design_by: Option<String>,
    #[schemars(title = "安全设施设计审查日期")]
    design_approved_on: Option<NaiveDate>,
    #[schemars(title = "施工单位")]
    builder: Option<String>,
    #[schemars(title = "监理单位")]
    supervisor: Option<String>,
    #[schemars(title = "开工日期")]
    started_on: Option<NaiveDate>,
    #[schemars(title = "试生产（使用）日期")]
    trial_on: Option<NaiveDate>,
    #[schemars(title = "试生产期限", extend("x-role" = "expires_on"))]
    trial_ends_on: Option<NaiveDate>,
    #[schemars(title = "安全设施竣工验收日期", extend("x-role" = "issued_on"))]
    accepted_on: Option<NaiveDate>,
    #[schemars(title = "验收是否合格")]
    accepted: Option<bool>,
    #[schemars(title = "当前阶段")]
    stage: Option<Stage>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

rules::one_of!(
    /// What kind of building it is.
    Nature {
        New = "new" "新建",
        Rebuild = "rebuild" "改建",
        Extend = "extend" "扩建",
        Technical = "technical" "技术改造",
    }
);

rules::one_of!(
    /// Whose facilities.
    Kind {
        Safety = "safety" "安全设施",
        OccupationalHealth = "occupational_health" "职业病防护设施",
        Fire = "fire" "消防设施",
    }
);

rules::one_of!(
    /// How far it is.
    Stage {
        Approval = "approval" "立项",
        PreEvaluation = "pre_evaluation" "预评价、条件审查",
        Design = "design" "设计审查",
        Building = "building" "施工",
        Trial = "trial" "试生产（使用）",
        Acceptance = "acceptance" "竣工验收",
        Finished = "finished" "已投入生产（使用）",
    }
);

impl Section for ThreeSimultaneities {
    const CODE: &'static str = "three_simultaneities";
    const LABEL: &'static str = "建设项目三同时";
    const GROUP: Group = Group::Evaluation;
    const FACT: Option<&'static str> = Some("new_project");

    fn check(&self) -> Vec<Wrong> {
        [
            in_order(
                self.pre_evaluated_on,
                ("design_approved_on", self.design_approved_on),
                "设计审查日期早于预评价日期，请核对。",
            ),
            in_order(self.started_on, ("trial_on", self.trial_on), "试生产日期早于开工日期，请核对。"),
            in_order(
                self.trial_on,
                ("trial_ends_on", self.trial_ends_on),
                "试生产期限早于试生产日期，请核对。",
            ),
            in_order(self.started_on, ("accepted_on", self.accepted_on), "验收日期早于开工日期，请核对。"),
            at_most(
                ("safety_investment", self.safety_investment),
                self.investment,
                "安全设施投资大于总投资，请核对。",
            ),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
