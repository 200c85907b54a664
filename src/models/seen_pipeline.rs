//! Pipelines as one person sees them: with their right, which is at least View.

use std::{ops::Deref, sync::Arc};

use diesel::{dsl::exists, prelude::*, sql_types::Bool};

use super::{
    host::Host,
    permit::{Action, Path},
    person::Person,
    pipeline::Pipeline,
    reach::Reach,
    run::{Scope, Situation},
    share::Share,
    stage::Stage,
    way::Way,
    whom::Whom,
};
use crate::{
    db::{Conn, among, unvaried},
    error::Error,
    id::EnvironmentId,
    rules::{
        grantors::Grantors,
        rights::{self, HostRole, Right, Standing},
    },
    schema::{deployment_environments, environments, hosts, pipeline_sources, pipelines},
};

/// A pipeline, its host, and the right on it of the person who asks.
#[derive(Debug, Clone)]
pub struct SeenPipeline {
    pub host: Host,
    pub pipeline: Pipeline,
    pub right: Right,
    standing: Standing,
    /// Some who can give more, by name; looked up only for who is refused.
    administrators: Vec<String>,
}

impl Deref for SeenPipeline {
    type Target = Pipeline;

    fn deref(&self) -> &Pipeline {
        &self.pipeline
    }
}

impl SeenPipeline {
    /// The pipeline that the path names as `pipeline`, within the host that it may name as `host`.
    pub fn find(conn: &mut Conn, who: &Reach, path: &Path) -> Result<SeenPipeline, Error> {
        let (pipeline, host) = Pipeline::with_host(conn, path.id("pipeline")?)?;
        if path.names("host") && path.id::<EnvironmentId>("host")? != pipeline.host_id {
            return Err(Error::NotFound);
        }
        let standing = who.standing(host.id, pipeline.id);
        if rights::right(&standing) < Right::View {
            return Err(Error::NotFound);
        }
        Ok(SeenPipeline::of(host, pipeline, standing))
    }

    /// A pipeline of this host, as somebody with this standing sees it.
    pub fn of(host: Host, pipeline: Pipeline, standing: Standing) -> SeenPipeline {
        let right = rights::right(&standing);
        SeenPipeline { host, pipeline, right, standing, administrators: Vec::new() }
    }

    /// The same for who is refused, knowing whom to ask.
    pub fn refused(self, conn: &mut Conn) -> Result<SeenPipeline, Error> {
        let whom = Whom::of(conn, &[self.host.id], &[])?;
        Ok(self.refused_by(&whom))
    }

    /// The same where whom to ask was read already.
    pub fn refused_by(mut self, whom: &Whom) -> SeenPipeline {
        self.administrators = whom.on_host(self.host.id);
        self
    }

    // A refusal must not tell that there is something in another pipeline.
    fn holds(&self, conn: &mut Conn, path: &Path) -> Result<(), Error> {
        if path.names("stage") && Stage::by_id(conn, path.id("stage")?)?.pipeline_id != self.id {
            return Err(Error::NotFound);
        }
        if path.names("record") {
            self.source(conn, path.id("record")?)?;
        }
        if path.names("share") {
            Share::by_id(conn, self, path.id("share")?)?;
        }
        Ok(())
    }

    /// All of it as the person who asks may use it, by the right that was looked up already.
    pub fn way(&self, conn: &mut Conn, who: &Reach) -> Result<Way, Error> {
        Way::of(conn, who, &self.pipeline, &self.host)
    }

    /// What there is to know of a solution on it.
    pub fn situation(&self, conn: &mut Conn, who: &Reach, solution: &str) -> Result<Situation, Error> {
        Situation::of(conn, who, &self.pipeline, &self.host, solution)
    }

