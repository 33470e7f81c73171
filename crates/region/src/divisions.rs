//! The shipped tables of divisions, unpacked when first asked for.

use std::{
    io::{BufRead, BufReader},
    sync::OnceLock,
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

/// All divisions down to the town, sorted by code.
pub fn divisions() -> &'static [Division] {
    static DIVISIONS: OnceLock<Vec<Division>> = OnceLock::new();
    DIVISIONS.get_or_init(|| {
        let mut all: Vec<Division> = unpack(include_bytes!("../data/divisions.tsv.gz")).collect();
        all.shrink_to_fit();
        all
    })
}

/// The division of that code, down to the town.
pub fn find(code: &str) -> Option<&'static Division> {
    let all = divisions();
    all.binary_search_by(|division| division.code.as_str().cmp(code)).ok().map(|at| &all[at])
}

/// All divisions that lie in `code`, itself first.
pub fn within(code: &str) -> &'static [Division] {
    let all = divisions();
    let low = all.partition_point(|division| division.code.as_str() < code);
    let high = low + all[low..].partition_point(|division| division.code.starts_with(code));
    &all[low..high]
}

/// The divisions one tier below `code`; of a city without counties (中山, 东莞) its towns.
pub fn children(code: &str) -> Vec<&'static Division> {
    let below = within(code);
    let length = below.iter().map(|division| division.code.len()).filter(|length| *length > code.len()).min();
    below.iter().filter(|division| Some(division.code.len()) == length).collect()
}

/// The villages of a city (4 digits), read from the shipped table.
pub fn villages(city: &str) -> Vec<Division> {
    unpack(include_bytes!("../data/villages.tsv.gz"))
        .skip_while(|village| village.code.as_str() < city)
        .take_while(|village| village.code.starts_with(city))
        .collect()
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

/// Other names of divisions: alias and the code meant, from the shipped table.
pub fn aliases() -> impl Iterator<Item = (&'static str, &'static str)> {
    include_str!("../data/aliases.tsv").lines().filter(|line| !line.starts_with('#')).skip(1).filter_map(
        |line| {
            let mut parts = line.split('\t');
            Some((parts.next()?, parts.next()?))
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_complete() {
        let count =
            |length: usize| divisions().iter().filter(|division| division.code.len() == length).count();
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
        assert!(aliases().any(|(alias, code)| alias == "𬒈石" && code == "440512003"));
    }
}
