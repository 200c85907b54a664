//! Passwords and one-time tokens: made, hashed, compared; never kept as such.

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use crate::error::Error;

/// The fewest characters of a password.
pub const SHORTEST: usize = 12;
/// The most characters of a password: hashing more would cost us, not an attacker.
pub const LONGEST: usize = 200;

/// Says what is wrong with a new password, if anything.
pub fn problem(password: &str) -> Option<String> {
    match password.chars().count() {
        0 => Some("Choose a password.".into()),
        1..SHORTEST => Some(format!("Use at least {SHORTEST} characters.")),
        SHORTEST..=LONGEST => None,
        _ => Some(format!("Use at most {LONGEST} characters.")),
    }
}

/// Hashes a password with argon2id: 19 MiB, two passes, one lane (OWASP's first choice). Takes tens of milliseconds.
pub fn hash(password: &str) -> Result<String, Error> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|e| Error::internal(e.to_string()))
}

/// Whether `password` is the one that `hash` was made from; as slow when there is no hash.
pub fn verify(password: &str, hash: Option<&str>) -> Result<bool, Error> {
    if password.chars().count() > LONGEST {
        return Ok(false);
    }
    let Some(hash) = hash else {
        self::hash(password)?;
        return Ok(false);
    };
    let hash = PasswordHash::new(hash).map_err(|e| Error::internal(e.to_string()))?;
    Ok(Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

/// A secret for a one-time link: 256 random bits, fit for a URL.
pub fn new_token() -> String {
    BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// What is kept of a token.
pub fn token_hash(token: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(token.as_bytes()))
}
