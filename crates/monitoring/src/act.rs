//! What people do with an alarm: take notice, deal with it, take a false one back.

use audit::Action;
use caseflow::{Acting, Case, Taken};
use db::{Exec, Tx, sql};
use web::{Outcome, Problem};

use crate::{flow::FLOW, model::Alarm, raise::entry};

/// A text that must be there.
fn said(text: &str, pointer: &str, what: &str) -> Outcome<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Problem::wrong_field(pointer, "field.required", format!("请填写{what}。")));
    }
    if text.chars().count() > 1000 {
        return Err(Problem::wrong_field(pointer, "field.long", format!("{what}不超过 1000 字。")));
    }
    Ok(text.to_string())
}

/// Notice taken.
pub fn acknowledged(by: Acting<'_>, alarm: Alarm) -> Alarm {
    Alarm { acknowledged_at: Some(by.clock.now()), acknowledged_by: Some(by.actor.name.clone()), ..alarm }
}

/// Dealt with: why it happened and what was done. Only once the value has come back.
pub fn handled(alarm: Alarm, cause: &str, measures: &str) -> Outcome<Alarm> {
    let (cause, measures) = (said(cause, "/cause", "报警原因")?, said(measures, "/measures", "处置措施")?);
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
    let (old, new) = audit::diff(&before.document(), &after.document());
    let changed = new.as_object().is_some_and(|fields| !fields.is_empty());
    let taken = Taken { changed: changed.then(|| new.clone()), ..taken };
    let case = caseflow::step(tx, by, &FLOW, case, action, taken).await?;
    let after =
        Alarm { version: case.version, updated_at: by.clock.now(), updated_by: by.actor.account, ..after };
    tx.run(after.update(&["city", "id"])).await?;
    if changed {
        let told = entry(&after, &case.number, Action::Update, Some(old), new);
        audit::record(tx, by.clock, by.actor, told).await?;
    }
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
