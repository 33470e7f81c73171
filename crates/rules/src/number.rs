//! Numbers of inputs and answers: decimals written as strings (`"12.5"`), so that no amount passes through a float.

use std::borrow::Cow;

use rust_decimal::Decimal;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A decimal number; in JSON a string, and a number is read by its digits as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Number(pub Decimal);

impl From<Decimal> for Number {
    fn from(value: Decimal) -> Self {
        Number(value)
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Number(value.into())
    }
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0.normalize())
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::String(text) => text.trim().replace(',', ""),
            // the shortest digits that read back as the same number are the ones that were written
            serde_json::Value::Number(number) => number.to_string(),
            _ => return Err(serde::de::Error::custom("应为数字")),
        };
        let parsed = text.parse::<Decimal>().or_else(|_| Decimal::from_scientific(&text));
        parsed.map(Number).map_err(|_| serde::de::Error::custom(format!("“{text}”不是数字")))
    }
}

impl JsonSchema for Number {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Number".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "number"], "format": "decimal" })
    }
}

/// Yuan to the hundredth: halves are rounded up, once, at the end.
pub fn yuan(amount: Decimal) -> Number {
    use rust_decimal::RoundingStrategy::MidpointAwayFromZero;
    let mut rounded = amount.round_dp_with_strategy(2, MidpointAwayFromZero);
    rounded.rescale(2);
    Number(rounded)
}
