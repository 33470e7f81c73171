//! The statements over hazard sources. All take the [`Scope`], or a source that was found through one.

use chrono::NaiveDate;
use db::{Db, Exec, FromRow, Result, Sql};
use kernel::Scope;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;
use web::{Count, List, Outcome, Page, Problem};

use crate::model::{Filing, Source};

/// Days ahead of a day that count as near.
pub const SOON: u64 = 90;

/// What a list of sources can be narrowed by. Several values of one filter are separated by commas.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct Filter {
    /// Division and all within it.
    pub region: Option<String>,
    /// Division itself, without what lies within: sources that no town was found for.
    pub at: Option<String>,
    /// What it is: `chemical`, `boiler`, ….
    pub category: Option<String>,
    /// Grade as found, 1 (the gravest) to 4; 0 is none.
    pub grade: Option<String>,
    /// `yes`: a major hazard source as found; `no`: none.
    pub major: Option<String>,
    /// `registered`, `filed`, `cancelled`; all but those struck off unless told.
    pub state: Option<String>,
    /// Of its filing: `none`, `open` (under way), `valid`, `soon` (runs out within 90 days), `expired`.
    pub filing: Option<String>,
    /// The day of the new identification: `overdue` or `soon` (within 90 days).
    pub review: Option<String>,
    /// Only those whose declared grade is another than the one found.
    pub differs: bool,
    /// Only those identified by another edition than this one.
    pub edition_not: Option<String>,
    /// Supervised sector.
    pub sector: Option<String>,
    /// `public`, `non_public`.
    pub ownership: Option<String>,
    /// Enterprise.
    pub enterprise: Option<Uuid>,
}

impl Filter {
    /// The conditions beside the scope.
    ///
    /// # Errors
    /// 400 for words that mean nothing.
    pub fn conditions(&self, mut sql: Sql, today: NaiveDate) -> Outcome<Sql> {
        let near = today + chrono::Days::new(SOON);
        let said = |value: &'_ Option<String>| value.clone().filter(|own| !own.is_empty());
        for (column, values) in
            [("category", &self.category), ("sector", &self.sector), ("ownership", &self.ownership)]
        {
            if let Some(values) = said(values) {
                sql = sql.push(" and ").within(column, values.split(','));
            }
        }
        sql = match said(&self.state) {
            Some(values) => sql.push(" and state <> 'removed' and ").within("state", values.split(',')),
            None => sql.push(" and state in ('registered', 'filed')"),
        };
        if let Some(values) = said(&self.grade) {
            let grades: std::result::Result<Vec<i64>, _> = values.split(',').map(str::parse).collect();
            let grades = grades.map_err(|_| Problem::bad_request("grade.unknown", "级别应为 1 至 4。"))?;
            sql = sql.push(" and ").within("coalesce(grade, 0)", grades);
        }
        sql = sql.and(" and town = ", said(&self.at));
        sql = match said(&self.major).as_deref() {
            None => sql,
            Some("yes") => sql.push(" and is_major = ").arg(true),
            Some("no") => sql.push(" and is_major = ").arg(false),
            Some(_) => return Err(Problem::bad_request("major.unknown", "major 应为 yes 或者 no。")),
        };
        sql = match said(&self.filing).as_deref() {
            None => sql,
            Some("none") => sql.push(" and state = 'registered'"),
            Some("open") => sql.push(" and open_filing is not null"),
            Some("valid") => sql
                .push(" and state = 'filed' and (filed_until is null or filed_until >= ")
                .arg(today)
                .push(")"),
            Some("soon") => sql
                .push(" and state = 'filed' and filed_until >= ")
                .arg(today)
                .push(" and filed_until <= ")
                .arg(near),
            Some("expired") => sql.push(" and state = 'filed' and filed_until < ").arg(today),
            Some(_) => {
                let words = "filing 应为 none、open、valid、soon 或者 expired。";
                return Err(Problem::bad_request("filing.unknown", words));
            }
        };
        sql = match said(&self.review).as_deref() {
            None => sql,
            Some("overdue") => sql.push(" and review_on < ").arg(today),
            Some("soon") => sql.push(" and review_on >= ").arg(today).push(" and review_on <= ").arg(near),
            Some(_) => {
                return Err(Problem::bad_request("review.unknown", "review 应为 overdue 或者 soon。"));
            }
        };
        if self.differs {
            sql = sql.push(" and differs = ").arg(true);
        }
        if let Some(edition) = said(&self.edition_not) {
            sql = sql.push(" and is_major = ").arg(true).push(" and category = 'chemical' and edition <> ");
            sql = sql.arg(edition);
        }
        Ok(sql.and(" and enterprise = ", self.enterprise))
    }
}

/// A page of sources, the latest entered first.
pub async fn page(
    db: &Db,
    scope: &Scope,
    filter: &Filter,
    today: NaiveDate,
    page: &Page,
) -> Outcome<List<Source>> {
    let sql = Source::select().push(" where ");
    // what belongs to one enterprise is few; else the page goes along an index
    let sql = if filter.enterprise.is_some() {
        sql.scope(scope, "", "enterprise")
    } else {
        sql.along(db.engine(), scope, "enterprise")
    };
    page.latest(db, filter.conditions(sql, today)?, |row: &Source| row.id).await
}

/// Counted up to here.
const MOST_COUNTED: i64 = 10_000;

/// How many sources the filters leave.
pub async fn count(db: &Db, scope: &Scope, filter: &Filter, today: NaiveDate) -> Outcome<Count> {
    let rows = Sql::new("select id from hazard_source where ").scope(scope, "", "enterprise");
    Count::up_to(db, filter.conditions(rows, today)?, MOST_COUNTED).await
}

