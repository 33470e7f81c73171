//! Classes of hidden dangers, 事故隐患: general or major by the definition and by the listed criteria, what follows, and when it is reported.
//!
//! 劳部发〔1995〕322号 (to 2008-01-31, from memory: by deaths and loss that are to be feared), 总局令第16号 (from 2008-02-01: a danger
//! that needs a full or partial stop and time, or lies beyond the unit's own power, is major), and the lists of criteria: 安监总管三〔2017〕121号
//! (chemicals, fireworks), 安监总管四〔2017〕129号 and from 2023-05-15 应急管理部令第10号 (trades; of the latter not all clauses are recorded), 安监总管一〔2017〕98号
//! and from 2022-09-01 矿安〔2022〕88号 (mines and tailings; of the latter the clauses that the notes name). Other trades have lists that are not recorded. Categories: 13
//! of basic management, 11 of the site.

use chrono::{Datelike, NaiveDate};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use crate::{At, Number, Outcome, Refusal, Row, Step, choice, law_table, rule};

law_table!(
    /// Categories.
    CATEGORIES, "danger-category", "事故隐患类别", ["code"]
);
law_table!(
    /// Criteria of a major danger.
    CRITERIA, "danger-criterion", "重大事故隐患判定标准", ["code"]
);
law_table!(
    /// What follows.
    DUTIES, "danger-duty", "事故隐患治理与报告要求", ["class", "code"]
);

rule!(
    /// The rule `danger-class`.
    RULE, "danger-class", "事故隐患分级", "隐患", "总局令第16号、安监总管三〔2017〕121号、安监总管四〔2017〕129号、应急管理部令第10号、安监总管一〔2017〕98号、矿安〔2022〕88号",
    Input, class, [&CATEGORIES, &CRITERIA, &DUTIES], "2026-01-01", r#"{"category":"15","criteria":["dust-03"],"needs_stop":true}"#
);

fn categories(_: &mut SchemaGenerator) -> Schema {
    choice::schema(&CATEGORIES, "code", "name")
}

fn criteria(_: &mut SchemaGenerator) -> Schema {
    schemars::json_schema!({ "type": "array", "items": choice::schema(&CRITERIA, "code", "text") })
}

/// The danger.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Category: number or Chinese name.
    #[serde(default)]
    #[schemars(
        title = "隐患类别",
        description = "基础管理 13 类、现场管理 11 类，可不填",
        schema_with = "categories"
    )]
    pub category: String,
    /// Codes of the listed criteria that are met.
    #[serde(default)]
    #[schemars(
        title = "符合的判定标准",
        description = "重大隐患判定标准条目代码，如 chemical-05、dust-03",
        schema_with = "criteria"
    )]
    pub criteria: Vec<String>,
    /// Found small and mended at once.
    #[serde(alias = "fixed_at_once")]
    #[schemars(title = "能够立即整改排除")]
    pub fixable_at_once: Option<bool>,
    /// Needs a full or partial stop and time to mend.
    #[schemars(title = "须全部或局部停产停业并经一定时间整改")]
    pub needs_stop: Option<bool>,
    /// Outside causes, beyond the unit's own power.
    #[schemars(title = "因外部因素单位自身难以排除")]
    pub beyond_own_power: Option<bool>,
    /// Deaths to be feared (before 2008-02-01).
    #[serde(default, deserialize_with = "crate::number::optional_count")]
    #[schemars(title = "可能死亡人数", description = "2008-02-01 前按此分级", extend("x-unit" = "人"))]
    pub possible_deaths: Option<u32>,
    /// Direct loss to be feared, yuan (before 2008-02-01).
    #[schemars(title = "可能直接经济损失", description = "2008-02-01 前按此分级", extend("x-unit" = "元"))]
    pub possible_loss: Option<Number>,
}

/// A class of danger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// 一般事故隐患.
    #[schemars(title = "一般事故隐患")]
    General,
    /// 重大事故隐患.
    #[schemars(title = "重大事故隐患")]
    Major,
    /// 特别重大事故隐患, before 2008.
    #[schemars(title = "特别重大事故隐患")]
    Extraordinary,
}

impl Class {
    const fn code(self) -> &'static str {
        match self {
            Class::General => "general",
            Class::Major => "major",
            Class::Extraordinary => "extraordinary",
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Class::General => "一般事故隐患",
            Class::Major => "重大事故隐患",
            Class::Extraordinary => "特别重大事故隐患",
        }
    }
}

/// What must be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Duty {
    /// report, plan, five, measures, review, quarterly, yearly…
    #[schemars(title = "事项代码")]
    pub code: String,
    /// What.
    #[schemars(title = "要求")]
    pub duty: String,
    /// By when, where it is a day.
    #[schemars(title = "最迟")]
    pub due_on: Option<NaiveDate>,
    /// Document and clause.
    #[schemars(title = "依据")]
    pub source: String,
}

