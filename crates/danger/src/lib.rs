//! Hidden dangers (事故隐患; danger): found by an inspection, by the enterprise itself, by a tip-off, by a tier above or by monitoring; judged by the law;
//! followed until they are put right and struck off, under listed supervision where a tier asks for it; and counted.
//!
//! The life of a danger is a case (`caseflow`, the flow [`FLOW`]); what it is stands here under the same (city, id). Whoever finds one in the
//! course of other work opens it by [`report`] in the same transaction.

mod act;
mod change;
mod flow;
mod http;
mod indicators;
mod listing;
mod model;
mod moved;
mod notice;
mod paper;
pub mod powers;
mod quarter;
mod said;
mod store;
pub mod waiting;

pub use act::{Found, report};
pub use change::{Mended, Plan, Recheck, lift_order, mend, order, plan, recheck};
pub use flow::{FLOW, NOTICE};
pub use http::{kinds, photo::add as add_photo, photo::folder, router};
pub use indicators::INDICATORS;
pub use listing::{Listing, supervise};
pub use model::{Danger, Notice, Photo, SOURCES};
pub use moved::BELONGINGS;
pub use notice::send as tell_department;
pub use said::TOLD;
pub use store::{find, open_of};
