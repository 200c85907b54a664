//! That a secret is nowhere to be read: no page, log, audit entry, error, nor the database's file.

use std::{
    fs,
    io::{self, Write},
    sync::{Arc, Mutex},
};

use diesel::prelude::*;
use sluice::{id::RowId, schema::audit, secrets::Secret, web::forms::Form};

use super::{MARKER, Vault};
use crate::support::{Browser, Page};

/// What is logged while it lives.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[track_caller]
fn silent(page: Page) -> Page {
    let headers = format!("{:?}", page.headers);
    assert!(!page.html().contains(MARKER) && !headers.contains(MARKER), "{}", page.html());
    page
}

async fn look_around(browser: &mut Browser, vault: &Vault, id: RowId) {
    let connection = format!("connections/{id}");
    for page in ["connections", "connections/new", &format!("{connection}/edit"), &format!("{connection}/removal")] {
        silent(browser.get(&vault.makers.at(page)).await);
    }
    for page in ["/", "/solutions", "/deployments", "/account", &vault.makers.at("solutions")] {
        silent(browser.get(page).await);
    }
}

#[actix_web::test]
async fn no_page_log_entry_or_file_shows_it() {
    // Where a process has but one subscriber, what another thread is the first to log is left out of it for ever.
    let _another = tracing::Dispatch::new(tracing_subscriber::registry());
    let log = Log::default();
    let writer = log.clone();
    let everything = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_ansi(false);
    let _logging = tracing::subscriber::set_default(everything.with_writer(move || writer.clone()).finish());

    let vault = Vault::new();
    let makers = &vault.makers;
    let mut maya = makers.maya().await;
    let list = makers.at("connections");
    let typed = ("credential", MARKER);
    assert_eq!(silent(maya.post(&list, &[("name", ""), ("connector", "nowhere"), typed]).await).status, 422);
    let page = silent(maya.submit(&list, &[("name", "Mail"), ("connector", "shared_office365"), typed]).await);
    page.assert_has("td", "Credential set");
    let edit = page.link("Edit Mail");
    let id: RowId = edit.trim_end_matches("/edit").rsplit('/').next().unwrap().parse().unwrap();
    let save = edit.trim_end_matches("/edit").to_owned();
    look_around(&mut maya, &vault, id).await;

    for (fields, status) in [
        (vec![("name", ""), ("change", "replace"), typed], 422),
        (vec![("name", "Mail"), ("change", "keep"), typed], 422),
        (vec![("name", "Mail"), ("change", "what"), typed], 422),
        (vec![("name", "Post"), ("change", "keep"), ("credential", "")], 303),
        (vec![("name", "Post"), ("change", "replace"), typed], 303),
    ] {
        let page = silent(maya.post(&save, &fields).await);
        assert_eq!(page.status, status, "{fields:?}");
        assert_eq!(vault.read(&makers.app.app, id).unwrap(), MARKER);
    }
    look_around(&mut maya, &vault, id).await;
    look_around(&mut makers.app.sign_in(&makers.ada).await, &vault, id).await;
    // One-time links are addresses: whoever reads the log must not be able to follow them.
    for link in ["set-password", "first-administrator"] {
        maya.get(&format!("/{link}/{MARKER}?next={MARKER}")).await;
        maya.post(&format!("/{link}/{MARKER}"), &[("password", MARKER), ("password_again", MARKER)]).await;
    }
    let lost = makers.app.folder().join("secret.key");
    fs::rename(&lost, makers.app.folder().join("elsewhere")).unwrap();
    let page = silent(maya.post(&save, &[("name", "Post"), ("change", "replace"), typed]).await);
    assert_eq!(page.status, 500);
    assert!(!page.text().contains("secret.key"), "where files lie is for the log");
    fs::rename(makers.app.folder().join("elsewhere"), &lost).unwrap();

    let columns = (audit::action, audit::subject_name, audit::detail, audit::changes, audit::search_key);
    let entries: Vec<(String, String, String, String, String)> =
        makers.app.read(|c| Ok(audit::table.select(columns).order(audit::id).load(c)?));
    assert!(entries.iter().any(|entry| entry.1 == "Mail" && entry.3.contains("Credential")), "{entries:?}");
    assert!(!format!("{entries:?}").contains(MARKER), "{entries:?}");
    let logged = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(logged.contains("a request failed") && logged.contains("secret.key is missing"), "{logged}");
    assert!(logged.contains("route=\"/set-password/{token}\"") && logged.contains("answered"), "{logged}");
    assert!(!logged.contains(MARKER), "{logged}");
    for name in ["sluice.db", "sluice.db-wal", "sluice.db-shm", "secret.key"] {
        let bytes = fs::read(makers.app.folder().join(name)).unwrap_or_default();
        assert!(!bytes.windows(MARKER.len()).any(|part| part == MARKER.as_bytes()), "{name}");
    }
}

#[test]
fn printing_for_debugging_does_not_show_it() {
    assert_eq!(format!("{:?}", Some(Secret::new(MARKER))), "Some([secret])");
    let mut form = Form::of([("credential", MARKER.to_owned())]);
    assert_eq!(form.secret("credential").unwrap().unwrap().reveal(), MARKER);
    assert!(format!("{form:?}").contains("credential") && !format!("{form:?}").contains(MARKER));
    let vault = Vault::new();
    let sealed = sluice::secrets::Sealed::from(vault.sealed(vault.add(MARKER)));
    assert_eq!(format!("{sealed:?}"), "[sealed]");
    assert!(!format!("{:?}", vault.makers.app.app.keys).contains("seal "));
}
