//! Settings from flags and environment variables: what `--help` lists, and nothing else reads the environment.

mod log_format;
mod role;

use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

use clap::{Args, Parser, Subcommand};
use ipnet::IpNet;
pub use log_format::LogFormat;
pub use role::Role;
use tracing_subscriber::filter::Targets;

use crate::{
    artifacts::Place,
    bench, db,
    error::Error,
    package::Limits,
    web::front::{ForwardedHeader, Front, SiteUrl},
};

/// Moves Power Platform solutions from development to production, in order and as tested.
#[derive(Debug, Parser)]
#[command(name = "sluice", version, about)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub config: Config,
}

/// What the program can be asked to do; to serve, when nothing is said.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Serve the site and do the work (what happens without a command)
    Serve,
    /// Serve a demo tenant from ./demo-data, made anew if absent (SLUICE_DEMO_PASSWORD sets its password)
    Demo {
        /// Password of the demo's people; a new one is made and printed where it is absent
        #[arg(long, env = "SLUICE_DEMO_PASSWORD", hide_env_values = true)]
        password: Option<String>,
    },
    /// Ask the server on this machine whether it lives (exit status 0), at the address it listens on
    Healthcheck,
    /// Administer people without a browser
    User {
        #[command(subcommand)]
        command: UserCommand,
    },
    /// Look after the keys that secrets are sealed with
    Secrets {
        #[command(subcommand)]
        command: SecretsCommand,
    },
    /// Write all of a tenant to one new file, also beside a running server; secret.key is not in it
    Backup {
        /// The file to make, such as sluice-2026-11-25.zip
        file: PathBuf,
    },
    /// Make a tenant anew from a backup, in a new folder and an empty database of either kind
    Restore {
        /// A file that sluice backup made
        file: PathBuf,
    },
    /// Say whether every package and everything that rows refer to is there, also beside a running server
    Verify,
    /// Measure a server on this machine with a long history, each figure beside its limit, in a folder that is removed
    Bench(bench::Options),
    /// Serve what a file holds, with no work
    #[command(hide = true)]
    BenchBare { file: PathBuf },
}

/// What can be done about secrets from the command line.
#[derive(Debug, Clone, Subcommand)]
pub enum SecretsCommand {
    /// Make a new sealing key and seal every secret with it, also beside a running server
    ///
    /// The key before stays in the key file until the next rotation. Every other server of the tenant needs a copy of
    /// the file afterwards: secret.key in the data folder. Nobody is signed out.
    Rotate,
    /// Take the key file of the data folder, or a new one, for one that is lost
    ///
    /// Stop all servers first. People sign in again, and what was sealed with the lost keys must be entered again. Every
    /// other server of the tenant needs a copy of the file afterwards.
    Adopt,
}

/// What can be done to people from the command line.
#[derive(Debug, Clone, Subcommand)]
pub enum UserCommand {
    /// Add a person; the password is asked for, or read from standard input
    Add {
        email: String,
        /// The name that others see; the email where absent
        #[arg(long)]
        name: Option<String>,
        /// Let the person administer the whole tenant
        #[arg(long)]
        system_administrator: bool,
    },
}

/// The settings of a server.
#[derive(Debug, Clone, Args)]
pub struct Config {
    /// Folder of the tenant's files [default: ./data, for demo ./demo-data]
    #[arg(long, env = "SLUICE_DATA", global = true)]
    pub data: Option<PathBuf>,
    /// Address and port to serve on
    #[arg(long, env = "SLUICE_LISTEN", global = true, default_value = "127.0.0.1:8080", value_parser = address)]
    pub listen: SocketAddr,
    /// Address that people use, such as `https://sluice.example.com`; needed to listen beyond this machine
    #[arg(long, env = "SLUICE_URL", global = true, value_parser = site_url)]
    pub url: Option<SiteUrl>,
    /// Proxies whose word about visitors is believed: addresses or networks, separated by commas
    #[arg(long, env = "SLUICE_TRUSTED_PROXIES", global = true, value_delimiter = ',', value_parser = network)]
    pub trusted_proxies: Vec<IpNet>,
    /// Header in which those proxies name visitors: x-forwarded-for or forwarded
    #[arg(long, env = "SLUICE_FORWARDED_HEADER", global = true, default_value = "x-forwarded-for", value_parser = header)]
    pub forwarded_header: ForwardedHeader,
    /// Database: sqlite:PATH or postgres://USER@HOST/NAME [default: sluice.db in the data folder]
    #[arg(long, env = "SLUICE_DATABASE_URL", global = true, hide_env_values = true, value_parser = database_url)]
    pub database_url: Option<db::Url>,
    /// Where packages are kept: a folder, s3://BUCKET/PREFIX or az://CONTAINER/PREFIX [default: artifacts in the data folder]
    ///
    /// The keys of an object store come from the variables that are usual for it, such as AWS_ACCESS_KEY_ID,
    /// AWS_SECRET_ACCESS_KEY and AWS_ENDPOINT_URL, or AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY.
    #[arg(long, env = "SLUICE_ARTIFACTS", global = true, hide_env_values = true, value_parser = place)]
    pub artifacts: Option<Place>,
    /// Largest package that may be uploaded, in MiB
    #[arg(long, env = "SLUICE_UPLOAD_LIMIT", global = true, default_value_t = 256, value_parser = upload_limit)]
    pub upload_limit: u64,
    /// What this server does: web serves pages, worker does the work, all does both; other than all needs PostgreSQL
    #[arg(long, env = "SLUICE_ROLE", global = true, default_value = "all")]
    pub role: Role,
    /// Address and port to serve metrics on, without sign-in; none are served where it is absent
    #[arg(long, env = "SLUICE_METRICS_LISTEN", global = true, value_parser = metrics_address)]
    pub metrics_listen: Option<SocketAddr>,
    /// What is logged: a level such as warn, or levels by part such as warn,sluice=debug
    #[arg(long, env = "SLUICE_LOG", global = true, default_value = "info", value_parser = log)]
    pub log: Targets,
    /// How it is logged: text for people, json for programs
    #[arg(long, env = "SLUICE_LOG_FORMAT", global = true, default_value = "text")]
    pub log_format: LogFormat,
}

