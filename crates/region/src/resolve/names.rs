//! Names of divisions as texts write them: with their own ending, with that of an earlier time, or without any.

use std::collections::{HashMap, HashSet};

use super::{former, standing::street};
use crate::divisions::{self, Division};

/// Endings of towns, old and new.
pub(super) const TOWN_ENDINGS: &[&str] =
    &["街道办事处", "街道", "民族乡", "镇", "乡", "苏木", "办事处", "办事", "地区"];
/// Endings of villages.
pub(super) const VILLAGE_ENDINGS: &[&str] = &[
    "社区居民委员会",
    "社区居委会",
    "村民委员会",
    "居民委员会",
    "村委会",
    "居委会",
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
/// Endings of counties; 浦东新区 is 浦东 for short.
const COUNTY_ENDINGS: &[&str] = &["自治县", "自治旗", "新区", "区", "县", "市", "旗"];
const CITY_ENDINGS: &[&str] = &["市", "地区", "自治州", "盟"];
const PROVINCE_ENDINGS: &[&str] = &["省", "市", "自治区"];
/// Peoples in the names of autonomous divisions, which texts leave out.
const PEOPLES: &[&str] = &[
    "满族",
    "蒙古族",
    "蒙古",
    "回族",
    "达斡尔族",
    "达斡尔",
    "朝鲜族",
    "朝鲜",
    "畲族",
    "土家族",
    "苗族",
    "瑶族",
    "侗族",
    "壮族",
    "各族",
    "仫佬族",
    "毛南族",
    "黎族",
    "羌族",
    "彝族",
    "藏族",
    "仡佬族",
    "布依族",
    "水族",
    "傣族",
    "哈尼族",
    "纳西族",
    "拉祜族",
    "佤族",
    "布朗族",
    "独龙族",
    "怒族",
    "白族",
    "普米族",
    "傈僳族",
    "裕固族",
    "哈萨克族",
    "哈萨克",
    "保安族",
    "东乡族",
    "撒拉族",
    "土族",
    "塔吉克",
    "锡伯",
    "柯尔克孜",
    "景颇族",
    "维吾尔",
    "鄂温克",
    "俄罗斯族",
];
/// Municipalities: one place, whatever 市辖区 and 县 their codes say.
const MUNICIPALITIES: &[&str] = &["11", "12", "31", "50"];

/// The area within which a division's counties are looked for: its city (4 digits), or its whole municipality (2 digits). Any
/// other province has none.
pub fn area_of(code: &str) -> Option<&str> {
    let area = area_or_province(code);
    (area.len() == 4 || MUNICIPALITIES.contains(&area)).then_some(area)
}

fn area_or_province(code: &str) -> &str {
    let whole = MUNICIPALITIES.iter().any(|own| code.starts_with(own));
    code.get(..if whole { 2 } else { 4 }).unwrap_or(code)
}

/// A name without the first of the endings that it has, where two characters or more are left.
pub(super) fn stem<'a>(name: &'a str, endings: &[&str]) -> &'a str {
    endings
        .iter()
        .find_map(|ending| name.strip_suffix(ending))
        .filter(|stem| stem.chars().count() >= 2)
        .unwrap_or(name)
}

/// The short name: without ending and peoples.
fn short<'a>(name: &'a str, endings: &[&str]) -> &'a str {
    let mut own = stem(name, endings);
    if own.len() == name.len() {
        return own;
    }
    loop {
        let shorter = stem(own, PEOPLES);
        if shorter.len() == own.len() {
            // 东乡族自治县 is called after its people alone
            return stem(own, &["族"]);
        }
        own = shorter;
    }
}

/// The short name of a town.
pub(super) fn town_stem(name: &str) -> &str {
    short(name, TOWN_ENDINGS)
}

/// The short name of a county.
pub(super) fn county_stem(name: &str) -> &str {
    short(name, COUNTY_ENDINGS)
}

/// The short name of a city.
pub(super) fn city_stem(name: &str) -> &str {
    short(name, CITY_ENDINGS)
}

/// Words with what each can mean.
pub(super) struct Words<T> {
    words: HashMap<String, Vec<T>>,
    longest: usize,
}

impl<T> Words<T> {
    pub(super) fn new() -> Self {
        Words { words: HashMap::new(), longest: 0 }
    }

    pub(super) fn add(&mut self, word: &str, meaning: T) {
        self.longest = self.longest.max(word.chars().count());
        self.words.entry(word.to_string()).or_default().push(meaning);
    }

