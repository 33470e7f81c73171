//! Unified social credit code, GB 32100-2015 (from 2015-10-01), and the codes it replaced: organisation code
//! GB 11714-1997, registration number of 15 digits (GS 15-2006) or 13 digits.
//!
//! 18 signs: 1 registering department, 2 category, 3–8 division (GB/T 2260), 9–17 organisation code, 18 check sign.

use thiserror::Error;

const SIGNS: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// 3^(i-1) mod 31, GB 32100-2015 clause 5.
const WEIGHTS: [u32; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/// A code whose check sign is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditCode(String);

/// Why a text is no credit code.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InvalidCode {
    /// Not 18 signs.
    #[error("统一社会信用代码应为 18 位，这里是 {0} 位，请对照营业执照核对")]
    Length(usize),
    /// A sign outside the set (I, O, S, V, Z are never used).
    #[error("统一社会信用代码第 {0} 位的「{1}」不在规定的字符中（不使用 I、O、S、V、Z），请对照营业执照核对")]
    Sign(usize, char),
    /// The check sign is wrong.
    #[error("统一社会信用代码的校验码不对，请对照营业执照核对{}", suggestion(.0))]
    Check(Option<String>),
}

fn suggestion(code: &Option<String>) -> String {
    code.as_ref().map(|code| format!("；是否应为 {code}？")).unwrap_or_default()
}

/// The value of each byte as a sign; 255 where it is none.
const VALUES: [u8; 256] = {
    let mut values = [255; 256];
    let mut at = 0;
    while at < SIGNS.len() {
        values[SIGNS[at] as usize] = at as u8;
        at += 1;
    }
    values
};

/// The check sign of the first 17 signs; `None` where one of them is outside the set.
pub fn check_sign(stem: &[u8]) -> Option<u8> {
    let stem: &[u8; 17] = stem.try_into().ok()?;
    let (mut sum, mut outside) = (0u32, 0u8);
    for (sign, weight) in stem.iter().zip(WEIGHTS) {
        let value = VALUES[usize::from(*sign)];
        // only 255 has the highest bit
        outside |= value;
        sum += u32::from(value) * weight;
    }
    (outside < 128).then(|| SIGNS[((31 - sum % 31) % 31) as usize])
}

impl CreditCode {
    /// Reads a code as people type it: full-width and lower-case signs, spaces and hyphens are mended.
    pub fn parse(text: &str) -> Result<Self, InvalidCode> {
        // most codes come tidy: one look at eighteen bytes
        if valid(text.as_bytes()) {
            return Ok(Self(text.to_string()));
        }
        let code: String = crate::name::fold(text).chars().filter(|sign| *sign != '-').collect();
        let count = code.chars().count();
        if count != 18 {
            return Err(InvalidCode::Length(count));
        }
        for (at, sign) in code.chars().enumerate() {
            if !sign.is_ascii() || !SIGNS.contains(&(sign as u8)) {
                return Err(InvalidCode::Sign(at + 1, sign));
            }
        }
        if valid(code.as_bytes()) { Ok(Self(code)) } else { Err(InvalidCode::Check(suggest(&code))) }
    }

    /// A code with both its check signs: registered by market supervision in a division (6 digits) under a serial number
    /// (8 digits). For tests and demonstrations: whether anybody has that code is not asked.
    pub fn compose(category: char, division: &str, serial: u32) -> Self {
        let serial = format!("{:08}", serial % 100_000_000);
        let check = organization_check(serial.as_bytes()).unwrap_or(b'0');
        let mut code = format!("9{category}{division}{serial}{}", char::from(check));
        let sign = check_sign(code.as_bytes()).unwrap_or(b'0');
        code.push(char::from(sign));
        Self(code)
    }

    /// The 18 signs.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Position 1: the registering department; `9` is market supervision.
    pub fn department(&self) -> char {
        self.0.as_bytes()[0] as char
    }

    /// Position 2: under department 9 `1` enterprise, `2` individual business, `3` farmers' cooperative.
    pub fn category(&self) -> char {
        self.0.as_bytes()[1] as char
    }

    /// Positions 3–8: the division of the registering authority, GB/T 2260. It says where the code was given,
    /// not where the enterprise is.
    pub fn division(&self) -> &str {
        &self.0[2..8]
    }

    /// Positions 9–17: the organisation code (GB 11714).
    pub fn organization_code(&self) -> &str {
        &self.0[8..17]
    }
}

/// Whether 18 signs as they are (upper-case, nothing between) have the right check sign.
pub fn valid(code: &[u8]) -> bool {
    code.len() == 18 && check_sign(&code[..17]) == Some(code[17])
}

