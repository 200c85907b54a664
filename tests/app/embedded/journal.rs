//! Doing an operation twice does it once, whoever starts it and when.

use std::{fs, sync::Arc};

use sluice::{
    platform::{Act, Outcome, Platform, PlatformError, Progress},
    rules::settings::DeploymentSettings,
};

use super::{Ground, ended, operation, orders};

#[tokio::test]
async fn an_operation_answers_the_same_again() {
    let ground = Ground::new();
    let dev = ground.environment("Contoso Dev");
    let package = ground.keep(&orders()).await;
    let import = operation(dev, Act::Import { package, settings: DeploymentSettings::default() });
    let first = ended(ground.platform.start(&import).await.unwrap()).unwrap();
    ground.set_version(dev, "Orders", "2.0").await.unwrap();
    for _ in 0..2 {
        assert_eq!(ended(ground.platform.start(&import).await.unwrap()).unwrap(), first);
        assert_eq!(ended(ground.platform.poll(&import, None).await.unwrap()).unwrap(), first);
    }
    assert_eq!(ground.details(dev, "Orders").await.summary.version.to_string(), "2.0");
}

#[tokio::test]
async fn a_refusal_stays_one() {
    let ground = Ground::new();
    let dev = ground.environment("Contoso Dev");
    let export = operation(dev, Act::Export { solution: "Orders".to_owned() });
    let first = ended(ground.platform.start(&export).await.unwrap()).unwrap_err();
    ground.import(dev, &orders()).await.unwrap();
    assert_eq!(ended(ground.platform.start(&export).await.unwrap()).unwrap_err(), first);
    ground.export(dev, "Orders").await.unwrap();
}

#[tokio::test]
async fn an_operation_that_was_never_started_is_done_when_polled() {
    let ground = Ground::new();
    let dev = ground.environment("Contoso Dev");
    ground.import(dev, &orders()).await.unwrap();
    let uninstall = operation(dev, Act::Uninstall { solution: "Orders".to_owned() });
    let outcome = ended(ground.platform.poll(&uninstall, None).await.unwrap());
    assert_eq!(outcome, Ok(Outcome::Uninstalled));
    assert_eq!(ended(ground.platform.start(&uninstall).await.unwrap()), Ok(Outcome::Uninstalled));
}

#[tokio::test]
async fn an_operation_cannot_become_another_one() {
    let ground = Ground::new();
    let (dev, test) = (ground.environment("Contoso Dev"), ground.environment("Contoso Test"));
    let mut operation = operation(dev, Act::Uninstall { solution: "Orders".to_owned() });
    ended(ground.platform.start(&operation).await.unwrap()).unwrap_err();
    operation.environment = test;
    let error = ground.platform.start(&operation).await.unwrap_err();
    assert!(matches!(error, PlatformError::Unreachable { .. }), "{error:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn started_many_times_at_once_it_happens_once() {
    let ground = Arc::new(Ground::new());
    let dev = ground.environment("Contoso Dev");
    ground.import(dev, &orders()).await.unwrap();
    let set = Act::SetVersion { solution: "Orders".to_owned(), version: "2.0".parse().unwrap() };
    let same = operation(dev, set);
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let (ground, same) = (ground.clone(), same.clone());
            tokio::spawn(async move { ground.platform.start(&same).await })
        })
        .collect();
    let mut outcomes = Vec::new();
    for task in tasks {
        outcomes.push(ended(task.await.unwrap().unwrap()).unwrap());
    }
    assert!(outcomes.windows(2).all(|pair| pair[0] == pair[1]), "{outcomes:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn different_imports_at_once_all_happen() {
    let ground = Arc::new(Ground::new());
    let dev = ground.environment("Contoso Dev");
    let tasks: Vec<_> = (0..8)
        .map(|number| {
            let ground = ground.clone();
            let builder = sluice::package::Builder::new(format!("Orders{number}"));
            // All have the same variable, which only one may add.
            let text = sluice::package::checks::VariableKind::Text;
            let builder = builder.variable("contoso_url", "URL", text, None, false, None);
            tokio::spawn(async move { ground.import(dev, &builder).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(ground.platform.solutions(dev).await.unwrap().len(), 8);
}

#[tokio::test]
async fn damaged_bytes_are_told_and_no_verdict() {
    let ground = Ground::new();
    let dev = ground.environment("Contoso Dev");
    let mut package = ground.keep(&orders()).await;
    package.size += 1;
    let import = operation(dev, Act::Import { package, settings: DeploymentSettings::default() });
    assert_eq!(ground.platform.start(&import).await.unwrap_err(), PlatformError::Damaged);
    // It is not in the journal, so it can still be done.
    let package = ground.keep(&orders()).await;
    let import =
        sluice::platform::Operation { act: Act::Import { package, settings: DeploymentSettings::default() }, ..import };
    assert!(matches!(ground.platform.start(&import).await.unwrap(), Progress::Done(_)));
}

#[tokio::test]
async fn bytes_that_are_away_may_come_back() {
    let ground = Ground::new();
    let dev = ground.environment("Contoso Dev");
    let package = ground.keep(&orders()).await;
    let hash = package.hash.as_str();
    let path = ground.app.folder().join("artifacts").join(&hash[..2]).join(hash);
    let bytes = fs::read(&path).unwrap();
    fs::remove_file(&path).unwrap();
    let import = operation(dev, Act::Import { package, settings: DeploymentSettings::default() });
    let error = ground.platform.start(&import).await.unwrap_err();
    assert!(matches!(error, PlatformError::Unreachable { .. }), "{error:?}");
    fs::write(&path, bytes).unwrap();
    assert!(matches!(ground.platform.start(&import).await.unwrap(), Progress::Done(_)));
}
