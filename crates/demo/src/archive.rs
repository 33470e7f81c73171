//! The archives of the demonstration: those of some enterprises of the town rich and in every state, those of some two hundred
//! elsewhere begun.

use ::archive::{Record, section, write};
use chrono::Duration;
use db::{Json, Tx};
use enterprise::Enterprise;
use kernel::{Actor, Clock};
use serde_json::{Map, json};
use uuid::Uuid;
use web::Problem;

use crate::{
    city::Dice,
    papers::{Firm, Paper},
    people::TOWN,
};

/// Enterprises of the town with a rich archive.
const RICH: usize = 20;
/// Of the verified ones elsewhere every so manieth has begun its archive.
const BEGUN: usize = 5;

/// The enterprises with a rich archive: that of the printed account is the first.
pub fn rich(records: &[Enterprise]) -> impl Iterator<Item = &Enterprise> {
    let usual =
        |row: &&Enterprise| row.verification == "verified" && row.status == "normal" && row.town == TOWN;
    records.iter().filter(usual).take(RICH)
}

fn begun(records: &[Enterprise]) -> impl Iterator<Item = &Enterprise> {
    let usual =
        |row: &&Enterprise| row.verification == "verified" && row.status == "normal" && row.town != TOWN;
    records.iter().filter(usual).step_by(BEGUN).take(200)
}

/// Fills in the archives and reckons the scores of all. `officer` is the town's: id and name.
pub async fn make(
    tx: &mut Tx,
    clock: &Clock,
    system: &Actor,
    records: &[Enterprise],
    officer: (Uuid, &str),
) -> Result<(), Problem> {
    let written = papers(clock, system, records, officer)?;
    write::insert(tx, clock, system, records, written, "演示数据").await
}

/// Every record with what became of it.
fn papers(
    clock: &Clock,
    system: &Actor,
    records: &[Enterprise],
    officer: (Uuid, &str),
) -> Result<Vec<Record>, Problem> {
    let mut dice = Dice(62);
    let mut written = Vec::new();
    for (at, row) in rich(records).enumerate() {
        let mut firm = Firm { row, today: clock.today(), dice: Dice(1_000 + at as u64) };
        // every fourth enterprise lacks something
        for (number, paper) in firm.all(at % 4 == 3).into_iter().enumerate() {
            let mut record = filled(clock, system, row, paper)?;
            // the answers by which all else is asked for are vouched for first
            let lot = if number == 0 { 19 } else { dice.below(20) };
            judge(&mut record, lot, clock, officer);
            written.push(record);
        }
    }
    for (at, row) in begun(records).enumerate() {
        let mut firm = Firm { row, today: clock.today(), dice: Dice(9_000 + at as u64) };
        let by = row.verified_by_name.clone().unwrap_or_default();
        for paper in firm.some() {
            let mut record = filled(clock, system, row, paper)?;
            let lot = dice.pick(&[2, 3, 19, 19]);
            judge(&mut record, lot, clock, (row.verified_by.unwrap_or_default(), &by));
            written.push(record);
        }
    }
    Ok(written)
}

/// Some records of the archive of any invented enterprise, at most `number`: the answers by which all else is asked for, and a stretch
/// of its papers that differs from one enterprise to the next. For filling a register of any size.
pub fn records(
    clock: &Clock,
    system: &Actor,
    row: &Enterprise,
    number: usize,
) -> Result<Vec<Record>, Problem> {
    let seed = row.id.as_u64_pair().1;
    let mut firm = Firm { row, today: clock.today(), dice: Dice(seed) };
    let mut papers = firm.all(false);
    let rest = papers.split_off(1.min(papers.len()));
    let from = firm.dice.below(rest.len().max(1) as u64) as usize;
    let some = rest.iter().cycle().skip(from).take(rest.len().min(number.saturating_sub(1)));
    papers.extend(some.cloned());
    let vouched = (row.verified_by.unwrap_or_default(), row.verified_by_name.clone().unwrap_or_default());
    let mut made = Vec::with_capacity(papers.len());
    for paper in papers {
        let mut record = filled(clock, system, row, paper)?;
        judge(&mut record, firm.dice.below(20), clock, (vouched.0, &vouched.1));
        made.push(record);
    }
    Ok(made)
}

