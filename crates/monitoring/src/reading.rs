//! A reading as it is sent, and what became of a batch of them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::number::{Milli, Moment, Sent};

/// A reading as it is sent.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = MonitorReading)]
pub struct Reading {
    /// The enterprise's own number of the point (位号).
    pub point: String,
    /// When it was measured: RFC 3339 with its zone, or milliseconds since 1970.
    #[schema(value_type = String)]
    pub at: Moment,
    /// What was measured, in the point's unit; three decimals are kept.
    #[schema(value_type = f64)]
    pub value: Sent,
}

/// What became of a batch.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = MonitorTaken)]
pub struct Told {
    /// Kept.
    pub taken: i64,
    /// Of those: older than ten minutes when they came.
    pub late: i64,
    /// Of those: older than what had come of the point before; they are drawn, but raise no alarm.
    pub disordered: i64,
    /// Not kept: the same was there.
    pub duplicate: i64,
    /// Not kept: another value of that moment was there.
    pub contrary: i64,
    /// Not kept: no number, no time, or beyond the range of the point.
    pub absurd: i64,
    /// Not kept: more than five minutes ahead.
    pub future: i64,
    /// Not kept: older than what is kept.
    pub expired: i64,
    /// Not kept: more than ten a second.
    pub crowded: i64,
    /// Not kept: the enterprise has no such point in use.
    pub unknown: i64,
    /// Codes of those, some of them.
    pub unknown_points: Vec<String>,
    /// Alarms that were raised, or rose.
    pub alarms: i64,
}

/// A reading as it was sent.
pub(crate) fn said(reading: &Reading) -> (String, String) {
    let at = match &reading.at.0 {
        Ok(at) => at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
        Err(text) => text.clone(),
    };
    let value = match &reading.value.0 {
        Ok(value) => Milli(*value).to_string(),
        Err(text) => text.clone(),
    };
    (at, value)
}
