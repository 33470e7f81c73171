//! Places of many enterprises at once: by division, from the numbers that are kept and a few of the enterprises of each town, so that the map
//! of an area costs the same however many it has.

use std::collections::BTreeMap;

use db::{Db, Exec, FromRow, Result, Sql};
use kernel::Scope;

use super::Filter;
use crate::numbers;

/// Enterprises of a town whose middle stands for it; of a province, whose towns are gathered by county, one.
const FEW: i64 = 20;

/// A division on the map.
#[derive(Debug, Clone, PartialEq)]
pub struct Gathered {
    /// Degrees east.
    pub longitude: f64,
    /// Degrees north.
    pub latitude: f64,
    /// Enterprises that have a place.
    pub number: i64,
}

#[derive(FromRow)]
struct Middle {
    code: String,
    longitude: Option<f64>,
    latitude: Option<f64>,
}

/// The enterprises that have a place and that the filter leaves, by town; of whole provinces by county. For filters that the kept numbers
/// answer ([`Filter::reads_records`]) and whoever sees areas.
pub async fn gathered(db: &Db, scope: &Scope, filter: &Filter) -> Result<Vec<Gathered>> {
    let wide = numbers::wide(scope);
    let numbers = numbers::by_division(db, scope, filter, wide).await?;
    let few = if wide { 1 } else { FEW };
    let middle = |column: &str| {
        format!(
            "(select avg({column}) from (select {column} from enterprise e where e.city = c.city and e.town = c.town
               and e.{column} is not null and e.status <> 'merged' order by e.updated_at desc limit {few}) few)"
        )
    };
    let sql = Sql::new(&format!(
        "select c.town as code, {} as longitude, {} as latitude from enterprise_count c where c.dimension = 'all' and ",
        middle("longitude"),
        middle("latitude")
    ));
    let middles: Vec<Middle> = db.all(sql.area(scope, "c.")).await?;
    let digits = if wide { 6 } else { usize::MAX };
    let mut sums: BTreeMap<&str, (f64, f64, f64)> = BTreeMap::new();
    for own in &middles {
        if let (Some(longitude), Some(latitude)) = (own.longitude, own.latitude) {
            let sum = sums.entry(own.code.get(..digits).unwrap_or(&own.code)).or_default();
            *sum = (sum.0 + longitude, sum.1 + latitude, sum.2 + 1.0);
        }
    }
    let place = |(code, number): (String, i64)| {
        let (longitude, latitude, towns) = sums.get(code.as_str())?;
        Some(Gathered { longitude: longitude / towns, latitude: latitude / towns, number })
    };
    Ok(numbers.into_iter().filter(|own| own.1 > 0).filter_map(place).collect())
}
