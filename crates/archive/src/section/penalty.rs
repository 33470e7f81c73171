//! Administrative penalties that the enterprise received: 行政处罚法, 安全生产违法行为行政处罚办法. What our own cases decide comes from there.

use chrono::NaiveDate;
use rules::Number;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::in_order;

/// A penalty.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Penalty {
    #[schemars(title = "案由", extend("x-role" = "title"))]
    matter: String,
    #[schemars(title = "处罚种类")]
    kind: Kind,
    #[schemars(title = "决定书文号", extend("x-role" = "number"))]
    decision_number: String,
    #[schemars(title = "处罚机关", extend("x-role" = "issuer"))]
    issuer: String,
    #[schemars(title = "决定日期", extend("x-role" = "issued_on"))]
    decided_on: NaiveDate,
    #[schemars(title = "处罚依据")]
    law: Option<String>,
    #[schemars(title = "处罚对象")]
    object: Option<Object>,
    #[schemars(title = "被处罚的个人")]
    person: Option<String>,
    #[schemars(title = "罚款金额", extend("x-unit" = "元"))]
    amount: Option<Number>,
    #[schemars(title = "没收金额", extend("x-unit" = "元"))]
    confiscated: Option<Number>,
    #[schemars(title = "已缴金额", extend("x-unit" = "元"))]
    paid: Option<Number>,
    #[schemars(title = "缴清日期")]
    paid_on: Option<NaiveDate>,
    #[schemars(title = "整改情况", extend("x-long" = true))]
    measures: Option<String>,
    #[schemars(title = "是否整改到位")]
    rectified: Option<bool>,
    #[schemars(title = "结案日期")]
    closed_on: Option<NaiveDate>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

rules::one_of!(
    /// The penalty of 行政处罚法 article 9.
    Kind {
        Warning = "warning" "警告",
        Criticism = "criticism" "通报批评",
        Fine = "fine" "罚款",
        Confiscation = "confiscation" "没收违法所得、没收非法财物",
        SuspendLicence = "suspend_licence" "暂扣许可证件",
        LowerGrade = "lower_grade" "降低资质等级",
        RevokeLicence = "revoke_licence" "吊销许可证件",
        Restrict = "restrict" "限制开展生产经营活动",
        Stop = "stop" "责令停产停业",
        Close = "close" "责令关闭",
        Ban = "ban" "限制从业",
        Detention = "detention" "行政拘留",
        Other = "other" "其他",
    }
);

rules::one_of!(
    /// Who was punished.
    Object {
        Unit = "unit" "单位",
        Principal = "principal" "主要负责人",
        Person = "person" "其他个人",
    }
);

impl Section for Penalty {
    const CODE: &'static str = "penalty";
    const LABEL: &'static str = "行政处罚";
    const GROUP: Group = Group::Events;

    fn check(&self) -> Vec<Wrong> {
        [
            in_order(Some(self.decided_on), ("paid_on", self.paid_on), "缴清日期早于决定日期，请核对。"),
            in_order(Some(self.decided_on), ("closed_on", self.closed_on), "结案日期早于决定日期，请核对。"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
