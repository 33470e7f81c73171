//! Which city an address, a name, the columns of a list or a credit code point to, before its places are looked at.

use std::{collections::HashMap, sync::OnceLock};

use rules::name::fold;

use super::{
    Evidence,
    gazetteer::{COUNTY_ENDINGS, stem},
};
use crate::divisions::{self, Division};

/// Provinces that are cities: 北京, 天津, 上海, 重庆. Their counties hang on what is no city but a heading (市辖区, 县).
const MUNICIPALITIES: &[&str] = &["11", "12", "31", "50"];
const PROVINCE_ENDINGS: &[&str] =
    &["壮族自治区", "维吾尔自治区", "回族自治区", "自治区", "特别行政区", "省", "市"];
pub(super) const CITY_ENDINGS: &[&str] = &["市", "地区", "自治州", "盟"];

struct Candidate {
    division: &'static Division,
    stem: &'static str,
    /// Names that hold this one and are of other places: 峨眉山市 of 眉山市.
    longer: Vec<&'static str>,
}

/// Provinces, cities and counties: few beside the towns, and looked through for every row.
fn upper() -> &'static [&'static Division] {
    static UPPER: OnceLock<Vec<&'static Division>> = OnceLock::new();
    UPPER.get_or_init(|| divisions::shipped().iter().filter(|division| division.code.len() <= 6).collect())
}

/// The cities, and the municipalities as one place each.
fn candidates() -> &'static [Candidate] {
    static CANDIDATES: OnceLock<Vec<Candidate>> = OnceLock::new();
    CANDIDATES.get_or_init(|| {
        let city = |own: &&&Division| {
            own.code.len() == 4 && own.name.chars().count() > 2 && own.name != "市辖区"
                || MUNICIPALITIES.contains(&own.code.as_str())
        };
        let longer = |name: &str| {
            let holds = |own: &&&'static Division| own.name.len() > name.len() && own.name.contains(name);
            upper().iter().filter(holds).map(|own| own.name.as_str()).collect()
        };
        let candidate = |division: &&'static Division| Candidate {
            division,
            stem: stem(&division.name, CITY_ENDINGS),
            longer: longer(&division.name),
        };
        upper().iter().filter(city).map(candidate).collect()
    })
}

/// The provinces with their stems.
fn provinces() -> &'static [(&'static Division, &'static str)] {
    static PROVINCES: OnceLock<Vec<(&'static Division, &'static str)>> = OnceLock::new();
    PROVINCES.get_or_init(|| {
        let all = upper().iter().filter(|division| division.code.len() == 2);
        all.map(|division| (*division, stem(&division.name, PROVINCE_ENDINGS))).collect()
    })
}

/// The province that the column or the beginning of the address says.
fn province_of(column: &str, address: &str) -> Option<&'static Division> {
    provinces()
        .iter()
        .find(|(province, own)| {
            !column.is_empty() && (column == province.name || column == *own)
                || address.starts_with(&province.name)
        })
        .map(|(province, _)| *province)
}

/// A text without the province that it begins with; 吉林 alone is a city, too.
fn without_province(text: &str) -> &str {
    let plain = |(own, _): &&(&Division, &str)| !MUNICIPALITIES.contains(&own.code.as_str());
    for (province, own) in provinces().iter().filter(plain) {
        let rest = text
            .strip_prefix(province.name.as_str())
            .or_else(|| text.strip_prefix(own).filter(|rest| !rest.starts_with('市') && !is_city(own)));
        if let Some(rest) = rest {
            return rest;
        }
    }
    text
}

fn is_city(name: &str) -> bool {
    candidates().iter().any(|city| city.stem == name)
}

fn counties(within: &str) -> impl Iterator<Item = &'static Division> {
    let headings = ["市辖区", "县", "自治区直辖县级行政区划", "省直辖县级行政区划"];
    upper().iter().copied().filter(move |division| {
        division.code.len() == 6
            && division.code.starts_with(within)
            && !headings.contains(&division.name.as_str())
    })
}

/// Counties whose full name no other county has.
fn unique_counties() -> &'static [&'static Division] {
    static UNIQUE: OnceLock<Vec<&'static Division>> = OnceLock::new();
    UNIQUE.get_or_init(|| {
        let mut number: HashMap<&str, u32> = HashMap::new();
        for county in counties("") {
            *number.entry(&county.name).or_default() += 1;
        }
        counties("")
            .filter(|county| number[county.name.as_str()] == 1 && county.name.chars().count() > 2)
            .collect()
    })
}

