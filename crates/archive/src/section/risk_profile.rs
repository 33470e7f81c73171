//! What an enterprise is and has, as far as duties turn on it: the questions that `rules::archive_requirement` asks.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Group, Section};

macro_rules! questions {
    ($($name:ident $title:literal,)*) => {
        /// The answers; what is not answered stays open.
        #[derive(Debug, Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub(super) struct RiskProfile {
            $(#[schemars(title = $title)] $name: Option<bool>,)*
            #[schemars(title = "说明", extend("x-long" = true))]
            note: Option<String>,
        }
    };
}

questions! {
    hazardous_chemicals "生产、储存、使用或者经营危险化学品",
    hazard_source "构成重大危险源",
    tank_farm "有储罐区",
    key_process "有重点监管危险化工工艺",
    special_equipment "有特种设备（锅炉、压力容器、电梯、起重机械、叉车等）",
    special_operations "有特种作业（电工、焊接、高处、制冷等）",
    confined_space "有有限空间（污水池、化粪池、反应釜、地坑等）",
    combustible_dust "有可燃性粉尘（铝镁、木、粮食、塑料、棉麻粉尘等）",
    molten_metal "有高温熔融金属",
    ammonia "有液氨制冷",
    occupational_hazard "存在职业病危害（粉尘、噪声、苯系物等）",
    contractors "有承包、承租单位",
    new_project "有新建、改建、扩建项目",
    dangerous_work "有爆破、吊装、动火等危险作业",
    crowded_place "属人员密集场所或者消防安全重点单位",
    tailings_pond "有尾矿库",
    underground_mine "地下开采",
    had_accident "发生过生产安全事故",
}

impl Section for RiskProfile {
    const CODE: &'static str = "risk_profile";
    const LABEL: &'static str = "风险特征";
    const GROUP: Group = Group::Basic;
    const SINGLE: bool = true;
}
