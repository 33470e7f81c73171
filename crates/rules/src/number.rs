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

/// A number of people, months, grades: whole and not negative; in JSON a number or its digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Count(pub u32);

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let whole = Number::deserialize(deserializer)?.0;
        let count = whole.is_integer().then(|| u32::try_from(whole).ok()).flatten();
        count
            .map(Count)
            .ok_or_else(|| serde::de::Error::custom(format!("{}不是不小于 0 的整数", whole.normalize())))
    }
}

impl JsonSchema for Count {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Count".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": 0 })
    }
}

/// Yuan to the hundredth: halves are rounded up, once, at the end.
pub fn yuan(amount: Decimal) -> Number {
    use rust_decimal::RoundingStrategy::MidpointAwayFromZero;
    let mut rounded = amount.round_dp_with_strategy(2, MidpointAwayFromZero);
    rounded.rescale(2);
    Number(rounded)
}
