//! Taking a change of divisions back: what still stands where it was put goes back, and what came since goes to where it is
//! certain to belong. Refused where a later change built on it.

use std::collections::BTreeMap;

use db::{Exec, FromRow, Sql, Tx, sql};
use job::{Context, Failure};
use kernel::{Actor, Clock};
use serde_json::{Value, json};
use uuid::Uuid;
use web::{Outcome, Problem};

use super::{entry, numbers, outside, refuse_occupied};
use crate::{
    divisions,
    model::{ChangeRow, RegionRow},
    plan::{Plan, Step},
    powers,
    rows::{Mover, Moving, Put, recorded},
    store,
};

/// The job that undoes one.
pub const UNDO: &str = "region_undo";

/// The job of undoing one.
pub async fn undo(context: Context, movers: &[Mover]) -> Result<Value, Failure> {
    let (app, actor) = (&context.app, &context.actor);
    let id: Uuid = serde_json::from_value(context.input["id"].clone()).map_err(|_| outside())?;
    let scope = actor.may(&powers::UNDO)?;
    context.progress(0, None, "撤销区划调整")?;
    let mut tx = app.db.begin_alone().await?;
    store::refresh(&app.db).await?;
    let row: Option<ChangeRow> = tx
        .optional(ChangeRow::select().push(" where city = ").arg(&context.city).push(" and id = ").arg(id))
        .await?;
    let row = row.filter(|row| scope.covers(&row.city)).ok_or_else(outside)?;
    let undone = take_back(&mut tx, &app.clock, actor, &row, movers).await?;
    context.finish(&mut tx, &undone).await?;
    store::commit(tx, &app.db).await?;
    Ok(undone)
}

#[derive(FromRow)]
struct Later {
    document: String,
}

/// Refuses to undo what is undone already or what a later change built on.
pub(crate) async fn undoable(db: impl Exec, row: &ChangeRow) -> Outcome<()> {
    if row.undone_at.is_some() {
        return Err(Problem::conflict("change.undone", "这次调整已经撤销过了。"));
    }
    let sql = Sql::new(
        "select c.document from region_change c where c.undone_at is null and c.city = ",
    )
    .arg(&row.city)
    .push(" and c.id > ")
    .arg(row.id)
    .push(
        " and exists (select 1 from region_pair p join region_pair q on q.city = p.city and q.change_id = ",
    )
    .arg(row.id)
    .push(
        " where p.city = c.city and p.change_id = c.id and (p.from_code <> '' and p.from_code in (q.from_code, q.to_code)
          or p.to_code <> '' and p.to_code in (q.from_code, q.to_code))) order by c.id limit 1",
    );
    match db.optional::<Later>(sql).await? {
        Some(later) => Err(Problem::conflict(
            "change.built_on",
            format!("之后的调整（{}）涉及同一区划，请先撤销那一次。", later.document),
        )),
        None => Ok(()),
    }
}

/// The name under which a code is in force by its spans; by the shipped tables where the database has none of it.
fn in_force(code: &str, spans: &[RegionRow]) -> Option<String> {
    match spans.last() {
        None => divisions::find_shipped(code).map(|own| own.name.clone()),
        Some(last) => last.valid_to.is_none().then(|| last.name.clone()),
    }
}

