//! The places of one city, and how a place's name stands in a text: as a place, or as part of a street's or a building's name.

use std::collections::{BTreeMap, HashMap};

use super::Taught;
use crate::divisions::{self, Division};

/// Signs behind a place name that make it the name of something else.
const STREET: &[&str] = &[
    "路", "街", "大道", "巷", "大街", "公路", "道", "里", "桥", "中路", "东路", "西路", "南路", "北路",
    "大厦", "花园", "商", "酒店", "宾馆", "广场", "一路", "二路", "三路",
];
/// Endings of towns, old and new.
pub(super) const TOWN_ENDINGS: &[&str] = &["街道办事处", "街道", "镇", "乡", "办事处", "办事"];
/// Endings of villages.
pub(super) const VILLAGE_ENDINGS: &[&str] = &[
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

pub(super) struct Place {
    pub(super) stem: String,
    pub(super) code: String,
}

/// The places of one city.
pub struct Gazetteer {
    pub(super) city: String,
    pub(super) city_stem: String,
    pub(super) counties: Vec<Place>,
    pub(super) county_names: HashMap<String, String>,
    pub(super) aliases: Vec<(String, String)>,
    pub(super) towns: Vec<(Place, String)>,
    pub(super) villages: Vec<Place>,
    pub(super) taught: Vec<Taught>,
}

pub(super) fn stem<'a>(name: &'a str, endings: &[&str]) -> &'a str {
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
pub(super) enum Standing {
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
    pub(super) fn standing(&self, text: &str, word: &str, endings: &[&str]) -> Option<Standing> {
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
    pub(super) fn counties_in(&self, text: &str) -> BTreeMap<String, i32> {
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
}
