//! Whether a host may use the environment that one of its records names, and what to do where it may not.

use super::words::words;

/// What a host uses an environment for; fixed when it is registered.
#[derive(PartialEq, Eq, Copy, Clone, Debug, Hash)]
pub enum RecordKind {
    /// Solutions come from it.
    Development,
    /// Solutions are deployed to it.
    Target,
}

words!(RecordKind {
    Development = "development", "Development environment";
    Target = "target", "Target environment";
});

/// What an environment said of itself when it was asked for a validation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProbeFacts {
    pub region: String,
    /// A managed environment; deployments ask for it, a validation does not.
    pub managed: bool,
    /// Whether it has a Dataverse database.
    pub dataverse: bool,
}

/// The host that would use the environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostFacts {
    pub name: String,
    pub region: String,
    pub allow_cross_region: bool,
}

/// Which host an environment belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binding {
    Free,
    Here,
    Elsewhere,
}

/// An environment that exists and that whoever registered it may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentFacts {
    pub probe: ProbeFacts,
    /// It is the environment in which the host itself is installed.
    pub is_host: bool,
    pub binding: Binding,
}

/// One record and what was found behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValidationFacts {
    /// The record's own name: the environment's may not be for everybody who reads the sentence.
    pub record: String,
    pub kind: RecordKind,
    pub host: HostFacts,
    /// None where it does not exist, does not answer to its ID or may not be seen: one sentence for all.
    pub environment: Option<EnvironmentFacts>,
}

/// Why the host may not use the environment, in one sentence with what to do; the first reason there is.
pub fn validate(facts: &ValidationFacts) -> Result<(), String> {
    let Some(environment) = &facts.environment else { return Err(not_found()) };
    let (record, host, probe) = (&facts.record, &facts.host, &environment.probe);
    if !probe.dataverse {
        return Err(format!("{record} has no Dataverse database. Add one in the admin center, then select Refresh."));
    }
    if !host.allow_cross_region && fold(&probe.region) != fold(&host.region) {
        return Err(format!(
            "{record} is in {}, but {} is in {}. Allow deployments across regions under Settings, then select \
             Refresh, or register an environment in {}.",
            probe.region, host.name, host.region, host.region
        ));
    }
    if environment.is_host && facts.kind == RecordKind::Development {
        return Err(format!(
            "{} is the host itself, and a host cannot be its own development environment. Retire this record and \
             register another environment.",
            host.name
        ));
    }
    if environment.binding == Binding::Elsewhere {
        return Err(bound_elsewhere(record));
    }
    Ok(())
}

/// What a record says whose environment is not there for whoever registered it.
pub fn not_found() -> String {
    "No environment with this Environment ID was found among those in which the person who registered it has a role. \
     Check the Environment ID, or ask a System Administrator of the environment for a role, then select Refresh."
        .to_owned()
}

/// What a record says whose environment another host uses.
pub fn bound_elsewhere(record: &str) -> String {
    format!(
        "{record} is already associated with another pipelines host. Select Force Link to take it over, or have its \
         record in that host retired, then select Refresh."
    )
}

/// What a record says whose environment another host took over.
pub fn taken_over(record: &str) -> String {
    format!(
        "{record} was taken over by another pipelines host with Force Link. Select Force Link to take it back, or \
         retire this record."
    )
}

fn fold(region: &str) -> String {
    region.trim().to_lowercase()
}

/// A GUID in lower case with hyphens, from however a person copied it; none where the text is no GUID.
pub fn guid(text: &str) -> Option<String> {
    uuid::Uuid::try_parse(text.trim()).ok().map(|guid| guid.to_string())
}