/// Undoes a change in `tx`: what still stands where it was put goes back; what came into the new divisions since goes to
/// where their people and offices came from, enterprises to the longest prefix that is certain.
async fn take_back(
    tx: &mut Tx,
    clock: &Clock,
    actor: &Actor,
    row: &ChangeRow,
    movers: &[Mover],
) -> Outcome<Value> {
    undoable(&mut *tx, row).await?;
    let (id, at) = (Uuid::now_v7(), clock.now());
    let reason = format!("撤销区划调整：{}", row.document);
    // the map first: rows go back into divisions that are
    let saved: Vec<(String, Vec<RegionRow>)> =
        serde_json::from_value(row.undo.0["regions"].clone()).map_err(Problem::internal)?;
    for (code, spans) in &saved {
        store::set_spans(tx, code, spans).await?;
    }
    for alias in row.undo.0["aliases"].as_array().into_iter().flatten() {
        let (code, alias) =
            (alias["code"].as_str().unwrap_or_default(), alias["alias"].as_str().unwrap_or_default());
        tx.run(sql!("delete from region_alias where code = $1 and alias = $2", code, alias)).await?;
    }
    let names =
        saved.iter().filter_map(|(code, spans)| Some((code.clone(), in_force(code, spans)?))).collect();
    let back = Moving {
        clock,
        actor,
        at,
        city: &row.city,
        change: id,
        steps: &[],
        names: &names,
        reason: reason.clone(),
    };
    let (mut restored, mut left) = (BTreeMap::new(), BTreeMap::new());
    let mut examples = Vec::new();
    for mover in movers {
        let rows = recorded(tx, &row.city, row.id, mover.subject()).await?;
        if rows.is_empty() {
            continue;
        }
        let all: Vec<Put> = rows.clone();
        let done = mover.restore(tx, &back, rows).await?;
        let done: std::collections::BTreeSet<Uuid> = done.into_iter().collect();
        restored.insert(mover.subject(), done.len());
        let rest: Vec<&Put> = all.iter().filter(|put| !done.contains(&put.id)).collect();
        if !rest.is_empty() {
            left.insert(mover.subject(), rest.len());
            examples.extend(rest.iter().take(50).map(
                |put| json!({"subject": mover.subject(), "label": mover.label(), "id": put.id, "was": put.from, "put": put.to}),
            ));
        }
    }
    // what came into a division that now never was
    #[derive(FromRow)]
    struct Pair {
        from_code: String,
        to_code: String,
    }
    let pairs: Vec<Pair> = tx
        .all(sql!(
            "select from_code, to_code from region_pair where city = $1 and change_id = $2 order by from_code",
            &row.city,
            row.id
        ))
        .await?;
    let opens: Vec<String> =
        serde_json::from_value(row.undo.0["opens"].clone()).map_err(Problem::internal)?;
    let ceases =
        |code: &String| saved.iter().any(|(own, spans)| own == code && in_force(code, spans).is_none());
    let mut steps: Vec<Step> = opens
        .iter()
        .filter(|code| ceases(code))
        .map(|code| {
            let leave = code[..match code.len() {
                6 => 4,
                9 => 6,
                _ => 9,
            }]
                .to_string();
            let heir = pairs.iter().find(|pair| pair.to_code == *code && !pair.from_code.is_empty());
            match heir.map(|pair| pair.from_code.clone()) {
                // nobody gave way to it: whatever stands there now forbids the undoing
                None => Step::Whole { from: code.clone(), to: leave },
                heir => Step::Split { from: code.clone(), parts: Vec::new(), leave, heir },
            }
        })
        .collect();
    // villages before their towns, towns before their counties
    steps.sort_by_key(|step| std::cmp::Reverse(step.from().len()));
    let rest = Moving { steps: &steps, ..back };
    for mover in movers {
        mover.carry(tx, &rest).await?;
    }
    let empty = Plan::default();
    let since = numbers(tx, &row.city, id, &empty, movers).await?;
    if row.kind == "establish" {
        refuse_occupied(&since)?;
    }
    let undone = json!({"restored": restored, "left": left, "examples": examples, "since": since});
    tx.run(sql!(
        "update region_change set undone_at = $1, undone_by_name = $2, undone = $3 where city = $4 and id = $5",
        at,
        &actor.name,
        undone.clone(),
        &row.city,
        row.id
    ))
    .await?;
    let change = (json!({"undone_at": null}), json!({"undone_at": at, "restored": restored, "left": left}));
    let entry = entry(row, audit::Action::Update, Some(change.0), Some(change.1));
    audit::record(tx, clock, actor, entry).await?;
    store::changed(tx, at, actor.account).await?;
    Ok(undone)
}
