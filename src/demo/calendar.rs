//! When things happened in the demo. Loading it takes a moment, its story takes weeks: afterwards every time that was
//! written is moved into the past. Nothing outside the demo ever moves a time.

use chrono::{NaiveDateTime, NaiveTime, TimeDelta};
use diesel::prelude::*;

use crate::{
    db::{self, Conn},
    error::Error,
    schema::{
        artifact_bindings, artifacts, audit, deployment_environments, embedded_connections, embedded_journal,
        embedded_solutions, environment_roles, environments, groups, host_roles, hosts, operations, people, pipelines,
        run_steps, runs, shares, sightings, stages, tenant,
    },
};

/// The chapters of the story: since when each was loaded, and how much earlier it shall have been.
#[derive(Debug, Default)]
pub struct Calendar {
    chapters: Vec<(NaiveDateTime, TimeDelta)>,
}

/// Moves every time in these columns. What is equal stays equal; no two columns are compared across tables otherwise
/// than by order, which `told` keeps.
macro_rules! move_times {
    ($conn:ident, $told:expr, $($table:ident: $($column:ident)+;)+) => {$($({
        let times = $table::table.select($table::$column.nullable()).distinct();
        let times: Vec<Option<NaiveDateTime>> = times.load($conn)?;
        for time in times.into_iter().flatten() {
            let rows = $table::table.filter($table::$column.eq(time));
            diesel::update(rows).set($table::$column.eq($told(time))).execute($conn)?;
        }
    })+)+};
}

impl Calendar {
    /// What is loaded from now on was so many days ago, at this time in UTC: later than what was loaded before, and at
    /// least one day ago.
    pub fn day(&mut self, ago: i64, hour: i64, minute: i64) {
        let now = db::now();
        let midnight = now.date().and_time(NaiveTime::MIN) - TimeDelta::days(ago);
        self.chapters.push((now, now - midnight - TimeDelta::hours(hour) - TimeDelta::minutes(minute)));
    }

    /// Moves everything that the tenant has into the past, each chapter to its day.
    pub fn backdate(&self, conn: &mut Conn) -> Result<(), Error> {
        let told = |time| self.told(time);
        move_times! { conn, told,
            artifact_bindings: created_at;
            artifacts: created_at;
            audit: at;
            deployment_environments: created_at validated_at;
            embedded_connections: created_at;
            embedded_journal: at;
            embedded_solutions: installed_at modified_at;
            environment_roles: created_at;
            environments: created_at;
            groups: created_at;
            host_roles: created_at;
            hosts: installed_at;
            operations: created_at due_at ended_at;
            people: created_at;
            pipelines: created_at;
            run_steps: started_at ended_at;
            runs: started_at deployed_at ended_at way_began_at;
            shares: created_at;
            sightings: modified_at;
            stages: created_at;
            tenant: created_at;
        }
        Ok(())
    }

    fn told(&self, time: NaiveDateTime) -> NaiveDateTime {
        let chapter = self.chapters.iter().rev().find(|(since, _)| *since <= time).or(self.chapters.first());
        chapter.map_or(time, |(_, earlier)| time - *earlier)
    }
}
