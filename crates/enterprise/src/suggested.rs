//! The towns that are suggested for a record whose own is not certain follow a change of divisions too: under the new
//! name, or into what the town became; what is no more is suggested no longer.

use std::collections::BTreeMap;

use db::{Exec, Result, Tx};
use futures::FutureExt;
use region::{Mover, Moving, Own, Put, Step, record};
use serde_json::{Value, json};
use uuid::Uuid;
use web::Outcome;

use crate::{
    derived::Derived,
    model::Enterprise,
    moved::{CHUNK, Standing, told, write},
};

/// What the suggestions moved are noted under.
const SUBJECT: &str = "enterprise.suggestions";

/// The suggestions of records that do not move themselves.
pub const SUGGESTED: Mover = Mover::Own(Own {
    table: SUBJECT,
    label: "镇街建议",
    carry: |tx, moving| carry(tx, moving).boxed(),
    restore: |tx, moving, rows| restore(tx, moving, rows).boxed(),
});

/// The suggestions as they read after the change; `texts` are the record's addresses.
pub(crate) fn follow(moving: &Moving<'_>, kept: &Value, texts: &[&str]) -> Value {
    let mut all: Vec<Value> = Vec::new();
    for own in kept.as_array().into_iter().flatten() {
        let code = own["town"].as_str().unwrap_or_default();
        let mut put = |to: &str| {
            if to.len() != 9 || all.iter().any(|other| other["town"] == to) {
                return;
            }
            let mut new = own.clone();
            let (county, town) = (moving.name(&to[..6]), moving.name(to));
            if to != code || !own["name"].as_str().is_some_and(|name| name.ends_with(&town)) {
                new["town"] = json!(to);
                new["name"] = json!(format!("{county}{town}"));
            }
            all.push(new);
        };
        match moving.steps.iter().find(|step| code.starts_with(step.from())) {
            None => put(code),
            Some(Step::Split { parts, .. }) if !parts.is_empty() => match told(parts, texts) {
                Some((part, _)) => put(&part.to),
                None => parts.iter().for_each(|part| put(&part.to)),
            },
            Some(step) => put(&step.place(code).unwrap_or_default()),
        }
    }
    Value::Array(all)
}

async fn carry(tx: &mut Tx, moving: &Moving<'_>) -> Outcome<()> {
    let mut derived = Derived::default();
    let mut after: Option<Uuid> = None;
    loop {
        let sql = Enterprise::select().push(" where city = ").arg(moving.city);
        let sql = sql.push(" and assignment = 'proposed'").and(" and id > ", after);
        // those that moved themselves took their suggestions along
        let sql = sql.push(
            " and not exists (select 1 from region_moved m where m.city = enterprise.city and m.change_id = ",
        );
        let sql = sql.arg(moving.change).push(" and m.subject = ").arg(Enterprise::TABLE);
        let sql = sql.push(&format!(" and m.id = enterprise.id) order by id limit {CHUNK}"));
        let rows: Vec<Enterprise> = tx.all(sql).await?;
        let Some(last) = rows.last() else { break };
        after = Some(last.id);
        let (mut changed, mut put) = (Vec::new(), Vec::new());
        for row in rows {
            let new = follow(moving, &row.suggestions.0, &row.addresses());
            if new == row.suggestions.0 {
                continue;
            }
            let was = Standing::of(&row);
            let standing = was.clone().suggesting(&new);
            let town = |list: &Value, at: usize| list[at]["town"].as_str().unwrap_or_default().to_string();
            let first = (0..).find(|at| row.suggestions.0[*at] != new[*at]).unwrap_or_default();
            put.push(Put {
                id: row.id,
                from: town(&row.suggestions.0, first),
                to: town(&new, first),
                before: Some(json!({"was": was.kept(), "put": standing.kept()})),
            });
            changed.push((row, standing));
        }
        write(tx, moving, &mut derived, &changed).await?;
        record(tx, moving, SUBJECT, &put).await?;
    }
    Ok(derived.apply(tx).await?)
}

/// What was decided about a record since is left: its suggestions are settled.
async fn restore(tx: &mut Tx, moving: &Moving<'_>, rows: Vec<Put>) -> Result<Vec<Uuid>> {
    let mut derived = Derived::default();
    for chunk in rows.chunks(CHUNK) {
        let sql = Enterprise::select().push(" where city = ").arg(moving.city).push(" and ");
        let found: Vec<Enterprise> = tx.all(sql.within("id", chunk.iter().map(|row| row.id))).await?;
        let puts: BTreeMap<Uuid, &Put> = chunk.iter().map(|put| (put.id, put)).collect();
        let mut back = Vec::new();
        for row in found {
            let before = puts.get(&row.id).and_then(|put| put.before.clone()).unwrap_or_default();
            let now = Standing::of(&row);
            if now == now.clone().said(&before["put"]) {
                let was = now.said(&before["was"]);
                back.push((row, was));
            }
        }
        write(tx, moving, &mut derived, &back).await?;
    }
    derived.apply(tx).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}
