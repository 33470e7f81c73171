//! Alarms as readings raise and end them, in the transaction of the readings.

use audit::Action;
use caseflow::{Acting, Opening, Severity, Taken};
use chrono::{DateTime, Utc};
use db::{Exec, Tx};
use enterprise::Enterprise;
use kernel::Tier;
use uuid::Uuid;
use web::{Outcome, Problem};

use crate::{
    flow::{FLOW, RISE, SAME_DAY},
    kept,
    model::{Alarm, Point, label},
    number::Milli,
    watch::{Raised, Side},
};

/// An alarm that may become otherwise with the readings of a batch.
pub struct Live {
    /// As it will be written.
    pub alarm: Alarm,
    /// Whether it became otherwise.
    pub changed: bool,
}

impl Live {
    /// A value while the limit is passed.
    pub fn beyond(&mut self, value: i64) {
        let further = if self.alarm.side == Side::Low.code() {
            value < self.alarm.peak
        } else {
            value > self.alarm.peak
        };
        if further && self.alarm.ended_at.is_none() {
            self.alarm.peak = value;
            self.changed = true;
        }
    }

    /// The value came back.
    pub fn end(&mut self, at: DateTime<Utc>) {
        self.alarm.ended_at = Some(at);
        self.changed = true;
    }

    /// Whether a limit that is passed once more belongs to this alarm: one of the same side that is not dealt with, and of whose level notice
    /// is still to be taken or was.
    pub fn holds(&self, raised: Raised) -> bool {
        self.alarm.side == raised.side.code()
            && (raised.level <= self.alarm.level || self.alarm.acknowledged_at.is_none())
    }
}

/// What a person calls an alarm: 储罐温度 TI-101 超过高限（二级）.
fn title(point: &Point, raised: Raised) -> String {
    let side = if raised.side == Side::High { "过高" } else { "过低" };
    let level = if raised.level == 2 { "二级" } else { "一级" };
    format!("{} {}{side}，{level}报警", point.code, point.name)
}

fn severity(level: i64) -> Severity {
    if level == 2 { Severity::Major } else { Severity::General }
}

fn reason(point: &Point, raised: Raised, value: i64) -> String {
    let limit = point.limits().of(raised.side, raised.level).unwrap_or_default();
    let (value, limit, unit) = (Milli(value), Milli(limit), &point.unit);
    format!("{}监测值 {value} {unit}，限值 {limit} {unit}", label(crate::model::KINDS, &point.kind))
}

/// A new alarm, with its case.
pub async fn open(
    tx: &mut Tx,
    by: Acting<'_>,
    (firm, point): (&Enterprise, &Point),
    raised: Raised,
    (at, value): (DateTime<Utc>, i64),
) -> Outcome<Live> {
    let opening = Opening {
        severity: severity(raised.level),
        tier: if raised.level == 2 { Tier::County } else { Tier::Town },
        due_on: Some(by.clock.today()),
        due_basis: Some(SAME_DAY.into()),
        reason: Some(reason(point, raised, value)),
        ..Opening::of(firm, "raised", title(point, raised))
    };
    let case = caseflow::open(tx, by, &FLOW, opening).await?;
    let alarm = Alarm {
        city: case.city.clone(),
        id: case.id,
        town: case.town.clone(),
        sector: case.sector.clone(),
        enterprise: firm.id,
        point: point.id,
        code: point.code.clone(),
        name: point.name.clone(),
        kind: point.kind.clone(),
        unit: point.unit.clone(),
        side: raised.side.code().into(),
        level: raised.level,
        limit_value: point.limits().of(raised.side, raised.level).unwrap_or(value),
        started_at: raised.since,
        raised_at: at,
        peak: value,
        ended_at: None,
        times: 1,
        acknowledged_at: None,
        acknowledged_by: None,
        cause: None,
        measures: None,
        created_at: case.created_at,
        created_by: case.created_by,
        updated_at: case.updated_at,
        updated_by: case.updated_by,
        version: case.version,
    };
    tx.run(alarm.insert()).await?;
    let told = entry(&alarm, &case.number, Action::Create, None, alarm.document());
    audit::record(tx, by.clock, by.actor, told).await?;
    Ok(Live { alarm, changed: false })
}

/// A limit passed once more, or a second level reached, before the alarm was dealt with.
pub async fn again(
    tx: &mut Tx,
    by: Acting<'_>,
    (scope, point): (&kernel::Scope, &Point),
    live: &mut Live,
    raised: Raised,
    (at, value): (DateTime<Utc>, i64),
) -> Outcome<()> {
    let alarm = &mut live.alarm;
    live.changed = true;
    if alarm.ended_at.take().is_some() {
        alarm.times += 1;
        alarm.peak = value;
    }
    if raised.level > alarm.level {
        alarm.level = raised.level;
        alarm.raised_at = at;
        alarm.limit_value = point.limits().of(raised.side, raised.level).unwrap_or(value);
        let case = caseflow::store::find(&mut *tx, scope, &alarm.city, alarm.id).await?;
        let taken = Taken {
            reason: Some(reason(point, raised, value)),
            severity: Some(severity(raised.level)),
            tier: (case.tier == "town").then_some(Tier::County),
            title: Some(title(point, raised)),
            ..Taken::default()
        };
        let stepped = caseflow::step(tx, by, &FLOW, &case, RISE, taken).await;
        // somebody handed it over at this very moment: the batch is sent again
        let stale = |problem: Problem| {
            if problem.code == "conflict.version" { db::Error::Busy.into() } else { problem }
        };
        alarm.version = stepped.map_err(stale)?.version;
    }
    live.beyond(value);
    Ok(())
}

/// Writes what became otherwise. What readings say of an alarm is no change of the case, so its version stays.
pub async fn keep(tx: &mut Tx, by: Acting<'_>, live: &Live) -> Outcome<()> {
    if live.changed {
        let alarm = &live.alarm;
        kept::measured(tx, alarm, by.clock.now()).await?;
    }
    Ok(())
}

/// An entry of the trail about an alarm.
pub fn entry(
    alarm: &Alarm,
    number: &str,
    action: Action,
    before: Option<serde_json::Value>,
    after: serde_json::Value,
) -> audit::Entry {
    audit::Entry {
        action,
        subject: Alarm::TABLE,
        city: alarm.city.clone(),
        town: alarm.town.clone(),
        row: Some(alarm.id),
        title: Some(format!("{number}：{} {}", alarm.code, alarm.name)),
        before,
        after: Some(after),
        reason: None,
    }
}

/// The alarms of these points that are not dealt with.
pub async fn live(tx: &mut Tx, city: &str, ids: Vec<Uuid>) -> Outcome<Vec<Live>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = Alarm::select().push(" where city = ").arg(city).push(" and ").within("id", ids);
    let alarms: Vec<Alarm> = tx.all(sql).await?;
    Ok(alarms.into_iter().map(|alarm| Live { alarm, changed: false }).collect())
}
