//! Occupational hazard, 职业病危害: class of the enterprise and the intervals of testing and of the status evaluation (table `occupational-hazard`).
//!
//! Classes: 严重, 较重, 一般 of 安监总安健〔2012〕73号 (from 2012-05-31), 严重 and 一般 of 国卫办职健发〔2021〕5号 (from 2021-03-12). The highest site decides;
//! materials worse than the trade's usual ones raise the class. The catalogue of trades itself is not recorded: the class of each site comes
//! from the catalogue or from an evaluation and is an input. Intervals: 总局令第23号, 第47号, 国家卫生健康委令第5号 (from 2021-02-01).

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{At, Outcome, Refusal, Step, law_table, legal_limit::months, rule, working_days::shift};

law_table!(
    /// Classes and intervals.
    TABLE, "occupational-hazard", "职业病危害分类与检测周期", ["class"]
);

rule!(
    /// The rule `occupational-hazard`.
    RULE, "occupational-hazard", "职业病危害分类与检测周期", "职业健康", "安监总安健〔2012〕73号、国卫办职健发〔2021〕5号、国家卫生健康委令第5号",
    Input, hazard, [&TABLE], "2026-01-01", r#"{"sites":["general","severe"],"tested_on":"2025-06-10"}"#
);

/// A class of hazard, the lowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// 一般.
    #[serde(alias = "一般")]
    #[schemars(title = "一般")]
    General,
    /// 较重, until 2021-03-11.
    #[serde(alias = "较重")]
    #[schemars(title = "较重（2021-03-11 前）")]
    Greater,
    /// 严重.
    #[serde(alias = "严重")]
    #[schemars(title = "严重")]
    Severe,
}

impl Class {
    const fn code(self) -> &'static str {
        match self {
            Class::General => "general",
            Class::Greater => "greater",
            Class::Severe => "severe",
        }
    }
}

/// The enterprise.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Class of every site by catalogue or evaluation.
    #[serde(default)]
    #[schemars(title = "各场所类别", description = "按分类目录或者评价结论，取最高")]
    pub sites: Vec<Class>,
    /// The class as evaluated, where there is one alone.
    #[schemars(title = "类别", description = "已有评价结论的填写")]
    pub class: Option<Class>,
    /// Code of the trade; the catalogue is not recorded.
    #[schemars(title = "行业代码", description = "分类目录未收录，仅作记载")]
    pub industry: Option<String>,
    /// Materials are worse than usual in the trade.
    #[serde(default)]
    #[schemars(title = "所用原辅材料危害高于通常", description = "提高一级")]
    pub worse_materials: bool,
    /// Day of the last test.
    #[schemars(title = "最近检测日期")]
    pub tested_on: Option<NaiveDate>,
    /// Day of the last status evaluation.
    #[schemars(title = "最近现状评价日期")]
    pub evaluated_on: Option<NaiveDate>,
}

/// The class and its intervals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Hazard {
    /// The class.
    #[schemars(title = "职业病危害类别")]
    pub class: Class,
    /// The same in Chinese.
    #[schemars(title = "类别名称")]
    pub class_name: String,
    /// Months between tests.
    #[schemars(title = "检测周期", extend("x-unit" = "月"))]
    pub test_months: Option<i64>,
    /// Months between status evaluations.
    #[schemars(title = "现状评价周期", extend("x-unit" = "月"))]
    pub evaluation_months: Option<i64>,
    /// Last day for the next test.
    #[schemars(title = "下次检测截止")]
    pub test_due_on: Option<NaiveDate>,
    /// Last day for the next evaluation.
    #[schemars(title = "下次现状评价截止")]
    pub evaluation_due_on: Option<NaiveDate>,
    /// Whether one of them is past.
    #[schemars(title = "是否逾期")]
    pub overdue: bool,
}

