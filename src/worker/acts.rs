//! From an operation's row to what a platform is asked.

use crate::{
    app::App,
    artifacts::Stored,
    error::Error,
    models::{
        artifact::Artifact,
        operation::{Operation, OperationKind},
        run::Run,
    },
    platform::{self, Act},
};

/// What the platform is asked for this operation: for a run what the run says, which comes along, by hand what stands in
/// the row.
pub async fn of(app: &App, operation: &Operation) -> Result<(platform::Operation, Option<Run>), Error> {
    let (act, run) = match operation.run_id {
        None => (serde_json::from_str(&operation.input)?, None),
        Some(run) => {
            let kind = operation.kind;
            let read = app.db.read(move |c| {
                let run = Run::by_id(c, run)?;
                Ok((of_run(&run, kind, |id| Artifact::by_id(c, id))?, Some(run)))
            });
            read.await?
        }
    };
    Ok((platform::Operation { id: operation.id, environment: operation.environment_id, act }, run))
}

/// The managed package that an artifact deploys.
pub fn managed(artifact: &Artifact) -> Result<Stored, Error> {
    let hash = artifact.managed_hash.parse().map_err(Error::internal)?;
    Ok(Stored { hash, size: artifact.managed_size.unsigned_abs() })
}

fn of_run(
    run: &Run,
    kind: OperationKind,
    artifact: impl FnOnce(crate::id::ArtifactId) -> Result<Artifact, Error>,
) -> Result<Act, Error> {
    if kind == OperationKind::Export {
        return Ok(Act::Export { solution: run.solution_name.clone() });
    }
    let id = run.artifact_id.ok_or_else(|| Error::internal(format!("run {} holds no artifact", run.id)))?;
    let package = managed(&artifact(id)?)?;
    match kind {
        OperationKind::Check => Ok(Act::Check { package }),
        OperationKind::Import => {
            let settings = run.settings()?.to_send(&run.checks()?.unwrap_or_default());
            Ok(Act::Import { package, settings })
        }
        other => Err(Error::internal(format!("a run has no operation {other:?}"))),
    }
}
