//! The places of one area, and where a text names them.

use std::collections::{BTreeMap, HashMap};

use super::{
    Taught,
    names::{
        Form, Meaning, VILLAGE_ENDINGS, Words, city_stem, county_stem, division_alias, divisions_in, lexicon,
        stem, town_stem,
    },
    standing::{Kind, Standing, TAKEN, common, street, town_standing, village_standing},
};
use crate::divisions::{self, Division};

/// What a word of a place means.
pub(super) struct Place {
    /// Town, 9 digits.
    pub(super) town: String,
    pub(super) kind: Kind,
}

/// The places of one area: a city, or a municipality.
pub struct Gazetteer {
    pub(super) area: String,
    pub(super) county_names: HashMap<String, String>,
    /// A city without counties (东莞, 中山).
    undivided: bool,
    pub(super) town_names: BTreeMap<String, String>,
    /// Estates that bear a county's name: alias and county.
    pub(super) estates: Vec<(String, String)>,
    pub(super) taught: Vec<Taught>,
    divisions: Words<Meaning>,
    places: Words<Place>,
}

/// The name of a village without the ending of its kind.
pub(crate) fn village_stem(name: &str) -> &str {
    stem(name, VILLAGE_ENDINGS)
}

/// A place found in a text.
pub(super) struct Hit<'a> {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) word: &'a str,
    pub(super) place: &'a Place,
    pub(super) standing: Standing,
}

impl Hit<'_> {
    pub(super) fn is_town(&self) -> bool {
        self.place.kind != Kind::Village
    }

    fn is_town_in_full(&self) -> bool {
        self.is_town() && self.standing == Standing::Full
    }
}

/// What a text is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Text {
    Address,
    Name,
}

/// A text with its divisions taken out.
pub(super) struct Read {
    /// Weight of each county named.
    pub(super) counties: BTreeMap<String, i32>,
    /// The rest; where a division stood is a sign that is in no place's name.
    pub(super) rest: String,
    /// Where the divisions at the beginning end in it.
    pub(super) head: usize,
}

impl Gazetteer {
    /// The places of a city (4 digits) or municipality (2 digits), with what officers taught.
    pub fn new(area: &str, taught: Vec<Taught>) -> Self {
        let below = divisions::within(area);
        let wider = area.get(..2).filter(|province| *province != area).and_then(divisions::find);
        let named: Vec<&Division> = wider.into_iter().chain(below.iter().copied()).collect();
        let counties: HashMap<String, String> = below
            .iter()
            .filter(|own| own.code.len() == 6 && own.name != "市辖区")
            .map(|county| (county.code.clone(), county.name.clone()))
            .collect();
        let words = lexicon(&named);
        let mut places: Words<Place> = Words::new();
        let mut town_names = BTreeMap::new();
        let city = divisions::find(area).map_or("", |own| own.name.as_str());
        for town in below.iter().filter(|own| own.code.len() == 9) {
            town_names.insert(town.code.clone(), town.name.clone());
            let mut add = |word: &str, kind| places.add(word, Place { town: town.code.clone(), kind });
            add(&town.name, Kind::Name);
            let county =
                town.code.get(..6).and_then(|county| counties.get(county)).map_or("", String::as_str);
            let own = town_stem(&town.name);
            if own != town.name {
                let shared = own == county_stem(county) || own == city_stem(city);
                add(own, if shared { Kind::Shared } else { Kind::Stem });
            }
            // 龙山办 is the office of 龙山路街道
            if let Some(own) = own.strip_suffix('路').filter(|own| own.chars().count() > 1) {
                add(own, Kind::Shared);
            }
            // 克山县河北林场: the county before it is taken out
            let inner = [county, city, county_stem(county), city_stem(city)]
                .iter()
                .filter(|wider| !wider.is_empty())
                .find_map(|wider| town.name.strip_prefix(wider));
            if let Some(inner) = inner.filter(|inner| inner.chars().count() > 3) {
                add(inner, Kind::Stem);
            }
        }
        let mut estates = Vec::new();
        for (alias, code) in divisions::aliases().into_iter().filter(|(_, code)| code.starts_with(area)) {
            match code.len() {
                9 => places.add(alias, Place { town: code.to_string(), kind: Kind::Alias }),
                6 if !division_alias(alias) => estates.push((alias.to_string(), code.to_string())),
                _ => {}
            }
        }
        for village in divisions::villages(area) {
            let own = village_stem(&village.name);
            // what is also a district's name says nothing of the village (金园工业区), and what is named after a road is met on
            // all of the road's length (潮汕路居委会)
            let nothing = own.chars().count() < 2
                || own.ends_with(['路', '街', '巷'])
                || own.ends_with("大道")
                || own == city_stem(city)
                || common(own)
                || words.get(own).iter().any(|meaning| meaning.code.len() == 6);
            if let Some(town) = village.code.get(..9).filter(|_| !nothing) {
                places.add(own, Place { town: town.to_string(), kind: Kind::Village });
            }
        }
        Gazetteer {
            area: area.to_string(),
            undivided: counties.values().all(|county| county == city),
            county_names: counties,
            town_names,
            estates,
            taught,
            divisions: words,
            places,
        }
    }

    pub(super) fn county_name(&self, code: &str) -> &str {
        self.county_names.get(code).map_or("", String::as_str)
    }

    fn within(&self, code: &str) -> bool {
        code.starts_with(&self.area) || self.area.starts_with(code)
    }

    /// The length of the town that a text begins with, with its ending.
    fn town_at(&self, text: &str) -> usize {
        let town = |all: &[Place]| all.iter().any(|own| own.kind == Kind::Name);
        self.places.at(text).find(|(_, all)| town(all)).map_or(0, |(word, _)| word.len())
    }

