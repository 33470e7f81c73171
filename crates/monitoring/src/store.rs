//! The statements that people cause: they take the [`Scope`]. Those of readings as they come are the business of [`kept`](crate::kept).

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use db::{Db, Exec, FromRow, Result, Sql};
use kernel::Scope;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;
use web::{List, Outcome, Page};

use crate::model::{Alarm, Point};

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
    let sql = Alarm::select().push(" where ").keys("id", keys.iter().map(|(city, id)| (city.as_str(), *id)));
    let rows: Vec<Alarm> = db.all(sql).await?;
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
    let sql = sql.keys("enterprise", keys.iter().map(|(city, id)| (city.as_str(), *id)));
    db.all(sql.push(" group by enterprise")).await
}
