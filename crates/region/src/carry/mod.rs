//! Carrying a change of divisions out, in one transaction: the spans of the codes, the rows that stand in them, the trail. A
//! preview is the same walk without its end; taking a change back is `undo`. What a change means is decided by `crate::plan`.

mod spans;
mod undo;

use std::collections::BTreeMap;

use db::{Exec, FromRow, Json, Tx, sql};
use job::{Context, Failure};
use kernel::{Actor, Clock};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Outcome, Problem};

use crate::{
    divisions::{find, full_name},
    model::{AliasRow, ChangeRow},
    plan::{NewChange, Plan, plan},
    powers,
    rows::{Mover, Moving},
    store,
};
pub(crate) use spans::write_spans;
pub(crate) use undo::undoable;
pub use undo::{UNDO, undo};

/// The job that carries out a change.
pub const CHANGE: &str = "region_change";

/// How many rows of a table go from one division to another.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Number {
    /// Table.
    subject: String,
    /// Its Chinese name.
    label: String,
    from: String,
    from_name: String,
    to: String,
    to_name: String,
    count: i64,
}

#[derive(FromRow)]
struct Counted {
    subject: String,
    from_town: String,
    to_town: String,
    count: i64,
}

/// What a change moved so far, by table and division.
async fn numbers(
    tx: &mut Tx,
    city: &str,
    change: Uuid,
    plan: &Plan,
    movers: &[Mover],
) -> db::Result<Vec<Number>> {
    let rows: Vec<Counted> = tx
        .all(sql!(
            "select subject, from_town, to_town, count(*) as count from region_moved where city = $1 and change_id = $2 group by subject, from_town, to_town order by 1, 2, 3",
            city,
            change
        ))
        .await?;
    // until the change is laid over the map, a code is found under the name it had
    let before = |code: &str| find(code).map_or_else(|| full_name(code), |own| own.name.clone());
    let after = |code: &str| {
        let own = plan.opens.iter().find(|(own, _)| own == code);
        own.map_or_else(|| before(code), |(_, name)| name.clone())
    };
    let label = |table: &str| movers.iter().find(|own| own.subject() == table).map_or("", Mover::label);
    let mut all: Vec<Number> = rows
        .into_iter()
        .map(|row| {
            let (from, to) = (before(&row.from_town), after(&row.to_town));
            // a town that goes to another county keeps its name, and is told apart by the county
            let told = |code: &str, name: &str| match code.get(..6).filter(|_| from == to && code.len() > 6) {
                Some(county) => after(county) + name,
                None => name.to_string(),
            };
            Number {
                label: label(&row.subject).to_string(),
                from_name: told(&row.from_town, &from),
                to_name: told(&row.to_town, &to),
                subject: row.subject,
                from: row.from_town,
                to: row.to_town,
                count: row.count,
            }
        })
        .collect();
    all.sort_by_key(|number| movers.iter().position(|own| own.subject() == number.subject));
    Ok(all)
}

/// A change with what it moved.
pub(crate) struct Done {
    pub row: ChangeRow,
    pub plan: Plan,
    pub numbers: Vec<Number>,
}

