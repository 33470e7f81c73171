//! The statements over hidden dangers. All take the [`Scope`], or a case or enterprises that were found through one.

use caseflow::Case;
use chrono::NaiveDate;
use db::{Exec, FromRow, Result, Sql};
use kernel::Scope;
use uuid::Uuid;

use crate::model::{Danger, Photo};

/// The details of a case in scope.
pub async fn find(db: impl Exec, scope: &Scope, city: &str, id: Uuid) -> Result<Danger> {
    let sql = Danger::select().push(" where city = ").arg(city).push(" and id = ").arg(id);
    db.one(sql.push(" and ").scope(scope, "", "enterprise")).await
}

/// The details of cases found through a scope.
pub async fn some(db: impl Exec, keys: &[(String, Uuid)]) -> Result<Vec<Danger>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    db.all(Danger::select().push(" where ").keys("id", keys.iter().map(|(city, id)| (city.as_str(), *id))))
        .await
}

/// The name of the agency that answers for a case; where an officer alone does, that of the nearest office of its place, not below the tier
/// whose case it is unless there is no other. Empty where there is none.
pub async fn agency_name(db: impl Exec, case: &Case) -> Result<String> {
    let sql = Sql::new("select name from agency where city = ").arg(&case.city);
    let sql = match case.agency {
        Some(id) => sql.push(" and id = ").arg(id),
        None => {
            let over = [9, 6, 4].into_iter().filter_map(|digits| case.town.get(..digits));
            let tier = i64::try_from(caseflow::parse_tier(&case.tier).digits()).unwrap_or(9);
            let sql = sql.push(" and kind <> 'department' and ").within("town", over);
            let sql = sql.push(" order by case when length(town) > ").arg(tier);
            sql.push(" then 1 else 0 end, length(town) desc, case when kind = 'committee' then 1 else 0 end, id limit 1")
        }
    };
    let name: Option<(String,)> = db.optional(sql).await?;
    Ok(name.map(|(name,)| name).unwrap_or_default())
}

/// Most photos of a danger.
pub const MOST_PHOTOS: i64 = 50;

/// The photos of a danger, the first one first.
pub async fn photos(db: impl Exec, danger: &Danger) -> Result<Vec<Photo>> {
    let sql = Photo::select().push(" where city = ").arg(&danger.city).push(" and danger = ").arg(danger.id);
    db.all(sql.push(" order by id limit ").arg(MOST_PHOTOS)).await
}

/// A number of one part and class.
#[derive(Debug, FromRow)]
pub struct Tally {
    /// Division, sector or ownership.
    pub key: String,
    /// `general` or `major`.
    pub severity: String,
    /// How many.
    pub number: i64,
}

