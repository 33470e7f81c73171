//! The invented enterprises.

use chrono::{DateTime, Datelike, Duration, NaiveDate, TimeZone, Utc};
use enterprise::{Enterprise, blank, classify, measure};
use kernel::Actor;
use region::divisions::{self, Division};
use rules::credit_code::CreditCode;
use serde_json::json;
use uuid::Uuid;

use crate::words::{FIRST, GIVEN, PLACES, ROADS, SECOND, SURNAMES, TRADES, Trade};

/// Shantou.
pub const CITY: &str = "4405";
/// Enterprises of the demonstration.
pub const NUMBER: u64 = 5_000;

/// A county, its share of the enterprises, and a circle well within it, in degrees.
struct County<'a> {
    code: &'a str,
    weight: u64,
    longitude: f64,
    latitude: f64,
    radius: f64,
}

/// The circles were taken from the counties' public outlines; where in its county a town's centre lies is invented.
const COUNTIES: &[County] = &[
    County { code: "440507", weight: 20, longitude: 116.769, latitude: 23.376, radius: 0.036 },
    County { code: "440511", weight: 20, longitude: 116.644, latitude: 23.382, radius: 0.036 },
    County { code: "440512", weight: 7, longitude: 116.718, latitude: 23.276, radius: 0.050 },
    County { code: "440513", weight: 16, longitude: 116.481, latitude: 23.359, radius: 0.065 },
    County { code: "440514", weight: 15, longitude: 116.377, latitude: 23.183, radius: 0.075 },
    County { code: "440515", weight: 20, longitude: 116.809, latitude: 23.511, radius: 0.060 },
    County { code: "440523", weight: 2, longitude: 117.067, latitude: 23.436, radius: 0.022 },
];

/// SplitMix64: the same numbers on every machine.
pub struct Dice(pub u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }
    pub fn one_in(&mut self, number: u64) -> bool {
        self.below(number) == 0
    }
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }
    fn weighted<'a, T>(&mut self, from: &'a [T], weight: impl Fn(&T) -> u64) -> &'a T {
        let mut left = self.below(from.iter().map(&weight).sum());
        let last = &from[from.len() - 1];
        from.iter()
            .find(|own| {
                let weight = weight(own);
                let found = left < weight;
                left = left.saturating_sub(weight);
                found
            })
            .unwrap_or(last)
    }
    /// From −1 to 1.
    fn swing(&mut self) -> f64 {
        (self.below(2_001) as f64 - 1_000.0) / 1_000.0
    }
}

/// A name that somebody may have.
pub fn person(dice: &mut Dice) -> String {
    let mut name = dice.pick(SURNAMES).to_string();
    name.push_str(dice.pick(GIVEN));
    if !dice.one_in(3) {
        name.push_str(dice.pick(GIVEN));
    }
    name
}

/// A number that no subscriber has.
pub fn phone(dice: &mut Dice) -> Option<String> {
    Some(format!("100{:08}", dice.below(100_000_000)))
}

/// How the enterprise is registered: what its name ends in, the type, the category of its code.
fn form(dice: &mut Dice, trade: &Trade) -> (&'static str, &'static str, char) {
    let forms: &[(&str, &str, char, u64)] = if trade.factory {
        &[
            ("有限公司", "有限责任公司(自然人投资或控股)", '1', 38),
            ("有限公司", "有限责任公司(自然人独资)", '1', 14),
            ("实业有限公司", "有限责任公司(自然人投资或控股)", '1', 8),
            ("厂", "个人独资企业", '1', 12),
            ("厂", "个体工商户", '2', 18),
            ("厂", "普通合伙企业", '1', 3),
            ("厂", "集体所有制", '1', 3),
            ("有限公司", "有限责任公司(台港澳法人独资)", '1', 3),
            ("股份有限公司", "股份有限公司(非上市、自然人投资或控股)", '1', 1),
        ]
    } else {
        &[
            ("有限公司", "有限责任公司(自然人投资或控股)", '1', 45),
            ("有限公司", "有限责任公司(自然人独资)", '1', 20),
            ("经营部", "个体工商户", '2', 22),
            ("商行", "个体工商户", '2', 6),
            ("有限公司", "有限责任公司(国有独资)", '1', 2),
            ("公司", "全民所有制", '1', 1),
            ("有限公司", "有限责任公司(外商投资企业法人独资)", '1', 2),
        ]
    };
    let (end, kind, category, _) = *dice.weighted(forms, |form| form.3);
    (end, kind, category)
}

