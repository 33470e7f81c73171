//! Handing in a self-check: everything is answered, and what is not met becomes dangers of the enterprise.

use std::collections::BTreeMap;

use axum::{Json, extract::State};
use caseflow::Acting;
use chrono::NaiveDate;
use danger::Found;
use law::ChecklistItem;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, Body, Caller, Outcome, PathOf, Problem};

use super::check::{SelfCheck, answered, save};
use crate::{model::Check, powers};

/// Something that was found.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct SelfCheckFinding {
    /// The item that is not met, by code.
    item: String,
    /// Where.
    place: String,
    /// What.
    description: String,
    /// Last day for putting it right.
    due_on: NaiveDate,
    /// Can be put right at once.
    #[serde(default)]
    fixable_at_once: bool,
    /// Needs a full or partial stop.
    #[serde(default)]
    needs_stop: bool,
}

/// How a self-check is handed in.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct SelfCheckEnd {
    /// The version that was read.
    version: i64,
    /// Answers by item; what is not named stays.
    #[serde(default)]
    checklist: BTreeMap<String, String>,
    /// Who checked.
    person: String,
    /// What else.
    note: Option<String>,
    /// What was found: of every item that is not met at least one.
    #[serde(default)]
    found: Vec<SelfCheckFinding>,
}

/// A self-check that was handed in.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DoneSelfCheck {
    check: SelfCheck,
    /// The dangers that what was found became.
    dangers: Vec<Uuid>,
}

/// Whether everything is answered, and said of what is not met.
fn complete(row: &Check, items: &[ChecklistItem], end: &SelfCheckEnd) -> Outcome<()> {
    let answers = row.answers();
    let open = items.iter().filter(|own| !answers.contains_key(&own.code)).count();
    if open > 0 {
        let why = format!("还有 {open} 项没有检查，请逐项选择符合、不符合或者不涉及。");
        return Err(Problem::wrong_field("/checklist", "item.open", why));
    }
    for (at, own) in end.found.iter().enumerate() {
        if answers.get(&own.item).map(String::as_str) != Some("unmet") {
            let why = "这一项没有记为不符合，请核对。";
            return Err(Problem::wrong_field(&format!("/found/{at}/item"), "item.answer", why));
        }
    }
    for own in items.iter().filter(|own| answers.get(&own.code).is_some_and(|answer| answer == "unmet")) {
        if !end.found.iter().any(|found| found.item == own.code) {
            let why = format!("请写明“{}”哪里不符合、什么时候改好。", own.content);
            return Err(Problem::wrong_field(&format!("/found/{}", own.code), "finding.missing", why));
        }
    }
    Ok(())
}

/// Hands in a self-check: every item is answered, and what is not met becomes dangers of the enterprise in the same transaction.
#[utoipa::path(post, path = "/api/self-checks/{city}/{id}/finish", tag = "self-check", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = SelfCheckEnd,
    responses((status = 200, body = DoneSelfCheck), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn finish_self_check(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(mut end): Body<SelfCheckEnd>,
) -> Outcome<Json<DoneSelfCheck>> {
    let scope = actor.may(&powers::FINISH)?;
    let mut tx = app.db.begin().await?;
    let answers = std::mem::take(&mut end.checklist);
    let (mut row, items) = answered(&mut tx, &scope, (&city, id), answers).await?;
    let person = end.person.trim();
    if person.is_empty() || person.chars().count() > 50 {
        return Err(Problem::wrong_field("/person", "field.required", "请填写检查人，最多 50 字。"));
    }
    complete(&row, &items, &end)?;
    row.state = "done".into();
    row.person = Some(person.to_string());
    row.note = web::filled(end.note.as_deref());
    row.done_on = Some(app.clock.today());
    let firm = enterprise::store::find(&mut tx, &scope, &city, row.enterprise).await?;
    let law = law::in_force(&mut tx, &firm.town).await?;
    let by = Acting { clock: &app.clock, actor: &actor, law: &law };
    let mut dangers = Vec::new();
    for (at, own) in end.found.into_iter().enumerate() {
        let item = items.iter().find(|known| known.code == own.item);
        let found = Found {
            source: "self_check".into(),
            found_on: app.clock.today(),
            found_by: Some(person.to_string()),
            category: item.map(|known| known.category.clone()),
            place: own.place,
            description: own.description,
            requirement: item.map(|known| format!("按要求整改：{}（{}）", known.content, known.basis)),
            fixable_at_once: Some(own.fixable_at_once),
            needs_stop: Some(own.needs_stop),
            beyond_own_power: Some(false),
            stop: if own.needs_stop { "part" } else { "none" }.into(),
            due_on: Some(own.due_on),
            ..Found::default()
        };
        let (case, _) =
            danger::report(&mut tx, by, &firm, found).await.map_err(|problem| within(problem, at))?;
        dangers.push(case.id);
    }
    let told = json!({"state": row.state, "person": row.person, "unmet": row.unmet, "done_on": row.done_on});
    let row = save(&mut tx, (&app, &actor), (row, end.version), told).await?;
    tx.commit().await?;
    Ok(Json(DoneSelfCheck { check: SelfCheck::of(row), dangers }))
}

/// A problem of something found, as one of the whole.
fn within(mut problem: Problem, at: usize) -> Problem {
    for own in &mut problem.errors {
        own.pointer = format!("/found/{at}{}", own.pointer);
    }
    problem
}
