//! Every statement over the register that a request makes. All take the [`Scope`].

use std::collections::HashMap;

use db::{Db, Engine, Exec, FromRow, Result, Sql, Tx, bulk};
use kernel::{Actor, Clock, Scope};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use uuid::Uuid;
use web::{Cursor, Problem};

use crate::{
    count::DIMENSIONS,
    derived::{Derived, KIND},
    model::Enterprise,
};

/// What a list can be narrowed by. Several values of one filter are separated by commas.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct Filter {
    /// Division and all within it.
    pub region: Option<String>,
    /// Only rows not yet assigned below this division.
    pub directly: bool,
    /// Any part of a name, an address or a person, pinyin or initials; or the beginning of a code.
    pub q: Option<String>,
    /// State of its life.
    pub status: Option<String>,
    /// `public`, `non_public`.
    pub ownership: Option<String>,
    /// `stated`, `inferred`, `assumed`.
    pub ownership_basis: Option<String>,
    /// Supervised sector.
    pub sector: Option<String>,
    /// Size class, `unknown` for none.
    pub size: Option<String>,
    /// `verified`, `partly`, `unverified`.
    pub verification: Option<String>,
    /// `certain`, `proposed`, `open`.
    pub assignment: Option<String>,
    /// `yes`, `no`.
    pub located: Option<String>,
    /// Import that brought it.
    pub import_id: Option<Uuid>,
    /// Market, building, park or street it is part of.
    pub cluster: Option<Uuid>,
    /// Responsible officer.
    pub officer: Option<Uuid>,
    /// Responsible agency.
    pub agency: Option<Uuid>,
    /// Name of the enterprise it is a branch of.
    pub parent_name: Option<String>,
}

impl Filter {
    /// What a dimension is narrowed to, values separated by commas.
    pub fn value(&self, name: &str) -> Option<&str> {
        match name {
            "status" => self.status.as_deref(),
            "ownership" => self.ownership.as_deref(),
            "ownership_basis" => self.ownership_basis.as_deref(),
            "sector" => self.sector.as_deref(),
            "size" => self.size.as_deref(),
            "verification" => self.verification.as_deref(),
            "assignment" => self.assignment.as_deref(),
            _ => self.located.as_deref(),
        }
        .filter(|value| !value.is_empty())
    }

    /// The part of the scope that the region filter leaves. Outside the scope it does not exist.
    pub fn scope(&self, scope: &Scope) -> Result<Scope, Problem> {
        web::narrowed(scope.clone(), self.region.as_deref())
    }

    /// Whether the filter asks for what only the records know, not their kept numbers.
    pub fn reads_records(&self) -> bool {
        self.text().is_some() || self.points() || self.import_id.is_some()
    }

