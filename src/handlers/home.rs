//! The first page: where each person's work begins.

use crate::{
    auth::SignedIn,
    web::respond::{Answer, see_other},
};

/// `GET /`
pub async fn show(_: SignedIn) -> Answer {
    see_other("/solutions")
}