    pub(super) fn get(&self, word: &str) -> &[T] {
        self.words.get(word).map_or(&[], Vec::as_slice)
    }

    /// The words that `text` begins with, the longest first.
    pub(super) fn at<'a, 't>(
        &'a self,
        text: &'t str,
    ) -> impl Iterator<Item = (&'a str, &'a [T])> + use<'a, 't, T> {
        let ends: Vec<usize> =
            text.char_indices().take(self.longest).map(|(at, sign)| at + sign.len_utf8()).collect();
        ends.into_iter().rev().filter_map(|end| text.get(..end)).filter_map(|word| {
            self.words.get_key_value(word).map(|(own, all)| (own.as_str(), all.as_slice()))
        })
    }
}

/// How fully a word writes a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Form {
    /// Without an ending: 澄海.
    Stem,
    /// With another ending than today's: 澄海县; or the name of a county that is no more.
    Other,
    /// As it is: 澄海区.
    Full,
}

/// A division that a word can mean.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Meaning {
    /// 2, 4 or 6 digits; of a municipality always 2 in place of 4.
    pub(super) code: String,
    pub(super) form: Form,
}

/// The names of provinces, cities and counties among `all` (sorted by code, with the towns), and those of counties that are no
/// more.
pub(super) fn lexicon(all: &[&Division]) -> Words<Meaning> {
    let mut words: Words<Meaning> = Words::new();
    let mut add = |word: &str, code: &str, form: Form| {
        let meaning = Meaning { code: code.to_string(), form };
        if word.chars().count() >= 2
            && !words.get(word).iter().any(|own| own.code == code && own.form >= form)
        {
            words.add(word, meaning);
        }
    };
    // in one city two counties may share a stem, and a county may share the city's (岳阳): then only its own ending tells it
    let mut stems: HashMap<(&str, &str), u32> = HashMap::new();
    for division in all {
        let own = match division.code.len() {
            2 => short(&division.name, PROVINCE_ENDINGS),
            4 => city_stem(&division.name),
            6 => short(&division.name, COUNTY_ENDINGS),
            _ => continue,
        };
        *stems.entry((area_or_province(&division.code), own)).or_default() += 1;
    }
    let cities: HashSet<(&str, &str)> = all
        .iter()
        .filter(|division| division.code == area_or_province(&division.code))
        .map(|division| (division.code.as_str(), city_stem(&division.name)))
        .collect();
    for division in all {
        let (code, name) = (division.code.as_str(), division.name.as_str());
        let pseudo = name.contains("市辖区") || name.contains("直辖") || name == "县";
        match code.len() {
            2 => {
                add(name, code, Form::Full);
                add(short(name, PROVINCE_ENDINGS), code, Form::Stem);
                add(stem(name, &["壮族自治区", "回族自治区", "维吾尔自治区"]), code, Form::Stem);
            }
            4 if !pseudo => {
                add(name, code, Form::Full);
                let own = city_stem(name);
                add(own, code, Form::Stem);
                add(&format!("{own}市"), code, Form::Other);
                add(&format!("{own}地区"), code, Form::Other);
            }
            6 if !pseudo => {
                add(name, code, Form::Full);
                let own = short(name, COUNTY_ENDINGS);
                let area = area_or_province(code);
                if own == name || cities.contains(&(area, own)) {
                    continue;
                }
                add(own, code, Form::Stem);
                if stems.get(&(area, own)) == Some(&1) {
                    for ending in ["区", "县", "市", "旗"] {
                        add(&format!("{own}{ending}"), code, Form::Other);
                    }
                }
            }
            _ => {}
        }
    }
    let towns: HashSet<(&str, &str)> = all
        .iter()
        .filter(|division| division.code.len() == 9)
        .map(|town| (area_or_province(&town.code), town_stem(&town.name)))
        .collect();
    let known = |code: &str| all.binary_search_by(|own| own.code.as_str().cmp(code)).is_ok();
    for gone in former::all() {
        let own = stem(gone.name, COUNTY_ENDINGS);
        for code in gone.to.iter().filter(|code| known(code)) {
            add(gone.name, code, Form::Other);
            let place = (area_or_province(code), own);
            // 达濠 is a street today
            if !cities.contains(&place) && !stems.contains_key(&place) && !towns.contains(&place) {
                add(own, code, Form::Stem);
            }
        }
    }
    for (alias, code) in divisions::aliases() {
        if code.len() == 6 && known(code) && division_alias(alias) {
            add(alias, code, Form::Other);
        }
    }
    words
}

