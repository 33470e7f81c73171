//! The pages of the list of enterprises, in each of its orders, so that a page costs the same however many rows there are.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use db::{Db, Engine, Exec, FromRow, Result, Row, Sql};
use kernel::Scope;
use serde_json::Value;
use uuid::Uuid;
use web::{Cursor, Problem};

use super::{
    Filter, Line,
    hits::{has, hits, of_hits},
    listed, some_of,
};
use crate::model::Enterprise;

/// An order that lists offer: each is that of an index.
#[derive(Debug, Clone, Copy)]
struct Order {
    column: &'static str,
    /// What is compared: the column, or what stands for one that says nothing.
    by: &'static str,
    descending: bool,
    /// The rows are found otherwise and sorted: SQLite must not walk the order instead.
    sorted: bool,
}

fn lost_place() -> Problem {
    Problem::bad_request("cursor.invalid", "翻页位置已失效，请回到第一页重新查询。")
}

impl Order {
    /// Column and what is compared. Those of [`Order::OF_A_CITY`] have an index of each city only.
    const COLUMNS: &[(&str, &str)] = &[
        ("updated_at", "updated_at"),
        ("name", "name"),
        ("town", "town"),
        ("staff", "coalesce(staff, -1)"),
        ("founded_on", "coalesce(founded_on, '0001-01-01')"),
    ];
    const OF_A_CITY: &[&str] = &["staff", "founded_on"];

    fn of(sort: Option<&str>, scope: &Scope) -> Result<Order, Problem> {
        let sort = sort.unwrap_or("-updated_at");
        let (column, descending) = sort.strip_prefix('-').map_or((sort, false), |column| (column, true));
        let Some((column, by)) = Self::COLUMNS.iter().find(|(own, _)| *own == column) else {
            let known: Vec<_> = Self::COLUMNS.iter().map(|(own, _)| *own).collect();
            let text = format!("不能按「{column}」排序，可用：{}。", known.join("、"));
            return Err(Problem::bad_request("sort.unknown", text));
        };
        let cities: Vec<_> = scope.areas().iter().map(|area| area.region.city()).collect();
        let wide = cities.iter().any(|city| city.is_none() || *city != cities[0]);
        if wide && Self::OF_A_CITY.contains(column) {
            return Err(Problem::bad_request(
                "sort.wide",
                "跨市的名单不能这样排序，请先在“地区”里选一个市。",
            ));
        }
        Ok(Order { column, by, descending, sorted: false })
    }

    /// Appends where the page before ended.
    fn after(self, sql: Sql, cursor: Option<&Cursor>) -> Result<Sql, Problem> {
        let Some(Cursor { key, id }) = cursor else { return Ok(sql) };
        let key = key.clone().unwrap_or_default();
        let way = if self.descending { "<" } else { ">" };
        let plus = if self.sorted { "+" } else { "" };
        // a town lies in the city that its code begins with: the same order, in which an index begins
        let city = if self.column == "town" { format!("{plus}city, ") } else { String::new() };
        let sql = sql.push(&format!(" and ({city}{plus}{}, id) {way} (", self.by));
        let sql = match self.column {
            "updated_at" => sql.arg(key.parse::<DateTime<Utc>>().map_err(|_| lost_place())?),
            "staff" => sql.arg(key.parse::<i64>().map_err(|_| lost_place())?),
            "founded_on" => sql.arg(key.parse::<NaiveDate>().map_err(|_| lost_place())?),
            "town" => sql.arg(key.get(..4).unwrap_or_default()).push(", ").arg(key),
            _ => sql.arg(key),
        };
        Ok(sql.push(", ").arg(*id).push(")"))
    }

    /// Appends the order and how many rows.
    fn first(self, sql: Sql, rows: i64) -> Sql {
        let way = if self.descending { "desc" } else { "asc" };
        let plus = if self.sorted { "+" } else { "" };
        let city = if self.column == "town" { format!("{plus}city {way}, ") } else { String::new() };
        sql.push(&format!(" order by {city}{plus}{} {way}, id {way} limit ", self.by)).arg(rows)
    }
}

