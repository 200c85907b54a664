//! Scopes: the pipelines whose runs somebody may see, and what those are called.

use std::{collections::BTreeSet, sync::Arc};

use diesel::{
    dsl::{AsExprOf, auto_type},
    prelude::*,
    sql_types::Bool,
};

use crate::{
    db::{self, Conn, among, unvaried},
    error::Error,
    id::{EnvironmentId, PipelineId},
    models::reach::Reach,
    schema::pipelines,
};

/// The pipelines whose runs a person may see, retired ones too.
#[derive(Debug, Clone)]
pub enum Scope {
    All,
    /// These alone.
    Some(Arc<BTreeSet<PipelineId>>),
}

/// A pipeline by its key and its name, as it is sorted and as it is.
type Line = (PipelineId, String, String);

impl Scope {
    /// What the person may see: what is shared with them, and all of the hosts that they administer.
    pub fn of(who: &Reach) -> Scope {
        if who.system_administrator { Scope::All } else { Scope::Some(who.seen().clone()) }
    }

    /// The pipelines with a text in their names, of one host or of all, as key and name, by name. An empty text is in all.
    pub fn called(
        &self,
        conn: &mut Conn,
        host: Option<EnvironmentId>,
        text: &str,
    ) -> Result<Vec<(PipelineId, String)>, Error> {
        let key = db::fold(text);
        let there = self.lines(conn, host)?.into_iter().filter(|(_, name_key, _)| name_key.contains(&key));
        Ok(there.map(|(id, _, name)| (id, name)).collect())
    }

    /// The pipelines that are meant by what somebody typed: of this very name, else with the text in it.
    pub fn meant(
        &self,
        conn: &mut Conn,
        host: Option<EnvironmentId>,
        text: &str,
    ) -> Result<BTreeSet<PipelineId>, Error> {
        let key = db::fold(text);
        let found = self.called(conn, host, text)?;
        let of_this_name: Vec<_> = found.iter().filter(|(_, name)| db::fold(name) == key).collect();
        let meant = if of_this_name.is_empty() { found.iter().collect() } else { of_this_name };
        Ok(meant.into_iter().map(|(id, _)| *id).collect())
    }

    /// Whether they may see the runs of this pipeline, if it is one.
    pub fn has(&self, pipeline: PipelineId) -> bool {
        match self {
            Scope::All => true,
            Scope::Some(seen) => seen.contains(&pipeline),
        }
    }

    /// The pipelines of one host or of all, as key and name, by name; none where there are so `many` or more.
    pub fn few(
        &self,
        conn: &mut Conn,
        host: Option<EnvironmentId>,
        many: usize,
    ) -> Result<Option<Vec<(PipelineId, String)>>, Error> {
        let named =
            pipelines::table.order((pipelines::name_key, pipelines::id)).select((pipelines::id, pipelines::name));
        let found: Vec<_> = match self {
            Scope::All => unvaried!(named.filter(of_host(host)).limit(many as i64)).load(conn)?,
            Scope::Some(seen) if seen.len() < many => {
                unvaried!(named.filter(among(pipelines::id, &**seen))).load(conn)?
            }
            Scope::Some(_) => return Ok(None),
        };
        Ok(Some(found).filter(|found| found.len() < many))
    }

    // By name.
    fn lines(&self, conn: &mut Conn, host: Option<EnvironmentId>) -> Result<Vec<Line>, Error> {
        let all = pipelines::table.filter(of_host(host)).order((pipelines::name_key, pipelines::id)).select((
            pipelines::id,
            pipelines::name_key,
            pipelines::name,
        ));
        Ok(match self {
            Scope::All => unvaried!(all).load(conn)?,
            Scope::Some(seen) => unvaried!(all.filter(among(pipelines::id, &**seen))).load(conn)?,
        })
    }
}

/// Whether a pipeline is of a host, where there is one.
#[auto_type]
pub fn of_host(host: Option<EnvironmentId>) -> _ {
    let anywhere: AsExprOf<bool, Bool> = host.is_none().into_sql::<Bool>();
    anywhere.or(pipelines::host_id.nullable().eq(host))
}
