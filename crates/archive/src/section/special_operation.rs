//! Special operators and their certificates: 特种作业人员安全技术培训考核管理规定 (总局令第30号); special equipment 特种设备安全法 article 14.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::{id_number, in_order};

/// A certificate of a special operator.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SpecialOperation {
    #[schemars(title = "姓名", extend("x-role" = "title"))]
    name: String,
    #[schemars(title = "身份证号", extend("x-personal" = true))]
    id_number: Option<String>,
    #[schemars(title = "联系电话", extend("x-personal" = true))]
    phone: Option<String>,
    #[schemars(title = "作业类别")]
    category: Category,
    #[schemars(title = "操作项目", description = "如低压电工作业、熔化焊接与热切割作业")]
    item_name: Option<String>,
    #[schemars(
        title = "证书编号",
        description = "操作证号，一般为 T 加身份证号",
        extend("x-role" = "number")
    )]
    certificate_number: String,
    #[schemars(title = "发证机关", extend("x-role" = "issuer"))]
    issuer: Option<String>,
    #[schemars(title = "所在部门、岗位")]
    workshop: Option<String>,
    #[schemars(title = "初领日期", extend("x-role" = "issued_on"))]
    issued_on: Option<NaiveDate>,
    #[schemars(
        title = "复审或者换证到期日",
        description = "填最近要办的一次：证书上的复审日期，没有复审的填有效期至",
        extend("x-role" = "expires_on")
    )]
    review_due: Option<NaiveDate>,
    #[schemars(title = "证书有效期至")]
    valid_to: Option<NaiveDate>,
    #[schemars(title = "最近一次复审日期")]
    reviewed_on: Option<NaiveDate>,
    #[schemars(title = "连续从事本工种十年以上")]
    ten_years: Option<bool>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

rules::one_of!(
    /// The category of 特种作业目录, or special equipment.
    Category {
        Electrical = "electrical" "电工作业",
        Welding = "welding" "焊接与热切割作业",
        Height = "height" "高处作业",
        Refrigeration = "refrigeration" "制冷与空调作业",
        CoalMine = "coal_mine" "煤矿安全作业",
        NonCoalMine = "non_coal_mine" "金属非金属矿山安全作业",
        OilGas = "oil_gas" "石油天然气安全作业",
        Metallurgy = "metallurgy" "冶金（有色）生产安全作业",
        HazardousChemicals = "hazardous_chemicals" "危险化学品安全作业",
        Fireworks = "fireworks" "烟花爆竹安全作业",
        Construction = "construction" "建筑施工特种作业",
        Boiler = "boiler" "锅炉作业（特种设备）",
        PressureVessel = "pressure_vessel" "压力容器作业（特种设备）",
        GasCylinder = "gas_cylinder" "气瓶作业（特种设备）",
        Elevator = "elevator" "电梯作业（特种设备）",
        Crane = "crane" "起重机作业（特种设备）",
        SiteVehicle = "site_vehicle" "场（厂）内专用机动车辆作业（特种设备）",
        SpecialEquipmentManager = "special_equipment_manager" "特种设备安全管理（特种设备）",
        Other = "other" "其他作业",
    }
);

impl Section for SpecialOperation {
    const CODE: &'static str = "special_operation";
    const LABEL: &'static str = "特种作业人员及证书";
    const GROUP: Group = Group::People;
    const FACT: Option<&'static str> = Some("special_operations");

    fn check(&self) -> Vec<Wrong> {
        [
            in_order(
                self.issued_on,
                ("review_due", self.review_due),
                "复审或者换证到期日早于初领日期，请核对。",
            ),
            in_order(self.review_due, ("valid_to", self.valid_to), "证书有效期至早于复审到期日，请核对。"),
            id_number("id_number", self.id_number.as_deref()),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