/// The city (4 digits) that the columns, an address, a name or the credit code's authority point to; `None` where nothing does.
pub(super) fn city_of(evidence: Evidence<'_>) -> Option<String> {
    let [province, city, county] = evidence.columns.map(fold);
    let (address, name) = (fold(evidence.address), fold(evidence.name));
    let province = province_of(&province, &address);
    let (address, name) = (without_province(&address), without_province(&name));
    let authority = evidence.authority.filter(|code| {
        code.get(..4).is_some_and(|city| divisions::find(city).is_some())
            || MUNICIPALITIES.iter().any(|own| code.starts_with(own))
    });
    let in_column = stem(&city, CITY_ENDINGS);
    let mut best: Option<(i32, &str)> = None;
    for own in candidates() {
        let mut score = 0;
        let code = own.division.code.as_str();
        if says(address, own) {
            score += 40;
        } else if address.starts_with(own.stem) {
            score += 20;
        }
        if !city.is_empty() && (city == own.division.name || in_column == own.stem) {
            score += 45;
        }
        if name.starts_with(own.stem) {
            score += 15;
        }
        if authority.is_some_and(|found| found.starts_with(code)) {
            score += 25;
        }
        match province {
            Some(province) if province.code == code => score += 40,
            Some(province) if !code.starts_with(&province.code) => score -= 50,
            _ => {}
        }
        if score > best.map_or(0, |(score, _)| score) {
            best = Some((score, code));
        }
    }
    // a county of which the country, or the province that is known, has only one
    if best.is_none_or(|(score, _)| score < 30) {
        let named = |own: &&Division| address.starts_with(&own.name) || county == own.name;
        let in_province: Vec<_> =
            province.map(|own| counties(&own.code).filter(named).collect()).unwrap_or_default();
        let found = match in_province.as_slice() {
            [one] => Some(*one),
            _ => unique_counties().iter().copied().find(|own| named(own)),
        };
        if let Some(found) = found {
            return found.code.get(..4).map(str::to_string);
        }
    }
    match best {
        Some((_, code)) if code.len() == 2 => {
            Some(in_municipality(code, (&county, address), evidence.authority))
        }
        Some((_, code)) => Some(code.to_string()),
        None => authority.and_then(|code| code.get(..4)).map(str::to_string),
    }
}

/// The city of a row that belongs to `region`: of a municipality the one that its county hangs on, else the region's own; what the row says
/// where the region is none, or wider.
pub fn city_in(region: Option<&str>, evidence: Evidence<'_>) -> Option<String> {
    let Some(region) = region else { return city_of(evidence) };
    let municipality = MUNICIPALITIES.iter().find(|own| region.starts_with(**own));
    match (municipality, region.get(..4)) {
        (Some(own), city) if region.len() <= 4 => {
            let [_, _, county] = evidence.columns.map(fold);
            let found = in_municipality(own, (&county, &fold(evidence.address)), evidence.authority);
            Some(if found.ends_with("01") { city.map_or(found, str::to_string) } else { found })
        }
        (_, Some(city)) => Some(city.to_string()),
        (_, None) => city_of(evidence),
    }
}

/// Whether a text names the city, and not a place whose name holds the city's.
fn says(text: &str, city: &Candidate) -> bool {
    if !text.contains(&city.division.name) {
        return false;
    }
    let mut text = text.to_string();
    for other in &city.longer {
        text = text.replace(other, "\u{1}");
    }
    text.contains(&city.division.name)
}

/// The heading (4 digits) that the county of a municipality hangs on; that of its districts where the county is not known.
fn in_municipality(code: &str, (column, address): (&str, &str), authority: Option<&str>) -> String {
    let written = |own: &Division| {
        let short = stem(&own.name, COUNTY_ENDINGS);
        let as_before = COUNTY_ENDINGS.iter().any(|ending| address.contains(&format!("{short}{ending}")));
        column == own.name || column == short || address.contains(&own.name) || as_before
    };
    let longest = counties(code).filter(|own| written(own)).max_by_key(|own| own.name.len());
    let found = longest.or_else(|| counties(code).find(|own| Some(own.code.as_str()) == authority));
    found.and_then(|own| own.code.get(..4)).map_or_else(|| format!("{code}01"), str::to_string)
}
