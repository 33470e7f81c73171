//! The law as pure functions over tables: no input or output, no clock, no database.
//!
//! So far, what the register needs: [`credit_code`] (GB 32100-2015), [`ownership`] (国统字〔1998〕204号),
//! [`capital`] and [`dates`] (the texts of registry extracts), [`industry`] (GB/T 4754-2017) with the supervised
//! [`sector`], and the [`name`] forms by which two records are the same enterprise.

pub mod capital;
pub mod credit_code;
pub mod dates;
pub mod industry;
pub mod name;
pub mod ownership;
pub mod sector;
pub mod size;
