//! Tracks: what a stage has had of a solution, as far as it tells what can be done next.

use std::cmp::Reverse;

use chrono::{DateTime, NaiveDateTime};
use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{Nullable, Text, Timestamp},
};

use super::journey::Passage;
use crate::{
    db::{self, Conn, union_all, unvaried},
    error::Error,
    id::{ArtifactId, EnvironmentId, PipelineId, RunId, StageId},
    models::artifact::Artifact,
    package::version::Version,
    rules::state::State,
    schema::{artifact_bindings, artifacts, deployment_environments, operations, runs, stages},
};

/// How many of the last runs of a stage that succeeded are looked through for versions.
const COUNTED: i64 = 100;
/// How many of the last runs of a stage are looked through for one that is under way where none succeeded.
const LAST: i64 = 50;

#[diesel::declare_sql_function]
extern "SQL" {
    /// The text; the other where there is none.
    #[sql_name = "coalesce"]
    fn text_or(text: Nullable<Text>, other: Text) -> Text;
    /// The instant; the other where there is none.
    #[sql_name = "coalesce"]
    fn time_or(at: Nullable<Timestamp>, other: Timestamp) -> Nullable<Timestamp>;
}

/// The newest run of a solution to a stage, as its card tells of it.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = runs)]
pub struct LastRun {
    pub id: RunId,
    pub state: State,
    pub version: String,
    pub started_by_name: String,
    pub started_at: NaiveDateTime,
    pub deployed_by_name: Option<String>,
    pub scheduled_for: Option<NaiveDateTime>,
    pub ended_at: Option<NaiveDateTime>,
    target_environment_id: EnvironmentId,
    target_name: String,
}

/// What succeeded last in a stage's present target.
#[derive(Debug, Clone)]
pub struct Arrival {
    pub artifact: Artifact,
    /// What its version is bound to.
    pub bound: Option<ArtifactId>,
}

/// What a stage has had of a solution.
#[derive(Debug, Clone)]
pub struct Track {
    pub stage: StageId,
    pub newest: Option<LastRun>,
    /// How far the newest run is.
    pub percent: Option<i32>,
    pub arrival: Option<Arrival>,
    /// The last runs, the newest first, where none succeeded in its present target.
    pub tries: Vec<Passage>,
    /// The versions that succeeded in its present target; read only where they are to be counted.
    pub came: Vec<Version>,
}

type Row = (String, StageId, LastRun, Option<i32>, Option<Artifact>, Option<ArtifactId>);

const NEWEST: &str = "newest";
const ARRIVAL: &str = "arrival";
const TRIED: &str = "tried";

/// The live stages of a pipeline, each with the runs to it that are to be looked at. They are joined by their keys alone,
/// so that SQLite never goes through all runs of a stage.
macro_rules! part {
    ($kind:literal, $pipeline:expr, $whole:expr, $these:expr) => {{
        let (pipeline, whole): (PipelineId, bool) = ($pipeline, $whole);
        let whole = || whole.into_sql::<diesel::sql_types::Bool>();
        let operation = operations::run_id.eq(runs::id.nullable()).and(operations::ended_at.is_null()).and(whole());
        let artifact = artifacts::id.nullable().eq(runs::artifact_id).and(whole());
        // Of a version whose text is no key, the journey asks by the key.
        let binding = artifact_bindings::source_environment_id
            .nullable()
            .eq(artifacts::source_environment_id.nullable())
            .and(artifact_bindings::unique_name_key.nullable().eq(artifacts::unique_name_key.nullable()))
            .and(artifact_bindings::version_key.nullable().eq(artifacts::version.nullable()));
        stages::table
            .inner_join(deployment_environments::table)
            .inner_join(runs::table.on($these))
            .left_join(operations::table.on(operation))
            .left_join(artifacts::table.on(artifact))
            .left_join(artifact_bindings::table.on(binding))
            .filter(stages::pipeline_id.eq(pipeline))
            .filter(stages::retired_at.is_null())
            .select((
                sql::<Text>($kind),
                stages::id,
                LastRun::as_select(),
                operations::percent.nullable(),
                Option::<Artifact>::as_select(),
                artifact_bindings::artifact_id.nullable(),
            ))
    }};
}

