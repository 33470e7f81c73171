//! Posts exposed to occupational hazards: 职业病防治法 articles 33, 34; 工作场所职业卫生管理规定.

use rules::Number;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::at_most;
use crate::choice::Factor;

/// A post.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ExposedPost {
    #[schemars(title = "岗位（工种）", extend("x-role" = "title"))]
    post: String,
    #[schemars(title = "所在部门、车间")]
    workshop: Option<String>,
    #[schemars(title = "接触的危害因素")]
    factors: String,
    #[schemars(title = "主要因素类别")]
    kind: Option<Factor>,
    #[schemars(title = "接触人数", extend("x-unit" = "人"))]
    people: u32,
    #[schemars(title = "其中女职工", extend("x-unit" = "人"))]
    women: Option<u32>,
    #[schemars(title = "其中劳务派遣人员", extend("x-unit" = "人"))]
    dispatched: Option<u32>,
    #[schemars(title = "每日接触时间", extend("x-unit" = "小时"))]
    hours_per_day: Option<Number>,
    #[schemars(title = "作业方式")]
    way: Option<String>,
    #[schemars(title = "个人防护用品", extend("x-long" = true))]
    protection: Option<String>,
    #[schemars(title = "是否告知并签字")]
    notified: Option<bool>,
    #[schemars(title = "在岗体检周期", extend("x-unit" = "月"))]
    check_months: Option<u32>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

impl Section for ExposedPost {
    const CODE: &'static str = "exposed_post";
    const LABEL: &'static str = "接触职业病危害岗位";
    const GROUP: Group = Group::Health;

    fn check(&self) -> Vec<Wrong> {
        [
            at_most(("women", self.women), Some(self.people), "女职工人数大于接触人数，请核对。"),
            at_most(("dispatched", self.dispatched), Some(self.people), "劳务派遣人数大于接触人数，请核对。"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
