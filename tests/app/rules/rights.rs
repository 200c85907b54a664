//! Rights on a pipeline, and roles in an environment.

use proptest::prelude::*;
use sluice::rules::rights::{Access, EnvironmentRole, HostRole, Right, Standing, may_cancel_or_move, right};

fn standing(system_administrator: bool, roles: &[HostRole], shares: &[Access]) -> Standing {
    Standing { system_administrator, roles: roles.to_vec(), shares: shares.to_vec() }
}

#[test]
fn the_whole_table() {
    use Access as A;
    use HostRole::{Administrator, User};
    let rows: [(&[HostRole], &[Access], Right); 12] = [
        (&[], &[], Right::None),
        (&[], &[A::View], Right::View),
        // A share Run without a role on the host only shows the pipeline.
        (&[], &[A::Run], Right::View),
        (&[], &[A::View, A::Run], Right::View),
        // A role alone shows no pipeline.
        (&[User], &[], Right::None),
        (&[User], &[A::View], Right::View),
        (&[User], &[A::Run], Right::Run),
        (&[User], &[A::View, A::Run], Right::Run),
        (&[Administrator], &[], Right::Manage),
        (&[Administrator], &[A::View], Right::Manage),
        (&[Administrator], &[A::Run], Right::Manage),
        (&[User, Administrator], &[A::View, A::Run], Right::Manage),
    ];
    for (roles, shares, expected) in rows {
        assert_eq!(right(&standing(false, roles, shares)), expected, "{roles:?} {shares:?}");
        assert_eq!(right(&standing(true, roles, shares)), Right::Manage, "{roles:?} {shares:?}");
    }
}

/// Any standing.
pub fn any_standing() -> impl Strategy<Value = Standing> {
    let roles = prop::collection::vec(prop::sample::select(HostRole::ALL), 0..3);
    let shares = prop::collection::vec(prop::sample::select(Access::ALL), 0..3);
    (any::<bool>(), roles, shares).prop_map(|(system_administrator, roles, shares)| Standing {
        system_administrator,
        roles,
        shares,
    })
}

proptest! {
    #[test]
    fn no_grant_ever_lowers_a_right(
        had in any_standing(),
        role in prop::sample::select(HostRole::ALL),
        share in prop::sample::select(Access::ALL),
    ) {
        let before = right(&had);
        let more = |change: &dyn Fn(&mut Standing)| {
            let mut has = had.clone();
            change(&mut has);
            right(&has)
        };
        prop_assert!(more(&|has| has.roles.push(role)) >= before);
        prop_assert!(more(&|has| has.shares.push(share)) >= before);
        prop_assert!(more(&|has| has.system_administrator = true) >= before);
    }

    #[test]
    fn who_grants_first_does_not_matter(had in any_standing()) {
        let mut turned = had.clone();
        turned.roles.reverse();
        turned.shares.reverse();
        prop_assert_eq!(right(&turned), right(&had));
    }
}

#[test]
fn starter_and_managers_may_cancel_or_move_a_run() {
    assert!(may_cancel_or_move(Right::Manage, false));
    assert!(may_cancel_or_move(Right::View, true));
    assert!(!may_cancel_or_move(Right::Run, false));
    // Who no longer sees the pipeline has no say in it.
    assert!(!may_cancel_or_move(Right::None, true));
}

#[test]
fn environment_roles_include_the_ones_before() {
    let may = |role: EnvironmentRole| (role.may_look(), role.may_change(), role.may_administer());
    assert_eq!(may(EnvironmentRole::BasicUser), (true, false, false));
    assert_eq!(may(EnvironmentRole::SystemCustomizer), (true, true, false));
    assert_eq!(may(EnvironmentRole::SystemAdministrator), (true, true, true));
}

#[test]
fn words_are_stored_and_labels_are_read() {
    assert_eq!("administrator".parse(), Ok(HostRole::Administrator));
    assert_eq!(HostRole::User.label(), "Deployment Pipeline User");
    assert_eq!(serde_json::to_string(&Access::Run).unwrap(), "\"run\"");
    assert_eq!(serde_json::from_str::<Access>("\"view\"").unwrap(), Access::View);
    for &role in EnvironmentRole::ALL {
        assert_eq!(role.as_str().parse(), Ok(role));
    }
    let error = "owner".parse::<Access>().unwrap_err();
    assert_eq!(error.to_string(), "“owner” is not one of view, run");
}
