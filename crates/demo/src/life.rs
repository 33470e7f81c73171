//! What has happened to the enterprises of the demonstration: who watches over them, which work in one market, building or park, which
//! stand in the register twice, which are on their way to another county, and whom they engaged. Nothing is drawn by lot.

use account::Engagement;
use chrono::{DateTime, Duration, NaiveDate, Utc};
use enterprise::{Cluster, Enterprise, Handover, classify};
use uuid::Uuid;

use crate::{
    city::CITY,
    people::{COUNTY, TOWN},
};

/// A number of the registration before 2015, of an office that is none.
const OLD_CODE: &str = "440500900000017";

/// An id that is the same every time.
fn id(at: DateTime<Utc>, number: u8) -> Uuid {
    let random = [number, 0x44, 0x05, 0, 0, 0, 0, 0, 0, number];
    uuid::Builder::from_unix_timestamp_millis(at.timestamp_millis().unsigned_abs(), &random).into_uuid()
}

/// Whether the record lies in a town for certain and the enterprise lives.
fn usual(row: &Enterprise) -> bool {
    row.assignment == "certain" && row.status == "normal"
}

/// The town's officer watches over every third enterprise of the town, the county's over those with many people elsewhere.
pub fn watch(records: &mut [Enterprise], officers: &[(String, Uuid, String)]) {
    let of = |region: &str| officers.iter().find(|(own, _, _)| own == region).map(|(_, id, _)| *id);
    let (town, county) = (of(TOWN), of(COUNTY));
    let mut number = 0;
    for row in records.iter_mut().filter(|row| usual(row) && row.town.starts_with(COUNTY)) {
        if row.town == TOWN {
            number += 1;
            row.officer = town.filter(|_| number % 3 == 0);
        } else if row.staff >= Some(100) {
            row.officer = county;
        }
    }
}

/// Four pairs of records that may be one enterprise, each pair of one town and alike in another way. The first place has none, so that
/// who tries out an empty list can.
pub fn double(records: &mut [Enterprise]) {
    for (kind, county) in ["440507", "440507", "440511", "440513"].into_iter().enumerate() {
        let fits = |row: &Enterprise| {
            let plain =
                row.verification == "unverified" && row.credit_code.is_some() && row.old_code.is_none();
            usual(row) && plain && row.town.starts_with(county) && row.town != TOWN && row.town != "440507009"
        };
        let Some(first) = records.iter().skip(1_000 + kind * 500).position(fits) else { continue };
        let first = first + 1_000 + kind * 500;
        let town = records.get(first).map(|row| row.town.clone());
        let second =
            records.iter().skip(first + 1).position(|row| fits(row) && Some(&row.town) == town.as_ref());
        let Some(second) = second.map(|at| at + first + 1) else { continue };
        let (before, after) = records.split_at_mut(second);
        let (Some(first), Some(second)) = (before.get_mut(first), after.first_mut()) else { continue };
        alike(kind, first, second);
    }
}

/// Makes the second record one that may be the first.
fn alike(kind: usize, first: &mut Enterprise, second: &mut Enterprise) {
    match kind {
        // the name, in an old list without codes
        0 => {
            second.name.clone_from(&first.name);
            second.name_key.clone_from(&first.name_key);
            second.industry.clone_from(&first.industry);
            second.scope.clone_from(&first.scope);
            second.registration_type.clone_from(&first.registration_type);
            (second.credit_code, second.organization_code) = (None, None);
            classify(second);
        }
        // the place and who stands for it
        1 => {
            second.registered_address.clone_from(&first.registered_address);
            second.address.clone_from(&first.address);
            second.address_key.clone_from(&first.address_key);
            second.legal_person.clone_from(&first.legal_person);
        }
        // the code of before 2015, which went into the new one
        2 => {
            second.credit_code = None;
            second.organization_code.clone_from(&first.organization_code);
        }
        _ => {
            first.old_code = Some(OLD_CODE.into());
            second.old_code = Some(OLD_CODE.into());
            (second.credit_code, second.organization_code) = (None, None);
        }
    }
}

