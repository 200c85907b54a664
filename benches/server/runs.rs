//! A hundred thousand runs that are over.

use chrono::TimeDelta;
use diesel::prelude::*;
use sluice::{
    db::{self, Conn},
    error::Error,
    id::RunId,
    models::{
        deployment_environment::DeploymentEnvironment, host::Host, person::Person, pipeline::Pipeline, run::Newest,
        stage::Stage,
    },
    package::checks::{Checks, VariableCheck, VariableKind},
    rules::state::State,
    schema::runs,
};

const RUNS: usize = 100_000;
/// How many of them are of the old line, before all others.
const OLD: usize = 1_000;
const SOLUTIONS: usize = 40;
const MINUTES_BETWEEN: i64 = 10;

/// A way for runs to go.
pub struct Line {
    pub host: Host,
    pub pipeline: Pipeline,
    pub source: DeploymentEnvironment,
    pub stage: Stage,
}

/// Inserts them: the oldest of the line `old`, the others of `lines` in turn.
pub fn insert(conn: &mut Conn, old: &Line, lines: &[Line], people: &[Person]) -> Result<(), Error> {
    let checks = serde_json::to_string(&checks())?;
    for number in 0..RUNS {
        let line = if number < OLD { old } else { &lines[number % lines.len()] };
        insert_one(conn, number, line, &people[number % people.len()], &checks)?;
    }
    Ok(())
}

fn insert_one(conn: &mut Conn, number: usize, line: &Line, by: &Person, checks: &str) -> Result<(), Error> {
    let Line { host, pipeline, source, stage } = line;
    let target = &stage.target;
    let ago = TimeDelta::minutes(MINUTES_BETWEEN * (RUNS - number) as i64);
    let (started, ended) = (db::now() - ago, db::now() - ago + TimeDelta::minutes(3));
    let failed = number.is_multiple_of(10);
    let solution = format!("solution_{}", number % SOLUTIONS);
    let id = RunId::new();
    diesel::insert_into(runs::table)
        .values((
            (
                runs::id.eq(id),
                runs::host_id.eq(host.id),
                runs::pipeline_id.eq(pipeline.id),
                runs::stage_id.eq(stage.id),
                runs::source_environment_id.eq(source.environment_id.ok_or(Error::NotFound)?),
                runs::target_environment_id.eq(target.environment_id.ok_or(Error::NotFound)?),
                runs::redeploy.eq(false),
                runs::state.eq(if failed { State::Failed } else { State::Succeeded }),
                runs::host_name.eq(host.name()),
                runs::pipeline_name.eq(&pipeline.name),
                runs::stage_name.eq(&stage.name),
                runs::source_name.eq(&source.name),
                runs::source_guid.eq(&source.environment_guid),
                runs::target_name.eq(&target.name),
                runs::target_guid.eq(&target.environment_guid),
            ),
            (
                runs::solution_name.eq(&solution),
                runs::solution_key.eq(&solution),
                runs::solution_display_name.eq(format!("Solution {}", number % SOLUTIONS)),
                runs::publisher.eq("Contoso"),
                runs::version.eq(format!("1.0.{}.{}", number / 1000, number % 1000)),
                runs::checks.eq(checks),
                runs::settings.eq("{}"),
                runs::notes.eq("What was asked for in the meeting on Monday, and the correction of the totals."),
                runs::error_message.eq(failed.then_some("It requires a solution that is not in the target.")),
                runs::started_by.eq(by.id),
                runs::started_by_name.eq(&by.name),
                runs::started_at.eq(started),
                runs::deployed_by.eq(by.id),
                runs::deployed_by_name.eq(&by.name),
                runs::deployed_at.eq(started),
                runs::ended_at.eq(ended),
            ),
        ))
        .execute(conn)?;
    Newest::note(conn, pipeline.id, stage.id, &solution, id)
}

// What a target says of a package with a few questions.
fn checks() -> Checks {
    let variable = |number: usize| VariableCheck {
        schema_name: format!("con_variable{number}"),
        display_name: format!("Variable {number}"),
        description: "What the flows of this solution need to know of the environment.".into(),
        kind: VariableKind::Text,
        required: true,
        default: None,
        packaged: None,
        current: Some("value".into()),
    };
    Checks { variables: (0..4).map(variable).collect(), ..Checks::default() }
}
