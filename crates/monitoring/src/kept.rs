//! The statements of readings as they come: they take an enterprise that was found through a scope.

use chrono::{DateTime, NaiveDate, Utc};
use db::{Exec, FromRow, Result, Sql, Tx, bulk, sql};
use uuid::Uuid;

use crate::model::{Alarm, Minute, Now, Point};

/// Holds an enterprise's points until the transaction ends: of those who take readings, change points or deal with alarms, one after another.
pub async fn hold(tx: &mut Tx, city: &str, enterprise: Uuid, seen_at: Option<DateTime<Utc>>) -> Result<()> {
    tx.run(sql!(
        "insert into monitor_source (city, enterprise, seen_at) values ($1, $2, $3)
         on conflict (city, enterprise) do update set seen_at = coalesce(excluded.seen_at, monitor_source.seen_at)",
        city,
        enterprise,
        seen_at
    ))
    .await
    .map(drop)
}

/// Codes that are looked up one by one; for more, all of the enterprise are read.
const FEW: usize = 300;

/// The points in use of an enterprise that readings name.
pub async fn named(tx: &mut Tx, city: &str, enterprise: Uuid, codes: &[&str]) -> Result<Vec<Point>> {
    let sql = Point::select().push(" where city = ").arg(city).push(" and enterprise = ").arg(enterprise);
    let sql = if codes.len() <= FEW { sql.push(" and ").within("code", codes.iter().copied()) } else { sql };
    tx.all(sql.push(" and in_use")).await
}

/// The latest of points.
pub async fn latest(db: impl Exec, city: &str, points: impl IntoIterator<Item = Uuid>) -> Result<Vec<Now>> {
    let sql = Now::select().push(" where city = ").arg(city).push(" and ").within("point", points);
    db.all(sql).await
}

/// Minutes that some of these readings may belong to.
pub async fn minutes(tx: &mut Tx, city: &str, wanted: &[(NaiveDate, Uuid, i64)]) -> Result<Vec<Minute>> {
    let mut found = Vec::new();
    // a day at a time, and so few that the statement stays short
    for wanted in wanted.chunk_by(|one, two| one.0 == two.0) {
        let Some((day, _, _)) = wanted.first() else { continue };
        for wanted in wanted.chunks(FEW) {
            let mut points: Vec<Uuid> = wanted.iter().map(|(_, point, _)| *point).collect();
            points.sort_unstable();
            points.dedup();
            let mut minutes: Vec<i64> = wanted.iter().map(|(_, _, minute)| *minute).collect();
            minutes.sort_unstable();
            minutes.dedup();
            let sql = Minute::select().push(" where city = ").arg(city).push(" and day = ").arg(*day);
            let sql = sql.push(" and ").within("point", points).push(" and ").within("minute", minutes);
            found.extend(tx.all::<Minute>(sql).await?);
        }
    }
    Ok(found)
}

/// Writes minutes as they are now.
pub async fn write_minutes(tx: &mut Tx, rows: Vec<Minute>) -> Result<()> {
    let rows = rows.into_iter().map(|row| row.values()).collect();
    bulk(
        tx,
        Minute::TABLE,
        Minute::COLUMNS,
        rows,
        " on conflict (city, day, point, minute) do update set number = excluded.number, low = excluded.low,
          high = excluded.high, total = excluded.total, data = excluded.data",
    )
    .await
    .map(drop)
}

/// Writes the latest of points.
pub async fn write_now(tx: &mut Tx, rows: Vec<Now>) -> Result<()> {
    let rows = rows.iter().map(Now::values).collect();
    bulk(
        tx,
        Now::TABLE,
        Now::COLUMNS,
        rows,
        " on conflict (city, point) do update set last_at = excluded.last_at, last_value = excluded.last_value,
          seen_at = excluded.seen_at, side = excluded.side, since1 = excluded.since1, since2 = excluded.since2,
          level = excluded.level, alarm = excluded.alarm",
    )
    .await
    .map(drop)
}

/// Marks hours that are to be summed up.
pub async fn mark(tx: &mut Tx, city: &str, mut hours: Vec<(Uuid, i64)>) -> Result<()> {
    hours.sort_unstable();
    hours.dedup();
    let rows = hours.into_iter().map(|(point, hour)| vec![city.into(), point.into(), hour.into()]).collect();
    // the row is written even where it is there: who sums up waits for this transaction
    let tail = " on conflict (city, point, hour) do update set hour = excluded.hour";
    bulk(tx, "monitor_due", &["city", "point", "hour"], rows, tail).await.map(drop)
}

/// Something that is counted: code of the point, outcome.
pub type Counted = (String, &'static str);

/// How many of it, and the last as it was sent: time, value.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// How many.
    pub number: i64,
    /// Time of the last.
    pub last_at: String,
    /// Value of the last.
    pub last_value: String,
}

/// Adds to what is counted of a day.
pub async fn write_counts(
    tx: &mut Tx,
    (city, enterprise): (&str, Uuid),
    (day, now): (NaiveDate, DateTime<Utc>),
    counts: Vec<(Counted, Tally)>,
) -> Result<()> {
    let row = |((code, outcome), tally): (Counted, Tally)| {
        vec![
            city.into(),
            enterprise.into(),
            code.into(),
            day.into(),
            outcome.into(),
            tally.number.into(),
            tally.last_at.into(),
            tally.last_value.into(),
            now.into(),
        ]
    };
    let columns =
        ["city", "enterprise", "code", "day", "outcome", "number", "last_at", "last_value", "seen_at"];
    bulk(
        tx,
        "monitor_count",
        &columns,
        counts.into_iter().map(row).collect(),
        " on conflict (city, enterprise, code, day, outcome) do update set number = monitor_count.number + excluded.number,
          last_at = excluded.last_at, last_value = excluded.last_value, seen_at = excluded.seen_at",
    )
    .await
    .map(drop)
}

/// The codes of unknown points that were counted on a day.
pub async fn unknown(tx: &mut Tx, city: &str, enterprise: Uuid, day: NaiveDate) -> Result<Vec<String>> {
    #[derive(FromRow)]
    struct Code {
        code: String,
    }
    let sql = sql!(
        "select code from monitor_count where city = $1 and enterprise = $2 and day = $3 and outcome = 'unknown' limit 1000",
        city,
        enterprise,
        day
    );
    Ok(tx.all::<Code>(sql).await?.into_iter().map(|own| own.code).collect())
}

/// Says how points stand from now on.
pub async fn stand(
    tx: &mut Tx,
    city: &str,
    state: &str,
    points: Vec<Uuid>,
    now: DateTime<Utc>,
) -> Result<()> {
    let sql = Sql::new("update monitor_point set state = ").arg(state).push(", state_since = ").arg(now);
    let sql = sql.push(" where city = ").arg(city).push(" and ").within("id", points);
    tx.run(sql.push(" and state <> ").arg(state)).await.map(drop)
}

/// Writes what readings say of an alarm.
pub async fn measured(tx: &mut Tx, alarm: &Alarm, now: DateTime<Utc>) -> Result<()> {
    tx.run(sql!(
        "update monitor_alarm set level = $1, limit_value = $2, raised_at = $3, peak = $4, ended_at = $5, times = $6, version = $7,
         updated_at = $8 where city = $9 and id = $10",
        alarm.level,
        alarm.limit_value,
        alarm.raised_at,
        alarm.peak,
        alarm.ended_at,
        alarm.times,
        alarm.version,
        now,
        &alarm.city,
        alarm.id
    ))
    .await
    .map(drop)
}
