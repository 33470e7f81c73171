//! Rules of the enterprise: 安全生产法 article 21 (2), GB/T 33000 section 5.2.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::in_order;
use crate::choice::DocumentState;

/// A rule.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SafetyRule {
    #[schemars(title = "制度名称", extend("x-role" = "title"))]
    title: String,
    #[schemars(title = "制度类别")]
    kind: Option<Kind>,
    #[schemars(title = "文件编号", extend("x-role" = "number"))]
    document_number: Option<String>,
    #[schemars(title = "批准人", extend("x-role" = "issuer"))]
    issuer: Option<String>,
    #[schemars(title = "版次")]
    version: Option<String>,
    #[schemars(title = "发布日期", extend("x-role" = "issued_on"))]
    issued_on: Option<NaiveDate>,
    #[schemars(title = "施行日期")]
    effective_on: Option<NaiveDate>,
    #[schemars(title = "最近一次评审日期")]
    reviewed_on: Option<NaiveDate>,
    #[schemars(title = "下次评审日期", extend("x-role" = "expires_on"))]
    expires_on: Option<NaiveDate>,
    #[schemars(title = "归口部门")]
    unit: Option<String>,
    #[schemars(title = "主要内容", extend("x-long" = true))]
    summary: Option<String>,
    #[schemars(title = "状态")]
    status: Option<DocumentState>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

rules::one_of!(
    /// What it rules.
    Kind {
        Responsibility = "responsibility" "安全生产责任制",
        Meeting = "meeting" "安全例会",
        Training = "training" "教育培训",
        Investment = "investment" "安全投入",
        Danger = "danger" "隐患排查治理",
        Risk = "risk" "风险分级管控",
        HazardSource = "hazard_source" "重大危险源管理",
        Equipment = "equipment" "设备设施管理",
        SpecialEquipment = "special_equipment" "特种设备管理",
        SpecialOperator = "special_operator" "特种作业人员管理",
        DangerousWork = "dangerous_work" "危险作业管理",
        ConfinedSpace = "confined_space" "有限空间管理",
        Chemicals = "chemicals" "危险化学品管理",
        Fire = "fire" "消防安全",
        Electricity = "electricity" "用电安全",
        Health = "health" "职业健康",
        ProtectiveEquipment = "protective_equipment" "劳动防护用品",
        Contractor = "contractor" "相关方管理",
        Change = "change" "变更管理",
        Emergency = "emergency" "应急管理",
        Accident = "accident" "事故报告和处理",
        Reward = "reward" "奖惩",
        Records = "records" "文件和档案管理",
        Other = "other" "其他",
    }
);

impl Section for SafetyRule {
    const CODE: &'static str = "safety_rule";
    const LABEL: &'static str = "安全生产规章制度";
    const GROUP: Group = Group::Duty;

    fn check(&self) -> Vec<Wrong> {
        [
            in_order(self.issued_on, ("effective_on", self.effective_on), "施行日期早于发布日期，请核对。"),
            in_order(self.issued_on, ("expires_on", self.expires_on), "下次评审日期早于发布日期，请核对。"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
