//! What a record says once another has become part of it, and again once that, or a split, is undone. Pure: the merger itself, its row and
//! its permissions are `http::merge` and `http::undo`.

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

/// The record with the fields that a merger or a split changed as they were before it, and what people call those that were changed since
/// and stay; what it did not touch stays as it is now.
pub(crate) fn restored(
    now: &Enterprise,
    before: &Value,
    after: &Value,
) -> Outcome<(Enterprise, BTreeSet<&'static str>)> {
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
            lost.insert(label(name));
        }
    }
    Ok((serde_json::from_value(document).map_err(Problem::internal)?, lost))
}

/// What people call the fields that somebody filled in otherwise than they were then. That the record was verified is no such: it stays
/// told of the record.
pub(crate) fn changed_since(now: &Enterprise, then: &Value) -> BTreeSet<&'static str> {
    let document = now.document();
    let filled = fields::fields().into_iter().filter(|field| field.editable).map(|field| field.name);
    let names =
        filled.chain(["status", "status_on", "status_reason", "agency", "officer", "cluster", "town"]);
    // a town that is no more was left by a change of divisions, not by anybody who moved the record
    let gone = then["town"].as_str().is_some_and(|town| region::divisions::find(town).is_none());
    names.filter(|name| document[*name] != then[*name] && !(gone && *name == "town")).map(label).collect()
}

/// What people call a column.
fn label(name: &str) -> &'static str {
    match name {
        "town" => "所在镇街",
        "agency" => "监管机构",
        "officer" => "责任监管员",
        "cluster" => "所在集群",
        _ => {
            let field = fields::fields().into_iter().find(|field| field.name == name);
            field.map_or("其他内容", |field| field.label)
        }
    }
}
