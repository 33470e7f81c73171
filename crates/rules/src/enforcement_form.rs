//! Enforcement documents, 执法文书: which forms are in use on a day, what each carries, and how it is numbered (table `enforcement-form`).
//!
//! Two patterns of forms: that of 2010 (37 forms, word 安监管…) and that of 2017 (49 forms, word 安监…); after the reform of the agencies the
//! forms of 2017 are numbered with 应急…. A number is the agency's short name in brackets, the word of the form, the year in 〔〕, a serial
//! number without gaps, and 号. Forms without a word are not numbered. Where a law asked for other fields since, a form
//! has rows of their own from that day: the review by lawyers since 2021, review by the government alone since 2024. The ministry's own numbers of the
//! patterns and the fields of its forms of 2022 are not recorded.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use crate::{At, Outcome, Refusal, choice, law_table, rule};

law_table!(
    /// Forms by pattern.
    TABLE, "enforcement-form", "执法文书式样", ["code"]
);

rule!(
    /// The rule `enforcement-form`.
    RULE, "enforcement-form", "执法文书式样", "执法", "安全生产行政执法文书式样（2010 年、2017 年）",
    Input, form, [&TABLE], "2026-01-01", r#"{"form":"correction_order"}"#
);

fn forms(_: &mut SchemaGenerator) -> Schema {
    choice::schema(&TABLE, "code", "name")
}

/// The question.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Which form: code or Chinese name.
    #[schemars(title = "文书", description = "文书名称", schema_with = "forms")]
    pub form: String,
}

/// A form as it is in use on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Form {
    /// Its code, the same in every pattern.
    #[schemars(title = "文书代码")]
    pub code: String,
    /// Its Chinese name.
    #[schemars(title = "文书")]
    pub name: String,
    /// `2010`, `2017`, `2018`, or the year of the law that changed its fields since.
    #[schemars(title = "式样")]
    pub generation: String,
    /// The word in its number; none where it is not numbered.
    #[schemars(title = "文号代字")]
    pub word: Option<String>,
    /// How its number is written.
    #[schemars(title = "文号写法")]
    pub number: Option<String>,
    /// What stands on it, in order.
    #[schemars(title = "栏目")]
    pub fields: Vec<String>,
}

impl Form {
    /// The number of a document: `（龙湖）应急责改〔2026〕3号`; `None` for a form that is not numbered.
    pub fn numbered(&self, short: &str, year: i32, serial: i64) -> Option<String> {
        self.word.as_ref().map(|word| format!("（{short}）{word}〔{year}〕{serial}号"))
    }
}

/// The form in use on that day.
///
/// # Errors
/// `unknown` for a form there never was, `not_in_force` for one that was not in use on that day.
pub fn form(at: &At<'_>, input: &Input) -> Result<Outcome<Form>, Refusal> {
    let rows = choice::rows(at, &TABLE, ("code", "name"), "/form", "文书", &input.form)?;
    let Some(row) = rows.first() else {
        return Err(Refusal::not_in_force(format!("{} 没有这种文书。", at.on)));
    };
    let word = Some(row.get("word").to_string()).filter(|word| !word.is_empty());
    let form = Form {
        code: row.get("code").to_string(),
        name: row.get("name").to_string(),
        generation: row.get("generation").to_string(),
        number: word.as_ref().map(|word| format!("（机关简称）{word}〔年份〕序号号")),
        word,
        fields: row.get("fields").split('；').map(str::to_string).collect(),
    };
    let said = match &form.number {
        Some(number) => format!("{}：{} 年式样，文号写作 {number}", form.name, form.generation),
        None => format!("{}：{} 年式样，不编号", form.name, form.generation),
    };
    Ok(Outcome::new(form, vec![row.step(said)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(day: &str, code: &str) -> Result<Form, Refusal> {
        let at = At::nation(day.parse().unwrap());
        form(&at, &Input { form: code.into() }).map(|outcome| outcome.value)
    }

    /// rules.md 12: the words of the three patterns.
    #[test]
    fn a_form_is_numbered_by_the_word_of_its_day() {
        for (day, word) in [
            ("2012-05-01", "安监管责改"),
            ("2017-01-01", "安监责改"),
            ("2018-12-31", "安监责改"),
            ("2019-01-01", "应急责改"),
        ] {
            assert_eq!(of(day, "correction_order").unwrap().word.as_deref(), Some(word), "{day}");
        }
        let number = of("2026-01-01", "责令限期整改指令书").unwrap().numbered("龙湖", 2026, 3);
        assert_eq!(number.as_deref(), Some("（龙湖）应急责改〔2026〕3号"));
    }

    #[test]
    fn the_record_of_2010_is_not_numbered_and_the_plan_came_in_2017() {
        assert_eq!(of("2016-12-31", "inspection_record").unwrap().word, None);
        assert_eq!(of("2017-01-01", "inspection_record").unwrap().word.as_deref(), Some("安监检记"));
        assert_eq!(of("2016-12-31", "inspection_plan").unwrap_err().code, "not_in_force");
        assert_eq!(of("2009-12-31", "correction_order").unwrap_err().code, "not_in_force");
    }

    /// rules.md 12: 37 forms of 2010, 49 of 2017; with the report of the investigation, which no pattern has.
    #[test]
    fn each_pattern_is_whole() {
        let number = |day: &str| At::nation(day.parse().unwrap()).rows(&TABLE).len();
        assert_eq!(
            [number("2012-01-01"), number("2018-01-01"), number("2022-01-01"), number("2026-01-01")],
            [38, 50, 50, 50]
        );
    }

    /// 行政复议法 2023 article 24; 行政处罚法 2021 article 58.
    #[test]
    fn a_form_loses_and_gains_the_fields_that_a_new_law_asks_for_on_its_day() {
        let has =
            |day: &str, code: &str, field: &str| of(day, code).unwrap().fields.iter().any(|own| own == field);
        for code in ["correction_order", "site_measures", "penalty_decision_unit", "on_spot_decision_person"]
        {
            assert!(has("2023-12-31", code, "复议机关（上级部门）"), "{code}");
            assert!(!has("2024-01-01", code, "复议机关（上级部门）"), "{code}");
            assert!(has("2024-01-01", code, "复议机关（人民政府）"), "{code}");
        }
        assert!(!has("2021-07-14", "case_approval", "法制审核意见"));
        assert!(has("2021-07-15", "case_approval", "法制审核意见"));
    }
}
