//! Choices that a table names: the code and its Chinese name in two columns. The form shows the names; an input may give either.

use schemars::{Schema, json_schema};
use serde_json::json;

use crate::{At, Refusal, Row, Table};

/// The choices as a schema: `oneOf` of code and Chinese title, each once.
pub fn schema(table: &'static Table, code: &str, label: &str) -> Schema {
    let mut seen: Vec<&str> = Vec::new();
    let mut choices = Vec::new();
    for row in &table.rows().rows {
        if !row.get(code).is_empty() && !seen.contains(&row.get(code)) {
            seen.push(row.get(code));
            choices.push(json!({ "const": row.get(code), "title": row.get(label) }));
        }
    }
    json_schema!({ "type": "string", "oneOf": choices })
}

/// The rows in force whose code or Chinese name is that text, or whose name is the only one in it (责令限期整改指令书).
///
/// # Errors
/// `ambiguous` where it is part of names, with these as candidates; `not_in_force` where the table knows the choice, but not on that day; `unknown` otherwise, naming the choices of the day.
pub fn rows<'a>(
    at: &At<'a>,
    table: &'static Table,
    (code, label): (&str, &str),
    pointer: &str,
    what: &str,
    text: &str,
) -> Result<Vec<&'a Row>, Refusal> {
    let text = text.trim();
    let named = |row: &Row| row.get(code) == text || row.get(label) == text;
    let valid = at.rows(table);
    let found: Vec<&Row> = valid.iter().copied().filter(|row| named(row)).collect();
    if !found.is_empty() {
        return Ok(found);
    }
    if text.is_empty() {
        return Err(Refusal::missing(pointer, what));
    }
    // 责令限期整改指令书 says 责令限期整改 and no other; 行政处罚 may mean several and is asked about even where one is left on that day
    let said: Vec<&Row> = valid.iter().copied().filter(|row| text.contains(row.get(label))).collect();
    if let Some(first) = said.first()
        && said.iter().all(|row| row.get(code) == first.get(code))
    {
        return Ok(said);
    }
    let close = |row: &&Row| row.get(label).contains(text) || text.contains(row.get(label));
    let candidates: Vec<_> = valid
        .iter()
        .copied()
        .filter(close)
        .map(|row| json!({ "code": row.get(code), "name": row.get(label) }))
        .collect();
    if !candidates.is_empty() {
        return Err(Refusal::ambiguous(
            pointer,
            format!("“{text}”所指的{what}不明确，请选定一种。"),
            candidates,
        ));
    }
    if table.rows().rows.iter().any(named) {
        return Err(Refusal {
            pointer: pointer.to_string(),
            ..Refusal::not_in_force(format!("{} 时“{text}”没有规定可依。", at.on))
        });
    }
    let mut names: Vec<String> = Vec::new();
    for row in valid {
        let name = format!("{}（{}）", row.get(label), row.get(code));
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Err(Refusal::unknown(pointer, format!("没有名为“{text}”的{what}，可选：{}。", names.join("、"))))
}
