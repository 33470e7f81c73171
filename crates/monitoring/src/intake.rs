//! Taking readings: one transaction for a batch of one enterprise. Each reading is judged (unknown, absurd, future, expired, twice there), put into
//! the minute of its point, and, where it is the latest of its point, held against the limits. What is not taken, or came late or out of order, is
//! counted by point and day with its last example; nothing is dropped unseen.

use std::collections::{BTreeMap, HashMap, HashSet};

use caseflow::Acting;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use db::Tx;
use enterprise::Enterprise;
use kernel::{Actor, Clock, Scope, day_of};
use uuid::Uuid;
use web::Outcome;

use crate::{
    block::{Block, Put},
    kept::{self, Counted, Tally},
    model::{Minute, Now, Point, VIDEO},
    raise::{self, Live},
    reading::{Reading, Told, said},
};

/// Days that readings are kept: electronic records at least 30 (安监总局令第40号第十三条).
pub const KEEP_DAYS: i64 = 32;
/// A clock may run ahead by so much.
const AHEAD: TimeDelta = TimeDelta::minutes(5);
/// What is older than this when it comes is late.
const LATE: TimeDelta = TimeDelta::minutes(10);
/// Unknown codes of an enterprise that are counted each for itself in a day; more are counted together.
const MOST_UNKNOWN: usize = 100;
/// Signs of a code that are kept.
const LONGEST_CODE: usize = 50;
/// Unknown codes that an answer names.
const NAMED: usize = 20;

/// Minutes since 1970.
pub fn minute_of(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(60)
}

/// Hours since 1970.
pub fn hour_of(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(3600)
}

fn offset_of(at: DateTime<Utc>) -> u16 {
    // below 60,000
    u16::try_from(at.timestamp_millis().rem_euclid(60_000)).unwrap_or_default()
}

/// A reading that can be true: its point, time and value.
type Sound = (usize, DateTime<Utc>, i64);

/// What a batch is being made into.
struct Batch<'a> {
    now: DateTime<Utc>,
    points: Vec<Point>,
    latest: Vec<Now>,
    counts: BTreeMap<Counted, Tally>,
    told: Told,
    known_unknown: HashSet<String>,
    by: Acting<'a>,
    scope: &'a Scope,
}

/// Takes readings of an enterprise whose points the caller may fill. The caller commits, and then acknowledges.
///
/// # Errors
/// 503 where the batch is to be sent again; nothing of it was kept.
pub async fn take(
    tx: &mut Tx,
    clock: &Clock,
    actor: &Actor,
    scope: &Scope,
    (city, enterprise): (&str, Uuid),
    readings: Vec<Reading>,
) -> Outcome<Told> {
    let now = clock.now();
    let law = law::in_force(&mut *tx, city).await?;
    let by = Acting { clock, actor, law: &law };
    kept::hold(tx, city, enterprise, Some(now)).await?;
    let points = {
        let mut codes: Vec<&str> = readings.iter().map(|reading| reading.point.as_str()).collect();
        codes.sort_unstable();
        codes.dedup();
        kept::named(tx, city, enterprise, &codes).await?
    };
    let rows = kept::latest(&mut *tx, city, points.iter().map(|point| point.id)).await?;
    let mut of: HashMap<Uuid, Now> = rows.into_iter().map(|row| (row.point, row)).collect();
    let latest = points
        .iter()
        .map(|point| of.remove(&point.id).unwrap_or_else(|| Now::nothing(city, point.id)))
        .collect();
    let mut batch = Batch {
        now,
        points,
        latest,
        counts: BTreeMap::new(),
        told: Told::default(),
        known_unknown: HashSet::new(),
        by,
        scope,
    };
    let sound = batch.sift(tx, (city, enterprise), readings).await?;
    let before: Vec<Option<DateTime<Utc>>> = batch.latest.iter().map(|own| own.last_at).collect();
    let fresh = batch.pack(tx, city, sound).await?;
    batch.watch(tx, (city, enterprise), &before, fresh).await?;
    let counts = batch.counts.into_iter().collect();
    kept::write_counts(tx, (city, enterprise), (day_of(now), now), counts).await?;
    Ok(batch.told)
}

/// Counts messages of an enterprise that hold no readings at all, each as it was sent.
///
/// # Errors
/// Where the database fails.
pub async fn unreadable(tx: &mut Tx, clock: &Clock, key: (&str, Uuid), messages: &[String]) -> Outcome<()> {
    let Some(last) = messages.last() else { return Ok(()) };
    let number = i64::try_from(messages.len()).unwrap_or(i64::MAX);
    let tally = Tally { number, last_at: String::new(), last_value: last.clone() };
    let now = clock.now();
    Ok(kept::write_counts(tx, key, (day_of(now), now), vec![((String::new(), "absurd"), tally)]).await?)
}

