//! The records of the register: where a step puts each, and where it stood before.

use std::collections::BTreeMap;

use db::{Exec, Json, Result, Sql, Tx};
use kernel::RegionCode;
use region::{Moving, Put, Step, record};
use serde_json::{Value, json};
use uuid::Uuid;
use web::Outcome;

use super::{CHUNK, told};
use crate::{derived::Derived, model::Enterprise, suggested::follow};

/// Where a record stands, and how sure that is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Standing {
    town: String,
    assignment: String,
    reason: String,
    /// As JSON text.
    suggestions: String,
}

/// Suggestions as text, the same however an engine orders the fields of an object.
fn text(suggestions: &Value) -> String {
    let objects = suggestions.as_array().into_iter().flatten().filter_map(Value::as_object);
    let sorted: Vec<BTreeMap<&String, &Value>> = objects.map(|own| own.iter().collect()).collect();
    json!(sorted).to_string()
}

impl Standing {
    pub(crate) fn of(row: &Enterprise) -> Standing {
        Standing {
            town: row.town.clone(),
            assignment: row.assignment.clone(),
            reason: row.assignment_reason.clone(),
            suggestions: text(&row.suggestions.0),
        }
    }

    fn put_on(&self, row: &mut Enterprise) {
        row.town.clone_from(&self.town);
        row.assignment.clone_from(&self.assignment);
        row.assignment_reason.clone_from(&self.reason);
        row.suggestions = Json(serde_json::from_str(&self.suggestions).unwrap_or(Value::Null));
    }

    /// What is noted of it, the town apart.
    pub(crate) fn kept(&self) -> Value {
        json!({"assignment": self.assignment, "reason": self.reason, "suggestions": self.suggestions})
    }

    /// In the same town, as [`Standing::kept`] noted it.
    pub(crate) fn said(mut self, kept: &Value) -> Standing {
        let text = |name: &str| kept[name].as_str().map(str::to_string);
        self.assignment = text("assignment").unwrap_or(self.assignment);
        self.reason = text("reason").unwrap_or(self.reason);
        self.suggestions = text("suggestions").unwrap_or_else(|| "[]".into());
        self
    }

    /// With these suggestions.
    pub(crate) fn suggesting(mut self, suggestions: &Value) -> Standing {
        self.suggestions = text(suggestions);
        if self.assignment == "proposed" && suggestions.as_array().is_none_or(Vec::is_empty) {
            self.assignment = "open".into();
        }
        self
    }
}

/// Where a step puts a record.
fn place(moving: &Moving<'_>, step: &Step, row: &Enterprise) -> Standing {
    let now = Standing::of(row);
    let texts = row.addresses();
    match step {
        Step::Whole { .. } => {
            let town = step.place(&row.town).unwrap_or_else(|| row.town.clone());
            Standing { town, ..now.suggesting(&follow(moving, &row.suggestions.0, &texts)) }
        }
        Step::Split { parts, leave, .. } => {
            let certain = |town: &str, reason: String| Standing {
                town: town.to_string(),
                assignment: "certain".into(),
                reason,
                suggestions: "[]".into(),
            };
            match (told(parts, &texts), parts.iter().find(|part| part.rest)) {
                (Some((part, _)), _) if part.to == row.town => now,
                (Some((part, word)), _) => certain(&part.to, format!("区划拆分：地址中有“{word}”")),
                (None, Some(part)) if part.to == row.town => now,
                (None, Some(part)) => certain(&part.to, "区划拆分：按约定划归".into()),
                (None, None) => {
                    let reason = "区划拆分，地址看不出划归哪里";
                    let suggestions: Vec<Value> = parts
                        .iter()
                        .map(|part| json!({"town": part.to, "name": part.name, "score": 15, "reason": "原镇街拆分而来"}))
                        .collect();
                    Standing {
                        town: leave.clone(),
                        assignment: if suggestions.is_empty() { "open" } else { "proposed" }.into(),
                        reason: reason.into(),
                        suggestions: text(&Value::Array(suggestions)),
                    }
                }
            }
        }
    }
}

