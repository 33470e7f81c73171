//! Codes of enterprises and people, and whether they can be right: unified social credit code ([`credit`]), organisation code
//! ([`organization`]), registration number ([`registration`]), citizen identity number ([`id_card`]); of substances: CAS number ([`cas`]).
//!
//! A wrong code is an answer, not a refusal: `valid` is false, `problem` says why and `suggestion` names the one code that is a single
//! slip away, where there is exactly one. Whether anybody holds the code is not asked.

pub mod cas;
pub mod credit;
pub mod id_card;
pub mod organization;
pub mod registration;

use crate::law_table;

law_table!(
    /// Provinces by the first two digits of a division code.
    PROVINCES, "province", "省级行政区划代码", ["code"]
);

/// Half-width, upper-case, without spaces and hyphens, as people type codes.
fn plain(text: &str) -> String {
    crate::name::fold(text).chars().filter(|sign| !matches!(sign, '-' | '—' | '－')).collect()
}