fn filled(clock: &Clock, system: &Actor, row: &Enterprise, (code, values): Paper) -> Result<Record, Problem> {
    let wrong = |text: String| Problem::invalid("demo.paper", format!("演示档案「{code}」：{text}"));
    let section = section::find(code).ok_or_else(|| wrong("没有这个栏目".into()))?;
    let none = Map::new();
    let values = values.as_object().unwrap_or(&none);
    if let Some(name) = values.keys().find(|name| section.field(name).is_none()) {
        return Err(wrong(format!("没有「{name}」这一项")));
    }
    write::record(clock, system, row, section, values)
        .map_err(|list| wrong(list.into_iter().map(|own| own.message).collect()))
}

/// What became of a record: of twenty, one is sent back, one was changed after it was vouched for, three still wait.
fn judge(record: &mut Record, lot: u64, clock: &Clock, (officer, name): (Uuid, &str)) {
    let at = clock.now() - Duration::hours(i64::try_from(lot).unwrap_or_default() + 3);
    match lot {
        0 => {
            let (field, reason) = match (record.expires_on, &record.number) {
                (Some(_), _) => (ends(record), "有效期与证书照片不一致，请核对后重填。"),
                (None, Some(_)) => (String::new(), "编号与原件不符，请对照原件修改。"),
                _ => (String::new(), "内容太简略，请补充完整后再报。"),
            };
            record.state = "returned".into();
            record.returned_fields = Some(Json(json!([{"field": field, "reason": reason}])));
            record.returned_by_name = Some(name.into());
            record.returned_at = Some(at);
        }
        1 => {
            vouch(record, at, officer, name);
            record.state = "changed".into();
            if let Some(fields) = record.fields.0.as_object_mut().filter(|own| own.contains_key("note")) {
                fields.insert("note".into(), json!("原件已更新，存安全办。"));
            }
        }
        2..=4 => {}
        _ => {
            vouch(record, at, officer, name);
            record.state = "verified".into();
        }
    }
}

fn vouch(record: &mut Record, at: chrono::DateTime<chrono::Utc>, officer: Uuid, name: &str) {
    record.verified_fields = Some(record.fields.clone());
    record.verified_by = Some(officer);
    record.verified_by_name = Some(name.into());
    record.verified_at = Some(at);
}

/// The field that says the last day.
fn ends(record: &Record) -> String {
    let own = record.described().into_iter().flat_map(|section| &section.fields);
    own.into_iter()
        .find(|field| field.role == Some(::archive::Role::ExpiresOn))
        .map(|field| field.name.clone())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_archives_are_the_same_every_time_in_every_state_and_of_nobody_real() {
        let now = chrono::DateTime::from_timestamp(1_795_600_000, 0).unwrap();
        let (clock, system) = (Clock::fixed(now), Actor::system("演示数据"));
        let officer = Uuid::from_u128(7);
        let all = crate::city::enterprises(&[(TOWN.into(), officer, "王监管".into())]);
        assert_eq!(rich(&all).count(), RICH);
        assert_eq!(begun(&all).count(), 200);
        let first = papers(&clock, &system, &all, (officer, "王监管")).unwrap();
        let second = papers(&clock, &system, &all, (officer, "王监管")).unwrap();
        let same = |(a, b): (&Record, &Record)| *a == Record { id: a.id, ..b.clone() };
        assert!(first.len() == second.len() && first.iter().zip(&second).all(same));
        let states: BTreeSet<&str> = first.iter().map(|record| record.state.as_str()).collect();
        assert_eq!(states.into_iter().collect::<Vec<_>>(), ["changed", "entered", "returned", "verified"]);
        let sections: BTreeSet<&str> = first.iter().map(|record| record.section.as_str()).collect();
        assert!(sections.len() > 25, "{sections:?}");
        for record in &first {
            assert!(record.fields.0["id_number"].is_null(), "{}", record.title);
            let phone = record.fields.0["phone"].as_str();
            assert!(phone.is_none_or(|phone| phone.starts_with("100")));
        }
    }
}
