//! Pipelines as one person sees them: with their right, which is at least View.

use std::{collections::HashMap, ops::Deref};

use diesel::prelude::*;

use super::{
    host::Host,
    permit::{Action, Path},
    person::Person,
    pipeline::Pipeline,
    principal::groups_of,
    share::Share,
    stage::Stage,
    way::Way,
};
use crate::{
    db::Conn,
    error::Error,
    id::{EnvironmentId, PipelineId},
    rules::{
        grantors::Grantors,
        rights::{self, Access, HostRole, Right, Standing},
    },
    schema::{environments, host_roles, pipelines, shares},
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
    pub fn find(conn: &mut Conn, person: &Person, path: &Path) -> Result<SeenPipeline, Error> {
        let pipeline = Pipeline::by_id(conn, path.id("pipeline")?)?;
        if path.names("host") && path.id::<EnvironmentId>("host")? != pipeline.host_id {
            return Err(Error::NotFound);
        }
        let host = Host::by_id(conn, pipeline.host_id)?;
        let standing = pipeline.standing(conn, &host, person)?;
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
    pub fn refused(mut self, conn: &mut Conn) -> Result<SeenPipeline, Error> {
        self.administrators = Host::administrators(conn, self.host.id)?;
        Ok(self)
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
    pub fn way(&self, conn: &mut Conn, person: &Person) -> Result<Way, Error> {
        Way::of(conn, person, &self.pipeline, self.host.clone(), self.standing.clone())
    }

    /// Who can give more of it.
    pub fn grantors(&self) -> Grantors<'_> {
        Grantors::of_host(self.host.name(), &self.administrators)
    }

    /// The live pipelines of live hosts that the person sees, by name.
    pub fn visible_to(conn: &mut Conn, person: &Person) -> Result<Vec<SeenPipeline>, Error> {
        let hosts: HashMap<EnvironmentId, Host> = Host::query()
            .filter(environments::retired_at.is_null())
            .load(conn)?
            .into_iter()
            .map(|host: Host| (host.id, host))
            .collect();
        let (roles, given) = grants(conn, person)?;
        let administered: Vec<EnvironmentId> = match person.system_administrator {
            true => hosts.keys().copied().collect(),
            false => roles.iter().filter(|(_, role)| *role == HostRole::Administrator).map(|(id, _)| *id).collect(),
        };
        let shared: Vec<PipelineId> = given.iter().map(|(pipeline, _)| *pipeline).collect();
        let live = Pipeline::query().filter(pipelines::retired_at.is_null());
        let mine = live.filter(pipelines::host_id.eq_any(administered).or(pipelines::id.eq_any(shared)));
        let mine: Vec<Pipeline> = mine.order((pipelines::name_key, pipelines::id)).load(conn)?;
        let seen = |pipeline: Pipeline| {
            let host = hosts.get(&pipeline.host_id)?.clone();
            let standing = Standing {
                system_administrator: person.system_administrator,
                roles: of(&roles, pipeline.host_id),
                shares: of(&given, pipeline.id),
            };
            Some(SeenPipeline::of(host, pipeline, standing))
        };
        Ok(mine.into_iter().filter_map(seen).collect())
    }
}

type Grants = (Vec<(EnvironmentId, HostRole)>, Vec<(PipelineId, Access)>);

// All roles on hosts and all shares of a person, own and through groups.
fn grants(conn: &mut Conn, person: &Person) -> Result<Grants, Error> {
    let roles = host_roles::table
        .filter(host_roles::person_id.eq(person.id).or(host_roles::group_id.eq_any(groups_of(person.id))))
        .select((host_roles::host_id, host_roles::role))
        .load(conn)?;
    let given = shares::table
        .filter(shares::person_id.eq(person.id).or(shares::group_id.eq_any(groups_of(person.id))))
        .select((shares::pipeline_id, shares::access))
        .load(conn)?;
    Ok((roles, given))
}

fn of<K: PartialEq, V: Copy>(all: &[(K, V)], key: K) -> Vec<V> {
    all.iter().filter(|(other, _)| *other == key).map(|(_, value)| *value).collect()
}

/// Declares an action on a pipeline that asks for a right.
macro_rules! pipeline_action {
    ($(#[$doc:meta])* $name:ident, $right:ident, $refusal:expr) => {
        $(#[$doc])*
        pub struct $name;

        impl Action for $name {
            type Subject = SeenPipeline;

            fn find(conn: &mut Conn, person: &Person, path: &Path) -> Result<SeenPipeline, Error> {
                let seen = SeenPipeline::find(conn, person, path)?;
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
