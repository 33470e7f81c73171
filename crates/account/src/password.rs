//! Passwords: Argon2id, the policy, and random ones.

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use rand::{Rng, TryRngCore, rngs::OsRng};
use web::Problem;

/// Signs of random passwords: none that look alike.
const SIGNS: &[u8] = b"ABCDEFGHJKMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789";

/// The hash as a PHC string. Takes some tens of milliseconds on a thread of its own.
pub async fn hash(password: String) -> Result<String, Problem> {
    tokio::task::spawn_blocking(move || {
        Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string())
    })
    .await
    .map_err(Problem::internal)?
    .map_err(Problem::internal)
}

/// Whether the password is right. An account without one takes as long as a wrong password.
pub async fn verify(password: String, hash: Option<String>) -> Result<bool, Problem> {
    /// A hash of nothing anybody can type.
    const NOBODY: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$0Hh5bXGm7EoCzN1bMfTHJeo0P5dTKNLxDR2AdFqFjTQ";
    tokio::task::spawn_blocking(move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.to_string());
        let right = Argon2::default().verify_password(password.as_bytes(), hash.as_str()).is_ok();
        known && right
    })
    .await
    .map_err(Problem::internal)
}

/// Refuses passwords that are short, of few kinds of signs, or made of the login.
pub fn check(password: &str, login: &str, pointer: &str) -> Result<(), Problem> {
    let refuse = |message: &str| Err(Problem::wrong_field(pointer, "password.weak", message));
    if password.chars().count() < 10 {
        return refuse("密码至少 10 位。");
    }
    if password.chars().count() > 200 {
        return refuse("密码最多 200 位。");
    }
    let kinds = [
        password.chars().any(|sign| sign.is_ascii_lowercase()),
        password.chars().any(|sign| sign.is_ascii_uppercase()),
        password.chars().any(|sign| sign.is_ascii_digit()),
        password.chars().any(|sign| !sign.is_ascii_alphanumeric()),
    ];
    if kinds.iter().filter(|kind| **kind).count() < 3 {
        return refuse("密码应包含大写字母、小写字母、数字、符号中的至少三种。");
    }
    if login.chars().count() >= 3 && password.to_lowercase().contains(&login.to_lowercase()) {
        return refuse("密码不能包含登录名。");
    }
    Ok(())
}

/// A random password of 16 signs that keeps the policy.
pub fn random() -> String {
    let mut rng = OsRng.unwrap_err();
    loop {
        let password: String = (0..16).map(|_| SIGNS[rng.random_range(0..SIGNS.len())] as char).collect();
        if check(&password, "", "").is_ok() {
            return password;
        }
    }
}
