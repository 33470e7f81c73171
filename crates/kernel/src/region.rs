//! The region code: tree, scope and shard key in one.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The tier of an administrative division, widest first, so that `Tier::City < Tier::Town`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// 省 (2 digits)
    Province,
    /// 市 (4 digits)
    City,
    /// 县、区 (6 digits)
    County,
    /// 镇、街道 (9 digits)
    Town,
    /// 村、社区 (12 digits)
    Village,
}

impl Tier {
    /// Number of digits of a code of this tier.
    pub const fn digits(self) -> usize {
        match self {
            Tier::Province => 2,
            Tier::City => 4,
            Tier::County => 6,
            Tier::Town => 9,
            Tier::Village => 12,
        }
    }

    /// The Chinese name of the tier.
    pub const fn label(self) -> &'static str {
        match self {
            Tier::Province => "省级",
            Tier::City => "市级",
            Tier::County => "县区级",
            Tier::Town => "镇街级",
            Tier::Village => "村居级",
        }
    }

    /// The next tier down, if there is one.
    pub const fn below(self) -> Option<Tier> {
        match self {
            Tier::Province => Some(Tier::City),
            Tier::City => Some(Tier::County),
            Tier::County => Some(Tier::Town),
            Tier::Town => Some(Tier::Village),
            Tier::Village => None,
        }
    }
}

/// A statistical division code: 2 digits province, 4 city, 6 county, 9 town, 12 village.
///
/// "Lies in" is "begins with"; in the database it is always the half-open range of [`RegionCode::span`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RegionCode(String);

/// The text is no division code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidRegion(pub String);

impl fmt::Display for InvalidRegion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "「{}」不是行政区划代码，应为 2、4、6、9 或 12 位数字", self.0)
    }
}

impl std::error::Error for InvalidRegion {}

impl RegionCode {
    /// Reads a code. Six-digit codes of GB/T 2260 that end in zeros (`440500`) mean the wider division.
    pub fn parse(text: &str) -> Result<Self, InvalidRegion> {
        let invalid = || InvalidRegion(text.to_string());
        if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(invalid());
        }
        let code = match text.len() {
            6 if text.ends_with("0000") => &text[..2],
            6 if text.ends_with("00") => &text[..4],
            2 | 4 | 6 | 9 | 12 => text,
            _ => return Err(invalid()),
        };
        Ok(Self(code.to_string()))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The tier, from the number of digits.
    pub fn tier(&self) -> Tier {
        match self.0.len() {
            2 => Tier::Province,
            4 => Tier::City,
            6 => Tier::County,
            9 => Tier::Town,
            _ => Tier::Village,
        }
    }

    /// The half-open range `[low, high)` of all codes that lie in this division.
    pub fn span(&self) -> (String, String) {
        let mut high: Vec<u8> = self.0.bytes().collect();
        // decimal increment; a run of nines ends as ':' , the character after '9', which still sorts right
        let mut at = high.len();
        while at > 0 {
            at -= 1;
            if high[at] < b'9' {
                high[at] += 1;
                high.truncate(at + 1);
                return (self.0.clone(), String::from_utf8_lossy(&high).into_owned());
            }
        }
        (self.0.clone(), ":".to_string())
    }

    /// The code of the city (4 digits), or `None` for a province.
    pub fn city(&self) -> Option<&str> {
        self.0.get(..4)
    }

    /// The enclosing division of that tier; `None` when this code is already wider.
    pub fn at(&self, tier: Tier) -> Option<RegionCode> {
        self.0.get(..tier.digits()).map(|code| RegionCode(code.to_string()))
    }

    /// The next wider division.
    pub fn parent(&self) -> Option<RegionCode> {
        let digits = match self.tier() {
            Tier::Province => return None,
            Tier::City => 2,
            Tier::County => 4,
            Tier::Town => 6,
            Tier::Village => 9,
        };
        Some(RegionCode(self.0[..digits].to_string()))
    }

    /// Whether `other` is this division or lies in it.
    pub fn contains(&self, other: &str) -> bool {
        other.starts_with(&self.0)
    }
}

impl fmt::Display for RegionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for RegionCode {
    type Err = InvalidRegion;
    fn from_str(text: &str) -> Result<Self, InvalidRegion> {
        Self::parse(text)
    }
}

impl TryFrom<String> for RegionCode {
    type Error = InvalidRegion;
    fn try_from(text: String) -> Result<Self, InvalidRegion> {
        Self::parse(&text)
    }
}

impl From<RegionCode> for String {
    fn from(code: RegionCode) -> String {
        code.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_holds_exactly_what_begins_with_the_code() {
        for (code, high) in [("440507", "440508"), ("4405", "4406"), ("440599", "4406"), ("99", ":")] {
            let span = RegionCode::parse(code).unwrap().span();
            assert_eq!(span, (code.to_string(), high.to_string()));
        }
        let (low, high) = RegionCode::parse("440599").unwrap().span();
        assert!("440599003" >= low.as_str() && "440599003" < high.as_str());
        assert!("440600" >= high.as_str());
    }

    #[test]
    fn six_digit_codes_that_end_in_zeros_are_the_wider_division() {
        assert_eq!(RegionCode::parse("440500").unwrap().as_str(), "4405");
        assert_eq!(RegionCode::parse("440000").unwrap().tier(), Tier::Province);
        assert!(RegionCode::parse("44051").is_err());
        assert!(RegionCode::parse("44O5").is_err());
    }
}
