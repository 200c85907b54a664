//! What the engine of runs needs: from due to started, deployments a second, and claims beside a long line, on SQLite,
//! or on PostgreSQL where TEST_DATABASE_URL names a server. Rates stand beside that of single rows committed one by one
//! on the same database in the same run. Ends with an error when a limit is broken.

mod claims;
mod deployments;
mod figures;
mod raw;
mod starts;
#[path = "../../tests/app/support/mod.rs"]
#[allow(dead_code, unused_imports)]
mod support;
mod tenant;
mod working;

use std::{error::Error, future::Future};

use figures::Figures;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let mut figures = Figures::default();
    served(starts::measure(&mut figures))?;
    served(deployments::to_one_target(&mut figures))?;
    served(deployments::to_many_targets(&mut figures))?;
    served(claims::measure(&mut figures))?;
    figures.print()
}

// As a server runs.
fn served<T>(what: impl Future<Output = T>) -> T {
    actix_web::rt::System::new().block_on(what)
}
