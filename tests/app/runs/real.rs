//! Real packages, where there are some, the whole way through a pipeline over HTTP.

use std::{fs, io::Cursor, path::Path};

use sluice::{
    models::run::Run,
    package::{Limits, Package, checks::VariableKind},
    platform::Act,
    rules::state::State,
};

use crate::{
    embedded::real::{packages, stand_ins},
    support::{Browser, Contoso},
};

#[actix_web::test]
async fn real_solutions_go_through_a_pipeline_to_production() {
    let mut deployed = 0;
    for path in packages() {
        let bytes = fs::read(&path).unwrap();
        let package = Package::read(Cursor::new(&bytes), &Limits::default()).unwrap();
        if !package.manifest.managed && package.manifest.package_version.is_some() {
            to_production(&path, &bytes, &package).await;
            deployed += 1;
        }
    }
    println!("{deployed} real solutions were deployed");
}

async fn to_production(path: &Path, bytes: &[u8], package: &Package) {
    let c = Contoso::new();
    for place in [&c.development, &c.qa, &c.production] {
        for stand_in in stand_ins(package) {
            c.import(place, &stand_in).await;
        }
    }
    let stored = c.store_bytes(bytes).await;
    c.act(&c.development, Act::Import { package: stored.clone(), settings: Default::default() }).await.unwrap();
    sluice::worker::refresh_sightings(&c.app.app).await.unwrap();
    let mut maya = c.app.sign_in(&c.maya).await;
    for stage in [&c.test, &c.live] {
        let run = c.validated(&mut maya, stage, &package.manifest.unique_name).await;
        assert_eq!(run.state, State::ValidationSucceeded, "{}: {:?}", path.display(), run.error_message);
        assert_eq!(run.unmanaged_hash.as_deref(), Some(stored.hash.as_str()), "{}", path.display());
        answer(&c, &mut maya, &run).await;
        let run = c.run(run.id);
        assert_eq!(run.state, State::Succeeded, "{}: {:?}", path.display(), run.error_message);
    }
}

// A connection for each reference, and a value where there is none.
async fn answer(c: &Contoso, maya: &mut Browser, run: &Run) {
    let checks = run.checks().unwrap().unwrap();
    let at = if run.target_environment_id == c.qa.id { &c.qa } else { &c.production };
    let mut form = vec![("notes".to_owned(), "A real one".to_owned())];
    for reference in &checks.connection_references {
        let connector = reference.connector_id.rsplit('/').next().unwrap();
        let id = c.connection(at, "A connection", connector);
        form.push((format!("connection:{}", reference.logical_name), id));
    }
    for variable in &checks.variables {
        let value = match variable.kind {
            VariableKind::Number => "1",
            VariableKind::YesNo => "yes",
            VariableKind::Json => "{}",
            _ => "a value",
        };
        form.push((format!("variable:{}", variable.schema_name), value.to_owned()));
    }
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let page = maya.post(&format!("/runs/{}/deployment", run.id), &form).await;
    assert_eq!(page.status, 303, "{}: {}", run.solution_name, page.text());
    c.app.run_worker().await;
}
