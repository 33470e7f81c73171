//! Special equipment: 特种设备安全法 articles 33, 35, 40; kinds of 特种设备目录.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::in_order;
use crate::choice::EquipmentState;

/// A boiler, vessel, lift, crane, vehicle.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SpecialEquipment {
    #[schemars(title = "设备名称", extend("x-role" = "title"))]
    name: String,
    #[schemars(title = "设备种类")]
    kind: Kind,
    #[schemars(title = "设备类别、品种", description = "按使用登记证填写，如叉车、曳引驱动乘客电梯")]
    variety: Option<String>,
    #[schemars(title = "设备代码")]
    equipment_code: Option<String>,
    #[schemars(title = "使用登记证编号", extend("x-role" = "number"))]
    registration_number: Option<String>,
    #[schemars(title = "登记机关", extend("x-role" = "issuer"))]
    registered_by: Option<String>,
    #[schemars(title = "登记日期")]
    registered_on: Option<NaiveDate>,
    #[schemars(title = "单位内编号")]
    in_house_number: Option<String>,
    #[schemars(title = "型号")]
    model: Option<String>,
    #[schemars(title = "出厂编号")]
    factory_number: Option<String>,
    #[schemars(title = "制造单位")]
    maker: Option<String>,
    #[schemars(title = "制造日期")]
    made_on: Option<NaiveDate>,
    #[schemars(title = "投用日期")]
    put_into_use_on: Option<NaiveDate>,
    #[schemars(title = "使用地点")]
    place: Option<String>,
    #[schemars(title = "主要参数", description = "如额定起重量、工作压力、容积")]
    parameters: Option<String>,
    #[schemars(title = "检验机构")]
    inspection_body: Option<String>,
    #[schemars(title = "检验日期", extend("x-role" = "issued_on"))]
    inspected_on: Option<NaiveDate>,
    #[schemars(title = "检验结论")]
    conclusion: Option<Conclusion>,
    #[schemars(
        title = "下次检验日期",
        description = "见检验报告或者使用标志",
        extend("x-role" = "expires_on")
    )]
    expires_on: Option<NaiveDate>,
    #[schemars(title = "安全附件下次校验日期", description = "安全阀、压力表等")]
    accessory_due_on: Option<NaiveDate>,
    #[schemars(title = "维护保养单位")]
    maintainer: Option<String>,
    #[schemars(title = "持证操作人员", extend("x-unit" = "人"))]
    operators: Option<u32>,
    #[schemars(title = "安全管理人员")]
    keeper: Option<String>,
    #[schemars(title = "状态")]
    status: Option<EquipmentState>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

rules::one_of!(
    /// The kind of 特种设备目录.
    Kind {
        Boiler = "boiler" "锅炉",
        PressureVessel = "pressure_vessel" "压力容器（含气瓶）",
        PressurePipe = "pressure_pipe" "压力管道",
        Elevator = "elevator" "电梯",
        Crane = "crane" "起重机械",
        Ropeway = "ropeway" "客运索道",
        Amusement = "amusement" "大型游乐设施",
        SiteVehicle = "site_vehicle" "场（厂）内专用机动车辆",
        Other = "other" "其他",
    }
);

rules::one_of!(
    /// What the inspection found.
    Conclusion {
        Passed = "passed" "合格（符合要求）",
        Conditional = "conditional" "监控使用（限制条件下使用）",
        Failed = "failed" "不合格（不符合要求）",
    }
);

impl Section for SpecialEquipment {
    const CODE: &'static str = "special_equipment";
    const LABEL: &'static str = "特种设备";
    const GROUP: Group = Group::Places;
    const FACT: Option<&'static str> = Some("special_equipment");

    fn check(&self) -> Vec<Wrong> {
        [
            in_order(
                self.made_on,
                ("put_into_use_on", self.put_into_use_on),
                "投用日期早于制造日期，请核对。",
            ),
            in_order(
                self.inspected_on,
                ("expires_on", self.expires_on),
                "下次检验日期早于检验日期，请核对。",
            ),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
