//! The requirements of a day and place, and whether each applies to an enterprise: yes with why, no, or what is missing.

use chrono::NaiveDate;

use super::{Archive, FACTS, Input, Level, Reason, Section, Size, TABLE, Undetermined};
use crate::{At, Outcome, Refusal, Row, Step, trade::Trade};

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