/// One page of the list, without the rows of the files they came from; one row more than `limit` where there are more.
pub async fn list(
    db: &Db,
    scope: &Scope,
    filter: &Filter,
    sort: Option<&str>,
    cursor: Option<&str>,
    limit: u32,
) -> Result<Vec<Enterprise>, Problem> {
    page(db, scope, filter, Order::of(sort, scope)?, cursor, limit, (listed(), |row: &Enterprise| row.id))
        .await
}

/// The same page with these columns, those of every line, and what the next page goes by.
pub async fn lines(
    db: &Db,
    scope: &Scope,
    filter: &Filter,
    sort: Option<&str>,
    cursor: Option<&str>,
    limit: u32,
    wanted: &[&str],
) -> Result<Vec<Line>, Problem> {
    let order = Order::of(sort, scope)?;
    let select = Line::select(&[wanted, &[order.column]].concat());
    page(db, scope, filter, order, cursor, limit, (select, Line::id)).await
}

/// A page of what a statement, which ends before its conditions, reads of the records, and how a row says its id.
async fn page<T: Row>(
    db: &Db,
    scope: &Scope,
    filter: &Filter,
    mut order: Order,
    cursor: Option<&str>,
    limit: u32,
    (select, id): (Sql, fn(&T) -> Uuid),
) -> Result<Vec<T>, Problem> {
    let cursor = cursor.map(Cursor::decode).transpose()?;
    let rows = i64::from(limit) + 1;
    if filter.text().is_some() {
        let keys = searched(db, scope, filter, order, cursor, rows).await?;
        let place: HashMap<Uuid, usize> = keys.iter().enumerate().map(|(at, (_, id))| (*id, at)).collect();
        let mut found = some_of(db, select, scope, &keys).await?;
        found.sort_by_key(|row| place.get(&id(row)).copied());
        return Ok(found);
    }
    // the few rows that point at something have their index, and so have towns in order
    let few = filter.points();
    order.sorted = few && db.engine() == Engine::Sqlite;
    let sql = if few || order.column == "town" && scope.areas().len() == 1 {
        filter.conditions(select, scope)
    } else {
        filter.along(select, db.engine(), scope, crowded(db, scope, filter).await?)
    };
    let sql = order.after(sql, cursor.as_ref())?;
    Ok(db.all(order.first(sql, rows)).await?)
}

/// Rows that are sooner sorted than met on the way.
const FEW: i64 = 3_000;

#[derive(FromRow)]
struct Number {
    number: i64,
}

/// Whether the assignment that the filter asks for, which has an index of its own, is that of many rows.
async fn crowded(db: &Db, scope: &Scope, filter: &Filter) -> Result<bool> {
    let Some(wanted) = filter.value("assignment") else { return Ok(false) };
    Ok(about(db, scope, "assignment", wanted).await? > FEW)
}

/// How many rows have one of these values, as the summary says: it may be some minutes old, and of a town it says the county's.
async fn about(db: &Db, scope: &Scope, dimension: &str, values: &str) -> Result<i64> {
    let regions = scope.areas().iter().map(|area| {
        let code = area.region.as_str();
        code.get(..6).unwrap_or(code)
    });
    let sql = Sql::new(
        "select cast(coalesce(sum(number), 0) as bigint) as number from enterprise_summary where dimension = ",
    );
    let sql = sql.arg(dimension).push(" and ").within("region", regions);
    Ok(db.one::<Number>(sql.push(" and ").within("value", values.split(','))).await?.number)
}

/// A row met on a walk along an order: its key and its place.
#[derive(FromRow)]
struct Met {
    #[sqlx(flatten)]
    line: Line,
    hit: bool,
}

