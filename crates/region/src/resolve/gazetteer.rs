//! The places of one city, and how a place's name stands in a text: as a place, or as part of a street's or a building's name.

use std::collections::{BTreeMap, HashMap};

use super::{Taught, city::CITY_ENDINGS};
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

/// Endings of counties.
pub(super) const COUNTY_ENDINGS: &[&str] = &["区", "县", "市", "旗"];
/// Villages are called so everywhere: the word says nothing.
const ANYWHERE: &[&str] =
    &["开发区", "高新区", "新城", "新区", "中心", "市场", "城东", "城西", "城南", "城北", "城关"];
/// Peoples of autonomous counties, which everyday names leave out: 彭水县 is 彭水苗族土家族自治县.
const PEOPLES: &[&str] = &[
    "各族",
    "满族",
    "回族",
    "蒙古族",
    "苗族",
    "土家族",
    "侗族",
    "瑶族",
    "壮族",
    "彝族",
    "藏族",
    "羌族",
    "白族",
    "傣族",
    "佤族",
    "哈尼族",
    "拉祜族",
    "布朗族",
    "傈僳族",
    "纳西族",
    "景颇族",
    "独龙族",
    "怒族",
    "普米族",
    "黎族",
    "畲族",
    "仫佬族",
    "毛南族",
    "仡佬族",
    "布依族",
    "水族",
    "土族",
    "撒拉族",
    "东乡族",
    "保安族",
    "裕固族",
    "哈萨克",
    "锡伯",
    "达斡尔族",
    "朝鲜族",
    "塔吉克",
    "哈萨克族",
    "蒙古",
    "哈尼",
    "鄂温克族",
];
/// Stands for each sign of a name that is taken.
const TAKEN: char = '\u{1}';

pub(super) struct Place {
    pub(super) stem: String,
    pub(super) code: String,
}