/// All enterprises, the same every time. `officers` verify those of their own town: region, id and name.
pub fn enterprises(officers: &[(String, Uuid, String)]) -> Vec<Enterprise> {
    let mut dice = Dice(4405);
    let begin = Utc.with_ymd_and_hms(2026, 1, 5, 1, 0, 0).single().unwrap_or_default();
    let towns: Vec<Vec<&Division>> = COUNTIES.iter().map(|county| divisions::children(county.code)).collect();
    (0..NUMBER)
        .map(|serial| {
            let at = begin + Duration::minutes(serial as i64 * 7);
            // every town has some, then each county by its weight
            let (county, town) = match towns.iter().flatten().nth(serial as usize) {
                Some(town) => {
                    (COUNTIES.iter().find(|county| town.code.starts_with(county.code)), Some(*town))
                }
                None => {
                    let county = dice.weighted(COUNTIES, |county| county.weight);
                    let at = COUNTIES.iter().position(|own| own.code == county.code).unwrap_or_default();
                    (Some(county), towns.get(at).map(|towns| dice.pick(towns)))
                }
            };
            let (Some(county), Some(town)) = (county, town) else {
                return blank(CITY, &Actor::system(""), at);
            };
            one(&mut dice, serial, county, town, officers, at)
        })
        .collect()
}

/// A whole province of invented enterprises for measuring, the same every time. Its towns are real and have equal
/// shares; where they lie is not.
pub fn province(code: &str, number: u64) -> impl Iterator<Item = Enterprise> {
    let mut dice = Dice(44);
    let begin = Utc.with_ymd_and_hms(2025, 1, 5, 1, 0, 0).single().unwrap_or_default();
    let towns: Vec<&Division> =
        divisions::within(code).into_iter().filter(|division| division.code.len() == 9).collect();
    (0..number).filter_map(move |serial| {
        let town = *towns.get(dice.below(towns.len() as u64) as usize)?;
        let code = town.code.get(..6)?;
        let at = |from: usize| {
            code.get(from..from + 2).and_then(|two| two.parse::<f64>().ok()).unwrap_or_default()
        };
        let county = County {
            code,
            weight: 1,
            longitude: 110.0 + at(2) / 5.0,
            latitude: 21.0 + at(4) / 20.0,
            radius: 0.05,
        };
        Some(one(&mut dice, serial, &county, town, &[], begin + Duration::seconds(serial as i64 * 37)))
    })
}

