//! From an address (and the name, the columns that name divisions, and the authority in the credit code) to the division, as
//! far down as the evidence goes, with the evidence said. It never guesses silently: what is not certain comes back as
//! suggestions. How texts write the names of divisions is `names`; which city it is at all is `city`; the places of a city
//! are `gazetteer`, and how a place's name stands in a text is `standing`. Provinces, cities and counties are found first and taken out of the
//! text: a town or village is looked for in what they leave, so that 临邑县迎宾路 does not name the town 临邑.

mod city;
mod former;
mod gazetteer;
mod names;
mod standing;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use rules::name::fold;

pub use city::city_of;
pub use gazetteer::Gazetteer;
pub(crate) use gazetteer::village_stem;
use gazetteer::{Hit, Read, Text};
pub use names::area_of;
use standing::{Kind, Standing, stated_town};

/// What is known of where an enterprise is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Evidence<'a> {
    /// Address as written.
    pub address: &'a str,
    /// Name of the enterprise.
    pub name: &'a str,
    /// Division digits of the credit code (6 digits): where the registering authority is.
    pub authority: Option<&'a str>,
    /// Columns of their own for the province,
    pub province: &'a str,
    /// the city (some offices put the county there),
    pub city: &'a str,
    /// the county
    pub county: &'a str,
    /// and the town.
    pub town: &'a str,
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
    /// The longest certain code: 9, 6 or 4 digits; 2 where only a municipality is certain.
    pub town: String,
    /// Why, in Chinese.
    pub reason: String,
    /// Possible towns, the likeliest first, where the town is not certain.
    pub suggestions: Vec<Suggestion>,
}

/// A town is certain from this weight on, and this far ahead of the next.
const CERTAIN: i32 = 70;
const MARGIN: i32 = 25;

/// What speaks for a town.
#[derive(Default)]
struct Case {
    score: i32,
    reasons: Vec<String>,
    /// Its name is written out, or officers taught it: a town of another name in the address does not outweigh that.
    named: bool,
}

/// The counties that are known by other means than the address.
struct Registered<'a> {
    codes: Vec<&'a str>,
    /// Whether the code is of today, so that it speaks against other counties.
    sure: bool,
    what: &'static str,
}

impl Registered<'_> {
    /// The one of these counties that is registered.
    fn one_of<'a>(&self, counties: &[&'a str]) -> Option<&'a str> {
        let mut both = counties.iter().copied().filter(|county| self.codes.contains(county));
        both.next().filter(|_| both.next().is_none())
    }
}

impl Gazetteer {
    /// Finds the division.
    pub fn resolve(&self, evidence: Evidence<'_>) -> Resolution {
        let address = fold(evidence.address);
        let mut in_address = self.read(&address, Text::Address);
        let in_name = self.read(&fold(evidence.name), Text::Name);
        let column = fold(evidence.county);
        if in_address.counties.values().all(|weight| *weight < 45) {
            for code in self.counties_of(&column) {
                in_address.counties.insert(code.to_string(), 60);
            }
        }
        let city_column = fold(evidence.city);
        let registered = self.registered(evidence.authority, &city_column);
        let mut towns: BTreeMap<&str, Case> = BTreeMap::new();
        let places = self.places_in(&in_address);
        by_address(&places, &mut towns);
        for hit in self.places_in(&in_name) {
            let weight = match (hit.place.kind, hit.standing) {
                (Kind::Village, _) | (_, Standing::Street) => continue,
                (_, Standing::Full | Standing::Leading) => 30,
                (_, Standing::Plain) => 10,
            };
            let case = towns.entry(&hit.place.town).or_default();
            case.score += weight;
            case.reasons.push(format!("名称中有“{}”", hit.word));
        }
        let town_column = fold(evidence.town);
        for town in self.towns_of(&town_column) {
            let case = towns.entry(town).or_default();
            case.score += 90;
            case.named = true;
            case.reasons.push(format!("所填镇街为“{town_column}”"));
        }
        for taught in &self.taught {
            if address.contains(&fold(&taught.word))
                && let Some((town, _)) = self.town_names.get_key_value(&taught.town)
            {
                let case = towns.entry(town).or_default();
                case.score += 85;
                case.named = true;
                case.reasons.push(format!("已登记地名“{}”", taught.word));
            }
        }
        let unknown = self.unknown_town(&in_address, &places, &registered, &mut towns);
        let (mut ranked, named) = self.ranked(towns, &in_address.counties, &in_name.counties, &registered);
        if let Some(best) = ranked.first() {
            let ahead = best.score - ranked.get(1).map_or(0, |next| next.score);
            if best.score >= CERTAIN && ahead >= MARGIN && (named || !unknown) {
                return Resolution {
                    town: best.town.clone(),
                    reason: best.reason.clone(),
                    suggestions: Vec::new(),
                };
            }
        }
        ranked.truncate(5);
        let (town, reason) = self.county(&in_address.counties, &in_name.counties, &registered, &ranked);
        ranked.retain(|suggestion| suggestion.town.starts_with(&town));
        Resolution { town, reason, suggestions: ranked }
    }

