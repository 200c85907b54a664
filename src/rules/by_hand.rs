//! What may be changed in an environment by hand, past its pipelines.

use super::{grantors::Grantors, rights::EnvironmentRole};

/// Whether a person may change an environment by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByHand {
    /// As any environment that no pipeline deploys to.
    Free,
    /// Past the pipelines, with a reason that is written down.
    WithReason,
    /// Changes come by runs only.
    Refused,
}

/// What somebody with this role may change by hand in an environment that is, or is not, a validated target of runs.
pub fn by_hand(is_target: bool, role: EnvironmentRole) -> ByHand {
    match (is_target, role.may_administer()) {
        (false, _) => ByHand::Free,
        (true, true) => ByHand::WithReason,
        (true, false) => ByHand::Refused,
    }
}

/// The sentence for who is refused; `administrators` are some who could do it, by name.
pub fn refusal(environment: &str, administrators: &[String]) -> String {
    let who = Grantors::of_environment(environment, administrators).who();
    format!(
        "{environment} is a target of pipelines, so its solutions change by deployments only; by hand that takes \
         System Administrator there. Deploy through a pipeline, or ask {who} to do this by hand."
    )
}
