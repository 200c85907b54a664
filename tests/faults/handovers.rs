//! A run that was begun at one server and is looked at on another, once the first is gone.

use diesel::prelude::*;
use sluice::{
    db,
    id::RunId,
    models::operation::OperationState,
    schema::{operations, run_steps},
};

use crate::{
    client::Client,
    servers::Servers,
    support::PASSWORD,
    tenant::{self, Tenant},
};

/// What a script asks for while it keeps a page up to date.
const FRAGMENT: &str = "HX-Request-Type: partial\r\n";

// As a worker elsewhere leaves it between two polls.
fn is_half_way(tenant: &Tenant, run: RunId) {
    let half_way = (
        operations::state.eq(OperationState::Running),
        operations::percent.eq(42),
        operations::message.eq("Publishing 42 of 100"),
        operations::due_at.eq(db::now() + chrono::TimeDelta::minutes(10)),
    );
    tenant.contoso.app.write(|c| {
        let steps: i64 = run_steps::table.filter(run_steps::run_id.eq(run)).count().get_result(c)?;
        assert!(steps > 0, "the page shows steps");
        Ok(diesel::update(operations::table.filter(operations::run_id.eq(run))).set(half_way).execute(c)?)
    });
}

// What was so many seconds ago is a second later.
fn without_times(fragment: &str) -> Vec<&str> {
    let tells_time = |line: &str| ["so far", "<time", "class=\"took\""].iter().any(|mark| line.contains(mark));
    fragment.lines().filter(|line| !tells_time(line)).collect()
}

#[actix_web::test]
async fn a_run_looks_the_same_on_another_server_when_the_one_where_it_began_is_lost() {
    if !tenant::on_postgres() {
        println!("(of PostgreSQL; here is SQLite, which takes one server)");
        return;
    }
    let tenant = Tenant::new();
    let solution = tenant.solutions(1).await.remove(0);
    // Neither works, so that the run stays where it is.
    let mut servers = Servers::start_with(&tenant, &["--role", "web"], None);
    let (contoso, mut maya) = (tenant.contoso.clone(), Client::new(servers.address(0)));
    let form = [("email", contoso.maya.email.as_str()), ("password", PASSWORD)];
    maya.post("/sign-in", &form).unwrap().redirects().unwrap();
    let source = contoso.development.id.to_string();
    let next = [("solution", solution.as_str()), ("source", &source)];
    let there = maya.post(&contoso.runs_of(&contoso.test), &next).unwrap().redirects().unwrap();
    is_half_way(&tenant, there.strip_prefix("/runs/").unwrap().parse().unwrap());
    let cards = format!("/pipelines/{}?solution={solution}", contoso.pipeline.id);
    let of_solution = format!("/environments/{source}/solutions/{solution}/pipelines?pipeline={}", contoso.pipeline.id);

    let pages = [there, cards, of_solution];
    let look = |at: &mut Client| pages.clone().map(|path| at.open(&path, FRAGMENT).unwrap().text().unwrap());
    let before = look(&mut maya);
    servers.kill_this(0);
    let after = look(&mut maya.at(servers.address(1)));
    for (before, after) in before.iter().zip(&after) {
        assert!(before.contains("id=\"live\"") && !before.contains("<html"), "{before}");
        assert!(before.contains("value=\"42\"") && before.contains("Validating"), "{before}");
        assert_eq!(without_times(before), without_times(after));
    }
}
