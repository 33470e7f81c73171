//! Putting entries into the index and taking them out.

use std::collections::BTreeSet;

use db::{Engine, Exec, Result, Sql, Tx, Value, bulk};
use uuid::Uuid;

use crate::terms;

/// What can be found.
#[derive(Debug, Clone)]
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

impl Entry {
    fn terms(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        terms::signs(&terms::fold(&self.title), &mut found);
        for text in &self.texts {
            terms::signs(&terms::fold(text), &mut found);
        }
        let syllables = terms::syllables(&self.title);
        found.extend(syllables.iter().map(|syllable| format!("y{syllable}")));
        terms::initial_pairs(&terms::initials(&syllables), &mut found);
        terms::divisions(&self.town, &mut found);
        found.insert(format!("k{}", self.kind));
        found
    }

    fn body(&self) -> String {
        let mut body = terms::fold(&self.title);
        for text in self.texts.iter().filter(|text| !text.is_empty()) {
            body.push('|');
            body.push_str(&terms::fold(text));
        }
        body
    }
}

/// The FTS5 row of an entry: 63 bits of its id, of which 62 are random.
fn number(id: Uuid) -> i64 {
    let (high, low) = id.as_u64_pair();
    ((high.rotate_left(17) ^ low) >> 1) as i64
}

const COLUMNS: &[&str] =
    &["city", "kind", "id", "town", "number", "title", "subtitle", "body", "initials", "pinyin", "terms"];

/// Writes entries, new or changed, within the transaction of what they stand for.
pub async fn write(tx: &mut Tx, entries: &[Entry]) -> Result<()> {
    let embedded = tx.engine() == Engine::Sqlite;
    let mut rows: Vec<Vec<Value>> = Vec::with_capacity(entries.len());
    let mut indexed: Vec<Vec<Value>> = Vec::new();
    for entry in entries {
        let syllables = terms::syllables(&entry.title);
        let words = entry.terms().into_iter().collect::<Vec<_>>().join(" ");
        let number = number(entry.id);
        let stored = if embedded {
            indexed.push(vec![number.into(), words.into()]);
            String::new()
        } else {
            words
        };
        rows.push(vec![
            (&entry.city).into(),
            entry.kind.into(),
            entry.id.into(),
            (&entry.town).into(),
            number.into(),
            (&entry.title).into(),
            (&entry.subtitle).into(),
            entry.body().into(),
            terms::initials(&syllables).into(),
            syllables.concat().into(),
            stored.into(),
        ]);
    }
    let rest: Vec<String> =
        COLUMNS[3..].iter().map(|column| format!("{column} = excluded.{column}")).collect();
    let tail = format!(" on conflict (city, kind, id) do update set {}", rest.join(", "));
    bulk(tx, "search_entry", COLUMNS, rows, &tail).await?;
    if embedded {
        for chunk in indexed.chunks(400) {
            let mut sql = Sql::new("delete from search_fts where ");
            sql = sql.within("rowid", chunk.iter().map(|row| row[0].clone()));
            tx.run(sql).await?;
        }
        bulk(tx, "search_fts", &["rowid", "terms"], indexed, "").await?;
    }
    Ok(())
}

/// Takes an entry out.
pub async fn remove(tx: &mut Tx, city: &str, kind: &str, id: Uuid) -> Result<()> {
    if tx.engine() == Engine::Sqlite {
        tx.run(Sql::new("delete from search_fts where rowid = ").arg(number(id))).await?;
    }
    let sql = Sql::new("delete from search_entry where city = ").arg(city).push(" and kind = ").arg(kind);
    tx.run(sql.push(" and id = ").arg(id)).await?;
    Ok(())
}