/// Whether a further name is that of a former county, not of an estate in it.
pub(super) fn division_alias(alias: &str) -> bool {
    alias.ends_with(['区', '县', '市']) && !alias.ends_with("业区")
}

/// A stretch of a text that names divisions.
pub(super) struct Named<'a> {
    pub(super) start: usize,
    pub(super) end: usize,
    /// At the beginning, or right behind other divisions that stand there.
    pub(super) leading: bool,
    /// All of one form.
    pub(super) meanings: Vec<&'a Meaning>,
}

impl Named<'_> {
    pub(super) fn form(&self) -> Form {
        self.meanings.first().map_or(Form::Stem, |meaning| meaning.form)
    }

    fn digits(&self) -> usize {
        self.meanings.iter().map(|own| own.code.len()).min().unwrap_or(0)
    }

    /// Whether this is a city, and what follows one of its counties.
    fn has_county_behind(&self, after: &str, words: &Words<Meaning>) -> bool {
        self.meanings.iter().any(|city| {
            area_of(&city.code) == Some(city.code.as_str())
                && words
                    .at(after)
                    .flat_map(|(_, all)| all)
                    .any(|county| county.code.len() == 6 && county.code.starts_with(&city.code))
        })
    }

    /// 济南市中区 is 济南, 市中区: the city's 市 belongs to its county.
    fn eats_county(&self, rest: &str, word: &str, words: &Words<Meaning>) -> bool {
        let Some(before) = word.strip_suffix('市') else { return false };
        let mut below = words.at(&rest[before.len()..]).flat_map(|(_, all)| all);
        self.meanings.iter().all(|city| city.code.len() < 6)
            && below.any(|county| {
                county.form == Form::Full
                    && county.code.len() == 6
                    && self.meanings.iter().any(|city| county.code.starts_with(&city.code))
            })
    }
}

/// The divisions that a text names, from its beginning, the longest first and none within another. Bare stems count at the
/// beginning only. `within` chooses the codes; `towns` says how long the town is that a text begins with.
pub(super) fn divisions_in<'a>(
    text: &'a str,
    words: &'a Words<Meaning>,
    within: impl Fn(&str) -> bool,
    towns: impl Fn(&str) -> usize,
) -> Vec<Named<'a>> {
    let mut found: Vec<Named<'a>> = Vec::new();
    let mut head = if text.starts_with("中国") { "中国".len() } else { 0 };
    let mut at = head;
    while let Some(sign) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = &text[at..];
        if at == head && at > 0 && rest.starts_with("经济特区") {
            at += "经济特区".len();
            head = at;
            continue;
        }
        let leading = at == head;
        // a wider division does not stand within a narrower one (洛浦县北京工业园区)
        let narrowest = found.last().filter(|_| leading).map_or(0, |named| named.digits());
        let named = words.at(rest).find_map(|(word, all)| {
            let best = all.iter().filter(|own| within(&own.code)).map(|own| own.form).max()?;
            let meanings: Vec<&Meaning> =
                all.iter().filter(|own| own.form == best && within(&own.code)).collect();
            let after = &rest[word.len()..];
            let market = word.ends_with('市') && after.starts_with('场');
            let stands = match best {
                // 城区, 容县: inside a text the signs are part of something else
                Form::Other | Form::Full if word.chars().count() <= 2 && !leading => false,
                Form::Stem => {
                    let mut kinds = TOWN_ENDINGS.iter().chain(&["村", "社区", "居委"]);
                    all.iter().any(|own| own.code.len() > narrowest)
                        && !street(after)
                        && !kinds.any(|ending| after.starts_with(ending))
                        && towns(rest) <= word.len()
                }
                Form::Other | Form::Full => !market,
            };
            let named = Named { start: at, end: at + word.len(), leading, meanings };
            let begins = leading || best > Form::Stem || named.has_county_behind(after, words);
            (stands && begins && !named.eats_county(rest, word, words)).then_some(named)
        });
        match named {
            Some(named) => {
                at = named.end;
                // ...公司汕头龙湖支行: the county behind the city is one
                if leading || named.form() == Form::Stem {
                    head = at;
                }
                found.push(named);
            }
            None => {
                at += sign.len_utf8();
                if leading && matches!(sign, '(' | ')' | ',' | '、' | '.' | '·' | '-' | '—' | '/' | ':') {
                    head = at;
                }
            }
        }
    }
    found
}
