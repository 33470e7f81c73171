//! What people do with an alarm: take notice, deal with it, take a false one back.

use audit::Action;
use caseflow::{Acting, Case, Detail, Flow, Taken};
use chrono::{DateTime, Utc};
use db::{Exec, Sql, Tx, sql};
use serde_json::Value;
use uuid::Uuid;
use web::{Outcome, Problem, required};

use crate::{flow::FLOW, model::Alarm, raise::entry};

impl Detail for Alarm {
    const FLOW: &'static Flow = &FLOW;

    fn document(&self) -> Value {
        self.document()
    }

    fn stamp(&mut self, version: i64, at: DateTime<Utc>, by: Uuid) {
        (self.version, self.updated_at, self.updated_by) = (version, at, by);
    }

    fn write(&self) -> Sql {
        self.update(&["city", "id"])
    }

    fn entry(&self, case: &Case, action: Action, (before, after): (Option<Value>, Value)) -> audit::Entry {
        entry(self, &case.number, action, before, after)
    }
}

/// Notice taken.
pub fn acknowledged(by: Acting<'_>, alarm: Alarm) -> Alarm {
    Alarm { acknowledged_at: Some(by.clock.now()), acknowledged_by: Some(by.actor.name.clone()), ..alarm }
}

/// Dealt with: why it happened and what was done. Only once the value has come back.
pub fn handled(alarm: Alarm, cause: &str, measures: &str) -> Outcome<Alarm> {
    let (cause, measures) =
        (required(cause, "/cause", "报警原因", 1000)?, required(measures, "/measures", "处置措施", 1000)?);
    if alarm.ended_at.is_none() {
        return Err(Problem::conflict(
            "alarm.lasts",
            "监测值还没有恢复正常，不能办结。请先处置，等数值回到限值以内；确属仪表故障的，请监管员按误报撤销。",
        ));
    }
    Ok(Alarm { cause: Some(cause), measures: Some(measures), ..alarm })
}

/// Takes a step after which the alarm is `after`; the caller holds the enterprise's points.
pub async fn step(
    tx: &mut Tx,
    by: Acting<'_>,
    (case, before): (&Case, &Alarm),
    action: &str,
    (after, taken): (Alarm, Taken),
) -> Outcome<(Case, Alarm)> {
    let (case, after) = caseflow::take(tx, by, (case, before), action, (after, taken)).await?;
    if case.closed_on.is_some() {
        // what passes the limit from now on is another alarm
        let sql = sql!(
            "update monitor_now set alarm = null where city = $1 and point = $2 and alarm = $3",
            &after.city,
            after.point,
            after.id
        );
        tx.run(sql).await?;
    }
    Ok((case, after))
}
