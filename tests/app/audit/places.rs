//! Environments, hosts and pipelines in the log.

use sluice::{
    id::EnvironmentId,
    models::{
        deployment_environment::DeploymentEnvironment, environment::Environment, environment_role::Member, host::Host,
        pipeline::Pipeline, principal::Principal, retention::removal::Retired, role_holder::RoleHolder, share::Share,
        stage::Stage,
    },
    rules::validation::RecordKind,
};

use super::{people::last, walk::Walk};
use crate::support::{Browser, Contoso, contoso::tables};

/// Uses every route about environments, hosts and pipelines once.
pub async fn walk(walk: &mut Walk) {
    let c = Contoso::new();
    let mut ada = c.app.sign_in(&c.ada).await;
    let lab = environments(walk, &c, &mut ada).await;
    host(walk, &c, &mut ada).await;
    records(walk, &c, &mut ada, lab).await;
    pipelines(walk, &c, &mut ada).await;
    retention(walk).await;
}

async fn retention(walk: &mut Walk) {
    let c = Contoso::new();
    let (app, mut ada) = (&c.app, c.app.sign_in(&c.ada).await);
    for version in ["1.0.0.1", "1.0.0.2"] {
        c.import(&c.development, &tables(version)).await;
        c.deploy(&mut ada, &c.test, "contoso_core").await;
        c.deploy(&mut ada, &c.live, "contoso_core").await;
    }
    app.packages_later(31);
    let form = [("mode", "remove"), ("days", "30"), ("versions", "1")];
    let told = "Ada change settings Retention; Remove packages not used for: never → 30 days; Always keep the newest \
                versions: all → 1";
    walk.step(app, &mut ada, ("/admin/retention", &[]), &form, told).await;
    let told = "Ada remove packages Contoso Core 1.0.0.1; Source:  → Contoso Development";
    walk.step(app, &mut ada, ("/admin/retention/removal", &[]), &[], told).await;
    let artifact = app.read(Retired::lately).remove(0).id.to_string();
    let route = ("/admin/retention/packages/{artifact}/return", &[artifact.as_str()][..]);
    walk.step(app, &mut ada, route, &[], "Ada bring back Contoso Core 1.0.0.1").await;
}

async fn environments(walk: &mut Walk, c: &Contoso, ada: &mut Browser) -> Environment {
    let app = &c.app;
    let form = [("name", "Lab"), ("region", "Europe"), ("kind", "sandbox"), ("dataverse", "on")];
    let told = "Ada create Lab; Name:  → Lab; Region:  → Europe; Type:  → Sandbox; Managed environment:  → no; \
                Dataverse database:  → yes";
    let page = walk.step(app, ada, ("/admin/environments", &[]), &form, told).await;
    let lab = last(&page);
    let form =
        [("name", "Laboratory"), ("region", "Europe"), ("kind", "sandbox"), ("managed", "on"), ("dataverse", "on")];
    let told = "Ada change Lab; Name: Lab → Laboratory; Managed environment: no → yes";
    walk.step(app, ada, ("/admin/environments/{environment}", &[&lab]), &form, told).await;
    let zed = Principal::Person(c.zed.id).to_string();
    let form = [("principal", zed.as_str()), ("role", "basic_user")];
    let told = "Ada give role Laboratory; Role of Zed:  → Basic User";
    walk.step(app, ada, ("/admin/environments/{environment}/roles", &[&lab]), &form, told).await;
    let id: EnvironmentId = lab.parse().unwrap();
    let role = app.read(|c| Member::of(c, id)).remove(0).id.to_string();
    let form = [("role", "system_customizer")];
    let told = "Ada change role Laboratory; Role of Zed: Basic User → System Customizer";
    walk.step(app, ada, ("/admin/environments/{environment}/roles/{role}", &[&lab, &role]), &form, told).await;
    let route = ("/admin/environments/{environment}/roles/{role}/removal", &[lab.as_str(), &role][..]);
    walk.step(app, ada, route, &[], "Ada remove role Laboratory; Role of Zed: System Customizer → ").await;
    let told = "Ada install pipelines Laboratory; Role of Ada:  → Deployment Pipeline Administrator";
    walk.step(app, ada, ("/admin/environments/{environment}/host", &[&lab]), &[], told).await;
    let old = app.environment("Old").id.to_string();
    walk.step(app, ada, ("/admin/environments/{environment}/retirement", &[&old]), &[], "Ada retire Old").await;
    app.read(|c| Environment::by_id(c, id))
}