/// Writes where records stand from now on, with all that follows.
pub(crate) async fn write(
    tx: &mut Tx,
    moving: &Moving<'_>,
    derived: &mut Derived,
    rows: &[(Enterprise, Standing)],
) -> Result<()> {
    let mut groups: BTreeMap<&Standing, Vec<Uuid>> = BTreeMap::new();
    let mut entries = Vec::with_capacity(rows.len());
    for (row, standing) in rows {
        groups.entry(standing).or_default().push(row.id);
        let mut new = row.clone();
        standing.put_on(&mut new);
        derived.remove(row);
        derived.add(&new);
        let (before, after) = audit::diff(&row.document(), &new.document());
        let reason = Some(moving.reason.clone());
        entries.push(new.entry(audit::Action::Update, Some(before), Some(after), reason));
    }
    for (standing, ids) in groups {
        let suggestions: Value = serde_json::from_str(&standing.suggestions).unwrap_or(Value::Null);
        for chunk in ids.chunks(CHUNK) {
            let sql = Sql::new("update enterprise set town = ").arg(&standing.town).push(", assignment = ");
            let sql = sql.arg(&standing.assignment).push(", assignment_reason = ").arg(&standing.reason);
            let sql = sql.push(", suggestions = ").arg(suggestions.clone());
            let sql = sql.push(", version = version + 1, updated_at = ").arg(moving.at);
            let sql = sql.push(", updated_by = ").arg(moving.actor.account).push(" where city = ");
            tx.run(sql.arg(moving.city).push(" and ").within("id", chunk.iter().copied())).await?;
        }
    }
    derived.write_entries(tx).await?;
    audit::record_many(tx, moving.clock, moving.actor, entries).await
}

pub(super) async fn carry(tx: &mut Tx, moving: &Moving<'_>) -> Outcome<()> {
    let mut derived = Derived::default();
    for step in moving.steps {
        let Ok(from) = RegionCode::parse(step.from()) else { continue };
        let (low, high) = from.span();
        let mut after: Option<Uuid> = None;
        loop {
            let sql = Enterprise::select().push(" where city = ").arg(moving.city).push(" and town >= ");
            let sql = sql.arg(&low).push(" and town < ").arg(&high).and(" and id > ", after);
            let rows: Vec<Enterprise> = tx.all(sql.push(&format!(" order by id limit {CHUNK}"))).await?;
            let Some(last) = rows.last() else { break };
            after = Some(last.id);
            let moved: Vec<(Enterprise, Standing)> = rows
                .into_iter()
                .map(|row| {
                    let standing = place(moving, step, &row);
                    (row, standing)
                })
                .filter(|(row, standing)| row.town != standing.town)
                .collect();
            let put: Vec<Put> = moved
                .iter()
                .map(|(row, standing)| Put {
                    id: row.id,
                    from: row.town.clone(),
                    to: standing.town.clone(),
                    before: Some(json!({"was": Standing::of(row).kept(), "put": standing.kept()})),
                })
                .collect();
            write(tx, moving, &mut derived, &moved).await?;
            record(tx, moving, Enterprise::TABLE, &put).await?;
        }
    }
    Ok(derived.apply(tx).await?)
}

pub(super) async fn restore(tx: &mut Tx, moving: &Moving<'_>, rows: Vec<Put>) -> Result<Vec<Uuid>> {
    let mut derived = Derived::default();
    let mut done = Vec::new();
    for chunk in rows.chunks(CHUNK) {
        let sql = Enterprise::select().push(" where city = ").arg(moving.city).push(" and ");
        let found: Vec<Enterprise> = tx.all(sql.within("id", chunk.iter().map(|row| row.id))).await?;
        let puts: BTreeMap<Uuid, &Put> = chunk.iter().map(|put| (put.id, put)).collect();
        let mut back = Vec::new();
        for row in found {
            let Some(put) = puts.get(&row.id).filter(|put| put.to == row.town) else { continue };
            let before = put.before.clone().unwrap_or_default();
            let now = Standing::of(&row);
            // what an officer decided since about the assignment stays
            let untouched = now == now.clone().said(&before["put"]);
            let standing = if untouched { now.said(&before["was"]) } else { now };
            let standing = Standing { town: put.from.clone(), ..standing };
            done.push(row.id);
            back.push((row, standing));
        }
        write(tx, moving, &mut derived, &back).await?;
    }
    derived.apply(tx).await?;
    Ok(done)
}
