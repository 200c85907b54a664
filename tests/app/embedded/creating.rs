//! Creating an empty solution.

use sluice::{
    package::Publisher,
    platform::{Platform, PlatformError, embedded::NewSolution},
};

use super::Ground;

fn orders() -> NewSolution {
    NewSolution {
        unique_name: "Orders".to_owned(),
        display_name: "Orders <& more>".to_owned(),
        description: "All of them".to_owned(),
        publisher: Publisher {
            unique_name: "contoso".to_owned(),
            display_name: "Contoso".to_owned(),
            prefix: "con".to_owned(),
        },
        version: "1.0.0.0".parse().unwrap(),
    }
}

#[tokio::test]
async fn an_empty_solution_can_be_exported() {
    let ground = Ground::new();
    let dev = ground.environment("Contoso Dev");
    let summary = ground.platform.create(dev, &orders()).await.unwrap();
    assert_eq!((summary.display_name.as_str(), summary.managed), ("Orders <& more>", false));
    assert_eq!(summary.publisher, orders().publisher);
    let details = ground.details(dev, "Orders").await;
    assert_eq!((details.description.as_str(), details.components.len()), ("All of them", 0));
    let (_, managed, _) = ground.export(dev, "Orders").await.unwrap();
    assert_eq!(ground.read(&managed).await.manifest.publisher, orders().publisher);
}

#[tokio::test]
async fn names_are_unique_and_valid() {
    let ground = Ground::new();
    let dev = ground.environment("Contoso Dev");
    ground.platform.create(dev, &orders()).await.unwrap();
    let refused = async |change: fn(&mut NewSolution)| {
        let mut new = orders();
        change(&mut new);
        match ground.platform.create(dev, &new).await.unwrap_err() {
            PlatformError::Refused { code, message, .. } => (code, message),
            other => panic!("{other:?}"),
        }
    };
    let (code, message) = refused(|new| new.unique_name = "ORDERS".to_owned()).await;
    assert_eq!(code, "solution-exists");
    assert_eq!(message, "Contoso Dev has a solution ORDERS already: choose another name.");
    assert_eq!(refused(|new| new.unique_name = "Or ders".to_owned()).await.0, "0x8004F002");
    assert_eq!(refused(|new| new.unique_name = "Default".to_owned()).await.0, "0x80048049");
    assert_eq!(refused(|new| new.publisher.prefix = "c_n".to_owned()).await.0, "0x8004801A");
    for text in ["", " ", "a\0b", "\u{1}"] {
        let mut new = NewSolution { unique_name: "Other".to_owned(), ..orders() };
        new.display_name = text.to_owned();
        let error = ground.platform.create(dev, &new).await.unwrap_err();
        assert_eq!(error.to_string(), "Enter a display name without special characters.", "{text:?}");
    }
    assert_eq!(ground.platform.solutions(dev).await.unwrap().len(), 1);
}