/// A cluster: kind, name, town, how many members at most, and whose trades they are by the beginning of their codes.
type Place = (&'static str, &'static str, &'static str, usize, &'static [&'static str]);

const PLACES: &[Place] = &[
    ("market", "鸥汀示例小商品市场", TOWN, 12, &["51", "52"]),
    ("building", "金霞示例商务楼", "440507004", 10, &["5", "6", "7"]),
    ("park", "莲下示例玩具产业园", "440515102", 15, &["24", "29"]),
];

/// A market, a building and a park; some records are put into them.
pub fn clusters(records: &mut [Enterprise]) -> Vec<Cluster> {
    let mut clusters = Vec::new();
    for (number, (kind, name, town, most, trades)) in (1u8..).zip(PLACES) {
        let fits = |row: &Enterprise| {
            let trade = row.industry.as_deref().unwrap_or_default();
            usual(row) && row.town == *town && trades.iter().any(|own| trade.starts_with(own))
        };
        let mut own = None;
        for row in records.iter_mut().filter(|row| fits(row)).take(*most) {
            let cluster = own.get_or_insert_with(|| Cluster {
                city: CITY.into(),
                id: id(row.created_at, number),
                town: (*town).into(),
                name: (*name).into(),
                kind: (*kind).into(),
                address: Some(format!("{}示例路{number}号", region::divisions::full_name(town))),
                manager: Some(format!("{name}管理处")),
                manager_phone: Some(format!("1000000000{number}")),
                note: None,
                created_at: row.created_at,
                created_by: Uuid::nil(),
                updated_at: row.created_at,
                updated_by: Uuid::nil(),
                version: 1,
            });
            row.cluster = Some(cluster.id);
        }
        clusters.extend(own);
    }
    clusters
}

/// Two enterprises on their way between counties: one leaves the county of the demonstration's accounts, one comes to it.
pub fn handovers(records: &[Enterprise], officers: &[(String, Uuid, String)]) -> Vec<Handover> {
    let sender = officers.iter().find(|(region, _, _)| region == COUNTY);
    let (account, name) = sender.map_or((Uuid::nil(), ""), |(_, id, name)| (*id, name.as_str()));
    let ways = [
        ("440507004", "440511", account, name, "已搬到金平区经营，现场查看原厂房已空置"),
        ("440515102", COUNTY, Uuid::nil(), "陈监管", "实际经营地在龙湖区"),
    ];
    let ways = (1u8..).zip(ways).filter_map(|(number, (from, target, account, name, reason))| {
        let row = records.iter().find(|row| usual(row) && row.town == from && row.cluster.is_none())?;
        let at = row.created_at + Duration::days(90);
        Some(Handover {
            city: row.city.clone(),
            id: id(at, number),
            town: row.town.clone(),
            target: target.into(),
            sector: row.sector.clone(),
            enterprise_id: row.id,
            enterprise_name: row.name.clone(),
            state: "open".into(),
            reason: reason.into(),
            proposed_by_name: name.into(),
            answer: None,
            decided_by: None,
            decided_by_name: None,
            decided_at: None,
            created_at: at,
            created_by: account,
            updated_at: at,
            updated_by: account,
            version: 1,
        })
    });
    ways.collect()
}

/// An engagement of the intermediary for the year to come.
pub fn engagement(firm: &Enterprise, intermediary: Uuid, service: &str, today: NaiveDate) -> Engagement {
    let at = firm.created_at + Duration::days(30);
    Engagement {
        city: firm.city.clone(),
        id: id(at, 1),
        town: firm.town.clone(),
        intermediary,
        enterprise: firm.id,
        service: service.into(),
        valid_from: today,
        valid_to: today + Duration::days(365),
        document: Some("示例合同〔2026〕1号".into()),
        created_at: at,
        created_by: Uuid::nil(),
        updated_at: at,
        updated_by: Uuid::nil(),
        version: 1,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::city::{NUMBER, enterprises};

    #[test]
    fn every_page_of_an_enterprises_life_has_something_to_show() {
        let officers = [
            (COUNTY.to_string(), Uuid::from_u128(1), "杨监管".to_string()),
            (TOWN.to_string(), Uuid::from_u128(2), "王监管".to_string()),
        ];
        let make = || {
            let mut records = enterprises(&officers);
            watch(&mut records, &officers);
            double(&mut records);
            let clusters: Vec<Uuid> = clusters(&mut records).iter().map(|own| own.id).collect();
            (records, clusters)
        };
        let (records, clusters) = make();
        assert_eq!((&records, &clusters), (&make().0, &make().1));
        assert_eq!(records.len() as u64, NUMBER);
        for cluster in &clusters {
            assert!(records.iter().filter(|row| row.cluster == Some(*cluster)).count() >= 3);
        }
        assert_eq!(clusters.len(), 3);
        for (_, officer, _) in &officers {
            assert!(records.iter().filter(|row| row.officer == Some(*officer)).count() >= 5);
        }
        let ways = handovers(&records, &officers);
        assert_eq!(ways.len(), 2);
        assert!(ways.iter().all(|own| own.town.get(..6) != own.target.get(..6)));
        let shared = |key: fn(&Enterprise) -> Option<String>| {
            let mut number: BTreeMap<String, usize> = BTreeMap::new();
            for key in records.iter().filter_map(key) {
                *number.entry(key).or_default() += 1;
            }
            number.values().filter(|number| **number == 2).count()
        };
        assert!(shared(|row| Some(row.name_key.clone())) >= 1);
        assert!(shared(|row| Some(format!("{}{}", row.address_key, row.legal_person.as_ref()?))) >= 1);
        assert_eq!(shared(|row| row.organization_code.clone()), 1);
        assert_eq!(shared(|row| row.old_code.clone()), 1);
    }
}
