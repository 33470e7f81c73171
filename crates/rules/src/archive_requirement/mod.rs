//! What an enterprise's safety archive must hold, 一企一档: the sections required and recommended on a day, each with its clause and why
//! (table `archive-requirement`). It is the base of the completeness score: only what applies counts.
//!
//! A requirement applies where the trade, the number of people, the size and the facts of its row all hold. Where a row turns on something that
//! was not said, the section is listed as undetermined with what is missing, and does not count. For many enterprises read
//! [`Requirements`] once.

mod requirement;

#[cfg(test)]
mod tests;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{At, Outcome, Refusal, law_table, rule, trade::Trade};
pub use requirement::Requirements;

law_table!(
    /// Requirements by section.
    TABLE, "archive-requirement", "安全生产档案建档要求", ["section", "item"]
);

rule!(
    /// The rule `archive-requirement`.
    RULE, "archive-requirement", "安全生产档案建档要求", "档案", "安全生产法及有关法律、法规、规章",
    Input, sections, [&TABLE], "2026-01-01",
    r#"{"trade":"other","staff":120,"special_equipment":true,"occupational_hazard":true,"confined_space":false}"#
);

/// The size of an enterprise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Size {
    /// 大型.
    #[schemars(title = "大型")]
    Large,
    /// 中型.
    #[schemars(title = "中型")]
    Medium,
    /// 小型.
    #[schemars(title = "小型")]
    Small,
    /// 微型.
    #[schemars(title = "微型")]
    Micro,
}

macro_rules! facts {
    ($($name:ident $title:literal $(, $alias:literal)*;)*) => {
        /// What an enterprise is and has.
        #[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct Input {
            /// Its trade.
            #[serde(default, alias = "sector")]
            #[schemars(title = "行业", description = "不填为其他行业")]
            pub trade: Trade,
            /// People at work.
            #[serde(default, deserialize_with = "crate::number::optional_count")]
            #[schemars(title = "从业人员数", extend("x-unit" = "人"))]
            pub staff: Option<u32>,
            /// Its size.
            #[schemars(title = "企业规模")]
            pub size: Option<Size>,
            $(
                #[doc = $title]
                #[serde($(alias = $alias),*)]
                #[schemars(title = $title)]
                pub $name: Option<bool>,
            )*
        }

        /// Code, Chinese name and value of every fact.
        const FACTS: &[(&str, &str, fn(&Input) -> Option<bool>)] =
            &[$((stringify!($name), $title, |input| input.$name)),*];
    };
}

facts! {
    hazard_source "构成重大危险源", "has_hazard_source";
    hazardous_chemicals "生产、储存、使用或者经营危险化学品", "has_hazardous_chemicals";
    tank_farm "有储罐区", "has_tank_farm";
    key_process "有重点监管危险化工工艺", "has_key_process";
    special_equipment "有特种设备", "has_special_equipment";
    special_operations "有特种作业", "has_special_operations";
    confined_space "有有限空间", "has_confined_space";
    combustible_dust "有可燃性粉尘", "dust", "has_dust";
    molten_metal "有高温熔融金属", "has_molten_metal";
    ammonia "有液氨制冷", "ammonia_refrigeration", "has_ammonia";
    occupational_hazard "存在职业病危害", "has_occupational_hazard";
    contractors "有承包、承租单位", "has_contractors";
    new_project "有新建、改建、扩建项目", "has_new_project";
    dangerous_work "有爆破、吊装、动火等危险作业", "has_dangerous_work";
    crowded_place "属人员密集场所或者消防安全重点单位", "is_crowded_place";
    tailings_pond "有尾矿库", "has_tailings_pond";
    underground_mine "地下开采", "is_underground_mine";
    had_accident "发生过生产安全事故", "has_accident";
}

/// Whether a section must or should be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Good to have.
    #[schemars(title = "建议")]
    Recommended,
    /// Asked for by a clause.
    #[schemars(title = "必须")]
    Required,
}

/// Why a section is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Reason {
    /// Whether it must or should be there.
    #[schemars(title = "要求程度")]
    pub level: Level,
    /// Why.
    #[schemars(title = "理由")]
    pub why: String,
    /// What about the enterprise brings it about.
    #[schemars(title = "适用情形")]
    pub applies: String,
    /// Document and clause.
    #[schemars(title = "依据")]
    pub source: String,
    /// text, single, memory.
    #[schemars(title = "可靠程度代码")]
    pub certainty: String,
    /// How often it is renewed.
    #[schemars(title = "更新周期")]
    pub renewal_amount: Option<i64>,
    /// In what: day, month.
    #[schemars(title = "更新周期单位")]
    pub renewal_unit: Option<String>,
}

/// A section of the archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Section {
    /// Its code.
    #[schemars(title = "栏目代码")]
    pub section: String,
    /// Its name.
    #[schemars(title = "栏目")]
    pub name: String,
    /// The stronger of its reasons.
    #[schemars(title = "要求程度")]
    pub level: Level,
    /// Every reason, the required ones first.
    #[schemars(title = "理由与依据")]
    pub reasons: Vec<Reason>,
    /// The shortest renewal, in months or days.
    #[schemars(title = "更新周期")]
    pub renewal_amount: Option<i64>,
    /// In what: day, month.
    #[schemars(title = "更新周期单位")]
    pub renewal_unit: Option<String>,
}

/// A requirement that could not be decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Undetermined {
    /// Code of the section.
    #[schemars(title = "栏目代码")]
    pub section: String,
    /// Its name.
    #[schemars(title = "栏目")]
    pub name: String,
    /// The inputs that were not given.
    #[schemars(title = "须补填的情况代码")]
    pub needs: Vec<String>,
    /// The same in Chinese.
    #[schemars(title = "须补填的情况")]
    pub needs_names: Vec<String>,
}

/// The archive an enterprise must keep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Archive {
    /// Number of sections that must be there.
    #[schemars(title = "必须栏目数", extend("x-unit" = "栏"))]
    pub required: usize,
    /// Number of sections that should be there.
    #[schemars(title = "建议栏目数", extend("x-unit" = "栏"))]
    pub recommended: usize,
    /// The sections, in the order of the archive.
    #[schemars(title = "栏目")]
    pub sections: Vec<Section>,
    /// What could not be decided.
    #[schemars(title = "未能判定的栏目")]
    pub undetermined: Vec<Undetermined>,
}

/// The sections that an enterprise's archive must and should hold.
///
/// # Errors
/// `not_in_force` where no requirement is recorded for the day.
pub fn sections(at: &At<'_>, input: &Input) -> Result<Outcome<Archive>, Refusal> {
    Ok(Requirements::of(at)?.explain(input))
}
