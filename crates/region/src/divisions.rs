//! The map in force: the shipped tables, unpacked when first asked for, and over them what the city itself changed
//! since ([`Overlay`], read from the database by [`crate::refresh`]). Every lookup sees both.

use std::{
    collections::{BTreeMap, HashSet},
    io::{BufRead, BufReader},
    sync::{Arc, Mutex, OnceLock, PoisonError, RwLock},
};

use flate2::read::GzDecoder;

/// A division: code of 2, 4, 6, 9 or 12 digits and its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Division {
    /// Digits.
    pub code: String,
    /// Chinese name, 金平区.
    pub name: String,
}

fn unpack(bytes: &'static [u8]) -> impl Iterator<Item = Division> {
    BufReader::new(GzDecoder::new(bytes)).lines().map_while(Result::ok).filter_map(|line| {
        let (code, name) = line.split_once('\t')?;
        Some(Division { code: code.to_string(), name: name.to_string() })
    })
}

/// The shipped divisions down to the town, sorted by code: as of 2023-06-30, without the city's own changes.
pub fn shipped() -> &'static [Division] {
    static DIVISIONS: OnceLock<Vec<Division>> = OnceLock::new();
    DIVISIONS.get_or_init(|| {
        let mut all: Vec<Division> = unpack(include_bytes!("../data/divisions.tsv.gz")).collect();
        all.shrink_to_fit();
        all
    })
}

/// What stands over the shipped tables today.
#[derive(Debug, Default)]
pub struct Overlay {
    /// Divisions down to the village that came to be or changed; `None` where one ceased.
    pub(crate) changed: BTreeMap<String, Option<&'static Division>>,
    /// Further names: alias and the code meant.
    pub(crate) aliases: Vec<(&'static str, &'static str)>,
    /// Which state of the database it was read from.
    pub(crate) state: Option<String>,
}

static NOW: RwLock<Option<Arc<Overlay>>> = RwLock::new(None);

/// The overlay in force; none while nothing was ever changed.
pub(crate) fn overlay() -> Option<Arc<Overlay>> {
    NOW.read().unwrap_or_else(PoisonError::into_inner).clone()
}

pub(crate) fn lay(overlay: Overlay) {
    *NOW.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(overlay));
}

/// A text kept for the life of the process, once however often the map is read anew: names of divisions are few.
pub(crate) fn keep(text: &str) -> &'static str {
    static KEPT: Mutex<Option<HashSet<&'static str>>> = Mutex::new(None);
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let kept = kept.get_or_insert_default();
    if let Some(own) = kept.get(text) {
        return own;
    }
    let own: &'static str = Box::leak(text.to_string().into_boxed_str());
    kept.insert(own);
    own
}

/// A division kept for the life of the process, once for each code and name.
pub(crate) fn intern(code: &str, name: &str) -> &'static Division {
    static KEPT: Mutex<BTreeMap<(&'static str, &'static str), &'static Division>> =
        Mutex::new(BTreeMap::new());
    let key = (keep(code), keep(name));
    KEPT.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .entry(key)
        .or_insert_with(|| Box::leak(Box::new(Division { code: code.to_string(), name: name.to_string() })))
}

pub(crate) fn find_shipped(code: &str) -> Option<&'static Division> {
    let all = shipped();
    all.binary_search_by(|division| division.code.as_str().cmp(code)).ok().map(|at| &all[at])
}

/// The division of that code in force, down to the town; a village only where the city's own file or change named it.
pub fn find(code: &str) -> Option<&'static Division> {
    match overlay().as_ref().and_then(|own| own.changed.get(code)) {
        Some(changed) => *changed,
        None => find_shipped(code),
    }
}

