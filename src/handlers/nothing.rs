//! What answers at an address that is none of ours.

use crate::{
    auth::Visitor,
    error::Error,
    web::{guards::Public, respond::Answer},
};

/// Not found, which the page says to who is signed in as to everybody.
pub async fn show(_: Public, _: Visitor) -> Answer {
    Err(Error::NotFound)
}
