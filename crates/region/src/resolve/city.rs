//! Which city an address, a name or a credit code points to, before its places are looked at.

use std::{collections::HashMap, sync::OnceLock};

use rules::name::fold;

use super::{Evidence, gazetteer::stem};
use crate::divisions::{self, Division};

/// Counties whose full name no other county has.
fn unique_counties() -> &'static [&'static Division] {
    static UNIQUE: OnceLock<Vec<&'static Division>> = OnceLock::new();
    UNIQUE.get_or_init(|| {
        let mut number: HashMap<&str, u32> = HashMap::new();
        let counties = || divisions::shipped().iter().filter(|division| division.code.len() == 6);
        for county in counties() {
            *number.entry(&county.name).or_default() += 1;
        }
        counties()
            .filter(|county| number[county.name.as_str()] == 1 && county.name.chars().count() > 2)
            .collect()
    })
}

/// The city (4 digits) that an address, a name or the credit code's authority points to; `None` where nothing does.
pub fn city_of(evidence: Evidence<'_>) -> Option<String> {
    let address = fold(evidence.address);
    let name = fold(evidence.name);
    let authority =
        evidence.authority.and_then(|code| code.get(..4)).filter(|city| divisions::find(city).is_some());
    let mut best: Option<(i32, &str)> = None;
    for city in divisions::shipped().iter().filter(|division| {
        division.code.len() == 4 && division.name.chars().count() > 2 && division.name != "市辖区"
    }) {
        let own = stem(&city.name, &["市", "地区", "自治州", "盟"]);
        let mut score = 0;
        if address.contains(&city.name) {
            score += 40;
        } else if address.starts_with(own) {
            score += 20;
        }
        if name.starts_with(own) {
            score += 15;
        }
        if authority == Some(city.code.as_str()) {
            score += 25;
        }
        if score > best.map_or(0, |(score, _)| score) {
            best = Some((score, &city.code));
        }
    }
    // an address that begins with a county of which the country has only one
    if best.is_none_or(|(score, _)| score < 30)
        && let Some(county) = unique_counties().iter().find(|county| address.starts_with(&county.name))
    {
        return county.code.get(..4).map(str::to_string);
    }
    best.map(|(_, code)| code.to_string()).or_else(|| authority.map(str::to_string))
}
