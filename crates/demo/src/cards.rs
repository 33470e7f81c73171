//! Who may enforce in the demonstration: two officers with cards in every bureau and town office, and the deeds by which the town offices act.

use std::collections::BTreeMap;

use audit::Action;
use chrono::{Datelike, NaiveDate};
use db::{Exec, Json, Tx};
use inspection::{Card, Deed};
use kernel::{Actor, Clock};
use region::Agency;
use serde_json::json;
use uuid::Uuid;
use web::Problem;

use crate::city::{Dice, person};

/// What a town office is entrusted with; measures on the spot stay with the bureau.
const FORMS: &[&str] = &["inspection_plan", "inspection_record", "correction_order", "recheck_opinion"];

/// Enters the cards and deeds. Officers who sign in have the first card of their office.
pub async fn make(
    tx: &mut Tx,
    clock: &Clock,
    system: &Actor,
    agencies: &[Agency],
    officers: &[(String, Uuid, String)],
) -> Result<Vec<Card>, Problem> {
    let (now, year) = (clock.now(), clock.today().year());
    let first = NaiveDate::from_ymd_opt(year - 1, 1, 1).unwrap_or(clock.today());
    let last = NaiveDate::from_ymd_opt(year + 3, 12, 31).unwrap_or(clock.today());
    let mut dice = Dice(19);
    let bureaus: BTreeMap<&str, &Agency> =
        agencies.iter().filter(|own| own.kind == "bureau").map(|own| (own.town.as_str(), own)).collect();
    let (mut entries, mut cards) = (Vec::new(), Vec::new());
    for (at, agency) in agencies.iter().enumerate() {
        if !["bureau", "town_office"].contains(&agency.kind.as_str()) {
            continue;
        }
        let own = officers.iter().find(|(region, _, _)| *region == agency.town);
        let named = own.map(|own| own.2.clone());
        for (more, name) in
            [named.unwrap_or_else(|| person(&mut dice)), person(&mut dice)].into_iter().enumerate()
        {
            let card = Card {
                city: agency.city.clone(),
                id: Uuid::now_v7(),
                town: agency.town.clone(),
                agency: agency.id,
                name,
                number: format!("粤D{:06}", 21_000 + at * 10 + more),
                valid_from: first,
                valid_to: last,
                account: own.filter(|_| more == 0).map(|(_, id, _)| *id),
                created_at: now,
                created_by: system.account,
                updated_at: now,
                updated_by: system.account,
                version: 1,
            };
            tx.run(card.insert()).await?;
            let after =
                json!({"name": card.name, "number": card.number, "valid_from": first, "valid_to": last});
            entries.push(card.entry(Action::Create, &card.name, after, None));
            cards.push(card);
        }
        let Some(bureau) = agency.town.get(..6).and_then(|county| bureaus.get(county)) else { continue };
        if agency.kind == "town_office" {
            let name = region::divisions::find(&bureau.town).map_or("", |own| own.name.as_str());
            let deed = Deed {
                city: agency.city.clone(),
                id: Uuid::now_v7(),
                town: agency.town.clone(),
                agency: agency.id,
                principal: bureau.id,
                number: format!("{}安监委〔{}〕{at}号", name.trim_end_matches(['区', '县']), year - 1),
                forms: Json(json!(FORMS)),
                valid_from: first,
                valid_to: last,
                created_at: now,
                created_by: system.account,
                updated_at: now,
                updated_by: system.account,
                version: 1,
            };
            tx.run(deed.insert()).await?;
            let after =
                json!({"number": deed.number, "forms": deed.forms.0, "valid_from": first, "valid_to": last});
            entries.push(deed.entry(Action::Create, &deed.number, after, None));
        }
    }
    audit::record_many(tx, clock, system, entries).await?;
    Ok(cards)
}
