//! The demo tenant: people, environments, a pipeline and its history, made with the same verbs that people use.

mod calendar;
mod cast;
mod packages;
mod places;
mod story;

pub use cast::{SignIn, set_passwords};

use crate::{
    app::App,
    db::Conn,
    error::Error,
    models::{
        audit::{self, By, Kind, Subject, Verb},
        permit::{Action, Path, Permit},
        person::Person,
        problem::Problem,
    },
};
use calendar::Calendar;
use cast::Cast;
use story::Story;

/// How far the demo has come in a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    Empty,
    /// Loading it was interrupted: it cannot be used, nor carried on with.
    Unfinished,
    Complete,
}

impl Progress {
    /// That of the tenant in this database.
    pub fn of(conn: &mut Conn) -> Result<Progress, Error> {
        // Written once everything is there, in the transaction that ends the loading.
        if audit::ever(conn, Verb::LoadDemo)? {
            return Ok(Progress::Complete);
        }
        let begun = !Person::all(conn)?.is_empty();
        Ok(if begun { Progress::Unfinished } else { Progress::Empty })
    }
}

/// Loads the demo into an empty tenant, whose worker must not be running yet.
///
/// # Errors
/// When something comes out otherwise than the demo tells it; the tenant is then unfinished.
pub async fn load(app: &App) -> Result<(), Error> {
    let mut calendar = Calendar::default();
    calendar.day(30, 8, 30);
    let cast = app.db.write(Cast::add).await?;
    let places = places::build(app, &cast).await?;
    Story { app, cast: &cast, places: &places, calendar: &mut calendar }.tell().await?;
    let ended = app.db.write(move |c| {
        calendar.backdate(c)?;
        By::sluice().did(Verb::LoadDemo, Subject::new(Kind::Tenant, "", "Contoso")).record(c)
    });
    ended.await
}

fn permit<A: Action>(conn: &mut Conn, person: &Person, ids: &[(&str, String)]) -> Result<Permit<A>, Error> {
    Permit::check(conn, person.clone(), &Path::of(ids.iter().cloned()))
}

/// What a verb brought that a form would have to refuse.
fn accepted<T>(attempt: Result<T, Vec<Problem>>) -> Result<T, Error> {
    attempt.map_err(|problems| {
        let sentences: Vec<String> = problems.into_iter().map(|problem| problem.message).collect();
        Error::internal(sentences.join(" "))
    })
}
