//! How cases follow where records of the register are made one or split: the row with its steps, each case with one step more that says where
//! it came from, so that replaying the steps still gives the row. An open case whose officer does not serve where it is now is from then on
//! that of who answers for the enterprise there; where it goes back, the officer of before gets it back.

use std::collections::BTreeMap;

use db::{Exec, Json, Sql, Tx, bulk};
use enterprise::belonging::{ALL, Belonging, Following, Moving};
use futures::FutureExt;
use serde_json::json;
use uuid::Uuid;
use web::Outcome;

use crate::{
    find,
    model::{Case, Event, replay},
};

/// Cases.
pub const BELONGINGS: &[Belonging] =
    &[Belonging { ownership: true, named: Some(ALL), ..Belonging::of(Case::TABLE, "title") }];

/// What follows from cases that went.
pub const ARRIVED: Following = |tx, by| arrived(tx, by).boxed();

/// Cases dealt with at a time.
const CHUNK: usize = 200;

/// What the step by which a case went to another enterprise is called.
const MOVE: &str = "move";

async fn arrived(tx: &mut Tx, by: &Moving<'_>) -> Outcome<()> {
    let on_behalf = match by.actor.on_behalf {
        Some(id) => account::names(&mut *tx, &[id]).await?.pop().map(|(_, name)| name),
        None => None,
    };
    for ids in by.moved(Case::TABLE).chunks(CHUNK) {
        let sql = Sql::new("update case_event set enterprise = ").arg(by.to.id);
        let sql = sql.push(" where city = ").arg(&by.to.city).push(" and ");
        tx.run(sql.within("case_id", ids.iter().copied())).await?;
        let sql = Sql::new("update case_header set events = events + 1 where city = ").arg(&by.to.city);
        tx.run(sql.push(" and ").within("id", ids.iter().copied())).await?;
        let sql = Case::select().push(" where city = ").arg(&by.to.city).push(" and ");
        let before: Vec<Case> = tx.all(sql.within("id", ids.iter().copied()).push(" order by id")).await?;
        let after = if by.back {
            handed_back(tx, by, before.clone()).await?
        } else {
            handed_on(tx, by, before.clone()).await?
        };
        reassign(tx, by, &before, &after).await?;
        let events = before.iter().zip(&after).map(|(old, new)| {
            let mut header = json!({
                "enterprise": new.enterprise, "enterprise_name": new.enterprise_name,
                "sector": new.sector, "ownership": new.ownership,
            });
            if responsible(old) != responsible(new) {
                header["agency"] = json!(new.agency);
                header["officer"] = json!(new.officer);
                header["officer_name"] = json!(new.officer_name);
            }
            event(by, new, on_behalf.clone(), header).values()
        });
        bulk(tx, Event::TABLE, Event::COLUMNS, events.collect(), "").await?;
        search::write(tx, &after.iter().map(find::entry).collect::<Vec<_>>()).await?;
    }
    Ok(())
}

fn event(by: &Moving<'_>, case: &Case, on_behalf_name: Option<String>, header: serde_json::Value) -> Event {
    Event {
        city: case.city.clone(),
        id: Uuid::now_v7(),
        case_id: case.id,
        seq: case.events,
        enterprise: case.enterprise,
        action: MOVE.into(),
        label: if by.back { "转回" } else { "转入" }.into(),
        from_state: Some(case.state.clone()),
        to_state: case.state.clone(),
        at: by.app.clock.now(),
        actor: by.actor.account,
        actor_name: by.actor.name.clone(),
        on_behalf_name,
        reason: Some(format!("由“{}”{}：{}", by.from.name, if by.back { "转回" } else { "转入" }, by.reason)),
        fields: None,
        header: Json(header),
        changed: None,
        due_on: case.due_on,
    }
}

/// Agency, officer and that person's name.
type Responsible<'a> = (Option<Uuid>, Option<Uuid>, &'a str);

fn responsible(case: &Case) -> Responsible<'_> {
    (case.agency, case.officer, &case.officer_name)
}

