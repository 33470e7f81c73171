//! Counties that are no more: addresses go on naming them, and credit codes given in their day keep their digits.

use std::sync::OnceLock;

/// A county that is no more.
pub(super) struct Former {
    /// Code it had, 6 digits.
    pub(super) code: &'static str,
    /// Name it had.
    pub(super) name: &'static str,
    /// Counties in force that its area lies in.
    pub(super) to: Vec<&'static str>,
}

/// All of them, sorted by code.
pub(super) fn all() -> &'static [Former] {
    static ALL: OnceLock<Vec<Former>> = OnceLock::new();
    ALL.get_or_init(|| {
        let rows = include_str!("../../data/former.tsv").lines().filter(|line| !line.starts_with('#'));
        rows.skip(1)
            .filter_map(|line| {
                let mut parts = line.split('\t');
                let (code, name, to) = (parts.next()?, parts.next()?, parts.next()?);
                Some(Former { code, name, to: to.split('+').collect() })
            })
            .collect()
    })
}

/// The counties in force that the area of that former code lies in.
pub(super) fn successors(code: &str) -> &'static [&'static str] {
    let found = all().binary_search_by(|former| former.code.cmp(code));
    found.map_or(&[], |at| all()[at].to.as_slice())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::divisions::find_shipped;

    #[test]
    fn every_successor_is_in_force_and_no_former_name_is() {
        assert!(all().is_sorted_by_key(|former| former.code));
        for former in all() {
            assert!(!former.to.is_empty() && former.to.iter().all(|code| find_shipped(code).is_some()));
            assert!(find_shipped(former.code).is_none_or(|own| own.name != former.name), "{}", former.name);
        }
    }
}