async fn host(walk: &mut Walk, c: &Contoso, ada: &mut Browser) {
    let (app, host) = (&c.app, c.host.id.to_string());
    let zed = Principal::Person(c.zed.id).to_string();
    let form = [("principal", zed.as_str()), ("role", "user")];
    let told = "Ada give role Contoso Host; Role of Zed:  → Deployment Pipeline User";
    walk.step(app, ada, ("/hosts/{host}/security", &[&host]), &form, told).await;
    let holders = app.read(|db| RoleHolder::of(db, c.host.id)).into_iter();
    let role = holders.filter(|holder| holder.named.name == "Zed").map(|holder| holder.id.to_string()).next().unwrap();
    let told = "Ada remove role Contoso Host; Role of Zed: Deployment Pipeline User → ";
    walk.step(app, ada, ("/hosts/{host}/security/{role}/removal", &[&host, &role]), &[], told).await;
    let told = "Ada change settings Contoso Host; Allow deployments across regions: no → yes";
    walk.step(app, ada, ("/hosts/{host}/settings", &[&host]), &[("allow_cross_region", "on")], told).await;
}

async fn records(walk: &mut Walk, c: &Contoso, ada: &mut Browser, lab: Environment) {
    let (app, host) = (&c.app, c.host.id.to_string());
    let place = app.environment("Place");
    let other = app.read(|c| Host::by_id(c, lab.id));
    app.register(&other, &c.ada, &place, RecordKind::Target);
    app.validate_pending();
    let form = [("name", "Place"), ("kind", "target"), ("guid", place.guid.as_str()), ("description", "")];
    let told =
        "Ada register Place; Host:  → Contoso Host; Environment Type:  → Target environment; Environment ID:  → ";
    walk.step(app, ada, ("/hosts/{host}/environments", &[&host]), &form, told).await;
    app.validate_pending();
    let records = app.read(|db| DeploymentEnvironment::of_host(db, &c.host)).into_iter();
    let record = records.filter(|record| record.name == "Place").map(|record| record.id.to_string()).next().unwrap();
    let keys = &[host.as_str(), record.as_str()][..];
    let told = "Ada force link Place; Host: Laboratory → Contoso Host";
    walk.step(app, ada, ("/hosts/{host}/environments/{record}/force-link", keys), &[], told).await;
    app.validate_pending();
    let lost = "Ada lose Place; Validation Status: Success → Failed; Taken over with Force Link.";
    assert!(app.audit().iter().any(|line| line == lost));
    let told = "Ada refresh Place; Validation Status: Success → Pending";
    walk.step(app, ada, ("/hosts/{host}/environments/{record}/validation", keys), &[], told).await;
    app.validate_pending();
    assert_eq!(app.audit().last().unwrap(), "Sluice validate Place; Validation Status: Pending → Success");
    let form = [("name", "Yard"), ("description", "Behind")];
    let told = "Ada change Place; Name: Place → Yard; Description:  → Behind";
    walk.step(app, ada, ("/hosts/{host}/environments/{record}", keys), &form, told).await;
    walk.step(app, ada, ("/hosts/{host}/environments/{record}/retirement", keys), &[], "Ada retire Yard").await;
}