    /// Finds the divisions and takes them out, so that what they cover is no town.
    pub(super) fn read(&self, text: &str, kind: Text) -> Read {
        let mut read = Read { counties: BTreeMap::new(), rest: String::new(), head: 0 };
        let (mut done, mut in_city) = (0, false);
        let named = divisions_in(text, &self.divisions, |code| self.within(code), |rest| self.town_at(rest));
        for named in &named {
            let first = read.counties.is_empty();
            // 濠江区达濠区: within the county that it became, a former one is the street of its name
            let within = |own: &&Meaning| own.code.len() == 6 && read.counties.contains_key(&own.code);
            if named.leading && named.form() == Form::Other && named.meanings.iter().all(within) {
                continue;
            }
            // 广东金园电梯 is named after no district
            let bare = kind == Text::Name
                && named.form() == Form::Stem
                && !std::mem::replace(&mut in_city, named.meanings.iter().any(|own| own.code == self.area))
                && named.start > 0;
            for own in named.meanings.iter().filter(|own| own.code.len() == 6) {
                let gone = named.form() == Form::Stem
                    && county_stem(self.county_name(&own.code)) != &text[named.start..named.end];
                let weight = match named.form() {
                    // a county named further on is a neighbour, or the road's end
                    _ if !named.leading && !first || bare || gone && kind == Text::Name => 20,
                    Form::Full => 60,
                    Form::Other if named.meanings.len() > 1 => 45,
                    Form::Other | Form::Stem => 50,
                };
                let kept = read.counties.entry(own.code.clone()).or_default();
                *kept = weight.max(*kept);
            }
            read.rest.push_str(text.get(done..named.start).unwrap_or_default());
            read.rest.push(TAKEN);
            done = named.end;
            if named.leading {
                read.head = read.rest.len();
            }
        }
        read.rest.push_str(text.get(done..).unwrap_or_default());
        for (alias, code) in &self.estates {
            if text.split_once(alias.as_str()).is_some_and(|(_, after)| !street(after)) {
                let kept = read.counties.entry(code.clone()).or_default();
                *kept = 45.max(*kept);
            }
        }
        read
    }

    /// The counties that a column's text means.
    pub(super) fn counties_of(&self, text: &str) -> Vec<&str> {
        let all = self.divisions.get(text).iter().filter(|own| self.within(&own.code) && own.code.len() == 6);
        all.map(|own| own.code.as_str()).collect()
    }

    /// The towns that a column's text means.
    pub(super) fn towns_of(&self, text: &str) -> Vec<&str> {
        let of = |word: &str| {
            let all = self.places.get(word).iter().filter(|own| own.kind != Kind::Village);
            all.map(|own| own.town.as_str()).collect::<Vec<&str>>()
        };
        let whole = of(text);
        if whole.is_empty() { of(town_stem(text)) } else { whole }
    }

    /// The towns that have a village of that stem.
    pub(super) fn towns_with(&self, village: &str) -> Vec<&str> {
        let all = self.places.get(village).iter().filter(|own| own.kind == Kind::Village);
        all.map(|own| own.town.as_str()).collect()
    }

    /// The towns and villages that the rest of a text names, none within another: towns with their ending first, then the
    /// longest.
    pub(super) fn places_in(&self, read: &Read) -> Vec<Hit<'_>> {
        let mut found: Vec<Hit<'_>> = Vec::new();
        let (mut at, mut town_end) = (0, usize::MAX);
        while let Some(sign) = read.rest.get(at..).and_then(|rest| rest.chars().next()) {
            let before = &read.rest[..at];
            let leading = before.is_empty()
                || before.ends_with(TAKEN)
                || before.ends_with(['市', '区', '县'])
                || before.ends_with("经济特区");
            // where no county can follow, what calls itself a district is a street
            let districts = self.undivided || at == read.head && !read.counties.is_empty();
            let mut best: Option<(Standing, usize, Vec<Hit<'_>>)> = None;
            for (word, all) in self.places.at(&read.rest[at..]) {
                let after = &read.rest[at + word.len()..];
                let mut hits: Vec<Hit<'_>> = Vec::new();
                for place in all {
                    let behind_town =
                        town_end == at || before.ends_with(['镇', '乡']) || before.ends_with("街道");
                    let (standing, ending) = match place.kind {
                        Kind::Village => village_standing(after, leading || behind_town),
                        kind => town_standing(word, after, kind, leading, districts),
                    };
                    if let Some(standing) = standing {
                        let end = at + word.len() + ending;
                        hits.push(Hit { start: at, end, word, place, standing });
                    }
                }
                let Some(standing) = hits.iter().map(|hit| hit.standing).max() else { continue };
                let end = hits.iter().map(|hit| hit.end).max().unwrap_or(at);
                let town = hits.iter().any(Hit::is_town_in_full);
                // a town's full name says more than a village's
                match &mut best {
                    Some((_, kept, all)) if all.iter().any(Hit::is_town_in_full) => {
                        // 永安镇 here may be 永安街道 there
                        hits.retain(|hit| {
                            let known = all.iter().any(|own| own.place.town == hit.place.town);
                            hit.is_town_in_full() && hit.end == *kept && !known
                        });
                        all.append(&mut hits);
                    }
                    Some(_) if !town => {}
                    _ => {
                        if town {
                            hits.retain(Hit::is_town_in_full);
                        }
                        best = Some((standing, end, hits));
                    }
                }
            }
            match best {
                Some((_, end, hits)) => {
                    if hits.iter().any(Hit::is_town) {
                        town_end = end;
                    }
                    found.extend(hits);
                    at = end;
                }
                None => at += sign.len_utf8(),
            }
        }
        found
    }
}
