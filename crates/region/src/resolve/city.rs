//! Which city (or municipality) an address, columns, a name or a credit code point to, before its places are looked at.

use std::{collections::HashMap, sync::OnceLock};

use rules::name::fold;

use super::{
    Evidence, former,
    names::{Form, Meaning, Named, Words, area_of, divisions_in, lexicon},
};
use crate::divisions::{self, Division};

/// The names of all provinces, cities and counties.
fn nation() -> &'static Words<Meaning> {
    static NATION: OnceLock<Words<Meaning>> = OnceLock::new();
    NATION.get_or_init(|| lexicon(&divisions::shipped().iter().collect::<Vec<&Division>>()))
}

/// Evidence for one area.
type Scores<'a> = HashMap<&'a str, i32>;

/// The city (4 digits) or municipality (2 digits) that the evidence points to, inside of `province` (2 digits) where one is
/// given; `None` where nothing does, or two equally.
pub fn city_of(evidence: Evidence<'_>, province: Option<&str>) -> Option<String> {
    let address = fold(evidence.address);
    let name = fold(evidence.name);
    let in_address = divisions_in(&address, nation(), |_| true, |_| 0);
    let known = province
        .map(str::to_string)
        .or_else(|| stated(&in_address))
        .or_else(|| {
            column(evidence.province, "").iter().find(|own| own.code.len() == 2).map(|own| own.code.clone())
        })
        .or_else(|| evidence.authority.and_then(|code| code.get(..2)).map(str::to_string))
        .filter(|code| divisions::find(code).is_some())
        .or_else(|| stated(&divisions_in(&name, nation(), |_| true, |_| 0)));
    let known = known.as_deref().unwrap_or_default();
    if let Some(municipality) = area_of(known) {
        return Some(municipality.to_string());
    }
    let best = decide(evidence, &address, &name, known);
    // a column or a code may name the province of the mother company: what the address says still counts
    if best.is_none() && province.is_none() && stated(&in_address).is_none() {
        return decide(Evidence { authority: None, ..evidence }, &address, &name, "");
    }
    best
}

/// The province that a text states at its beginning: by its name, or by the full name of a city.
fn stated(named: &[Named<'_>]) -> Option<String> {
    named.iter().take_while(|named| named.leading).find_map(|named| {
        let sure = |own: &&&Meaning| own.code.len() == 2 || own.code.len() == 4 && own.form == Form::Full;
        named.meanings.iter().find(sure).and_then(|own| own.code.get(..2)).map(str::to_string)
    })
}

/// What a column's text means, by its whole: a city's column may name a county (浦东).
fn column<'a>(text: &str, province: &str) -> Vec<&'a Meaning> {
    let all = nation().get(&fold(text));
    let best = all.iter().filter(|own| own.code.starts_with(province)).map(|own| own.form).max();
    all.iter().filter(|own| Some(own.form) == best && own.code.starts_with(province)).collect()
}

fn decide(evidence: Evidence<'_>, address: &str, name: &str, province: &str) -> Option<String> {
    let within = |code: &str| code.starts_with(province);
    let mut scores = Scores::new();
    let mut seen: HashMap<(&str, usize), i32> = HashMap::new();
    let in_address = divisions_in(address, nation(), within, |_| 0);
    for named in &in_address {
        let areas = areas(&named.meanings);
        let one = areas.len() == 1;
        for own in &named.meanings {
            let Some(area) = area_of(&own.code) else { continue };
            let county = own.code.len() > 4;
            let weight = match (county, named.form(), named.leading) {
                (false, Form::Full, true) => 50,
                (false, Form::Full, false) => 30,
                (false, _, _) => 25,
                (true, Form::Full, true) if one => 45,
                (true, Form::Other, true) if one => 35,
                (true, Form::Full, false) | (true, Form::Stem, true) if one => 20,
                (true, Form::Full, _) => 15,
                (true, _, _) => 5,
            };
            // a city named twice is not twice as certain
            let kept = seen.entry((area, if county { 6 } else { 4 })).or_default();
            *kept = weight.max(*kept);
        }
    }
    for ((area, _), weight) in seen {
        *scores.entry(area).or_default() += weight;
    }
    let in_name = divisions_in(name, nation(), within, |_| 0);
    for (at, named) in
        in_name.iter().filter(|named| named.meanings.iter().all(|own| own.code.len() > 2)).enumerate()
    {
        for area in areas(&named.meanings) {
            let one = named.meanings.len() == 1;
            *scores.entry(area).or_default() += if at == 0 && named.leading && one { 15 } else { 5 };
        }
    }
    for (text, alone, shared) in [(evidence.city, 45, 15), (evidence.county, 30, 10)] {
        let meanings = column(text, province);
        let cities: Vec<&Meaning> = meanings.iter().copied().filter(|own| own.code.len() <= 4).collect();
        let meanings = if cities.is_empty() { meanings } else { cities };
        let areas = areas(&meanings);
        for area in &areas {
            *scores.entry(area).or_default() += if areas.len() == 1 { alone } else { shared };
        }
    }
    if let Some(code) = evidence.authority.filter(|code| within(code)) {
        let now = former::successors(code).first().copied().unwrap_or(code);
        if let Some(area) = area_of(now).filter(|area| divisions::find(area).is_some()) {
            *scores.entry(area).or_default() += 25;
        }
    }
    let mut ranked: Vec<(i32, &str)> = scores.into_iter().map(|(area, score)| (score, area)).collect();
    ranked.sort_unstable_by(|a, b| b.cmp(a));
    match ranked.as_slice() {
        [(first, _), (second, _), ..] if first == second => None,
        [(_, area), ..] => Some((*area).to_string()),
        [] => None,
    }
}

/// The areas that meanings lie in; those of provinces lie in none.
fn areas<'a>(meanings: &[&'a Meaning]) -> Vec<&'a str> {
    let mut areas: Vec<&str> = meanings.iter().filter_map(|own| area_of(&own.code)).collect();
    areas.sort_unstable();
    areas.dedup();
    areas
}
