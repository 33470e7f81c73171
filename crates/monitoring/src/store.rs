//! The statements. Those that people cause take the [`Scope`]; those of readings take an enterprise that was found through one.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use db::{Db, Exec, FromRow, Result, Sql, Tx, bulk, sql};
use kernel::Scope;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;
use web::{List, Outcome, Page};

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

/// What a list of points can be narrowed by. Several values of one filter are separated by commas.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct Filter {
    /// Division and all within it.
    pub region: Option<String>,
    /// Enterprise.
    pub enterprise: Option<Uuid>,
    /// How it stands: `new`, `normal`, `level1`, `level2`, `offline`.
    pub state: Option<String>,
    /// What it measures.
    pub kind: Option<String>,
    /// Supervised sector.
    pub sector: Option<String>,
    /// `public`, `non_public`: that of the enterprise.
    pub ownership: Option<String>,
    /// `no` for those that are no longer watched; only watched ones unless told.
    pub in_use: Option<String>,
}

impl Filter {
    /// The conditions beside the scope.
    pub fn conditions(&self, mut sql: Sql) -> Sql {
        for (column, values) in [("state", &self.state), ("kind", &self.kind), ("sector", &self.sector)] {
            if let Some(values) = values.as_deref().filter(|values| !values.is_empty()) {
                sql = sql.push(" and ").within(column, values.split(','));
            }
        }
        if let Some(values) = self.ownership.as_deref().filter(|values| !values.is_empty()) {
            sql = sql
                .push(" and exists (select 1 from enterprise e where e.city = monitor_point.city and e.id = monitor_point.enterprise and ")
                .within("e.ownership", values.split(','))
                .push(")");
        }
        let sql = sql.and(" and enterprise = ", self.enterprise);
        sql.push(if self.in_use.as_deref() == Some("no") { " and not in_use" } else { " and in_use" })
    }
}

/// One point in scope.
pub async fn find(db: impl Exec, scope: &Scope, city: &str, id: Uuid) -> Result<Point> {
    let sql = Point::select().push(" where city = ").arg(city).push(" and id = ").arg(id);
    db.one(sql.push(" and ").scope(scope, "", "enterprise")).await
}

/// A page of points, the latest made first.
pub async fn page(db: &Db, scope: &Scope, filter: &Filter, page: &Page) -> Outcome<List<Point>> {
    let sql = Point::select().push(" where ");
    // what belongs to one enterprise, or stands as few do, is few; else the page goes along an index
    let sql = if filter.enterprise.is_some() || filter.state.is_some() || scope.enterprises().is_some() {
        sql.scope(scope, "", "enterprise")
    } else {
        sql.along(db.engine(), scope, "enterprise")
    };
    page.latest(db, filter.conditions(sql), |point: &Point| point.id).await
}

/// How many points stand how.
#[derive(Debug, FromRow)]
pub struct Standings {
    /// Division, sector or ownership; the state where that is asked for.
    pub key: String,
    /// State.
    pub state: String,
    /// How many.
    pub number: i64,
}

/// Numbers by a column and by how points stand; videos are none of them.
pub async fn standings(db: impl Exec, scope: &Scope, key: &str, filter: &Filter) -> Result<Vec<Standings>> {
    let sql = Sql::new(&format!(
        "select coalesce({key}, '') as key, state, count(*) as number from monitor_point where "
    ));
    let sql = filter.conditions(sql.scope(scope, "", "enterprise")).push(" and kind <> 'video'");
    db.all(sql.push(" group by 1, state order by 1, state")).await
}

/// The alarm in scope.
pub async fn alarm(db: impl Exec, scope: &Scope, city: &str, id: Uuid) -> Result<Alarm> {
    let sql = Alarm::select().push(" where city = ").arg(city).push(" and id = ").arg(id);
    db.one(sql.push(" and ").scope(scope, "", "enterprise")).await
}

/// The details of cases found through a scope.
pub async fn alarms(db: impl Exec, keys: &[(String, Uuid)]) -> Result<HashMap<Uuid, Alarm>> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let sql = Alarm::select().push(" where ").within("city", keys.iter().map(|(city, _)| city.as_str()));
    let rows: Vec<Alarm> = db.all(sql.push(" and ").within("id", keys.iter().map(|(_, id)| *id))).await?;
    Ok(rows.into_iter().map(|alarm| (alarm.id, alarm)).collect())
}

