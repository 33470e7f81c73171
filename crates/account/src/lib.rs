//! People: their accounts, what they are granted where, how they sign in, and the first start of an empty system.
//!
//! What a role may do stands beside each operation as a `kernel::Power`; this crate only finds out who is calling.

mod bound;
mod caller;
mod deputy;
mod http;
mod model;
mod password;
mod people;
pub mod powers;
mod session;
mod setup;
mod sign_on;
mod totp;
mod upkeep;

pub use bound::{Officer, follow, names, officer_regions, officers, rebind};
pub use caller::{by_token, identify, require_second_factor};
pub use http::{ENGAGEMENTS, Engagement, LIST_ENGAGEMENTS, router};
pub use model::Account;
pub use password::random as random_password;
pub use people::{NewAccount, NewGrant, actor_of, create, grant, reset};
pub use setup::{make_setup_token, setup_needed};
pub use sign_on::{SignOn, SignOnConfig};
pub use upkeep::kinds;
