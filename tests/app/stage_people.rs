//! Who can deploy to a stage: the page for administrators, by the rule that guards Deploy.

use diesel::prelude::*;
use sluice::{
    models::{
        deployer::Deployer,
        holder::Holder,
        reach::Reach,
        run::{Ask, Case, Own, Situation},
        stage::Stage,
    },
    rules::{
        deploy::Asked,
        rights::{EnvironmentRole, HostRole, Right},
        validation::RecordKind,
        verdict::Rule,
    },
    schema::environment_roles,
};

use crate::support::{Contoso, Page, contoso};

fn path(c: &Contoso, stage: &Stage) -> String {
    format!("/hosts/{}/pipelines/{}/stages/{}/people", c.host.id, c.pipeline.id, stage.id)
}

fn row(page: &Page, name: &str) -> String {
    let rows = page.all("#people tbody tr");
    rows.iter().find(|row| row.starts_with(name)).unwrap_or_else(|| panic!("no {name} in {rows:?}")).clone()
}

#[actix_web::test]
async fn each_person_is_told_with_what_lacks_and_who_lifts_it() {
    let c = Contoso::new();
    let bo = c.app.person("Bo");
    c.app.give_environment_role(&c.qa, &bo, EnvironmentRole::SystemAdministrator);
    let mut ada = c.app.sign_in(&c.ada).await;
    let page = ada.get(&path(&c, &c.test)).await;
    page.assert_has("h1", "Who can deploy to Test?");
    assert_eq!(page.all("#people tbody tr").len(), 3, "Bo and Zed do not see the pipeline");
    let adas = row(&page, "Ada");
    assert!(adas.contains("Yes") && adas.contains("Manage (system administrator and Deployment"), "{adas}");
    assert!(adas.contains("Contoso Development: System Administrator (in every environment)"), "{adas}");
    let mayas = row(&page, "Maya");
    assert!(mayas.contains("Yes Run (shared directly; Deployment Pipeline User)"), "{mayas}");
    assert!(mayas.ends_with("Contoso Development: System Customizer System Customizer"), "{mayas}");
    let vics = row(&page, "Vic");
    for words in [
        "No Deploying needs the right to run Contoso Standard, which Vic does not have.",
        "Ada or another Deployment Pipeline Administrator of Contoso Host can give Vic Run access to Contoso Standard and \
         the Deployment Pipeline User role there.",
        "needs the right to export from Contoso Development, which Vic does not have. A system administrator can give \
         Vic System Customizer in Contoso Development.",
        "needs the right to import into Contoso QA, which Vic does not have. Bo or another System Administrator of \
         Contoso QA can give Vic System Customizer there.",
        "View (shared directly) Contoso Development: No role No role",
    ] {
        assert!(vics.contains(words), "no {words:?} in {vics}");
    }
    let page = ada.get(&path(&c, &c.live)).await;
    assert!(!row(&page, "Vic").contains("export"), "a later stage exports nothing");
    let page = ada.get(&format!("{}?q=MAYA@", path(&c, &c.test))).await;
    assert_eq!(page.all("#people tbody tr").len(), 1);
    ada.get(&format!("{}?q=nobody", path(&c, &c.test))).await.assert_has("#people", "Nobody fits.");
}

#[actix_web::test]
async fn with_several_sources_it_is_said_from_which() {
    let c = Contoso::new();
    let second = c.app.validated(&c.host, &c.ada, "Fabrikam Development", RecordKind::Development);
    c.app.link(&c.pipeline, &c.ada, &second);
    let page = c.app.sign_in(&c.ada).await.get(&path(&c, &c.test)).await;
    let mayas = row(&page, "Maya");
    assert!(mayas.contains("Yes From Contoso Development only."), "{mayas}");
    assert!(mayas.contains("export from Fabrikam Development, which Maya does not have"), "{mayas}");
    let vics = row(&page, "Vic");
    assert_eq!(vics.matches("import into Contoso QA, which").count(), 1, "said once: {vics}");
}

#[actix_web::test]
async fn the_page_is_for_who_administers_and_leads_from_pipeline_and_share() {
    let c = Contoso::new();
    let other = c.app.pipeline(&c.host, &c.ada, "Other");
    let mut ada = c.app.sign_in(&c.ada).await;
    let pipeline = format!("/hosts/{}/pipelines/{}", c.host.id, c.pipeline.id);
    let link = ada.get(&pipeline).await.link("Who can deploy to Test?");
    assert_eq!(link, path(&c, &c.test));
    assert_eq!(ada.get(&format!("{pipeline}/shares")).await.link("Who can deploy to Test?"), link);
    let foreign = link.replace(&c.pipeline.id.to_string(), &other.id.to_string());
    assert_eq!(ada.get(&foreign).await.status, 404);
    for (person, status) in [(&c.maya, 403), (&c.vic, 403), (&c.zed, 404)] {
        assert_eq!(c.app.sign_in(person).await.get(&link).await.status, status, "{}", person.name);
    }
}

// For every mixture of grants the page, the right and rule 3 say the same.
#[actix_web::test]
async fn the_page_says_what_the_rule_says() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let gus = c.app.person("Gus");
    let group = c.app.group("Staff", &[&gus, &c.vic]);
    c.app.give_host_role(c.host.id, group, HostRole::User);
    c.app.write(|conn| {
        let mayas = environment_roles::table.filter(environment_roles::person_id.eq(c.maya.id));
        let in_qa = mayas.filter(environment_roles::environment_id.eq(c.qa.id));
        Ok(diesel::delete(in_qa).execute(conn)?)
    });
    c.app.give_environment_role(&c.qa, &c.vic, EnvironmentRole::SystemCustomizer);
    let everybody = c.app.read(|conn| Holder::of_pipeline(conn, &c.pipeline));
    for person in [&c.ada, &c.maya, &c.vic, &c.zed, &gus] {
        let right = c.app.read(|conn| c.pipeline.right(conn, person));
        let told = everybody.iter().find(|holder| holder.person.id == person.id);
        assert_eq!(told.map_or(Right::None, |holder| holder.held.right()), right, "{}", person.name);
    }
    for stage in [&c.test, &c.live] {
        for deployer in c.app.read(|conn| Deployer::of_stage(conn, &c.host, &c.pipeline, stage)) {
            let case = c.app.read(|conn| {
                let who = Reach::of(conn, deployer.person.clone())?;
                let mut situation = Situation::of(conn, &who, &c.pipeline, &c.host, "contoso_core")?;
                let source = Some(c.development.id);
                let ask = Ask { stage, source, artifact: None, redeploy: false, own: Own::Nothing };
                Case::read(conn, &mut situation, ask)
            });
            let judged = case.judge(Asked::Card);
            let entitled = !judged.refusals().any(|reason| reason.rule == Rule::Person);
            assert_eq!(deployer.can, entitled, "{} to {}", deployer.person.name, stage.name);
        }
    }
}
