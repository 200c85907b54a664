//! An uploaded package, compared with the environment and judged.

use crate::{
    app::App,
    artifacts::Stored,
    error::Error,
    handlers::{
        live,
        operations::{Asked, Described},
    },
    models::{
        audit::Change,
        environment::Environment,
        operation::{Operation, OperationKind, by_hand::Order},
    },
    package::{
        checks::{Checks, Finding, Installed, Severity},
        version::Version,
    },
    platform::{Act, PlatformError},
    rules::{
        checks::{TargetFacts, findings},
        settings::DeploymentSettings,
        versions::{Step, step},
    },
    web::locale::Locale,
};

/// An uploaded package that is, or was, compared with the environment.
pub struct Check {
    pub asked: Asked,
    pub package: Described,
    pub stored: Stored,
}

/// What the environment answered, judged.
pub struct Judged {
    pub checks: Checks,
    pub findings: Vec<Finding>,
}

impl Check {
    /// The check that this operation is.
    pub fn of(operation: &Operation) -> Result<Check, Error> {
        let mut asked = Asked::of(operation)?;
        match (asked.described.take(), &asked.act) {
            (Some(package), Act::Check { package: stored }) => {
                let stored = stored.clone();
                Ok(Check { asked, package, stored })
            }
            _ => Err(Error::NotFound),
        }
    }

    /// Judges what the environment answered.
    pub async fn judged(&self, app: &App, at: &Environment, checks: Checks) -> Result<Judged, PlatformError> {
        let platform = live::platform(app, at);
        let (probe, limits) = (platform.probe(at.id).await?, platform.limits(at.id).await?);
        let version: Option<Version> = probe.version.parse().ok();
        let target = TargetFacts {
            name: &at.name,
            version: version.as_ref(),
            schema_type: None,
            largest_package: Some(limits.largest_package),
        };
        let findings = findings(&self.package.candidate(&self.asked.about), &target, &checks);
        Ok(Judged { checks, findings })
    }

    /// The import that follows.
    pub fn order(&self, reason: String) -> Result<Order, Error> {
        let (about, package) = (&self.asked.about, self.stored.clone());
        let act = Act::Import { package, settings: DeploymentSettings::default() };
        let mode = if self.package.managed { "managed" } else { "unmanaged" };
        Ok(Order {
            kind: OperationKind::Import,
            input: Asked::input(act, about)?,
            solution: about.unique_name.clone(),
            changes: vec![
                Change::new("Version", "", &about.version),
                Change::new("Package", "", mode),
                Change::new("SHA-256", "", &self.stored.hash),
            ],
            reason,
        })
    }

    /// The solution and its version.
    pub fn title(&self) -> String {
        format!("{} {}", self.asked.about.display_name, self.asked.about.version)
    }

    /// The size of the package, for people.
    pub fn size(&self, locale: &Locale) -> String {
        locale.bytes(i64::try_from(self.stored.size).unwrap_or(i64::MAX))
    }

    /// What becomes of the environment's own version.
    pub fn effect(&self, installed: Option<&Installed>) -> String {
        let version = &self.asked.about.version;
        let Some(installed) = installed else { return "It is not installed yet.".into() };
        match step(version, Some(&installed.version)) {
            Step::Install | Step::Upgrade => format!("It replaces version {}.", installed.version),
            Step::Same => format!("It replaces the same version, {}.", installed.version),
            Step::Downgrade => format!("It replaces the higher version {}.", installed.version),
        }
    }
}

impl Judged {
    /// Whether nothing forbids the import.
    pub fn allows(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity != Severity::Error)
    }
}
