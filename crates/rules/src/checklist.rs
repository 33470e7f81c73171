//! Safety checklists, 安全检查表: what an inspection or an enterprise's own check looks at, by supervised sector (table `checklist`): the items of
//! every trade, then those of its own. The items are worded by us from the clauses that they name; the level is what not meeting an item
//! usually is, and whether a danger is major is decided by the criteria of [`crate::danger`].

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{At, Outcome, Refusal, law_table, rule, sector};

law_table!(
    /// Items by sector.
    TABLE, "checklist", "安全检查表", ["sector", "code"]
);

rule!(
    /// The rule `checklist`.
    RULE, "checklist", "安全检查表", "执法", "安全生产法、有关行政法规和部门规章",
    Input, items, [&TABLE], "2026-01-01", r#"{"sector":"hazardous_chemicals"}"#
);

/// Which enterprise.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Its supervised sector; the items of every trade alone where it is left out.
    #[serde(default)]
    #[schemars(title = "监管领域", description = "代码或者名称，不填为各行业通用项")]
    pub sector: Option<String>,
}

/// An item of a checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Item {
    /// Its code, the same for good.
    #[schemars(title = "代码")]
    pub code: String,
    /// The part of the enterprise it belongs to.
    #[schemars(title = "检查单元")]
    pub unit: String,
    /// What has to be so.
    #[schemars(title = "检查内容")]
    pub content: String,
    /// How it is checked.
    #[schemars(title = "检查方式")]
    pub method: String,
    /// `general` or `major`: what not meeting it usually is.
    #[schemars(title = "通常级别")]
    pub level: String,
    /// Category of dangers (`danger-category`).
    #[schemars(title = "隐患类别序号")]
    pub category: String,
    /// Document and clause.
    #[schemars(title = "依据")]
    pub basis: String,
}

/// The checklist of a sector on that day.
///
/// # Errors
/// `unknown` for what is no sector.
pub fn items(at: &At<'_>, input: &Input) -> Result<Outcome<Vec<Item>>, Refusal> {
    let said = input.sector.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let own = match said {
        None => None,
        Some(text) => Some(
            sector::SECTORS
                .iter()
                .find(|(code, label)| *code == text || *label == text)
                .map(|(code, _)| *code)
                .ok_or_else(|| Refusal::unknown("/sector", format!("没有名为“{text}”的监管领域。")))?,
        ),
    };
    let rows: Vec<_> = at
        .rows(&TABLE)
        .into_iter()
        .filter(|row| row.get("sector") == "all" || own == Some(row.get("sector")))
        .collect();
    if rows.is_empty() {
        return Err(Refusal::not_in_force(format!("{} 没有收录检查表。", at.on)));
    }
    let steps = rows.iter().map(|row| row.step(format!("{}：{}", row.get("unit"), row.get("content"))));
    let items = rows.iter().map(|row| Item {
        code: row.get("code").to_string(),
        unit: row.get("unit").to_string(),
        content: row.get("content").to_string(),
        method: row.get("method").to_string(),
        level: row.get("level").to_string(),
        category: row.get("category").to_string(),
        basis: row.get("source").to_string(),
    });
    Ok(Outcome::new(items.collect(), steps.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trade_has_the_common_items_and_its_own() {
        let of = |sector: Option<&str>| {
            let at = At::nation("2026-01-01".parse().unwrap());
            items(&at, &Input { sector: sector.map(str::to_string) }).unwrap().value
        };
        let common = of(None);
        let chemicals = of(Some("危险化学品"));
        assert!(common.iter().all(|item| chemicals.contains(item)));
        assert!(
            chemicals.iter().any(|item| item.code == "chem-03")
                && !common.iter().any(|item| item.code == "chem-03")
        );
        assert_eq!(of(Some("other")), common);
    }

    #[test]
    fn every_item_names_a_sector_and_a_category_that_there_is() {
        for row in &TABLE.rows().rows {
            let sector = row.get("sector");
            assert!(sector == "all" || sector::label(sector).is_some(), "{sector}");
            let categories = &crate::danger::CATEGORIES.rows().rows;
            assert!(
                categories.iter().any(|own| own.get("code") == row.get("category")),
                "{}",
                row.get("code")
            );
            assert!(["general", "major"].contains(&row.get("level")));
        }
    }
}
