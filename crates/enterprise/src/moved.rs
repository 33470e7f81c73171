//! How the register follows a change of divisions: its records with their numbers and entries of the search box, the words
//! the resolver was taught, and saved views.

use std::collections::BTreeMap;

use db::{Exec, Json, Result, Sql, Tx, sql};
use futures::FutureExt;
use kernel::RegionCode;
use region::{Mover, Moving, Own, Part, Put, Step, record};
use serde_json::{Value, json};
use uuid::Uuid;
use web::Outcome;

use crate::{
    derived::Derived,
    http::{Place, SavedView},
    model::Enterprise,
    suggested::follow,
};

pub use crate::suggested::SUGGESTED;

/// Records read and written at a time.
pub(crate) const CHUNK: usize = 400;

/// The tables of the register that move themselves.
pub const REGISTER: Mover = Mover::Own(Own {
    table: Enterprise::TABLE,
    label: "企业",
    carry: |tx, moving| carry(tx, moving).boxed(),
    restore: |tx, moving, rows| restore(tx, moving, rows).boxed(),
});

/// Words the resolver was taught.
pub const PLACES: Mover = Mover::Own(Own {
    table: Place::TABLE,
    label: "学到的地名",
    carry: |tx, moving| carry_places(tx, moving).boxed(),
    restore: |tx, moving, rows| restore_places(tx, moving, rows).boxed(),
});

/// Saved views: their own division, and the one they are narrowed to.
pub const VIEWS: Mover = Mover::Own(Own {
    table: SavedView::TABLE,
    label: "保存的视图",
    carry: |tx, moving| carry_views(tx, moving).boxed(),
    restore: |tx, moving, rows| restore_views(tx, moving, rows).boxed(),
});

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