async fn pipelines(walk: &mut Walk, c: &Contoso, ada: &mut Browser) {
    let (app, host) = (&c.app, c.host.id.to_string());
    let form = [("name", "Nightly"), ("description", "At night"), ("allow_redeploy", "on")];
    let told = "Ada create Nightly; Host:  → Contoso Host; Name:  → Nightly; Description:  → At night; \
                Allow redeployments of older versions:  → yes";
    walk.step(app, ada, ("/hosts/{host}/pipelines", &[&host]), &form, told).await;
    let all = app.read(|db| Pipeline::of_host(db, &c.host, false));
    let pipeline = all.into_iter().find(|pipeline| pipeline.name == "Nightly").unwrap();
    let id = pipeline.id.to_string();
    let keys = &[host.as_str(), id.as_str()][..];
    let form = [("name", "Weekly"), ("description", "At night")];
    let told = "Ada change Nightly; Name: Nightly → Weekly; Allow redeployments of older versions: yes → no";
    walk.step(app, ada, ("/hosts/{host}/pipelines/{pipeline}", keys), &form, told).await;
    let source = c.source.id.to_string();
    let told = "Ada link environment Weekly; Development Environment:  → Contoso Development";
    walk.step(app, ada, ("/hosts/{host}/pipelines/{pipeline}/environments", keys), &[("record", &source)], told).await;
    let route = "/hosts/{host}/pipelines/{pipeline}/environments/{record}/removal";
    let told = "Ada unlink environment Weekly; Development Environment: Contoso Development → ";
    walk.step(app, ada, (route, &[&host, &id, &source]), &[], told).await;
    stages(walk, c, ada, keys).await;
    shares(walk, c, ada, keys).await;
    walk.step(app, ada, ("/hosts/{host}/pipelines/{pipeline}/retirement", keys), &[], "Ada retire Weekly").await;
}

async fn stages(walk: &mut Walk, c: &Contoso, ada: &mut Browser, keys: &[&str]) {
    let app = &c.app;
    let (qa, production) = (c.test.target_id.to_string(), c.live.target_id.to_string());
    let form = [("name", "Test"), ("description", ""), ("previous", ""), ("target", qa.as_str())];
    let told = "Ada add stage Weekly; Stage:  → Test; Target Deployment Environment:  → Contoso QA";
    walk.step(app, ada, ("/hosts/{host}/pipelines/{pipeline}/stages", keys), &form, told).await;
    let stage = app.read(|db| Stage::of_pipeline(db, keys[1].parse().unwrap())).remove(0).id.to_string();
    let keys = &[keys[0], keys[1], stage.as_str()][..];
    let form = [("name", "Live"), ("description", "Real"), ("previous", ""), ("target", production.as_str())];
    let told = "Ada edit stage Weekly; Stage: Test → Live; Description:  → Real; \
                Target Deployment Environment: Contoso QA → Contoso Production; Stage Test";
    walk.step(app, ada, ("/hosts/{host}/pipelines/{pipeline}/stages/{stage}", keys), &form, told).await;
    let told = "Ada retire stage Weekly; Stage: Live → ; Target Deployment Environment: Contoso Production → ";
    walk.step(app, ada, ("/hosts/{host}/pipelines/{pipeline}/stages/{stage}/retirement", keys), &[], told).await;
}

async fn shares(walk: &mut Walk, c: &Contoso, ada: &mut Browser, keys: &[&str]) {
    let app = &c.app;
    let zed = Principal::Person(c.zed.id).to_string();
    let form = [("principal", zed.as_str()), ("access", "view")];
    let told = "Ada share Weekly; Share of Zed:  → View";
    walk.step(app, ada, ("/hosts/{host}/pipelines/{pipeline}/shares", keys), &form, told).await;
    let pipeline = app.read(|db| Pipeline::by_id(db, keys[1].parse().unwrap()));
    let share = app.read(|db| Share::of(db, &pipeline)).remove(0).id.to_string();
    let keys = &[keys[0], keys[1], share.as_str()][..];
    let told = "Ada change share Weekly; Share of Zed: View → Run";
    walk.step(app, ada, ("/hosts/{host}/pipelines/{pipeline}/shares/{share}", keys), &[("access", "run")], told).await;
    let told = "Ada remove share Weekly; Share of Zed: Run → ";
    walk.step(app, ada, ("/hosts/{host}/pipelines/{pipeline}/shares/{share}/removal", keys), &[], told).await;
}
