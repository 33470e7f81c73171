//! Keeping what follows from records: the score of the archive with its history, the figures at town grain, the entry of the search
//! box. Written in the transaction of the records; a job does the same for what changes by itself or elsewhere: a paper that runs
//! out over night, an enterprise that was corrected, moved or imported.

mod ends;
mod entries;
mod follow;
mod rescore;
pub mod tally;

use chrono::NaiveDate;
use enterprise::Enterprise;
use rules::{At, Law, archive_requirement::Requirements};
use web::Outcome;

pub use ends::Ends;
pub use entries::{entries, entry};
pub use follow::catch_up;
pub use rescore::rescore;

use crate::score::{Brief, Completeness, completeness};

/// The kind under which records are found.
pub const KIND: &str = "record";

/// States of an enterprise in which its archive is asked for no more.
pub const ENDED: [&str; 4] = ["merged", "deregistered", "revoked", "moved_out"];

/// Whether the archive of an enterprise is asked for at all: it has not ended.
fn counts(enterprise: &Enterprise) -> bool {
    !ENDED.contains(&enterprise.status.as_str())
}

/// The completeness of one archive on a day, as its page shows it.
pub fn reckon(
    law: &Law,
    enterprise: &Enterprise,
    records: &[Brief],
    day: NaiveDate,
) -> Outcome<Completeness> {
    let at = At { on: day, region: &enterprise.town, law };
    let requirements = Requirements::of(&at).map_err(law::problem)?;
    completeness(&requirements, enterprise, records, day).map_err(law::problem)
}
