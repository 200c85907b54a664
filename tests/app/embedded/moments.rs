//! Several operations in one transaction, of which each knows what those before it read and sees what they changed.

use std::{fs, sync::Arc};

use diesel::prelude::*;
use sluice::{
    artifacts::Stored,
    db,
    id::{EnvironmentId, RowId},
    package::Builder,
    platform::{Act, Operation, Outcome, Platform, PlatformError},
    rules::settings::DeploymentSettings,
    schema::embedded_components,
};

use super::{Ground, Refusal, ended, operation, orders};

async fn in_a_moment(ground: &Ground, operations: Vec<Operation>) -> Vec<Result<Outcome, Refusal>> {
    let (db, mut platform): (_, Arc<dyn Platform>) = (ground.app.app.db.clone(), Arc::new(ground.platform.clone()));
    let done = db::apart(async move {
        db.together(|inner| async move {
            let mut all = Vec::new();
            for operation in operations {
                platform = platform.within(&inner, &operation).expect("it takes but a moment");
                all.push(ended(platform.start(&operation).await.unwrap()));
            }
            all
        })
    });
    done.await.unwrap().unwrap()
}

fn check(at: EnvironmentId, package: &Stored) -> Operation {
    operation(at, Act::Check { package: package.clone() })
}

fn import(at: EnvironmentId, package: &Stored) -> Operation {
    operation(at, Act::Import { package: package.clone(), settings: DeploymentSettings::default() })
}

fn installed(outcome: &Result<Outcome, Refusal>) -> Option<String> {
    match outcome {
        Ok(Outcome::Checked { checks }) => checks.installed.as_ref().map(|installed| installed.version.to_string()),
        other => panic!("a check brought {other:?}"),
    }
}

fn rows(ground: &Ground, at: EnvironmentId) -> Vec<RowId> {
    let here = embedded_components::table.filter(embedded_components::environment_id.eq(at));
    let rows = here.order(embedded_components::id).select(embedded_components::id);
    ground.app.read(|conn| Ok(rows.load(conn)?))
}

#[tokio::test]
async fn a_check_sees_what_was_imported_before_it() {
    let ground = Ground::new();
    let (test, other) = (ground.environment("Contoso Test"), ground.environment("Contoso QA"));
    let first = ground.keep(&orders().managed(true)).await;
    let second = ground.keep(&orders().version("1.1.0.0").table("contoso_line", "Line").managed(true)).await;
    let acts = [check(test, &first), import(test, &first), check(test, &second), import(test, &second)];
    let ended = in_a_moment(&ground, acts.into_iter().chain([check(other, &second), check(test, &second)]).collect());
    let ended = ended.await;
    assert_eq!([0, 2, 5].map(|at| installed(&ended[at])), [None, Some("1.0.0.4".into()), Some("1.1.0.0".into())]);
    assert_eq!(installed(&ended[4]), None, "of another environment nothing was known");
    assert_eq!(ground.components(test, "Orders").await, ["contoso_order", "contoso_line"]);
}

#[tokio::test]
async fn what_changed_since_its_check_counts_for_an_import() {
    let ground = Ground::new();
    let test = ground.environment("Contoso Test");
    ground.import(test, &orders().table("contoso_item", "Item").managed(true)).await.unwrap();
    let shop = Builder::new("Shop").requires("Orders", "1.0.0.4", 1, "contoso_item", "Item").managed(true);
    let shop = ground.keep(&shop).await;
    let gone = operation(test, Act::Uninstall { solution: "Orders".to_owned() });
    let ended = in_a_moment(&ground, vec![check(test, &shop), gone, import(test, &shop)]).await;
    assert!(matches!(&ended[..2], [Ok(Outcome::Checked { checks }), Ok(_)] if checks.missing.is_empty()), "{ended:?}");
    assert_eq!(ended[2].as_ref().unwrap_err().0, "0x8004801D");
}

#[tokio::test]
async fn what_happened_before_is_answered_though_its_package_is_gone() {
    let ground = Ground::new();
    let test = ground.environment("Contoso Test");
    let package = ground.keep(&orders().managed(true)).await;
    let import = import(test, &package);
    let first = in_a_moment(&ground, vec![import.clone(), import.clone()]).await;
    assert_eq!(first[0], first[1]);
    let hash = package.hash.as_str();
    fs::remove_file(ground.app.folder().join("artifacts").join(&hash[..2]).join(hash)).unwrap();
    assert_eq!(in_a_moment(&ground, vec![import]).await, first[..1]);
}

#[tokio::test]
async fn bytes_are_held_against_what_each_operation_says_of_them() {
    let ground = Ground::new();
    let test = ground.environment("Contoso Test");
    let package = ground.keep(&orders().managed(true)).await;
    let longer = Stored { size: package.size + 1, ..package.clone() };
    let (check, import) = (check(test, &package), import(test, &longer));
    let (db, platform) = (ground.app.app.db.clone(), ground.platform.clone());
    let done = db::apart(async move {
        db.together(|inner| async move {
            let platform = platform.within(&inner, &check).expect("it takes but a moment");
            ended(platform.start(&check).await.unwrap()).unwrap();
            platform.within(&inner, &import).expect("it takes but a moment").start(&import).await.unwrap_err()
        })
    });
    assert_eq!(done.await.unwrap().unwrap(), PlatformError::Damaged);
}

#[tokio::test]
async fn of_an_upgrade_is_written_only_what_changed() {
    let ground = Ground::new();
    let test = ground.environment("Contoso Test");
    let base = Builder::new("Base").table("contoso_base", "Base").managed(true);
    ground.import(test, &base).await.unwrap();
    let with = |version: &str| orders().version(version).table("contoso_line", "Line").managed(true);
    ground.import(test, &with("1.0.0.1")).await.unwrap();
    let before = rows(&ground, test);
    ground.import(test, &with("1.0.0.2")).await.unwrap();
    assert_eq!(rows(&ground, test), before);
    let needs = with("1.0.0.3").requires("Base", "1.0.0.0", 1, "contoso_base", "Base");
    ground.import(test, &needs).await.unwrap();
    assert_eq!(rows(&ground, test), before);
    assert_eq!(ground.details(test, "Orders").await.requires.len(), 1, "what it needs is new");
    let renamed = orders().version("1.0.0.4").table("contoso_line", "Order line").managed(true);
    ground.import(test, &renamed).await.unwrap();
    assert_ne!(rows(&ground, test), before);
    let details = ground.details(test, "Orders").await;
    assert_eq!(details.components[1].display_name.as_deref(), Some("Order line"));
    assert_eq!(details.requires, []);
}
