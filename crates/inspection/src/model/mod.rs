//! The rows of inspections.

mod card;
mod paper;
mod visit;

pub use card::{Card, Deed};
pub use paper::{Item, Paper};
pub use visit::{Finding, Photo, Visit, VisitOfficer};

/// An entry of the trail about a row of these tables.
macro_rules! entries {
    ($($name:ident),*) => {$(
        impl $name {
            /// An entry of the trail about this row.
            pub fn entry(
                &self,
                action: audit::Action,
                title: &str,
                after: serde_json::Value,
                reason: Option<String>,
            ) -> audit::Entry {
                audit::Entry {
                    action,
                    subject: Self::TABLE,
                    city: self.city.clone(),
                    town: self.town.clone(),
                    row: Some(self.id),
                    title: Some(title.to_string()),
                    before: None,
                    after: Some(after),
                    reason,
                }
            }
        }
    )*};
}

entries!(Card, Deed, Finding, Paper, Visit);
