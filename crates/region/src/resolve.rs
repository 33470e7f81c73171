//! From an address (and the name, and the authority in the credit code) to the division, as far down as the evidence
//! goes, with the evidence said. It never guesses silently: what is not certain comes back as suggestions.

use std::{
    collections::{BTreeMap, HashMap},
    sync::OnceLock,
};

use rules::name::fold;

use crate::divisions::{self, Division};

/// What is known of where an enterprise is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Evidence<'a> {
    /// Address as written.
    pub address: &'a str,
    /// Name of the enterprise.
    pub name: &'a str,
    /// Division digits of the credit code (6 digits): where the registering authority is.
    pub authority: Option<&'a str>,
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

/// Signs behind a place name that make it the name of something else.
const STREET: &[&str] = &[
    "路", "街", "大道", "巷", "大街", "公路", "道", "里", "桥", "中路", "东路", "西路", "南路", "北路",
    "大厦", "花园", "商", "酒店", "宾馆", "广场", "一路", "二路", "三路",
];
/// Endings of towns, old and new.
const TOWN_ENDINGS: &[&str] = &["街道办事处", "街道", "镇", "乡", "办事处", "办事"];
/// Endings of villages.
const VILLAGE_ENDINGS: &[&str] = &[
    "村民委员会",
    "居民委员会",
    "村委会",
    "居委会",
    "社区居委会",
    "社区",
    "村委",
    "居委",
    "村",
    "经联社",
    "管理区",
    "工业区",
    "工业片",
    "工业园",
    "片区",
    "乡",
];
/// A town is certain from this weight on, and this far ahead of the next.
const CERTAIN: i32 = 70;
const MARGIN: i32 = 25;

struct Place {
    stem: String,
    code: String,
}

/// The places of one city.
pub struct Gazetteer {
    city: String,
    city_stem: String,
    counties: Vec<Place>,
    county_names: HashMap<String, String>,
    aliases: Vec<(String, String)>,
    towns: Vec<(Place, String)>,
    villages: Vec<Place>,
    taught: Vec<Taught>,
}

fn stem<'a>(name: &'a str, endings: &[&str]) -> &'a str {
    endings
        .iter()
        .find_map(|ending| name.strip_suffix(ending))
        .filter(|stem| stem.chars().count() >= 2)
        .unwrap_or(name)
}

/// The name of a village without the ending of its kind.
pub(crate) fn village_stem(name: &str) -> &str {
    stem(name, VILLAGE_ENDINGS)
}

/// How a word stands in a text.
#[derive(PartialEq, PartialOrd)]
enum Standing {
    /// As part of a street's or building's name.
    Street,
    /// By itself.
    Plain,
    /// Right behind the city, the county or at the beginning.
    Leading,
    /// With the ending of its kind.
    Full,
}

impl Gazetteer {
    /// The places of a city (4 digits), with what its officers taught.
    pub fn new(city: &str, taught: Vec<Taught>) -> Self {
        let below = divisions::within(city);
        let counties: Vec<&Division> =
            below.iter().copied().filter(|division| division.code.len() == 6).collect();
        let towns = below.iter().filter(|division| division.code.len() == 9);
        let former: Vec<&str> = divisions::aliases()
            .into_iter()
            .filter(|(_, code)| code.len() == 6 && code.starts_with(city))
            .map(|(alias, _)| stem(alias, &["区", "县", "市"]))
            .collect();
        let county_stem = |name: &str| stem(name, &["自治县", "区", "县", "市", "旗"]).to_string();
        Gazetteer {
            city: city.to_string(),
            city_stem: divisions::find(city)
                .map(|city| stem(&city.name, &["市", "地区", "自治州", "盟"]).to_string())
                .unwrap_or_default(),
            county_names: counties.iter().map(|county| (county.code.clone(), county.name.clone())).collect(),
            counties: counties
                .iter()
                .filter(|county| county.name != "市辖区")
                .map(|county| Place { stem: county_stem(&county.name), code: county.code.clone() })
                .collect(),
            aliases: divisions::aliases()
                .into_iter()
                .filter(|(_, code)| code.starts_with(city))
                .map(|(alias, code)| (alias.to_string(), code.to_string()))
                .collect(),
            towns: towns
                .map(|town| {
                    (
                        Place { stem: stem(&town.name, TOWN_ENDINGS).to_string(), code: town.code.clone() },
                        town.name.clone(),
                    )
                })
                .collect(),
            villages: divisions::villages(city)
                .into_iter()
                .map(|village| Place {
                    stem: stem(&village.name, VILLAGE_ENDINGS).to_string(),
                    code: village.code.clone(),
                })
                // what is also an old district's name says nothing of the village (金园工业区), and what is named after
                // a road is met on all of the road's length (潮汕路居委会)
                .filter(|village| {
                    village.stem.chars().count() >= 2
                        && !village.stem.ends_with(['路', '街'])
                        && !former.contains(&village.stem.as_str())
                })
                .collect(),
            taught,
        }
    }

