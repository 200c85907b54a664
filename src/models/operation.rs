//! Operations: acts on environments, each claimed by one worker at a time under a lease and a fence. The rows are the
//! queue: what is written here is done sooner or later, whatever happens to the server.

pub mod by_hand;
mod claim;
mod line;
mod queue;
mod stopping;

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

pub use claim::{LEASE_SECONDS, claim_next, give_back, next_due, pull_in, renew};
pub use line::Line;
pub use queue::NewOperation;

use super::{column::text_columns, lane, person::Person};
use crate::{
    db::{self, Conn, unvaried},
    error::Error,
    id::{EnvironmentId, OperationId, PersonId, RunId},
    rules::words,
    schema::{operations, people},
};

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OperationKind {
    Export,
    Check,
    Import,
    Uninstall,
    SetVersion,
}

words!(OperationKind {
    Export = "export", "Export";
    Check = "check", "Check";
    Import = "import", "Import";
    Uninstall = "uninstall", "Uninstall";
    SetVersion = "set_version", "Raise version";
});

impl OperationKind {
    /// Whether it leaves its environment as it was.
    pub fn changes_nothing(self) -> bool {
        matches!(self, OperationKind::Export | OperationKind::Check)
    }

    /// How long it may take since it was claimed first. Environments take up to an hour for large solutions; nobody waits
    /// longer than half a working day.
    pub fn limit(self) -> TimeDelta {
        match self {
            OperationKind::Export | OperationKind::Check | OperationKind::SetVersion => TimeDelta::hours(1),
            OperationKind::Import | OperationKind::Uninstall => TimeDelta::hours(4),
        }
    }
}

/// Where an operation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OperationState {
    Waiting,
    Running,
    Succeeded,
    Failed,
}

words!(OperationState {
    Waiting = "waiting", "Waiting";
    Running = "running", "Running";
    Succeeded = "succeeded", "Succeeded";
    Failed = "failed", "Failed";
});

text_columns!(OperationKind, OperationState);

/// One act on an environment, for a run or by hand.
#[derive(Debug, Clone, HasQuery, Insertable)]
#[diesel(table_name = operations, treat_none_as_default_value = false)]
pub struct Operation {
    pub id: OperationId,
    pub environment_id: EnvironmentId,
    pub run_id: Option<RunId>,
    pub kind: OperationKind,
    /// Whether it needs the environment's lane.
    pub lane: bool,
    /// What is to be done, in the words of the platform.
    pub input: String,
    pub state: OperationState,
    /// What the platform gave to ask after it.
    pub handle: Option<String>,
    /// What came of it, in the words of the platform.
    pub result: Option<String>,
    /// Why it failed, in the words of the platform.
    pub error: Option<String>,
    pub percent: Option<i32>,
    pub message: String,
    /// How often in a row it was tried in vain.
    pub attempts: i32,
    /// When a worker should look at it next: when it waits for its time, and when a claim ends that nobody renewed.
    pub due_at: NaiveDateTime,
    /// The server that has claimed it.
    pub holder: Option<String>,
    /// Grows with every claim: who writes under an older one has lost it.
    pub fence: i64,
    pub started_by: PersonId,
    pub created_at: NaiveDateTime,
    /// When it was claimed first.
    pub started_at: Option<NaiveDateTime>,
    pub ended_at: Option<NaiveDateTime>,
}

/// How far an operation is, in the words of the platform.
pub struct Far<'a> {
    pub percent: Option<i32>,
    pub message: &'a str,
}

/// What becomes of the lane when an operation ends.
#[derive(Debug)]
pub enum Then {
    /// It goes to whoever has waited longest, for any worker to claim.
    LetGo,
    /// It goes to whoever has waited longest, and who held this one holds that one now.
    TakeNext,
    /// It goes to the operation that follows from this one, past all who wait, and who held this one holds that one now.
    Follow(NewOperation),
}

impl Operation {
    /// The operation with this key.
    pub fn by_id(conn: &mut Conn, id: OperationId) -> Result<Operation, Error> {
        Ok(unvaried!(Operation::query().filter(operations::id.eq(id))).first(conn)?)
    }

    /// Those begun by hand in an environment that have not ended, and those of the person that ended since `since`; each
    /// with the name of who began it.
    pub fn by_hand(
        conn: &mut Conn,
        at: EnvironmentId,
        person: &Person,
        since: NaiveDateTime,
    ) -> Result<Vec<(Operation, String)>, Error> {
        let mine = operations::started_by.eq(person.id).and(operations::ended_at.gt(since).assume_not_null());
        let by_hand = operations::table
            .inner_join(people::table)
            .filter(operations::environment_id.eq(at))
            .filter(operations::run_id.is_null())
            .filter(operations::ended_at.is_null().or(mine))
            .order(operations::id.desc());
        Ok(unvaried!(by_hand.select((Operation::as_select(), people::name))).load(conn)?)
    }

