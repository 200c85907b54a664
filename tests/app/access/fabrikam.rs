//! Fabrikam: another host of the same tenant with everything that a host can have, of which Contoso must not hear.

use std::collections::HashMap;

use diesel::prelude::*;
use sluice::{
    id::GrantId,
    models::{deployment_environment::DeploymentEnvironment, environment::Environment, host::Host, person::Person},
    package::Builder,
    rules::{
        rights::{Access, EnvironmentRole, HostRole},
        validation::RecordKind,
    },
    schema::environment_roles,
};

use super::world::{last, session, share};
use crate::support::{Browser, TestApp};

/// The other host.
pub struct Fabrikam {
    /// Who administers it, and may change solutions in its environments.
    pub otto: Person,
    pub production: Environment,
    /// What stands for the names in addresses, as in the world around it.
    pub names: HashMap<&'static str, String>,
}

impl Fabrikam {
    pub async fn new(app: &TestApp) -> Fabrikam {
        let otto = app.person("Otto");
        let host = app.host("Fabrikam Host", &otto);
        let (development, source) = place(app, &host, &otto, "Fabrikam Development", RecordKind::Development);
        let (production, record) = place(app, &host, &otto, "Fabrikam Production", RecordKind::Target);
        let pipeline = app.pipeline(&host, &otto, "Fabrikam Standard");
        app.link(&pipeline, &otto, &source);
        let stage = app.stage(&pipeline, &otto, "Fabrikam Live", None, &record);
        let crew = app.group("Fabrikam Crew", &[]);
        let member: GrantId = app.read(|c| {
            let theirs = environment_roles::table.filter(environment_roles::environment_id.eq(development.id));
            Ok(theirs.select(environment_roles::id).first(c)?)
        });
        let mut names = HashMap::from([
            ("host", host.id.to_string()),
            ("environment", development.id.to_string()),
            ("record", record.id.to_string()),
            ("source", source.id.to_string()),
            ("pipeline", pipeline.id.to_string()),
            ("stage", stage.id.to_string()),
            ("share", share(app, &pipeline, crew, Access::View).to_string()),
            ("role", app.give_host_role(host.id, crew, HostRole::User).to_string()),
            ("member", member.to_string()),
            ("solution", "fabrikam_secret".to_owned()),
            ("person", otto.id.to_string()),
        ]);
        names.extend(history(app, &otto, &names).await);
        names.insert("session", session(app, &otto));
        Fabrikam { otto, production, names }
    }
}

// What is left of work: a run, an export, a check, a connection.
async fn history(app: &TestApp, otto: &Person, names: &HashMap<&str, String>) -> Vec<(&'static str, String)> {
    let mut browser = app.sign_in(otto).await;
    let package =
        Builder::new("fabrikam_secret").display_name("Fabrikam Secret").version("7.0.0.0").to_bytes().unwrap();
    let at = format!("/environments/{}", names["environment"]);
    let check = upload(app, &mut browser, &at, &package).await;
    assert_eq!(browser.post(&format!("{at}/imports/{check}"), &[]).await.status, 303);
    app.run_worker().await;
    let check = upload(app, &mut browser, &at, &package).await;
    let export = last(&browser.post(&format!("{at}/solutions/fabrikam_secret/exports"), &[]).await);
    let next = format!("/pipelines/{}/stages/{}/runs", names["pipeline"], names["stage"]);
    let form = [("solution", "fabrikam_secret"), ("source", &names["environment"])];
    let run = last(&browser.post(&next, &form).await);
    app.run_worker().await;
    let page = browser.post(&format!("/runs/{run}/deployment"), &[("notes", "fabrikam_notes")]).await;
    assert_eq!(page.status, 303, "{}", page.text());
    app.run_worker().await;
    let connection = [("name", "Fabrikam Mail"), ("connector", "shared_office365")];
    assert_eq!(browser.post(&format!("{at}/connections"), &connection).await.status, 303);
    let connection: String = app.read(|c| {
        use sluice::schema::embedded_connections;
        let theirs = embedded_connections::table.filter(embedded_connections::name.eq("Fabrikam Mail"));
        Ok(theirs.select(embedded_connections::id).first(c)?)
    });
    vec![("run", run), ("operation", export), ("check", check), ("connection", connection)]
}

async fn upload(app: &TestApp, browser: &mut Browser, at: &str, package: &[u8]) -> String {
    let page = browser.upload(&format!("{at}/imports"), &[], ("package", "solution.zip", package)).await;
    app.run_worker().await;
    last(&page)
}

fn place(
    app: &TestApp,
    host: &Host,
    otto: &Person,
    name: &str,
    kind: RecordKind,
) -> (Environment, DeploymentEnvironment) {
    let environment = app.environment(name);
    app.give_environment_role(&environment, otto, EnvironmentRole::SystemCustomizer);
    let record = app.register(host, otto, &environment, kind);
    app.validate_pending();
    (app.read(|c| Environment::by_id(c, environment.id)), app.record(&record))
}
