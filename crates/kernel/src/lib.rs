//! The words every other crate speaks: region codes and tiers, the clock, people with their grants, the
//! scope a grant opens, the table of powers, and pages of a list.
//!
//! Nothing here reads or writes anything; what the law computes is in `rules`, not here.

mod clock;
mod power;
mod region;
mod scope;

pub use clock::{Clock, SHANGHAI, day_begins, day_of};
pub use power::{Actor, ActorKind, Denied, Grant, Power, Role};
pub use region::{InvalidRegion, RegionCode, Tier};
pub use scope::{Area, OutOfScope, Scope};