    /// The one of a run that has not ended.
    pub fn open_of_run(conn: &mut Conn, run: RunId) -> Result<Option<Operation>, Error> {
        let open = Operation::query().filter(operations::run_id.eq(run)).filter(operations::ended_at.is_null());
        Ok(open.order(operations::id.desc()).first(conn).optional()?)
    }

    /// Whether something unfinished is to happen in an environment.
    pub fn any_open(conn: &mut Conn, at: EnvironmentId) -> Result<bool, Error> {
        let open = operations::table.filter(operations::environment_id.eq(at)).filter(operations::ended_at.is_null());
        Ok(diesel::select(diesel::dsl::exists(open)).get_result(conn)?)
    }

    /// Writes how far it is, and when to ask again.
    pub fn goes_on(&self, conn: &mut Conn, handle: &str, far: &Far<'_>, due_at: NaiveDateTime) -> Result<(), Error> {
        self.put_off(conn, Some(handle), far, 0, due_at)
    }

    /// Writes that a turn was in vain, and when to try again. What the platform gave to ask after it stays.
    pub fn tries_again(&self, conn: &mut Conn, why: &str, due_at: NaiveDateTime) -> Result<(), Error> {
        let far = Far { percent: self.percent, message: why };
        self.put_off(conn, self.handle.as_deref(), &far, self.attempts + 1, due_at)
    }

    fn put_off(
        &self,
        conn: &mut Conn,
        handle: Option<&str>,
        far: &Far<'_>,
        attempts: i32,
        due_at: NaiveDateTime,
    ) -> Result<(), Error> {
        let mine = diesel::update(operations::table.filter(self.mine()));
        let written = mine
            .set((
                operations::handle.eq(handle),
                operations::percent.eq(far.percent),
                operations::message.eq(far.message),
                operations::attempts.eq(attempts),
                operations::due_at.eq(due_at),
                operations::holder.eq(None::<String>),
            ))
            .execute(conn)?;
        still_mine(written)
    }

    /// Ends it: `Ok` with what came of it, `Err` with why it failed, both in the words of the platform. Whoever held it
    /// holds the operation that comes back.
    pub fn end(&self, conn: &mut Conn, outcome: Result<&str, &str>, then: Then) -> Result<Option<Operation>, Error> {
        let state = if outcome.is_ok() { OperationState::Succeeded } else { OperationState::Failed };
        let now = db::clock(conn)?;
        let ended = (
            operations::state.eq(state),
            operations::result.eq(outcome.ok()),
            operations::error.eq(outcome.err()),
            operations::percent.eq(None::<i32>),
            operations::message.eq(""),
            operations::holder.eq(None::<String>),
            operations::ended_at.eq(now),
        );
        let written = unvaried!(diesel::update(operations::table.filter(self.mine())).set(ended)).execute(conn)?;
        still_mine(written)?;
        match (then, self.lane) {
            (Then::Follow(next), _) => self.followed_by(conn, &next).map(Some),
            (then, true) => self.pass_on(conn, &then),
            (_, false) => Ok(None),
        }
    }

    // The lane goes to who has waited longest, and past those who were taken back in this very moment.
    fn pass_on(&self, conn: &mut Conn, then: &Then) -> Result<Option<Operation>, Error> {
        let mut next = lane::release(conn, self.environment_id, self.id)?;
        while let Some(first) = next {
            let id = first.id;
            let taken = match then {
                Then::LetGo => None,
                _ => claim::take(conn, first, self.holder.as_deref().unwrap_or_default())?,
            };
            if taken.is_some() || matches!(then, Then::LetGo) && lane::make_ready(conn, id)? {
                return Ok(taken);
            }
            next = lane::release(conn, self.environment_id, id)?;
        }
        Ok(None)
    }

    fn followed_by(&self, conn: &mut Conn, next: &NewOperation) -> Result<Operation, Error> {
        let next = next.insert(conn, self.started_by, Some(self.holder.as_deref().unwrap_or_default()))?;
        lane::hand_over(conn, self.environment_id, self.id, next.id)?;
        Ok(next)
    }

    #[diesel::dsl::auto_type(no_type_alias)]
    fn mine(&self) -> _ {
        let (id, fence): (OperationId, i64) = (self.id, self.fence);
        operations::id.eq(id).and(operations::fence.eq(fence)).and(operations::ended_at.is_null())
    }
}

// Somebody else has claimed it since: what we learnt is theirs to learn again.
fn still_mine(written: usize) -> Result<(), Error> {
    if written == 1 { Ok(()) } else { Err(Error::Conflict("another worker has this operation now".into())) }
}
