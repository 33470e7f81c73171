//! Numbers of inputs and answers: decimals written as strings (`"12.5"`), so that no amount passes through a float.

use std::borrow::Cow;

use rust_decimal::Decimal;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Inputs stay below a hundred million million, so that a product of two still has its digits.
const LIMIT: i64 = 100_000_000_000_000;

/// Decimals of the smallest input that is not zero.
const SMALLEST: u32 = 10;

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
        let value = parsed.map_err(|_| serde::de::Error::custom(format!("“{text}”不是数字")))?;
        if value.abs() >= Decimal::from(LIMIT) {
            return Err(serde::de::Error::custom(format!("{text} 过大，请核对单位")));
        }
        if !value.is_zero() && value.abs() < Decimal::new(1, SMALLEST) {
            return Err(serde::de::Error::custom(format!("{text} 过小，请核对单位")));
        }
        Ok(Number(value))
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

/// A whole number of people, days or accidents, written as a number or as its digits; for `#[serde(deserialize_with)]`.
///
/// # Errors
/// What is no whole number, or too large for the field.
pub fn count<'de, D: Deserializer<'de>, T: TryFrom<i64>>(deserializer: D) -> Result<T, D::Error> {
    use rust_decimal::prelude::ToPrimitive;
    let number = Number::deserialize(deserializer)?;
    let whole = number.0.is_integer().then(|| number.0.to_i64()).flatten();
    whole
        .and_then(|whole| T::try_from(whole).ok())
        .ok_or_else(|| serde::de::Error::custom(format!("“{number}”应为不超出范围的整数")))
}

/// As [`count`], where the field may be left out or null.
///
/// # Errors
/// As [`count`].
pub fn optional_count<'de, D: Deserializer<'de>, T: TryFrom<i64>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    #[derive(Deserialize)]
    #[serde(bound(deserialize = "T: TryFrom<i64>"))]
    struct Count<T>(#[serde(deserialize_with = "count")] T);
    Ok(Option::<Count<T>>::deserialize(deserializer)?.map(|own| own.0))
}

/// Yuan to the hundredth: halves are rounded up, once, at the end.
pub fn yuan(amount: Decimal) -> Number {
    use rust_decimal::RoundingStrategy::MidpointAwayFromZero;
    let mut rounded = amount.round_dp_with_strategy(2, MidpointAwayFromZero);
    rounded.rescale(2);
    Number(rounded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_read_from_a_number_or_its_digits() {
        #[derive(Debug, Deserialize)]
        struct Staff {
            #[serde(default, deserialize_with = "optional_count")]
            staff: Option<u32>,
        }
        let read = |text: &str| serde_json::from_str::<Staff>(text).map(|own| own.staff);
        assert_eq!(read(r#"{"staff":120}"#).unwrap(), Some(120));
        assert_eq!(read(r#"{"staff":"1,200"}"#).unwrap(), Some(1200));
        assert_eq!(read(r#"{"staff":null}"#).unwrap(), None);
        assert_eq!(read("{}").unwrap(), None);
        for text in [r#"{"staff":-1}"#, r#"{"staff":1.5}"#, r#"{"staff":"x"}"#, r#"{"staff":99999999999}"#] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
