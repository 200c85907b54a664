//! What a page of run history asks of the database, asked without a server: no request, no session in a cookie, no page.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

use super::{fault, load::CONNECTIONS};
use crate::{
    db::{Conn, Db},
    error::Error,
    models::{
        person::Person,
        reach::Reach,
        run::{Choices, Filter, Scope, history},
        session,
    },
};

/// How often a second that is answered, asked by as many at once as ask for pages.
pub fn a_second(db: &Db, person: &Person, long: Duration) -> Result<f64, Error> {
    let (asked, begun) = (AtomicU32::new(0), Instant::now());
    thread::scope(|scope| {
        let asking = || -> Result<(), Error> {
            while begun.elapsed() < long {
                db.read_now(|c| ask(c, person))?;
                asked.fetch_add(1, Ordering::Relaxed);
            }
            Ok(())
        };
        let all: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(asking)).collect();
        all.into_iter().try_for_each(|one| one.join().map_err(|_| fault("a statement could not be asked"))?)
    })?;
    Ok(f64::from(asked.into_inner()) / begun.elapsed().as_secs_f64())
}

// Whose session it is, what they were given, and the history itself.
fn ask(conn: &mut Conn, person: &Person) -> Result<(), Error> {
    session::load(conn, "nobody's")?;
    let who = Reach::of(conn, person.clone())?;
    let (scope, filter) = (Scope::of(&who), Filter::default());
    let (found, _) = history(conn, &scope, &filter)?;
    Choices::of(conn, &who, &scope, &filter, &found).map(drop)
}