/// The class and what follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Danger {
    /// The class.
    #[schemars(title = "隐患等级")]
    pub class: Class,
    /// The same in Chinese.
    #[schemars(title = "等级名称")]
    pub class_name: String,
    /// Number of the category.
    #[schemars(title = "类别代码")]
    pub category: Option<String>,
    /// Its name.
    #[schemars(title = "类别")]
    pub category_name: Option<String>,
    /// 基础管理类 or 现场管理类.
    #[schemars(title = "大类")]
    pub category_group: Option<String>,
    /// Why it is major.
    #[schemars(title = "判定理由")]
    pub grounds: Vec<String>,
    /// What must be done.
    #[schemars(title = "治理与报告要求")]
    pub duties: Vec<Duty>,
}

/// The class of a hidden danger, its duties and days of report.
///
/// # Errors
/// `missing` where nothing that decides is given; `unknown` category or criterion.
pub fn class(at: &At<'_>, input: &Input) -> Result<Outcome<Danger>, Refusal> {
    let duties = at.rows(&DUTIES);
    if duties.is_empty() {
        return Err(Refusal::not_in_force(format!("{} 没有事故隐患分级的规定。", at.on)));
    }
    let mut steps = Vec::new();
    let category = match input.category.trim() {
        "" => None,
        text => {
            choice::rows(at, &CATEGORIES, ("code", "name"), "/category", "隐患类别", text)?.first().copied()
        }
    };
    if let Some(row) = category {
        steps.push(row.step(format!("类别：{}——{}", row.get("group_name"), row.get("name"))));
    }
    let mut grounds = Vec::new();
    for (at_index, code) in input.criteria.iter().enumerate() {
        let pointer = format!("/criteria/{at_index}");
        for row in choice::rows(at, &CRITERIA, ("code", "text"), &pointer, "判定标准条目", code)? {
            steps.push(row.step(format!("符合{}重大隐患判定标准：{}", row.get("set_name"), row.get("text"))));
            grounds.push(row.get("text").to_string());
        }
    }
    let old = duties.iter().any(|row| row.get("class") == "extraordinary");
    let class = if old {
        by_harm(input, &mut grounds, &mut steps)?
    } else {
        by_effort(input, &mut grounds, &mut steps)?
    };
    let mut value = Danger {
        class,
        class_name: class.label().to_string(),
        category: category.map(|row| row.get("code").to_string()),
        category_name: category.map(|row| row.get("name").to_string()),
        category_group: category.map(|row| row.get("group_name").to_string()),
        grounds,
        duties: Vec::new(),
    };
    for row in duties.iter().filter(|row| row.get("class") == class.code() || row.get("class") == "all") {
        let due_on = due(at.on, row);
        let by = due_on.map(|day| format!("（最迟 {day}）")).unwrap_or_default();
        steps.push(row.step(format!("{}：{}{by}", row.get("class_name"), row.get("duty"))));
        value.duties.push(Duty {
            code: row.get("code").to_string(),
            duty: row.get("duty").to_string(),
            due_on,
            source: row.get("source").to_string(),
        });
    }
    Ok(Outcome::new(value, steps))
}

/// 1995: by deaths and loss to be feared.
fn by_harm(input: &Input, grounds: &mut Vec<String>, steps: &mut Vec<Step>) -> Result<Class, Refusal> {
    const SOURCE: &str = "劳部发〔1995〕322号（重大事故隐患管理规定）第三条（凭记忆，使用前请核对）";
    if input.possible_deaths.is_none() && input.possible_loss.is_none() {
        return Err(Refusal::missing("/possible_deaths", "可能死亡人数或者可能直接经济损失"));
    }
    let deaths = input.possible_deaths.unwrap_or_default();
    let loss = input.possible_loss.unwrap_or_default();
    let reached = |people: u32, yuan: i64| deaths >= people || loss >= Number::from(yuan);
    let class = if reached(50, 10_000_000) {
        Class::Extraordinary
    } else if reached(10, 5_000_000) {
        Class::Major
    } else {
        Class::General
    };
    let text = format!(
        "可能死亡 {deaths} 人、直接经济损失 {loss} 元：{}（特别重大 50 人或者 1000 万元以上，重大 10 人或者 500 万元以上）",
        class.label()
    );
    if class != Class::General {
        grounds.push(text.clone());
    }
    steps.push(Step::clause(SOURCE, text));
    Ok(class)
}

