//! The work that no request waits for: points that fell silent, hours that are to be summed up, readings that are too old.

use std::{collections::BTreeMap, time::Duration};

use caseflow::{Acting, Case};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use db::{Engine, Exec, FromRow, Result, Sql, Tx, bulk, sql};
use futures::FutureExt;
use job::{Context, Failure, Kind};
use kernel::{Actor, Tier, day_of};
use serde_json::{Value, json};
use uuid::Uuid;
use web::{App, Outcome};

use crate::{
    flow::{FLOW, NOTICE},
    intake::{KEEP_DAYS, hour_of},
    kept,
};

/// Intervals of a point without a reading after which it is silent.
const SILENT: i64 = 3;
/// Rows of one statement.
const PORTION: i64 = 500;
/// Rows that are removed by one statement, so that nobody waits long for it.
const REMOVED: i64 = 5_000;
/// Days that the sums of hours and the numbers of what was not taken are kept: three years.
const KEEP_SUMS: u64 = 1_096;

/// The kinds of jobs of this area.
pub fn kinds() -> Vec<Kind> {
    vec![
        Kind {
            name: "watch_monitoring",
            label: "检查监测点是否在线、汇总监测值、上报无人确认的报警",
            every: Some(Duration::from_secs(60)),
            run: |context| watch(context).boxed(),
        },
        Kind {
            name: "clear_readings",
            label: "清理到期的监测值",
            every: Some(Duration::from_secs(3_600)),
            run: |context| clear(context).boxed(),
        },
    ]
}

async fn watch(context: Context) -> std::result::Result<Value, Failure> {
    let offline = silence(&context.app).await?;
    context.progress(offline, None, "汇总监测值")?;
    let hours = sum_hours(&context.app).await?;
    let mut risen = 0;
    for (level, minutes, tier) in NOTICE {
        risen += unnoticed(&context.app, *level, *minutes, *tier).await?;
    }
    Ok(json!({"offline": offline, "hours": hours, "risen": risen}))
}

#[derive(FromRow)]
struct Waiting {
    city: String,
    id: Uuid,
    raised_at: DateTime<Utc>,
}

/// Lets that tier see the alarms of a level as its own of which nobody took notice for so many minutes. Answers how many.
async fn unnoticed(app: &App, level: i64, minutes: i64, tier: Tier) -> Outcome<u64> {
    let last = app.clock.now() - TimeDelta::minutes(minutes);
    let actor = Actor::system("监测值守");
    let mut at = (DateTime::<Utc>::UNIX_EPOCH, String::new(), Uuid::nil());
    let mut number = 0;
    loop {
        // what was measured long ago and came only now counts from when it came
        let sql = sql!(
            "select city, id, raised_at from monitor_alarm where acknowledged_at is null and level = $1 and raised_at <= $2 and created_at <= $2
             and (raised_at, city, id) > ($3, $4, $5) order by raised_at, city, id limit $6",
            level,
            last,
            at.0,
            &at.1,
            at.2,
            PORTION
        );
        let rows: Vec<Waiting> = app.db.all(sql).await?;
        let Some(end) = rows.last() else { return Ok(number) };
        at = (end.raised_at, end.city.clone(), end.id);
        let mut cities: BTreeMap<String, Vec<Uuid>> = BTreeMap::new();
        for row in rows {
            cities.entry(row.city).or_default().push(row.id);
        }
        for (city, ids) in cities {
            let law = law::in_force(&app.db, &city).await?;
            let by = Acting { clock: &app.clock, actor: &actor, law: &law };
            let mut tx = app.db.begin().await?;
            let sql = Case::select().push(" where city = ").arg(&city).push(" and ").within("id", ids);
            let cases: Vec<Case> = tx.all(sql.push(" and closed_on is null order by id")).await?;
            for case in cases {
                let reason = format!("报警 {minutes} 分钟无人确认，按规定提请{}督促", tier.label());
                number += u64::from(caseflow::lift(&mut tx, by, &FLOW, &case, (tier, reason)).await?);
            }
            tx.commit().await?;
        }
    }
}

