//! Records that wait for their validation: asks the environment, lets the model judge.

use crate::{
    app::App,
    error::Error,
    models::deployment_environment::{DeploymentEnvironment, Pending},
    rules::validation::ProbeFacts,
};

/// Validates what waits. An environment that does not answer is asked again later.
pub async fn pending(app: &App) -> Result<(), Error> {
    for record in app.db.read(DeploymentEnvironment::pending).await? {
        let (id, revision) = (record.id, record.revision);
        match probe(app, &record).await {
            Ok(probe) => {
                app.db.write(move |c| DeploymentEnvironment::validate(c, id, revision, probe)).await?;
            }
            Err(error) => tracing::warn!(record = %id, error = %error, "an environment did not answer"),
        }
    }
    Ok(())
}

async fn probe(app: &App, record: &Pending) -> Result<Option<ProbeFacts>, crate::platform::PlatformError> {
    let Some(environment) = &record.environment else { return Ok(None) };
    let probe = app.platforms.embedded().probe(environment.id).await?;
    Ok(Some(ProbeFacts { region: probe.region, managed: probe.managed, dataverse: probe.dataverse }))
}