/// The part of a split whose words stand in a text; none where several do or nothing does.
pub(crate) fn told<'a>(parts: &'a [Part], texts: &[&str]) -> Option<(&'a Part, &'a str)> {
    let folded: Vec<String> = texts.iter().map(|text| rules::name::fold(text)).collect();
    let mut found = parts.iter().filter_map(|part| {
        let word = part.words.iter().find(|word| folded.iter().any(|text| text.contains(word.as_str())))?;
        Some((part, word.as_str()))
    });
    let first = found.next()?;
    found.next().is_none().then_some(first)
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

async fn carry(tx: &mut Tx, moving: &Moving<'_>) -> Outcome<()> {
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

async fn restore(tx: &mut Tx, moving: &Moving<'_>, rows: Vec<Put>) -> Result<Vec<Uuid>> {
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

async fn carry_places(tx: &mut Tx, moving: &Moving<'_>) -> Outcome<()> {
    for step in moving.steps {
        let Ok(from) = RegionCode::parse(step.from()) else { continue };
        let (low, high) = from.span();
        let sql = Place::select().push(" where city = ").arg(moving.city).push(" and town >= ").arg(low);
        let rows: Vec<Place> = tx.all(sql.push(" and town < ").arg(high).push(" order by id")).await?;
        let mut put = Vec::new();
        for row in rows {
            let to = match step {
                Step::Whole { .. } => step.place(&row.town),
                // a lesson about a split town holds where the word itself tells the part; else it is no longer certain
                Step::Split { parts, .. } => told(parts, &[&row.word]).map(|(part, _)| part.to.clone()),
            };
            if to.as_ref() == Some(&row.town) {
                continue;
            }
            let county = to.as_deref().and_then(|to| to.get(..6)).unwrap_or_default().to_string();
            let taken = county != row.county
                && tx
                    .run(sql!(
                        "update place set used = used where city = $1 and county = $2 and word = $3",
                        moving.city,
                        &county,
                        &row.word
                    ))
                    .await?
                    > 0;
            let before = json!({"town": row.town, "county": row.county, "word": row.word, "taught_by_name": row.taught_by_name,
                "used": row.used, "created_at": row.created_at, "created_by": row.created_by, "version": row.version});
            let to = to.filter(|_| !taken);
            match &to {
                Some(to) => {
                    let sql = sql!(
                        "update place set town = $1, county = $2, version = version + 1, updated_at = $3, updated_by = $4 where city = $5 and id = $6",
                        to,
                        &county,
                        moving.at,
                        moving.actor.account,
                        moving.city,
                        row.id
                    );
                    tx.run(sql).await?;
                }
                None => {
                    tx.run(sql!("delete from place where city = $1 and id = $2", moving.city, row.id))
                        .await?;
                }
            }
            let action = if to.is_some() { audit::Action::Update } else { audit::Action::Delete };
            trail(tx, moving, action, &row, json!({"town": row.town}), json!({"town": to})).await?;
            put.push(Put { id: row.id, from: row.town, to: to.unwrap_or_default(), before: Some(before) });
        }
        record(tx, moving, Place::TABLE, &put).await?;
    }
    Ok(())
}

async fn trail(
    tx: &mut Tx,
    moving: &Moving<'_>,
    action: audit::Action,
    row: &Place,
    before: Value,
    after: Value,
) -> Result<()> {
    let entry = audit::Entry {
        action,
        subject: Place::TABLE,
        city: row.city.clone(),
        town: after["town"].as_str().unwrap_or(&row.town).to_string(),
        row: Some(row.id),
        title: Some(row.word.clone()),
        before: Some(before),
        after: Some(after),
        reason: Some(moving.reason.clone()),
    };
    audit::record(tx, moving.clock, moving.actor, entry).await
}

async fn restore_places(tx: &mut Tx, moving: &Moving<'_>, rows: Vec<Put>) -> Result<Vec<Uuid>> {
    let mut done = Vec::new();
    for put in rows {
        let was = put.before.unwrap_or_default();
        let text = |name: &str| was[name].as_str().unwrap_or_default().to_string();
        let created = |name: &str| serde_json::from_value(was[name].clone()).ok();
        let row = Place {
            city: moving.city.to_string(),
            id: put.id,
            town: text("town"),
            county: text("county"),
            word: text("word"),
            taught_by_name: text("taught_by_name"),
            used: was["used"].as_i64().unwrap_or(1),
            created_at: created("created_at").unwrap_or(moving.at),
            created_by: was["created_by"].as_str().and_then(|id| id.parse().ok()).unwrap_or_default(),
            updated_at: moving.at,
            updated_by: moving.actor.account,
            version: was["version"].as_i64().unwrap_or(1) + 2,
        };
        let touched = if put.to.is_empty() {
            // it was forgotten by the change: taught anew since, the later lesson counts
            tx.run(row.insert().push(" on conflict (city, county, word) do nothing")).await?
        } else {
            let sql = sql!(
                "update place set town = $1, county = $2, version = version + 1, updated_at = $3, updated_by = $4 where city = $5 and id = $6 and town = $7
                 and not exists (select 1 from place other where other.city = $5 and other.county = $2 and other.word = place.word and other.id <> $6)",
                &row.town,
                &row.county,
                moving.at,
                moving.actor.account,
                moving.city,
                put.id,
                &put.to
            );
            tx.run(sql).await?
        };
        if touched == 1 {
            let action = if put.to.is_empty() { audit::Action::Create } else { audit::Action::Update };
            trail(tx, moving, action, &row, json!({"town": put.to}), json!({"town": row.town})).await?;
            done.push(put.id);
        }
    }
    Ok(done)
}

async fn carry_views(tx: &mut Tx, moving: &Moving<'_>) -> Outcome<()> {
    let rows: Vec<SavedView> =
        tx.all(SavedView::select().push(" where city = ").arg(moving.city).push(" order by id")).await?;
    let goes = |code: &str| {
        let step = moving.steps.iter().find(|step| code.starts_with(step.from()));
        step.and_then(|step| step.place(code)).unwrap_or_else(|| code.to_string())
    };
    let mut put = Vec::new();
    for row in rows {
        let region = row.query.0["region"].as_str().unwrap_or_default().to_string();
        let (town, narrowed) = (goes(&row.town), goes(&region));
        if town == row.town && narrowed == region {
            continue;
        }
        write_view(tx, moving, &row, &town, &narrowed).await?;
        let before = Some(json!({"was": region, "put": narrowed}));
        put.push(Put { id: row.id, from: row.town, to: town, before });
    }
    Ok(record(tx, moving, SavedView::TABLE, &put).await?)
}

async fn write_view(
    tx: &mut Tx,
    moving: &Moving<'_>,
    row: &SavedView,
    town: &str,
    region: &str,
) -> Result<()> {
    let mut query = row.query.0.clone();
    if !region.is_empty() {
        query["region"] = json!(region);
    }
    tx.run(sql!(
        "update saved_view set town = $1, query = $2, version = version + 1, updated_at = $3, updated_by = $4 where city = $5 and id = $6",
        town,
        query.clone(),
        moving.at,
        moving.actor.account,
        moving.city,
        row.id
    ))
    .await?;
    let entry = audit::Entry {
        action: audit::Action::Update,
        subject: SavedView::TABLE,
        city: row.city.clone(),
        town: town.to_string(),
        row: Some(row.id),
        title: Some(row.name.clone()),
        before: Some(json!({"town": row.town, "query": row.query.0})),
        after: Some(json!({"town": town, "query": query})),
        reason: Some(moving.reason.clone()),
    };
    audit::record(tx, moving.clock, moving.actor, entry).await
}

async fn restore_views(tx: &mut Tx, moving: &Moving<'_>, rows: Vec<Put>) -> Result<Vec<Uuid>> {
    let mut done = Vec::new();
    for put in rows {
        let sql = SavedView::select().push(" where city = ").arg(moving.city).push(" and id = ").arg(put.id);
        let Some(row) = tx.optional::<SavedView>(sql).await? else { continue };
        let kept = put.before.unwrap_or_default();
        let region = row.query.0["region"].as_str().unwrap_or_default();
        if row.town != put.to || Some(region) != kept["put"].as_str() {
            continue;
        }
        write_view(tx, moving, &row, &put.from, kept["was"].as_str().unwrap_or_default()).await?;
        done.push(put.id);
    }
    Ok(done)
}
