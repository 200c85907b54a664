//! The tenant whose servers are under test, with its packages where several servers can share them, if there are several.

use std::{env, sync::Arc};

use sluice::artifacts::{Artifacts, Place};
use uuid::Uuid;

use crate::{
    makers,
    support::{Contoso, TestApp},
};

/// Whether the tests are on PostgreSQL.
pub fn on_postgres() -> bool {
    env::var("TEST_DATABASE_URL").is_ok()
}

/// A place in the object store of the tests that nobody else uses.
pub fn bucket() -> Place {
    let bucket = env::var("TEST_S3_URL").expect("servers that share PostgreSQL need the bucket of TEST_S3_URL");
    format!("{bucket}/faults-{}", Uuid::new_v4()).parse().unwrap()
}

/// A tenant and where its packages are.
pub struct Tenant {
    pub contoso: Arc<Contoso>,
    pub packages: Place,
}

impl Tenant {
    /// On SQLite with packages in a folder, or on the PostgreSQL server of the tests with packages in their object store.
    pub fn new() -> Tenant {
        match env::var("TEST_DATABASE_URL") {
            Ok(server) => Tenant::on_postgres(&server),
            Err(_) => Tenant::with_folder(),
        }
    }

    /// On this PostgreSQL server, with packages in an object store, below a prefix of their own.
    pub fn on_postgres(server: &str) -> Tenant {
        let packages = bucket();
        let app = TestApp::on_postgres(server, |spool| Artifacts::open(&packages, spool).unwrap());
        Tenant { contoso: Arc::new(Contoso::on(app)), packages }
    }

    /// On whatever database the tests are on, with packages in a folder.
    pub fn with_folder() -> Tenant {
        let contoso = Arc::new(Contoso::new());
        let packages = Place::Folder(contoso.app.folder().join("artifacts"));
        Tenant { contoso, packages }
    }

    /// Puts solutions into development, for somebody to deploy; their names.
    pub async fn solutions(&self, count: usize) -> Vec<String> {
        let names: Vec<String> = (0..count).map(|number| format!("contoso_{number}")).collect();
        for name in &names {
            self.contoso.import(&self.contoso.development, &makers::solution(name)).await;
        }
        names
    }
}
