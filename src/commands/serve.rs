//! `sluice serve`: a server of the tenant, until it is told to stop.

use std::{io::Write, net::SocketAddr};

use actix_web::{
    HttpServer,
    dev::Server,
    rt::{System, spawn},
};
use futures_util::future::join;
#[cfg(unix)]
use futures_util::future::select;

use super::folder::{Folder, Kind, Lock};
use crate::{
    app::App,
    config::Config,
    error::Error,
    models::tenant::Tenant,
    site,
    web::front::SiteUrl,
    worker::{self, Stop},
};

/// How many seconds a request may take to end when the server is stopped.
const STOP_SECONDS: u64 = 10;

/// Serves the tenant until the server is stopped.
pub fn serve(config: &Config) -> Result<(), Error> {
    let role = config.role()?;
    let folder = Folder::open(config.data("./data"), Kind::Tenant)?;
    let lock = folder.lock(config)?;
    let app = folder.app(config, folder.database(config)?)?;
    let token = match role.has_pages() && app.db.read_now(Tenant::needs_setup)? {
        true => Some(app.db.write_now(Tenant::new_setup_token)?),
        false => None,
    };
    run(listen(config, app, lock, |site| match token {
        Some(token) => format!("Create the first administrator: {site}/first-administrator/{token}"),
        None => String::new(),
    }))
}

/// Runs a server to its end. Threads that wait for a database or a store that is gone do not keep the program from ending:
/// what they were about to write is written whole or not at all.
pub(super) fn run(server: impl Future<Output = Result<(), Error>>) -> Result<(), Error> {
    let system = System::new();
    let ended = system.block_on(server);
    std::mem::forget(system);
    ended
}

/// Answers requests and does the work, as far as the server's role goes. Once it can, it says where, and what `more` there
/// is to say of that address. Ends when it is asked to, after what is under way.
pub(super) async fn listen(
    config: &Config,
    app: App,
    lock: Lock,
    more: impl FnOnce(&str) -> String,
) -> Result<(), Error> {
    let role = config.role()?;
    let app = if role.has_pages() { app } else { app.without_pages() };
    let (site, at) = site(config.listen, app.clone())?;
    let monitor = config.metrics_listen.map(|address| monitor(address, app.clone())).transpose()?;
    let url = config.url.as_ref().filter(|_| role.has_pages()).map_or(format!("http://{at}"), SiteUrl::to_string);
    say(format!("Sluice is at {url}\n{}", more(&url)).trim_end());
    let monitor = monitor.map(|(monitor, at)| {
        say(&format!("Metrics are at http://{at}/metrics"));
        let handle = monitor.handle();
        spawn(monitor);
        handle
    });
    spawn(stop_by_signal(app.stop.clone()));
    let serving = until_stopped(site, app.stop.clone());
    let working = async {
        if role.works() {
            worker::work(app, lock.holder.clone()).await
        }
    };
    let (served, ()) = join(serving, working).await;
    // The last to go, so that whoever watches sees the end coming.
    if let Some(monitor) = monitor {
        monitor.stop(false).await;
    }
    served
}

fn site(address: SocketAddr, app: App) -> Result<(Server, SocketAddr), Error> {
    let server = HttpServer::new(move || site::site(app.clone())).disable_signals().shutdown_timeout(STOP_SECONDS);
    let bound = server.bind(address).map_err(|error| taken(address, error, "--listen or SLUICE_LISTEN"))?;
    let at = bound.addrs().first().copied().unwrap_or(address);
    Ok((bound.run(), at))
}

fn monitor(address: SocketAddr, app: App) -> Result<(Server, SocketAddr), Error> {
    let server = HttpServer::new(move || site::monitor(app.clone())).disable_signals().workers(1);
    let setting = "--metrics-listen or SLUICE_METRICS_LISTEN";
    let bound = server.bind(address).map_err(|error| taken(address, error, setting))?;
    let at = bound.addrs().first().copied().unwrap_or(address);
    Ok((bound.run(), at))
}

fn taken(address: SocketAddr, error: std::io::Error, setting: &str) -> Error {
    Error::Conflict(format!("Nothing can listen on {address} ({error}). Set {setting}."))
}

// Takes no new requests then, and lets those under way end.
async fn until_stopped(server: Server, stop: Stop) -> Result<(), Error> {
    let (handle, asked) = (server.handle(), stop.clone());
    spawn(async move {
        asked.wait().await;
        handle.stop(true).await;
    });
    let ended = server.await;
    // However it ended, the work does too.
    stop.now();
    Ok(ended?)
}

async fn stop_by_signal(stop: Stop) {
    if let Err(error) = signal().await {
        tracing::error!(error = %error, "signals cannot be heard");
        return;
    }
    tracing::info!("stopping: what is under way comes to its end; a second signal cuts it off");
    stop.now();
    if signal().await.is_ok() {
        std::process::exit(1);
    }
}

#[cfg(unix)]
async fn signal() -> std::io::Result<()> {
    use actix_web::rt::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    select(std::pin::pin!(terminate.recv()), std::pin::pin!(interrupt.recv())).await;
    Ok(())
}

#[cfg(not(unix))]
async fn signal() -> std::io::Result<()> {
    actix_web::rt::signal::ctrl_c().await
}

/// Prints for whoever started the program. That nobody reads it any more is no reason to stop.
pub(super) fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}
