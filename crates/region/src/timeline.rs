//! Divisions in time: the spans of a code from the database, else from the shipped history, else from the shipped table of
//! today, and the map of any day put together from them.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use db::{Db, Exec, FromRow, Result, Sql};
use kernel::RegionCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    divisions::{self, find},
    model::RegionRow,
    store,
};

/// One span in the life of a code.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Span {
    pub(crate) code: String,
    pub(crate) name: String,
    /// First day; null where the sources do not say.
    pub(crate) valid_from: Option<NaiveDate>,
    /// First day it no longer counts.
    pub(crate) valid_to: Option<NaiveDate>,
    /// `day` or `year`: of many old changes only the year is known.
    pub(crate) precision: String,
    pub(crate) source: String,
    /// `text`, `single` or `memory`.
    pub(crate) certainty: String,
    pub(crate) note: String,
}

impl Span {
    fn holds_on(&self, day: NaiveDate) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day < to)
    }
}

/// A change as the history shows it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Event {
    pub(crate) changed_on: NaiveDate,
    /// `day` or `year`.
    pub(crate) precision: String,
    /// `establish`, `abolish`, `merge`, `split`, `rename` or `move`.
    pub(crate) kind: String,
    pub(crate) from: Vec<String>,
    pub(crate) to: Vec<String>,
    pub(crate) document: String,
    pub(crate) certainty: String,
    pub(crate) note: String,
}

fn lines(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines().filter(|line| !line.starts_with('#')).skip(1).map(|line| line.split('\t').collect())
}

fn day(text: &str) -> Option<NaiveDate> {
    text.parse().ok()
}

/// The shipped spans, all codes.
fn shipped_spans() -> impl Iterator<Item = Span> {
    lines(include_str!("../data/history.tsv")).filter_map(|line| {
        let [code, name, from, to, precision, source, certainty, note] = line[..] else { return None };
        Some(Span {
            code: code.into(),
            name: name.into(),
            valid_from: day(from),
            valid_to: day(to),
            precision: precision.into(),
            source: source.into(),
            certainty: certainty.into(),
            note: note.into(),
        })
    })
}

/// The shipped changes.
fn shipped_events() -> impl Iterator<Item = Event> {
    let codes = |text: &str| text.split('+').filter(|code| !code.is_empty()).map(str::to_string).collect();
    lines(include_str!("../data/changes.tsv")).filter_map(move |line| {
        let [on, precision, kind, from, to, document, certainty, note] = line[..] else { return None };
        Some(Event {
            changed_on: day(on)?,
            precision: precision.into(),
            kind: kind.into(),
            from: codes(from),
            to: codes(to),
            document: document.into(),
            certainty: certainty.into(),
            note: note.into(),
        })
    })
}

fn stored(row: RegionRow) -> Span {
    // the marks of a shipped span that was taken over travel in its note
    let certainty = if row.note.contains("凭记忆") { "memory" } else { "text" };
    Span {
        valid_from: (row.valid_from > store::founding() || !row.note.contains("起始日期未见资料"))
            .then_some(row.valid_from),
        code: row.code,
        name: row.name,
        valid_to: row.valid_to,
        precision: if row.note.contains("只知年份") { "year" } else { "day" }.into(),
        source: row.source,
        certainty: certainty.into(),
        note: row.note,
    }
}

/// What the shipped tables say of a code: its spans, the earliest first.
pub(crate) fn shipped(code: &str) -> Vec<Span> {
    let found: Vec<Span> = shipped_spans().filter(|span| span.code == code).collect();
    if !found.is_empty() {
        return found;
    }
    let today = divisions::shipped().binary_search_by(|own| own.code.as_str().cmp(code)).ok();
    today.map(|at| assumed(&divisions::shipped()[at])).into_iter().collect()
}

fn assumed(division: &divisions::Division) -> Span {
    Span {
        code: division.code.clone(),
        name: division.name.clone(),
        valid_from: None,
        valid_to: None,
        precision: "day".into(),
        source: "国家统计局统计用区划代码，截至 2023-06-30".into(),
        certainty: "text".into(),
        note: "起始日期未见资料".into(),
    }
}

/// The spans of a code, the earliest first.
pub(crate) async fn spans(db: &Db, code: &str) -> Result<Vec<Span>> {
    let rows = store::spans(db, code).await?;
    if rows.is_empty() {
        // a village that no change touched
        let village = || divisions::villages(code.get(..4)?).into_iter().find(|own| own.code == code);
        let found = shipped(code);
        return Ok(if found.is_empty() && code.len() == 12 {
            village().map(assumed).into_iter().collect()
        } else {
            found
        });
    }
    Ok(rows.into_iter().map(stored).collect())
}

