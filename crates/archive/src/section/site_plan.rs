//! Layout and surroundings: 危险化学品安全管理条例 article 19 (distances), GB 50016, GB 50489.

use chrono::NaiveDate;
use rules::Number;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section};

/// A site and what lies around it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SitePlan {
    #[schemars(title = "厂区名称", extend("x-role" = "title"))]
    name: String,
    #[schemars(title = "地址")]
    address: Option<String>,
    #[schemars(title = "平面图图号", extend("x-role" = "number"))]
    drawing_number: Option<String>,
    #[schemars(title = "绘制或者设计单位", extend("x-role" = "issuer"))]
    drawn_by: Option<String>,
    #[schemars(title = "绘制日期", extend("x-role" = "issued_on"))]
    drawn_on: Option<NaiveDate>,
    #[schemars(title = "占地面积", extend("x-unit" = "m²"))]
    land_area: Option<Number>,
    #[schemars(title = "建筑面积", extend("x-unit" = "m²"))]
    building_area: Option<Number>,
    #[schemars(title = "厂房归属")]
    tenure: Option<Tenure>,
    #[schemars(title = "出租单位", description = "租赁的填写")]
    landlord: Option<String>,
    #[schemars(title = "东侧相邻单位、道路和距离", extend("x-long" = true))]
    east: Option<String>,
    #[schemars(title = "南侧相邻单位、道路和距离", extend("x-long" = true))]
    south: Option<String>,
    #[schemars(title = "西侧相邻单位、道路和距离", extend("x-long" = true))]
    west: Option<String>,
    #[schemars(title = "北侧相邻单位、道路和距离", extend("x-long" = true))]
    north: Option<String>,
    #[schemars(title = "最近的敏感目标", description = "居民区、学校、医院、车站、水源等")]
    sensitive_target: Option<String>,
    #[schemars(title = "与敏感目标的距离", extend("x-unit" = "m"))]
    sensitive_distance: Option<Number>,
    #[schemars(title = "周边 500 米内常住人口", extend("x-unit" = "人"))]
    people_within_500m: Option<u32>,
    #[schemars(title = "外部安全距离是否符合规定")]
    distance_met: Option<bool>,
    #[schemars(title = "应急集合点")]
    assembly_point: Option<String>,
    #[schemars(title = "消防车通道是否畅通")]
    emergency_access: Option<bool>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

rules::one_of!(
    /// How the premises are held.
    Tenure {
        Own = "own" "自有",
        Rented = "rented" "租赁",
        Mixed = "mixed" "部分自有、部分租赁",
        Lent = "lent" "借用",
    }
);

impl Section for SitePlan {
    const CODE: &'static str = "site_plan";
    const LABEL: &'static str = "平面布置与周边环境";
    const GROUP: Group = Group::Basic;
}
