//! Confined spaces: 工贸企业有限空间作业安全规定 (应急管理部令第13号).

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section};
use crate::choice::AccidentCategory;

/// A confined space.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ConfinedSpace {
    #[schemars(title = "有限空间名称", extend("x-role" = "title"))]
    name: String,
    #[schemars(title = "类别")]
    kind: Kind,
    #[schemars(title = "编号", extend("x-role" = "number"))]
    number: Option<String>,
    #[schemars(title = "位置")]
    place: String,
    #[schemars(title = "数量", extend("x-unit" = "个"))]
    count: Option<u32>,
    #[schemars(title = "尺寸、容积")]
    size: Option<String>,
    #[schemars(title = "可能存在的有害物质", description = "如硫化氢、一氧化碳、缺氧")]
    substances: Option<String>,
    #[schemars(title = "主要事故风险")]
    risk: Option<AccidentCategory>,
    #[schemars(title = "防护要求和作业条件", extend("x-long" = true))]
    protection: Option<String>,
    #[schemars(title = "有无警示标志和告知牌")]
    sign: Option<bool>,
    #[schemars(title = "有无防止误入的措施")]
    barrier: Option<bool>,
    #[schemars(title = "是否配备气体检测仪")]
    detector: Option<bool>,
    #[schemars(title = "是否配备通风设备")]
    ventilator: Option<bool>,
    #[schemars(title = "是否配备呼吸防护用品")]
    respirator: Option<bool>,
    #[schemars(title = "是否配备应急救援装备")]
    rescue_gear: Option<bool>,
    #[schemars(title = "监护人")]
    supervisor: Option<String>,
    #[schemars(title = "是否发包作业")]
    entrusted: Option<bool>,
    #[schemars(title = "每年作业次数", extend("x-unit" = "次"))]
    works_per_year: Option<u32>,
    #[schemars(title = "辨识日期", extend("x-role" = "issued_on"))]
    identified_on: Option<NaiveDate>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

rules::one_of!(
    /// Where it is.
    Kind {
        Underground = "underground" "地下有限空间",
        AboveGround = "above_ground" "地上有限空间",
        ClosedEquipment = "closed_equipment" "密闭设备",
    }
);

impl Section for ConfinedSpace {
    const CODE: &'static str = "confined_space";
    const LABEL: &'static str = "有限空间";
    const GROUP: Group = Group::Places;
    const FACT: Option<&'static str> = Some("confined_space");
}
