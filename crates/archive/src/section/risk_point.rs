//! Risk points and their control: 安全生产法 article 41, 安委办〔2016〕11号; GB/T 23694.

use chrono::NaiveDate;
use rules::Number;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::in_order;
use crate::choice::{AccidentCategory, Risk};

/// A risk point.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RiskPoint {
    #[schemars(title = "风险点名称", extend("x-role" = "title"))]
    name: String,
    #[schemars(title = "编号", extend("x-role" = "number"))]
    number: Option<String>,
    #[schemars(title = "所在部位")]
    place: Option<String>,
    #[schemars(title = "风险点类型")]
    kind: Option<Kind>,
    #[schemars(title = "危险源（主要危险有害因素）", extend("x-long" = true))]
    source: Option<String>,
    #[schemars(title = "可能导致的事故类型")]
    accident: Option<AccidentCategory>,
    #[schemars(title = "评估方法")]
    method: Option<Method>,
    #[schemars(title = "可能性（L）")]
    likelihood: Option<Number>,
    #[schemars(title = "暴露频繁程度（E）")]
    exposure: Option<Number>,
    #[schemars(title = "后果严重程度（C 或者 S）")]
    severity: Option<Number>,
    #[schemars(title = "风险值（D 或者 R）")]
    score: Option<Number>,
    #[schemars(title = "风险等级")]
    level: Risk,
    #[schemars(title = "管控层级")]
    control: Option<Control>,
    #[schemars(title = "工程技术措施", extend("x-long" = true))]
    engineering: Option<String>,
    #[schemars(title = "管理措施", extend("x-long" = true))]
    management: Option<String>,
    #[schemars(title = "教育培训措施", extend("x-long" = true))]
    training: Option<String>,
    #[schemars(title = "个体防护措施", extend("x-long" = true))]
    protection: Option<String>,
    #[schemars(title = "应急处置措施", extend("x-long" = true))]
    emergency: Option<String>,
    #[schemars(title = "责任部门")]
    unit: Option<String>,
    #[schemars(title = "责任人")]
    keeper: Option<String>,
    #[schemars(title = "责任人电话", extend("x-personal" = true))]
    keeper_phone: Option<String>,
    #[schemars(title = "巡查周期", extend("x-unit" = "日"))]
    inspection_days: Option<u32>,
    #[schemars(title = "是否公告、告知")]
    notified: Option<bool>,
    #[schemars(title = "评估日期", extend("x-role" = "issued_on"))]
    assessed_on: Option<NaiveDate>,
    #[schemars(title = "下次评估日期", extend("x-role" = "expires_on"))]
    expires_on: Option<NaiveDate>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

rules::one_of!(
    /// What it is a risk of.
    Kind {
        Place = "place" "场所、区域",
        Facility = "facility" "设施、设备",
        Activity = "activity" "作业活动",
        Process = "process" "工艺流程",
        Other = "other" "其他",
    }
);

rules::one_of!(
    /// How it was assessed.
    Method {
        Lec = "lec" "作业条件危险性分析法（LEC）",
        Ls = "ls" "风险矩阵法（LS）",
        Jha = "jha" "工作危害分析法（JHA）",
        Scl = "scl" "安全检查表法（SCL）",
        Hazop = "hazop" "危险与可操作性分析（HAZOP）",
        Direct = "direct" "直接判定",
        Other = "other" "其他",
    }
);

rules::one_of!(
    /// Who controls it.
    Control {
        Company = "company" "公司级",
        Department = "department" "部门（车间）级",
        Team = "team" "班组级",
        Post = "post" "岗位级",
    }
);

impl Section for RiskPoint {
    const CODE: &'static str = "risk_point";
    const LABEL: &'static str = "安全风险分级管控";
    const GROUP: Group = Group::Risks;

    fn check(&self) -> Vec<Wrong> {
        in_order(self.assessed_on, ("expires_on", self.expires_on), "下次评估日期早于评估日期，请核对。")
            .into_iter()
            .collect()
    }
}