/// Carries a change out in `tx`.
pub(crate) async fn apply(
    tx: &mut Tx,
    clock: &Clock,
    actor: &Actor,
    new: &NewChange,
    movers: &[Mover],
) -> Outcome<Done> {
    let plan = plan(new, clock.today())?;
    let (id, at) = (Uuid::now_v7(), clock.now());
    let saved = write_spans(tx, &plan, new.changed_on, new.document.trim(), (at, actor.account)).await?;
    let mut aliases = Vec::new();
    for (alias, code) in &plan.aliases {
        let row = AliasRow {
            code: code.clone(),
            alias: alias.clone(),
            note: format!("{} 前的名称", new.changed_on),
        };
        if tx.run(row.insert().push(" on conflict (code, alias) do nothing")).await? == 1 {
            aliases.push(json!({"code": code, "alias": alias}));
        }
    }
    let pairs: std::collections::BTreeSet<(String, String)> = plan.pairs.iter().cloned().collect();
    let pairs = pairs
        .into_iter()
        .map(|(from, to)| vec![plan.city.as_str().into(), id.into(), from.into(), to.into()]);
    db::bulk(tx, "region_pair", &["city", "change_id", "from_code", "to_code"], pairs.collect(), "").await?;
    let reason = format!("区划调整：{}", new.document.trim());
    let names = plan.opens.iter().cloned().collect();
    let moving =
        Moving { clock, actor, at, city: &plan.city, change: id, steps: &plan.steps, names: &names, reason };
    for mover in movers {
        mover.carry(tx, &moving).await?;
    }
    let numbers = numbers(tx, &plan.city, id, &plan, movers).await?;
    if new.kind == "abolish" {
        refuse_occupied(&numbers)?;
    }
    let mut moved: BTreeMap<&str, i64> = BTreeMap::new();
    for number in &numbers {
        *moved.entry(&number.subject).or_default() += number.count;
    }
    let row = ChangeRow {
        city: plan.city.clone(),
        id,
        changed_on: new.changed_on,
        kind: new.kind.clone(),
        document: new.document.trim().to_string(),
        note: new.note.trim().to_string(),
        request: Json(serde_json::to_value(new).map_err(Problem::internal)?),
        moved: Json(json!(moved)),
        undo: Json(json!({
            "regions": saved,
            "aliases": aliases,
            "opens": plan.opens.iter().map(|(code, _)| code).collect::<Vec<_>>(),
        })),
        created_at: at,
        created_by: actor.account,
        created_by_name: actor.name.clone(),
        undone_at: None,
        undone_by_name: None,
        undone: None,
    };
    tx.run(row.insert()).await?;
    let after = json!({"kind": row.kind, "changed_on": row.changed_on, "document": row.document, "request": row.request.0, "moved": row.moved.0});
    audit::record(tx, clock, actor, entry(&row, audit::Action::Create, None, Some(after))).await?;
    store::changed(tx, at, actor.account).await?;
    Ok(Done { row, plan, numbers })
}

fn refuse_occupied(numbers: &[Number]) -> Outcome<()> {
    let mut by_label: BTreeMap<&str, i64> = BTreeMap::new();
    // that a town is suggested for somewhere does not hold it
    for number in numbers.iter().filter(|number| number.subject != "enterprise.suggestions") {
        *by_label.entry(&number.label).or_default() += number.count;
    }
    if by_label.is_empty() {
        return Ok(());
    }
    let what: Vec<String> = by_label.iter().map(|(label, count)| format!("{label} {count}")).collect();
    Err(Problem::conflict(
        "region.occupied",
        format!("这里还有{}。请改用合并或拆分，把它们移交给别的区划。", what.join("、")),
    ))
}

fn entry(
    row: &ChangeRow,
    action: audit::Action,
    before: Option<Value>,
    after: Option<Value>,
) -> audit::Entry {
    audit::Entry {
        action,
        subject: ChangeRow::TABLE,
        city: row.city.clone(),
        town: row.city.clone(),
        row: Some(row.id),
        title: Some(row.document.clone()),
        before,
        after,
        reason: Some(row.note.clone()).filter(|note| !note.is_empty()),
    }
}

fn outside() -> Failure {
    Failure::Problem(Problem::not_found())
}

/// The job of a change.
pub async fn carry_out(context: Context, movers: &[Mover]) -> Result<Value, Failure> {
    let (app, actor) = (&context.app, &context.actor);
    let new: NewChange = serde_json::from_value((*context.input).clone())
        .map_err(|error| Failure::Problem(Problem::bad_request("body.invalid", error.to_string())))?;
    context.progress(0, None, "调整区划")?;
    let mut tx = app.db.begin_alone().await?;
    store::refresh(&app.db).await?;
    let done = apply(&mut tx, &app.clock, actor, &new, movers).await?;
    if !actor.may(&powers::CHANGE)?.covers(&done.row.city) {
        return Err(outside());
    }
    let result = json!({"city": done.row.city, "change": done.row.id, "moved": done.row.moved.0});
    context.finish(&mut tx, &result).await?;
    store::commit(tx, &app.db).await?;
    Ok(result)
}
