//! How many records: what lists and overviews count under a [`Filter`], from the numbers kept with every write.
//!
//! Whole provinces are read from the summary, which [`crate::summary`] keeps some minutes fresh.
//!
//! Only what the numbers cannot know (a text looked for, the file that brought a record, an enterprise's own account)
//! is counted over the records, and those few are found by an index first. Filters that no index answers (an industry, a range)
//! are counted over the records of the area, in turn and not beyond a bound.

use std::collections::BTreeMap;

use db::{Db, Exec, FromRow, Result, Sql};
use kernel::{Scope, Tier};

use crate::{
    count::{COMBINATION, DIMENSIONS, combination},
    store::{self, Filter},
};

/// A value and how many records have it.
#[derive(Debug, Clone, FromRow)]
pub struct Number {
    /// Value.
    pub value: String,
    /// Records.
    pub number: i64,
}

/// Records with a text that are counted; where there are more, their number is not told exactly.
pub const MOST_HITS: i64 = 10_000;

/// The same for records found by reading all of an area that is no whole province.
const MOST_READ: i64 = 100_000;

#[derive(FromRow)]
struct Found {
    number: i64,
}

/// How many records have each combination of values, whatever the filter says of the values themselves; and whether that is
/// all of them, or only the first of many.
async fn combinations(db: &Db, scope: &Scope, filter: &Filter) -> Result<(Vec<Number>, bool)> {
    let engine = db.engine();
    let select = format!("select {} as value, count(*) as number", combination());
    if let Some(text) = filter.text() {
        // within one file or cluster, or at one division itself, what is found is few
        let few = filter.points() || filter.import_id.is_some() || filter.directly;
        let most = if few { i64::MAX } else { MOST_HITS + 1 };
        let Some(found) = store::hits(engine, scope, text, most) else {
            return Ok((Vec::new(), true));
        };
        // a filter on the hits hides how many there were
        let cut = if !few && filter.narrows() {
            let sql = Sql::new("select count(*) as number from (").append(found.clone()).push(") x");
            db.one::<Found>(sql).await?.number > MOST_HITS
        } else {
            false
        };
        let sql = filter.place(store::of_hits(engine, &select, found), scope);
        let all: Vec<Number> = db.all(sql.push(" group by 1")).await?;
        let hits: i64 = all.iter().map(|own| own.number).sum();
        return Ok((all, few || !cut && hits <= MOST_HITS));
    }
    if filter.narrows() && !filter.points() && filter.import_id.is_none() {
        let most = if wide(scope) { MOST_HITS } else { MOST_READ };
        let read = Sql::new(&format!("select {} as value from enterprise", combination()));
        let read = filter.place(read, scope).push(" limit ").arg(most + 1);
        let sql = Sql::new("select value, count(*) as number from (").append(read);
        let all: Vec<Number> = db.all(sql.push(") x group by 1")).await?;
        let read: i64 = all.iter().map(|own| own.number).sum();
        return Ok((all, read <= most));
    }
    let sql = if filter.reads_records() || scope.enterprises().is_some() {
        filter.place(Sql::new(&select).push(" from enterprise"), scope)
    } else {
        kept("value", &[COMBINATION], scope, filter)
    };
    Ok((db.all(sql.push(" group by 1")).await?, true))
}

/// The sums of the kept numbers of these dimensions for each of `by`, up to what follows the conditions.
fn kept(by: &str, dimensions: &[&str], scope: &Scope, filter: &Filter) -> Sql {
    let wide = !filter.directly && wide(scope);
    let table = if wide { "enterprise_summary" } else { "enterprise_count" };
    let sql = Sql::new(&format!("select {by}, cast(sum(number) as bigint) as number from {table} where "));
    let sql = sql.within("dimension", dimensions.iter().copied()).push(" and ");
    if wide { provinces(sql, scope, "region") } else { filter.directly(sql.scope(scope, "", "id")) }
}

