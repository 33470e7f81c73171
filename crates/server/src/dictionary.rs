//! The data dictionary (`docs/data-dictionary.md`), derived: what tables there are and what they hold from the catalogue of a
//! database that has just been set up, what it means from the docstrings beside the code (`build.rs`), the words of the register
//! from its fields, and the sections of the archive from their registry. A test keeps the committed file true.

use std::{collections::BTreeMap, fmt::Write};

use archive::section::SECTIONS;
use db::{Db, describe};

/// What the sources say: table, column (nothing for the table itself, `column=` for the words it is held to), text.
const DOCS: &str = include_str!(concat!(env!("OUT_DIR"), "/table_docs.tsv"));

/// Tables whose migration says nothing of them, and which no `table!` declares.
const PLAIN: &[(&str, &str)] = &[
    (
        "import_decision",
        "What officers decided of a doubtful row of a list, so that the same row is not asked about again.",
    ),
    (
        "search_entry",
        "What the search box shows of a record; its words are indexed beside it, by FTS5 or GIN.",
    ),
    ("setting", "Settings of the system as it runs, by name."),
];

/// A text in a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// The dictionary of a database that has been set up.
///
/// # Errors
/// Fails where the catalogue cannot be read.
pub async fn dictionary(db: &Db) -> db::Result<String> {
    let mut docs: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    for line in DOCS.lines() {
        let mut parts = line.splitn(3, '\t');
        if let (Some(table), Some(column), Some(text)) = (parts.next(), parts.next(), parts.next())
            && !text.is_empty()
        {
            docs.entry((table, column)).or_insert(text);
        }
    }
    for (table, text) in PLAIN {
        docs.entry((table, "")).or_insert(text);
    }
    let said = |table: &str, column: &str| docs.get(&(table, column)).copied().unwrap_or_default();
    let labels: BTreeMap<&str, &str> =
        enterprise::fields().into_iter().map(|field| (field.name, field.label)).collect();
    let mut text = String::from(
        "# Data dictionary\n\nDerived by `make derived` (`anjian dictionary`) from the schema, the docstrings and the sections' registry; not written by hand.\nTypes are those of the one SQL text of both engines; \"key\" is the place in the primary key, \"!\" means never empty.\nEvery business table also carries who wrote it and when, and `version`; see DATABASE.md.\n\n## Tables\n",
    );
    for table in describe(db).await? {
        let _ = writeln!(
            text,
            "\n### {}\n{}\n\n| column | type | key | what it is |\n|---|---|---|---|",
            table.name,
            said(&table.name, "")
        );
        for column in table.columns {
            let label =
                if table.name == "enterprise" { labels.get(column.name.as_str()).copied() } else { None };
            let list = said(&table.name, &format!("{}=", column.name));
            let what = [label.unwrap_or_default(), said(&table.name, &column.name), list];
            let what: Vec<&str> = what.into_iter().filter(|part| !part.is_empty()).collect();
            let _ = writeln!(
                text,
                "| {} | {}{} | {} | {} |",
                column.name,
                column.kind.to_lowercase(),
                if column.required { "!" } else { "" },
                if column.key > 0 { column.key.to_string() } else { String::new() },
                cell(&what.join(" · "))
            );
        }
    }
    text.push_str("\n## 档案栏目\n\n每条记录存于 `record` 表，本栏目自己的内容存于 `fields`（JSON），由栏目的结构读写。“!”为必填。\n");
    for section in SECTIONS.iter() {
        let _ = writeln!(
            text,
            "\n### {} `{}`\n{}{}\n\n| 字段 | 名称 | 类型 | 单位 | 说明 |\n|---|---|---|---|---|",
            section.label,
            section.code,
            section.group.label(),
            if section.single { "，每家企业一条" } else { "" }
        );
        for field in &section.fields {
            let kind = format!("{:?}", field.kind).to_lowercase();
            let choices: Vec<&str> = field.choices.iter().map(|choice| choice.label.as_str()).collect();
            let remark = [field.remark.clone(), choices.join("、")];
            let remark: Vec<&str> =
                remark.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
            let _ = writeln!(
                text,
                "| {} | {} | {kind}{} | {} | {} |",
                field.name,
                cell(&field.label),
                if field.required { "!" } else { "" },
                cell(&field.unit),
                cell(&remark.join("；"))
            );
        }
    }
    Ok(text)
}
