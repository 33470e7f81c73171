//! Drills: 生产安全事故应急条例 article 8, 生产安全事故应急预案管理办法 article 33, AQ/T 9007.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::in_order;

/// A drill.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EmergencyDrill {
    #[schemars(title = "演练主题", extend("x-role" = "title"))]
    subject: String,
    #[schemars(title = "演练类别")]
    kind: Kind,
    #[schemars(title = "演练形式")]
    form: Option<Form>,
    #[schemars(title = "依据的预案")]
    plan: Option<String>,
    #[schemars(title = "地点")]
    place: Option<String>,
    #[schemars(title = "演练日期", extend("x-role" = "issued_on"))]
    drilled_on: NaiveDate,
    #[schemars(title = "总指挥")]
    commander: Option<String>,
    #[schemars(title = "参加人数", extend("x-unit" = "人"))]
    participants: Option<u32>,
    #[schemars(title = "用时", extend("x-unit" = "分钟"))]
    minutes: Option<u32>,
    #[schemars(title = "报送部门", extend("x-role" = "issuer"))]
    reported_to: Option<String>,
    #[schemars(title = "报送日期")]
    reported_on: Option<NaiveDate>,
    #[schemars(title = "演练效果")]
    result: Option<Effect>,
    #[schemars(title = "发现的问题", extend("x-long" = true))]
    problems: Option<String>,
    #[schemars(title = "改进措施", extend("x-long" = true))]
    improvements: Option<String>,
    #[schemars(title = "下次演练日期", extend("x-role" = "expires_on"))]
    expires_on: Option<NaiveDate>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

rules::one_of!(
    /// What was drilled.
    Kind {
        Comprehensive = "comprehensive" "综合演练",
        Special = "special" "专项演练",
        Site = "site" "现场处置演练",
        Evacuation = "evacuation" "疏散演练",
        Unannounced = "unannounced" "双盲演练",
    }
);

rules::one_of!(
    /// How.
    Form {
        Field = "field" "实战演练",
        Table = "table" "桌面推演",
        Mixed = "mixed" "桌面与实战结合",
    }
);

rules::one_of!(
    /// How it went.
    Effect {
        Good = "good" "良好",
        Fair = "fair" "一般",
        Poor = "poor" "较差",
    }
);

impl Section for EmergencyDrill {
    const CODE: &'static str = "emergency_drill";
    const LABEL: &'static str = "应急演练";
    const GROUP: Group = Group::Emergency;

    fn check(&self) -> Vec<Wrong> {
        [
            in_order(
                Some(self.drilled_on),
                ("reported_on", self.reported_on),
                "报送日期早于演练日期，请核对。",
            ),
            in_order(
                Some(self.drilled_on),
                ("expires_on", self.expires_on),
                "下次演练日期早于本次演练日期，请核对。",
            ),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
