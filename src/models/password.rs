//! Passwords and one-time tokens: made, hashed, compared; never kept as such.

mod room;

use argon2::{
    ARGON2ID_IDENT, Argon2, Params, Version,
    password_hash::{
        Error as HashError,
        phc::{Output, ParamsString, PasswordHash, Salt},
    },
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use crate::{db::fold, error::Error};

/// The fewest characters of a password.
pub const SHORTEST: usize = 12;
/// The most characters of a password: hashing more would cost us, not an attacker.
pub const LONGEST: usize = 200;

/// What people all over the world choose where they must choose as many characters; one a line, folded.
const COMMON: &str = include_str!("password/common.txt");

/// A password that was right.
#[derive(Debug)]
pub struct Proof {
    /// The hash it was compared with.
    pub hash: String,
    /// The hash to keep from now on, where the present one is weaker than today's.
    pub stronger: Option<String>,
}

/// Says what is wrong with a new password of somebody with this name and email, if anything.
pub fn problem(password: &str, name: &str, email: &str) -> Option<String> {
    let folded = fold(password);
    let own = [name, email, email.split('@').next().unwrap_or_default()];
    match password.chars().count() {
        0 => Some("Choose a password.".into()),
        1..SHORTEST => Some(format!("Use at least {SHORTEST} characters.")),
        _ if password.chars().count() > LONGEST => Some(format!("Use at most {LONGEST} characters.")),
        _ if COMMON.lines().any(|common| common == folded) => {
            Some("This is one of the commonest passwords. Choose another one.".into())
        }
        _ if own.iter().any(|own| !own.is_empty() && fold(own) == folded) => {
            Some("This is your own name or email. Choose another one.".into())
        }
        _ => None,
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
pub fn prove(password: &str, hash: Option<&str>) -> Result<Option<Proof>, Error> {
    if password.chars().count() > LONGEST {
        return Ok(None);
    }
    let Some(kept) = hash else {
        self::hash(password)?;
        return Ok(None);
    };
    if !fits(password, kept).map_err(internal)? {
        return Ok(None);
    }
    let stronger = match is_weak(kept) {
        true => Some(self::hash(password)?),
        false => None,
    };
    Ok(Some(Proof { hash: kept.to_owned(), stronger }))
}

/// A secret for a one-time link: 256 random bits, fit for a URL.
pub fn new_token() -> String {
    BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// What is kept of a token.
pub fn token_hash(token: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(token.as_bytes()))
}

fn fits(password: &str, hash: &str) -> Result<bool, HashError> {
    let hash = PasswordHash::new(hash)?;
    let (Some(salt), Some(kept)) = (hash.salt, hash.hash) else { return Err(HashError::PasswordInvalid) };
    let version = hash.version.map(Version::try_from).transpose()?.unwrap_or_default();
    let argon2 = Argon2::new(hash.algorithm.as_str().try_into()?, version, Params::try_from(&hash)?);
    // Compared in constant time.
    Ok(output(&argon2, password, &salt)? == kept)
}

// Whether somebody who stole the hash would find the password sooner than from a hash made today.
fn is_weak(hash: &str) -> bool {
    let Ok(hash) = PasswordHash::new(hash) else { return true };
    let today = Params::default();
    let weak = |kept: Params| kept.m_cost() < today.m_cost() || kept.t_cost() < today.t_cost();
    hash.algorithm != ARGON2ID_IDENT
        || hash.version != Some(Version::default().into())
        || Params::try_from(&hash).map_or(true, weak)
}

fn output(argon2: &Argon2, password: &str, salt: &Salt) -> Result<Output, HashError> {
    let length = argon2.params().output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
    let mut out = [0; Output::MAX_LENGTH];
    let out = out.get_mut(..length).ok_or(HashError::OutputSize)?;
    room::hashing(argon2.params().block_count(), |memory| {
        argon2.hash_password_into_with_memory(password.as_bytes(), salt, out, memory)
    })?;
    Ok(Output::new(out)?)
}

fn internal(error: HashError) -> Error {
    Error::internal(error.to_string())
}
