//! Who is refused is told which right is missing, where, and who can give it.

use diesel::prelude::*;
use sluice::{
    id::GrantId,
    rules::{
        by_hand,
        deploy::{Change, Claim, Place, Reader, lacking},
        grantors::Grantors,
        rights::{Access, EnvironmentRole, HostRole, Standing},
    },
    schema::{environment_roles, people},
};

use crate::support::{Contoso, Makers, contoso};

fn names(all: &[&str]) -> Vec<String> {
    all.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn who_can_give_is_told_by_role_and_by_name() {
    let rows = [
        (names(&[]), "Ask a system administrator to give you System Customizer in Contoso QA."),
        (names(&["Ada"]), "Ask Ada or another System Administrator of Contoso QA to give you System Customizer there."),
        (
            names(&["Ada", "Bo"]),
            "Ask Ada, Bo or another System Administrator of Contoso QA to give you System Customizer there.",
        ),
    ];
    for (names, sentence) in rows {
        assert_eq!(Grantors::of_environment("Contoso QA", &names).ask_for("System Customizer"), sentence);
    }
    let nobody = names(&[]);
    assert_eq!(
        Grantors::of_host("Contoso Host", &nobody).can_give("Deployment Pipeline User", "Vic"),
        "A system administrator can give Vic Deployment Pipeline User on Contoso Host."
    );
    assert!(by_hand::refusal("Contoso QA", &names(&["Ada"])).contains("ask Ada or another System Administrator of"));
}

// Everything that deploying to a first stage takes, each alone missing, and all at once.
#[test]
fn each_right_that_is_missing_is_named_with_its_place() {
    let (hosts, developers, testers) = (names(&["Ada"]), names(&["Bo"]), names(&["Cy"]));
    let run = Standing { roles: vec![HostRole::User], shares: vec![Access::Run], ..Standing::default() };
    let roleless = Standing { shares: vec![Access::Run], ..Standing::default() };
    let viewer = Standing { roles: vec![HostRole::User], shares: vec![Access::View], ..Standing::default() };
    let told = |standing: &Standing, may_export, may_import| {
        let source = Place { name: "Contoso Development", administrators: &developers };
        let claim = Claim {
            person: "Vic",
            active: true,
            standing,
            pipeline: "Main",
            stage: "Test",
            host: Place { name: "Contoso Host", administrators: &hosts },
            source: Some(Change { at: source, may: may_export }),
            target: Change { at: Place { name: "Contoso QA", administrators: &testers }, may: may_import },
        };
        let reasons = lacking(&claim, Reader::Themselves);
        reasons.into_iter().map(|reason| format!("{} {}", reason.message, reason.help)).collect::<Vec<_>>()
    };
    let role = "Deploying needs the right to run Main, which you do not have. Ask Ada or another Deployment Pipeline \
                Administrator of Contoso Host to give you Deployment Pipeline User there.";
    let share = "Deploying needs the right to run Main, which you do not have. Ask Ada or another Deployment Pipeline \
                 Administrator of Contoso Host to give you Run access to Main there.";
    let export = "Deploying to Test needs the right to export from Contoso Development, which you do not have. Ask Bo or \
                  another System Administrator of Contoso Development to give you System Customizer there.";
    let import = "Deploying to Test needs the right to import into Contoso QA, which you do not have. Ask Cy or another \
                  System Administrator of Contoso QA to give you System Customizer there.";
    assert!(told(&run, true, true).is_empty());
    assert_eq!(told(&roleless, true, true), [role]);
    assert_eq!(told(&viewer, true, true), [share]);
    assert_eq!(told(&run, false, true), [export]);
    assert_eq!(told(&run, true, false), [import]);
    assert_eq!(told(&roleless, false, false), [role, export, import]);
}

#[actix_web::test]
async fn pages_of_an_environment_name_the_role_and_whom_to_ask() {
    let makers = Makers::new();
    let mut maya = makers.maya().await;
    makers.import(&mut maya, &sluice::package::Builder::new("Expenses")).await;
    let mut bo = makers.app.sign_in(&makers.bo).await;
    let admin = format!("/admin/environments/{}", makers.environment);
    let ask = |role: &str, own: &str| {
        format!(
            "You need {role} in Contoso Development; you are {own} there. Ask Ada or another System Administrator of \
             Contoso Development to give you {role} there."
        )
    };
    let change = ask("System Customizer", "Basic User");
    let administer = ask("System Administrator", "Basic User");
    let rows = [
        ("GET", makers.at("imports/new"), &change),
        ("POST", makers.at("imports"), &change),
        ("GET", makers.at("new-solution"), &change),
        ("POST", makers.at("solutions"), &change),
        ("GET", makers.at("solutions/Expenses/version"), &change),
        ("POST", makers.at("solutions/Expenses/version"), &change),
        ("GET", makers.at("solutions/Expenses/removal"), &change),
        ("POST", makers.at("solutions/Expenses/removal"), &change),
        ("POST", makers.at("solutions/Expenses/exports"), &change),
        ("GET", makers.at("connections/new"), &change),
        ("GET", admin.clone(), &administer),
        ("GET", format!("{admin}/edit"), &administer),
        ("POST", format!("{admin}/roles"), &administer),
        ("GET", format!("{admin}/host"), &administer),
        ("POST", format!("{admin}/host"), &administer),
        ("GET", format!("{admin}/retirement"), &administer),
    ];
    for (method, path, sentence) in rows {
        let page = if method == "GET" { bo.get(&path).await } else { bo.post(&path, &[]).await };
        assert_eq!(page.status, 403, "{method} {path}");
        page.assert_has("p", sentence);
    }
    maya.get(&admin).await.assert_has("p", &ask("System Administrator", "System Customizer"));

    // Who is deactivated cannot be asked.
    makers
        .app
        .write(|c| Ok(diesel::update(people::table.find(makers.ada.id)).set(people::active.eq(false)).execute(c)?));
    maya.get(&admin).await.assert_has("p", "Ask a system administrator to give you System Administrator in");
}

#[actix_web::test]
async fn names_come_through_groups_too_and_are_two_at_most() {
    let makers = Makers::new();
    let mut bo = makers.app.sign_in(&makers.bo).await;
    let (di, eve) = (makers.app.person("Abe"), makers.app.person("Eve"));
    let owners = makers.app.group("Owners", &[&makers.ada, &di, &eve]);
    makers.app.write(|c| {
        let values = (
            environment_roles::id.eq(GrantId::new()),
            environment_roles::environment_id.eq(makers.environment),
            environment_roles::group_id.eq(owners.group()),
            environment_roles::role.eq(EnvironmentRole::SystemAdministrator),
            environment_roles::created_at.eq(sluice::db::now()),
        );
        Ok(diesel::insert_into(environment_roles::table).values(values).execute(c)?)
    });
    let page = bo.get(&makers.at("imports/new")).await;
    page.assert_has("p", "Ask Abe, Ada or another System Administrator of Contoso Development to give you");
}

#[actix_web::test]
async fn pipelines_runs_and_packages_say_what_is_missing() {
    let c = Contoso::new();
    c.import(&c.development, &contoso::tables("1.0.0.4")).await;
    let bo = c.app.person("Bo");
    c.app.give_environment_role(&c.qa, &bo, EnvironmentRole::SystemAdministrator);
    let mut maya = c.app.sign_in(&c.maya).await;
    let run = c.deploy(&mut maya, &c.test, "contoso_core").await.id;
    let run_it = "You can view Contoso Standard but not deploy with it. Ask Ada or another Deployment Pipeline Administrator of \
                  Contoso Host to give you Run access to Contoso Standard and the Deployment Pipeline User role there.";
    let manage = "Changing Contoso Standard needs Deployment Pipeline Administrator on Contoso Host. Ask Ada or another \
                  Deployment Pipeline Administrator of Contoso Host to give you Deployment Pipeline Administrator there.";
    let unmanaged = "Downloading the unmanaged package needs System Customizer in Contoso Development. Ask a system \
                     administrator to give you System Customizer in Contoso Development.";
    let managed = "Downloading the managed package needs System Customizer in Contoso Development or Contoso QA. Ask a \
                   system administrator, or Bo or another System Administrator of Contoso QA to give you System \
                   Customizer in one of them.";
    let rows = [
        ("POST", format!("/runs/{run}/redeployment"), run_it),
        ("POST", c.runs_of(&c.test), run_it),
        ("GET", format!("/hosts/{}/pipelines/{}/shares", c.host.id, c.pipeline.id), manage),
        ("GET", format!("/runs/{run}/packages/unmanaged"), unmanaged),
        ("GET", format!("/runs/{run}/packages/managed"), managed),
    ];
    let mut vic = c.app.sign_in(&c.vic).await;
    for (method, path, sentence) in rows {
        let page = if method == "GET" { vic.get(&path).await } else { vic.post(&path, &[]).await };
        assert_eq!(page.status, 403, "{method} {path}");
        page.assert_has("p", sentence);
    }
    vic.get(&format!("/pipelines/{}", c.pipeline.id)).await.assert_has(".note", run_it);
}
