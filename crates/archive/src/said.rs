//! What the trail says of archives, in the words of an enterprise's timeline.

use audit::Step;
use enterprise::timeline::{Said, Told};
use serde_json::Value;

use crate::{
    attachment::Attachment,
    model::Record,
    powers,
    section::{Described, SECTIONS},
};

/// What of an archive is told.
pub const TOLD: &[Told] = &[
    Told { table: Record::TABLE, column: "enterprise", power: &powers::LIST, say: record },
    Told { table: Attachment::TABLE, column: "enterprise", power: &powers::ATTACHMENTS, say: attachment },
];

fn record(step: &Step, page: &str) -> Option<Said> {
    let none = Value::Null;
    let after = step.after.as_ref().map_or(&none, |own| &own.0);
    let title = step.row_title.as_deref().unwrap_or_default();
    let verb = match (step.action.as_str(), after["state"].as_str()) {
        ("create", _) if after["replaces"].is_string() => "换发",
        ("create", _) => "登记",
        (_, Some("verified")) => "核实",
        (_, Some("returned")) => "退回",
        // told by the record that took its place
        (_, Some("replaced")) => return None,
        ("delete", _) | (_, Some("removed")) => "删除",
        // sent back once more, for another reason
        _ if after["returned_fields"].is_array() => "退回",
        _ => "修改",
    };
    let section = title.split_once('：').map_or(title, |(label, _)| label);
    let section = SECTIONS.iter().find(|own| own.label == section);
    let at = section.map(|own| format!("&section={}", own.code)).unwrap_or_default();
    let id = step.row_id.unwrap_or_default();
    let said = Said::of(format!("{verb}{title}"), format!("{page}?tab=archive{at}&record={id}"));
    let reason = (verb == "退回").then(|| returned(section, &after["returned_fields"])).flatten();
    Some(Said { reason, ..said })
}

/// Why a record was sent back, field by field.
fn returned(section: Option<&Described>, fields: &Value) -> Option<String> {
    let text = |own: &Value| {
        let name = own["field"].as_str()?;
        let label = section.and_then(|section| section.fields.iter().find(|field| field.name == name));
        let reason = own["reason"].as_str()?;
        Some(label.map_or_else(|| reason.to_string(), |field| format!("{}：{reason}", field.label)))
    };
    let all: Vec<String> = fields.as_array()?.iter().filter_map(text).collect();
    (!all.is_empty()).then(|| all.join("；"))
}

fn attachment(step: &Step, page: &str) -> Option<Said> {
    let name = step.row_title.as_deref().unwrap_or_default();
    let removed = step.after.as_ref().is_some_and(|own| own.0["state"] == "removed");
    let verb = match step.action.as_str() {
        "create" => "上传",
        "delete" => "删除",
        _ if removed => "删除",
        _ => "更新",
    };
    Some(Said::of(format!("{verb}附件“{name}”"), format!("{page}?tab=archive")))
}
