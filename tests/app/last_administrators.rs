//! Somebody always administers a host, whichever way the last one would go.

use diesel::prelude::*;
use sluice::{
    error::Error,
    id::EnvironmentId,
    models::{
        group::{AdministerGroup, Group},
        host::{Host, ManageHost},
        person::{AdministerPerson, Person},
        principal::Principal,
        role_holder::RoleHolder,
    },
    rules::rights::HostRole,
    schema::environments,
};

use crate::support::{TestApp, id};

struct Scene {
    app: TestApp,
    root: Person,
    bo: Person,
    cy: Person,
    host: Host,
}

// A host that only Bo administers; Root is a system administrator, who does not count.
fn scene() -> Scene {
    let app = TestApp::new();
    let (root, bo, cy) = (app.administrator("Root"), app.person("Bo"), app.person("Cy"));
    let host = app.host("Contoso Host", &bo);
    Scene { app, root, bo, cy, host }
}

impl Scene {
    // The same, but Bo administers it through the group.
    fn through(&self, group: Principal) {
        let own = self.app.read(|c| RoleHolder::of(c, self.host.id)).remove(0).id;
        self.app.give_host_role(self.host.id, group, HostRole::Administrator);
        let permit = self.app.permit::<ManageHost>(&self.bo, &[id("host", self.host.id)]);
        self.app.write(|c| RoleHolder::take(c, &permit, own));
    }
}

const WHY: &str = "nobody would be left to administer Contoso Host. Give Deployment Pipeline Administrator there to \
                   somebody else first";

#[actix_web::test]
async fn deactivating_the_last_one_is_refused() {
    let s = scene();
    let mut root = s.app.sign_in(&s.root).await;
    let there = format!("/admin/people/{}/deactivation", s.bo.id);
    let page = root.get(&there).await;
    page.assert_has("h1", "Bo cannot be deactivated");
    page.assert_has("p", &format!("Without Bo {WHY}"));
    let page = root.post(&there, &[]).await;
    assert_eq!(page.status, 409);
    page.assert_has("p", &format!("Without Bo {WHY}"));
    s.app.give_host_role(s.host.id, Principal::Person(s.cy.id), HostRole::Administrator);
    root.get(&there).await.assert_has("h1", "Deactivate Bo?");
    assert_eq!(root.post(&there, &[]).await.status, 303);
    // Who is deactivated does not count for the next one.
    let next = root.post(&format!("/admin/people/{}/deactivation", s.cy.id), &[]).await;
    next.assert_has("p", &format!("Without Cy {WHY}"));
}

#[actix_web::test]
async fn taking_the_last_one_out_of_a_group_is_refused() {
    let s = scene();
    let leads = s.app.group("Leads", &[&s.bo]);
    s.through(leads);
    let mut root = s.app.sign_in(&s.root).await;
    let path = format!("/admin/groups/{}", leads.group().unwrap());
    let removal = format!("{path}/members/{}/removal", s.bo.id);
    let page = root.post(&removal, &[]).await;
    assert_eq!(page.status, 422);
    page.assert_has("[role=alert]", &format!("Without Bo {WHY}"));
    assert_eq!(page.all("#members tbody a"), ["Bo"], "nothing is lost");
    root.submit(&format!("{path}/members"), &[("person", "cy@example.com")]).await.assert_has("tbody", "Cy");
    assert_eq!(root.post(&removal, &[]).await.status, 303);
}

#[actix_web::test]
async fn retiring_the_group_of_the_last_ones_is_refused() {
    let s = scene();
    let leads = s.app.group("Leads", &[&s.bo, &s.cy]);
    s.through(leads);
    let mut root = s.app.sign_in(&s.root).await;
    let retirement = format!("/admin/groups/{}/retirement", leads.group().unwrap());
    let page = root.get(&retirement).await;
    page.assert_has("h1", "Leads cannot be retired");
    page.assert_has("p", &format!("Without Leads {WHY}"));
    assert_eq!(root.post(&retirement, &[]).await.status, 409);
    s.app.give_host_role(s.host.id, Principal::Person(s.cy.id), HostRole::Administrator);
    assert_eq!(root.post(&retirement, &[]).await.status, 303);
}

#[actix_web::test]
async fn all_hosts_left_alone_are_named_and_retired_ones_do_not_count() {
    let s = scene();
    let other = s.app.host("Fabrikam Host", &s.bo);
    let old = s.app.host("Old Host", &s.bo);
    s.app.write(|c| {
        let row = environments::table.find(old.id);
        Ok(diesel::update(row).set(environments::retired_at.eq(sluice::db::now())).execute(c)?)
    });
    s.app.give_host_role(other.id, s.app.group("Nobody", &[]), HostRole::Administrator);
    let mut root = s.app.sign_in(&s.root).await;
    let page = root.get(&format!("/admin/people/{}/deactivation", s.bo.id)).await;
    page.assert_has("p", "to administer Contoso Host and Fabrikam Host. Give");
}

#[test]
fn a_host_that_nobody_administers_anyway_stops_nothing() {
    let s = scene();
    let empty = s.app.group("Nobody", &[]);
    s.app.give_host_role(s.host.id, empty, HostRole::Administrator);
    let permit = s.app.permit::<AdministerGroup>(&s.root, &[id("group", empty.group().unwrap())]);
    s.app.write(|c| Group::retire(c, &permit));
}

// Each of two who administer a host loses it at the same moment, in every pair of ways: one of them must be kept.
#[test]
fn two_who_go_at_once_do_not_both_go() {
    type Loss = fn(&Scene, &Person, EnvironmentId, Principal) -> Result<(), Error>;
    let deactivate: Loss = |s, person, _, _| {
        let permit = s.app.permit::<AdministerPerson>(&s.root, &[id("person", person.id)]);
        s.app.app.db.write_now(|c| Person::deactivate(c, &permit))
    };
    let leave: Loss = |s, person, _, group| {
        let permit = s.app.permit::<AdministerGroup>(&s.root, &[id("group", group.group().unwrap())]);
        s.app.app.db.write_now(|c| Group::remove_member(c, &permit, person.id).map(drop))
    };
    let retire: Loss = |s, _, _, group| {
        let permit = s.app.permit::<AdministerGroup>(&s.root, &[id("group", group.group().unwrap())]);
        s.app.app.db.write_now(|c| Group::retire(c, &permit))
    };
    let take: Loss = |s, _, host, group| {
        let permit = s.app.permit::<ManageHost>(&s.root, &[id("host", host)]);
        let holders = s.app.read(|c| RoleHolder::of(c, host));
        let role = holders.iter().find(|holder| holder.named.principal == group).unwrap().id;
        s.app.app.db.write_now(|c| RoleHolder::take(c, &permit, role).map(drop))
    };
    for (one, other) in [(deactivate, deactivate), (leave, deactivate), (retire, leave), (take, retire), (take, take)] {
        let s = scene();
        let (bos, cys) = (s.app.group("Bo's", &[&s.bo]), s.app.group("Cy's", &[&s.cy]));
        s.through(bos);
        s.app.give_host_role(s.host.id, cys, HostRole::Administrator);
        let start = std::sync::Barrier::new(2);
        let done = std::thread::scope(|scope| {
            let first = scope.spawn(|| {
                start.wait();
                one(&s, &s.bo, s.host.id, bos)
            });
            start.wait();
            let second = other(&s, &s.cy, s.host.id, cys);
            [first.join().unwrap(), second]
        });
        let refused: Vec<_> = done.iter().filter(|done| done.is_err()).collect();
        assert!(matches!(refused[..], [Err(Error::Conflict(_))]), "{done:?}");
    }
}
