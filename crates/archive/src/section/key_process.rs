//! Supervised chemical processes: 安监总管三〔2009〕116号, 〔2013〕3号 (18 kinds).

use chrono::NaiveDate;
use rules::Number;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section, Wrong};
use crate::check::in_order;

/// A process with its control.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyProcess {
    #[schemars(title = "装置（工艺）名称", extend("x-role" = "title"))]
    name: String,
    #[schemars(title = "工艺种类")]
    kind: Kind,
    #[schemars(title = "所在车间")]
    workshop: Option<String>,
    #[schemars(title = "装置数", extend("x-unit" = "套"))]
    units: Option<u32>,
    #[schemars(title = "反应釜", extend("x-unit" = "台"))]
    reactors: Option<u32>,
    #[schemars(title = "生产能力")]
    capacity: Option<String>,
    #[schemars(title = "主要物料")]
    medium: Option<String>,
    #[schemars(title = "反应温度", extend("x-unit" = "℃", "x-signed" = true))]
    reaction_temperature: Option<Number>,
    #[schemars(title = "反应压力", extend("x-unit" = "MPa"))]
    reaction_pressure: Option<Number>,
    #[schemars(title = "重点监控参数", extend("x-long" = true))]
    monitored: Option<String>,
    #[schemars(title = "自动化控制方式")]
    control: Option<Control>,
    #[schemars(title = "有无安全仪表系统")]
    sis: Option<bool>,
    #[schemars(title = "联锁和紧急停车措施", extend("x-long" = true))]
    interlock: Option<String>,
    #[schemars(title = "反应安全风险等级")]
    risk_level: Option<Level>,
    #[schemars(title = "反应风险评估单位", extend("x-role" = "issuer"))]
    risk_assessed_by: Option<String>,
    #[schemars(title = "反应风险评估日期", extend("x-role" = "issued_on"))]
    risk_assessed_on: Option<NaiveDate>,
    #[schemars(title = "最近一次 HAZOP 分析日期")]
    hazop_on: Option<NaiveDate>,
    #[schemars(title = "下次 HAZOP 分析日期", extend("x-role" = "expires_on"))]
    expires_on: Option<NaiveDate>,
    #[schemars(title = "设计单位")]
    designed_by: Option<String>,
    #[schemars(title = "是否国内首次使用的工艺")]
    first_used: Option<bool>,
    #[schemars(title = "持证操作人员", extend("x-unit" = "人"))]
    operators: Option<u32>,
    #[schemars(title = "备注", extend("x-long" = true))]
    note: Option<String>,
}

rules::one_of!(
    /// One of the 18 kinds.
    Kind {
        Phosgenation = "phosgenation" "光气及光气化工艺",
        ChlorAlkali = "chlor_alkali" "电解工艺（氯碱）",
        Chlorination = "chlorination" "氯化工艺",
        Nitration = "nitration" "硝化工艺",
        Ammonia = "ammonia" "合成氨工艺",
        Cracking = "cracking" "裂解（裂化）工艺",
        Fluorination = "fluorination" "氟化工艺",
        Hydrogenation = "hydrogenation" "加氢工艺",
        Diazotization = "diazotization" "重氮化工艺",
        Oxidation = "oxidation" "氧化工艺",
        Peroxidation = "peroxidation" "过氧化工艺",
        Amination = "amination" "胺基化工艺",
        Sulfonation = "sulfonation" "磺化工艺",
        Polymerization = "polymerization" "聚合工艺",
        Alkylation = "alkylation" "烷基化工艺",
        NewCoalChemical = "new_coal_chemical" "新型煤化工工艺",
        CalciumCarbide = "calcium_carbide" "电石生产工艺",
        Azotization = "azotization" "偶氮化工艺",
    }
);

rules::one_of!(
    /// How it is controlled.
    Control {
        Dcs = "dcs" "分散控制系统（DCS）",
        Plc = "plc" "可编程控制器（PLC）",
        Instrument = "instrument" "常规仪表",
        Manual = "manual" "人工操作",
    }
);

rules::one_of!(
    /// How hazardous the reaction is.
    Level {
        First = "first" "1 级",
        Second = "second" "2 级",
        Third = "third" "3 级",
        Fourth = "fourth" "4 级",
        Fifth = "fifth" "5 级",
    }
);

impl Section for KeyProcess {
    const CODE: &'static str = "key_process";
    const LABEL: &'static str = "重点监管危险化工工艺";
    const GROUP: Group = Group::Substances;
    const FACT: Option<&'static str> = Some("key_process");

    fn check(&self) -> Vec<Wrong> {
        in_order(self.hazop_on, ("expires_on", self.expires_on), "下次 HAZOP 分析日期早于最近一次，请核对。")
            .into_iter()
            .collect()
    }
}
