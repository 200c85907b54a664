//! What is where at its largest: a thousand solutions in twenty environments of one pipeline.

use std::time::Instant;

use sluice::{
    db::{self, Conn},
    error::Error,
    models::sighting::{Seen, Sighting},
};

use crate::{
    Outcome, PAGES,
    figures::{Figures, median},
    program::Program,
    sign_in,
    tenant::{ENVIRONMENTS, Tenant, Wide},
};

const SOLUTIONS: usize = 1000;

/// Measures its page, the whole and only what is behind.
pub fn measure(tenant: &Tenant, program: &Program, figures: &mut Figures) -> Outcome<()> {
    // The server looks at its environments when it starts, and would find nothing there.
    tenant.database()?.write_now(|c| fill(c, &tenant.wide))?;
    let mut client = sign_in(program, &tenant.ada)?;
    let whole = format!("/matrix?pipeline={}", tenant.wide.pipeline);
    let behind = format!("{whole}&only=behind");
    // To find a page of what is behind, several pages are looked through.
    for (address, what, limit) in [(whole, "what is where", 20.0), (behind, "the same, only behind", 60.0)] {
        let page = client.read(&address)?;
        let cells = page.matches("1.0.0.").count();
        if cells < 50 * ENVIRONMENTS {
            return Err(format!("{address} shows {cells} versions only").into());
        }
        let mut times = Vec::new();
        for _ in 0..PAGES {
            let start = Instant::now();
            client.get(&address)?;
            times.push(start.elapsed());
        }
        figures.add(&format!("{what}, 1,000 solutions in 20 places"), median(times), "ms", limit);
    }
    Ok(())
}

// Each environment is a version behind the one before it for every third solution.
fn fill(conn: &mut Conn, wide: &Wide) -> Result<(), Error> {
    for (place, environment) in wide.environments.iter().enumerate() {
        for number in 0..SOLUTIONS {
            let behind = if number % 3 == 0 { place } else { 0 };
            let version = format!("1.0.0.{}", ENVIRONMENTS - behind).parse().map_err(|_| Error::NotFound)?;
            let seen = Seen {
                unique_name: format!("solution_{number:04}"),
                display_name: format!("Solution {number:04}"),
                publisher: "Contoso".to_owned(),
                version,
                managed: place > 0,
                system: false,
                modified_at: db::now(),
            };
            Sighting::write(conn, *environment, &seen)?;
        }
    }
    Ok(())
}