    /// The counties that the credit code's authority stands for; where it tells none, the one in the city's column.
    fn registered<'a>(&'a self, authority: Option<&'a str>, column: &str) -> Registered<'a> {
        let codes: Vec<&str> = match authority {
            Some(code) if self.county_names.contains_key(code) => vec![code],
            Some(code) => former::successors(code)
                .iter()
                .copied()
                .filter(|code| self.county_names.contains_key(*code))
                .collect(),
            None => Vec::new(),
        };
        if codes.is_empty() {
            return Registered { codes: self.counties_of(column), sure: false, what: "所填地区为" };
        }
        let sure = authority.is_some_and(|code| codes == [code]);
        Registered { codes, sure, what: "信用代码的登记机关在" }
    }

    /// Whether the address states a town that the map does not know: one that was merged or renamed. Where one town has a
    /// village of that name, it is most likely what became of it.
    fn unknown_town<'a>(
        &'a self,
        address: &Read,
        places: &[Hit<'a>],
        registered: &Registered<'_>,
        towns: &mut BTreeMap<&'a str, Case>,
    ) -> bool {
        let Some(rest) = address.rest.get(address.head..) else { return false };
        let Some((full, stem)) = stated_town(rest) else { return false };
        let end = address.head + full.len();
        let stated = address.counties.values().any(|weight| *weight >= 45);
        let inside = |town: &str| {
            let weight = town.get(..6).and_then(|county| address.counties.get(county));
            !stated || weight.is_some_and(|weight| *weight >= 45)
        };
        let known = |hit: &Hit<'a>| {
            hit.is_town()
                && hit.start == address.head
                && inside(&hit.place.town)
                // 司马浦仙港乡 begins with its town; 太平川镇 is not 太平
                && (hit.end >= end || full.ends_with('乡') || rest.get(hit.end - address.head..stem).is_some_and(|left| left.chars().count() > 1))
        };
        if places.iter().any(known) {
            return false;
        }
        let mut heirs: Vec<&str> = self.towns_with(&full[..stem]);
        heirs.retain(|town| inside(town));
        heirs.dedup();
        // somewhere in a whole city there is always one
        let near =
            |town: &str| stated || town.get(..6).is_some_and(|county| registered.codes.contains(&county));
        let alone = heirs.len() == 1 && heirs.iter().all(|town| near(town));
        for town in heirs {
            let case = towns.entry(town).or_default();
            case.score += if alone { 45 } else { 20 };
            case.named |= alone;
            case.reasons.push(format!("“{full}”今无，本镇街有同名村居"));
        }
        true
    }

    /// The towns by weight, after what the counties say has raised theirs and lowered the others; and whether the first is
    /// written out.
    fn ranked(
        &self,
        towns: BTreeMap<&str, Case>,
        in_address: &BTreeMap<String, i32>,
        in_name: &BTreeMap<String, i32>,
        registered: &Registered<'_>,
    ) -> (Vec<Suggestion>, bool) {
        let elsewhere = in_address.values().any(|weight| *weight >= 45);
        let mut ranked: Vec<(Suggestion, bool)> = towns
            .into_iter()
            .map(|(code, mut case)| {
                let county = &code[..6];
                match in_address.get(county) {
                    Some(weight) => {
                        case.score += weight / 2;
                        case.reasons.push(format!("地址在{}", self.county_name(county)));
                    }
                    None if elsewhere => case.score -= 60,
                    None => {}
                }
                if in_name.contains_key(county) {
                    case.score += 10;
                }
                if registered.codes.contains(&county) {
                    case.score += 15;
                    case.reasons.push(format!("{}本区县", registered.what));
                } else if registered.sure {
                    case.score -= 15;
                }
                case.reasons.dedup();
                let town = self.town_names.get(code).map_or("", String::as_str);
                let suggestion = Suggestion {
                    town: code.to_string(),
                    name: format!("{}{town}", self.county_name(county)),
                    score: case.score,
                    reason: case.reasons.join("；"),
                };
                (suggestion, case.named)
            })
            .filter(|(suggestion, _)| suggestion.score >= 15)
            .collect();
        ranked.sort_by(|(a, _), (b, _)| b.score.cmp(&a.score).then_with(|| a.town.cmp(&b.town)));
        let named = ranked.first().is_some_and(|(_, named)| *named);
        (ranked.into_iter().map(|(suggestion, _)| suggestion).collect(), named)
    }

    /// The certain county, or the city.
    fn county(
        &self,
        address: &BTreeMap<String, i32>,
        name: &BTreeMap<String, i32>,
        registered: &Registered<'_>,
        ranked: &[Suggestion],
    ) -> (String, String) {
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
                        tied => registered.one_of(tied).or_else(|| {
                            ranked
                                .first()
                                .map(|best| &best.town[..6])
                                .and_then(|best| tied.iter().copied().find(|code| *code == best))
                        }),
                    }
                }
            };
            if let Some(code) = settled {
                return (code.to_string(), format!("{what}写明{}，镇街待定", self.county_name(code)));
            }
        }
        let suggested = ranked.first().and_then(|best| best.town.get(..6));
        let settled = match registered.codes.as_slice() {
            [one] => Some(*one),
            several => several.iter().copied().find(|code| Some(*code) == suggested),
        };
        if let Some(code) = settled {
            return (code.to_string(), format!("{}{}，镇街待定", registered.what, self.county_name(code)));
        }
        (self.area.clone(), "地址、名称和信用代码都看不出区县".into())
    }
}