#[derive(FromRow)]
struct Silent {
    city: String,
    point: Uuid,
    enterprise: Uuid,
    interval_s: i64,
    last_at: Option<DateTime<Utc>>,
    seen_at: Option<DateTime<Utc>>,
}

/// Says which points fell silent: nothing came for three intervals, and at least a minute. Answers how many.
async fn silence(app: &App) -> Result<u64> {
    let now = app.clock.now();
    let mut number = 0;
    let mut at = (String::new(), Uuid::nil());
    loop {
        // among those that are not silent yet, whoever was heard in the last minute is not either
        let sql = sql!(
            "select p.city, p.id as point, p.enterprise, p.interval_s, n.last_at, n.seen_at
             from monitor_point p join monitor_now n on n.city = p.city and n.point = p.id
             where p.in_use and p.state in ('normal', 'level1', 'level2') and n.seen_at < $1 and (p.city, p.id) > ($2, $3)
             order by p.city, p.id limit $4",
            now - TimeDelta::minutes(1),
            &at.0,
            at.1,
            PORTION
        );
        let rows: Vec<Silent> = app.db.all(sql).await?;
        let Some(last) = rows.last() else { return Ok(number) };
        at = (last.city.clone(), last.point);
        let silent = |own: &&Silent| {
            own.seen_at.is_some_and(|seen| seen + TimeDelta::seconds(SILENT * own.interval_s) < now)
        };
        let mut firms: BTreeMap<(&str, Uuid), Vec<&Silent>> = BTreeMap::new();
        for own in rows.iter().filter(silent) {
            firms.entry((&own.city, own.enterprise)).or_default().push(own);
        }
        for ((city, enterprise), points) in firms {
            number += fall_silent(app, (city, enterprise), &points, now).await?;
        }
    }
}

/// The points of one enterprise, held so that a batch that comes now is before or after.
async fn fall_silent(
    app: &App,
    (city, enterprise): (&str, Uuid),
    points: &[&Silent],
    now: DateTime<Utc>,
) -> Result<u64> {
    let mut tx = app.db.begin().await?;
    kept::hold(&mut tx, city, enterprise, None).await?;
    let latest = kept::latest(&mut tx, city, points.iter().map(|own| own.point)).await?;
    let still = points
        .iter()
        .filter(|own| latest.iter().any(|other| other.point == own.point && other.seen_at == own.seen_at));
    let still: Vec<&&Silent> = still.collect();
    if still.is_empty() {
        return Ok(0);
    }
    kept::stand(&mut tx, city, "offline", still.iter().map(|own| own.point).collect(), now).await?;
    // its last hour is over
    let hours = still.iter().filter_map(|own| Some((own.point, hour_of(own.last_at?)))).collect();
    kept::mark(&mut tx, city, hours).await?;
    tx.commit().await?;
    Ok(still.len() as u64)
}

#[derive(FromRow)]
struct Due {
    city: String,
    point: Uuid,
    hour: i64,
}

#[derive(FromRow)]
struct Sum {
    number: Option<i64>,
    low: Option<i64>,
    high: Option<i64>,
    total: Option<i64>,
}

/// Sums up the hours that are marked. Answers how many.
///
/// # Errors
/// Where the database fails.
pub async fn sum_hours(app: &App) -> Result<u64> {
    let mut number = 0;
    loop {
        let mut tx = app.db.begin().await?;
        let sql = Sql::new("select city, point, hour from monitor_due order by city, point, hour limit ")
            .arg(PORTION);
        // the one writer of SQLite holds everything; elsewhere whoever marks one of them is waited for
        let sql = if tx.engine() == Engine::Postgres { sql.push(" for update") } else { sql };
        let due: Vec<Due> = tx.all(sql).await?;
        for own in &due {
            sum_hour(&mut tx, own).await?;
        }
        tx.commit().await?;
        number += due.len() as u64;
        if due.len() < PORTION as usize {
            return Ok(number);
        }
    }
}

