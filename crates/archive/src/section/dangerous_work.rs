//! Dangerous work under permit: 安全生产法 article 43, GB 30871.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::in_order;

/// A work permit, or work that comes again.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DangerousWork {
    #[schemars(title = "作业内容", extend("x-role" = "title"))]
    name: String,
    #[schemars(title = "作业种类")]
    kind: Kind,
    #[schemars(title = "作业级别")]
    level: Option<Level>,
    #[schemars(title = "作业票编号", extend("x-role" = "number"))]
    ticket_number: Option<String>,
    #[schemars(title = "作业地点")]
    place: String,
    #[schemars(title = "作业日期", extend("x-role" = "issued_on"))]
    worked_on: NaiveDate,
    #[schemars(title = "结束日期")]
    ended_on: Option<NaiveDate>,
    #[schemars(title = "作业人数", extend("x-unit" = "人"))]
    workers: Option<u32>,
    #[schemars(title = "承包单位", description = "外委作业填写")]
    contractor: Option<String>,
    #[schemars(title = "作业负责人")]
    in_charge: Option<String>,
    #[schemars(title = "监护人")]
    watcher: Option<String>,
    #[schemars(title = "审批人", extend("x-role" = "issuer"))]
    approved_by: Option<String>,
    #[schemars(title = "风险辨识", extend("x-long" = true))]
    risk_analysis: Option<String>,
    #[schemars(title = "安全措施", extend("x-long" = true))]
    measures: Option<String>,
    #[schemars(title = "气体分析结果")]
    gas_test: Option<String>,
    #[schemars(title = "是否完工验收")]
    closed: Option<bool>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

rules::one_of!(
    /// What work it is.
    Kind {
        Hot = "hot" "动火作业",
        ConfinedSpace = "confined_space" "受限（有限）空间作业",
        BlindPlate = "blind_plate" "盲板抽堵作业",
        Height = "height" "高处作业",
        Lifting = "lifting" "吊装作业",
        Electricity = "electricity" "临时用电作业",
        Excavation = "excavation" "动土作业",
        Road = "road" "断路作业",
        Blasting = "blasting" "爆破作业",
        Maintenance = "maintenance" "检维修作业",
        Demolition = "demolition" "拆除作业",
        Other = "other" "其他",
    }
);

rules::one_of!(
    /// The grade of the work.
    Level {
        Special = "special" "特级",
        First = "first" "一级",
        Second = "second" "二级",
        Third = "third" "三级",
        Fourth = "fourth" "四级",
        None = "none" "不分级",
    }
);

impl Section for DangerousWork {
    const CODE: &'static str = "dangerous_work";
    const LABEL: &'static str = "危险作业";
    const GROUP: Group = Group::Risks;
    const FACT: Option<&'static str> = Some("dangerous_work");

    fn check(&self) -> Vec<Wrong> {
        in_order(Some(self.worked_on), ("ended_on", self.ended_on), "结束日期早于作业日期，请核对。")
            .into_iter()
            .collect()
    }
}
