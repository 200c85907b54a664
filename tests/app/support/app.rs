//! A whole application on a database and folder of its own: SQLite, or PostgreSQL where TEST_DATABASE_URL is set.

use std::{
    env, fs,
    path::Path,
    sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering},
    },
};

use diesel::{Connection, PgConnection, RunQueryDsl};
use sluice::{
    app::App,
    artifacts::{Artifacts, Place},
    db::{Conn, Db, Url},
    error::Error,
    models::{audit::By, password, person::Person, tenant::Tenant},
    package::Limits,
};
use tempfile::TempDir;

use super::Browser;

/// The password of everybody in tests.
pub const PASSWORD: &str = "correct horse battery";

// Hashing is slow by intent, so the tests' one password is hashed once.
static HASH: LazyLock<String> = LazyLock::new(|| password::hash(PASSWORD).unwrap());

// Migrated once: copying a file is faster than making thirty tables.
static TEMPLATE: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = TempDir::new().unwrap();
    let db = Db::open_file(&folder.path().join("sluice.db")).unwrap();
    db.write_now(|c| Tenant::open(c, false)).unwrap();
    folder
});

/// A tenant for one test.
pub struct TestApp {
    pub app: App,
    folder: TempDir,
    pub database: Url,
}

impl TestApp {
    /// An empty tenant.
    pub fn new() -> TestApp {
        TestApp::with_limits(Limits::default())
    }

    /// An empty tenant that takes packages within these limits.
    pub fn with_limits(limits: Limits) -> TestApp {
        let folder = TempDir::new().unwrap();
        let database = match env::var("TEST_DATABASE_URL") {
            Ok(server) => postgres(&server),
            Err(_) => sqlite(&folder),
        };
        let app = open(&database, folder.path(), packages_in(folder.path()), limits);
        TestApp { app, folder, database }
    }

    /// An empty tenant whose packages are kept where `artifacts` says, given a folder for passing files.
    pub fn with_packages(artifacts: impl FnOnce(&Path) -> Artifacts) -> TestApp {
        if let Ok(server) = env::var("TEST_DATABASE_URL") {
            return TestApp::on_postgres(&server, artifacts);
        }
        let folder = TempDir::new().unwrap();
        let database = sqlite(&folder);
        TestApp::of(folder, database, artifacts)
    }

    /// An empty tenant on this PostgreSQL server, whatever the others are on, with packages as above.
    pub fn on_postgres(server: &str, artifacts: impl FnOnce(&Path) -> Artifacts) -> TestApp {
        TestApp::of(TempDir::new().unwrap(), postgres(server), artifacts)
    }

    fn of(folder: TempDir, database: Url, artifacts: impl FnOnce(&Path) -> Artifacts) -> TestApp {
        let artifacts = artifacts(&folder.path().join("spool"));
        let app = open(&database, folder.path(), artifacts, Limits::default());
        TestApp { app, folder, database }
    }

    /// An empty tenant on SQLite, whatever the others are on.
    pub fn on_sqlite() -> TestApp {
        let folder = TempDir::new().unwrap();
        let database = sqlite(&folder);
        let app = open(&database, folder.path(), packages_in(folder.path()), Limits::default());
        TestApp { app, folder, database }
    }

    /// Another server of the same tenant, or this one after a restart: it shares the database and the files, nothing else.
    pub fn another_server(&self) -> App {
        self.server_with(self.app.artifacts.clone())
    }

    /// Another server of the same tenant that reaches the packages in a way of its own.
    pub fn server_with(&self, artifacts: Artifacts) -> App {
        open(&self.database, self.folder(), artifacts, Limits::default())
    }

    /// Runs a verb of the models and expects it to work.
    pub fn write<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T, Error>) -> T {
        self.app.db.write_now(work).unwrap()
    }

    /// Reads and expects it to work.
    pub fn read<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T, Error>) -> T {
        self.app.db.read_now(work).unwrap()
    }

    /// The folder of the tenant's files.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// How many files lie in a folder of the application and the folders below it.
    pub fn files(&self, folder: &str) -> usize {
        fn count(folder: &Path) -> usize {
            let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
            entries.map(|path| if path.is_dir() { count(&path) } else { 1 }).sum()
        }
        count(&self.folder.path().join(folder))
    }

    /// Loses everything in a folder of the application.
    pub fn empty(&self, folder: &str) {
        let folder = self.folder.path().join(folder);
        fs::remove_dir_all(&folder).unwrap();
        fs::create_dir(&folder).unwrap();
    }

    /// A person whose email is `name@example.com`.
    pub fn person(&self, name: &str) -> Person {
        self.add_person(name, false)
    }

    /// A system administrator.
    pub fn administrator(&self, name: &str) -> Person {
        self.add_person(name, true)
    }

    fn add_person(&self, name: &str, administrator: bool) -> Person {
        self.write(|c| {
            let person =
                Person::add(c, &By::sluice(), name, &format!("{}@example.com", name.to_lowercase()), administrator)?;
            person.set_password_hash(c, &By::sluice(), &HASH)?;
            Ok(person)
        })
    }

    /// Does everything that is due, as the worker would.
    pub async fn run_worker(&self) {
        sluice::worker::run_pending(&self.app).await.unwrap();
    }

    /// A browser in which nobody is signed in.
    pub async fn browser(&self) -> Browser {
        Browser::new(&self.app).await
    }

    /// A browser in which `person` has signed in.
    pub async fn sign_in(&self, person: &Person) -> Browser {
        let mut browser = self.browser().await;
        let page = browser.post("/sign-in", &[("email", &person.email), ("password", PASSWORD)]).await;
        assert_eq!(page.status, 303, "{} could not sign in: {}", person.name, page.text());
        browser
    }
}

/// The packages of a tenant that has all its files in `folder`.
pub fn packages_in(folder: &Path) -> Artifacts {
    Artifacts::open(&Place::Folder(folder.join("artifacts")), &folder.join("spool")).unwrap()
}

fn open(database: &Url, folder: &Path, artifacts: Artifacts, limits: Limits) -> App {
    App::open(Db::open(database).unwrap(), folder, artifacts, limits).unwrap()
}

fn sqlite(folder: &TempDir) -> Url {
    let path = folder.path().join("sluice.db");
    fs::copy(TEMPLATE.path().join("sluice.db"), &path).unwrap();
    Url::Sqlite(path.to_string_lossy().into_owned())
}

fn postgres(server: &str) -> Url {
    let url: Url = fresh_schema(server).parse().unwrap();
    let db = Db::open(&url).unwrap();
    db.write_now(|c| Tenant::open(c, false)).unwrap();
    url
}

/// The URL of an empty schema for one test; the test script throws the whole server away.
pub fn fresh_schema(server: &str) -> String {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    let schema = format!("test_{}_{}", std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed));
    let mut conn = PgConnection::establish(server).expect("TEST_DATABASE_URL names no server that answers");
    diesel::sql_query(format!("CREATE SCHEMA {schema}")).execute(&mut conn).unwrap();
    let joint = if server.contains('?') { '&' } else { '?' };
    format!("{server}{joint}options=-csearch_path%3D{schema}")
}
