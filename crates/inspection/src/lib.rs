//! Inspections and enforcement documents: officers visit an enterprise by a checklist, write down what they find, and issue documents in the
//! name of an agency (安全生产法 2021 第六十五条至第六十九条; 行政处罚法 2021 第二十条 on enforcement by deed). Forms come from
//! `rules::enforcement_form`. What is found becomes dangers (`danger`) when the visit is signed; the correction order gives their term, the
//! recheck opinion closes or returns them. Documents begin as drafts; issuing gives the next number of the agency, the kind and the year
//! without a gap, and nothing about an issued document changes but that it was served or withdrawn. What is to be punished is a case of
//! `penalty`.

mod act;
mod bring;
mod compose;
mod find;
mod finish;
mod found;
mod http;
mod indicators;
mod issue;
mod layout;
mod model;
mod moved;
mod penalty;
pub mod plan;
pub mod powers;
mod right;
mod said;
mod served;
pub mod store;
pub mod waiting;

pub use bring::{BroughtVisit, Ended, bring, documents_of};
pub use find::FINDER;
pub use http::{kinds, router};
pub use indicators::INDICATORS;
pub use model::{Card, Deed, Visit};
pub use moved::{ARRIVED, BELONGINGS};
pub use penalty::FLOW;
pub use said::TOLD;
