//! Health checks and surveillance files: 职业病防治法 articles 35, 36; GBZ 188.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::{id_number, in_order};

/// The check of a person.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct HealthCheck {
    #[schemars(title = "姓名", extend("x-role" = "title"))]
    name: String,
    #[schemars(title = "检查类别")]
    kind: Kind,
    #[schemars(title = "身份证号", extend("x-personal" = true))]
    id_number: Option<String>,
    #[schemars(title = "岗位（工种）")]
    post: Option<String>,
    #[schemars(title = "接触的危害因素")]
    factors: Option<String>,
    #[schemars(title = "检查机构", extend("x-role" = "issuer"))]
    hospital: Option<String>,
    #[schemars(title = "报告编号", extend("x-role" = "number"))]
    report_number: Option<String>,
    #[schemars(title = "检查日期", extend("x-role" = "issued_on"))]
    checked_on: NaiveDate,
    #[schemars(title = "检查结论", extend("x-personal" = true))]
    conclusion: Option<Conclusion>,
    #[schemars(title = "异常情况", extend("x-long" = true, "x-personal" = true))]
    detail: Option<String>,
    #[schemars(title = "复查、调岗等处理情况", extend("x-long" = true, "x-personal" = true))]
    handling: Option<String>,
    #[schemars(title = "结果是否书面告知本人")]
    notified: Option<bool>,
    #[schemars(title = "下次检查日期", extend("x-role" = "expires_on"))]
    expires_on: Option<NaiveDate>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

rules::one_of!(
    /// When it was made.
    Kind {
        Before = "before" "上岗前",
        During = "during" "在岗期间",
        Leaving = "leaving" "离岗时",
        Emergency = "emergency" "应急",
        FollowUp = "follow_up" "离岗后随访",
        Review = "review" "复查",
    }
);

rules::one_of!(
    /// What was found.
    Conclusion {
        Normal = "normal" "目前未见异常",
        Recheck = "recheck" "复查",
        Suspected = "suspected" "疑似职业病",
        Contraindication = "contraindication" "职业禁忌证",
        OtherDisease = "other_disease" "其他疾病或者异常",
    }
);

impl Section for HealthCheck {
    const CODE: &'static str = "health_check";
    const LABEL: &'static str = "职业健康检查";
    const GROUP: Group = Group::Health;

    fn check(&self) -> Vec<Wrong> {
        [
            in_order(
                Some(self.checked_on),
                ("expires_on", self.expires_on),
                "下次检查日期早于检查日期，请核对。",
            ),
            id_number("id_number", self.id_number.as_deref()),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
