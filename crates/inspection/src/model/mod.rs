//! The rows of inspections.

mod card;
mod paper;
mod visit;

pub use card::{Card, Deed};
pub use paper::{Item, Paper};
pub use visit::{Finding, Photo, Visit, VisitOfficer};

audit::entries!(Card, Deed, Finding, Paper, Photo, Visit);