/// The first sources that the filters leave, by division; one more than asked for says that there are more.
pub async fn first(
    db: &Db,
    scope: &Scope,
    filter: &Filter,
    (today, most): (NaiveDate, i64),
) -> Outcome<Vec<Source>> {
    let sql = Source::select().push(" where ").scope(scope, "", "enterprise");
    let sql = filter.conditions(sql, today)?.push(" order by town, id limit ").arg(most);
    Ok(db.all(sql).await?)
}

/// One source in scope.
pub async fn find(db: impl Exec, scope: &Scope, city: &str, id: Uuid) -> Result<Source> {
    let sql = Source::select().push(" where city = ").arg(city).push(" and id = ").arg(id);
    db.one(sql.push(" and state <> 'removed' and ").scope(scope, "", "enterprise")).await
}

/// The filing of a case in scope.
pub async fn filing(db: impl Exec, scope: &Scope, city: &str, id: Uuid) -> Result<Filing> {
    let sql = Filing::select().push(" where city = ").arg(city).push(" and id = ").arg(id);
    db.one(sql.push(" and ").scope(scope, "", "enterprise")).await
}

/// The filings of a source, the latest first.
pub async fn filings(db: impl Exec, source: &Source) -> Result<Vec<Filing>> {
    let sql = Filing::select().push(" where city = ").arg(&source.city).push(" and source = ").arg(source.id);
    db.all(sql.push(" order by id desc limit 50")).await
}

/// Name of the agency for work safety of a county.
pub async fn authority(db: impl Exec, city: &str, county: &str) -> Result<Option<String>> {
    #[derive(FromRow)]
    struct Name {
        name: String,
    }
    let sql = Sql::new("select name from agency where city = ").arg(city).push(" and town = ").arg(county);
    let sql = sql.push(" and kind = 'bureau' order by id limit 1");
    Ok(db.optional::<Name>(sql).await?.map(|own| own.name))
}

/// A number of one part and grade.
#[derive(Debug, FromRow)]
pub struct Tally {
    /// Division, sector or ownership.
    pub key: String,
    /// 0 for those without a grade.
    pub grade: i64,
    /// How many.
    pub number: i64,
    /// Of them with a filing that holds.
    pub filed: i64,
    /// Of them past the day of a new identification.
    pub overdue: i64,
}

/// The major hazard sources of an area that are not struck off, by part and grade.
pub async fn tally(db: impl Exec, scope: &Scope, key: &str, today: NaiveDate) -> Result<Vec<Tally>> {
    let sql = Sql::new(&format!(
        "select {key} as key, coalesce(grade, 0) as grade, count(*) as number,
         sum(case when state = 'filed' and (filed_until is null or filed_until >= "
    ));
    let sql = sql.arg(today).push(") then 1 else 0 end) as filed, sum(case when review_on < ").arg(today);
    let sql = sql.push(" then 1 else 0 end) as overdue from hazard_source where ");
    let sql =
        sql.scope(scope, "", "enterprise").push(" and state in ('registered', 'filed') and is_major = ");
    db.all(sql.arg(true).push(" group by 1, 2 order by 1, 2")).await
}

/// Degrees of latitude and longitude of a box around a place that holds everything within so many metres.
fn around(latitude: f64, metres: f64) -> (f64, f64) {
    let degree = 111_195.0;
    let narrow = latitude.to_radians().cos().max(0.01);
    (metres / degree, metres / degree / narrow)
}

/// Metres between two places.
pub fn distance((lon1, lat1): (f64, f64), (lon2, lat2): (f64, f64)) -> f64 {
    let half = |a: f64, b: f64| ((a - b).to_radians() / 2.0).sin().powi(2);
    let h = half(lat1, lat2) + lat1.to_radians().cos() * lat2.to_radians().cos() * half(lon1, lon2);
    2.0 * 6_371_008.8 * h.sqrt().min(1.0).asin()
}

/// Something around a place.
#[derive(Debug, FromRow)]
pub struct Near {
    /// City.
    pub city: String,
    /// Id.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// Degrees east.
    pub longitude: f64,
    /// Degrees north.
    pub latitude: f64,
    /// Grade of a source.
    pub grade: Option<i64>,
}

/// Most things told of a place's surroundings.
pub const MOST_NEAR: i64 = 500;

/// What of a table lies in the box around a place.
pub async fn near(
    db: impl Exec,
    scope: &Scope,
    sources: bool,
    (city, longitude, latitude, metres): (&str, f64, f64, f64),
) -> Result<Vec<Near>> {
    let (high, wide) = around(latitude, metres);
    let sql = if sources {
        Sql::new(
            "select city, id, name, longitude, latitude, grade from hazard_source where state in ('registered', 'filed') and city = ",
        )
    } else {
        Sql::new(
            "select city, id, name, longitude, latitude, cast(null as bigint) as grade from enterprise where status <> 'merged' and city = ",
        )
    };
    let sql = sql.arg(city).push(" and latitude is not null and latitude >= ").arg(latitude - high);
    let sql =
        sql.push(" and latitude <= ").arg(latitude + high).push(" and longitude >= ").arg(longitude - wide);
    let sql = sql.push(" and longitude <= ").arg(longitude + wide).push(" and ");
    let key = if sources { "enterprise" } else { "id" };
    db.all(sql.scope(scope, "", key).push(" limit ").arg(MOST_NEAR)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_of_500_metres_holds_what_is_500_metres_away() {
        let (lon, lat) = (116.7, 23.35);
        let (high, wide) = around(lat, 500.0);
        assert!((distance((lon, lat), (lon, lat + high)) - 500.0).abs() < 1.0);
        assert!((distance((lon, lat), (lon + wide, lat)) - 500.0).abs() < 1.0);
    }
}
