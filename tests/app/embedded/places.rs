//! Environments: what they say of themselves, and which have no solutions.

use diesel::prelude::*;
use sluice::{
    db,
    id::EnvironmentId,
    platform::{Act, Platform, PlatformError, Probe, Progress},
    schema::environments,
};

use super::{Ground, orders};

fn code(error: PlatformError) -> (String, String) {
    match error {
        PlatformError::Refused { code, message, .. } => (code, message),
        other => panic!("{other:?}"),
    }
}

/// Why everything that has to do with solutions is refused.
async fn refused(ground: &Ground, at: EnvironmentId) -> (String, String) {
    let package = ground.keep(&orders()).await;
    let why = code(ground.platform.solutions(at).await.unwrap_err());
    assert_eq!(code(ground.platform.solution(at, "Orders").await.unwrap_err()), why);
    assert_eq!(code(ground.platform.connections(at).await.unwrap_err()), why);
    for act in [Act::Check { package }, Act::Export { solution: "Orders".to_owned() }] {
        match ground.start(at, act).await.unwrap() {
            Progress::Failed(error) => assert_eq!(code(error), why),
            other => panic!("{other:?}"),
        }
    }
    why
}

#[tokio::test]
async fn an_environment_says_what_it_is() {
    let ground = Ground::new();
    let test = ground.environment("Contoso Test");
    let probe = ground.platform.probe(test).await.unwrap();
    let expected = Probe { region: "Europe".to_owned(), managed: true, dataverse: true, version: "9.2".to_owned() };
    assert_eq!(probe, expected);
    assert!(ground.platform.limits(test).await.unwrap().largest_package >= 100_000_000);
}

#[tokio::test]
async fn without_a_database_there_are_no_solutions() {
    let ground = Ground::new();
    let place = ground.environment("Plain");
    ground.app.write(|c| {
        diesel::update(environments::table.find(place)).set(environments::dataverse.eq(false)).execute(c)?;
        Ok(())
    });
    assert!(!ground.platform.probe(place).await.unwrap().dataverse);
    let (code, message) = refused(&ground, place).await;
    assert_eq!(code, "no-dataverse");
    assert!(message.starts_with("Plain has no Dataverse database"), "{message}");
}

#[tokio::test]
async fn what_is_retired_or_unknown_is_refused() {
    let ground = Ground::new();
    let place = ground.environment("Old");
    ground.app.write(|c| {
        diesel::update(environments::table.find(place)).set(environments::retired_at.eq(db::now())).execute(c)?;
        Ok(())
    });
    let retired = ("environment-retired".to_owned(), "Old has been retired: choose another environment.".to_owned());
    assert_eq!(code(ground.platform.probe(place).await.unwrap_err()), retired);
    assert_eq!(refused(&ground, place).await, retired);
    let unknown = EnvironmentId::new();
    assert_eq!(code(ground.platform.probe(unknown).await.unwrap_err()).0, "environment-absent");
    assert_eq!(refused(&ground, unknown).await.0, "environment-absent");
}
