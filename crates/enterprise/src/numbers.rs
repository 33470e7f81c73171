//! How many records: what lists and overviews count under a [`Filter`], from the numbers kept with every write.
//!
//! Only what the numbers cannot know (a text looked for, the file that brought a record, an enterprise's own account)
//! is counted over the records, and those few are found by an index first.

use std::collections::BTreeMap;

use db::{Db, Exec, FromRow, Result, Sql};
use kernel::Scope;

use crate::{
    count::{COMBINATION, DIMENSIONS, combination},
    store::Filter,
};

/// A value and how many records have it.
#[derive(Debug, Clone, FromRow)]
pub struct Number {
    /// Value.
    pub value: String,
    /// Records.
    pub number: i64,
}

/// How many records have each combination of values, whatever the filter says of the values themselves.
async fn combinations(db: &Db, scope: &Scope, filter: &Filter) -> Result<Vec<Number>> {
    let sql = if filter.reads_records() || scope.enterprises().is_some() {
        let sql = Sql::new(&format!("select {} as value, count(*) as number from enterprise", combination()));
        filter.place_and_text(sql, db.engine(), scope)
    } else {
        let sql = Sql::new(
            "select value, cast(sum(number) as bigint) as number from enterprise_count where dimension = ",
        );
        filter.directly(sql.arg(COMBINATION).push(" and ").scope(scope, "", "id"))
    };
    db.all(sql.push(" group by 1")).await
}

/// Whether a combination passes the filter; `without` names a dimension of which any value will do.
fn passes(filter: &Filter, combination: &str, without: Option<&str>) -> bool {
    DIMENSIONS.iter().zip(combination.split('|')).all(|((name, _), value)| {
        Some(*name) == without
            || filter.value(name).is_none_or(|wanted| wanted.split(',').any(|own| own == value))
    })
}

/// How many records the filters leave.
pub async fn count(db: &Db, scope: &Scope, filter: &Filter) -> Result<i64> {
    let all = combinations(db, scope, filter).await?;
    Ok(all.iter().filter(|own| passes(filter, &own.value, None)).map(|own| own.number).sum())
}

/// The values of every dimension with their numbers, most first, each under all filters but its own.
pub async fn facets(db: &Db, scope: &Scope, filter: &Filter) -> Result<BTreeMap<&'static str, Vec<Number>>> {
    let all = combinations(db, scope, filter).await?;
    let facet = |at: usize, name: &'static str| {
        let mut numbers: BTreeMap<&str, i64> = BTreeMap::new();
        for own in all.iter().filter(|own| own.number != 0 && passes(filter, &own.value, Some(name))) {
            *numbers.entry(own.value.split('|').nth(at).unwrap_or_default()).or_default() += own.number;
        }
        let mut values: Vec<Number> =
            numbers.into_iter().map(|(value, number)| Number { value: value.into(), number }).collect();
        values.sort_by_key(|own| std::cmp::Reverse(own.number));
        (name, values)
    };
    Ok(DIMENSIONS.iter().enumerate().map(|(at, (name, _))| facet(at, name)).collect())
}

/// A number of the overview: a division (or the records not assigned below `region`), a dimension and a value.
#[derive(Debug, Clone, FromRow)]
pub struct Figure {
    /// Code of the division one tier down; shorter where records are not assigned so far down.
    pub code: String,
    /// Dimension.
    pub dimension: String,
    /// Value.
    pub value: String,
    /// Records.
    pub number: i64,
}

/// The kept numbers of a scope, one tier below it (`digits` is that tier's code length).
pub async fn figures(db: &Db, scope: &Scope, digits: usize) -> Result<Vec<Figure>> {
    let code = format!("substr(town, 1, {digits}) as code");
    if scope.enterprises().is_none() && scope.areas().iter().all(|area| area.sectors.is_none()) {
        let sql = Sql::new(&format!(
            "select {code}, dimension, value, cast(sum(number) as bigint) as number from enterprise_count where dimension <> "
        ));
        let sql = sql.arg(COMBINATION).push(" and ").scope(scope, "", "id");
        return db.all(sql.push(" group by 1, 2, 3")).await;
    }
    // who sees some sectors only, or some enterprises, has each dimension summed from what is left
    let sql = match scope.enterprises() {
        Some(_) => Sql::new(&format!(
            "select {code}, '' as dimension, {} as value, count(*) as number from enterprise where status <> 'merged' and ",
            combination()
        )),
        None => Sql::new(&format!(
            "select {code}, '' as dimension, value, cast(sum(number) as bigint) as number from enterprise_count where dimension = "
        ))
        .arg(COMBINATION)
        .push(" and "),
    };
    let combinations: Vec<Figure> = db.all(sql.scope(scope, "", "id").push(" group by 1, 2, 3")).await?;
    let mut sums: BTreeMap<(&str, &str, &str), i64> = BTreeMap::new();
    for own in &combinations {
        *sums.entry((&own.code, "all", "all")).or_default() += own.number;
        for ((name, _), value) in DIMENSIONS.iter().zip(own.value.split('|')) {
            *sums.entry((&own.code, name, value)).or_default() += own.number;
        }
    }
    Ok(sums
        .into_iter()
        .map(|((code, dimension, value), number)| Figure {
            code: code.into(),
            dimension: dimension.into(),
            value: value.into(),
            number,
        })
        .collect())
}
