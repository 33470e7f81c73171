//! What a point measured over any span: single readings over some hours, minutes over some days, hours beyond. However long the span, few rows
//! are read.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, TimeDelta, Utc};
use db::{Exec, FromRow, Result, Sql, sql};
use kernel::day_of;
use serde::Serialize;
use utoipa::ToSchema;
use web::App;

use crate::{
    block::Block,
    intake::{hour_of, minute_of},
    model::{Minute, Point},
    number::Milli,
};

/// Up to here single readings are shown.
const SINGLE: TimeDelta = TimeDelta::hours(2);
/// Up to here minutes are.
const MINUTES: TimeDelta = TimeDelta::hours(49);
/// Up to here hours are; beyond, days.
const HOURS: TimeDelta = TimeDelta::days(100);

/// A moment of a curve: one reading, or what was measured in a minute, an hour or a day.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = MonitorMoment)]
pub struct Moment {
    /// When; the beginning of the minute, hour or day.
    pub at: DateTime<Utc>,
    /// Lowest.
    #[schema(value_type = f64)]
    pub low: Milli,
    /// Highest.
    #[schema(value_type = f64)]
    pub high: Milli,
    /// Mean.
    #[schema(value_type = f64)]
    pub mean: Milli,
    /// Readings.
    pub number: i64,
}

/// Sums of some readings.
#[derive(Debug, Clone, Copy, FromRow)]
struct Sums {
    /// Number of the minute or hour.
    slot: i64,
    number: i64,
    low: i64,
    high: i64,
    total: i64,
}

impl Sums {
    fn moment(self, seconds: i64) -> Option<Moment> {
        Some(Moment {
            at: DateTime::from_timestamp(self.slot.checked_mul(seconds)?, 0)?,
            low: Milli(self.low),
            high: Milli(self.high),
            mean: Milli((2 * self.total + self.number).checked_div_euclid(2 * self.number)?),
            number: self.number,
        })
    }
}

/// The grain of a curve over that span: `reading`, `minute`, `hour`, `day`.
pub fn grain(from: DateTime<Utc>, to: DateTime<Utc>) -> &'static str {
    match to - from {
        span if span <= SINGLE => "reading",
        span if span <= MINUTES => "minute",
        span if span <= HOURS => "hour",
        _ => "day",
    }
}

/// What a point measured from an instant until another.
pub async fn curve(app: &App, point: &Point, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<Vec<Moment>> {
    match grain(from, to) {
        "reading" => single(app, point, from, to).await,
        "minute" => {
            let rows = minutes(app, point, from, to).await?;
            Ok(rows.into_iter().filter_map(|own| own.moment(60)).collect())
        }
        "hour" => {
            Ok(hours(app, point, from, to).await?.into_values().filter_map(|own| own.moment(3600)).collect())
        }
        _ => {
            // days begin in China
            let mut days: BTreeMap<i64, Sums> = BTreeMap::new();
            for (hour, own) in hours(app, point, from, to).await? {
                add(&mut days, (hour + 8).div_euclid(24), own);
            }
            let begin = |day: i64, own: Sums| Sums { slot: day * 24 - 8, ..own };
            Ok(days.into_iter().filter_map(|(day, own)| begin(day, own).moment(3600)).collect())
        }
    }
}

fn add(sums: &mut BTreeMap<i64, Sums>, slot: i64, own: Sums) {
    let known = sums.entry(slot).or_insert(Sums { slot, number: 0, total: 0, ..own });
    known.number += own.number;
    known.total += own.total;
    known.low = known.low.min(own.low);
    known.high = known.high.max(own.high);
}

/// The rows of a span, day by day, as the table is divided.
fn within(sql: Sql, point: &Point, from: DateTime<Utc>, to: DateTime<Utc>) -> Sql {
    let days = day_of(from).iter_days().take_while(|day| *day <= day_of(to)).take(60);
    let sql =
        sql.push(" from monitor_minute where city = ").arg(&point.city).push(" and ").within("day", days);
    let sql = sql.push(" and point = ").arg(point.id).push(" and minute >= ").arg(minute_of(from));
    sql.push(" and minute <= ").arg(minute_of(to))
}

async fn single(app: &App, point: &Point, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<Vec<Moment>> {
    let sql = within(Sql::new(&format!("select {}", Minute::COLUMNS.join(", "))), point, from, to);
    let rows: Vec<Minute> = app.db.all(sql.push(" order by minute")).await?;
    let mut moments = Vec::new();
    for row in rows {
        for (offset, value) in Block::unpack(&row.data).readings() {
            let at = DateTime::from_timestamp_millis(row.minute * 60_000 + i64::from(*offset));
            let Some(at) = at.filter(|at| *at >= from && *at <= to) else { continue };
            let value = Milli(*value);
            moments.push(Moment { at, low: value, high: value, mean: value, number: 1 });
        }
    }
    Ok(moments)
}

async fn minutes(app: &App, point: &Point, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<Vec<Sums>> {
    let sql = within(Sql::new("select minute as slot, number, low, high, total"), point, from, to);
    app.db.all(sql.push(" order by minute")).await
}

/// Hours as they were summed up, and those that are not yet, from their minutes.
async fn hours(
    app: &App,
    point: &Point,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<BTreeMap<i64, Sums>> {
    let kept = sql!(
        "select hour as slot, number, low, high, total from monitor_hour where city = $1 and point = $2 and hour >= $3 and hour <= $4 order by hour",
        &point.city,
        point.id,
        hour_of(from),
        hour_of(to)
    );
    let kept: Vec<Sums> = app.db.all(kept).await?;
    let mut sums: BTreeMap<i64, Sums> = kept.into_iter().map(|own| (own.slot, own)).collect();
    let next = sums
        .last_key_value()
        .map(|(hour, _)| hour + 1)
        .and_then(|hour| DateTime::from_timestamp(hour * 3600, 0));
    // sums are made within minutes; older than a day there is nothing that waits for it
    let day = to.checked_sub_days(Days::new(1)).unwrap_or(from);
    let open = next.unwrap_or(from).max(from).max(day);
    if open <= to {
        for own in minutes(app, point, open, to).await? {
            add(&mut sums, own.slot.div_euclid(60), own);
        }
    }
    Ok(sums)
}
