//! What the trail says of visits and documents, in the words of an enterprise's timeline. What is only saved on the way is not told.

use audit::Step;
use enterprise::timeline::{Said, Told};
use serde_json::Value;

use crate::{
    model::{Paper, Visit},
    penalty::model::PenaltyPaper,
    powers,
};

/// What of inspections is told.
pub const TOLD: &[Told] = &[
    Told { table: Visit::TABLE, column: "enterprise", power: &powers::VISITS, say: visit },
    Told { table: Paper::TABLE, column: "enterprise", power: &powers::DOCUMENTS, say: document },
    Told { table: PenaltyPaper::TABLE, column: "enterprise", power: &powers::PENALTIES, say: document },
];

fn after(step: &Step) -> &Value {
    step.after.as_ref().map_or(&Value::Null, |own| &own.0)
}

fn visit(step: &Step, _: &str) -> Option<Said> {
    let after = after(step);
    let what = match (step.action.as_str(), after["state"].as_str()) {
        ("create", _) => match after["place"].as_str() {
            Some(place) => format!("开始现场检查（{place}）"),
            None => "开始现场检查".to_string(),
        },
        (_, Some("finished")) => match after["findings"].as_i64() {
            Some(0) => "现场检查结束，没有发现问题".to_string(),
            Some(number) => format!("现场检查结束，发现 {number} 个问题"),
            None => "现场检查结束".to_string(),
        },
        (_, Some("withdrawn")) => "现场检查作废".to_string(),
        _ => return None,
    };
    Some(Said::of(what, format!("/visits/{}/{}", step.city, step.row_id.unwrap_or_default())))
}

fn document(step: &Step, _: &str) -> Option<Said> {
    let after = after(step);
    let title = step.row_title.as_deref().unwrap_or_default();
    // whose it is stands on the page
    let name = title.rsplit_once('：').map_or(title, |(name, _)| name).trim();
    let verb = match after["state"].as_str() {
        Some("withdrawn") => "撤回",
        Some("issued") if !after["served_on"].is_null() => "送达",
        Some("issued") => "制发",
        Some(_) => return None,
        None if !after["opened_at"].is_null() => "企业查看",
        None => return None,
    };
    // a paper of a penalty has no page of its own, and the steps of its case lead to that of the penalty
    let link = (step.subject == Paper::TABLE)
        .then(|| format!("/enforcement-documents/{}/{}", step.city, step.row_id.unwrap_or_default()));
    Some(Said { what: format!("{verb}{name}"), link, ..Said::default() })
}
