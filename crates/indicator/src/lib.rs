//! Indicators (指标; DESIGN idea 5): a named number by region and period, defined once, used by every page and return alike, with the
//! rows behind it.
//!
//! What is counted is the business of the areas: each brings its [`Indicator`]s, `server` joins them. A month that has ended is frozen: what
//! it was stays what it was.

mod freeze;
mod http;

use futures::future::BoxFuture;
use kernel::{Power, Role, Scope, Tier};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::Serialize;
use utoipa::ToSchema;
use web::{App, Outcome, Problem};

pub use freeze::{KEEP, keep};
pub use http::router;

/// Reading indicators.
pub const FIND: Power = Power {
    operation: "list_indicators",
    label: "查看指标",
    allow: &[(Role::Leader, Tier::Town), (Role::Clerk, Tier::Town), (Role::Officer, Tier::Town)],
};

/// Reading what they were.
pub const PERIODS: Power = Power {
    operation: "list_indicator_periods",
    label: "查看指标的历史",
    allow: &[(Role::Leader, Tier::Town), (Role::Clerk, Tier::Town), (Role::Officer, Tier::Town)],
};

/// What an indicator is told in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = IndicatorUnit)]
pub enum Unit {
    /// Numerator of denominator, percent with one decimal.
    Percent,
    /// The numerator alone.
    Number,
}

/// How a number is broken down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// By divisions whose codes have so many digits: 4, 6 or 9.
    Region(usize),
    /// By supervised sector.
    Sector,
    /// By public and non-public.
    Ownership,
}

impl By {
    /// What was asked for: `region` (the tier below the widest division of the scope, unless told otherwise), `sector` or `ownership`.
    ///
    /// # Errors
    /// 400 for any other word.
    pub fn asked(by: Option<&str>, scope: &Scope) -> Outcome<By> {
        match by {
            None | Some("" | "region") => {
                let widest = scope.areas().iter().map(|area| area.region.as_str().len()).min().unwrap_or(9);
                Ok(By::Region(match widest {
                    0..=2 => 4,
                    3..=4 => 6,
                    _ => 9,
                }))
            }
            Some("sector") => Ok(By::Sector),
            Some("ownership") => Ok(By::Ownership),
            Some(_) => Err(Problem::bad_request("by.unknown", "只能按 region、sector 或者 ownership 分组。")),
        }
    }

    /// The column of the parts in a table that says town, sector and ownership.
    pub fn column(self) -> String {
        match self {
            By::Region(digits) => format!("substr(town, 1, {digits})"),
            By::Sector => "sector".into(),
            By::Ownership => "ownership".into(),
        }
    }

    /// The same in a table whose rows say town and sector, and belong to an enterprise that says its ownership.
    pub fn column_of_enterprise(self, table: &str) -> String {
        match self {
            By::Ownership => format!(
                "(select e.ownership from enterprise e where e.city = {table}.city and e.id = {table}.enterprise)"
            ),
            _ => self.column(),
        }
    }
}

/// A part of a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Division code, sector or ownership.
    pub key: String,
    /// The numerator.
    pub numerator: i64,
    /// The denominator; of a plain number nothing.
    pub denominator: i64,
}

/// What reading an indicator will answer.
pub type Reading = BoxFuture<'static, Outcome<Vec<Part>>>;

/// A named number.
#[derive(Clone, Copy)]
pub struct Indicator {
    /// Code.
    pub code: &'static str,
    /// What a person calls it.
    pub label: &'static str,
    /// How it is reckoned, in words.
    pub formula: &'static str,
    /// Why it is asked for: document and clause, or the plan.
    pub source: &'static str,
    /// What it is told in.
    pub unit: Unit,
    /// Whether more of it is better.
    pub rising: bool,
    /// Page of the rows behind it; the place or part is added as `region=`, `sector=` or `ownership=`.
    pub rows: &'static str,
    /// Reading it within a scope.
    pub read: fn(App, Scope, By) -> Reading,
}

/// The value as people read it: percent with one decimal, halves up; a dash where nothing is asked for.
pub(crate) fn value(unit: Unit, numerator: i64, denominator: i64) -> String {
    match unit {
        Unit::Number => numerator.to_string(),
        Unit::Percent if denominator == 0 => "—".into(),
        Unit::Percent => {
            let share = Decimal::from(numerator) * Decimal::from(100) / Decimal::from(denominator);
            let mut share = share.round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero);
            share.rescale(1);
            format!("{share}%")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_has_one_decimal_and_nothing_of_nothing_is_no_share() {
        assert_eq!(value(Unit::Percent, 1, 3), "33.3%");
        assert_eq!(value(Unit::Percent, 2, 3), "66.7%");
        assert_eq!(value(Unit::Percent, 1, 16), "6.3%");
        assert_eq!(value(Unit::Percent, 5, 5), "100.0%");
        assert_eq!(value(Unit::Percent, 0, 0), "—");
        assert_eq!(value(Unit::Number, 7, 0), "7");
    }
}
