//! Putting entries into the index and taking them out.

use std::collections::BTreeSet;

use db::{Db, Engine, Exec, FromRow, Result, Sql, Tx, Value, bulk, sql};
use uuid::Uuid;

use crate::terms;

/// What can be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// City, 4 digits.
    pub city: String,
    /// What it is: `enterprise`, …
    pub kind: &'static str,
    /// Its id.
    pub id: Uuid,
    /// Division it lies in.
    pub town: String,
    /// Name; found by any part, by pinyin and by initials.
    pub title: String,
    /// Shown under the name.
    pub subtitle: String,
    /// Found by any part: former names, addresses, persons.
    pub texts: Vec<String>,
}

/// What of an entry is stored beside its title and subtitle.
#[derive(Debug, Clone)]
pub struct Stored {
    /// Folded texts to recheck a hit against.
    pub body: String,
    /// Initials of the title's pinyin.
    pub initials: String,
    /// Pinyin of the title.
    pub pinyin: String,
}

impl Entry {
    /// What is stored of it.
    pub fn stored(&self) -> Stored {
        let mut body = terms::fold(&self.title);
        for text in self.texts.iter().filter(|text| !text.is_empty()) {
            body.push('|');
            body.push_str(&terms::fold(text));
        }
        let syllables = terms::syllables(&self.title);
        Stored { body, initials: terms::initials(&syllables), pinyin: syllables.concat() }
    }
}

/// The words of the index for an entry that stands written.
fn words(title: &str, body: &str, town: &str, kind: &str) -> String {
    let mut found = BTreeSet::new();
    terms::signs(body, &mut found);
    let syllables = terms::syllables(title);
    found.extend(syllables.iter().map(|syllable| format!("y{syllable}")));
    terms::initial_pairs(&terms::initials(&syllables), &mut found);
    terms::divisions(town, &mut found);
    found.insert(format!("k{kind}"));
    let mut words = String::with_capacity(found.len() * 8);
    for word in found {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(&word);
    }
    words
}

const COLUMNS: &[&str] = &[
    "city", "kind", "id", "town", "number", "title", "subtitle", "body", "initials", "pinyin", "terms",
    "indexed",
];

#[derive(FromRow)]
struct Number {
    number: i64,
}

/// The number before that of the next entry. Only SQLite's one writer counts: its index wants rows in rising order.
async fn last_number(tx: &mut Tx) -> Result<i64> {
    if tx.engine() == Engine::Postgres {
        return Ok(0);
    }
    let last: Number = tx.one(sql!("select coalesce(max(number), 0) as number from search_entry")).await?;
    Ok(last.number)
}

/// Takes the words of entries out of the index; what stands written of them stays.
async fn forget(tx: &mut Tx, kind: &str, keys: &[(&str, Uuid)]) -> Result<()> {
    if tx.engine() == Engine::Postgres {
        return Ok(());
    }
    for keys in keys.chunks(400) {
        let sql =
            Sql::new("select number from search_entry where indexed and kind = ").arg(kind).push(" and ");
        let known: Vec<Number> = tx.all(sql.keys("id", keys.iter().copied())).await?;
        if !known.is_empty() {
            let sql = Sql::new("delete from search_fts where ");
            tx.run(sql.within("rowid", known.iter().map(|known| known.number))).await?;
        }
    }
    Ok(())
}

/// Writes entries, new or changed, within the transaction of what they stand for. They are found at once; [`index`] puts
/// them into the index of terms.
pub async fn write(tx: &mut Tx, entries: &[Entry]) -> Result<()> {
    let Some(first) = entries.first() else { return Ok(()) };
    let keys: Vec<(&str, Uuid)> = entries.iter().map(|entry| (entry.city.as_str(), entry.id)).collect();
    forget(tx, first.kind, &keys).await?;
    let embedded = tx.engine() == Engine::Sqlite;
    let mut number = last_number(tx).await?;
    let mut rows: Vec<Vec<Value>> = Vec::with_capacity(entries.len());
    for entry in entries {
        number += i64::from(embedded);
        let stored = entry.stored();
        rows.push(vec![
            (&entry.city).into(),
            entry.kind.into(),
            entry.id.into(),
            (&entry.town).into(),
            number.into(),
            (&entry.title).into(),
            (&entry.subtitle).into(),
            stored.body.into(),
            stored.initials.into(),
            stored.pinyin.into(),
            "".into(),
            false.into(),
        ]);
    }
    let rest: Vec<String> =
        COLUMNS[3..].iter().map(|column| format!("{column} = excluded.{column}")).collect();
    let tail = format!(" on conflict (city, kind, id) do update set {}", rest.join(", "));
    bulk(tx, "search_entry", COLUMNS, rows, &tail).await?;
    Ok(())
}