/// What the address says of towns.
fn by_address<'a>(places: &[Hit<'a>], towns: &mut BTreeMap<&'a str, Case>) {
    // one town per village name: the strongest of its standings counts once
    let mut by_village: BTreeMap<&str, (i32, &str)> = BTreeMap::new();
    let mut first: Option<usize> = None;
    // a word met twice is not twice as certain
    let mut by_town: BTreeMap<&str, (i32, &str)> = BTreeMap::new();
    // a village written out is not the one that the town is called after
    let other = places.iter().any(|hit| !hit.is_town() && hit.standing == Standing::Full);
    for hit in places {
        let town = hit.place.town.as_str();
        if !hit.is_town() {
            let called = |own: &Hit<'_>| own.is_town() && own.start == hit.start && own.place.town == town;
            if other && hit.standing < Standing::Full && places.iter().any(called) {
                continue;
            }
            let weight = match hit.standing {
                Standing::Full => 45,
                Standing::Leading => 35,
                Standing::Plain => 12,
                Standing::Street => continue,
            };
            let entry = by_village.entry(town).or_insert((0, hit.word));
            if weight > entry.0 || weight == entry.0 && hit.word.len() > entry.1.len() {
                *entry = (weight, hit.word);
            }
            continue;
        }
        let weight = match (hit.standing, hit.place.kind) {
            // of two towns written out the first is where it lies; the other is where it was, or what it is near to
            (Standing::Full, _) if first.is_some_and(|first| first != hit.start) => 40,
            (Standing::Full, Kind::Name) => 90,
            (Standing::Full, Kind::Alias) => 85,
            (Standing::Full, _) => 80,
            (Standing::Leading, _) => 55,
            (Standing::Plain, _) => 30,
            (Standing::Street, _) => 8,
        };
        if hit.standing == Standing::Full {
            first.get_or_insert(hit.start);
            towns.entry(town).or_default().named = true;
        }
        let entry = by_town.entry(town).or_insert((weight, hit.word));
        if weight > entry.0 {
            *entry = (weight, hit.word);
        }
    }
    for (town, (weight, word)) in by_town {
        let case = towns.entry(town).or_default();
        case.score += weight;
        case.reasons.push(format!("地址中有“{word}”"));
    }
    for (town, (weight, word)) in by_village {
        let case = towns.entry(town).or_default();
        case.score += weight;
        case.reasons.push(format!("地址中有村居名“{word}”"));
    }
}