impl Track {
    /// Those of the live stages of a pipeline to which the solution has come; with the versions that came there, if they are to
    /// be counted.
    pub fn all(conn: &mut Conn, pipeline: PipelineId, solution: &str, count: bool) -> Result<Vec<Track>, Error> {
        let key = db::fold(solution);
        let (other, done, tried) = diesel::alias!(runs as other, runs as done, runs as tried);
        let newest = other
            .filter(other.field(runs::stage_id).eq(stages::id))
            .filter(other.field(runs::solution_key).eq(&key))
            .order(other.field(runs::id).desc())
            .select(other.field(runs::id))
            .limit(1);
        let newest = runs::id.nullable().eq(newest.single_value());
        // What succeeded in a target that the stage had before cannot go on. The one that ended last differs from the
        // newest where a run waited for its time.
        let succeeded = done
            .filter(done.field(runs::stage_id).eq(stages::id))
            .filter(done.field(runs::solution_key).eq(&key))
            .filter(done.field(runs::target_environment_id).nullable().eq(deployment_environments::environment_id))
            .filter(done.field(runs::state).eq(State::Succeeded))
            .filter(done.field(runs::ended_at).is_not_null())
            .order(done.field(runs::ended_at).desc())
            .select(done.field(runs::id));
        let arrival = runs::id.nullable().eq(succeeded.limit(1).single_value());
        // From the last that is looked through on: PostgreSQL would look through all runs for "one of these". What is the
        // same for all stages is said as if it were not: SQLite would begin with all runs of which that is so.
        let of_each = |word: &str| text_or(Some(word.to_owned()).into_sql::<Nullable<Text>>(), stages::id);
        let of_stage = || runs::stage_id.eq(stages::id).and(runs::solution_key.eq(of_each(&key)));
        let first = tried
            .filter(tried.field(runs::stage_id).eq(stages::id))
            .filter(tried.field(runs::solution_key).eq(&key))
            .order(tried.field(runs::id).desc())
            .select(tried.field(runs::id))
            .offset(LAST - 1);
        // In order, as what merely asks whether there are any lets SQLite look through all that ever succeeded.
        let none = succeeded.limit(1).single_value().is_null();
        let tries = none.and(of_stage()).and(runs::id.ge(text_or(first.single_value(), "")));
        let first = succeeded.select(done.field(runs::ended_at)).offset(COUNTED - 1);
        let first = time_or(first.single_value(), DateTime::UNIX_EPOCH.naive_utc());
        let came = of_stage()
            .and(runs::target_environment_id.nullable().eq(deployment_environments::environment_id))
            .and(runs::state.eq(of_each(State::Succeeded.as_str())))
            .and(runs::ended_at.ge(first));
        let newest = part!("'newest'", pipeline, true, newest);
        let arrival = part!("'arrival'", pipeline, true, arrival);
        let tries = part!("'tried'", pipeline, false, tries);
        let without = union_all(newest, arrival).union_all(tries);
        let rows: Vec<Row> = match count {
            false => unvaried!(without).load(conn)?,
            true => unvaried!(without.union_all(part!("'came'", pipeline, false, came))).load(conn)?,
        };
        let mut tracks: Vec<Track> = Vec::new();
        for row in rows {
            let stage = row.1;
            if tracks.iter().all(|track| track.stage != stage) {
                tracks.push(Track {
                    stage,
                    newest: None,
                    percent: None,
                    arrival: None,
                    tries: Vec::new(),
                    came: Vec::new(),
                });
            }
            let track = tracks.iter_mut().find(|track| track.stage == stage);
            track.map_or(Ok(()), |track| track.take(conn, row))?;
        }
        tracks.iter_mut().for_each(|track| track.tries.sort_unstable_by_key(|passage| Reverse(passage.id)));
        Ok(tracks)
    }

    fn take(&mut self, conn: &mut Conn, (kind, _, run, percent, artifact, bound): Row) -> Result<(), Error> {
        match (kind.as_str(), artifact) {
            (NEWEST, _) => (self.newest, self.percent) = (Some(run), percent),
            (ARRIVAL, None) => (),
            (ARRIVAL, Some(artifact)) => {
                let version = artifact.version()?;
                let bound = match Artifact::is_key(&artifact.version, &version) {
                    true => bound,
                    false => Artifact::bound(conn, artifact.source_environment_id, &artifact.unique_name, &version)?,
                };
                self.arrival = Some(Arrival { artifact, bound });
            }
            (TRIED, _) => self.tries.push(Passage {
                id: run.id,
                stage_id: self.stage,
                state: run.state,
                target_environment_id: run.target_environment_id,
                target_name: run.target_name,
            }),
            // Versions are compared as numbers, which the database cannot.
            _ => self.came.extend(run.version.parse::<Version>().ok()),
        }
        Ok(())
    }
}
