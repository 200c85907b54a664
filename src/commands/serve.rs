//! `sluice serve`: one server for each folder.

use std::net::SocketAddr;

use actix_web::{HttpServer, rt::System};

use super::folder::{Folder, Kind};
use crate::{app::App, config::Config, error::Error, models::tenant::Tenant, worker};

/// How many seconds a request may take to end when the server is stopped.
const STOP_SECONDS: u64 = 10;

/// Serves the tenant until the server is stopped.
pub fn serve(config: &Config) -> Result<(), Error> {
    let folder = Folder::open(config.data("./data"), Kind::Tenant)?;
    let _lock = folder.lock()?;
    let app = folder.app(config, folder.database(config)?)?;
    let token = match app.db.read_now(Tenant::needs_setup)? {
        true => Some(app.db.write_now(Tenant::new_setup_token)?),
        false => None,
    };
    System::new().block_on(listen(config, app, |at| {
        println!("Sluice is at http://{at}");
        if let Some(token) = &token {
            println!("Create the first administrator: http://{at}/first-administrator/{token}");
        }
    }))
}

/// Answers requests and does the work; `ready` is told the address once it is there.
pub(super) async fn listen(config: &Config, app: App, ready: impl FnOnce(SocketAddr)) -> Result<(), Error> {
    let (address, served) = (config.listen, app.clone());
    let server = HttpServer::new(move || served.clone().site()).shutdown_timeout(STOP_SECONDS).bind(address);
    let server = server.map_err(|error| {
        Error::Conflict(format!("Nothing can listen on {address} ({error}). Set --listen or SLUICE_LISTEN."))
    })?;
    ready(server.addrs().first().copied().unwrap_or(address));
    let worker = actix_web::rt::spawn(worker::work(app));
    let ended = server.run().await;
    worker.abort();
    Ok(ended?)
}