/// The one code that lies a single wrong sign or one swap of neighbours away, if there is exactly one that keeps both
/// check digits (GB 32100 and GB 11714).
pub(crate) fn suggest(code: &str) -> Option<String> {
    let signs = code.as_bytes();
    let mut found: Option<Vec<u8>> = None;
    let mut offer = |candidate: Vec<u8>| {
        if valid(&candidate)
            && organization_code_valid(&candidate[8..17])
            && found.as_ref() != Some(&candidate)
        {
            if found.is_some() {
                return false;
            }
            found = Some(candidate);
        }
        true
    };
    for at in 0..18 {
        for sign in SIGNS {
            let mut candidate = signs.to_vec();
            candidate[at] = *sign;
            if !offer(candidate) {
                return None;
            }
        }
        if at < 17 {
            let mut candidate = signs.to_vec();
            candidate.swap(at, at + 1);
            if !offer(candidate) {
                return None;
            }
        }
    }
    found.and_then(|code| String::from_utf8(code).ok())
}

/// GB 11714: eight signs and a check sign, weights 3 7 9 10 5 8 4 2, 11 − Σ mod 11 (10 → X, 11 → 0).
pub fn organization_code_valid(code: &[u8]) -> bool {
    code.len() == 9 && organization_check(&code[..8]) == Some(code[8])
}

/// The check sign of the eight signs of an organisation code.
pub(crate) fn organization_check(stem: &[u8]) -> Option<u8> {
    let mut sum = 0;
    for (sign, weight) in stem.iter().zip([3, 7, 9, 10, 5, 8, 4, 2]) {
        sum += weight
            * match sign {
                b'0'..=b'9' => u32::from(sign - b'0'),
                b'A'..=b'Z' => u32::from(sign - b'A') + 10,
                _ => return None,
            };
    }
    Some(match 11 - sum % 11 {
        10 => b'X',
        11 => b'0',
        digit => b'0' + digit as u8,
    })
}

/// What kind of code a text is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identifier {
    /// Unified social credit code.
    Credit(CreditCode),
    /// Registration number of 15 or 13 digits.
    Registration(String),
    /// Organisation code of 9 signs.
    Organization(String),
    /// The cell says that there is none.
    None,
}

/// Recognises which code a cell holds. `N/A`, `无`, `-` and an empty cell are "none": unlicensed workshops exist.
pub fn identify(text: &str) -> Result<Identifier, InvalidCode> {
    let folded: String = crate::name::fold(text).chars().filter(|sign| *sign != '-').collect();
    if matches!(
        folded.as_str(),
        "" | "N/A" | "NA" | "无" | "NULL" | "NONE" | "/" | "暂无" | "无证" | "未办理"
    ) {
        return Ok(Identifier::None);
    }
    let digits = folded.bytes().all(|b| b.is_ascii_digit());
    match folded.chars().count() {
        9 if organization_code_valid(folded.as_bytes()) => Ok(Identifier::Organization(folded)),
        13 if digits => Ok(Identifier::Registration(folded)),
        15 if digits => Ok(Identifier::Registration(folded)),
        _ => CreditCode::parse(&folded).map(Identifier::Credit),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn published_codes_are_read_with_their_parts() {
        for code in [
            "914403001922038216",
            "9144030071526726XG",
            "91330100799655058B",
            "9152000071430580XT",
            "91110108551385082Q",
        ] {
            assert_eq!(CreditCode::parse(code).unwrap().as_str(), code);
        }
        let code = CreditCode::parse(" ９１４４０３００７１５２６７２６xg ").unwrap();
        assert_eq!(
            (code.department(), code.category(), code.division(), code.organization_code()),
            ('9', '1', "440300", "71526726X")
        );
    }

    #[test]
    fn a_wrong_code_is_refused_with_what_is_wrong() {
        assert!(matches!(CreditCode::parse("914403001922038217"), Err(InvalidCode::Check(_))));
        assert!(matches!(CreditCode::parse("914403001922038261"), Err(InvalidCode::Check(_))));
        assert_eq!(CreditCode::parse("9144030019220382"), Err(InvalidCode::Length(16)));
        assert_eq!(CreditCode::parse("91440300I922038216"), Err(InvalidCode::Sign(9, 'I')));
    }

    #[test]
    fn old_codes_and_none_are_told_apart() {
        assert_eq!(identify("110108000000016"), Ok(Identifier::Registration("110108000000016".into())));
        assert_eq!(identify("71526726-X"), Ok(Identifier::Organization("71526726X".into())));
        for none in ["", "N/A", "无", "-"] {
            assert_eq!(identify(none), Ok(Identifier::None));
        }
        assert!(identify("12345").is_err());
    }

    #[test]
    fn the_standard_examples_of_organisation_codes_hold() {
        for code in ["D2143569X", "192203821", "71526726X", "802100433", "100003962"] {
            assert!(organization_code_valid(code.as_bytes()), "{code}");
        }
        assert!(!organization_code_valid(b"D21435690"));
    }

    proptest! {
        #[test]
        fn any_single_wrong_sign_is_noticed(at in 0usize..18, sign in 0usize..31) {
            let mut code = b"9144030071526726XG".to_vec();
            prop_assume!(code[at] != SIGNS[sign]);
            code[at] = SIGNS[sign];
            prop_assert!(CreditCode::parse(std::str::from_utf8(&code).unwrap()).is_err());
        }
    }
}