/// What is counted of the dangers of an area, and what the list behind the number holds: one condition for both.
#[derive(Debug, Clone, Copy)]
pub enum Counted {
    /// Found in these days.
    Found(NaiveDate, NaiveDate),
    /// Struck off in these days.
    Closed(NaiveDate, NaiveDate),
    /// Struck off in these days and put right within the term.
    InTime(NaiveDate, NaiveDate),
    /// Found in these days and struck off by the last of them.
    Mended(NaiveDate, NaiveDate),
    /// Open at the end of that day: the two that follow together.
    Open(NaiveDate),
    /// Open now and found by that day.
    OpenNow(NaiveDate),
    /// Found by that day and ended after it: what was open then and is no more.
    EndedLater(NaiveDate),
    /// Open and late on that day.
    Overdue(NaiveDate),
    /// Open under listed supervision.
    Listed,
    /// Major, open at the end of that day, with a plan whose part in that column is told.
    Planned(NaiveDate, &'static str),
}

/// Columns of the plan by what the statistics call them.
pub const PLANNED: &[(&str, &str)] = &[
    ("planned", "plan_measures"),
    ("planned_task", "plan_measures"),
    ("planned_funds", "plan_funds"),
    ("planned_person", "plan_person"),
    ("planned_term", "plan_on"),
    ("planned_emergency", "plan_emergency"),
];

/// A condition on the details of a case.
const DETAILS: &str =
    " and exists (select 1 from danger d where d.city = case_header.city and d.id = case_header.id and ";

impl Counted {
    /// The condition on `case_header`, beginning with `and`.
    pub fn condition(self) -> Sql {
        let sql = Sql::default();
        match self {
            Counted::Found(from, to) => sql
                .push(" and opened_on >= ")
                .arg(from)
                .push(" and opened_on <= ")
                .arg(to)
                .push(" and state <> 'withdrawn'"),
            Counted::Mended(from, to) => sql
                .push(" and opened_on >= ")
                .arg(from)
                .push(" and opened_on <= ")
                .arg(to)
                .push(" and state = 'closed' and closed_on <= ")
                .arg(to),
            Counted::Closed(from, to) => sql
                .push(" and closed_on >= ")
                .arg(from)
                .push(" and closed_on <= ")
                .arg(to)
                .push(" and state = 'closed'"),
            Counted::InTime(from, to) => {
                Counted::Closed(from, to).condition().push(DETAILS).push("d.mended_on <= d.term_on)")
            }
            Counted::Open(to) => sql
                .push(" and opened_on <= ")
                .arg(to)
                .push(" and (closed_on is null or (closed_on > ")
                .arg(to)
                .push(" and state = 'closed'))"),
            Counted::OpenNow(to) => sql.push(" and closed_on is null and opened_on <= ").arg(to),
            Counted::EndedLater(to) => sql
                .push(" and closed_on > ")
                .arg(to)
                .push(" and opened_on <= ")
                .arg(to)
                .push(" and state = 'closed'"),
            Counted::Overdue(today) => sql.push(" and closed_on is null and due_on < ").arg(today),
            Counted::Listed => sql
                .push(" and closed_on is null")
                .push(DETAILS)
                .push("d.listed_tier is not null and d.released_on is null)"),
            Counted::Planned(to, column) => Counted::Open(to)
                .condition()
                .push(" and severity = 'major'")
                .push(DETAILS)
                .push(&format!("d.plan_measures is not null and d.{column} is not null)")),
        }
    }
}

/// Numbers by part and class; each goes along an index, whatever the register holds.
pub async fn tally(db: impl Exec, scope: &Scope, key: &str, counted: Counted) -> Result<Vec<Tally>> {
    let sql = Sql::new(&format!(
        "select coalesce({key}, '') as key, severity, count(*) as number from case_header where kind = 'danger' and "
    ));
    let sql = sql.scope(scope, "", "enterprise");
    let sql = sql.append(counted.condition());
    db.all(sql.push(" group by 1, severity order by 1, severity")).await
}

/// An open danger, as it is taken along into the field.
#[derive(Debug, FromRow)]
pub struct Open {
    /// Id.
    pub id: Uuid,
    /// Enterprise.
    pub enterprise: Uuid,
    /// Number of the case.
    pub number: String,
    /// What it is.
    pub title: String,
    /// `general` or `major`.
    pub severity: String,
    /// State of the case.
    pub state: String,
    /// Last day for putting it right.
    pub due_on: Option<NaiveDate>,
}

/// Most open dangers that are told of some enterprises.
const MOST_OPEN: i64 = 2_000;

/// The open dangers of some enterprises of a city that the caller may see, the most urgent first.
///
/// # Errors
/// Where the database fails.
pub async fn open_of(db: impl Exec, city: &str, enterprises: &[Uuid]) -> Result<Vec<Open>> {
    let sql = Sql::new(
        "select id, enterprise, number, title, severity, state, due_on from case_header where city = ",
    );
    let sql = sql.arg(city).push(" and ").within("enterprise", enterprises.iter().copied());
    let sql =
        sql.push(" and kind = 'danger' and closed_on is null order by due_on, id limit ").arg(MOST_OPEN);
    db.all(sql).await
}