/// The dimensions that the filter narrows, with the values it leaves of each, where the numbers kept of each dimension alone are those
/// of the scope; `None` where records are read or combinations are needed.
fn narrowed<'a>(scope: &Scope, filter: &'a Filter) -> Option<Vec<(&'static str, &'a str)>> {
    let whole = scope.enterprises().is_none() && scope.areas().iter().all(|area| area.sectors.is_none());
    let narrowed = || DIMENSIONS.iter().filter_map(|(name, _)| Some((*name, filter.value(name)?)));
    (whole && !filter.reads_records()).then(|| narrowed().collect())
}

/// Whether whole provinces are asked for, whose numbers are read from the summary.
pub(crate) fn wide(scope: &Scope) -> bool {
    scope.enterprises().is_none()
        && !scope.areas().is_empty()
        && scope.areas().iter().all(|area| area.region.tier() == Tier::Province)
}

/// Appends the condition that a summed number belongs to the provinces of a scope, named in `column`.
fn provinces(mut sql: Sql, scope: &Scope, column: &str) -> Sql {
    for (at, area) in scope.areas().iter().enumerate() {
        sql =
            sql.push(&format!("{}{column} = ", if at > 0 { " or " } else { "(" })).arg(area.region.as_str());
        if let Some(sectors) = &area.sectors {
            sql = sql.push(" and ").within("sector", sectors.iter().map(String::as_str));
        }
    }
    sql.push(")")
}

/// Whether a combination passes the filter; `without` names a dimension of which any value will do.
fn passes(filter: &Filter, combination: &str, without: Option<&str>) -> bool {
    DIMENSIONS.iter().zip(combination.split('|')).all(|((name, _), value)| {
        Some(*name) == without
            || filter.value(name).is_none_or(|wanted| wanted.split(',').any(|own| own == value))
    })
}

#[derive(FromRow)]
struct Part {
    code: String,
    value: String,
    number: i64,
}

/// How many records with a place the filter leaves in each town, or in each county of whole provinces (`counties`).
pub(crate) async fn by_division(
    db: &Db,
    scope: &Scope,
    filter: &Filter,
    counties: bool,
) -> Result<BTreeMap<String, i64>> {
    let sql = if counties {
        let sql = Sql::new("select region as code, value, number from enterprise_summary where dimension = ");
        let mut sql = sql.arg(COMBINATION).push(" and length(region) = 6 and (");
        for (at, area) in scope.areas().iter().enumerate() {
            let (low, high) = area.region.span();
            sql = sql.push(if at > 0 { " or region >= " } else { "region >= " }).arg(low);
            sql = sql.push(" and region < ").arg(high);
            if let Some(sectors) = &area.sectors {
                sql = sql.push(" and ").within("sector", sectors.iter().map(String::as_str));
            }
        }
        sql.push(")")
    } else {
        let sql = Sql::new(
            "select town as code, value, cast(sum(number) as bigint) as number from enterprise_count where dimension = ",
        );
        sql.arg(COMBINATION).push(" and ").scope(scope, "", "id").push(" group by 1, 2")
    };
    let located = Filter { located: Some("yes".into()), ..filter.clone() };
    let mut sums = BTreeMap::new();
    for part in db.all::<Part>(sql).await? {
        if passes(&located, &part.value, None) {
            *sums.entry(part.code).or_default() += part.number;
        }
    }
    Ok(sums)
}

/// How many records there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Total {
    /// Records.
    pub number: i64,
    /// Whether that is all of them: of a very common text only the first hits are counted.
    pub exact: bool,
}

/// How many records the filters leave.
pub async fn count(db: &Db, scope: &Scope, filter: &Filter) -> Result<Total> {
    let (dimension, values) = match narrowed(scope, filter).as_deref() {
        Some([]) => ("all", "all"),
        Some([alone]) => *alone,
        _ => {
            let (all, exact) = combinations(db, scope, filter).await?;
            let all = all.iter().filter(|own| passes(filter, &own.value, None));
            return Ok(Total { number: all.map(|own| own.number).sum(), exact });
        }
    };
    let sql = kept("value", &[dimension], scope, filter).push(" and ").within("value", values.split(','));
    let found: Vec<Number> = db.all(sql.push(" group by 1")).await?;
    Ok(Total { number: found.iter().map(|own| own.number).sum(), exact: true })
}

#[derive(FromRow)]
struct Single {
    dimension: String,
    value: String,
    number: i64,
}

