//! Visits of the demonstration: officers of every county and town were at some of their enterprises this year and found everything in order.

use audit::Action;
use chrono::{Datelike, Days, Duration};
use db::{Exec, Json, Tx};
use enterprise::Enterprise;
use inspection::{Card, Visit};
use kernel::{Actor, Clock};
use serde_json::{Value, json};
use uuid::Uuid;
use web::Problem;

use crate::{city::Dice, people::TOWN};

/// A drawn signature as a PNG data address.
const SIGNATURE: &str = include_str!("signature.txt");

/// Enters the visits: one in nine of the town in which people sign in, one in forty elsewhere.
pub async fn make(
    tx: &mut Tx,
    clock: &Clock,
    system: &Actor,
    cards: &[Card],
    records: &[Enterprise],
) -> Result<Vec<Visit>, Problem> {
    let mut dice = Dice(53);
    let (mut entries, mut visits) = (Vec::new(), Vec::new());
    for firm in records.iter().filter(|row| row.status == "normal") {
        let often = if firm.town == TOWN { 9 } else { 40 };
        let [one, two, ..] = &cards.iter().filter(|card| card.town == firm.town).collect::<Vec<_>>()[..]
        else {
            continue;
        };
        if dice.one_in(often) {
            let visit = finished(clock, system, (one, two), firm, &mut dice);
            tx.run(visit.insert()).await?;
            let after =
                json!({"state": visit.state, "started_at": visit.started_at, "officers": visit.names()});
            entries.push(visit.entry(Action::Create, &firm.name, after, None));
            visits.push(visit);
        }
    }
    audit::record_many(tx, clock, system, entries).await?;
    Ok(visits)
}

fn finished(
    clock: &Clock,
    system: &Actor,
    (one, two): (&Card, &Card),
    firm: &Enterprise,
    dice: &mut Dice,
) -> Visit {
    let ago = dice.between(0, u64::from(clock.today().ordinal0()).min(120));
    let ended = clock.now().checked_sub_days(Days::new(ago)).unwrap_or_else(|| clock.now());
    let input = rules::checklist::Input { sector: Some(firm.sector.clone()) };
    let items = rules::checklist::items(&rules::At::nation(clock.today()), &input);
    let checklist: serde_json::Map<String, Value> = items
        .map(|found| found.value)
        .unwrap_or_default()
        .into_iter()
        .map(|item| (item.code, json!(if dice.one_in(7) { "not_applicable" } else { "met" })))
        .collect();
    let officer =
        |own: &Card| json!({"card": own.id, "name": own.name, "number": own.number, "agency": own.agency});
    let signed = json!({"drawing": SIGNATURE.trim(), "refused": null});
    Visit {
        city: firm.city.clone(),
        id: Uuid::now_v7(),
        town: firm.town.clone(),
        sector: firm.sector.clone(),
        enterprise: firm.id,
        enterprise_name: firm.name.clone(),
        state: "finished".into(),
        place: dice.pick(&["全厂", "生产车间", "仓库", "配电房和车间"]).into(),
        agency: one.agency,
        started_at: ended - Duration::minutes(50),
        ended_at: Some(ended),
        officers: Json(json!([officer(one), officer(two)])),
        checklist: Json(Value::Object(checklist)),
        signatures: Json(json!({"officer_one": signed, "officer_two": signed, "enterprise": signed})),
        due_on: None,
        reason: None,
        created_at: ended - Duration::minutes(50),
        created_by: system.account,
        updated_at: ended,
        updated_by: system.account,
        version: 2,
    }
}
