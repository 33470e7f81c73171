//! One-time codes by time (RFC 6238: SHA-1, 6 digits, 30 seconds), as authenticator apps make them.

use hmac::{Hmac, Mac};
use rand::{TryRngCore, rngs::OsRng};
use sha1::Sha1;
use web::Problem;

/// Seconds of a step.
const STEP: i64 = 30;
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A new secret: 160 random bits in base 32 (RFC 4648).
pub fn secret() -> Result<String, Problem> {
    let mut bytes = [0u8; 20];
    OsRng.try_fill_bytes(&mut bytes).map_err(Problem::internal)?;
    let mut text = String::new();
    for group in bytes.chunks(5) {
        let bits = group.iter().fold(0u64, |bits, byte| bits << 8 | u64::from(*byte));
        for at in (0..8).rev() {
            text.push(char::from(ALPHABET[(bits >> (5 * at) & 31) as usize]));
        }
    }
    Ok(text)
}

fn bytes(secret: &str) -> Option<Vec<u8>> {
    let mut bits = Vec::with_capacity(secret.len() * 5);
    for sign in secret.bytes() {
        let value = ALPHABET.iter().position(|own| *own == sign)?;
        bits.extend((0..5).rev().map(|at| value >> at & 1 == 1));
    }
    Some(
        bits.chunks_exact(8)
            .map(|byte| byte.iter().fold(0u8, |value, bit| value << 1 | u8::from(*bit)))
            .collect(),
    )
}

fn code(secret: &[u8], step: i64) -> Option<String> {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).ok()?;
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let offset = usize::from(hash[19] & 15);
    let number =
        u32::from_be_bytes([hash[offset] & 0x7F, hash[offset + 1], hash[offset + 2], hash[offset + 3]]);
    Some(format!("{:06}", number % 1_000_000))
}

/// The step in which the code is right at that time (Unix seconds), one step to either side allowed, and later than the
/// last step used: a code counts once.
pub fn step_of(secret: &str, given: &str, now: i64, last: Option<i64>) -> Option<i64> {
    let secret = bytes(secret)?;
    let given = given.trim();
    (now / STEP - 1..=now / STEP + 1)
        .filter(|step| last.is_none_or(|last| *step > last))
        .find(|step| code(&secret, *step).as_deref() == Some(given))
}

/// What authenticator apps read from a picture.
pub fn uri(secret: &str, login: &str) -> String {
    format!(
        "otpauth://totp/%E5%AE%89%E7%9B%91:{login}?secret={secret}&issuer=%E5%AE%89%E7%9B%91&algorithm=SHA1&digits=6&period=30"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, the last six of its eight digits.
    #[test]
    fn the_published_codes_come_out() {
        let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        assert_eq!(bytes(secret).unwrap(), b"12345678901234567890");
        for (now, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")]
        {
            assert_eq!(step_of(secret, code, now, None), Some(now / STEP));
            assert_eq!(step_of(secret, code, now, Some(now / STEP)), None, "a code counts once");
        }
    }

    #[test]
    fn a_new_secret_is_read_back() {
        assert_eq!(bytes(&secret().unwrap()).unwrap().len(), 20);
    }
}
