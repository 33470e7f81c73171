//! A parameter of a statement, typed even when it is null.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;
use uuid::Uuid;

/// A value on its way into the database.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Text.
    Text(Option<String>),
    /// Whole number; money is in 分.
    Int(Option<i64>),
    /// Floating number: coordinates only, never money or quantities.
    Real(Option<f64>),
    /// Yes or no.
    Bool(Option<bool>),
    /// Id.
    Uuid(Option<Uuid>),
    /// Instant, UTC.
    Time(Option<DateTime<Utc>>),
    /// Day.
    Date(Option<NaiveDate>),
    /// JSON document.
    Json(Option<serde_json::Value>),
    /// Bytes.
    Bytes(Option<Vec<u8>>),
}

macro_rules! values {
    ($($kind:ident $type:ty),*) => {$(
        impl From<$type> for Value { fn from(value: $type) -> Self { Value::$kind(Some(value)) } }
        impl From<Option<$type>> for Value { fn from(value: Option<$type>) -> Self { Value::$kind(value) } }
    )*};
}

values!(Text String, Int i64, Real f64, Bool bool, Uuid Uuid, Time DateTime<Utc>, Date NaiveDate, Json serde_json::Value, Bytes Vec<u8>);

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Value::Text(Some(value.to_string()))
    }
}

impl From<&String> for Value {
    fn from(value: &String) -> Self {
        Value::Text(Some(value.clone()))
    }
}

impl From<Option<&str>> for Value {
    fn from(value: Option<&str>) -> Self {
        Value::Text(value.map(str::to_string))
    }
}

impl From<Json<serde_json::Value>> for Value {
    fn from(value: Json<serde_json::Value>) -> Self {
        Value::Json(Some(value.0))
    }
}

impl From<Option<Json<serde_json::Value>>> for Value {
    fn from(value: Option<Json<serde_json::Value>>) -> Self {
        Value::Json(value.map(|json| json.0))
    }
}

/// Adds a value to the arguments of either engine.
macro_rules! add_value {
    ($arguments:expr, $value:expr) => {{
        use $crate::Value;
        match $value {
            Value::Text(value) => $arguments.add(value),
            Value::Int(value) => $arguments.add(value),
            Value::Real(value) => $arguments.add(value),
            Value::Bool(value) => $arguments.add(value),
            Value::Uuid(value) => $arguments.add(value),
            Value::Time(value) => $arguments.add(value),
            Value::Date(value) => $arguments.add(value),
            Value::Json(value) => $arguments.add(value.map(sqlx::types::Json)),
            Value::Bytes(value) => $arguments.add(value),
        }
    }};
}
pub(crate) use add_value;
