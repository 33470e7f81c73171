//! From an address (and the name, and the authority in the credit code) to the division, as far down as the evidence
//! goes, with the evidence said. It never guesses silently: what is not certain comes back as suggestions. The places
//! themselves, and how a word stands in a text, are `gazetteer`; which city it is at all is `city`.

mod city;
mod gazetteer;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use rules::name::fold;

pub use city::city_in;
#[cfg(test)]
use city::city_of;
pub use gazetteer::Gazetteer;
pub(crate) use gazetteer::village_stem;
use gazetteer::{Standing, TOWN_ENDINGS, VILLAGE_ENDINGS};

/// What is known of where an enterprise is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Evidence<'a> {
    /// Address as written.
    pub address: &'a str,
    /// Name of the enterprise.
    pub name: &'a str,
    /// Division digits of the credit code (6 digits): where the registering authority is.
    pub authority: Option<&'a str>,
    /// What columns of their own say: province, city, county.
    pub columns: [&'a str; 3],
}

/// A word that officers taught: in that county (or city) it means that town.
#[derive(Debug, Clone)]
pub struct Taught {
    /// County it holds in, 6 digits (or the city's 4).
    pub county: String,
    /// Street, estate or market as addresses write it.
    pub word: String,
    /// Town, 9 digits.
    pub town: String,
}

/// One possible town.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// Town, 9 digits.
    pub town: String,
    /// County and town in words.
    pub name: String,
    /// Weight of the evidence; only its order means something.
    pub score: i32,
    /// The evidence, in Chinese.
    pub reason: String,
}

/// Where an enterprise is, as far as it is certain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolution {
    /// The longest certain code: 9, 6 or 4 digits.
    pub town: String,
    /// Why, in Chinese.
    pub reason: String,
    /// Possible towns, the likeliest first, where the town is not certain.
    pub suggestions: Vec<Suggestion>,
}

/// A town is certain from this weight on, and this far ahead of the next.
const CERTAIN: i32 = 70;
const MARGIN: i32 = 25;