/// Open cases whose officer does not serve where they are now are those of who answers for the enterprise there, if somebody does.
async fn handed_on(tx: &mut Tx, by: &Moving<'_>, cases: Vec<Case>) -> Outcome<Vec<Case>> {
    if by.from.town == by.to.town || (by.to.officer.is_none() && by.to.agency.is_none()) {
        return Ok(cases);
    }
    let mut serve: BTreeMap<Uuid, bool> = BTreeMap::new();
    for officer in cases.iter().filter_map(|case| case.officer) {
        if let std::collections::btree_map::Entry::Vacant(place) = serve.entry(officer) {
            let held = account::officer_regions(&mut *tx, officer, by.app.clock.today()).await?;
            place.insert(held.iter().any(|region| by.to.town.starts_with(region.as_str())));
        }
    }
    let name = match by.to.officer {
        Some(officer) => account::names(&mut *tx, &[officer]).await?.pop().map(|(_, name)| name),
        None => None,
    };
    let serves = |case: &Case| case.officer.is_some_and(|officer| serve.get(&officer) == Some(&true));
    let handed = cases.into_iter().map(|case| {
        if case.closed_on.is_some() || serves(&case) {
            return case;
        }
        let officer_name = name.clone().unwrap_or_default();
        Case { agency: by.to.agency, officer: by.to.officer, officer_name, ..case }
    });
    Ok(handed.collect())
}

/// Cases that were handed on when they came, and to nobody else since, are those of who had them before.
async fn handed_back(tx: &mut Tx, by: &Moving<'_>, cases: Vec<Case>) -> Outcome<Vec<Case>> {
    if by.from.town == by.to.town {
        return Ok(cases);
    }
    let sql = Event::select().push(" where city = ").arg(&by.to.city).push(" and ");
    let sql = sql.within("case_id", cases.iter().map(|case| case.id)).push(" order by case_id, seq");
    let mut events: BTreeMap<Uuid, Vec<Event>> = BTreeMap::new();
    for event in tx.all::<Event>(sql).await? {
        events.entry(event.case_id).or_default().push(event);
    }
    let handed = cases.into_iter().map(|case| {
        let steps = events.remove(&case.id).unwrap_or_default();
        let Some(at) = steps.iter().rposition(|event| event.action == MOVE) else { return case };
        let (before, moved) = steps.split_at(at);
        let handed = moved.first().map(|event| &event.header.0);
        if handed.and_then(|header| header.get("officer")) != Some(&json!(case.officer)) {
            return case;
        }
        let then = replay(before);
        Case {
            agency: serde_json::from_value(then["agency"].clone()).unwrap_or_default(),
            officer: serde_json::from_value(then["officer"].clone()).unwrap_or_default(),
            officer_name: then["officer_name"].as_str().unwrap_or_default().into(),
            ..case
        }
    });
    Ok(handed.collect())
}

/// Writes whose cases they are from now on, where that is another one.
async fn reassign(tx: &mut Tx, by: &Moving<'_>, before: &[Case], after: &[Case]) -> Outcome<()> {
    let mut groups: BTreeMap<Responsible<'_>, Vec<Uuid>> = BTreeMap::new();
    let mut entries = Vec::new();
    for (old, new) in before.iter().zip(after).filter(|(old, new)| responsible(old) != responsible(new)) {
        groups.entry(responsible(new)).or_default().push(new.id);
        let (was, is) = audit::diff(&old.document(), &new.document());
        let reason = Some(by.reason.to_string());
        entries.push(audit::Entry {
            title: Some(new.title.clone()),
            ..new.entry("", audit::Action::Update, Some(was), Some(is), reason)
        });
    }
    for ((agency, officer, name), ids) in groups {
        let sql = Sql::new("update case_header set agency = ").arg(agency).push(", officer = ").arg(officer);
        let sql = sql.push(", officer_name = ").arg(name).push(" where city = ").arg(&by.to.city);
        tx.run(sql.push(" and ").within("id", ids)).await?;
    }
    Ok(audit::record_many(tx, &by.app.clock, by.actor, entries).await?)
}