fn one(
    dice: &mut Dice,
    serial: u64,
    county: &County,
    town: &Division,
    officers: &[(String, Uuid, String)],
    at: DateTime<Utc>,
) -> Enterprise {
    let city = county.code.get(..4).unwrap_or_default();
    let city_name = divisions::find(city).map_or("", |city| city.name.as_str());
    let mut row = blank(city, &Actor::system("演示数据"), at);
    let mut random = [0u8; 10];
    for byte in &mut random {
        *byte = dice.below(256) as u8;
    }
    row.id = uuid::Builder::from_unix_timestamp_millis(at.timestamp_millis() as u64, &random).into_uuid();
    let trade = dice.weighted(TRADES, |trade| trade.weight);
    let (end, kind, category) = form(dice, trade);
    let unlicensed = serial % 125 == 77;
    let district = divisions::find(county.code).map_or("", |county| county.name.as_str());
    let mark = format!("{}{}", dice.pick(FIRST), dice.pick(SECOND));
    let mark = if dice.one_in(3) { format!("{mark}{}", dice.pick(SECOND)) } else { mark };
    let place =
        if category == '2' || dice.one_in(3) { format!("{city_name}{district}") } else { city_name.into() };
    row.name = if unlicensed {
        format!("{}{}加工点（无照）", town.name, dice.pick(trade.words))
    } else {
        format!("{place}{mark}{}{end}", dice.pick(trade.words))
    };
    if !unlicensed {
        let code = CreditCode::compose(category, county.code, serial as u32 + 10_000);
        row.organization_code = Some(code.organization_code().to_string());
        row.credit_code = Some(code.as_str().to_string());
        row.registration_type = Some(kind.into());
        row.capital = Some(
            if category == '2' { dice.between(1, 30) } else { dice.between(5, 300) * 10 } as i64 * 1_000_000,
        );
        row.currency = Some("CNY".into());
        row.founded_on = NaiveDate::from_ymd_opt(
            dice.between(1994, 2025) as i32,
            dice.between(1, 12) as u32,
            dice.between(1, 28) as u32,
        );
    }
    row.scope = Some(trade.scope.into());
    row.industry = Some(trade.industry.into());
    row.industry_edition = Some(rules::industry::EDITION.into());
    row.industry_basis = Some("stated".into());
    let street = format!("{}{}号", dice.pick(ROADS), dice.between(1, 399));
    let inside =
        if dice.one_in(3) { format!("{}{}栋", dice.pick(PLACES), dice.between(1, 18)) } else { street };
    let address = format!("{city_name}{district}{}{inside}", town.name);
    row.registered_address = Some(address.clone());
    if dice.one_in(2) {
        row.address = Some(address.clone());
    }
    row.premises = Some(if dice.one_in(3) { "owned" } else { "rented" }.into());
    row.floor_area = Some(dice.between(60, 6_000) as i64);
    let staff = match trade.staff {
        (low, _) if category == '2' || unlicensed => dice.between(low.min(3), low + 12),
        (low, high) if dice.one_in(40) => dice.between(high, high * 5 + low),
        (low, high) => dice.between(low, low + (high - low) / 3),
    };
    row.staff = Some(staff as i64);
    if !dice.one_in(6) {
        row.revenue = Some((staff * dice.between(8, 60)) as i64 * 1_000_000);
        row.assets = Some((staff * dice.between(5, 50)) as i64 * 1_000_000);
    }
    let boss = person(dice);
    row.legal_person = (!unlicensed).then(|| boss.clone());
    row.legal_person_phone = if dice.one_in(3) { None } else { phone(dice) };
    row.principal = Some(if dice.one_in(4) { person(dice) } else { boss });
    row.principal_phone = phone(dice);
    if staff > 12 {
        row.safety_head = Some(person(dice));
        row.safety_head_phone = phone(dice);
    }
    row.grade = match (serial * 7) % 20 {
        0 => Some("D".into()),
        1..=3 => Some("C".into()),
        4..=9 => Some("B".into()),
        10..=15 => Some("A".into()),
        _ => None,
    };
    row.grid = Some(format!("{}第{}网格", town.name, dice.between(1, 9)));
    row.name_key = rules::name::name_key(&row.name);
    row.address_key = rules::name::address_key(&address);
    classify(&mut row);
    measure(&mut row, 2025);
    life(dice, &mut row);
    assign(dice, &mut row, serial, county.code, town);
    if row.assignment == "certain" && !dice.one_in(12) {
        let siblings = divisions::children(county.code);
        let at = siblings.iter().position(|own| own.code == town.code).unwrap_or_default() as f64;
        // towns on a sunflower's spiral within the county's circle, enterprises around their town
        let distance = county.radius * ((at + 0.5) / siblings.len() as f64).sqrt() * 0.85;
        let angle = at * 2.399_963;
        row.longitude = Some(
            ((county.longitude + distance * angle.cos() + dice.swing() * county.radius * 0.14) * 1e5).round()
                / 1e5,
        );
        row.latitude = Some(
            ((county.latitude + distance * angle.sin() + dice.swing() * county.radius * 0.14) * 1e5).round()
                / 1e5,
        );
    }
    match officers.iter().find(|(region, _, _)| *region == row.town) {
        _ if row.assignment != "certain" => {}
        Some((_, id, name)) if !dice.one_in(3) => verify(dice, &mut row, *id, name, at),
        // the officers of the other towns have no account in the demonstration
        None if dice.one_in(3) => {
            let name = person(dice);
            verify(dice, &mut row, Uuid::nil(), &name, at);
        }
        _ => {}
    }
    row
}

