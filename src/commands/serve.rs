//! `sluice serve` and `sluice demo`: one server for each data folder.

use std::{
    fs::{File, TryLockError},
    path::Path,
};

use actix_web::HttpServer;

use super::{Folder, database};
use crate::{app::App, config::Config, error::Error, models::tenant::Tenant, worker};

/// How many seconds a request may take to end when the server is stopped.
const STOP_SECONDS: u64 = 10;

/// `sluice serve`
pub fn serve(config: &Config) -> Result<(), Error> {
    let data = config.data("./data");
    Folder { path: &data, demo: false }.open()?;
    let _lock = lock(&data)?;
    let app = open(config, &data, false)?;
    if app.db.read_now(Tenant::needs_setup)? {
        let token = app.db.write_now(Tenant::new_setup_token)?;
        println!("Create the first administrator: http://{}/first-administrator/{token}", config.listen);
    }
    println!("Sluice is at http://{}", config.listen);
    listen(config, app)
}

/// `sluice demo`
pub fn demo(config: &Config, _password: Option<String>) -> Result<(), Error> {
    let data = config.data("./demo-data");
    Folder { path: &data, demo: true }.open()?;
    let _lock = lock(&data)?;
    let app = open(config, &data, true)?;
    println!("Sluice is at http://{}", config.listen);
    listen(config, app)
}

fn open(config: &Config, data: &Path, demo: bool) -> Result<App, Error> {
    let db = database(config, data, demo)?;
    let artifacts = config.artifacts.clone().unwrap_or_else(|| data.join("artifacts"));
    App::open(db, data, &artifacts, config.limits())
}

// Held as long as the server lives; the system lets go of it however the server ends.
fn lock(data: &Path) -> Result<File, Error> {
    let file = File::create(data.join("server.lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::Conflict(format!(
            "A server is running on {} already. Stop it first, or name another folder with --data or SLUICE_DATA.",
            data.display()
        ))),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

fn listen(config: &Config, app: App) -> Result<(), Error> {
    let address = config.listen;
    actix_web::rt::System::new().block_on(async move {
        let worker = actix_web::rt::spawn(worker::work(app.clone()));
        let server = HttpServer::new(move || app.clone().site()).shutdown_timeout(STOP_SECONDS).bind(address);
        let server = server.map_err(|e| Error::Conflict(format!("Cannot listen on {address} (--listen): {e}")))?;
        let served = server.run().await;
        worker.abort();
        Ok(served?)
    })
}
