//! Measured values: whole thousandths within, numbers at the door. A value that cannot be read is kept as it was sent.

use std::fmt;

use chrono::{DateTime, Utc};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Values stay below this, so that sums of a minute and an hour have room.
const MOST: f64 = 1e12;
/// Signs that are kept of what cannot be read.
const KEPT: usize = 60;

/// A value in thousandths; in JSON a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Milli(pub i64);

impl fmt::Display for Milli {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Decimal::new(self.0, 3).normalize())
    }
}

impl Serialize for Milli {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0 as f64 / 1000.0)
    }
}

impl<'de> Deserialize<'de> for Milli {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Sent::deserialize(deserializer)? {
            Sent(Ok(value)) => Ok(Milli(value)),
            Sent(Err(text)) => Err(de::Error::custom(format!("“{text}”不是数字"))),
        }
    }
}

impl From<rules::Number> for Milli {
    fn from(number: rules::Number) -> Milli {
        Milli((number.0 * Decimal::ONE_THOUSAND).round().to_i64().unwrap_or_default())
    }
}

/// What was sent as a value: thousandths, or the text that is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent(pub Result<i64, String>);

impl Sent {
    fn number(value: f64) -> Sent {
        // what is no number at all is not below anything either
        if value.abs() < MOST {
            return Sent(Ok((value * 1000.0).round() as i64));
        }
        Sent(Err(value.to_string()))
    }
}

fn kept(text: &str) -> String {
    text.chars().take(KEPT).collect()
}

impl<'de> Deserialize<'de> for Sent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Own;
        impl<'de> de::Visitor<'de> for Own {
            type Value = Sent;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }
            fn visit_f64<E>(self, value: f64) -> Result<Sent, E> {
                Ok(Sent::number(value))
            }
            fn visit_i64<E>(self, value: i64) -> Result<Sent, E> {
                Ok(Sent::number(value as f64))
            }
            fn visit_u64<E>(self, value: u64) -> Result<Sent, E> {
                Ok(Sent::number(value as f64))
            }
            fn visit_bool<E>(self, value: bool) -> Result<Sent, E> {
                Ok(Sent(Err(value.to_string())))
            }
            fn visit_unit<E>(self) -> Result<Sent, E> {
                Ok(Sent(Err("null".into())))
            }
            fn visit_str<E>(self, text: &str) -> Result<Sent, E> {
                Ok(match text.trim().parse::<f64>() {
                    Ok(value) => Sent::number(value),
                    Err(_) => Sent(Err(kept(text))),
                })
            }
        }
        deserializer.deserialize_any(Own)
    }
}

/// What was sent as a time: RFC 3339 or milliseconds since 1970; to the millisecond. Or the text that is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment(pub Result<DateTime<Utc>, String>);

impl Moment {
    fn milliseconds(at: i64) -> Moment {
        // a year of five digits is none
        let at = DateTime::from_timestamp_millis(at).filter(|_| (0..253_402_300_800_000).contains(&at));
        Moment(at.ok_or_else(|| "时间超出范围".to_string()))
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Own;
        impl<'de> de::Visitor<'de> for Own {
            type Value = Moment;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a time")
            }
            fn visit_str<E>(self, text: &str) -> Result<Moment, E> {
                Ok(match DateTime::parse_from_rfc3339(text.trim()) {
                    Ok(at) => Moment::milliseconds(at.timestamp_millis()),
                    Err(_) => Moment(Err(kept(text))),
                })
            }
            fn visit_i64<E>(self, value: i64) -> Result<Moment, E> {
                Ok(Moment::milliseconds(value))
            }
            fn visit_u64<E>(self, value: u64) -> Result<Moment, E> {
                Ok(Moment::milliseconds(i64::try_from(value).unwrap_or(i64::MAX)))
            }
            fn visit_f64<E>(self, value: f64) -> Result<Moment, E> {
                Ok(Moment(Err(value.to_string())))
            }
            fn visit_bool<E>(self, value: bool) -> Result<Moment, E> {
                Ok(Moment(Err(value.to_string())))
            }
            fn visit_unit<E>(self) -> Result<Moment, E> {
                Ok(Moment(Err("null".into())))
            }
        }
        deserializer.deserialize_any(Own)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_as_a_value_is_read_or_kept_as_it_was() {
        let read = |text: &str| serde_json::from_str::<Sent>(text).unwrap().0;
        assert_eq!(read("12.3456"), Ok(12_346));
        assert_eq!(read("-0.0004"), Ok(0));
        assert_eq!(read("\" 7.5 \""), Ok(7_500));
        assert_eq!(read("\"坏值\""), Err("坏值".into()));
        assert_eq!(read("\"NaN\""), Err("NaN".into()));
        assert_eq!(read("1e300"), Err(1e300.to_string()));
        assert_eq!(read("null"), Err("null".into()));
        assert_eq!(Milli(12_300).to_string(), "12.3");
        assert_eq!(serde_json::to_string(&Milli(-50)).unwrap(), "-0.05");
    }

    #[test]
    fn what_is_sent_as_a_time_is_read_or_kept_as_it_was() {
        let read = |text: &str| serde_json::from_str::<Moment>(text).unwrap().0;
        let at = DateTime::from_timestamp_millis(1_772_413_200_500).unwrap();
        assert_eq!(read("\"2026-03-02T09:00:00.5+08:00\""), Ok(at));
        assert_eq!(read("1772413200500"), Ok(at));
        assert_eq!(read("\"昨天\""), Err("昨天".into()));
        assert!(read("-5").is_err() && read("99999999999999999").is_err());
    }
}