    /// Who can give more of it.
    pub fn grantors(&self) -> Grantors<'_> {
        Grantors::of_host(self.host.name(), &self.administrators)
    }

    /// The live pipelines of live hosts that the person sees, by name.
    pub fn visible_to(conn: &mut Conn, who: &Reach) -> Result<Vec<SeenPipeline>, Error> {
        visible(conn, who, true, None)
    }

    /// The same, and all pipelines whose runs the person sees, read at once.
    pub fn in_scope(conn: &mut Conn, who: &Reach) -> Result<(Vec<SeenPipeline>, Scope), Error> {
        if who.system_administrator {
            return Ok((visible(conn, who, true, None)?, Scope::All));
        }
        let mut all = visible(conn, who, false, None)?;
        let scope = Scope::Some(Arc::new(all.iter().map(|seen| seen.id).collect()));
        all.retain(|seen| seen.pipeline.retired_at.is_none() && seen.host.environment.retired_at.is_none());
        Ok((all, scope))
    }

    /// The same of those that a solution of this environment can take.
    pub fn from_source(conn: &mut Conn, who: &Reach, source: EnvironmentId) -> Result<Vec<SeenPipeline>, Error> {
        visible(conn, who, true, Some(source))
    }
}

// Of all of them, or of those alone that are live, or that a solution of this environment can take.
fn visible(
    conn: &mut Conn,
    who: &Reach,
    live: bool,
    source: Option<EnvironmentId>,
) -> Result<Vec<SeenPipeline>, Error> {
    let is_live = pipelines::retired_at.is_null().and(environments::retired_at.is_null());
    let linked = pipeline_sources::table
        .inner_join(deployment_environments::table)
        .filter(pipeline_sources::pipeline_id.eq(pipelines::id))
        .filter(deployment_environments::environment_id.eq(source))
        .filter(deployment_environments::retired_at.is_null());
    let all = pipelines::table
        .inner_join(hosts::table.inner_join(environments::table))
        .filter(is_live.or((!live).into_sql::<Bool>()))
        .filter(exists(linked).or(source.is_none().into_sql::<Bool>()))
        .order((pipelines::name_key, pipelines::id));
    let all: Vec<(Pipeline, Host)> = match who.system_administrator {
        true => unvaried!(all.select((Pipeline::as_select(), Host::as_select()))).load(conn)?,
        false => {
            let theirs = among(pipelines::id, &**who.seen());
            unvaried!(all.filter(theirs).select((Pipeline::as_select(), Host::as_select()))).load(conn)?
        }
    };
    let seen = |(pipeline, host): (Pipeline, Host)| {
        let standing = who.standing(host.id, pipeline.id);
        SeenPipeline::of(host, pipeline, standing)
    };
    Ok(all.into_iter().map(seen).collect())
}

/// Declares an action on a pipeline that asks for a right.
macro_rules! pipeline_action {
    ($(#[$doc:meta])* $name:ident, $right:ident, $refusal:expr) => {
        $(#[$doc])*
        pub struct $name;

        impl Action for $name {
            type Subject = SeenPipeline;

            fn find(conn: &mut Conn, who: &Reach, path: &Path) -> Result<SeenPipeline, Error> {
                let seen = SeenPipeline::find(conn, who, path)?;
                if seen.right >= Right::$right {
                    return Ok(seen);
                }
                seen.holds(conn, path)?;
                seen.refused(conn)
            }

            fn allows(_: &Person, seen: &SeenPipeline) -> bool {
                seen.right >= Right::$right
            }

            fn refusal(seen: &SeenPipeline) -> String {
                let refusal: fn(&SeenPipeline) -> String = $refusal;
                refusal(seen)
            }
        }
    };
}

pipeline_action!(
    /// To look at a pipeline and its runs.
    ViewPipeline, View, |seen| {
        format!("You cannot view {}. {}", seen.name, seen.grantors().ask_for("a share of it"))
    }
);
pipeline_action!(
    /// To deploy through a pipeline.
    RunPipeline, Run, SeenPipeline::not_run
);
pipeline_action!(
    /// To change a pipeline, its stages, sources and shares.
    ManagePipeline, Manage, |seen| {
        let role = HostRole::Administrator.label();
        format!("Changing {} needs {role} on {}. {}", seen.name, seen.host.name(), seen.grantors().ask_for(role))
    }
);

impl SeenPipeline {
    /// The sentence for who may look at it but not run it.
    pub fn not_run(&self) -> String {
        let name = &self.name;
        let what = self.standing.lacks_to_run(name).unwrap_or_default();
        format!("You can view {name} but not deploy with it. {}", self.grantors().ask_for(&what))
    }
}
