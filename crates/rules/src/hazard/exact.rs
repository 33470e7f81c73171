//! Exact fractions and how they are written: thresholds such as 0.3 t and 150 t have no common decimal, so sums are kept over one whole
//! denominator and compared before anything is rounded.

use std::fmt::Write;

use rust_decimal::Decimal;

/// Decimals of a figure that has no finite decimal.
pub const DIGITS: usize = 10;

/// More digits than any finite figure has: thresholds and factors add a few to those of the quantity.
const LONGEST: usize = 48;

/// Division by hand, in the width of its numbers.
macro_rules! divide {
    ($over:expr, $under:expr) => {{
        let (over, under) = ($over, $under);
        let (mut left, mut digits, mut count) = (over % under, [b'0'; LONGEST], 0);
        while left != 0 && count < LONGEST {
            // fits: see `new`
            left *= 10;
            digits[count] += (left / under) as u8;
            left %= under;
            count += 1;
        }
        let mut whole = over / under;
        if left != 0 {
            count = DIGITS;
            if round(&mut digits) {
                whole += 1;
            }
        }
        let mut text = String::with_capacity(24);
        // writing to a string never fails
        let _ = write!(text, "{whole}");
        if count > 0 {
            text.push('.');
            text.extend(digits.iter().take(count).map(|digit| char::from(*digit)));
        }
        (text, left == 0)
    }};
}

/// Rounds to [`DIGITS`] digits, halves up, and says what is carried over the point.
fn round(digits: &mut [u8; LONGEST]) -> bool {
    let mut carry = digits[DIGITS] >= b'5';
    for digit in digits[..DIGITS].iter_mut().rev() {
        if !carry {
            break;
        }
        carry = *digit == b'9';
        *digit = if carry { b'0' } else { *digit + 1 };
    }
    carry
}

/// A fraction of whole numbers; the denominator is above zero.
#[derive(Debug, Clone, Copy)]
pub struct Exact {
    pub over: i128,
    pub under: i128,
}

impl Exact {
    /// That fraction; `None` where the numbers grow too long to be written.
    pub fn new(over: i128, under: i128) -> Option<Exact> {
        under.checked_mul(10)?;
        Some(Exact { over, under })
    }

    /// A decimal over a decimal above zero.
    pub fn ratio(over: Decimal, under: Decimal) -> Option<Exact> {
        let scale = over.scale().max(under.scale());
        Exact::new(scaled(over, scale)?, scaled(under, scale)?).filter(|own| own.under > 0)
    }

    /// The sum, in its lowest terms.
    pub fn plus(self, other: Exact) -> Option<Exact> {
        let over = self.over.checked_mul(other.under)?.checked_add(other.over.checked_mul(self.under)?)?;
        let under = self.under.checked_mul(other.under)?;
        let common = common(over.unsigned_abs(), under.unsigned_abs()) as i128;
        Exact::new(over / common, under / common)
    }

    /// Whether it is at least that whole number; `None` where the numbers grow too long.
    pub fn at_least(self, whole: i128) -> Option<bool> {
        Some(self.over >= self.under.checked_mul(whole)?)
    }

    /// Its decimal digits, and whether they are all of it: where they do not end, [`DIGITS`] of them, halves rounded up.
    pub fn write(self) -> (String, bool) {
        let (over, under) = (self.over.unsigned_abs(), self.under.unsigned_abs());
        // nearly every figure is short: dividing 64 bits is several times faster
        match (u64::try_from(over), u64::try_from(under)) {
            (Ok(over), Ok(under)) if under < u64::MAX / 10 => divide!(over, under),
            _ => divide!(over, under),
        }
    }

    /// As it stands in a sentence: `2.5`, or `0.3333333333（即 1/3）` where the decimal does not end.
    pub fn say(self) -> String {
        let (text, finite) = self.write();
        if finite {
            return text;
        }
        let (over, under) = self.reduced();
        format!("{text}（即 {over}/{under}）")
    }

    fn reduced(self) -> (u128, u128) {
        let (over, under) = (self.over.unsigned_abs(), self.under.unsigned_abs());
        let common = common(over, under);
        (over / common, under / common)
    }
}

/// The greatest common divisor.
pub fn common(mut one: u128, mut other: u128) -> u128 {
    while other != 0 {
        if let (Ok(a), Ok(b)) = (u64::try_from(one), u64::try_from(other)) {
            let (mut a, mut b) = (a, b);
            while b != 0 {
                (a, b) = (b, a % b);
            }
            return u128::from(a);
        }
        (one, other) = (other, one % other);
    }
    one.max(1)
}

/// A decimal as a whole number of units of 10^-`scale`; `None` where it grows too long.
pub fn scaled(value: Decimal, scale: u32) -> Option<i128> {
    value.mantissa().checked_mul(10i128.checked_pow(scale.checked_sub(value.scale())?)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fraction_is_written_in_full_or_to_ten_digits() {
        let written = |over, under| Exact { over, under }.write();
        assert_eq!(written(49, 50), ("0.98".into(), true));
        assert_eq!(written(30, 15), ("2".into(), true));
        assert_eq!(written(1, 3), ("0.3333333333".into(), false));
        assert_eq!(written(2, 3), ("0.6666666667".into(), false));
        assert_eq!(written(299_999_999_999_999, 100_000_000_000_000 * 3), ("1.0000000000".into(), false));
        assert_eq!(written(0, 7), ("0".into(), true));
        assert_eq!(Exact { over: 2, under: 6 }.say(), "0.3333333333（即 1/3）");
    }
}