/// What was counted of an enterprise's readings, or of one of its points, the latest day first.
#[derive(Debug, FromRow)]
pub struct CountRow {
    /// Number of the point as it was sent.
    pub code: String,
    /// Day in China.
    pub day: NaiveDate,
    /// What became of them.
    pub outcome: String,
    /// How many.
    pub number: i64,
    /// Time of the last as it was sent.
    pub last_at: String,
    /// Value of the last as it was sent.
    pub last_value: String,
    /// When that came.
    pub seen_at: DateTime<Utc>,
}

/// Most lines of it that are told.
const MOST_COUNTS: i64 = 500;

/// What was counted since a day.
pub async fn counts(
    db: impl Exec,
    (city, enterprise): (&str, Uuid),
    code: Option<&str>,
    from: NaiveDate,
) -> Result<Vec<CountRow>> {
    let sql = Sql::new(
        "select code, day, outcome, number, last_at, last_value, seen_at from monitor_count where city = ",
    );
    let sql = sql.arg(city).push(" and enterprise = ").arg(enterprise).and(" and code = ", code);
    let sql = sql.push(" and day >= ").arg(from).push(" order by day desc, code, outcome limit ");
    db.all(sql.arg(MOST_COUNTS)).await
}

/// How many points of a division there are, are online, and pass a limit now.
#[derive(Debug, FromRow)]
pub struct DivisionRow {
    /// Code.
    pub key: String,
    /// Points.
    pub points: i64,
    /// Online.
    pub online: i64,
    /// A limit is passed.
    pub alarming: i64,
}

/// The same of an enterprise.
#[derive(Debug, FromRow)]
pub struct FirmRow {
    /// City, 4 digits.
    pub city: String,
    /// Enterprise.
    pub enterprise: Uuid,
    /// Points.
    pub points: i64,
    /// Online.
    pub online: i64,
    /// A limit is passed.
    pub alarming: i64,
}

/// The columns of both after their keys.
const NUMBERS: &str = "count(*) as points,
    cast(sum(case when state in ('normal', 'level1', 'level2') then 1 else 0 end) as bigint) as online,
    cast(sum(case when state in ('level1', 'level2') then 1 else 0 end) as bigint) as alarming
    from monitor_point where in_use and kind <> 'video' and ";

/// Points by divisions whose codes have so many digits.
pub async fn divisions(db: impl Exec, scope: &Scope, digits: usize) -> Result<Vec<DivisionRow>> {
    let sql = Sql::new(&format!("select substr(town, 1, {digits}) as key, {NUMBERS}"));
    db.all(sql.scope(scope, "", "enterprise").push(" group by 1 order by 1")).await
}

/// Points by enterprise, those with most trouble first.
pub async fn firms(db: impl Exec, scope: &Scope) -> Result<Vec<FirmRow>> {
    let sql = Sql::new(&format!("select city, enterprise, {NUMBERS}")).scope(scope, "", "enterprise");
    let sql = sql.push(" group by city, enterprise order by alarming desc, online, enterprise limit 200");
    db.all(sql).await
}

/// Alarms of which nobody took notice yet.
const WAITING: &str = "from case_header where kind = 'alarm' and closed_on is null and state = 'raised' and ";

/// How many of them a division has.
#[derive(Debug, FromRow)]
pub struct WaitingRow {
    /// Code.
    pub key: String,
    /// How many.
    pub number: i64,
}

/// Those by division.
pub async fn waiting(db: impl Exec, scope: &Scope, digits: usize) -> Result<Vec<WaitingRow>> {
    let sql = Sql::new(&format!("select substr(town, 1, {digits}) as key, count(*) as number {WAITING}"));
    db.all(sql.scope(scope, "", "enterprise").push(" group by 1")).await
}

/// How many of them an enterprise has.
#[derive(Debug, FromRow)]
pub struct WaitingOf {
    /// Enterprise.
    pub enterprise: Uuid,
    /// How many.
    pub number: i64,
}

/// Those of enterprises that were found through a scope.
pub async fn waiting_of(db: impl Exec, keys: &[(String, Uuid)]) -> Result<Vec<WaitingOf>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let sql = Sql::new(&format!("select enterprise, count(*) as number {WAITING}"));
    let sql = sql.within("city", keys.iter().map(|(city, _)| city.as_str())).push(" and ");
    db.all(sql.within("enterprise", keys.iter().map(|(_, id)| *id)).push(" group by enterprise")).await
}