/// `base` (sorted by code) with what the overlay says of codes that begin with `code` and have at most so many digits.
fn merged(
    base: impl Iterator<Item = &'static Division>,
    code: &str,
    digits: std::ops::RangeInclusive<usize>,
) -> Vec<&'static Division> {
    let Some(own) = overlay() else { return base.collect() };
    let changed: Vec<(&String, &Option<&'static Division>)> = own
        .changed
        .range(code.to_string()..)
        .take_while(|(own, _)| own.starts_with(code))
        .filter(|(own, _)| digits.contains(&own.len()))
        .collect();
    if changed.is_empty() {
        return base.collect();
    }
    let mut all: Vec<&'static Division> =
        base.filter(|division| !own.changed.contains_key(&division.code)).collect();
    all.extend(changed.into_iter().filter_map(|(_, division)| *division));
    all.sort_by(|a, b| a.code.cmp(&b.code));
    all
}

/// All divisions in force that lie in `code`, itself first, down to the town.
pub fn within(code: &str) -> Vec<&'static Division> {
    let all = shipped();
    let low = all.partition_point(|division| division.code.as_str() < code);
    let high = low + all[low..].partition_point(|division| division.code.starts_with(code));
    merged(all[low..high].iter(), code, 2..=9)
}

/// The divisions in force one tier below `code`; of a city without counties (中山, 东莞) its towns.
pub fn children(code: &str) -> Vec<&'static Division> {
    let mut below = within(code);
    let length = below.iter().map(|division| division.code.len()).filter(|length| *length > code.len()).min();
    below.retain(|division| Some(division.code.len()) == length);
    below
}

/// The shipped villages of a city; the table is read through once for each city asked for.
fn shipped_villages(city: &str) -> &'static [Division] {
    static READ: Mutex<BTreeMap<String, &'static [Division]>> = Mutex::new(BTreeMap::new());
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(own) = read.get(city) {
        return own;
    }
    let own: Vec<Division> = unpack(include_bytes!("../data/villages.tsv.gz"))
        .skip_while(|village| village.code.as_str() < city)
        .take_while(|village| village.code.starts_with(city))
        .collect();
    let own: &'static [Division] = own.leak();
    read.insert(city.to_string(), own);
    own
}

/// The villages in force of a city (4 digits).
pub fn villages(city: &str) -> Vec<&'static Division> {
    merged(shipped_villages(city).iter(), city, 12..=12)
}

/// The name with those of the wider divisions before it: 广东省汕头市金平区石炮台街道.
pub fn full_name(code: &str) -> String {
    [2, 4, 6, 9]
        .iter()
        .filter(|length| **length <= code.len())
        .filter_map(|length| code.get(..*length).and_then(find))
        .map(
            |division| {
                if division.name == "市辖区" || division.name == "县" {
                    ""
                } else {
                    division.name.as_str()
                }
            },
        )
        .collect()
}

/// Other names of divisions in force: alias and the code meant.
pub fn aliases() -> Vec<(&'static str, &'static str)> {
    let mut all: Vec<(&'static str, &'static str)> = include_str!("../data/aliases.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .skip(1)
        .filter_map(|line| {
            let mut parts = line.split('\t');
            Some((parts.next()?, parts.next()?))
        })
        .collect();
    if let Some(own) = overlay() {
        all.extend(own.aliases.iter().copied());
        all.retain(|(_, code)| find(code).is_some());
        all.sort_unstable();
        all.dedup();
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_complete() {
        let count = |length: usize| shipped().iter().filter(|division| division.code.len() == length).count();
        assert_eq!((count(2), count(4), count(6)), (31, 342, 2_978));
        assert_eq!(count(9), 41_352);
        assert_eq!(children("4405").len(), 7);
        assert_eq!(within("4405").iter().filter(|division| division.code.len() == 9).count(), 67);
        assert_eq!(villages("4405").len(), 1_091);
        assert!(children("4420").iter().all(|town| town.code.len() > 4));
    }

    #[test]
    fn rare_characters_and_full_names_survive() {
        assert_eq!(full_name("440511015"), "广东省汕头市金平区鮀莲街道");
        assert_eq!(find("440512003").map(|town| town.name.as_str()), Some("礐石街道"));
        assert_eq!(find("440512002").map(|town| town.name.as_str()), Some("马滘街道"));
        assert!(aliases().into_iter().any(|(alias, code)| alias == "𬒈石" && code == "440512003"));
    }
}
