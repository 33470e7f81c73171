//! The checklist of a sector as visits and self-checks answer it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Outcome, Problem};

/// An item of a checklist.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChecklistItem {
    /// Its code, the same for good.
    pub code: String,
    /// The part of the enterprise that it belongs to.
    pub unit: String,
    /// What has to be so.
    pub content: String,
    /// How it is checked.
    pub method: String,
    /// Document and clause.
    pub basis: String,
    /// Category of dangers that it belongs to.
    pub category: String,
    /// `general` or `major`: what not meeting it usually is.
    pub severity: String,
}

/// The checklist of a sector on a day; empty on one before the library begins.
///
/// # Errors
/// 500 for what is no sector.
pub fn checklist(sector: &str, on: NaiveDate) -> Outcome<Vec<ChecklistItem>> {
    let input = rules::checklist::Input { sector: Some(sector.to_string()) };
    let found = match rules::checklist::items(&rules::At::nation(on), &input) {
        Ok(found) => found.value,
        Err(refusal) if refusal.code == "not_in_force" => Vec::new(),
        Err(refusal) => return Err(Problem::internal(refusal.message)),
    };
    let item = |own: rules::checklist::Item| ChecklistItem {
        code: own.code,
        unit: own.unit,
        content: own.content,
        method: own.method,
        basis: own.basis,
        category: own.category,
        severity: own.level,
    };
    Ok(found.into_iter().map(item).collect())
}

/// Whether these answers belong to that checklist.
///
/// # Errors
/// 422 for an item that it does not have, and for what is no answer.
pub fn answered(items: &[ChecklistItem], answers: &BTreeMap<String, String>) -> Outcome<()> {
    for (code, answer) in answers {
        let pointer = format!("/checklist/{code}");
        if !items.iter().any(|own| own.code == *code) {
            return Err(Problem::wrong_field(&pointer, "item.unknown", "检查表里没有这一项。"));
        }
        if !["met", "unmet", "not_applicable"].contains(&answer.as_str()) {
            return Err(Problem::wrong_field(&pointer, "item.answer", "请选择符合、不符合或者不涉及。"));
        }
    }
    Ok(())
}
