//! Commendations: 安全生产法 article 19.

use chrono::NaiveDate;
use rules::Number;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::in_order;

/// A commendation.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Commendation {
    #[schemars(title = "荣誉名称", extend("x-role" = "title"))]
    name: String,
    #[schemars(title = "表彰对象")]
    object: Option<Object>,
    #[schemars(title = "获奖单位（人）")]
    receiver: Option<String>,
    #[schemars(title = "级别")]
    level: Option<Level>,
    #[schemars(title = "授予单位", extend("x-role" = "issuer"))]
    issuer: String,
    #[schemars(title = "文件（证书）编号", extend("x-role" = "number"))]
    document_number: Option<String>,
    #[schemars(title = "授予日期", extend("x-role" = "issued_on"))]
    awarded_on: NaiveDate,
    #[schemars(title = "有效期至", extend("x-role" = "expires_on"))]
    expires_on: Option<NaiveDate>,
    #[schemars(title = "主要事迹", extend("x-long" = true))]
    reason: Option<String>,
    #[schemars(title = "奖金", extend("x-unit" = "元"))]
    amount: Option<Number>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

rules::one_of!(
    /// Who is commended.
    Object {
        Unit = "unit" "单位",
        Team = "team" "车间、班组",
        Person = "person" "个人",
    }
);

rules::one_of!(
    /// Who gives it.
    Level {
        National = "national" "国家级",
        Province = "province" "省级",
        City = "city" "市级",
        County = "county" "区（县）级",
        Town = "town" "镇（街道）级",
        Company = "company" "企业内部",
        Association = "association" "行业协会",
    }
);

impl Section for Commendation {
    const CODE: &'static str = "commendation";
    const LABEL: &'static str = "表彰奖励";
    const GROUP: Group = Group::Events;

    fn check(&self) -> Vec<Wrong> {
        in_order(Some(self.awarded_on), ("expires_on", self.expires_on), "有效期至早于授予日期，请核对。")
            .into_iter()
            .collect()
    }
}
