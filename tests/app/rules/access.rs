//! Where a right comes from, in words.

use proptest::prelude::*;
use sluice::rules::{
    access::{Given, Held, list, role_explained},
    rights::{Access, EnvironmentRole, HostRole, Right},
};

fn own<T>(what: T) -> Given<T> {
    Given { what, through: None }
}

fn of<T>(what: T, group: &str) -> Given<T> {
    Given { what, through: Some(group.to_owned()) }
}

fn held(roles: Vec<Given<HostRole>>, shares: Vec<Given<Access>>) -> Held {
    Held { system_administrator: false, roles, shares }
}

#[test]
fn a_right_is_told_with_its_source_and_what_is_missing() {
    use Access::{Run, View};
    use HostRole::{Administrator, User};
    let rows = [
        (held(vec![], vec![]), "None"),
        (held(vec![own(User)], vec![]), "None"),
        (held(vec![], vec![own(View)]), "View (shared directly)"),
        (held(vec![own(User)], vec![of(View, "Makers")]), "View (through group Makers)"),
        (held(vec![], vec![of(Run, "Makers")]), "View (through group Makers); Run needs a role on Contoso Host"),
        (held(vec![own(User)], vec![of(Run, "Makers")]), "Run (through group Makers; Deployment Pipeline User)"),
        (
            held(vec![of(User, "Staff")], vec![own(Run), of(Run, "Makers"), of(View, "Everybody")]),
            "Run (shared directly and through group Makers; Deployment Pipeline User through group Staff)",
        ),
        (
            held(vec![own(User)], vec![of(Run, "B"), of(Run, "A"), of(Run, "C")]),
            "Run (through groups A, B and C; Deployment Pipeline User)",
        ),
        (
            held(vec![of(Administrator, "Release Managers")], vec![own(View)]),
            "Manage (Deployment Pipeline Administrator through group Release Managers)",
        ),
        (
            held(vec![own(Administrator), of(Administrator, "Release Managers")], vec![]),
            "Manage (Deployment Pipeline Administrator)",
        ),
        (Held { system_administrator: true, ..Held::default() }, "Manage (system administrator)"),
        (
            Held { system_administrator: true, ..held(vec![own(Administrator)], vec![own(Run)]) },
            "Manage (system administrator and Deployment Pipeline Administrator)",
        ),
    ];
    for (held, words) in rows {
        assert_eq!(held.explained("Contoso Host"), words);
    }
}

#[test]
fn on_a_host_a_role_counts_and_a_share_that_waits_for_one() {
    let on_host = |held: Held, waiting: &[&str]| {
        let waiting: Vec<String> = waiting.iter().map(|name| (*name).to_owned()).collect();
        held.explained_on_host("Contoso Host", &waiting)
    };
    assert_eq!(
        on_host(held(vec![of(HostRole::User, "Makers")], vec![]), &["Main"]),
        "Can run pipelines shared with Run (Deployment Pipeline User through group Makers)"
    );
    assert_eq!(
        on_host(held(vec![], vec![]), &["Expenses", "Main"]),
        "View; Run of Expenses and Main needs a role on Contoso Host"
    );
    assert_eq!(
        on_host(held(vec![own(HostRole::User), of(HostRole::Administrator, "Leads")], vec![]), &[]),
        "Manage (Deployment Pipeline Administrator through group Leads)"
    );
    assert_eq!(on_host(Held::default(), &[]), "None");
}

#[test]
fn the_highest_role_in_an_environment_is_told_with_its_source() {
    use EnvironmentRole::{BasicUser, SystemCustomizer};
    assert_eq!(role_explained(false, &[]), "No role");
    assert_eq!(role_explained(false, &[own(BasicUser)]), "Basic User");
    assert_eq!(
        role_explained(false, &[own(BasicUser), of(SystemCustomizer, "Makers")]),
        "System Customizer (through group Makers)"
    );
    assert_eq!(role_explained(true, &[own(BasicUser)]), "System Administrator (in every environment)");
}

#[test]
fn names_are_listed_as_in_a_sentence() {
    let listed = |names: &[&str]| list(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
    assert_eq!(
        [listed(&[]), listed(&["A"]), listed(&["A", "B"]), listed(&["A", "B", "C"])],
        ["", "A", "A and B", "A, B and C"]
    );
}

fn any_given<T: Copy + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = Vec<Given<T>>> {
    let source = prop::option::of(prop::sample::select(vec!["Makers".to_owned(), "Staff".to_owned()]));
    let given = (prop::sample::select(all), source).prop_map(|(what, through)| Given { what, through });
    prop::collection::vec(given, 0..4)
}

fn any_held() -> impl Strategy<Value = Held> {
    (any::<bool>(), any_given(HostRole::ALL), any_given(Access::ALL))
        .prop_map(|(system_administrator, roles, shares)| Held { system_administrator, roles, shares })
}

// What is left when the reasons are taken away.
fn without(held: &Held, reasons: &Held) -> Held {
    Held {
        system_administrator: held.system_administrator && !reasons.system_administrator,
        roles: held.roles.iter().filter(|role| !reasons.roles.contains(role)).cloned().collect(),
        shares: held.shares.iter().filter(|share| !reasons.shares.contains(share)).cloned().collect(),
    }
}

proptest! {
    #[test]
    fn what_is_told_is_the_right_that_counts(held in any_held()) {
        let right = sluice::rules::rights::right(&held.standing());
        let words = held.explained("Contoso Host");
        prop_assert!(words == right.label() || words.starts_with(&format!("{} (", right.label())), "{words}");
    }

    #[test]
    fn the_reasons_alone_give_the_right_and_without_them_it_is_lower(held in any_held()) {
        let reasons = held.reasons();
        prop_assert_eq!(reasons.right(), held.right());
        if held.right() > Right::None {
            prop_assert!(without(&held, &reasons).right() < held.right());
        }
    }

    #[test]
    fn something_to_ask_for_is_missing_exactly_below_run(held in any_held()) {
        let standing = held.standing();
        prop_assert_eq!(standing.lacks_to_run("Main").is_none(), held.right() >= Right::Run);
        if held.lacks_role() {
            prop_assert_eq!(standing.lacks_to_run("Main").unwrap(), "Deployment Pipeline User");
        }
    }
}
