//! Work for servers, put into their queue past them: versions of the demo's solution, each higher than the one before.

use diesel::prelude::*;
use sluice::{
    db::Db,
    id::{EnvironmentId, OperationId, PersonId},
    models::operation::{NewOperation, OperationKind, OperationState},
    platform::Act,
    schema::{embedded_journal, embedded_solutions, operations, people},
};

pub struct Work {
    db: Db,
    pub ids: Vec<OperationId>,
}

/// Queues raises of a solution's version from the `first` to as many as `count`.
pub fn queue(db: &Db, first: u32, count: u32) -> Work {
    let ids = db.write_now(|c| {
        let unmanaged = embedded_solutions::table.filter(embedded_solutions::managed.eq(false));
        let columns = (embedded_solutions::environment_id, embedded_solutions::unique_name);
        let (environment, solution): (EnvironmentId, String) =
            unmanaged.order(embedded_solutions::unique_name).select(columns).first(c)?;
        let by: PersonId = people::table.select(people::id).first(c)?;
        let mut ids = Vec::new();
        for number in first..first + count {
            let version = format!("900.{number}").parse().unwrap();
            let input = serde_json::to_string(&Act::SetVersion { solution: solution.clone(), version })?;
            let new = NewOperation { environment, run: None, kind: OperationKind::SetVersion, lane: true, input };
            ids.push(new.queue(c, by)?);
        }
        Ok(ids)
    });
    Work { db: db.clone(), ids: ids.unwrap() }
}

impl Work {
    /// How many have ended, all of them well.
    pub fn ended(&self) -> usize {
        let ended =
            operations::table.filter(operations::id.eq_any(&self.ids)).filter(operations::ended_at.is_not_null());
        let states: Vec<OperationState> = self.db.read_now(|c| Ok(ended.select(operations::state).load(c)?)).unwrap();
        assert!(states.iter().all(|state| *state == OperationState::Succeeded), "{states:?}");
        states.len()
    }

    /// How many of them some server has claimed.
    pub fn claimed(&self) -> i64 {
        let claimed =
            operations::table.filter(operations::id.eq_any(&self.ids)).filter(operations::holder.is_not_null());
        self.db.read_now(|c| Ok(claimed.count().get_result(c)?)).unwrap()
    }

    /// How many of them the environment knows to have happened.
    pub fn happened(&self) -> i64 {
        let journal = embedded_journal::table.filter(embedded_journal::operation_id.eq_any(&self.ids));
        self.db.read_now(|c| Ok(journal.count().get_result(c)?)).unwrap()
    }
}
