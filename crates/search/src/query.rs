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

/// What the index is asked: any of these sets of terms, all terms of the set.
fn wanted(scope: &Scope, kind: &str, words: &[String]) -> Vec<BTreeSet<String>> {
    let mut alternatives: Vec<BTreeSet<String>> = vec![BTreeSet::new()];
    for word in words {
        let mut ways = Vec::new();
        let mut own = BTreeSet::new();
        terms::signs(word, &mut own);
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

/// The condition under which an entry (`e`) is found by `text`; `None` when there is nothing to look for.
fn condition(engine: Engine, scope: &Scope, kind: &str, text: &str) -> Option<Sql> {
    let words: Vec<String> =
        text.split_whitespace().map(terms::fold).filter(|word| !word.is_empty()).take(5).collect();
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
            Sql::new("search_fts match ").arg(sets.join(" OR "))
        }
        Engine::Postgres => {
            let mut sql = Sql::new("(");
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
    for word in &words {
        // `%` and `_` in the text are text
        sql = sql.push(" and (e.body like ").arg(db::like(word)).push(" escape '\\'");
        if word.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            let letters = db::like(&word.to_lowercase());
            sql = sql.push(" or e.initials like ").arg(&letters).push(" or e.pinyin like ").arg(&letters);
        }
        sql = sql.push(")");
    }
    Some(sql)
}

fn source(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "search_fts f join search_entry e on e.number = f.rowid",
        Engine::Postgres => "search_entry e",
    }
}

/// Appends the condition that the column `id` is that of an entry found by `text`; nothing is found where there is
/// nothing to look for.
pub fn matching(sql: Sql, engine: Engine, scope: &Scope, kind: &str, id: &str, text: &str) -> Sql {
    match condition(engine, scope, kind, text) {
        Some(condition) => sql
            .push(&format!("{id} in (select e.id from {} where ", source(engine)))
            .append(condition)
            .push(")"),
        None => sql.push("1 = 0"),
    }
}

/// The first entries of a kind that `text` finds within the divisions of the scope.
pub async fn find(db: &Db, scope: &Scope, kind: &str, text: &str, limit: i64) -> Result<Vec<Hit>> {
    let Some(condition) = condition(db.engine(), scope, kind, text) else { return Ok(Vec::new()) };
    let sql = Sql::new(&format!(
        "select e.city, e.id, e.town, e.title, e.subtitle from {} where ",
        source(db.engine())
    ));
    db.all(sql.append(condition).push(" limit ").arg(limit)).await
}
