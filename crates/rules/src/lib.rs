//! The law as pure functions over tables: no input or output, no clock, no database.
//!
//! A rule takes the day (and place) it is asked for ([`At`]) and an input, and answers an [`Outcome`]: the figure and, step by step, how it
//! comes about, each step with document, clause, table row and that row's certainty; or a [`Refusal`] that names the input and what to
//! do. [`registry::RULES`] holds every rule by its name. The tables ([`law`]) are files beside the code; a city lays its own rows over them.

pub mod choice;
pub mod law;
pub mod number;
mod one_of;
pub mod outcome;
pub mod registry;

pub mod accident;
pub mod archive_requirement;
pub mod benefit;
pub mod capital;
pub mod certificate;
pub mod checklist;
pub mod credit;
pub mod credit_code;
pub mod danger;
pub mod danger_listing;
pub mod danger_statistics;
pub mod dates;
pub mod enforcement_form;
pub mod gas_alarm;
pub mod hazard;
pub mod identifier;
pub mod industry;
pub mod injury_insurance;
pub mod legal_limit;
pub mod monitor_point;
pub mod name;
pub mod occupational;
pub mod ownership;
pub mod penalty;
pub mod permit;
pub mod random_draw;
pub mod rating;
pub mod risk;
pub mod risk_deposit;
pub mod safety_expense;
pub mod safety_staff;
pub mod sector;
pub mod size;
pub mod standardization;
pub mod trade;
pub mod training;
pub mod working_days;

pub use rust_decimal::Decimal;

pub use law::{At, Law, Row, Rows, Table};
pub use number::{Count, Number, yuan};
pub use outcome::{Certainty, Outcome, Refusal, Step};