    /// How `word` stands in `text`: the best of its places.
    fn standing(&self, text: &str, word: &str, endings: &[&str]) -> Option<Standing> {
        let mut best: Option<Standing> = None;
        for (at, _) in text.match_indices(word) {
            let after = &text[at + word.len()..];
            let before = &text[..at];
            let standing =
                if endings.iter().any(|ending| after.starts_with(ending)) && !after.starts_with("镇街") {
                    Standing::Full
                } else if STREET.iter().any(|ending| after.starts_with(ending)) {
                    Standing::Street
                } else if before.is_empty() || self.ends_with_division(before) {
                    Standing::Leading
                } else {
                    Standing::Plain
                };
            if best.as_ref().is_none_or(|best| standing > *best) {
                best = Some(standing);
            }
        }
        best
    }

    fn ends_with_division(&self, before: &str) -> bool {
        before.ends_with(&self.city_stem)
            || before.ends_with(['市', '区', '县', '镇'])
            || before.ends_with("街道")
            || before.ends_with("经济特区")
            || self.counties.iter().any(|county| before.ends_with(&county.stem))
            || self.towns.iter().any(|(town, _)| before.ends_with(&town.stem))
    }

    /// The counties a text names: code to weight.
    fn counties_in(&self, text: &str) -> BTreeMap<String, i32> {
        let mut found = BTreeMap::new();
        let mut add = |code: &str, weight: i32| {
            let entry = found.entry(code.to_string()).or_insert(0);
            *entry = weight.max(*entry);
        };
        for county in &self.counties {
            match self.standing(text, &county.stem, &["区", "县", "市"]) {
                Some(Standing::Full) if text.contains(&self.county_names[&county.code]) => {
                    add(&county.code, 60)
                }
                Some(Standing::Leading) => add(&county.code, 50),
                Some(Standing::Plain) => add(&county.code, 20),
                _ => {}
            }
        }
        for (alias, code) in &self.aliases {
            if code.len() == 6
                && matches!(
                    self.standing(text, alias, &[]),
                    Some(Standing::Plain | Standing::Leading | Standing::Full)
                )
            {
                add(code, 45);
            }
        }
        found
    }

    /// Finds the division.
    pub fn resolve(&self, evidence: Evidence<'_>) -> Resolution {
        let address = fold(evidence.address);
        let name = fold(evidence.name);
        let in_address = self.counties_in(&address);
        let in_name = self.counties_in(&name);
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
        for (town, full) in &self.towns {
            let weight = match self.standing(&address, &town.stem, TOWN_ENDINGS) {
                Some(Standing::Full) if address.contains(full) => 90,
                Some(Standing::Full) => 80,
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
            match self.standing(&name, &town.stem, TOWN_ENDINGS) {
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
            if address.contains(&fold(&taught.word)) {
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
            if best.score >= CERTAIN && ahead >= MARGIN {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn town(address: &str, name: &str, authority: Option<&str>) -> String {
        Gazetteer::new("4405", Vec::new()).resolve(Evidence { address, name, authority }).town
    }

    #[test]
    fn a_written_town_is_certain() {
        assert_eq!(town("广东省汕头市澄海区莲下镇某路1号", "某厂", None), "440515102");
        assert_eq!(town("澄海区凤翔街道某工业区", "某厂", None), "440515001");
        // towns that have become streets, counties that have become districts
        assert_eq!(town("汕头市龙湖区外砂镇某路", "某社", None), "440507009");
        assert_eq!(town("潮阳市峡山镇某路", "某厂", Some("440514")), "440514001");
        assert_eq!(town("汕头市潮南区峡山街道𬶍某路", "某厂", None), "440514001");
        assert_eq!(town("汕头市金平区𬶍莲街道某路", "某厂", None), "440511015");
    }

    #[test]
    fn a_street_named_after_a_town_is_no_town() {
        assert_eq!(town("汕头市金平区东里路3号", "某厂", None), "440511");
        assert_eq!(town("汕头市金平区澄海路3号", "某厂", None), "440511");
        // a residents' committee named after a road, a firm named after a street
        assert_eq!(town("汕头市潮汕路西侧金园工业区2片区", "某光华印刷厂", Some("440511")), "440511");
    }

    #[test]
    fn what_says_only_the_county_stays_there() {
        assert_eq!(town("汕头市金平区同益西巷3号", "某厂", None), "440511");
        assert_eq!(town("瑞平路13号", "某厂", Some("440511")), "440511");
        assert_eq!(town("瑞平路13号", "某厂", Some("440500")), "4405");
    }

    #[test]
    fn what_officers_taught_decides() {
        let taught =
            vec![Taught { county: "440511".into(), word: "瑞平路".into(), town: "440511007".into() }];
        let resolution = Gazetteer::new("4405", taught).resolve(Evidence {
            address: "瑞平路13号",
            name: "某厂",
            authority: None,
        });
        assert_eq!(resolution.town, "440511007");
        assert!(resolution.reason.contains("瑞平路"));
    }

    #[test]
    fn the_city_is_found_in_address_name_or_code() {
        let city = |address, name, authority| city_of(Evidence { address, name, authority });
        assert_eq!(city("广东省汕头市金平区某路", "某厂", None).as_deref(), Some("4405"));
        assert_eq!(city("某路1号", "广州市某厂", None).as_deref(), Some("4401"));
        assert_eq!(city("某路1号", "某厂", Some("440300")).as_deref(), Some("4403"));
        assert_eq!(city("龙湖区外砂镇某路", "某厂", None).as_deref(), Some("4405"));
        assert_eq!(city("某路1号", "某厂", None), None);
    }
}
