//! The worker: claims what is due, asks the platforms, and calls the models' verbs. It decides nothing itself.

mod acts;
mod cancels;
mod held;
mod outcomes;
mod packages;
mod schedules;
mod series;
mod sightings;
mod stop;
mod turn;
mod turns;
mod validations;

use std::{
    pin::pin,
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::future::{FutureExt, select};
pub use stop::Stop;
use tokio::sync::Notify;

use self::{cancels::Cancels, turns::Turns};
use crate::{
    app::App,
    db,
    error::Error,
    id::EnvironmentId,
    models::{
        lane,
        operation::{self, Operation},
        run::Run,
        session::Session,
        sign_in::Attempt,
    },
};

/// How often the worker looks even when nobody woke it.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How often it is seen to that nothing waits for a time that a clock made distant.
const PULL_IN_EVERY: Duration = Duration::from_secs(10);
/// How often what does not hurry is done: expired runs, ended sessions, old attempts to sign in, sightings.
const TIDY_EVERY: Duration = Duration::from_secs(300);
/// How long a turn that is under way may take to end when the server stops.
const GRACE: Duration = Duration::from_secs(30);

/// Lets the worker know that there is something to do. Cheap to clone.
#[derive(Clone, Default)]
pub struct Wake(Arc<Notify>);

impl Wake {
    /// Says that something became due.
    pub fn now(&self) {
        self.0.notify_one();
    }
}

/// Works until the server is to stop: then nothing more is begun, turns under way come to their end, and what takes too
/// long is left to other servers at once. `holder` names this server in its claims, as it did in its former lives: what
/// it had claimed when it was killed is free again at once.
pub async fn work(app: App, holder: String) {
    let stop = app.stop.clone();
    let (mut turns, mut cancels) = (Turns::default(), Cancels::default());
    let (mut tidied, mut pulled_in): (Option<Instant>, Option<Instant>) = (None, None);
    told("giving back what was left", give_back(&app, &holder).await);
    let wake = app.wake.clone();
    app.db.listen(move || wake.now());
    while !stop.asked() {
        if tidied.is_none_or(|at| at.elapsed() > TIDY_EVERY) {
            tidied = Some(Instant::now());
            told("tidying", tidy(&app).await);
        }
        if pulled_in.is_none_or(|at| at.elapsed() > PULL_IN_EVERY) {
            pulled_in = Some(Instant::now());
            told("looking for distant times", pull_in(&app).await);
        }
        told("validating records", validations::pending(&app).await);
        told("starting what is due", schedules::due(&app).await);
        told("asking to stop", cancels.begin(&app).await);
        told("claiming", turns.begin(&app, &holder).await);
        let (woken, stopped) = (pin!(app.wake.0.notified()), pin!(stop.wait()));
        let ended = turns.ended_or(select(woken, stopped).map(|_| ()));
        let _ = tokio::time::timeout(until_due(&app).await, ended).await;
    }
    turns.end(GRACE).await;
    told("giving back what did not end", give_back(&app, &holder).await);
}

/// Does everything that is due now, and what becomes due by it, for those who cannot wait.
pub async fn run_pending(app: &App) -> Result<(), Error> {
    validations::pending(app).await?;
    schedules::due(app).await?;
    cancels::pass_on_all(app).await?;
    while let Some(operation) = claim(app, "at once", &[]).await? {
        series::carry_on(app, operation).await;
    }
    Ok(())
}

/// Retires the packages that the saved settings let go, and deletes those that nothing has named for so long, without waiting
/// for the time to do either.
pub async fn tidy_packages(app: &App, age: Duration) -> Result<(), Error> {
    packages::retire(app).await?;
    packages::sweep(app, age).await
}

/// Reads anew what the environments have.
pub async fn refresh_sightings(app: &App) -> Result<(), Error> {
    sightings::refresh_all(app).await
}

// Until something has its time, if that is soon.
async fn until_due(app: &App) -> Duration {
    let next = app.db.read(|c| {
        let next = operation::next_due(c)?.into_iter().chain(Run::next_scheduled(c)?).min();
        next.map(|next| Ok(next - db::clock(c)?)).transpose()
    });
    let wait = next.await.ok().flatten().map_or(LOOK_EVERY, |wait| wait.to_std().unwrap_or_default());
    wait.min(LOOK_EVERY)
}

async fn tidy(app: &App) -> Result<(), Error> {
    app.db.write(Run::expire).await?;
    app.db.write(|c| Ok(Session::purge(c)? + Attempt::purge(c)?)).await?;
    let mended = app.db.write(lane::mend).await?;
    if mended > 0 {
        tracing::warn!(mended, "lanes were passed on that nobody held");
    }
    // A large store takes its time, which nothing else waits for. Cut off anywhere, it leaves nothing half done.
    let of_packages = app.clone();
    tokio::spawn(async move { told("tidying packages", packages::tidy(&of_packages).await) });
    sightings::refresh_all(app).await
}

async fn pull_in(app: &App) -> Result<(), Error> {
    let pulled_in = app.db.write(operation::pull_in).await?;
    if pulled_in > 0 {
        tracing::warn!(pulled_in, "the clock was put back: what it made distant was brought near");
    }
    Ok(())
}

async fn claim(app: &App, holder: &str, busy: &[EnvironmentId]) -> Result<Option<Operation>, Error> {
    let (holder, busy) = (holder.to_owned(), busy.to_owned());
    app.db.write(move |c| operation::claim_next(c, &holder, &busy)).await
}

async fn give_back(app: &App, holder: &str) -> Result<(), Error> {
    let holder = holder.to_owned();
    app.db.write(move |c| operation::give_back(c, &holder)).await.map(drop)
}

fn told(what: &str, done: Result<(), Error>) {
    if let Err(error) = done {
        tracing::error!(error = %error, "{what} failed");
    }
}
