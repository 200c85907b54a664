//! What is where at its largest: a thousand solutions in twenty environments of one pipeline.

use super::tenant::{Tenant, WIDTH};
use crate::{
    db,
    error::Error,
    models::sighting::{Seen, Sighting},
};

const SOLUTIONS: usize = 1000;

/// Writes down what there is. The server looks at its environments when it starts, and every few minutes, and would find
/// nothing there: so this comes just before the page is measured.
pub fn fill(tenant: &Tenant) -> Result<(), Error> {
    let environments = tenant.wide.0.environments();
    tenant.database()?.write_now(|c| {
        for (place, environment) in environments.into_iter().enumerate() {
            let all: Vec<Seen> = (0..SOLUTIONS).map(|number| seen(place, number)).collect::<Result<_, Error>>()?;
            Sighting::replace(c, environment, &all)?;
        }
        Ok(())
    })
}

// Each environment is a version behind the one before it for every third solution.
fn seen(place: usize, number: usize) -> Result<Seen, Error> {
    let behind = if number.is_multiple_of(3) { place } else { 0 };
    let version = format!("1.0.0.{}", WIDTH - behind).parse().map_err(|_| Error::NotFound)?;
    Ok(Seen {
        unique_name: format!("solution_{number:04}"),
        display_name: format!("Solution {number:04}"),
        publisher: "Contoso".to_owned(),
        version,
        managed: place > 0,
        system: false,
        modified_at: db::now(),
    })
}
