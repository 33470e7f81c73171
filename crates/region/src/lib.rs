//! Administrative divisions (GB/T 2260 and the statistical codes built on it) and the resolver that finds the division
//! an address lies in.
//!
//! The shipped tables carry the National Bureau of Statistics' codes as of 2023-06-30: 31 provinces, 342 cities, 2,978
//! counties, some 41,000 towns and streets, 620,000 villages. What officers teach the resolver is the register's
//! business; it comes in as [`Taught`].

pub mod divisions;
mod http;
mod resolve;

pub use http::router;
pub use resolve::{Evidence, Gazetteer, Resolution, Suggestion, Taught, city_of};
