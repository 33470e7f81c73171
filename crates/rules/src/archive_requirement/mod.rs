//! What an enterprise's safety archive must hold, 一企一档: the sections required and recommended on a day, each with its clause and why
//! (table `archive-requirement`). It is the base of the completeness score: only what applies counts.
//!
//! A requirement applies where the trade, the number of people, the size and the facts of its row all hold. Where a row turns on something that
//! was not said, the section is listed as undetermined with what is missing, and does not count. For many enterprises read
//! [`Requirements`] once.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{At, Outcome, Refusal, Row, Step, law_table, rule, trade::Trade};

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

/// The requirements of a day and place, read once for many enterprises.
#[derive(Debug)]
pub struct Requirements<'a> {
    rules: Vec<Requirement<'a>>,
    /// The next day on which they may be others.
    pub changes_on: Option<NaiveDate>,
}

#[derive(Debug)]
struct Requirement<'a> {
    row: &'a Row,
    level: Level,
    min_staff: Option<u32>,
    facts: Vec<usize>,
}

/// Whether a requirement applies: yes with why, no, or what is missing.
enum Applies {
    Yes(String),
    No,
    Missing(Vec<(&'static str, &'static str)>),
}

impl<'a> Requirements<'a> {
    /// The requirements of that day and place.
    ///
    /// # Errors
    /// `not_in_force` where there are none; `invalid` where a local row names an unknown fact.
    pub fn of(at: &At<'a>) -> Result<Self, Refusal> {
        let mut rules = Vec::new();
        for row in at.rows(&TABLE) {
            let mut facts = Vec::new();
            for name in row.get("facts").split(' ').filter(|name| !name.is_empty()) {
                let place = FACTS.iter().position(|(own, ..)| *own == name).ok_or_else(|| {
                    Refusal::invalid(
                        "",
                        format!("建档要求表“{}”的条件“{name}”无法识别，请管理员核对。", row.get("name")),
                    )
                })?;
                facts.push(place);
            }
            let level = if row.get("level") == "required" { Level::Required } else { Level::Recommended };
            let min_staff = row.whole("min_staff").and_then(|least| u32::try_from(least).ok());
            rules.push(Requirement { row, level, min_staff, facts });
        }
        if rules.is_empty() {
            return Err(Refusal::not_in_force(format!("{} 没有收录建档要求。", at.on)));
        }
        Ok(Requirements { rules, changes_on: at.changes_on(&TABLE) })
    }

    /// Codes of the sections that must be there, without the explanation: what the completeness score counts.
    pub fn required(&self, input: &Input) -> Vec<&'a str> {
        let mut sections: Vec<&'a str> = Vec::new();
        for rule in self.rules.iter().filter(|rule| rule.level == Level::Required) {
            let section = rule.row.get("section");
            if !sections.contains(&section) && matches!(rule.applies(input), Applies::Yes(_)) {
                sections.push(section);
            }
        }
        sections
    }

    /// The sections with their reasons, and the explanation.
    pub fn explain(&self, input: &Input) -> Outcome<Archive> {
        let (mut sections, mut undetermined): (Vec<Section>, Vec<Undetermined>) = (Vec::new(), Vec::new());
        let mut steps = Vec::new();
        for rule in &self.rules {
            let (row, code) = (rule.row, rule.row.get("section"));
            match rule.applies(input) {
                Applies::No => {}
                Applies::Missing(needs) => {
                    let own = match undetermined.iter_mut().find(|own| own.section == code) {
                        Some(own) => own,
                        None => {
                            undetermined.push(Undetermined {
                                section: code.to_string(),
                                name: row.get("name").to_string(),
                                needs: Vec::new(),
                                needs_names: Vec::new(),
                            });
                            let last = undetermined.len() - 1;
                            &mut undetermined[last]
                        }
                    };
                    for (need, name) in needs {
                        if !own.needs.iter().any(|known| known == need) {
                            own.needs.push(need.to_string());
                            own.needs_names.push(name.to_string());
                        }
                    }
                }
                Applies::Yes(applies) => {
                    let word = if rule.level == Level::Required { "必须" } else { "建议" };
                    steps.push(row.step(format!(
                        "{}（{word}，{applies}）：{}",
                        row.get("name"),
                        row.get("why")
                    )));
                    let reason = rule.reason(applies);
                    match sections.iter_mut().find(|own| own.section == code) {
                        Some(own) => own.reasons.push(reason),
                        None => sections.push(Section {
                            section: code.to_string(),
                            name: row.get("name").to_string(),
                            level: reason.level,
                            reasons: vec![reason],
                            renewal_amount: None,
                            renewal_unit: None,
                        }),
                    }
                }
            }
        }
        for section in &mut sections {
            section.reasons.sort_by_key(|reason| std::cmp::Reverse(reason.level));
            section.level = section.reasons[0].level;
            let days = |reason: &&Reason| {
                let unit = if reason.renewal_unit.as_deref() == Some("day") { 1 } else { 30 };
                reason.renewal_amount.map(|amount| amount * unit)
            };
            let own = section.reasons.iter().filter(|reason| reason.level == section.level);
            if let Some(shortest) = own.filter(|reason| reason.renewal_amount.is_some()).min_by_key(days) {
                section.renewal_amount = shortest.renewal_amount;
                section.renewal_unit = shortest.renewal_unit.clone();
            }
        }
        // a section that is required anyhow needs no further question
        undetermined.retain(|own| {
            !sections.iter().any(|section| section.section == own.section && section.level == Level::Required)
        });
        let required = sections.iter().filter(|section| section.level == Level::Required).count();
        let recommended = sections.len() - required;
        let open = match undetermined.len() {
            0 => String::new(),
            count => format!("；另有 {count} 栏因情况未填不能判定，不计"),
        };
        steps.push(Step::plain(format!("必须 {required} 栏，建议 {recommended} 栏{open}")));
        Outcome::new(Archive { required, recommended, sections, undetermined }, steps)
    }
}