/// Writes new entries of a kind in one statement: `from` names a source with the columns `city`, `id`, `town`, `number`
/// (distinct, from 1), `title`, `subtitle`, `body`, `initials` and `pinyin`, of none of which the search box knows yet.
pub async fn write_all(tx: &mut Tx, kind: &str, from: Sql) -> Result<u64> {
    let last = last_number(tx).await?;
    let number = if tx.engine() == Engine::Sqlite { " + number" } else { "" };
    let sql = Sql::new(&format!("insert into search_entry ({}) select city, ", COLUMNS.join(", ")))
        .arg(kind)
        .push(", id, town, ")
        .push(&format!(
            "cast({last} as bigint){number}, title, subtitle, body, initials, pinyin, '', false from "
        ));
    tx.run(sql.append(from)).await
}

/// Entries put into the index at a time: few enough that no other writer waits long.
const BATCH: i64 = 1_000;

#[derive(FromRow)]
struct Pending {
    city: String,
    kind: String,
    id: Uuid,
    town: String,
    number: i64,
    title: String,
    body: String,
}

/// Puts entries that stand written into the index of terms, at most one batch; answers how many. Nothing is lost when it
/// is interrupted: they are found by their text until they are in the index.
pub async fn index(db: &Db) -> Result<u64> {
    // a reader looks, so that the writer is left alone when there is nothing to do
    let waiting: Option<Number> =
        db.optional(sql!("select number from search_entry where not indexed limit 1")).await?;
    if waiting.is_none() {
        return Ok(0);
    }
    let mut tx = db.begin().await?;
    let embedded = tx.engine() == Engine::Sqlite;
    let mut sql = Sql::new("select city, kind, id, town, number, title, body from search_entry where not indexed order by city, kind, id limit ").arg(BATCH);
    if !embedded {
        // what another writer or another server has in hand is left to it
        sql = sql.push(" for update skip locked");
    }
    let mut pending: Vec<Pending> = tx.all(sql).await?;
    pending.sort_unstable_by_key(|entry| entry.number);
    let made = pending.len() as u64;
    if embedded {
        let rows = pending.iter().map(|entry| {
            let words = words(&entry.title, &entry.body, &entry.town, &entry.kind);
            vec![Value::from(entry.number), words.into()]
        });
        bulk(&mut tx, "search_fts", &["rowid", "terms"], rows.collect(), "").await?;
        for chunk in pending.chunks(400) {
            let sql = Sql::new("update search_entry set indexed = true where ");
            tx.run(sql.within("number", chunk.iter().map(|entry| entry.number))).await?;
        }
    } else {
        for chunk in pending.chunks(250) {
            let mut sql = Sql::new("update search_entry e set terms = v.terms, indexed = true from (values ");
            for (at, entry) in chunk.iter().enumerate() {
                let words = words(&entry.title, &entry.body, &entry.town, &entry.kind);
                sql = sql.push(if at > 0 { ", (" } else { "(" }).arg(&entry.city).push(", ").arg(&entry.kind);
                sql = sql.push(", ").arg(entry.id).push(", ").arg(words).push(")");
            }
            let on = ") v (city, kind, id, terms) where e.city = v.city and e.kind = v.kind and e.id = v.id";
            tx.run(sql.push(on)).await?;
        }
    }
    tx.commit().await?;
    Ok(made)
}

/// Puts all entries that stand written into the index.
pub async fn index_all(db: &Db) -> Result<u64> {
    let mut made = 0;
    loop {
        match index(db).await? {
            0 => return Ok(made),
            more => made += more,
        }
    }
}

/// Takes an entry out.
pub async fn remove(tx: &mut Tx, city: &str, kind: &str, id: Uuid) -> Result<()> {
    forget(tx, kind, &[(city, id)]).await?;
    let sql = Sql::new("delete from search_entry where city = ").arg(city).push(" and kind = ").arg(kind);
    tx.run(sql.push(" and id = ").arg(id)).await?;
    Ok(())
}
