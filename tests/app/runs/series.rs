//! Deployments that wait for the same target are taken one after another, and small ones share a transaction.

use diesel::prelude::*;
use sluice::{
    db,
    models::run::Run,
    rules::{settings::DeploymentSettings, state::State},
    schema::{embedded_journal, operations, runs},
};

use crate::support::Contoso;

// Three solutions that wait for QA, in this order.
async fn three_wait(c: &Contoso) -> Vec<Run> {
    let mut maya = c.app.sign_in(&c.maya).await;
    let mut waiting = Vec::new();
    for name in ["con_one", "con_two", "con_three"] {
        let package = sluice::package::Builder::new(name).version("1.0.0.1").publisher("contoso", "Contoso", "con");
        c.import(&c.development, &package.table(format!("{name}_table"), "Table")).await;
        waiting.push(c.validated(&mut maya, &c.test, name).await);
    }
    for run in &waiting {
        maya.post(&format!("/runs/{}/deployment", run.id), &[("notes", "")]).await;
    }
    waiting
}

fn states(c: &Contoso, waiting: &[Run]) -> Vec<State> {
    waiting.iter().map(|run| c.run(run.id).state).collect()
}

fn imports_into_qa(c: &Contoso) -> i64 {
    let imports = embedded_journal::table
        .filter(embedded_journal::environment_id.eq(c.qa.id))
        .filter(embedded_journal::kind.eq("import"));
    c.app.read(|conn| Ok(imports.count().get_result(conn)?))
}

#[actix_web::test]
async fn all_that_wait_for_a_target_are_imported_once_each_in_their_order() {
    let c = Contoso::new();
    let waiting = three_wait(&c).await;
    c.app.run_worker().await;
    assert_eq!(states(&c, &waiting), [State::Succeeded; 3]);
    assert_eq!(imports_into_qa(&c), 3);
    let ended: Vec<_> = waiting.iter().map(|run| c.run(run.id).ended_at.unwrap()).collect();
    assert!(ended.is_sorted(), "{ended:?}");
}

#[actix_web::test]
async fn one_that_cannot_even_be_read_takes_nothing_from_those_around_it() {
    let c = Contoso::new();
    let waiting = three_wait(&c).await;
    let middle = runs::table.find(waiting[1].id);
    c.app.write(|conn| Ok(diesel::update(middle).set(runs::settings.eq("no settings")).execute(conn)?));
    c.app.run_worker().await;
    assert_eq!(c.run(waiting[0].id).state, State::Succeeded, "undone with the other one, it was taken again");
    assert_ne!(c.run(waiting[1].id).state, State::Succeeded);
    assert_eq!(imports_into_qa(&c), 1, "the third waits behind the second, which is tried again");
    c.app.write(|conn| {
        diesel::update(middle).set(runs::settings.eq(DeploymentSettings::default().to_json())).execute(conn)?;
        let tried_again = operations::table.filter(operations::run_id.eq(waiting[1].id));
        Ok(diesel::update(tried_again).set(operations::due_at.eq(db::now())).execute(conn)?)
    });
    c.app.run_worker().await;
    assert_eq!(states(&c, &waiting), [State::Succeeded; 3]);
    assert_eq!(imports_into_qa(&c), 3);
}