    /// What rows point at; an index finds the few that do.
    fn ids(&self) -> [(&'static str, Option<Uuid>); 4] {
        [
            (" and import_id = ", self.import_id),
            (" and cluster = ", self.cluster),
            (" and officer = ", self.officer),
            (" and agency = ", self.agency),
        ]
    }

    /// Whether the filter asks for the few records that point at something.
    pub fn points(&self) -> bool {
        self.cluster.is_some() || self.officer.is_some() || self.agency.is_some() || self.parent().is_some()
    }

    fn parent(&self) -> Option<&str> {
        self.parent_name.as_deref().filter(|name| !name.is_empty())
    }

    /// What is looked for: a text, or the beginning of a code.
    pub fn text(&self) -> Option<&str> {
        self.q.as_deref().map(str::trim).filter(|q| !q.is_empty())
    }

    /// The statement with the conditions of the filters, but for a text looked for, and of the scope.
    pub fn conditions(&self, sql: Sql, scope: &Scope) -> Sql {
        self.values(self.place(sql, scope), "")
    }

    /// The same for a page along an order. Where `many` rows have the assignment asked for, they too are met on the way.
    fn along(&self, sql: Sql, engine: Engine, scope: &Scope, many: bool) -> Sql {
        let sql = self.others(sql.push(" where ").along(engine, scope, "id"));
        self.values(sql, if many && engine == Engine::Sqlite { "+" } else { "" })
    }

    fn values(&self, mut sql: Sql, plus: &str) -> Sql {
        for (name, column) in DIMENSIONS {
            if let Some(value) = self.value(name) {
                sql = sql.push(" and ").within(&format!("{plus}{column}"), value.split(','));
            }
        }
        sql
    }

    /// The statement with the condition that rows stand at the division itself, if that is asked.
    pub fn directly(&self, sql: Sql) -> Sql {
        match &self.region {
            Some(region) if self.directly => sql.push(" and town = ").arg(region),
            _ => sql,
        }
    }

    /// The statement with the scope and with all conditions but those on the dimensions and a text looked for.
    pub fn place(&self, sql: Sql, scope: &Scope) -> Sql {
        self.others(sql.push(" where ").scope(scope, "", "id"))
    }

    fn others(&self, sql: Sql) -> Sql {
        let mut sql = self.directly(sql.push(" and status <> 'merged'"));
        for (condition, id) in self.ids() {
            sql = sql.and(condition, id);
        }
        sql.and(" and parent_name = ", self.parent())
    }
}

/// `select` over the records that the filters leave; of those with a text at most `most` hits.
pub fn filtered(engine: Engine, select: &str, scope: &Scope, filter: &Filter, most: i64) -> Sql {
    let sql = match filter.text() {
        Some(text) => match hits(engine, scope, text, most) {
            Some(found) => of_hits(engine, select, found),
            None => return Sql::new(&format!("{select} from enterprise where 1 = 0")),
        },
        None => Sql::new(&format!("{select} from enterprise")),
    };
    filter.conditions(sql, scope)
}

/// The half-open range of codes that begin with `text`; `None` when it does not look like the beginning of a code.
pub fn code_range(text: &str) -> Option<(String, String)> {
    let code = rules::name::fold(text);
    let digits = code.bytes().filter(u8::is_ascii_digit).count();
    let plain = code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    // the last sign of all stands for "anything after"
    (plain && digits >= 3).then(|| (code.clone(), format!("{code}\u{10FFFF}")))
}

/// Records by their keys, as far as they are in scope, in no order, without the rows of the files they came from.
pub async fn some(db: impl Exec, scope: &Scope, keys: &[(String, Uuid)]) -> Result<Vec<Enterprise>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let sql = listed().push(" where ").within("city", keys.iter().map(|(city, _)| city));
    let sql = sql.push(" and ").within("id", keys.iter().map(|(_, id)| *id)).push(" and ");
    db.all(sql.scope(scope, "", "id").push(" and status <> 'merged'")).await
}

/// An order that lists offer: each is that of an index.
#[derive(Debug, Clone, Copy)]
struct Order {
    column: &'static str,
    descending: bool,
    /// The rows are found otherwise and sorted: SQLite must not walk the order instead.
    sorted: bool,
}

impl Order {
    const COLUMNS: &[&str] = &["updated_at", "name", "town"];

    fn of(sort: Option<&str>) -> Result<Order, Problem> {
        let sort = sort.unwrap_or("-updated_at");
        let (column, descending) = sort.strip_prefix('-').map_or((sort, false), |column| (column, true));
        match Self::COLUMNS.iter().find(|own| **own == column) {
            Some(column) => Ok(Order { column, descending, sorted: false }),
            None => Err(Problem::bad_request(
                "sort.unknown",
                format!("不能按「{column}」排序，可用：{}。", Self::COLUMNS.join("、")),
            )),
        }
    }

    /// Appends where the page before ended.
    fn after(self, sql: Sql, cursor: Option<&Cursor>) -> Result<Sql, Problem> {
        let Some(Cursor { key, id }) = cursor else { return Ok(sql) };
        let key = key.clone().unwrap_or_default();
        let way = if self.descending { "<" } else { ">" };
        let plus = if self.sorted { "+" } else { "" };
        let sql = match self.column {
            "updated_at" => {
                let at = key.parse::<chrono::DateTime<chrono::Utc>>().map_err(|_| {
                    Problem::bad_request("cursor.invalid", "翻页位置已失效，请回到第一页重新查询。")
                })?;
                sql.push(&format!(" and ({plus}updated_at, id) {way} (")).arg(at)
            }
            // a town lies in the city that its code begins with: the same order, in which an index begins
            "town" => sql
                .push(&format!(" and ({plus}city, {plus}town, id) {way} ("))
                .arg(key.get(..4).unwrap_or_default())
                .push(", ")
                .arg(key),
            column => sql.push(&format!(" and ({plus}{column}, id) {way} (")).arg(key),
        };
        Ok(sql.push(", ").arg(*id).push(")"))
    }