impl Batch<'_> {
    fn count(&mut self, code: &str, outcome: &'static str, (at, value): (String, String)) {
        let tally = self.counts.entry((code.to_string(), outcome)).or_default();
        tally.number += 1;
        (tally.last_at, tally.last_value) = (at, value);
    }

    fn count_sound(&mut self, (point, at, value): Sound, outcome: &'static str) {
        let code = self.points.get(point).map(|own| own.code.clone()).unwrap_or_default();
        let said = (
            at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
            crate::number::Milli(value).to_string(),
        );
        self.count(&code, outcome, said);
    }

    /// Which readings can be true; the others are counted.
    async fn sift(
        &mut self,
        tx: &mut Tx,
        (city, enterprise): (&str, Uuid),
        readings: Vec<Reading>,
    ) -> Outcome<Vec<Sound>> {
        let index: HashMap<String, usize> =
            self.points.iter().enumerate().map(|(at, point)| (point.code.clone(), at)).collect();
        let measures = |at: &usize| self.points.get(*at).is_some_and(|point| point.kind != VIDEO);
        let known: Vec<Option<usize>> =
            readings.iter().map(|own| index.get(&own.point).copied().filter(measures)).collect();
        if known.contains(&None) {
            self.known_unknown =
                kept::unknown(tx, city, enterprise, day_of(self.now)).await?.into_iter().collect();
        }
        let oldest = self.now - TimeDelta::days(KEEP_DAYS - 1);
        let mut sound = Vec::with_capacity(readings.len());
        for (reading, point) in readings.into_iter().zip(known) {
            let Some(at) = point else {
                self.unknown(reading);
                continue;
            };
            let range = self.points.get(at).map(|own| (own.range_low, own.range_high));
            let fits = |value: i64| {
                range.is_some_and(|(low, high)| {
                    low.is_none_or(|low| value >= low) && high.is_none_or(|high| value <= high)
                })
            };
            match (&reading.at.0, &reading.value.0) {
                (Ok(when), Ok(value)) if fits(*value) && *when > self.now + AHEAD => {
                    self.told.future += 1;
                    self.count_sound((at, *when, *value), "future");
                }
                (Ok(when), Ok(value)) if fits(*value) && *when < oldest => {
                    self.told.expired += 1;
                    self.count_sound((at, *when, *value), "expired");
                }
                (Ok(when), Ok(value)) if fits(*value) => sound.push((at, *when, *value)),
                _ => {
                    self.told.absurd += 1;
                    self.count(&reading.point, "absurd", said(&reading));
                }
            }
        }
        sound.sort_by_key(|(point, at, _)| (*point, *at));
        Ok(sound)
    }

    fn unknown(&mut self, reading: Reading) {
        self.told.unknown += 1;
        let code: String = reading.point.chars().take(LONGEST_CODE).collect();
        if self.told.unknown_points.len() < NAMED && !self.told.unknown_points.contains(&code) {
            self.told.unknown_points.push(code.clone());
        }
        let room = self.known_unknown.len() < MOST_UNKNOWN || self.known_unknown.contains(&code);
        let code = if room { code } else { String::new() };
        self.known_unknown.insert(code.clone());
        self.count(&code, "unknown", said(&reading));
    }

    /// Puts the readings into their minutes; answers those that were new, in order.
    async fn pack(&mut self, tx: &mut Tx, city: &str, sound: Vec<Sound>) -> Outcome<Vec<Sound>> {
        // beyond the latest minute of a point there is nothing yet
        let mut wanted: Vec<(NaiveDate, Uuid, i64)> = Vec::new();
        for (point, at, _) in &sound {
            let (Some(own), Some(latest)) = (self.points.get(*point), self.latest.get(*point)) else {
                continue;
            };
            if latest.last_at.is_some_and(|last| minute_of(*at) <= minute_of(last)) {
                wanted.push((day_of(*at), own.id, minute_of(*at)));
            }
        }
        wanted.sort_unstable();
        wanted.dedup();
        let mut blocks: HashMap<(Uuid, i64), Block> = HashMap::new();
        for row in kept::minutes(tx, city, &wanted).await? {
            blocks.insert((row.point, row.minute), Block::unpack(&row.data));
        }
        let mut touched: BTreeMap<(Uuid, i64), NaiveDate> = BTreeMap::new();
        let mut fresh = Vec::with_capacity(sound.len());
        for (point, at, value) in sound {
            let Some(id) = self.points.get(point).map(|own| own.id) else { continue };
            let block = blocks.entry((id, minute_of(at))).or_default();
            let outcome = match block.put(offset_of(at), value) {
                Put::In => {
                    self.told.taken += 1;
                    touched.insert((id, minute_of(at)), day_of(at));
                    fresh.push((point, at, value));
                    continue;
                }
                Put::Same => {
                    self.told.duplicate += 1;
                    "duplicate"
                }
                Put::Other => {
                    self.told.contrary += 1;
                    "contrary"
                }
                Put::Full => {
                    self.told.crowded += 1;
                    "crowded"
                }
            };
            self.count_sound((point, at, value), outcome);
        }
        let mut rows = Vec::with_capacity(touched.len());
        for ((point, minute), day) in touched {
            let Some(block) = blocks.get(&(point, minute)) else { continue };
            let Some((number, low, high, total)) = block.sums() else { continue };
            let data = block.pack();
            rows.push(Minute { city: city.to_string(), day, point, minute, number, low, high, total, data });
        }
        kept::write_minutes(tx, rows).await?;
        Ok(fresh)
    }

    /// Holds what is the latest of its point against the limits, and says how the points stand.
    async fn watch(
        &mut self,
        tx: &mut Tx,
        (city, enterprise): (&str, Uuid),
        before: &[Option<DateTime<Utc>>],
        fresh: Vec<Sound>,
    ) -> Outcome<()> {
        let open = self.latest.iter().filter_map(|own| own.alarm).collect();
        let mut alarms = raise::live(tx, city, open).await?;
        let mut firm: Option<Enterprise> = None;
        let mut seen = vec![false; self.points.len()];
        let mut hours = Vec::new();
        for (index, at, value) in fresh {
            if at < self.now - LATE {
                self.told.late += 1;
                self.count_sound((index, at, value), "late");
            }
            if before.get(index).copied().flatten().is_some_and(|last| at < last) {
                self.told.disordered += 1;
                self.count_sound((index, at, value), "disordered");
                if let Some(point) = self.points.get(index) {
                    hours.push((point.id, hour_of(at)));
                }
                if let Some(own) = seen.get_mut(index) {
                    *own = true;
                }
                continue;
            }
            let (Some(point), Some(latest)) = (self.points.get(index), self.latest.get_mut(index)) else {
                continue;
            };
            if let Some(own) = seen.get_mut(index) {
                *own = true;
            }
            // an hour that is over is summed up
            if let Some(last) = latest.last_at.filter(|last| hour_of(*last) < hour_of(at)) {
                hours.push((point.id, hour_of(last)));
            }
            (latest.last_at, latest.last_value) = (Some(at), Some(value));
            let mut standing = latest.standing();
            let change = standing.take(&point.limits(), at, value);
            latest.stand(standing);
            let live = latest.alarm.and_then(|id| alarms.iter().position(|own| own.alarm.id == id));
            if let Some(live) = live.and_then(|at| alarms.get_mut(at)) {
                if change.ended {
                    live.end(at);
                } else if standing.level > 0 {
                    live.beyond(value);
                }
            }
            let Some(raised) = change.raised else { continue };
            self.told.alarms += 1;
            match live.and_then(|at| alarms.get_mut(at)).filter(|live| live.holds(raised)) {
                Some(live) => {
                    raise::again(tx, self.by, (self.scope, point), live, raised, (at, value)).await?;
                }
                None => {
                    // one of a level of which notice was taken makes room for the graver one
                    if let Some(live) =
                        live.and_then(|at| alarms.get_mut(at)).filter(|own| own.alarm.ended_at.is_none())
                    {
                        live.end(at);
                    }
                    if firm.is_none() {
                        firm = Some(enterprise::store::find(&mut *tx, self.scope, city, enterprise).await?);
                    }
                    let Some(firm) = &firm else { continue };
                    let live: Live = raise::open(tx, self.by, (firm, point), raised, (at, value)).await?;
                    latest.alarm = Some(live.alarm.id);
                    alarms.push(live);
                }
            }
        }
        for live in &alarms {
            raise::keep(tx, self.by, live).await?;
        }
        self.settle(tx, city, &seen).await?;
        Ok(kept::mark(tx, city, hours).await?)
    }

    /// Writes the latest of the points, and how they stand where that became otherwise.
    async fn settle(&mut self, tx: &mut Tx, city: &str, seen: &[bool]) -> Outcome<()> {
        let mut states: BTreeMap<&str, Vec<Uuid>> = BTreeMap::new();
        let mut rows = Vec::new();
        let (points, latest) = (self.points.iter(), self.latest.iter_mut());
        for ((point, latest), _) in points.zip(latest).zip(seen).filter(|(_, seen)| **seen) {
            latest.seen_at = Some(self.now);
            rows.push(latest.clone());
            let state = match latest.level {
                0 => "normal",
                1 => "level1",
                _ => "level2",
            };
            if point.state != state {
                states.entry(state).or_default().push(point.id);
            }
        }
        kept::write_now(tx, rows).await?;
        for (state, points) in states {
            kept::stand(tx, city, state, points, self.now).await?;
        }
        Ok(())
    }
}