/// The places of one city.
pub struct Gazetteer {
    pub(super) city: String,
    pub(super) city_stem: String,
    /// Full names of the province, the city and its counties, as they are and with the other endings of counties, the longest first.
    names: Vec<String>,
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

/// The name of a county without the ending of its kind, and without its peoples.
fn county_stem(name: &str) -> String {
    let autonomous = ["自治县", "自治旗"].iter().find_map(|ending| name.strip_suffix(ending));
    let Some(mut rest) = autonomous else { return stem(name, COUNTY_ENDINGS).to_string() };
    while let Some(shorter) = PEOPLES.iter().find_map(|people| rest.strip_suffix(people)) {
        if shorter.chars().count() < 2 {
            break;
        }
        rest = shorter;
    }
    rest.to_string()
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
            .map(|(alias, _)| stem(alias, COUNTY_ENDINGS))
            .collect();
        let stems: Vec<String> = counties.iter().map(|county| county_stem(&county.name)).collect();
        let above = [2, 4].iter().filter_map(|digits| divisions::find(city.get(..*digits)?));
        let mut names: Vec<String> =
            above.chain(counties.iter().copied()).map(|own| own.name.clone()).collect();
        names
            .extend(stems.iter().flat_map(|own| COUNTY_ENDINGS.iter().map(move |end| format!("{own}{end}"))));
        names.retain(|name| name.chars().count() > 2);
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        names.dedup();
        Gazetteer {
            city: city.to_string(),
            city_stem: divisions::find(city)
                .map(|city| stem(&city.name, CITY_ENDINGS).to_string())
                .unwrap_or_default(),
            names,
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
                        && !ANYWHERE.contains(&village.stem.as_str())
                        && !stems.contains(&village.stem)
                })
                .collect(),
            taught,
        }
    }

    /// Whether the word is the name of the city or of one of its counties.
    pub(super) fn is_county(&self, word: &str) -> bool {
        word == self.city_stem || self.counties.iter().any(|county| county.stem == word)
    }

    /// The text with the names of province, city and counties taken: only their last sign is left, behind which a town may stand.
    pub(super) fn masked(&self, text: &str) -> String {
        self.taken(text, true)
    }

    fn taken(&self, text: &str, but_last: bool) -> String {
        let mut text = text.to_string();
        for name in &self.names {
            if text.contains(name.as_str())
                && let Some(last) = name.chars().last()
            {
                let mut taken: String = name.chars().skip(1).map(|_| TAKEN).collect();
                taken.push(if but_last { last } else { TAKEN });
                text = text.replace(name.as_str(), &taken);
            }
        }
        text
    }

    /// Whether right behind the county, in a masked address, a town is written that the table does not know.
    pub(super) fn names_unknown_town(&self, masked: &str) -> bool {
        let Some((at, _)) = masked.rmatch_indices(TAKEN).next() else { return false };
        let rest: String = masked[at..].chars().skip(2).collect();
        let end = ["街道", "镇", "乡"]
            .iter()
            .filter_map(|ending| rest.find(ending).map(|at| (at, *ending)))
            .min_by_key(|(at, _)| *at);
        let Some((end, ending)) = end else { return false };
        let (stem, after) = (&rest[..end], &rest[end + ending.len()..]);
        let plain = |sign: char| sign.is_alphanumeric() && !sign.is_ascii() && !"路街号村巷组".contains(sign);
        (2..=4).contains(&stem.chars().count())
            && stem.chars().all(plain)
            && !STREET.iter().any(|street| after.starts_with(street))
            && !self.towns.iter().any(|(town, _)| town.stem.starts_with(stem) || stem.starts_with(&town.stem))
            && !self.villages.iter().any(|village| village.stem == stem)
            && !self.aliases.iter().any(|(alias, _)| alias.starts_with(stem))
    }

    /// How `word` stands in `text`: the best of its places.
    pub(super) fn standing(&self, text: &str, word: &str, endings: &[&str]) -> Option<Standing> {
        let mut best: Option<Standing> = None;
        let town = endings == TOWN_ENDINGS;
        for (at, _) in text.match_indices(word) {
            let after = &text[at + word.len()..];
            let before = &text[..at];
            // of another county or city; a former district (达濠区) is a street office today
            if town
                && (after.starts_with(['县', '旗']) || after.starts_with('市') && !after.starts_with("市场"))
            {
                continue;
            }
            let ended = endings.iter().any(|ending| after.starts_with(ending)) && !after.starts_with("镇街");
            let standing = if ended || town && behind_county(before) && office(after) {
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
            || before.ends_with(['市', '区', '县', '镇', '旗', '州'])
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
        // what one county's name holds is not the beginning of another's: 即墨市南泉镇 is not in 市南区
        let rest = self.taken(text, false);
        for county in &self.counties {
            let same = county.stem == self.city_stem;
            match self.standing(text, &county.stem, COUNTY_ENDINGS) {
                Some(Standing::Full) if text.contains(&self.county_names[&county.code]) => {
                    add(&county.code, 60)
                }
                // the county that is called like its city must be written out
                _ if same => {}
                // as it was called before, or in short
                Some(Standing::Full) => add(&county.code, 50),
                Some(_) if !rest.contains(&county.stem) => {}
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

/// Whether a masked text ends with the name of a county.
fn behind_county(before: &str) -> bool {
    let mut signs = before.chars().rev();
    signs.next().is_some_and(|sign| "县区市旗".contains(sign)) && signs.next() == Some(TAKEN)
}

/// Whether what follows a town's name is its office in short (大龙街富怡路, 龙山办) and not a street of that name.
fn office(after: &str) -> bool {
    let rest = ["街办", "街", "办"].iter().find_map(|short| after.strip_prefix(short));
    let sign = rest.and_then(|rest| rest.chars().next());
    sign.is_some_and(|sign| {
        sign.is_alphabetic() && !sign.is_ascii() && !"道口巷号一二三四五六七八九十东西南北中".contains(sign)
    })
}