/// Rows looked at first on a walk: they tell how common the text is.
const FIRST: i64 = 200;
/// Where they have fewer hits, the rows at the other end are asked as well: the first may be all of one kind.
const COMMON: usize = 5;
/// Rows met on a walk at most.
const MOST: i64 = 20_000;
/// A hit that the index brings costs as much as so many rows met on a walk: it is read and sorted with all the others.
const OF_A_HIT: i64 = 3;

#[derive(FromRow)]
struct Key {
    city: String,
    id: Uuid,
}

/// The keys of a page of the rows that have a text, in its order. A common text fills its page with the first rows of the order, so they are walked;
/// the hits of a rare one are few, so the index collects them all.
async fn searched(
    db: &Db,
    scope: &Scope,
    filter: &Filter,
    order: Order,
    cursor: Option<Cursor>,
    rows: i64,
) -> Result<Vec<(String, Uuid)>, Problem> {
    let text = filter.text().unwrap_or_default();
    let mut shown: Vec<(String, Uuid)> = Vec::new();
    let mut from = cursor.clone();
    let walked = async |order: Order, from: Option<&Cursor>, step: i64| -> Result<Vec<Met>, Problem> {
        let columns = Line::columns(&["city", "id", order.column]);
        let sql = has(Sql::new(&format!("select {columns}, ")), text);
        let sql = filter.along(sql.push(" as hit from enterprise"), db.engine(), scope, true);
        Ok(db.all(order.first(order.after(sql, from)?, step)).await?)
    };
    let (mut step, mut met, mut beyond, mut all) = (FIRST, 0, (0, 0), None);
    let done = loop {
        let own = walked(order, from.as_ref(), step).await?;
        let found = own.iter().filter(|row| row.hit);
        shown.extend(found.map(|row| (row.line.text("city").to_string(), row.line.id())));
        met += own.len() as i64;
        let lacking = rows - shown.len() as i64;
        if lacking <= 0 || (own.len() as i64) < step {
            break true;
        }
        from = own.last().map(|row| place(&row.line, order.column));
        if all.is_none() && shown.len() < COMMON {
            let other = walked(Order { descending: !order.descending, ..order }, None, FIRST).await?;
            beyond = (other.len() as i64, other.iter().filter(|row| row.hit).count() as i64);
        }
        let (seen, hits) = (met + beyond.0, shown.len() as i64 + beyond.1);
        if hits == 0 {
            break false;
        }
        let number = match all {
            Some(number) => number,
            None => *all.insert(about(db, scope, "all", "all").await?),
        };
        let ahead = lacking * seen / hits;
        if met + ahead > MOST || number * hits / seen * OF_A_HIT < ahead {
            break false;
        }
        // as many as are likely to fill the page, and some more
        step = (ahead + ahead / 4).max(FIRST);
    };
    if done {
        shown.truncate(rows as usize);
    } else {
        let Some(found) = hits(db.engine(), scope, text, i64::MAX) else {
            return Ok(Vec::new());
        };
        let sql = of_hits(db.engine(), "select enterprise.city, enterprise.id", found);
        let sql = order.after(filter.conditions(sql, scope), cursor.as_ref())?;
        let keys: Vec<Key> = db.all(order.first(sql, rows)).await?;
        shown = keys.into_iter().map(|key| (key.city, key.id)).collect();
    }
    Ok(shown)
}

/// The cursor of a line under a sort.
pub fn cursor(line: &Line, sort: Option<&str>) -> Cursor {
    place(line, sort.unwrap_or("-updated_at").trim_start_matches('-'))
}

/// Where a line stands in the order of a column, as [`Order::COLUMNS`] compares it.
fn place(line: &Line, column: &str) -> Cursor {
    let key = match (line.0.get(column), column) {
        (Some(Value::String(text)), _) => text.clone(),
        (Some(Value::Number(number)), _) => number.to_string(),
        (_, "staff") => "-1".into(),
        _ => "0001-01-01".into(),
    };
    Cursor { key: Some(key), id: line.id() }
}