    /// Appends the order and how many rows.
    fn first(self, sql: Sql, rows: i64) -> Sql {
        let way = if self.descending { "desc" } else { "asc" };
        let plus = if self.sorted { "+" } else { "" };
        let city = if self.column == "town" { format!("{plus}city {way}, ") } else { String::new() };
        sql.push(&format!(" order by {city}{plus}{} {way}, id {way} limit ", self.column)).arg(rows)
    }
}

/// The records as lists need them: the row of the file that each came from stays unread, it is long.
fn listed() -> Sql {
    let columns: Vec<&str> = Enterprise::COLUMNS
        .iter()
        .map(|column| if *column == "original" { "cast(null as jsonb) as original" } else { *column })
        .collect();
    Sql::new(&format!("select {} from {}", columns.join(", "), Enterprise::TABLE))
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
    let mut order = Order::of(sort)?;
    let cursor = cursor.map(Cursor::decode).transpose()?;
    let rows = i64::from(limit) + 1;
    if filter.text().is_some() {
        return searched(db, scope, filter, order, cursor, rows).await;
    }
    // the few rows that point at something have their index, and so have towns in order
    let few = filter.points();
    order.sorted = few && db.engine() == Engine::Sqlite;
    let sql = if few || order.column == "town" && scope.areas().len() == 1 {
        filter.conditions(listed(), scope)
    } else {
        filter.along(listed(), db.engine(), scope, crowded(db, scope, filter).await?)
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

/// Whether the assignment that the filter asks for, which has an index of its own, is that of many rows: as the summary
/// says, which may be some minutes old.
async fn crowded(db: &Db, scope: &Scope, filter: &Filter) -> Result<bool> {
    let Some(wanted) = filter.value("assignment") else { return Ok(false) };
    let regions = scope.areas().iter().map(|area| {
        let code = area.region.as_str();
        code.get(..6).unwrap_or(code)
    });
    let sql = Sql::new(
        "select cast(coalesce(sum(number), 0) as bigint) as number from enterprise_summary where dimension = 'assignment' and ",
    );
    let sql = sql.within("region", regions).push(" and ").within("value", wanted.split(','));
    Ok(db.one::<Number>(sql).await?.number > FEW)
}

/// A row met on a walk along an order.
#[derive(FromRow)]
struct Met {
    city: String,
    id: Uuid,
    town: String,
    name: String,
    updated_at: chrono::DateTime<chrono::Utc>,
    hit: bool,
}

/// Rows looked at in turn on a walk; those of the first step tell whether the text is common enough to go on.
const STEPS: &[i64] = &[200, 1_000, 4_000, 16_000];
/// Hits of the first step that make a walk worth while.
const COMMON: usize = 5;

/// Appends whether a record has the text, or a code that begins so.
fn has(sql: Sql, text: &str) -> Sql {
    let Some((low, high)) = code_range(text) else {
        return search::says(sql, KIND, "enterprise.city", "enterprise.id", text);
    };
    sql.push("coalesce(credit_code >= ")
        .arg(&low)
        .push(" and credit_code < ")
        .arg(&high)
        .push(", false) or coalesce(old_code >= ")
        .arg(&low)
        .push(" and old_code < ")
        .arg(&high)
        .push(", false)")
}

/// The keys (`hit_city`, `hit_id`) of the records that have a text or a code that begins so, at most `most`.
pub fn hits(engine: Engine, scope: &Scope, text: &str, most: i64) -> Option<Sql> {
    let Some((low, high)) = code_range(text) else {
        return search::keys(engine, scope, KIND, text, most);
    };
    let mut sql = Sql::new("");
    for (at, column) in ["credit_code", "old_code"].into_iter().enumerate() {
        let before = if at > 0 { " union select" } else { "select" };
        sql =
            sql.push(&format!("{before} city as hit_city, id as hit_id from enterprise where {column} >= "));
        sql = sql.arg(&low).push(&format!(" and {column} < ")).arg(&high);
        sql = sql.push(" and ").scope(scope, "", "id").push(" and status <> 'merged'");
    }
    Some(sql.push(" limit ").arg(most))
}

#[derive(FromRow)]
struct Key {
    city: String,
    id: Uuid,
}

/// The statement `select` over the records of what the search box found, which are read by their keys.
pub fn of_hits(engine: Engine, select: &str, found: Sql) -> Sql {
    // SQLite, which does not know how few they are, begins with them only when it must
    let join = if engine == Engine::Sqlite { "cross join" } else { "join" };
    Sql::new(&format!("{select} from ("))
        .append(found)
        .push(&format!(") x {join} enterprise on enterprise.city = x.hit_city and enterprise.id = x.hit_id"))
}

/// A page of the rows that have a text. A common text fills its page with the first rows of the order, so they are walked;
/// the hits of a rare one are few, so the index collects them all.
async fn searched(
    db: &Db,
    scope: &Scope,
    filter: &Filter,
    order: Order,
    cursor: Option<Cursor>,
    rows: i64,
) -> Result<Vec<Enterprise>, Problem> {
    let text = filter.text().unwrap_or_default();
    let mut shown: Vec<(String, Uuid)> = Vec::new();
    let mut from = cursor.clone();
    let mut done = false;
    for step in STEPS {
        let sql = has(Sql::new("select city, id, town, name, updated_at, "), text);
        let sql = filter.along(sql.push(" as hit from enterprise"), db.engine(), scope, true);
        let met: Vec<Met> = db.all(order.first(order.after(sql, from.as_ref())?, *step)).await?;
        shown.extend(met.iter().filter(|row| row.hit).map(|row| (row.city.clone(), row.id)));
        done = shown.len() as i64 >= rows || (met.len() as i64) < *step;
        if done || shown.len() < COMMON {
            break;
        }
        from = met.last().map(|row| {
            let key = match order.column {
                "name" => row.name.clone(),
                "town" => row.town.clone(),
                _ => micros(row.updated_at),
            };
            Cursor { key: Some(key), id: row.id }
        });
    }
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
    let place: HashMap<Uuid, usize> = shown.iter().enumerate().map(|(at, (_, id))| (*id, at)).collect();
    let mut found = some(db, scope, &shown).await?;
    found.sort_by_key(|row| place.get(&row.id).copied());
    Ok(found)
}

/// The cursor of a row under a sort.
pub fn cursor(row: &Enterprise, sort: Option<&str>) -> Cursor {
    let key = match sort.unwrap_or("-updated_at").trim_start_matches('-') {
        "name" => row.name.clone(),
        "town" => row.town.clone(),
        _ => micros(row.updated_at),
    };
    Cursor { key: Some(key), id: row.id }
}

fn micros(at: chrono::DateTime<chrono::Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
}

/// One record in scope.
pub async fn find(db: impl Exec, scope: &Scope, city: &str, id: Uuid) -> Result<Enterprise> {
    db.one(
        Enterprise::select()
            .push(" where city = ")
            .arg(city)
            .push(" and id = ")
            .arg(id)
            .push(" and ")
            .scope(scope, "", "id"),
    )
    .await
}

/// Records of a name, in its form for matching.
pub async fn of_name(db: impl Exec, scope: &Scope, name_key: &str) -> Result<Vec<Enterprise>> {
    let sql = Enterprise::select().push(" where ").scope(scope, "", "id").push(" and name_key = ");
    db.all(sql.arg(name_key).push(" and status <> 'merged' limit 5")).await
}

/// Writes new records with what follows from them and their entries on the trail.
pub async fn insert(
    tx: &mut Tx,
    clock: &Clock,
    actor: &Actor,
    records: &[Enterprise],
    reason: Option<&str>,
) -> Result<()> {
    let mut derived = Derived::default();
    for record in records {
        derived.add(record);
    }
    bulk(tx, Enterprise::TABLE, Enterprise::COLUMNS, records.iter().map(Enterprise::values).collect(), "")
        .await?;
    derived.apply(tx).await?;
    let entries = records.iter().map(|record| {
        record.entry(audit::Action::Create, None, Some(record.first()), reason.map(str::to_string))
    });
    audit::record_many(tx, clock, actor, entries.collect()).await
}

/// Writes a record back if nobody else did since it was read; answers whether it was written.
pub async fn save(tx: &mut Tx, scope: &Scope, record: &Enterprise, read_version: i64) -> Result<bool> {
    let sql = record
        .update(&["city", "id"])
        .push(" and version = ")
        .arg(read_version)
        .push(" and ")
        .scope(scope, "", "id");
    Ok(tx.run(sql).await? == 1)
}
