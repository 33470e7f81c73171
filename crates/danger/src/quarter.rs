//! The statutory statistics of a quarter or year (事故隐患排查治理情况统计表), computed from what was entered by item and reported by number.
//! What each figure counts is said by the rule table `danger-statistics`.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use db::{Db, Exec, FromRow, Sql};
use enterprise::numbers;
use kernel::Scope;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::Outcome;

/// The counts of a line. Funds in 分.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counts {
    pub enterprises: i64,
    pub reported: i64,
    pub general_found: i64,
    pub general_mended: i64,
    pub major_found: i64,
    pub major_mended: i64,
    pub planned: i64,
    pub planned_task: i64,
    pub planned_funds: i64,
    pub planned_person: i64,
    pub planned_term: i64,
    pub planned_emergency: i64,
    pub funds: i64,
    /// What of the four numbers was reported by number in monthly returns.
    pub returned: Returned,
}

/// What was reported by number.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = DangerQuarterReturned)]
pub(crate) struct Returned {
    pub general_found: i64,
    pub general_mended: i64,
    pub major_found: i64,
    pub major_mended: i64,
}

impl Counts {
    /// The two together.
    pub fn plus(&mut self, other: &Counts) {
        self.enterprises += other.enterprises;
        self.reported += other.reported;
        self.general_found += other.general_found;
        self.general_mended += other.general_mended;
        self.major_found += other.major_found;
        self.major_mended += other.major_mended;
        self.planned += other.planned;
        self.planned_task += other.planned_task;
        self.planned_funds += other.planned_funds;
        self.planned_person += other.planned_person;
        self.planned_term += other.planned_term;
        self.planned_emergency += other.planned_emergency;
        self.funds += other.funds;
        self.returned.general_found += other.returned.general_found;
        self.returned.general_mended += other.returned.general_mended;
        self.returned.major_found += other.returned.major_found;
        self.returned.major_mended += other.returned.major_mended;
    }
}

/// By what the lines are.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Lines {
    /// Supervised sectors.
    Sectors,
    /// Divisions with codes of so many digits.
    Divisions(usize),
}

impl Lines {
    fn column(self, prefix: &str) -> String {
        match self {
            Lines::Sectors => format!("{prefix}sector"),
            Lines::Divisions(digits) => format!("substr({prefix}town, 1, {digits})"),
        }
    }
}

#[derive(FromRow)]
struct Found {
    key: String,
    severity: String,
    found: i64,
    mended: i64,
    funds: i64,
}

#[derive(FromRow)]
struct Planned {
    key: String,
    planned: i64,
    task: i64,
    funds: i64,
    person: i64,
    term: i64,
    emergency: i64,
}

#[derive(FromRow)]
struct Summed {
    key: String,
    general_found: i64,
    general_mended: i64,
    major_found: i64,
    major_mended: i64,
    funds: i64,
}

#[derive(FromRow)]
struct Number {
    key: String,
    number: i64,
}

/// First and last month of these days as returns name them.
pub(crate) fn months((from, to): (NaiveDate, NaiveDate)) -> (String, String) {
    (from.format("%Y-%m").to_string(), to.format("%Y-%m").to_string())
}

