//! All SQL of self-checks.

use chrono::NaiveDate;
use db::{Exec, FromRow, Result, Sql};
use enterprise::Enterprise;
use kernel::Scope;
use uuid::Uuid;

use crate::{
    model::{Check, Task},
    period::Period,
};

/// Tasks that may count for one place at a time.
pub const MOST: i64 = 50;

/// A division and those above it: `4405`, `440507`, `440507005`.
fn above(region: &str) -> Vec<String> {
    [4, 6, 9, 12].iter().filter_map(|digits| region.get(..*digits)).map(str::to_string).collect()
}

/// A task.
pub async fn task(db: impl Exec, city: &str, id: Uuid) -> Result<Task> {
    db.one(Task::select().push(" where city = ").arg(city).push(" and id = ").arg(id)).await
}

/// The tasks that count for a division, set there, above it or within it; `ended` with those that are over. It ends within the conditions.
pub fn tasks(region: &str, ended: bool, today: NaiveDate) -> Sql {
    let city = region.get(..4).unwrap_or(region);
    let mut sql =
        Task::select().push(" where city = ").arg(city).push(" and (").within("town", above(region));
    sql = sql.push(" or (town >= ").arg(region).push(" and town < ").arg(format!("{region}:")).push("))");
    if !ended {
        sql = sql.push(" and (ends_on is null or ends_on >= ").arg(today).push(")");
    }
    sql
}

/// The tasks set in a division itself that are not over, the latest first.
pub async fn set_in(db: impl Exec, region: &str, today: NaiveDate) -> Result<Vec<Task>> {
    let sql = Task::select().push(" where city = ").arg(region.get(..4).unwrap_or(region));
    let sql = sql.push(" and town = ").arg(region).push(" and (ends_on is null or ends_on >= ").arg(today);
    db.all(sql.push(") order by id desc limit ").arg(MOST)).await
}

/// The tasks that an enterprise has to do, among those not over before that day.
pub async fn tasks_of(db: impl Exec, firm: &Enterprise, since: NaiveDate) -> Result<Vec<Task>> {
    let sql =
        Task::select().push(" where city = ").arg(&firm.city).push(" and ").within("town", above(&firm.town));
    let sql = sql.push(" and (sector is null or sector = ").arg(&firm.sector).push(")");
    let sql = sql.push(" and (ends_on is null or ends_on >= ").arg(since).push(")");
    db.all(sql.push(" order by id limit ").arg(MOST)).await
}

/// One self-check.
pub async fn find(db: impl Exec, scope: &Scope, city: &str, id: Uuid) -> Result<Check> {
    let sql = Check::select().push(" where city = ").arg(city).push(" and id = ").arg(id).push(" and ");
    db.one(sql.scope(scope, "", "enterprise")).await
}

/// What an enterprise did for a task in a period.
pub async fn of_period(
    db: impl Exec,
    task: &Task,
    enterprise: Uuid,
    from: NaiveDate,
) -> Result<Option<Check>> {
    let sql =
        Check::select().push(" where city = ").arg(&task.city).push(" and enterprise = ").arg(enterprise);
    db.optional(sql.push(" and task = ").arg(task.id).push(" and period_from = ").arg(from)).await
}

/// What an enterprise did since a day, for any task.
pub async fn since(db: impl Exec, firm: &Enterprise, from: NaiveDate) -> Result<Vec<Check>> {
    let sql = Check::select().push(" where city = ").arg(&firm.city).push(" and enterprise = ").arg(firm.id);
    db.all(sql.push(" and period_from >= ").arg(from).push(" order by id limit ").arg(MOST)).await
}

/// The enterprises at work that have not handed in for a task and a period; who was registered after it was not asked. The conditions, to list
/// or to count them. `sql` selects from
/// `enterprise`.
pub fn missing(sql: Sql, scope: &Scope, task: &Task, own: Period) -> Sql {
    let sql = sql.scope(scope, "", "id").push(enterprise::store::AT_WORK);
    let sql = sql.and(" and sector = ", task.sector.clone()).and(" and created_at < ", own.ended_at());
    let sql = sql.push(
        " and not exists (select 1 from self_check s where s.city = enterprise.city and s.enterprise = enterprise.id and s.task = ",
    );
    sql.arg(task.id).push(" and s.period_from = ").arg(own.from).push(" and s.state = 'done')")
}

/// How many handed in, by part.
#[derive(Debug, FromRow)]
pub struct Tally {
    /// The part.
    pub key: String,
    /// Enterprises.
    pub number: i64,
}

/// The enterprises that handed in on those days, by part.
pub async fn tally(
    db: impl Exec,
    scope: &Scope,
    key: &str,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<Tally>> {
    let sql = Sql::new(&format!(
        "select {key} as key, count(distinct enterprise) as number from self_check where "
    ));
    let sql = sql.scope(scope, "", "enterprise").push(" and done_on >= ").arg(from).push(" and done_on <= ");
    // what an enterprise did that is part of another now, which did it itself, is counted once
    let sql = sql.arg(to).push(
        " and not exists (select 1 from enterprise e where e.city = self_check.city and e.id = self_check.enterprise and e.status = 'merged')",
    );
    db.all(sql.push(" group by 1 order by 1")).await
}
