//! From an operation's row to what a platform is asked.

use crate::{
    app::App,
    artifacts::Stored,
    db::Conn,
    error::Error,
    id::RunId,
    models::{
        artifact::Artifact,
        operation::{Operation, OperationKind},
        run::Run,
    },
    platform::{self, Act},
};

/// A run with the artifact that it holds, if it holds one yet.
#[derive(Debug, Clone)]
pub struct Carried {
    pub run: Run,
    artifact: Option<Artifact>,
}

impl Carried {
    /// A run that holds this artifact.
    pub fn new(run: Run, artifact: &Artifact) -> Carried {
        Carried { run, artifact: Some(artifact.clone()) }
    }

    /// As they stand now.
    pub fn read(conn: &mut Conn, run: RunId) -> Result<Carried, Error> {
        let run = Run::by_id(conn, run)?;
        let artifact = run.artifact_id.map(|id| Artifact::by_id(conn, id)).transpose()?;
        Ok(Carried { run, artifact })
    }

    /// The artifact.
    ///
    /// # Errors
    /// Where the run holds none, which then cannot be checked or imported.
    pub fn artifact(&self) -> Result<&Artifact, Error> {
        self.artifact.as_ref().ok_or_else(|| Error::internal(format!("run {} holds no artifact", self.run.id)))
    }
}

/// What the platform is asked for this operation: for a run what the run says, which comes along and need not be read
/// where it is known, by hand what stands in the row.
pub async fn of(
    app: &App,
    operation: &Operation,
    known: Option<Carried>,
) -> Result<(platform::Operation, Option<Carried>), Error> {
    let carried = match (known, operation.run_id) {
        (None, Some(run)) => Some(app.db.read(move |c| Carried::read(c, run)).await?),
        (known, _) => known,
    };
    let act = match &carried {
        Some(carried) => of_run(carried, operation.kind)?,
        None => serde_json::from_str(&operation.input)?,
    };
    Ok((platform::Operation { id: operation.id, environment: operation.environment_id, act }, carried))
}

/// The managed package that an artifact deploys.
pub fn managed(artifact: &Artifact) -> Result<Stored, Error> {
    let hash = artifact.managed_hash.parse().map_err(Error::internal)?;
    Ok(Stored { hash, size: artifact.managed_size.unsigned_abs() })
}

fn of_run(carried: &Carried, kind: OperationKind) -> Result<Act, Error> {
    let run = &carried.run;
    if kind == OperationKind::Export {
        return Ok(Act::Export { solution: run.solution_name.clone() });
    }
    let package = managed(carried.artifact()?)?;
    match kind {
        OperationKind::Check => Ok(Act::Check { package }),
        OperationKind::Import => {
            let settings = run.settings()?.to_send(&run.checks()?.unwrap_or_default());
            Ok(Act::Import { package, settings })
        }
        other => Err(Error::internal(format!("a run has no operation {other:?}"))),
    }
}
