//! What is late rises: once a day's deadlines have passed, a job lets the wider tier see a case as its own, as its flow says.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use db::Exec;
use kernel::{Actor, Tier};
use uuid::Uuid;
use web::{App, Outcome};

use crate::{
    act::{self, Acting},
    flow::{Escalation, Flow},
    model::{Case, tier_code},
};

/// Cases of one transaction: few, so that nobody who writes waits long for it.
const CHUNK: i64 = 100;

/// Lets every case of these flows that is late enough rise to the tier its flow names. Answers how many rose.
///
/// # Errors
/// Where the database fails.
pub async fn escalate(app: &App, flows: &[&Flow]) -> Outcome<u64> {
    let mut number = 0;
    for flow in flows {
        for rule in flow.escalation {
            number += rise(app, flow, *rule).await?;
        }
    }
    Ok(number)
}

async fn rise(app: &App, flow: &Flow, rule: Escalation) -> Outcome<u64> {
    let late = Days::new(rule.overdue_days.unsigned_abs());
    let Some(last) = app.clock.today().checked_sub_days(late) else { return Ok(0) };
    let narrower = [Tier::Town, Tier::County, Tier::City].into_iter().filter(|tier| *tier > rule.tier);
    let narrower: Vec<&str> = narrower.map(tier_code).collect();
    let mut at: (Option<NaiveDate>, String, Uuid) = (Some(NaiveDate::MIN), String::new(), Uuid::nil());
    let mut number = 0;
    loop {
        let sql = Case::select().push(" where closed_on is null and due_on <= ").arg(last);
        let sql = sql.push(" and kind = ").arg(flow.kind).push(" and ").within("tier", narrower.clone());
        let sql = match at.0 {
            Some(day) if day > NaiveDate::MIN => {
                let sql = sql.push(" and (due_on, city, id) > (").arg(day).push(", ").arg(&at.1);
                sql.push(", ").arg(at.2).push(")")
            }
            _ => sql,
        };
        let cases: Vec<Case> = app.db.all(sql.push(" order by due_on, city, id limit ").arg(CHUNK)).await?;
        let Some(end) = cases.last() else { return Ok(number) };
        at = (end.due_on, end.city.clone(), end.id);
        let mut cities: BTreeMap<String, Vec<Case>> = BTreeMap::new();
        for case in cases {
            cities.entry(case.city.clone()).or_default().push(case);
        }
        for (city, cases) in cities {
            number += together(app, flow, rule, &city, &cases).await?;
        }
    }
}

async fn together(app: &App, flow: &Flow, rule: Escalation, city: &str, cases: &[Case]) -> Outcome<u64> {
    let law = law::in_force(&app.db, city).await?;
    let actor = Actor::system("逾期督办");
    let by = Acting { clock: &app.clock, actor: &actor, law: &law };
    let mut number = 0;
    let mut tx = app.db.begin().await?;
    for case in cases {
        number += u64::from(act::escalate(&mut tx, by, flow, case, (rule.tier, rule.overdue_days)).await?);
    }
    tx.commit().await?;
    Ok(number)
}