async fn sum_hour(tx: &mut Tx, due: &Due) -> Result<()> {
    tx.run(sql!(
        "delete from monitor_due where city = $1 and point = $2 and hour = $3",
        &due.city,
        due.point,
        due.hour
    ))
    .await?;
    let Some(begin) = DateTime::from_timestamp(due.hour * 3600, 0) else { return Ok(()) };
    // a full hour lies in one day of China
    let sql = sql!(
        "select cast(sum(number) as bigint) as number, min(low) as low, max(high) as high, cast(sum(total) as bigint) as total
         from monitor_minute where city = $1 and day = $2 and point = $3 and minute >= $4 and minute < $5",
        &due.city,
        day_of(begin),
        due.point,
        due.hour * 60,
        due.hour * 60 + 60
    );
    let sum: Sum = tx.one(sql).await?;
    let (Some(number), Some(low), Some(high), Some(total)) = (sum.number, sum.low, sum.high, sum.total)
    else {
        return Ok(());
    };
    let row = vec![
        (&due.city).into(),
        due.point.into(),
        due.hour.into(),
        number.into(),
        low.into(),
        high.into(),
        total.into(),
    ];
    bulk(
        tx,
        "monitor_hour",
        &["city", "point", "hour", "number", "low", "high", "total"],
        vec![row],
        " on conflict (city, point, hour) do update set number = excluded.number, low = excluded.low, high = excluded.high,
          total = excluded.total",
    )
    .await
    .map(drop)
}

#[derive(FromRow)]
struct City {
    city: String,
}

#[derive(FromRow)]
struct First {
    day: Option<NaiveDate>,
}

/// Removes what is older than it is kept, day by day and in portions.
async fn clear(context: Context) -> std::result::Result<Value, Failure> {
    let app = &context.app;
    let today = app.clock.today();
    let ago = |days: u64| today.checked_sub_days(Days::new(days)).unwrap_or(today);
    let last = ago(KEEP_DAYS.unsigned_abs());
    let cities: Vec<City> =
        app.db.all(sql!("select distinct city from monitor_source order by city")).await?;
    let (mut minutes, mut sums) = (0, 0);
    for City { city } in cities {
        while let Some(day) = first(app, &city).await?.filter(|day| *day < last) {
            let sql = sql!(
                "delete from monitor_minute where city = $1 and day = $2 and (point, minute) in
                 (select point, minute from monitor_minute where city = $1 and day = $2 order by point, minute limit $3)",
                &city,
                day,
                REMOVED
            );
            minutes += app.db.run(sql).await?;
            context.progress(minutes, None, "清理到期的监测值")?;
        }
        sums += app
            .db
            .run(sql!("delete from monitor_count where city = $1 and day < $2", &city, ago(KEEP_SUMS)))
            .await?;
        sums += clear_hours(app, &city, ago(KEEP_SUMS)).await?;
    }
    Ok(json!({"minutes": minutes, "sums": sums}))
}

/// The first day of which readings are kept.
async fn first(app: &App, city: &str) -> Result<Option<NaiveDate>> {
    let sql = sql!("select min(day) as day from monitor_minute where city = $1", city);
    Ok(app.db.one::<First>(sql).await?.day)
}

#[derive(FromRow)]
struct Id {
    id: Uuid,
}

async fn clear_hours(app: &App, city: &str, before: NaiveDate) -> Result<u64> {
    let hour = hour_of(kernel::day_begins(before));
    let mut removed = 0;
    let mut at = Uuid::nil();
    loop {
        let sql = sql!(
            "select id from monitor_point where city = $1 and id > $2 order by id limit $3",
            city,
            at,
            PORTION
        );
        let points: Vec<Id> = app.db.all(sql).await?;
        let Some(last) = points.last() else { return Ok(removed) };
        at = last.id;
        for point in points {
            removed += app
                .db
                .run(sql!(
                    "delete from monitor_hour where city = $1 and point = $2 and hour < $3",
                    city,
                    point.id,
                    hour
                ))
                .await?;
        }
    }
}
