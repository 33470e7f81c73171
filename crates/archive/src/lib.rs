//! The safety archive of an enterprise (一企一档; DESIGN section 5: archive 安全生产档案, section 档案栏目, record 档案记录): what its
//! sections are, who enters and who verifies them, what is missing and why it matters, what runs out, and what the
//! archive said on any past day.
//!
//! What an archive must hold is said by `rules::archive_requirement`; who the enterprise is by `enterprise`. What has a life of its
//! own (a hidden danger, a case, a reading) is not kept here.

mod along;
mod attachment;
mod book;
mod check;
mod choice;
mod compare;
pub mod elsewhere;
mod field;
mod find;
mod http;
mod indicators;
pub mod jobs;
mod keep;
mod model;
mod moved;
mod pack;
pub mod powers;
mod print;
mod print_job;
mod said;
mod score;
pub mod section;
mod store;
mod trail;
pub mod waiting;
pub mod write;

pub use along::{Along, along};
pub use attachment::tidy as tidy_attachments;
pub use book::direct::{Taken, Wanted, Wrong as WrongCell, only_city, take as take_book};
pub use field::{Choice, Field, Kind, Role};
pub use find::FINDER;
pub use http::{draw_with, router};
pub use indicators::INDICATORS;
pub use keep::{catch_up, tally};
pub use model::{ARCHIVE_STATES, Record, STATES, Score, VERIFICATION};
pub use moved::{ARRIVED, BELONGINGS};
pub use said::TOLD;
pub use store::find as find_record;
