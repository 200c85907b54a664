//! What a person may do with a run: by the right on its pipeline, and by having started it.

use std::ops::Deref;

use diesel::prelude::*;

use super::Run;
use crate::{
    db::{Conn, unvaried},
    error::Error,
    id::RunId,
    models::{
        artifact::Artifact,
        host::Host,
        permit::{Action, Path},
        person::Person,
        pipeline::Pipeline,
        reach::Reach,
        seen_pipeline::SeenPipeline,
    },
    rules::rights::{self, Right},
    schema::{artifacts, environments, hosts, pipelines, runs},
};

/// A run, and the right on its pipeline of the person who asks.
#[derive(Debug, Clone)]
pub struct SeenRun {
    pub run: Run,
    pub pipeline: SeenPipeline,
    /// What it carries, once it was exported.
    pub artifact: Option<Artifact>,
}

impl Deref for SeenRun {
    type Target = Run;

    fn deref(&self) -> &Run {
        &self.run
    }
}

impl SeenRun {
    /// The right on its pipeline.
    pub fn right(&self) -> Right {
        self.pipeline.right
    }

    /// The run that the path names as `run`, through what the person can see.
    pub fn find(conn: &mut Conn, who: &Reach, path: &Path) -> Result<SeenRun, Error> {
        SeenRun::by_id(conn, who, path.id("run")?)
    }

    /// The run with this key, through what the person can see.
    pub fn by_id(conn: &mut Conn, who: &Reach, id: RunId) -> Result<SeenRun, Error> {
        let there = runs::table
            .inner_join(pipelines::table.inner_join(hosts::table.inner_join(environments::table)))
            .left_join(artifacts::table.on(artifacts::id.nullable().eq(runs::artifact_id)))
            .filter(runs::id.eq(id));
        let all = (Run::as_select(), Pipeline::as_select(), Host::as_select(), Option::<Artifact>::as_select());
        let (run, pipeline, host, artifact): (Run, Pipeline, Host, _) = unvaried!(there.select(all)).first(conn)?;
        let standing = who.standing(host.id, pipeline.id);
        if rights::right(&standing) < Right::View {
            return Err(Error::NotFound);
        }
        Ok(SeenRun { run, pipeline: SeenPipeline::of(host, pipeline, standing), artifact })
    }

    fn only_its_starter(&self, what: &str) -> String {
        format!(
            "Only {}, who started this run, and Deployment Pipeline Administrators of {} can {what} it. Ask one of them.",
            self.run.started_by_name,
            self.pipeline.host.name()
        )
    }
}

/// To look at a run.
pub struct ViewRun;

impl Action for ViewRun {
    type Subject = SeenRun;

    fn find(conn: &mut Conn, who: &Reach, path: &Path) -> Result<SeenRun, Error> {
        SeenRun::find(conn, who, path)
    }

    fn allows(_: &Person, _: &SeenRun) -> bool {
        true
    }

    fn refusal(_: &SeenRun) -> String {
        "You cannot view this run.".into()
    }
}

/// To go on with a run: settings, Deploy, Retry, Promote, Redeploy.
pub struct DeployRun;

impl Action for DeployRun {
    type Subject = SeenRun;

    fn find(conn: &mut Conn, who: &Reach, path: &Path) -> Result<SeenRun, Error> {
        let seen = SeenRun::find(conn, who, path)?;
        match seen.right() >= Right::Run {
            true => Ok(seen),
            false => Ok(SeenRun { pipeline: seen.pipeline.refused(conn)?, ..seen }),
        }
    }

    fn allows(_: &Person, seen: &SeenRun) -> bool {
        seen.right() >= Right::Run
    }

    fn refusal(seen: &SeenRun) -> String {
        seen.pipeline.not_run()
    }
}

/// To cancel a run.
pub struct CancelRun;

impl Action for CancelRun {
    type Subject = SeenRun;

    fn find(conn: &mut Conn, who: &Reach, path: &Path) -> Result<SeenRun, Error> {
        SeenRun::find(conn, who, path)
    }

    fn allows(person: &Person, seen: &SeenRun) -> bool {
        rights::may_cancel_or_move(seen.right(), seen.run.started_by == person.id)
    }

    fn refusal(seen: &SeenRun) -> String {
        seen.only_its_starter("cancel")
    }
}

/// To give a scheduled run another time.
pub struct MoveRun;

impl Action for MoveRun {
    type Subject = SeenRun;

    fn find(conn: &mut Conn, who: &Reach, path: &Path) -> Result<SeenRun, Error> {
        SeenRun::find(conn, who, path)
    }

    fn allows(person: &Person, seen: &SeenRun) -> bool {
        rights::may_cancel_or_move(seen.right(), seen.run.started_by == person.id)
    }

    fn refusal(seen: &SeenRun) -> String {
        seen.only_its_starter("reschedule")
    }
}