/// 2008: by harm and effort to mend.
fn by_effort(input: &Input, grounds: &mut Vec<String>, steps: &mut Vec<Step>) -> Result<Class, Refusal> {
    const SOURCE: &str = "总局令第16号（安全生产事故隐患排查治理暂行规定）第三条";
    for (fact, text) in [
        (input.needs_stop, "须全部或者局部停产停业，并经过一定时间整改治理方能排除"),
        (input.beyond_own_power, "因外部因素影响，单位自身难以排除"),
    ] {
        if fact == Some(true) {
            steps.push(Step::clause(SOURCE, format!("{text}：属于重大事故隐患")));
            grounds.push(text.to_string());
        }
    }
    if !grounds.is_empty() {
        return Ok(Class::Major);
    }
    match (input.fixable_at_once, input.needs_stop, input.beyond_own_power) {
        (Some(true), _, _) => {
            steps.push(Step::clause(SOURCE, "危害和整改难度较小，发现后能够立即整改排除：一般事故隐患"));
        }
        (_, Some(false), Some(false)) => {
            steps
                .push(Step::clause(SOURCE, "不须停产停业，单位自身能够排除，未见重大隐患情形：一般事故隐患"));
        }
        (_, None, _) => return Err(Refusal::missing("/needs_stop", "是否须停产停业整改")),
        (_, _, None) => return Err(Refusal::missing("/beyond_own_power", "是否因外部因素自身难以排除")),
        _ => {}
    }
    Ok(Class::General)
}

/// The day of a duty's `due`, for a danger found on that day.
fn due(on: NaiveDate, row: &Row) -> Option<NaiveDate> {
    match row.get("due") {
        "at_once" => Some(on),
        "quarter_15" => {
            let next = (on.month0() / 3 + 1) * 3;
            NaiveDate::from_ymd_opt(on.year() + i32::from(next > 11), next % 12 + 1, 15)
        }
        "january_31" => NaiveDate::from_ymd_opt(on.year() + 1, 1, 31),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(on: &str) -> At<'static> {
        At::nation(on.parse().unwrap())
    }

    /// rules.md 11: needs a stop and time, or beyond the unit's own power.
    #[test]
    fn a_danger_is_major_by_effort_or_by_a_listed_criterion() {
        let of = |input: &Input| class(&at("2024-05-01"), input).unwrap().value.class;
        let fixed = Input { fixable_at_once: Some(true), ..Input::default() };
        assert_eq!(of(&fixed), Class::General);
        assert_eq!(of(&Input { needs_stop: Some(true), ..Input::default() }), Class::Major);
        assert_eq!(of(&Input { beyond_own_power: Some(true), ..fixed.clone() }), Class::Major);
        assert_eq!(of(&Input { criteria: vec!["chemical-05".into()], ..fixed.clone() }), Class::Major);
        assert_eq!(class(&at("2024-05-01"), &Input::default()).unwrap_err().pointer, "/needs_stop");
        let wrong = Input { criteria: vec!["dust-99".into()], ..fixed };
        assert_eq!(class(&at("2024-05-01"), &wrong).unwrap_err().pointer, "/criteria/0");
    }

    /// rules.md 11: by the 15th of the next quarter's first month, by 31 January.
    #[test]
    fn the_reports_are_due_after_the_quarter_and_the_year() {
        let due = |on: &str, code: &str| {
            let input = Input { needs_stop: Some(true), ..Input::default() };
            let danger = class(&at(on), &input).unwrap().value;
            danger.duties.into_iter().find(|duty| duty.code == code).unwrap().due_on.unwrap().to_string()
        };
        assert_eq!(due("2024-02-10", "quarterly"), "2024-04-15");
        assert_eq!(due("2024-12-31", "quarterly"), "2025-01-15");
        assert_eq!(due("2024-12-31", "yearly"), "2025-01-31");
        assert_eq!(due("2024-12-31", "report"), "2024-12-31");
    }

    #[test]
    fn in_2005_the_harm_to_be_feared_decides() {
        for (deaths, wanted) in [(9, Class::General), (10, Class::Major), (50, Class::Extraordinary)] {
            let input = Input { possible_deaths: Some(deaths), ..Input::default() };
            assert_eq!(class(&at("2005-06-01"), &input).unwrap().value.class, wanted);
        }
        assert_eq!(
            class(&at("2008-01-31"), &Input { needs_stop: Some(true), ..Input::default() }).unwrap_err().code,
            "missing"
        );
    }

    /// 安委办 2012 guide: 13 and 11; 121号: 20 items.
    #[test]
    fn the_lists_are_complete() {
        let rows = &CATEGORIES.rows().rows;
        assert_eq!(rows.iter().filter(|row| row.get("group") == "management").count(), 13);
        assert_eq!(rows.iter().filter(|row| row.get("group") == "site").count(), 11);
        assert_eq!(
            CRITERIA.rows().rows.iter().filter(|row| row.get("code").starts_with("chemical-")).count(),
            20
        );
    }
}
