//! Passwords and one-time tokens: made, hashed, compared; never kept as such.

use std::sync::{Mutex, PoisonError};

use argon2::{
    ARGON2ID_IDENT, Argon2, Block, Params, Version,
    password_hash::{
        Error as HashError,
        phc::{Output, ParamsString, PasswordHash, Salt},
    },
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use crate::error::Error;

/// The fewest characters of a password.
pub const SHORTEST: usize = 12;
/// The most characters of a password: hashing more would cost us, not an attacker.
pub const LONGEST: usize = 200;

/// What is asked of the system to hash in, in bytes: more than allocators keep for later (glibc: 32 MiB), so that it goes
/// back each time instead of staying with every thread that ever hashed. Only what hashing needs of it is touched.
const ROOM: usize = 40 << 20;

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
    let argon2 = Argon2::default();
    let hashed = || {
        let salt = Salt::generate();
        let params = ParamsString::try_from(argon2.params())?;
        let hash = Some(output(&argon2, password, &salt)?);
        let version = Some(Version::default().into());
        Ok(PasswordHash { algorithm: ARGON2ID_IDENT, version, params, salt: Some(salt), hash })
    };
    hashed().map(|hash| hash.to_string()).map_err(internal)
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
    let fits = || {
        let hash = PasswordHash::new(hash)?;
        let (Some(salt), Some(kept)) = (hash.salt, hash.hash) else { return Err(HashError::PasswordInvalid) };
        let version = hash.version.map(Version::try_from).transpose()?.unwrap_or_default();
        let argon2 = Argon2::new(hash.algorithm.as_str().try_into()?, version, Params::try_from(&hash)?);
        // Compared in constant time.
        Ok(output(&argon2, password, &salt)? == kept)
    };
    fits().map_err(internal)
}

/// A secret for a one-time link: 256 random bits, fit for a URL.
pub fn new_token() -> String {
    BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// What is kept of a token.
pub fn token_hash(token: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(token.as_bytes()))
}

// One at a time: of many sign-ins at once each would take its 19 MiB, until none are left.
fn output(argon2: &Argon2, password: &str, salt: &Salt) -> Result<Output, HashError> {
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let mut memory = Vec::with_capacity(ROOM / Block::SIZE);
    memory.resize(argon2.params().block_count(), Block::new());
    let length = argon2.params().output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
    let mut out = [0; Output::MAX_LENGTH];
    let out = out.get_mut(..length).ok_or(HashError::OutputSize)?;
    argon2.hash_password_into_with_memory(password.as_bytes(), salt, out, &mut memory)?;
    Ok(Output::new(out)?)
}

fn internal(error: HashError) -> Error {
    Error::internal(error.to_string())
}
