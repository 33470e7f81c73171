//! Administrative divisions (GB/T 2260 and the statistical codes built on it) in time, the resolver that finds the
//! division an address lies in, and the agencies that hang on divisions.
//!
//! The shipped tables carry the National Bureau of Statistics' codes as of 2023-06-30: 31 provinces, 342 cities, 2,978
//! counties, some 41,000 towns and streets, 620,000 villages; and the history of Shantou since 1949 as far as the sources
//! give it. What a city changes since then is in the database and lies over the tables ([`divisions`]); a change moves the
//! rows that stand in what it changes ([`carry_out`]) and can be undone ([`undo`]). What officers teach the resolver is the
//! register's business; it comes in as [`Taught`].

mod carry;
pub mod divisions;
mod http;
mod model;
mod plan;
pub mod powers;
mod resolve;
mod rows;
mod store;
mod timeline;
mod villages;

pub use carry::{CHANGE, UNDO, carry_out, undo};
pub use http::router;
pub use model::Agency;
pub use plan::{Part, Step};
pub use resolve::{Evidence, Gazetteer, Resolution, Suggestion, Taught, area_of, city_of};
pub use rows::{Mover, Moving, Own, Put, Rows, SUBJECT, record, recorded};
pub use store::{configured_city, follow, refresh};
pub use villages::{Villages, load_villages};