fn life(dice: &mut Dice, row: &mut Enterprise) {
    row.status = "normal".into();
    if dice.one_in(30) {
        let (status, reason) = *dice.weighted(
            &[
                ("suspended", "订单不足，暂停生产"),
                ("deregistered", "已办理注销登记"),
                ("revoked", "连续两年未年报被吊销"),
                ("no_premises", "现场核查无经营场所"),
                ("moved_out", "迁往外市经营"),
            ],
            |_| 1,
        );
        row.status = status.into();
        row.status_reason = Some(reason.into());
        row.status_on = NaiveDate::from_ymd_opt(2025, dice.between(1, 12) as u32, dice.between(1, 28) as u32);
    } else if dice.one_in(15) {
        row.status = "pending".into();
    }
}

fn assign(dice: &mut Dice, row: &mut Enterprise, serial: u64, county: &str, town: &Division) {
    row.assignment = "certain".into();
    row.town.clone_from(&town.code);
    row.assignment_reason = format!("地址写明「{}」", town.name);
    // the first ones give every town its share
    if serial < 100 || !dice.one_in(60) {
        return;
    }
    let street = format!(
        "{}{}{}{}号",
        divisions::find(&row.city).map_or("", |city| city.name.as_str()),
        divisions::find(county).map_or("", |county| county.name.as_str()),
        dice.pick(ROADS),
        dice.between(1, 399)
    );
    row.registered_address = Some(street.clone());
    row.address = None;
    row.address_key = rules::name::address_key(&street);
    row.town = county.into();
    if dice.one_in(3) {
        row.assignment = "open".into();
        row.assignment_reason = "地址只写到道路，看不出镇街".into();
        if dice.one_in(4) {
            row.town.clone_from(&row.city);
        }
        return;
    }
    row.assignment = "proposed".into();
    row.assignment_reason = "同一条路上的企业多在这几个镇街".into();
    let others = divisions::children(county);
    let mut suggestions =
        vec![json!({"town": town.code, "name": town.name, "score": 0.6, "reason": "同路企业较多"})];
    let other = dice.pick(&others);
    if other.code != town.code {
        suggestions
            .push(json!({"town": other.code, "name": other.name, "score": 0.3, "reason": "同路有企业"}));
    }
    row.suggestions = db::Json(serde_json::Value::Array(suggestions));
}

fn verify(dice: &mut Dice, row: &mut Enterprise, officer: Uuid, name: &str, at: DateTime<Utc>) {
    let all = ["name", "credit_code", "address", "principal", "principal_phone", "staff"];
    let fields: Vec<&str> = if dice.one_in(4) { all[..3].to_vec() } else { enterprise::verifiable(row) };
    row.verification = if fields.len() == 3 { "partly" } else { "verified" }.into();
    row.verified_fields = db::Json(json!(fields));
    row.verified_at = Some(at + Duration::days(20 + i64::from(at.day())));
    row.verified_by = Some(officer);
    row.verified_by_name = Some(name.to_string());
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_city_is_the_same_every_time_and_reaches_every_town() {
        let (first, second) = (enterprises(&[]), enterprises(&[]));
        assert_eq!(first, second);
        assert_eq!(first.len() as u64, NUMBER);
        let towns: BTreeSet<&str> = first.iter().map(|row| row.town.as_str()).collect();
        let all = divisions::within(CITY).into_iter().filter(|division| division.code.len() == 9);
        assert!(all.clone().count() > 60);
        assert!(all.into_iter().all(|town| towns.contains(town.code.as_str())));
        let codes: BTreeSet<&str> = first.iter().filter_map(|row| row.credit_code.as_deref()).collect();
        assert_eq!(codes.len(), first.iter().filter(|row| row.credit_code.is_some()).count());
        assert!(codes.iter().all(|code| CreditCode::parse(code).is_ok()));
        let phones = first.iter().filter_map(|row| row.principal_phone.as_deref());
        assert!(phones.into_iter().all(|phone| phone.starts_with("100") && phone.len() == 11));
    }
}