impl Gazetteer {
    /// Finds the division.
    pub fn resolve(&self, evidence: Evidence<'_>) -> Resolution {
        let address = fold(evidence.address);
        let name = fold(evidence.name);
        let mut in_address = self.counties_in(&address);
        for (code, weight) in self.counties_in(&fold(evidence.columns[2])) {
            let known = in_address.entry(code).or_insert(0);
            *known = weight.max(*known);
        }
        let in_name = self.counties_in(&name);
        // what names the city or a county names no town
        let (written, address, name) = (&address, self.masked(&address), self.masked(&name));
        let authority = evidence.authority.filter(|code| {
            self.county_names.contains_key(*code) && self.counties.iter().any(|county| county.code == *code)
        });
        let mut towns: BTreeMap<&str, (i32, Vec<String>)> = BTreeMap::new();
        let mut add = |code: &'_ str, weight: i32, reason: String| {
            if let Some((town, _)) = self.towns.iter().find(|(town, _)| town.code == code) {
                let entry = towns.entry(&town.code).or_default();
                entry.0 += weight;
                entry.1.push(reason);
            }
        };
        let mut explicit: Vec<&str> = Vec::new();
        for (town, full) in &self.towns {
            let weight = match self.standing(&address, &town.stem, TOWN_ENDINGS) {
                Some(Standing::Full) => {
                    explicit.push(&town.code);
                    if address.contains(full) { 90 } else { 80 }
                }
                // a seat that bears the county's name, or a street's, must be written out
                Some(_) if self.is_county(&town.stem) => 0,
                Some(_) if town.stem.ends_with(['路', '街', '道', '桥', '巷']) => 8,
                Some(Standing::Leading) => 55,
                Some(Standing::Plain) => 30,
                Some(Standing::Street) => 8,
                None => 0,
            };
            if weight > 0 {
                add(
                    &town.code,
                    weight,
                    format!("地址中有“{}”", if weight == 90 { full } else { &town.stem }),
                );
            }
            match self.standing(&name, &town.stem, TOWN_ENDINGS).filter(|_| !self.is_county(&town.stem)) {
                Some(Standing::Full | Standing::Leading) => {
                    add(&town.code, 30, format!("名称中有“{}”", town.stem))
                }
                Some(Standing::Plain) => add(&town.code, 10, format!("名称中有“{}”", town.stem)),
                _ => {}
            }
        }
        for (alias, code) in self.aliases.iter().filter(|(_, code)| code.len() == 9) {
            if self
                .standing(&address, alias, TOWN_ENDINGS)
                .is_some_and(|standing| standing >= Standing::Plain)
            {
                explicit.push(code);
                add(code, 85, format!("地址中有“{alias}”"));
            }
        }
        // one town per village name: the strongest of its standings counts once
        let mut by_village: BTreeMap<&str, (i32, &str)> = BTreeMap::new();
        for village in &self.villages {
            let weight = match self.standing(&address, &village.stem, VILLAGE_ENDINGS) {
                Some(Standing::Full) => 45,
                Some(Standing::Leading) => 35,
                Some(Standing::Plain) => 12,
                _ => continue,
            };
            let entry = by_village.entry(&village.code[..9]).or_insert((0, &village.stem));
            if weight > entry.0 || weight == entry.0 && village.stem.len() > entry.1.len() {
                *entry = (weight, &village.stem);
            }
        }
        for (town, (weight, word)) in by_village {
            add(town, weight, format!("地址中有村居名“{word}”"));
        }
        for taught in &self.taught {
            if written.contains(&fold(&taught.word)) {
                explicit.push(&taught.town);
                add(&taught.town, 85, format!("已登记地名“{}”", taught.word));
            }
        }
        // what the counties say raises their towns and lowers the others
        let mut ranked: Vec<Suggestion> = towns
            .into_iter()
            .map(|(code, (mut score, mut reasons))| {
                let county = &code[..6];
                match in_address.get(county) {
                    Some(weight) => {
                        score += weight / 2;
                        reasons.push(format!("地址在{}", self.county_names[county]));
                    }
                    None if in_address.values().any(|weight| *weight >= 45) => score -= 60,
                    None => {}
                }
                if in_name.contains_key(county) {
                    score += 10;
                }
                if authority == Some(county) {
                    score += 15;
                    reasons.push("信用代码登记机关在本区县".into());
                } else if authority.is_some() {
                    score -= 15;
                }
                reasons.dedup();
                let name = self
                    .towns
                    .iter()
                    .find(|(town, _)| town.code == code)
                    .map(|(_, name)| name.as_str())
                    .unwrap_or_default();
                Suggestion {
                    town: code.to_string(),
                    name: format!("{}{name}", self.county_names.get(county).map_or("", String::as_str)),
                    score,
                    reason: reasons.join("；"),
                }
            })
            .filter(|suggestion| suggestion.score >= 15)
            .collect();
        ranked.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| a.town.cmp(&b.town)));
        if let Some(best) = ranked.first() {
            let ahead = best.score - ranked.get(1).map_or(0, |next| next.score);
            // weaker words do not outdo a town that is written and not known
            let open = !explicit.contains(&best.town.as_str()) && self.names_unknown_town(&address);
            if best.score >= CERTAIN && ahead >= MARGIN && !open {
                return Resolution {
                    town: best.town.clone(),
                    reason: best.reason.clone(),
                    suggestions: Vec::new(),
                };
            }
        }
        ranked.truncate(5);
        let (town, reason) = self.county(&in_address, &in_name, authority, &ranked);
        ranked.retain(|suggestion| suggestion.town.starts_with(&town));
        Resolution { town, reason, suggestions: ranked }
    }

    /// The certain county, or the city.
    fn county(
        &self,
        address: &BTreeMap<String, i32>,
        name: &BTreeMap<String, i32>,
        authority: Option<&str>,
        ranked: &[Suggestion],
    ) -> (String, String) {
        let label = |code: &str| self.county_names.get(code).cloned().unwrap_or_default();
        for (found, least, what) in [(address, 45, "地址"), (name, 45, "名称")] {
            let strong: Vec<&String> =
                found.iter().filter(|(_, weight)| **weight >= least).map(|(code, _)| code).collect();
            // an old name of two counties (潮阳市) is settled by the authority or by what towns the address suggests
            let settled = match strong.as_slice() {
                [] => continue,
                [one] => Some(one.as_str()),
                several => {
                    let top = found.values().max().copied().unwrap_or_default();
                    let tops: Vec<&str> = several
                        .iter()
                        .filter(|code| found[code.as_str()] == top)
                        .map(|code| code.as_str())
                        .collect();
                    match tops.as_slice() {
                        [one] => Some(*one),
                        tied => authority.filter(|code| tied.contains(code)).or_else(|| {
                            ranked
                                .first()
                                .map(|best| &best.town[..6])
                                .and_then(|best| tied.iter().copied().find(|code| *code == best))
                        }),
                    }
                }
            };
            if let Some(code) = settled {
                return (code.to_string(), format!("{what}写明{}，镇街待定", label(code)));
            }
        }
        if let Some(code) = authority {
            return (code.to_string(), format!("信用代码的登记机关在{}，镇街待定", label(code)));
        }
        (self.city.clone(), "地址、名称和信用代码都看不出区县".into())
    }
}
