//! Systems of a mine: 安监总管一〔2010〕168号 (six systems of underground mines), GB 16423.

use chrono::NaiveDate;
use rules::Number;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::in_order;
use crate::choice::Verdict;

/// A system of a mine.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MineSystem {
    #[schemars(title = "系统名称", extend("x-role" = "title"))]
    name: String,
    #[schemars(title = "矿山（矿井）名称")]
    mine: Option<String>,
    #[schemars(title = "开采方式")]
    method: Method,
    #[schemars(title = "系统类别")]
    kind: Kind,
    #[schemars(title = "矿种")]
    mineral: Option<String>,
    #[schemars(title = "设计生产能力", extend("x-unit" = "万t/年"))]
    capacity: Option<Number>,
    #[schemars(title = "开采深度", extend("x-unit" = "m"))]
    depth: Option<Number>,
    #[schemars(title = "系统组成和主要设备", extend("x-long" = true))]
    description: Option<String>,
    #[schemars(title = "设计、安装单位")]
    installed_by: Option<String>,
    #[schemars(title = "验收日期")]
    accepted_on: Option<NaiveDate>,
    #[schemars(title = "检测检验机构", extend("x-role" = "issuer"))]
    tested_by: Option<String>,
    #[schemars(title = "检测报告编号", extend("x-role" = "number"))]
    report_number: Option<String>,
    #[schemars(title = "检测检验日期", extend("x-role" = "issued_on"))]
    tested_on: Option<NaiveDate>,
    #[schemars(title = "检测结果")]
    result: Option<Verdict>,
    #[schemars(title = "下次检测检验日期", extend("x-role" = "expires_on"))]
    expires_on: Option<NaiveDate>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

rules::one_of!(
    /// How it is mined.
    Method {
        Underground = "underground" "地下开采",
        OpenPit = "open_pit" "露天开采",
        Mixed = "mixed" "露天转地下、联合开采",
        OilGas = "oil_gas" "石油天然气开采",
    }
);

rules::one_of!(
    /// What the system is for.
    Kind {
        Monitoring = "monitoring" "监测监控系统",
        Positioning = "positioning" "人员定位系统",
        Refuge = "refuge" "紧急避险系统",
        CompressedAir = "compressed_air" "压风自救系统",
        WaterRescue = "water_rescue" "供水施救系统",
        Communication = "communication" "通信联络系统",
        Hoisting = "hoisting" "提升运输系统",
        Ventilation = "ventilation" "通风系统",
        Drainage = "drainage" "防排水系统",
        Power = "power" "供配电系统",
        Slope = "slope" "边坡监测系统",
        Dump = "dump" "排土场",
        Fire = "fire" "防灭火系统",
        Blasting = "blasting" "爆破作业和爆炸物品",
        Goaf = "goaf" "采空区",
        Other = "other" "其他",
    }
);

impl Section for MineSystem {
    const CODE: &'static str = "mine_system";
    const LABEL: &'static str = "矿山开采系统";
    const GROUP: Group = Group::Places;

    fn check(&self) -> Vec<Wrong> {
        in_order(
            self.tested_on,
            ("expires_on", self.expires_on),
            "下次检测检验日期早于检测检验日期，请核对。",
        )
        .into_iter()
        .collect()
    }
}
