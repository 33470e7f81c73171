//! Categories of accident, 事故类别: the twenty of GB/T 6441-1986 (1987-02-01 to 2026-06-30) and those of GB 6441-2025 (from 2026-07-01).
//!
//! The codes of 2025 are not known here, and one secondary source counts 29 categories instead of 27: its rows say so.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{At, Outcome, Refusal, Row, Step, law_table, rule};

law_table!(
    /// The categories.
    TABLE, "accident-category", "事故类别", ["standard", "seq"]
);

rule!(
    /// The rule `accident-category`.
    RULE, "accident-category", "事故类别", "事故", "GB/T 6441-1986、GB 6441-2025",
    Input, compute, [&TABLE], "2025-03-01", r#"{"name":"高处坠落"}"#
);

/// Which category is asked for.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// A name, part of one, or a code; without it, all categories.
    #[schemars(title = "类别名称或代码", description = "可只写一部分，如“坠落”；不填列出当时全部类别")]
    pub name: Option<String>,
}

/// A category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Category {
    /// Code in the standard; none where it is not known.
    #[schemars(title = "代码")]
    pub code: Option<String>,
    /// Name.
    #[schemars(title = "名称")]
    pub name: String,
}

/// The category, or all of the day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Answer {
    /// The standard in force.
    #[schemars(title = "标准")]
    pub standard: String,
    /// The one that was asked for, or all.
    #[schemars(title = "类别")]
    pub categories: Vec<Category>,
}

/// The category of that name or code on the day, or all.
///
/// # Errors
/// `unknown` for a name without a category; `ambiguous` where several have it; `not_in_force` before 1987-02-01.
pub fn compute(at: &At<'_>, input: &Input) -> Result<Outcome<Answer>, Refusal> {
    let rows = at.rows(&TABLE);
    let Some(first) = rows.first() else {
        return Err(Refusal::not_in_force(format!("{} 尚无事故分类标准（1987-02-01 起）。", at.on)));
    };
    let standard = first.get("standard").to_string();
    let said = input.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    let found = match said {
        None => rows.clone(),
        Some(said) => vec![find(&rows, &standard, said)?],
    };
    let mut steps = match said {
        None => vec![first.step(format!("{standard}，{} 类", found.len()))],
        Some(_) => found.iter().map(|row| row.step(format!("{standard}：{}", written(row)))).collect(),
    };
    if found.iter().any(|row| row.get("code").is_empty()) {
        steps.push(Step::plain("该标准的正式代码没有收录，暂以名称登记；得到标准文本后由管理员补充"));
    }
    let category = |row: &&Row| Category {
        code: Some(row.get("code").to_string()).filter(|code| !code.is_empty()),
        name: row.get("name").to_string(),
    };
    Ok(Outcome::new(Answer { standard, categories: found.iter().map(category).collect() }, steps))
}

fn written(row: &Row) -> String {
    format!("{} {}", row.get("code"), row.get("name")).trim().to_string()
}

fn find<'a>(rows: &[&'a Row], standard: &str, said: &str) -> Result<&'a Row, Refusal> {
    let number = |text: &str| text.parse::<u32>().ok();
    let exact = rows.iter().find(|row| {
        row.get("name") == said || (number(said).is_some() && number(said) == number(row.get("code")))
    });
    if let Some(row) = exact {
        return Ok(row);
    }
    let part: Vec<&&Row> =
        rows.iter().filter(|row| row.get("name").contains(said) || said.contains(row.get("name"))).collect();
    match part.as_slice() {
        [row] => Ok(row),
        [] => {
            let names: Vec<String> = rows.iter().map(|row| written(row)).collect();
            Err(Refusal::unknown(
                "/name",
                format!("{standard} 没有“{said}”这一类，可选：{}。", names.join("、")),
            ))
        }
        several => Err(Refusal::ambiguous(
            "/name",
            format!("“{said}”对应几类事故，请选一类。"),
            several.iter().map(|row| json!({"name": row.get("name"), "code": row.get("code")})).collect(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(on: &str, name: &str) -> Result<Answer, Refusal> {
        let at = At::nation(on.parse().unwrap());
        compute(&at, &Input { name: Some(name.into()) }).map(|outcome| outcome.value)
    }

    #[test]
    fn the_day_picks_the_standard() {
        let names = |on: &str| {
            let value = compute(&At::nation(on.parse().unwrap()), &Input::default()).unwrap().value;
            (value.standard, value.categories.len())
        };
        assert_eq!(names("2026-06-30"), ("GB/T 6441-1986".to_string(), 20));
        assert_eq!(names("2026-07-01"), ("GB 6441-2025".to_string(), 27));
    }

    #[test]
    fn a_category_is_found_by_name_part_or_code() {
        for said in ["高处坠落", "坠落", "09", "9"] {
            assert_eq!(ask("2020-01-01", said).unwrap().categories[0].name, "高处坠落", "{said}");
        }
        assert_eq!(ask("2020-01-01", "10").unwrap().categories[0].code.as_deref(), Some("010"));
        assert_eq!(ask("2026-08-01", "跌落").unwrap().categories[0].code, None);
        let several = ask("2020-01-01", "爆炸").unwrap_err();
        assert_eq!((several.code, several.candidates.len()), ("ambiguous", 5));
        assert_eq!(ask("2020-01-01", "跌落").unwrap_err().code, "unknown");
        assert_eq!(ask("2026-08-01", "09").unwrap_err().code, "unknown");
    }
}
