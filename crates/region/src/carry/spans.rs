//! The spans of a code: from which day to which it is in force under which name. The first change of a code takes its history
//! over from the shipped tables.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use db::Tx;
use kernel::RegionCode;
use uuid::Uuid;
use web::{Outcome, Problem};

use crate::{
    divisions::{self, find},
    model::RegionRow,
    plan::Plan,
    store, timeline,
};

fn tier(code: &str) -> &'static str {
    match code.len() {
        2 => "province",
        4 => "city",
        6 => "county",
        9 => "town",
        _ => "village",
    }
}

/// A span as it is stored.
pub(crate) fn span(
    (code, name): (&str, &str),
    from: NaiveDate,
    (source, note): (&str, &str),
    (at, by): (chrono::DateTime<chrono::Utc>, Uuid),
) -> RegionRow {
    RegionRow {
        code: code.to_string(),
        valid_from: from,
        valid_to: None,
        name: name.to_string(),
        tier: tier(code).to_string(),
        parent: RegionCode::parse(code).ok().and_then(|own| own.parent()).map(|own| own.as_str().to_string()),
        source: source.to_string(),
        note: note.to_string(),
        created_at: at,
        created_by: by,
        updated_at: at,
        updated_by: by,
        version: 1,
    }
}

/// The spans of a code that the database has, or those it takes over from the shipped tables on the first change. A mark of
/// uncertainty goes into the note.
fn taken_over(
    code: &str,
    village: Option<&str>,
    stamp: (chrono::DateTime<chrono::Utc>, Uuid),
) -> Vec<RegionRow> {
    let mut spans: Vec<RegionRow> = timeline::shipped(code)
        .into_iter()
        .map(|own| {
            let mut note = own.note.clone();
            for (mark, holds) in [
                ("凭记忆", own.certainty == "memory"),
                ("只知年份", own.precision == "year"),
                ("起始日期未见资料", own.valid_from.is_none()),
            ] {
                if holds && !note.contains(mark) {
                    note = if note.is_empty() { mark.to_string() } else { format!("{note}；{mark}") };
                }
            }
            let from = own.valid_from.unwrap_or_else(store::founding);
            RegionRow { valid_to: own.valid_to, ..span((code, &own.name), from, (&own.source, &note), stamp) }
        })
        .collect();
    if let Some(name) = village.filter(|_| spans.is_empty() && code.len() == 12) {
        let source = "国家统计局统计用区划代码，截至 2023-06-30";
        spans.push(span((code, name), store::founding(), (source, "起始日期未见资料"), stamp));
    }
    spans
}

/// Ends and begins the spans of a plan; answers what the codes' rows were before.
pub(crate) async fn write_spans(
    tx: &mut Tx,
    plan: &Plan,
    on: NaiveDate,
    source: &str,
    stamp: (chrono::DateTime<chrono::Utc>, Uuid),
) -> Outcome<Vec<(String, Vec<RegionRow>)>> {
    let mut codes: BTreeMap<&str, (Option<&str>, Option<&str>)> = BTreeMap::new();
    for (code, name) in &plan.closes {
        codes.entry(code).or_default().0 = Some(name);
    }
    for (code, name) in &plan.opens {
        codes.entry(code).or_default().1 = Some(name);
    }
    let villages: BTreeMap<&str, &str> = divisions::villages(&plan.city)
        .into_iter()
        .map(|own| (own.code.as_str(), own.name.as_str()))
        .collect();
    let mut saved = Vec::with_capacity(codes.len());
    for (code, (closes, opens)) in codes {
        let before = store::spans(&mut *tx, code).await?;
        let in_force =
            find(code).map(|own| own.name.as_str()).or(closes).or_else(|| villages.get(code).copied());
        let mut spans = if before.is_empty() { taken_over(code, in_force, stamp) } else { before.clone() };
        if let Some(last) = spans.last_mut()
            && last.valid_to.is_none_or(|to| to > on)
        {
            if last.valid_from > on {
                let message =
                    format!("{}（{code}）自 {} 起才是现在的样子，日期不能更早。", last.name, last.valid_from);
                return Err(Problem::wrong_field("/changed_on", "date.early", message));
            }
            last.valid_to = Some(on);
            last.updated_at = stamp.0;
            last.updated_by = stamp.1;
            last.version += 1;
            if last.valid_from == on {
                spans.pop();
            }
        }
        if let Some(name) = opens {
            spans.push(span((code, name), on, (source, ""), stamp));
        }
        store::set_spans(tx, code, &spans).await?;
        saved.push((code.to_string(), before));
    }
    Ok(saved)
}