/// The lines of an area in some days.
pub(crate) async fn lines(
    db: &Db,
    scope: &Scope,
    lines: Lines,
    days: (NaiveDate, NaiveDate),
) -> Outcome<BTreeMap<String, Counts>> {
    let (from, to) = days;
    let mut all: BTreeMap<String, Counts> = BTreeMap::new();
    let key = lines.column("c.");
    let cases =
        "from case_header c join danger d on d.city = c.city and d.id = c.id where c.kind = 'danger' and ";

    let sql = Sql::new(&format!(
        "select {key} as key, c.severity, count(*) as found, cast(sum(case when c.state = 'closed' and c.closed_on <= "
    ));
    let sql = sql.arg(to).push(" then 1 else 0 end) as bigint) as mended, ");
    let sql = sql.push(
        "cast(sum(case when coalesce(d.plan_funds, 0) > coalesce(d.funds_spent, 0) then d.plan_funds else coalesce(d.funds_spent, 0) end) as bigint) as funds ",
    );
    let sql = sql.push(cases).scope(scope, "c.", "enterprise");
    let sql = sql.push(" and c.opened_on >= ").arg(from).push(" and c.opened_on <= ").arg(to);
    for row in db.all::<Found>(sql.push(" and c.state <> 'withdrawn' group by 1, 2")).await? {
        let own = all.entry(row.key).or_default();
        if row.severity == "major" {
            own.major_found += row.found;
            own.major_mended += row.mended;
        } else {
            own.general_found += row.found;
            own.general_mended += row.mended;
        }
        own.funds += row.funds;
    }

    let has = |column: &str, name: &str| {
        format!("cast(sum(case when d.{column} is not null then 1 else 0 end) as bigint) as {name}")
    };
    let sql = Sql::new(&format!(
        "select {key} as key, count(*) as planned, {}, {}, {}, {}, {} ",
        has("plan_measures", "task"),
        has("plan_funds", "funds"),
        has("plan_person", "person"),
        has("plan_on", "term"),
        has("plan_emergency", "emergency")
    ));
    let sql = sql.push(cases).scope(scope, "c.", "enterprise");
    let sql = sql.push(" and c.severity = 'major' and c.opened_on <= ").arg(to);
    let sql = sql.push(" and (c.closed_on is null or (c.closed_on > ").arg(to);
    let sql = sql.push(" and c.state = 'closed')) and d.plan_measures is not null group by 1");
    for row in db.all::<Planned>(sql).await? {
        let own = all.entry(row.key).or_default();
        own.planned += row.planned;
        own.planned_task += row.task;
        own.planned_funds += row.funds;
        own.planned_person += row.person;
        own.planned_term += row.term;
        own.planned_emergency += row.emergency;
    }

    let key = lines.column("");
    let (first, last) = months(days);
    let sum = |column: &str, name: &str| format!("cast(sum({column}) as bigint) as {name}");
    let sql = Sql::new(&format!(
        "select {key} as key, {}, {}, {}, {}, {} from danger_return where ",
        sum("general_found", "general_found"),
        sum("general_mended", "general_mended"),
        sum("major_found", "major_found"),
        sum("major_mended", "major_mended"),
        sum("funds_spent", "funds")
    ));
    let sql = sql.scope(scope, "", "enterprise").push(NOT_MERGED).push(" and month >= ").arg(&first);
    for row in db.all::<Summed>(sql.push(" and month <= ").arg(&last).push(" group by 1")).await? {
        let own = all.entry(row.key).or_default();
        own.general_found += row.general_found;
        own.general_mended += row.general_mended;
        own.major_found += row.major_found;
        own.major_mended += row.major_mended;
        own.funds += row.funds;
        own.returned = Returned {
            general_found: row.general_found,
            general_mended: row.general_mended,
            major_found: row.major_found,
            major_mended: row.major_mended,
        };
    }

    let sql = Sql::new(&format!(
        "select key, count(*) as number from (select {key} as key, enterprise from danger_return where "
    ));
    let sql = sql.scope(scope, "", "enterprise").push(NOT_MERGED).push(" and month >= ").arg(&first);
    let sql = sql
        .push(" and month <= ")
        .arg(&last)
        .push(&format!(" union select {key} as key, enterprise from case_header where kind = 'danger' and "));
    let sql = sql.scope(scope, "", "enterprise").push(" and opened_on >= ").arg(from);
    let sql = sql.push(" and opened_on <= ").arg(to).push(" and state <> 'withdrawn') x group by key");
    for row in db.all::<Number>(sql).await? {
        all.entry(row.key).or_default().reported += row.number;
    }
    for (key, number) in enterprises(db, scope, lines).await? {
        all.entry(key).or_default().enterprises += number;
    }
    all.retain(|_, own| *own != Counts::default());
    Ok(all)
}

/// What an enterprise reported that is part of another now, which reported itself for that month, is counted once.
pub(crate) const NOT_MERGED: &str =
    " and not exists (select 1 from enterprise e where e.city = danger_return.city
    and e.id = danger_return.enterprise and e.status = 'merged')";

/// States in which an enterprise looks for dangers and reports: all but those that have ended or stand still.
const AT_WORK: &str = "pending,normal,no_premises";

/// Enterprises at work, line by line, from the numbers that are kept with every write.
async fn enterprises(db: &Db, scope: &Scope, lines: Lines) -> Outcome<Vec<(String, i64)>> {
    match lines {
        Lines::Sectors => {
            let filter = enterprise::store::Filter { status: Some(AT_WORK.into()), ..Default::default() };
            let (mut facets, _) = numbers::facets(db, scope, &filter).await?;
            let sectors = facets.remove("sector").unwrap_or_default();
            Ok(sectors.into_iter().map(|own| (own.value, own.number)).collect())
        }
        Lines::Divisions(digits) => {
            let figures = numbers::figures(db, scope, digits).await?;
            let at_work = figures.into_iter().filter(|own| {
                own.dimension == "status" && AT_WORK.split(',').any(|state| state == own.value)
            });
            Ok(at_work.map(|own| (own.code, own.number)).collect())
        }
    }
}
