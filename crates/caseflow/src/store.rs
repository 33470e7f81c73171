//! The statements over cases. All take the [`Scope`], or a case that was found through one.

use chrono::NaiveDate;
use db::{Db, Engine, Exec, FromRow, Result, Sql, Tx};
use kernel::Scope;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;
use web::{Count, List, Outcome, Page, Problem};

use crate::model::{Case, Event};

/// Days ahead of a deadline that count as near.
pub const SOON: u64 = 7;

/// What a list of cases can be narrowed by. Several values of one filter are separated by commas.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct Filter {
    /// Division and all within it.
    pub region: Option<String>,
    /// Kind of case.
    pub kind: Option<String>,
    /// State of its flow.
    pub state: Option<String>,
    /// `open` or `closed`; all unless told.
    pub life: Option<String>,
    /// `enterprise`, `officer`, `nobody`.
    pub waits: Option<String>,
    /// `general`, `major`.
    pub severity: Option<String>,
    /// The lowest tier that sees it as its own: `town`, `county`, `city`, `province`.
    pub tier: Option<String>,
    /// `overdue`, `soon` (within 7 days), `later`.
    pub due: Option<String>,
    /// Only those of which the caller is the responsible officer.
    pub mine: bool,
    /// Responsible officer.
    pub officer: Option<Uuid>,
    /// Only those without a responsible officer.
    pub unassigned: bool,
    /// Responsible agencies.
    pub agency: Option<String>,
    /// Enterprise.
    pub enterprise: Option<Uuid>,
    /// Supervised sector.
    pub sector: Option<String>,
    /// `public`, `non_public`.
    pub ownership: Option<String>,
    /// Beginning of a number.
    pub number: Option<String>,
    /// Opened on that day or later.
    pub opened_from: Option<NaiveDate>,
    /// Opened on that day or earlier.
    pub opened_to: Option<NaiveDate>,
    /// Ended on that day or later.
    pub closed_from: Option<NaiveDate>,
    /// Ended on that day or earlier.
    pub closed_to: Option<NaiveDate>,
    /// Of those ended: `yes` within the deadline, `no` after it.
    pub in_time: Option<String>,
}

impl Filter {
    /// Whether only open cases can be left.
    fn open(&self) -> bool {
        self.life.as_deref() == Some("open") || self.due.as_deref().is_some_and(|due| !due.is_empty())
    }

    /// The conditions beside the scope.
    ///
    /// # Errors
    /// 400 for words that mean nothing.
    pub fn conditions(&self, mut sql: Sql, caller: Uuid, today: NaiveDate) -> Outcome<Sql> {
        let columns = [
            ("kind", &self.kind),
            ("state", &self.state),
            ("waits", &self.waits),
            ("severity", &self.severity),
            ("tier", &self.tier),
            ("sector", &self.sector),
            ("ownership", &self.ownership),
        ];
        for (column, values) in columns {
            if let Some(values) = values.as_deref().filter(|values| !values.is_empty()) {
                sql = sql.push(" and ").within(column, values.split(','));
            }
        }
        sql = match self.life.as_deref() {
            None | Some("") => sql,
            Some("open") => sql.push(" and closed_on is null"),
            Some("closed") => sql.push(" and closed_on is not null"),
            Some(_) => return Err(Problem::bad_request("life.unknown", "life 应为 open 或者 closed。")),
        };
        let near = today + chrono::Days::new(SOON);
        sql = match self.due.as_deref() {
            None | Some("") => sql,
            Some("overdue") => sql.push(" and closed_on is null and due_on < ").arg(today),
            Some("soon") => {
                sql.push(" and closed_on is null and due_on >= ").arg(today).push(" and due_on <= ").arg(near)
            }
            Some("later") => sql.push(" and closed_on is null and due_on > ").arg(near),
            Some(_) => {
                return Err(Problem::bad_request("due.unknown", "due 应为 overdue、soon 或者 later。"));
            }
        };
        sql = match self.in_time.as_deref() {
            None | Some("") => sql,
            Some("yes") => sql.push(" and closed_on <= term_on"),
            Some("no") => sql.push(" and closed_on > term_on"),
            Some(_) => return Err(Problem::bad_request("in_time.unknown", "in_time 应为 yes 或者 no。")),
        };
        if self.mine {
            sql = sql.push(" and officer = ").arg(caller);
        }
        if self.unassigned {
            sql = sql.push(" and officer is null");
        }
        if let Some(agencies) = self.agency.as_deref().filter(|own| !own.is_empty()) {
            let ids: Result<Vec<Uuid>, _> = agencies.split(',').map(Uuid::parse_str).collect();
            let ids = ids.map_err(|_| Problem::bad_request("agency.unknown", "agency 应为机构的编号。"))?;
            sql = sql.push(" and ").within("agency", ids);
        }
        if let Some(number) = self.number.as_deref().map(str::trim).filter(|number| !number.is_empty()) {
            let end = format!("{number}\u{10ffff}");
            sql = sql.push(" and number >= ").arg(number).push(" and number < ").arg(end);
        }
        let sql = sql.and(" and officer = ", self.officer).and(" and enterprise = ", self.enterprise);
        let sql = sql.and(" and opened_on >= ", self.opened_from).and(" and opened_on <= ", self.opened_to);
        Ok(sql.and(" and closed_on >= ", self.closed_from).and(" and closed_on <= ", self.closed_to))
    }
}