/// The divisions one tier below `parent` on a day: code and name, by code.
pub(crate) async fn children_on(db: &Db, parent: &str, on: NaiveDate) -> Result<Vec<Span>> {
    // of a parent that is another one now under the same code, today's members say nothing
    let own = spans(db, parent).await?;
    let then = own.iter().rposition(|span| span.holds_on(on));
    let same = then.is_some_and(|at| at + 1 == own.len());
    let rows: Vec<RegionRow> = db
        .all(RegionRow::select().push(" where parent = ").arg(parent).push(" order by code, valid_from"))
        .await?;
    let known: BTreeSet<String> = rows.iter().map(|row| row.code.clone()).collect();
    let digits = divisions::shipped()
        .iter()
        .filter(|own| own.code.len() > parent.len() && own.code.starts_with(parent))
        .map(|own| own.code.len())
        .min();
    let below = |code: &str| code.starts_with(parent) && Some(code.len()) == digits;
    let mut all: Vec<Span> = rows.into_iter().map(stored).collect();
    let mut described = BTreeSet::new();
    for span in shipped_spans().filter(|span| below(&span.code) && !known.contains(&span.code)) {
        described.insert(span.code.clone());
        all.push(span);
    }
    if same {
        let low = divisions::shipped().partition_point(|own| own.code.as_str() < parent);
        all.extend(
            divisions::shipped()[low..]
                .iter()
                .take_while(|own| own.code.starts_with(parent))
                .filter(|own| {
                    below(&own.code) && !known.contains(&own.code) && !described.contains(&own.code)
                })
                .map(assumed),
        );
    }
    all.retain(|span| span.holds_on(on));
    all.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(all)
}

#[derive(FromRow)]
struct Pair {
    id: uuid::Uuid,
    changed_on: NaiveDate,
    kind: String,
    document: String,
    note: String,
    from_code: String,
    to_code: String,
}

/// The changes that a code had a part in, the latest first.
pub(crate) async fn events(db: &Db, code: &RegionCode) -> Result<Vec<Event>> {
    let code = code.as_str();
    let sql = Sql::new(
        "select c.id, c.changed_on, c.kind, c.document, c.note, p.from_code, p.to_code from region_pair p
         join region_change c on c.city = p.city and c.id = p.change_id
         where c.undone_at is null and (p.from_code = ",
    );
    let sql = sql.arg(code).push(" or p.to_code = ").arg(code).push(") order by c.id limit 500");
    let pairs: Vec<Pair> = db.all(sql).await?;
    let mut all: Vec<Event> =
        shipped_events().filter(|event| event.from.iter().chain(&event.to).any(|own| own == code)).collect();
    let mut last = None;
    for pair in pairs {
        if last != Some(pair.id) {
            all.push(Event {
                changed_on: pair.changed_on,
                precision: "day".into(),
                kind: pair.kind,
                from: Vec::new(),
                to: Vec::new(),
                document: pair.document,
                certainty: "text".into(),
                note: pair.note,
            });
            last = Some(pair.id);
        }
        if let Some(event) = all.last_mut() {
            for (list, code) in [(&mut event.from, pair.from_code), (&mut event.to, pair.to_code)] {
                if !code.is_empty() && !list.contains(&code) {
                    list.push(code);
                }
            }
        }
    }
    all.sort_by_key(|event| std::cmp::Reverse(event.changed_on));
    Ok(all)
}

/// Names of codes, as they last were.
pub(crate) async fn name_of(db: &Db, code: &str) -> Result<String> {
    Ok(match find(code) {
        Some(division) => division.name.clone(),
        None => spans(db, code).await?.pop().map(|span| span.name).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_history_is_read_and_says_how_certain_it_is() {
        assert_eq!(shipped_spans().count(), lines(include_str!("../data/history.tsv")).count());
        assert_eq!(shipped_events().count(), lines(include_str!("../data/changes.tsv")).count());
        let marks = ["text", "single", "memory"];
        assert!(shipped_spans().all(|span| marks.contains(&span.certainty.as_str())));
        assert!(shipped_spans().all(|span| span.valid_from.is_some() && !span.source.is_empty()));
        assert!(shipped_events().all(|event| marks.contains(&event.certainty.as_str())));
        for county in divisions::children("4405") {
            let last = shipped(&county.code).pop().unwrap();
            assert_eq!((&last.name, last.valid_to), (&county.name, None), "{}", county.code);
        }
    }
}
