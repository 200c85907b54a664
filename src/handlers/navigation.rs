//! The frame of each page: where the person can go, and where they are.

use actix_session::SessionExt;
use actix_web::{FromRequest, HttpRequest, dev::Payload};
use futures_util::future::{FutureExt, LocalBoxFuture};

use crate::{
    auth::Visitor,
    db::{Conn, Db},
    error::Error,
    models::{environment::Environment, host::Host, person::Person},
    rules::rights::EnvironmentRole,
    web::{
        errors::is_partial,
        layout::{Flash, Layout, LayoutPerson, NavGroup, NavItem, Picker, PickerOption},
    },
};

impl FromRequest for Layout {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (visitor, db) = (Visitor::from_request(req, payload), Db::from_request(req, payload));
        let req = req.clone();
        async move {
            let mut layout = match visitor.await?.0 {
                Some(person) => {
                    let path = req.path().to_owned();
                    db.await?.read(move |c| signed_in(c, &person, &path)).await?
                }
                None => Layout::default(),
            };
            // What is fetched again in part shows none: it is for the whole page that comes next.
            if !is_partial(&req) {
                layout.flash = flash(&req);
            }
            Ok(layout)
        }
        .boxed_local()
    }
}

fn flash(req: &HttpRequest) -> Option<Flash> {
    let session = req.get_session();
    // Even to remove nothing would write the session anew.
    if !session.contains_key("flash") {
        return None;
    }
    let (kind, message) = session.remove_as::<(String, String)>("flash")?.ok()?;
    Some(Flash { kind, message })
}

fn signed_in(conn: &mut Conn, person: &Person, path: &str) -> Result<Layout, Error> {
    let environments = Environment::with_role(conn, person, EnvironmentRole::BasicUser)?;
    let hosts = Host::administered_by(conn, person)?;
    let administers = match person.system_administrator {
        true => true,
        false => !Environment::with_role(conn, person, EnvironmentRole::SystemAdministrator)?.is_empty(),
    };
    let host = hosts.iter().find(|host| path.starts_with(&format!("/hosts/{}/", host.id))).or(hosts.first());
    Ok(Layout {
        person: Some(LayoutPerson::new(&person.name, &person.email)),
        navigation: groups(person, path, host, administers),
        environment: environment_picker(&environments, path),
        host: host.filter(|_| hosts.len() > 1).map(|host| host_picker(&hosts, host, path)),
        flash: None,
        finds: path != "/search",
    })
}

fn groups(person: &Person, path: &str, host: Option<&Host>, administers: bool) -> Vec<NavGroup> {
    let item = |label: &str, icon, href: String, roots: &[&str]| {
        let current = roots.iter().any(|root| path.starts_with(root)) || (path.starts_with(&href) && href != "/");
        NavItem { label: label.to_owned(), href, icon, current }
    };
    let mut all = vec![NavGroup {
        title: String::new(),
        items: vec![
            NavItem { label: "Home".into(), href: "/".into(), icon: "home", current: path == "/" },
            item("Solutions", "box", "/solutions".into(), &["/environments/"]),
            item("Deployments", "history", "/deployments".into(), &["/runs/", "/pipelines/"]),
            item("What is where", "grid", "/matrix".into(), &[]),
        ],
    }];
    if let Some(host) = host {
        let at = |page: &str| format!("/hosts/{}/{page}", host.id);
        all.push(NavGroup {
            title: "Configuration".into(),
            items: vec![
                item("Environments", "server", at("environments"), &[]),
                item("Pipelines", "pipeline", at("pipelines"), &[]),
                item("Run history", "history", at("runs"), &[]),
                item("Security", "shield", at("security"), &[]),
                item("Settings", "settings", at("settings"), &[]),
            ],
        });
    }
    if administers {
        let mut items = vec![item("All environments", "cloud", "/admin/environments".into(), &[])];
        if person.system_administrator {
            items.push(item("People", "person", "/admin/people".into(), &[]));
            items.push(item("Groups", "people", "/admin/groups".into(), &[]));
            items.push(item("Retention", "clock", "/admin/retention".into(), &[]));
            items.push(item("Audit log", "notes", "/admin/audit".into(), &[]));
        }
        all.push(NavGroup { title: "Admin center".into(), items });
    }
    all
}

// Only the maker's pages are about one environment.
fn environment_picker(environments: &[Environment], path: &str) -> Option<Picker> {
    let here = environments.iter().find(|one| path.starts_with(&format!("/environments/{}/", one.id)))?;
    let options = environments.iter().map(|one| PickerOption {
        label: one.name.clone(),
        href: format!("/environments/{}/solutions", one.id),
        current: one.id == here.id,
    });
    Some(Picker { label: "Environment".into(), current: here.name.clone(), options: options.collect() })
}

fn host_picker(hosts: &[Host], here: &Host, path: &str) -> Picker {
    let room = path.strip_prefix("/hosts/").and_then(|rest| rest.split('/').nth(1)).unwrap_or("pipelines");
    let options = hosts.iter().map(|host| PickerOption {
        label: host.name().to_owned(),
        href: format!("/hosts/{}/{room}", host.id),
        current: host.id == here.id,
    });
    Picker { label: "Host".into(), current: here.name().to_owned(), options: options.collect() }
}