impl Requirement<'_> {
    fn applies(&self, input: &Input) -> Applies {
        let trades = self.row.get("trades");
        if !trades.is_empty() && !input.trade.is_in(trades) {
            return Applies::No;
        }
        let mut why: Vec<String> = Vec::new();
        let mut missing = Vec::new();
        if !trades.is_empty() {
            why.push(format!("行业为{}", input.trade.label()));
        }
        match (self.min_staff, input.staff) {
            (Some(least), Some(staff)) if staff < least => return Applies::No,
            (Some(least), Some(staff)) => why.push(format!("从业人员 {staff} 人，达到 {least} 人")),
            (Some(_), None) => missing.push(("staff", "从业人员数")),
            (None, _) => {}
        }
        let sizes = self.row.get("sizes");
        if !sizes.is_empty() {
            let (code, label) = match input.size {
                None => ("", ""),
                Some(Size::Large) => ("large", "大型"),
                Some(Size::Medium) => ("medium", "中型"),
                Some(Size::Small) => ("small", "小型"),
                Some(Size::Micro) => ("micro", "微型"),
            };
            if code.is_empty() {
                missing.push(("size", "企业规模"));
            } else if sizes.split(' ').any(|own| own == code) {
                why.push(format!("规模为{label}"));
            } else {
                return Applies::No;
            }
        }
        for &place in &self.facts {
            let (code, name, value) = FACTS[place];
            let chemical = matches!(input.trade, Trade::HazardousChemicals | Trade::Fireworks);
            match value(input).or((code == "hazardous_chemicals" && chemical).then_some(true)) {
                Some(true) => why.push(name.to_string()),
                Some(false) => return Applies::No,
                None => missing.push((code, name)),
            }
        }
        if !missing.is_empty() {
            return Applies::Missing(missing);
        }
        Applies::Yes(if why.is_empty() { "所有单位".to_string() } else { why.join("、") })
    }

    fn reason(&self, applies: String) -> Reason {
        let unit = self.row.get("renewal_unit");
        Reason {
            level: self.level,
            why: self.row.get("why").to_string(),
            applies,
            source: self.row.get("source").to_string(),
            certainty: self.row.certainty.code().to_string(),
            renewal_amount: self.row.whole("renewal_amount"),
            renewal_unit: (!unit.is_empty()).then(|| unit.to_string()),
        }
    }
}

/// The sections that an enterprise's archive must and should hold.
///
/// # Errors
/// `not_in_force` where no requirement is recorded for the day.
pub fn sections(at: &At<'_>, input: &Input) -> Result<Outcome<Archive>, Refusal> {
    Ok(Requirements::of(at)?.explain(input))
}

#[cfg(test)]
mod tests;
