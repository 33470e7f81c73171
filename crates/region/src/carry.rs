//! Carrying a change out, and undoing it: the spans of the codes, the rows that stand in them, the trail, in one
//! transaction. A preview is the same walk without its end.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use db::{Exec, FromRow, Json, Sql, Tx, sql};
use job::{Context, Failure};
use kernel::{Actor, Clock, RegionCode};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Outcome, Problem};

use crate::{
    divisions::{self, find, full_name},
    model::{AliasRow, ChangeRow, RegionRow},
    plan::{NewChange, Plan, Step, plan},
    powers,
    rows::{Mover, Moving, Put, recorded},
    store, timeline,
};

/// The job that carries out a change.
pub const CHANGE: &str = "region_change";
/// The job that undoes one.
pub const UNDO: &str = "region_undo";

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

fn tier(code: &str) -> &'static str {
    match code.len() {
        2 => "province",
        4 => "city",
        6 => "county",
        9 => "town",
        _ => "village",
    }
}

/// A span as it is stored.
pub(crate) fn span(
    (code, name): (&str, &str),
    from: NaiveDate,
    (source, note): (&str, &str),
    (at, by): (chrono::DateTime<chrono::Utc>, Uuid),
) -> RegionRow {
    RegionRow {
        code: code.to_string(),
        valid_from: from,
        valid_to: None,
        name: name.to_string(),
        tier: tier(code).to_string(),
        parent: RegionCode::parse(code).ok().and_then(|own| own.parent()).map(|own| own.as_str().to_string()),
        source: source.to_string(),
        note: note.to_string(),
        created_at: at,
        created_by: by,
        updated_at: at,
        updated_by: by,
        version: 1,
    }
}

/// The spans of a code that the database has, or those it takes over from the shipped tables on the first change. A mark of
/// uncertainty goes into the note.
fn taken_over(
    code: &str,
    village: Option<&str>,
    stamp: (chrono::DateTime<chrono::Utc>, Uuid),
) -> Vec<RegionRow> {
    let mut spans: Vec<RegionRow> = timeline::shipped(code)
        .into_iter()
        .map(|own| {
            let mut note = own.note.clone();
            for (mark, holds) in [
                ("凭记忆", own.certainty == "memory"),
                ("只知年份", own.precision == "year"),
                ("起始日期未见资料", own.valid_from.is_none()),
            ] {
                if holds && !note.contains(mark) {
                    note = if note.is_empty() { mark.to_string() } else { format!("{note}；{mark}") };
                }
            }
            let from = own.valid_from.unwrap_or_else(store::founding);
            RegionRow { valid_to: own.valid_to, ..span((code, &own.name), from, (&own.source, &note), stamp) }
        })
        .collect();
    if let Some(name) = village.filter(|_| spans.is_empty() && code.len() == 12) {
        let source = "国家统计局统计用区划代码，截至 2023-06-30";
        spans.push(span((code, name), store::founding(), (source, "起始日期未见资料"), stamp));
    }
    spans
}

/// Ends and begins the spans of a plan; answers what the codes' rows were before.
pub(crate) async fn write_spans(
    tx: &mut Tx,
    plan: &Plan,
    on: NaiveDate,
    source: &str,
    stamp: (chrono::DateTime<chrono::Utc>, Uuid),
) -> Outcome<Vec<(String, Vec<RegionRow>)>> {
    let mut codes: BTreeMap<&str, (Option<&str>, Option<&str>)> = BTreeMap::new();
    for (code, name) in &plan.closes {
        codes.entry(code).or_default().0 = Some(name);
    }
    for (code, name) in &plan.opens {
        codes.entry(code).or_default().1 = Some(name);
    }
    let villages: BTreeMap<&str, &str> = divisions::villages(&plan.city)
        .into_iter()
        .map(|own| (own.code.as_str(), own.name.as_str()))
        .collect();
    let mut saved = Vec::with_capacity(codes.len());
    for (code, (closes, opens)) in codes {
        let before = store::spans(&mut *tx, code).await?;
        let in_force =
            find(code).map(|own| own.name.as_str()).or(closes).or_else(|| villages.get(code).copied());
        let mut spans = if before.is_empty() { taken_over(code, in_force, stamp) } else { before.clone() };
        if let Some(last) = spans.last_mut()
            && last.valid_to.is_none_or(|to| to > on)
        {
            if last.valid_from > on {
                let message =
                    format!("{}（{code}）自 {} 起才是现在的样子，日期不能更早。", last.name, last.valid_from);
                return Err(Problem::wrong_field("/changed_on", "date.early", message));
            }
            last.valid_to = Some(on);
            last.updated_at = stamp.0;
            last.updated_by = stamp.1;
            last.version += 1;
            if last.valid_from == on {
                spans.pop();
            }
        }
        if let Some(name) = opens {
            spans.push(span((code, name), on, (source, ""), stamp));
        }
        store::set_spans(tx, code, &spans).await?;
        saved.push((code.to_string(), before));
    }
    Ok(saved)
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
