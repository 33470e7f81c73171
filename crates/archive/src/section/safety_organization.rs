//! Safety organisation: 安全生产法 article 24.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section};

/// A body for safety, or the people appointed in its place.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SafetyOrganization {
    #[schemars(title = "机构名称", extend("x-role" = "title"))]
    name: String,
    #[schemars(title = "机构类别")]
    kind: Kind,
    #[schemars(title = "设立或者任命文件号", extend("x-role" = "number"))]
    document_number: Option<String>,
    #[schemars(title = "批准人", extend("x-role" = "issuer"))]
    issuer: Option<String>,
    #[schemars(title = "设立日期", extend("x-role" = "issued_on"))]
    established_on: Option<NaiveDate>,
    #[schemars(title = "负责人")]
    leader: Option<String>,
    #[schemars(title = "负责人职务")]
    leader_post: Option<String>,
    #[schemars(title = "负责人电话", extend("x-personal" = true))]
    leader_phone: Option<String>,
    #[schemars(title = "专职安全生产管理人员", extend("x-unit" = "人"))]
    full_time: Option<u32>,
    #[schemars(title = "兼职安全生产管理人员", extend("x-unit" = "人"))]
    part_time: Option<u32>,
    #[schemars(title = "其中注册安全工程师", extend("x-unit" = "人"))]
    engineers: Option<u32>,
    #[schemars(title = "成员", extend("x-long" = true))]
    members: Option<String>,
    #[schemars(title = "职责", extend("x-long" = true))]
    duties: Option<String>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

rules::one_of!(
    /// What body it is.
    Kind {
        Committee = "committee" "安全生产委员会（领导小组）",
        Department = "department" "安全生产管理机构",
        FullTime = "full_time" "专职安全生产管理人员（不设机构）",
        PartTime = "part_time" "兼职安全生产管理人员（不设机构）",
        Entrusted = "entrusted" "委托安全生产技术、管理服务机构",
        Team = "team" "车间、班组安全员网络",
        Other = "other" "其他",
    }
);

impl Section for SafetyOrganization {
    const CODE: &'static str = "safety_organization";
    const LABEL: &'static str = "安全生产组织机构";
    const GROUP: Group = Group::People;
}
