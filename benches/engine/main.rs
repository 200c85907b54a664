//! What a claim of the engine costs beside a long line, on SQLite, or on PostgreSQL where TEST_DATABASE_URL names a server.
//! Ends with an error when its limit is broken. `sluice bench` measures what the engine gets done.

mod claims;
mod figures;
#[path = "../../tests/app/support/mod.rs"]
#[allow(dead_code, unused_imports)]
mod support;

use std::error::Error;

use figures::Figures;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let mut figures = Figures::default();
    // As a server runs.
    actix_web::rt::System::new().block_on(claims::measure(&mut figures))?;
    figures.print()
}