/// One case in scope.
///
/// # Errors
/// Not found outside the scope.
pub async fn find(db: impl Exec, scope: &Scope, city: &str, id: Uuid) -> Result<Case> {
    let sql = Case::select().push(" where city = ").arg(city).push(" and id = ").arg(id);
    db.one(sql.push(" and ").scope(scope, "", "enterprise")).await
}

/// The version at which a case stands now, held by the transaction until it ends.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn version(tx: &mut Tx, case: &Case) -> Result<Option<i64>> {
    #[derive(FromRow)]
    struct Now {
        version: i64,
    }
    let sql = Sql::new("select version from case_header where city = ").arg(&case.city);
    let sql = sql.push(" and id = ").arg(case.id);
    // the one writer of SQLite holds everything
    let sql = if tx.engine() == Engine::Postgres { sql.push(" for update") } else { sql };
    Ok(tx.optional::<Now>(sql).await?.map(|now| now.version))
}

/// Some cases of a city in scope, by id.
///
/// # Errors
/// Where the database fails.
pub async fn some(
    db: impl Exec,
    scope: &Scope,
    city: &str,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<Vec<Case>> {
    let sql = Case::select().push(" where city = ").arg(city).push(" and ").within("id", ids);
    db.all(sql.push(" and ").scope(scope, "", "enterprise")).await
}

/// A page of cases: open ones by their deadline, the earliest first; otherwise the latest opened first. `also` is what an area asks of its
/// own details, beginning with `and`.
///
/// # Errors
/// 400 for words that mean nothing.
pub async fn page(
    db: &Db,
    scope: &Scope,
    (filter, also): (&Filter, Sql),
    (caller, today): (Uuid, NaiveDate),
    page: &Page,
) -> Outcome<List<Case>> {
    let sql = Case::select().push(" where ");
    // what belongs to one enterprise is few; else the page goes along an index
    let sql = if filter.enterprise.is_some() {
        sql.scope(scope, "", "enterprise")
    } else {
        sql.along(db.engine(), scope, "enterprise")
    };
    let sql = filter.conditions(sql, caller, today)?.append(also);
    if filter.open() {
        page.by_day(db, sql, "due_on", |case: &Case| (case.due_on, case.id)).await
    } else {
        page.latest(db, sql, |case: &Case| case.id).await
    }
}

/// Counted up to here.
const MOST_COUNTED: i64 = 10_000;

/// How many cases the filters leave.
///
/// # Errors
/// 400 for words that mean nothing.
pub async fn count(
    db: &Db,
    scope: &Scope,
    (filter, also): (&Filter, Sql),
    (caller, today): (Uuid, NaiveDate),
) -> Outcome<Count> {
    let rows = Sql::new("select id from case_header where ").scope(scope, "", "enterprise");
    let rows = filter.conditions(rows, caller, today)?.append(also);
    Count::up_to(db, rows, MOST_COUNTED).await
}

/// Most steps of a case that are told.
const MOST_EVENTS: i64 = 1000;

/// The steps of a case, the first one first.
///
/// # Errors
/// Where the database fails.
pub async fn events(db: impl Exec, case: &Case) -> Result<Vec<Event>> {
    let sql = Event::select().push(" where city = ").arg(&case.city).push(" and case_id = ").arg(case.id);
    db.all(sql.push(" order by seq limit ").arg(MOST_EVENTS)).await
}
