//! Drawing a line of a plan by lot. The lists are read and the seed is made in one transaction: nobody can know the seed while the lists can
//! still be changed, and a draw that was made is never made again; what it missed, a further draw of the line adds.

use std::collections::HashMap;

use audit::Action;
use db::{Exec, Json, Tx, bulk};
use enterprise::Enterprise;
use kernel::{Actor, Clock, Scope};
use rules::{At, Law, random_draw};
use serde_json::json;
use uuid::Uuid;
use web::{Outcome, Problem};

use super::{
    line::{MOST_DRAWN, PlanLine, first_month, last_day},
    model::{Draw, Plan, Target},
    store,
};

/// What a draw is made of.
pub struct Drawing<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// Its line.
    pub line: &'a PlanLine,
    /// What makes the draw this one.
    pub seed: String,
}

fn refuse<T>(code: &'static str, why: impl Into<String>) -> Outcome<T> {
    Err(Problem::conflict(code, why))
}

/// Draws enterprises and officers for a line, writes the targets and keeps the draw. Answers it.
///
/// # Errors
/// 409 where there is nothing left to draw, or the months have passed; 422 where the lists are too long.
pub async fn draw(
    tx: &mut Tx,
    (clock, actor): (&Clock, &Actor),
    law: &Law,
    scope: &Scope,
    own: Drawing<'_>,
) -> Outcome<Draw> {
    let Drawing { plan, line, seed } = own;
    let today = clock.today();
    let first = first_month(plan.year, today);
    if line.months(first, (0, 1)).is_empty() {
        return refuse("draw.months", "这一项计划的月份已经过去，不能再抽取。请调整计划的月份。");
    }
    let had = store::of_line(&store::chosen(&mut *tx, plan).await?, line.code);
    let wanted = line.number.map(|number| number - had);
    if wanted.is_some_and(|number| number <= 0) {
        return refuse("draw.full", format!("“{}”要抽取的企业已经抽满 {had} 家。", line.name));
    }
    let most = i64::try_from(random_draw::MOST).unwrap_or(i64::MAX);
    let firms = store::choices(&mut *tx, scope, (plan, line), most + 1).await?;
    let candidates = i64::try_from(firms.len()).unwrap_or(i64::MAX);
    let number = wanted.unwrap_or(candidates).min(candidates);
    if candidates == 0 {
        return refuse("draw.nobody", "没有符合条件、还没有列入本计划的在营企业，无可抽取。");
    }
    if candidates > most || number > MOST_DRAWN {
        let why = format!("一次最多从 {most} 家中抽取 {MOST_DRAWN} 家，请按地区、领域或者等级分成几项。");
        return Err(Problem::wrong_field("/line", "draw.many", why));
    }
    let cards = store::cards(&mut *tx, &plan.city, plan.agency, today).await?;
    let known: Vec<Uuid> = cards.iter().map(|card| card.id).collect();
    let conflicts = store::conflicts(&mut *tx, &plan.city, &known, None, today).await?;
    let targets: Vec<_> =
        firms.iter().map(|firm| json!({"id": firm.id, "name": firm.name, "grade": firm.grade})).collect();
    let officers: Vec<_> = cards
        .iter()
        .map(|card| {
            let conflicts: Vec<Uuid> =
                conflicts.iter().filter(|own| own.card == card.id).map(|own| own.enterprise).collect();
            json!({"id": card.id, "name": card.name, "conflicts": conflicts})
        })
        .collect();
    let input =
        json!({"seed": seed, "targets": targets, "officers": officers, "number": number, "officers_each": 2});
    let read: random_draw::Input = serde_json::from_value(input.clone()).map_err(Problem::internal)?;
    let at = At { on: today, region: &plan.town, law };
    let outcome = random_draw::draw(&at, &read).map_err(law::problem)?;
    let drawn = &outcome.value.drawn;
    let row = Draw {
        city: plan.city.clone(),
        id: Uuid::now_v7(),
        town: plan.town.clone(),
        plan: plan.id,
        line: line.code,
        drawn_on: today,
        seed,
        fingerprint: outcome.value.fingerprint.clone(),
        candidates,
        officers: i64::try_from(cards.len()).unwrap_or(i64::MAX),
        drawn: i64::try_from(drawn.len()).unwrap_or(i64::MAX),
        input: Json(input),
        outcome: Json(serde_json::to_value(&outcome).map_err(Problem::internal)?),
        created_at: clock.now(),
        created_by: actor.account,
        created_by_name: actor.name.clone(),
    };
    let ids: Vec<String> = firms.iter().map(|firm| firm.id.to_string()).collect();
    let known: HashMap<&str, &Enterprise> = ids.iter().map(String::as_str).zip(&firms).collect();
    let mut chosen = Vec::new();
    for (place, own) in drawn.iter().enumerate() {
        let Some(firm) = known.get(own.target.as_str()) else { continue };
        let officer = |at: usize| own.officers.get(at).and_then(|id| id.parse::<Uuid>().ok());
        for month in line.months(first, (place, drawn.len())) {
            chosen.push(Target {
                city: plan.city.clone(),
                id: Uuid::now_v7(),
                town: firm.town.clone(),
                sector: firm.sector.clone(),
                enterprise: firm.id,
                enterprise_name: firm.name.clone(),
                plan: plan.id,
                agency: plan.agency,
                year: plan.year,
                line: Some(line.code),
                draw: Some(row.id),
                month: month.into(),
                due_on: last_day(plan.year, month).unwrap_or(today),
                officer_one: officer(0),
                officer_two: officer(1),
                state: "planned".into(),
                joined: None,
                visit: None,
                done_on: None,
                reason: None,
                created_at: row.created_at,
                created_by: actor.account,
                updated_at: row.created_at,
                updated_by: actor.account,
                version: 1,
            });
        }
    }
    tx.run(row.insert()).await?;
    let mut entries = Vec::new();
    let after = json!({"line": line.name, "seed": row.seed, "fingerprint": row.fingerprint, "candidates": row.candidates, "officers": row.officers, "drawn": row.drawn});
    entries.push(row.entry(Action::Create, &plan.name, after, None));
    for own in &chosen {
        let after =
            json!({"plan": plan.name, "month": own.month, "officers": own.cards().collect::<Vec<_>>()});
        entries.push(own.entry(Action::Create, &own.enterprise_name, after, None));
    }
    bulk(tx, Target::TABLE, Target::COLUMNS, chosen.iter().map(Target::values).collect(), "").await?;
    audit::record_many(tx, clock, actor, entries).await?;
    Ok(row)
}
