//! Finding entries.

use std::collections::BTreeSet;

use db::{Db, Engine, Exec, FromRow, Result, Sql};
use kernel::Scope;
use uuid::Uuid;

use crate::terms;

/// An entry that was found.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Hit {
    /// City, 4 digits.
    pub city: String,
    /// Id.
    pub id: Uuid,
    /// Division.
    pub town: String,
    /// Name.
    pub title: String,
    /// What stands under it.
    pub subtitle: String,
}

impl Hit {
    /// Its city and id.
    pub fn key(&self) -> (&str, Uuid) {
        (&self.city, self.id)
    }
}

/// The columns of a [`Hit`].
const HIT: &str = "e.city, e.id, e.town, e.title, e.subtitle";

/// What the index is asked: any of these sets of terms, all terms of the set.
fn wanted(scope: &Scope, kind: &str, words: &[String]) -> Vec<BTreeSet<String>> {
    let mut alternatives: Vec<BTreeSet<String>> = vec![BTreeSet::new()];
    for word in words {
        let mut ways = Vec::new();
        let mut own = BTreeSet::new();
        terms::pairs(word, &mut own);
        if !own.is_empty() {
            ways.push(own);
        }
        if word.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            let letters = word.to_lowercase();
            let mut pairs = BTreeSet::new();
            terms::initial_pairs(&letters, &mut pairs);
            ways.push(pairs);
            ways.extend(terms::readings(&letters).into_iter().map(|reading| {
                reading.into_iter().map(|syllable| format!("y{syllable}")).collect::<BTreeSet<_>>()
            }));
        }
        alternatives = alternatives
            .iter()
            .flat_map(|before| ways.iter().map(|way| before.union(way).cloned().collect()))
            .collect();
        alternatives.truncate(24);
    }
    scope
        .areas()
        .iter()
        .flat_map(|area| {
            alternatives.iter().filter(|set| !set.is_empty()).map(move |set| {
                let mut set = set.clone();
                set.insert(format!("r{}", area.region.as_str()));
                set.insert(format!("k{kind}"));
                set
            })
        })
        .collect()
}

/// The words looked for; few, however long the text.
fn split(text: &str) -> Vec<String> {
    text.split_whitespace().map(terms::fold).filter(|word| !word.is_empty()).take(5).collect()
}

/// Appends the condition that the texts of the entry `e` have every word.
fn recheck(mut sql: Sql, words: &[String]) -> Sql {
    for (at, word) in words.iter().enumerate() {
        // `%` and `_` in the text are text
        sql = sql
            .push(if at > 0 { " and (" } else { "(" })
            .push("e.body like ")
            .arg(db::like(word))
            .push(" escape '\\'");
        if word.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            let letters = db::like(&word.to_lowercase());
            sql = sql.push(" or e.initials like ").arg(&letters).push(" or e.pinyin like ").arg(&letters);
        }
        sql = sql.push(")");
    }
    sql
}

/// Appends `select {columns}` of the entries (`e`) that `text` finds; `None` when there is nothing to look for. Most are
/// found by the index; those written a moment ago, which are few, by reading them.
fn found(sql: Sql, columns: &str, engine: Engine, scope: &Scope, kind: &str, text: &str) -> Option<Sql> {
    let words = split(text);
    let wanted = wanted(scope, kind, &words);
    if wanted.is_empty() {
        return None;
    }
    let mut sql = match engine {
        Engine::Sqlite => {
            let sets: Vec<String> = wanted
                .iter()
                .map(|set| {
                    let quoted: Vec<String> = set.iter().map(|term| format!("\"{term}\"")).collect();
                    format!("({})", quoted.join(" AND "))
                })
                .collect();
            // `cross` keeps the join from beginning at the entries
            sql.push(&format!("select {columns} from search_fts f cross join search_entry e on e.number = f.rowid where search_fts match "))
                .arg(sets.join(" OR "))
                .push(" and e.indexed")
        }
        Engine::Postgres => {
            let mut sql = sql.push(&format!("select {columns} from search_entry e where e.indexed and ("));
            for (at, set) in wanted.iter().enumerate() {
                let set = set.iter().cloned().collect::<Vec<_>>().join(" ");
                sql = sql
                    .push(if at > 0 { " or " } else { "" })
                    .push("string_to_array(e.terms, ' ') @> string_to_array(")
                    .arg(set)
                    .push(", ' ')");
            }
            sql.push(")")
        }
    };
    sql = recheck(sql.push(" and "), &words);
    sql = sql
        .push(&format!(" union all select {columns} from search_entry e where not e.indexed and e.kind = "))
        .arg(kind);
    Some(recheck(sql.push(" and ").area(scope, "e.").push(" and "), &words))
}

/// The keys (`hit_city`, `hit_id`) of the entries found by `text`, at most `most`; `None` when there is nothing to look for.
pub fn keys(engine: Engine, scope: &Scope, kind: &str, text: &str, most: i64) -> Option<Sql> {
    let columns = "e.city as hit_city, e.id as hit_id";
    Some(found(Sql::new(""), columns, engine, scope, kind, text)?.push(" limit ").arg(most))
}

/// Appends the condition that the entry of a row (`city`, `id`) has every word of `text`, without the index: for walks
/// along an order in which many rows are hits.
pub fn says(sql: Sql, kind: &str, city: &str, id: &str, text: &str) -> Sql {
    let words = split(text);
    if words.is_empty() {
        return sql.push("1 = 0");
    }
    let sql = sql.push(&format!(
        "exists (select 1 from search_entry e where e.city = {city} and e.id = {id} and e.kind = "
    ));
    // the offset says nothing but keeps PostgreSQL from reading all entries at once to look the rows up among them
    recheck(sql.arg(kind).push(" and "), &words).push(" limit 1 offset 0)")
}

/// How many entries of a city are looked at before the index of PostgreSQL is asked. That one names all that have a word before the first is
/// read: of a common word a great many, and the first entries hold enough of them.
const FIRST: i64 = 2_000;

/// As `find`, among the first entries of the city that the scope lies in; none where it lies in several.
async fn among_first(db: &Db, scope: &Scope, kind: &str, text: &str, limit: i64) -> Result<Vec<Hit>> {
    let words = split(text);
    let city = match scope.areas() {
        [area] => area.region.as_str().get(..4),
        _ => None,
    };
    let Some(city) = city.filter(|_| !words.is_empty()) else { return Ok(Vec::new()) };
    let first = Sql::new(&format!("select {HIT} from (select * from search_entry where city = "))
        .arg(city)
        .push(" and kind = ")
        .arg(kind)
        .push(" order by id limit ")
        .arg(FIRST)
        .push(") e where ");
    db.all(recheck(first.area(scope, "e.").push(" and "), &words).push(" limit ").arg(limit)).await
}

/// The first entries of a kind that `text` finds within the divisions of the scope.
pub async fn find(db: &Db, scope: &Scope, kind: &str, text: &str, limit: i64) -> Result<Vec<Hit>> {
    if db.engine() == Engine::Postgres {
        let hits = among_first(db, scope, kind, text, limit).await?;
        if i64::try_from(hits.len()).is_ok_and(|found| found >= limit) {
            return Ok(hits);
        }
    }
    match found(Sql::new(""), HIT, db.engine(), scope, kind, text) {
        Some(sql) => db.all(sql.push(" limit ").arg(limit)).await,
        None => Ok(Vec::new()),
    }
}
