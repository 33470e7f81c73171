//! Self-checks of the demonstration: the county has all its enterprises check themselves every month; most of one town did so last month, some
//! this month.

use audit::Action;
use chrono::{DateTime, NaiveTime, Utc};
use db::{Exec, Json, Tx};
use enterprise::Enterprise;
use kernel::{Actor, Clock};
use selfcheck::{Check, Period, Task, period};
use serde_json::{Value, json};
use uuid::Uuid;
use web::Problem;

use crate::{
    CITY,
    city::{Dice, person},
    people::{COUNTY, TOWN},
};

/// Sets the task and hands in what was done for it.
pub async fn make(tx: &mut Tx, clock: &Clock, system: &Actor, records: &[Enterprise]) -> Result<(), Problem> {
    let now = clock.now();
    let Some(current) = period("month", clock.today()) else { return Ok(()) };
    let Some(previous) = current.before("month") else { return Ok(()) };
    let task = Task {
        city: CITY.into(),
        id: Uuid::now_v7(),
        town: COUNTY.into(),
        sector: None,
        name: "安全生产自查".into(),
        cycle: "month".into(),
        starts_on: previous.from,
        ends_on: None,
        reminded_for: None,
        reminded_at: None,
        reminded_by_name: None,
        created_at: now,
        created_by: system.account,
        updated_at: now,
        updated_by: system.account,
        version: 1,
    };
    tx.run(task.insert()).await?;
    let mut entries =
        vec![task.entry(Action::Create, &task.name, json!({"town": task.town, "cycle": task.cycle}), None)];
    let mut dice = Dice(41);
    let town = records.iter().filter(|row| row.town == TOWN && row.status == "normal");
    // the first has its account in the demonstration, and its self-check still before it
    for firm in town.skip(1) {
        if !dice.one_in(5) {
            entries.push(done(tx, (clock, system), (&task, previous), firm, &mut dice).await?);
        }
        if dice.one_in(3) {
            entries.push(done(tx, (clock, system), (&task, current), firm, &mut dice).await?);
        }
    }
    audit::record_many(tx, clock, system, entries).await?;
    Ok(())
}

/// One that was handed in without anything found.
async fn done(
    tx: &mut Tx,
    (clock, system): (&Clock, &Actor),
    (task, own): (&Task, Period),
    firm: &Enterprise,
    dice: &mut Dice,
) -> Result<audit::Entry, Problem> {
    let on = own
        .from
        .checked_add_days(chrono::Days::new(dice.between(0, 27)))
        .unwrap_or(own.to)
        .min(clock.today());
    let at = DateTime::<Utc>::from_naive_utc_and_offset(on.and_time(NaiveTime::MIN), Utc);
    let input = rules::checklist::Input { sector: Some(firm.sector.clone()) };
    let items = rules::checklist::items(&rules::At::nation(own.to), &input)
        .map(|found| found.value)
        .unwrap_or_default();
    let answers: serde_json::Map<String, Value> = items
        .into_iter()
        .map(|item| (item.code, json!(if dice.one_in(9) { "not_applicable" } else { "met" })))
        .collect();
    let check = Check {
        city: firm.city.clone(),
        id: Uuid::now_v7(),
        town: firm.town.clone(),
        sector: firm.sector.clone(),
        ownership: firm.ownership.clone(),
        enterprise: firm.id,
        enterprise_name: firm.name.clone(),
        task: task.id,
        period_from: own.from,
        period_to: own.to,
        state: "done".into(),
        checklist: Json(Value::Object(answers)),
        unmet: 0,
        person: Some(firm.safety_head.clone().unwrap_or_else(|| person(dice))),
        note: None,
        done_on: Some(on),
        created_at: at,
        created_by: system.account,
        updated_at: at,
        updated_by: system.account,
        version: 2,
    };
    tx.run(check.insert()).await?;
    Ok(check.entry(Action::Create, &firm.name, json!({"state": "done", "done_on": on}), None))
}
