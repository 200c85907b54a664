//! Secrets: the key file, what is sealed with it, and that nothing shows.

mod columns;
mod fit;
mod key_file;
mod leaks;
mod rotation;

use diesel::prelude::*;
use sluice::{
    app::App,
    id::RowId,
    package::Limits,
    platform::embedded::connections,
    schema::embedded_connections,
    secrets::{Sealed, Secret},
};

use crate::support::{Makers, packages_in};

/// What nobody may ever read.
const MARKER: &str = "marker-7f3a9c-secret";

/// An environment whose connections have credentials.
struct Vault {
    makers: Makers,
}

impl Vault {
    fn new() -> Vault {
        Vault { makers: Makers::new() }
    }

    /// Adds a connection with this credential.
    fn add(&self, credential: &str) -> RowId {
        let (at, by) = (self.makers.environment, self.makers.maya.id);
        let id = self.makers.app.write(|c| connections::add(c, at, "Mail", "shared_office365", by)).id.parse().unwrap();
        self.set(&self.makers.app.app, id, credential);
        id
    }

    /// Sets a credential as this server does.
    fn set(&self, server: &App, id: RowId, credential: &str) {
        let (at, secret) = (self.makers.environment, Secret::new(credential));
        server.db.write_now(|c| connections::set_credential(c, at, id, Some(&secret), &server.keys)).unwrap();
    }

    /// What a server reads, or why it does not.
    fn read(&self, server: &App, id: RowId) -> Result<String, String> {
        let at = self.makers.environment;
        let read = server.db.read_now(|c| connections::credential(c, at, id, &server.keys));
        read.map(|secret| secret.expect("a credential").reveal().to_owned()).map_err(|error| error.to_string())
    }

    fn sealed(&self, id: RowId) -> String {
        let row = embedded_connections::table.find(id).select(embedded_connections::sealed_credential);
        let sealed: Option<Sealed> = self.makers.app.read(|c| Ok(row.first(c)?));
        sealed.expect("a credential").as_str().to_owned()
    }

    fn put_sealed(&self, id: RowId, sealed: &str) {
        let row = embedded_connections::table.find(id);
        let sealed = embedded_connections::sealed_credential.eq(Sealed::from(sealed.to_owned()));
        self.makers.app.write(|c| Ok(diesel::update(row).set(sealed).execute(c)?));
    }

    /// Another server on the same database, with a folder of its own.
    fn other_server(&self, folder: &std::path::Path) -> App {
        let db = self.makers.app.app.db.clone();
        App::open(db, folder, packages_in(folder), Limits::default()).unwrap()
    }
}

#[test]
fn a_credential_is_sealed_and_opens_with_its_row_only() {
    let vault = Vault::new();
    let (one, two) = (vault.add(MARKER), vault.add("another"));
    let server = &vault.makers.app.app;
    assert_eq!(vault.read(server, one).unwrap(), MARKER);
    assert!(vault.sealed(one).starts_with("v1:") && !vault.sealed(one).contains(MARKER));
    vault.set(server, two, MARKER);
    assert_ne!(vault.sealed(one), vault.sealed(two));
    vault.put_sealed(two, &vault.sealed(one));
    let why = vault.read(server, two).unwrap_err();
    assert!(why.contains("was changed, or moved there from elsewhere") && !why.contains(MARKER), "{why}");
    vault.put_sealed(two, "marker in the clear");
    assert!(vault.read(server, two).unwrap_err().contains("is no sealed text"));
}

#[test]
fn a_server_with_other_keys_says_so() {
    let vault = Vault::new();
    let id = vault.add(MARKER);
    let folder = tempfile::tempdir().unwrap();
    let other = vault.other_server(folder.path());
    let why = vault.read(&other, id).unwrap_err();
    assert!(why.contains("embedded_connections.sealed_credential of the row"), "{why}");
    assert!(why.contains("which is not in the key file") && why.contains("copy its secret.key to"), "{why}");
}