/// The values of every dimension with their numbers, most first, each under all filters but its own; and whether the
/// numbers are of all records.
pub async fn facets(
    db: &Db,
    scope: &Scope,
    filter: &Filter,
) -> Result<(BTreeMap<&'static str, Vec<Number>>, bool)> {
    let names: Vec<&'static str> = DIMENSIONS.iter().map(|(name, _)| *name).collect();
    let mut sums: BTreeMap<&str, BTreeMap<String, i64>> =
        names.iter().map(|name| (*name, BTreeMap::new())).collect();
    let mut add = |dimension: &str, value: &str, number: i64| {
        if let Some(values) = sums.get_mut(dimension).filter(|_| number != 0) {
            *values.entry(value.into()).or_default() += number;
        }
    };
    let exact = if narrowed(scope, filter).is_some_and(|narrowed| narrowed.is_empty()) {
        let singles = kept("dimension, value", &names, scope, filter).push(" group by 1, 2");
        for own in db.all::<Single>(singles).await? {
            add(&own.dimension, &own.value, own.number);
        }
        true
    } else {
        let (all, exact) = combinations(db, scope, filter).await?;
        for (at, name) in names.iter().enumerate() {
            for own in all.iter().filter(|own| passes(filter, &own.value, Some(name))) {
                add(name, own.value.split('|').nth(at).unwrap_or_default(), own.number);
            }
        }
        exact
    };
    let facets = names.iter().map(|name| {
        let values = sums.remove(name).unwrap_or_default().into_iter();
        let mut values: Vec<Number> = values.map(|(value, number)| Number { value, number }).collect();
        values.sort_by_key(|own| std::cmp::Reverse(own.number));
        (*name, values)
    });
    Ok((facets.collect(), exact))
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
    let single: Vec<&str> = DIMENSIONS.iter().map(|(name, _)| *name).chain(["all"]).collect();
    let whole = scope.areas().iter().all(|area| area.sectors.is_none());
    if scope.enterprises().is_none() && whole && digits == 4 && wide(scope) {
        let sql = Sql::new("select region as code, dimension, value, number from enterprise_summary where ");
        return db.all(provinces(sql.within("dimension", single).push(" and "), scope, "parent")).await;
    }
    if scope.enterprises().is_none() && whole {
        let sql = Sql::new(&format!(
            "select {code}, dimension, value, cast(sum(number) as bigint) as number from enterprise_count where "
        ));
        let sql = sql.within("dimension", single).push(" and ").scope(scope, "", "id");
        return db.all(sql.push(" group by 1, 2, 3")).await;
    }
    // who sees some sectors only, or some enterprises, has each dimension summed from what is left
    let sql = match scope.enterprises() {
        Some(_) => Sql::new(&format!(
            "select {code}, '' as dimension, {} as value, count(*) as number from enterprise where status <> 'merged' and ",
            combination()
        )),
        None if digits == 4 && wide(scope) => {
            let sql = Sql::new("select region as code, '' as dimension, value, number from enterprise_summary where dimension = ");
            let sql = provinces(sql.arg(COMBINATION).push(" and "), scope, "parent");
            return Ok(single_dimensions(&db.all(sql).await?));
        }
        None => Sql::new(&format!(
            "select {code}, '' as dimension, value, cast(sum(number) as bigint) as number from enterprise_count where dimension = "
        ))
        .arg(COMBINATION)
        .push(" and "),
    };
    Ok(single_dimensions(&db.all(sql.scope(scope, "", "id").push(" group by 1, 2, 3")).await?))
}

/// The numbers of each dimension alone, summed from those of combinations.
fn single_dimensions(combinations: &[Figure]) -> Vec<Figure> {
    let mut sums: BTreeMap<(&str, &str, &str), i64> = BTreeMap::new();
    for own in combinations {
        *sums.entry((&own.code, "all", "all")).or_default() += own.number;
        for ((name, _), value) in DIMENSIONS.iter().zip(own.value.split('|')) {
            *sums.entry((&own.code, name, value)).or_default() += own.number;
        }
    }
    sums.into_iter()
        .map(|((code, dimension, value), number)| Figure {
            code: code.into(),
            dimension: dimension.into(),
            value: value.into(),
            number,
        })
        .collect()
}