/// The class of an enterprise and its intervals.
///
/// # Errors
/// `missing` where no class is given, saying that the catalogue is not recorded; `invalid` for 较重 from 2021-03-12 on.
pub fn hazard(at: &At<'_>, input: &Input) -> Result<Outcome<Hazard>, Refusal> {
    let since_2021 = NaiveDate::from_ymd_opt(2021, 3, 12).is_some_and(|day| at.on >= day);
    let highest = input.sites.iter().copied().chain(input.class).max().ok_or_else(|| Refusal {
        message: "行业分类目录未收录，不能由行业代码得出类别；请按分类目录或者评价报告填写各场所类别。"
            .to_string(),
        ..Refusal::missing("/sites", "各场所类别")
    })?;
    if since_2021 && input.sites.iter().chain(&input.class).any(|class| *class == Class::Greater) {
        return Err(Refusal::invalid("/sites", "2021-03-12 起只分严重和一般，没有较重；请按新目录填写。"));
    }
    let source = if since_2021 {
        "国卫办职健发〔2021〕5号（建设项目职业病危害风险分类管理目录）"
    } else {
        "安监总安健〔2012〕73号（建设项目职业病危害风险分类管理目录）"
    };
    let label = |class: Class| match class {
        Class::General => "一般",
        Class::Greater => "较重",
        Class::Severe => "严重",
    };
    let mut steps = vec![Step::clause(source, format!("各场所中最高类别：{}", label(highest)))];
    let mut class = highest;
    if input.worse_materials && class != Class::Severe {
        class = if since_2021 || class == Class::Greater { Class::Severe } else { Class::Greater };
        steps.push(Step::clause(source, format!("所用原辅材料危害高于通常，提高为{}", label(class))));
    }
    let row = at
        .row(&TABLE, &[("class", class.code())])
        .ok_or_else(|| Refusal::not_in_force(format!("{} 没有职业病危害检测周期的规定。", at.on)))?;
    let (test_months, evaluation_months) = (row.whole("test_months"), row.whole("evaluation_months"));
    let every = |length: Option<i64>| {
        length.map_or("未定周期".to_string(), |length| format!("每 {length} 个月一次"))
    };
    steps.push(row.step(format!(
        "{}：检测{}，现状评价{}",
        row.get("class_name"),
        every(test_months),
        every(evaluation_months)
    )));
    let next = |last: Option<NaiveDate>, length: Option<i64>| {
        last.zip(length).map(|(last, length)| shift(months(last, length)?, -1)).transpose()
    };
    let test_due_on = next(input.tested_on, test_months)?;
    let evaluation_due_on = next(input.evaluated_on, evaluation_months)?;
    for (label, due) in [("检测", test_due_on), ("现状评价", evaluation_due_on)] {
        if let Some(due) = due {
            let word = if at.on > due { "已逾期" } else { "未到期" };
            steps.push(Step::plain(format!("下次{label}最迟 {due}，{word}")));
        }
    }
    let overdue = [test_due_on, evaluation_due_on].into_iter().flatten().any(|due| at.on > due);
    let value = Hazard {
        class,
        class_name: label(class).to_string(),
        test_months,
        evaluation_months,
        test_due_on,
        evaluation_due_on,
        overdue,
    };
    Ok(Outcome::new(value, steps))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(on: &str) -> At<'static> {
        At::nation(on.parse().unwrap())
    }

    /// rules.md 13: severe each year and evaluation each three years, general each three years.
    #[test]
    fn the_highest_site_decides_the_interval() {
        let of = |on: &str, sites: &[Class]| {
            let input =
                Input { sites: sites.to_vec(), tested_on: "2024-06-10".parse().ok(), ..Input::default() };
            hazard(&at(on), &input).unwrap().value
        };
        let severe = of("2025-06-10", &[Class::General, Class::Severe]);
        assert_eq!(
            (severe.class, severe.test_months, severe.evaluation_months),
            (Class::Severe, Some(12), Some(36))
        );
        assert_eq!((severe.test_due_on.unwrap().to_string(), severe.overdue), ("2025-06-09".into(), true));
        let general = of("2025-06-10", &[Class::General]);
        assert_eq!(
            (general.test_months, general.evaluation_months, general.overdue),
            (Some(36), None, false)
        );
        assert_eq!(of("2015-01-01", &[Class::Greater, Class::General]).class, Class::Greater);
    }

    #[test]
    fn worse_materials_raise_the_class() {
        let input = Input { sites: vec![Class::General], worse_materials: true, ..Input::default() };
        assert_eq!(hazard(&at("2015-01-01"), &input).unwrap().value.class, Class::Greater);
        assert_eq!(hazard(&at("2022-01-01"), &input).unwrap().value.class, Class::Severe);
    }

    #[test]
    fn without_a_class_the_missing_catalogue_is_named() {
        let refusal = hazard(&at("2026-01-01"), &Input { industry: Some("2614".into()), ..Input::default() })
            .unwrap_err();
        assert_eq!((refusal.code, refusal.pointer.as_str()), ("missing", "/sites"));
        assert!(refusal.message.contains("未收录"));
        let gone = Input { class: Some(Class::Greater), ..Input::default() };
        assert_eq!(hazard(&at("2021-03-12"), &gone).unwrap_err().code, "invalid");
    }
}