// Whoever mistypes a variable is told its name, not only that of the flag.
fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "SLUICE_LISTEN is an IP address and a port, such as 127.0.0.1:8080".to_owned())
}

fn metrics_address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "SLUICE_METRICS_LISTEN is an IP address and a port, such as 127.0.0.1:9464".to_owned())
}

fn site_url(text: &str) -> Result<SiteUrl, String> {
    text.parse().map_err(|error| format!("SLUICE_URL is {error}"))
}

fn header(text: &str) -> Result<ForwardedHeader, String> {
    text.parse().map_err(|error| format!("SLUICE_FORWARDED_HEADER is {error}"))
}

fn network(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    let address = || text.parse::<IpAddr>().ok().map(IpNet::from);
    let network = text.parse().ok().or_else(address);
    network
        .ok_or_else(|| "SLUICE_TRUSTED_PROXIES are addresses or networks, such as 10.0.0.5,192.168.0.0/16".to_owned())
}

fn database_url(text: &str) -> Result<db::Url, String> {
    text.parse().map_err(|error| format!("SLUICE_DATABASE_URL: {error}"))
}

fn place(text: &str) -> Result<Place, String> {
    text.parse().map_err(|error| format!("SLUICE_ARTIFACTS: {error}"))
}

fn upload_limit(text: &str) -> Result<u64, String> {
    let limit = text.parse().ok().filter(|limit| (1..=1024).contains(limit));
    limit.ok_or_else(|| "SLUICE_UPLOAD_LIMIT is a number of MiB from 1 to 1024".to_owned())
}

fn log(text: &str) -> Result<Targets, String> {
    let mut parts: Vec<&str> = text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    if parts.is_empty() {
        // No word at all would be taken for a part whose name all others begin with.
        parts.push("error");
    }
    parts.join(",").parse().map_err(|error| format!("SLUICE_LOG: {error}"))
}

impl Config {
    /// The data folder, `default` where none was set.
    pub fn data(&self, default: &str) -> PathBuf {
        self.data.clone().unwrap_or_else(|| default.into())
    }

    /// How the site is reached.
    ///
    /// # Errors
    /// When it would be reached from other machines without saying by which address.
    pub fn front(&self) -> Result<Front, Error> {
        if self.role.has_pages() && self.url.is_none() && !self.listen.ip().is_loopback() {
            return Err(Error::Conflict(format!(
                "To listen on {}, beyond this machine, say by which address people reach the site: --url or SLUICE_URL, \
                 such as https://sluice.example.com.",
                self.listen
            )));
        }
        Ok(Front { url: self.url.clone(), proxies: self.trusted_proxies.clone(), header: self.forwarded_header })
    }

    /// Whether several servers may share the database.
    pub fn is_shared(&self) -> bool {
        matches!(self.database_url, Some(db::Url::Postgres(_)))
    }

    /// What the server does.
    ///
    /// # Errors
    /// When it does only a part, of which another server cannot do the rest.
    pub fn role(&self) -> Result<Role, Error> {
        match self.role {
            Role::Web | Role::Worker if !self.is_shared() => Err(Error::Conflict(
                "A server that only serves pages or only works (--role, SLUICE_ROLE) needs others beside it, and one SQLite \
                 database takes one server. Use PostgreSQL, --database-url postgres://USER@HOST/NAME, and the same \
                 --artifacts on every server; or leave out the role."
                    .into(),
            )),
            role => Ok(role),
        }
    }

    /// What a package may be at most.
    pub fn limits(&self) -> Limits {
        Limits { upload: self.upload_limit << 20, ..Limits::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_logged_may_have_spaces_and_where_it_is_empty_only_errors_are() {
        assert_eq!(log(" warn, sluice=debug,"), log("warn,sluice=debug"));
        assert_eq!(log(" "), log("error"));
    }
}
