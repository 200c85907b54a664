//! A series of turns: an operation, and those that follow from it or waited for its lane, at once, on one thread under
//! one heartbeat. Those that take but a moment share a transaction.

use std::{
    pin::pin,
    time::{Duration, Instant},
};

use futures_util::future::{Either, select};
use tracing::Instrument;

use super::{
    acts,
    held::Held,
    turn::{Taken, Turn},
};
use crate::{
    app::App,
    db::{self, Db, apart},
    models::{operation::Operation, way::Ways},
    platform::{self, Platforms},
};

/// How long operations of one lane are taken before others that are due get their turn.
const A_WHILE: Duration = Duration::from_millis(250);
/// How long others wait for a transaction that turns share, before it may take no further one. As long as a commit is
/// shared anyway: whoever comes second to one writes in a savepoint, for which SQLite copies each page that it changes.
const MOMENT: Duration = Duration::from_millis(20);

/// Takes the turn of an operation, and those of the ones after it.
pub async fn carry_on(app: &App, operation: Operation) {
    let held = Held::new(&operation);
    let work =
        apart(Series { app: app.clone(), held: held.clone(), begun: Instant::now() }.run(operation).in_current_span());
    // Where the claim is lost, others have it now, and what is still written here is refused.
    let ended = match select(pin!(work), pin!(held.beat(app))).await {
        Either::Left((ended, _)) => ended,
        Either::Right((lost, _)) => Err(lost),
    };
    if let Err(error) = ended {
        tracing::error!(error = %error, "turns ended before their end");
    }
}

struct Series {
    app: App,
    held: Held,
    begun: Instant,
}

/// An operation that is claimed, and what its platform is to be asked, where that was read as it was claimed.
struct Claimed {
    operation: Operation,
    asked: Option<platform::Operation>,
}

impl Series {
    async fn run(self, first: Operation) {
        let mut next = Some(Claimed { operation: first, asked: None });
        while let Some(Claimed { operation, asked }) = next.take() {
            self.held.have(&operation);
            let asked = match asked {
                Some(asked) => Ok(asked),
                None => acts::of(&self.app, &operation, None).await.map(|(asked, _)| asked),
            };
            next = match asked {
                Ok(asked) => self.turns(operation, &asked).await,
                Err(error) => {
                    let taken = self.turn(&self.app, &operation).fault(&error).await;
                    self.tell(operation, taken)
                }
            };
        }
    }

    // The turn of this operation, and of those that can share a transaction with it; what is claimed then.
    async fn turns(&self, operation: Operation, asked: &platform::Operation) -> Option<Claimed> {
        let platform = self.app.platforms.embedded();
        platform.prepare(asked).await;
        if platform.within(&self.app.db, asked).is_some() {
            match self.app.db.together(|db| self.share(db, operation.clone(), asked.clone())) {
                Ok((taken, next)) => {
                    taken.into_iter().for_each(|(operation, taken)| drop(self.tell(operation, taken)));
                    return next;
                }
                // Taken by itself, each tells what is wrong with it.
                Err(error) => tracing::debug!(error = %error, "turns could not share a transaction"),
            }
        }
        let taken = self.turn(&self.app, &operation).take(asked).await;
        self.tell(operation, taken)
    }

    async fn share(
        &self,
        db: Db,
        mut operation: Operation,
        mut asked: platform::Operation,
    ) -> (Vec<(Operation, Taken)>, Option<Claimed>) {
        let (mut app, mut carried, mut all, begun) = (self.app.clone(), None, Vec::new(), Instant::now());
        let ways = Ways::default();
        // Where others write at the same time, a second run's row would be locked after its operation's, and by who
        // cancels it the other way round; and what was read of ways could be true no more.
        let only = (!db.has_one_writer()).then_some(operation.run_id);
        app.db = db;
        while let Some(platform) = app.platforms.embedded().within(&app.db, &asked) {
            app.platforms = Platforms::new(platform);
            let turn = Turn { carried: carried.take(), ways: ways.clone(), ..self.turn(&app, &operation) };
            let mut taken = turn.take(&asked).await;
            let (next, known) = (taken.next.clone(), taken.carried.take());
            all.push((operation, taken));
            let Some(following) = next else { return (all, None) };
            operation = following;
            let Ok(of_following) = acts::of(&app, &operation, known).await else {
                return (all, Some(Claimed { operation, asked: None }));
            };
            (asked, carried) = of_following;
            if begun.elapsed() >= MOMENT || only.is_some_and(|run| run != operation.run_id) {
                break;
            }
        }
        (all, Some(Claimed { operation, asked: Some(asked) }))
    }

    fn turn<'a>(&self, app: &'a App, operation: &'a Operation) -> Turn<'a> {
        Turn { app, operation, carried: None, ways: Ways::default(), goes_on: self.goes_on() }
    }

    // Whether there is time for another one after this.
    fn goes_on(&self) -> bool {
        self.begun.elapsed() < A_WHILE && !self.app.stop.asked()
    }

    // Counts how long it took since it was claimed first, and lets who looks for work know where there may be some: what
    // follows from this one is in hand already.
    fn tell(&self, operation: Operation, taken: Taken) -> Option<Claimed> {
        if let Some(result) = taken.ended {
            let took = operation.started_at.and_then(|started| (db::now() - started).to_std().ok());
            self.app.metrics.step(operation.kind.as_str(), result, took.unwrap_or_default());
            if taken.next.is_none() {
                self.app.wake.now();
            }
        }
        taken.next.map(|operation| Claimed { operation, asked: None })
    }
}
