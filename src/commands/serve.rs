//! `sluice serve`: one server for each folder.

use std::io::Write;

use actix_web::{HttpServer, rt::System};

use super::folder::{Folder, Kind, Lock};
use crate::{app::App, config::Config, error::Error, models::tenant::Tenant, web::front::SiteUrl, worker};

/// How many seconds a request may take to end when the server is stopped.
const STOP_SECONDS: u64 = 10;

/// Serves the tenant until the server is stopped.
pub fn serve(config: &Config) -> Result<(), Error> {
    let folder = Folder::open(config.data("./data"), Kind::Tenant)?;
    let lock = folder.lock()?;
    let app = folder.app(config, folder.database(config)?)?;
    let token = match app.db.read_now(Tenant::needs_setup)? {
        true => Some(app.db.write_now(Tenant::new_setup_token)?),
        false => None,
    };
    System::new().block_on(listen(config, app, lock, |site| match token {
        Some(token) => format!("Create the first administrator: {site}/first-administrator/{token}"),
        None => String::new(),
    }))
}

/// Answers requests and does the work. Once it can, it says where, and what `more` there is to say of that address.
pub(super) async fn listen(
    config: &Config,
    app: App,
    lock: Lock,
    more: impl FnOnce(&str) -> String,
) -> Result<(), Error> {
    let (address, served) = (config.listen, app.clone());
    let server = HttpServer::new(move || served.clone().site()).shutdown_timeout(STOP_SECONDS).bind(address);
    let server = server.map_err(|error| {
        Error::Conflict(format!("Nothing can listen on {address} ({error}). Set --listen or SLUICE_LISTEN."))
    })?;
    let at = server.addrs().first().copied().unwrap_or(address);
    let site = config.url.as_ref().map_or(format!("http://{at}"), SiteUrl::to_string);
    say(format!("Sluice is at {site}\n{}", more(&site)).trim_end());
    let worker = actix_web::rt::spawn(worker::work(app, lock.holder.clone()));
    let ended = server.run().await;
    worker.abort();
    Ok(ended?)
}

/// Prints for whoever started the program. That nobody reads it any more is no reason to stop.
pub(super) fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}
