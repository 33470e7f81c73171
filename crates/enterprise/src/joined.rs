//! What a record says once another has become part of it, and again once that is undone. Pure: the merger itself, its row and
//! its permissions are `http::merge`.

use std::collections::BTreeSet;

use serde_json::Value;
use web::{Outcome, Problem};

use crate::{correct::settle, fields, model::Enterprise};

/// The columns that go with one that is taken over.
fn columns<'a>(name: &'a str, fields: &[fields::Field]) -> Option<Vec<&'a str>> {
    match name {
        "status" => Some(vec!["status", "status_on", "status_reason", "status_document"]),
        "town" => Some(vec!["town", "assignment", "assignment_reason", "suggestions"]),
        "industry" => Some(vec!["industry", "industry_edition", "industry_basis", "industry_reason"]),
        "longitude" => Some(vec!["longitude", "latitude"]),
        "credit_code" => Some(vec!["credit_code", "organization_code"]),
        "agency" | "officer" | "cluster" | "organization_code" => Some(vec![name]),
        _ => fields.iter().any(|field| field.name == name && field.editable).then(|| vec![name]),
    }
}

/// The record that stays, with what is taken from the other. Its name stays findable.
pub(crate) fn joined(
    kept: &Enterprise,
    other: &Enterprise,
    take: &[String],
    year: i64,
) -> Outcome<Enterprise> {
    let known = fields::fields();
    let (mut document, source) = (kept.document(), other.document());
    let mut taken = BTreeSet::new();
    for name in take {
        let Some(columns) = columns(name, &known) else {
            return Err(Problem::wrong_field(
                "/take",
                "field.fixed",
                format!("「{name}」不能从另一份档案取。"),
            ));
        };
        for column in columns {
            document[column] = source[column].clone();
            taken.insert(column);
        }
    }
    let mut record: Enterprise = serde_json::from_value(document).map_err(Problem::internal)?;
    let lost = if record.name == other.name { &kept.name } else { &other.name };
    if *lost != record.name && !record.former_names.split('；').any(|name| name == lost) {
        let names = [record.former_names.as_str(), lost.as_str()];
        record.former_names =
            names.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>().join("；");
    }
    // an industry that was taken over keeps how sure it is
    settle(&mut record, |name| taken.contains(name), year);
    Ok(record)
}

/// The record with the fields that a merger changed as they were before it; what it did not touch stays as it is now.
pub(crate) fn restored(now: &Enterprise, before: &Value, after: &Value) -> Outcome<Enterprise> {
    let mut document = now.document();
    let (old, _) = audit::diff(before, after);
    let mut lost = BTreeSet::new();
    for (name, value) in old.as_object().into_iter().flatten() {
        if ["version", "updated_at", "updated_by"].contains(&name.as_str()) {
            continue;
        }
        if document[name] == after[name] {
            document[name] = value.clone();
        } else {
            let label =
                fields::fields().into_iter().find(|field| field.name == name).map(|field| field.label);
            lost.insert(label.unwrap_or("其他内容"));
        }
    }
    if !lost.is_empty() {
        let names = lost.into_iter().collect::<Vec<_>>().join("、");
        return Err(Problem::conflict(
            "merger.changed",
            format!(
                "合并以后“{}”的{names}又修改过，撤销会丢失这些修改。请先记下并改回合并时的内容，再撤销。",
                now.name
            ),
        ));
    }
    serde_json::from_value(document).map_err(Problem::internal)
}
