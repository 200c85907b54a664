//! What the audit log says of runs. Values that a run sets are not in it: the run keeps them, for who may see them.

use super::{Run, Start};
use crate::{
    models::audit::{By, Entry, Kind, Subject, Verb},
    rules::{
        settings::DeploymentSettings,
        state::{Event, State},
    },
};

impl Run {
    /// As the audit log names it.
    pub fn subject(&self) -> Subject {
        let name = format!("{} {} to {}", self.solution_display_name, self.version, self.stage_name);
        Subject::new(Kind::Run, self.id, &name)
    }

    pub(super) fn moved(&self, by: &By, event: Event, next: State) -> Entry {
        let verb = match event {
            Event::CheckPassed => Verb::Validate,
            Event::CheckFailed | Event::RuleRefused | Event::ImportFailed => Verb::Fail,
            Event::DeployNow | Event::DeployLater => Verb::Deploy,
            Event::Moved => Verb::Change,
            Event::Due | Event::Claimed => Verb::Begin,
            Event::Imported => Verb::Succeed,
            Event::CancelAsked | Event::CancelConfirmed => Verb::Cancel,
            Event::Superseded => Verb::Replace,
            Event::Expired => Verb::Expire,
        };
        by.did(verb, self.subject()).changed("State", self.state.label(), next.label())
    }

    pub(super) fn begun(&self, by: &By, start: &Start) -> Entry {
        let verb = match start {
            Start { retry_of: Some(_), .. } => Verb::Retry,
            Start { redeploy: true, .. } => Verb::Redeploy,
            Start { artifact: Some(_), .. } => Verb::Promote,
            _ => Verb::Start,
        };
        let before = self.version_before.as_deref().unwrap_or_default();
        by.did(verb, self.subject())
            .set("Pipeline", &self.pipeline_name)
            .set("Source", &self.source_name)
            .set("Target", &self.target_name)
            .changed("Version", before, &self.version)
            .set("State", self.state.label())
    }
}

/// Which settings a person set anew, without their values.
pub(super) fn settings(entry: Entry, old: &DeploymentSettings, new: &DeploymentSettings) -> Entry {
    let variables = new.environment_variables.iter().map(|setting| &setting.schema_name);
    let variables = variables.filter(|name| old.variable(name) != new.variable(name));
    let references = new.connection_references.iter().map(|setting| &setting.logical_name);
    let references = references.filter(|name| old.reference(name) != new.reference(name));
    variables.chain(references).fold(entry, |entry, name| entry.replaced(format!("Setting {name}")))
}
