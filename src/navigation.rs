//! The frame of each page: where the person can go, and where they are.

use actix_session::SessionExt;
use actix_web::{FromRequest, HttpRequest, dev::Payload};
use futures_util::future::{FutureExt, LocalBoxFuture};

use crate::{
    auth::{asker, db},
    db::Conn,
    error::Error,
    id::EnvironmentId,
    models::{
        environment::Environment,
        reach::{Named, Reach},
        session::State,
    },
    rules::rights::EnvironmentRole,
    web::{
        errors::is_partial,
        layout::{Flash, Layout, LayoutPerson, NavGroup, NavItem, Picker, PickerOption},
        respond::{FLASH, forget},
    },
};

impl FromRequest for Layout {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        async move {
            let Some(asker) = asker(&req).await? else { return Ok(Layout::default()) };
            // What is fetched again in part shows none: it is for the whole page that comes next.
            let flash = flash(&asker.kept.state).filter(|_| !is_partial(&req));
            let (path, told) = (req.path().to_owned(), flash.is_some());
            let db = db(&req)?;
            let layout = db.read(move |c| signed_in(c, &asker.reach, &path)).await?;
            if told {
                shown(&req)?;
            }
            Ok(Layout { flash, ..layout })
        }
        .boxed_local()
    }
}

/// What the last act said and no page has shown yet.
pub fn flash(state: &State) -> Option<Flash> {
    let (kind, message) = serde_json::from_str(state.get(FLASH)?).ok()?;
    Some(Flash { kind, message })
}

/// Lets the session forget what the last act said, which a page has shown now.
pub fn shown(req: &HttpRequest) -> Result<(), Error> {
    forget(&req.get_session(), FLASH)
}

/// The frame of the page at `path`.
pub fn signed_in(conn: &mut Conn, who: &Reach, path: &str) -> Result<Layout, Error> {
    let hosts = who.hosts();
    let host = hosts.iter().find(|host| path.starts_with(&format!("/hosts/{}/", host.id))).or(hosts.first());
    Ok(Layout {
        person: Some(LayoutPerson::new(&who.name, &who.email)),
        navigation: groups(who, path, host.copied()),
        environment: environment_picker(conn, who, path)?,
        host: host.filter(|_| hosts.len() > 1).map(|host| host_picker(&hosts, host, path)),
        flash: None,
        finds: path != "/search",
    })
}

fn groups(who: &Reach, path: &str, host: Option<&Named<EnvironmentId>>) -> Vec<NavGroup> {
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
    if who.administers_environments() {
        let mut items = vec![item("All environments", "cloud", "/admin/environments".into(), &[])];
        if who.system_administrator {
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
fn environment_picker(conn: &mut Conn, who: &Reach, path: &str) -> Result<Option<Picker>, Error> {
    let Some(here) = path.strip_prefix("/environments/").and_then(|rest| rest.split('/').next()) else {
        return Ok(None);
    };
    let role = EnvironmentRole::BasicUser;
    let all: Vec<Named<EnvironmentId>> = match who.system_administrator {
        true => Environment::with_role(conn, who, role)?.into_iter().map(Environment::named).collect(),
        false => who.environments(role).into_iter().cloned().collect(),
    };
    let Some(here) = all.iter().find(|one| one.id.to_string() == here) else { return Ok(None) };
    let options = all.iter().map(|one| PickerOption {
        label: one.name.clone(),
        href: format!("/environments/{}/solutions", one.id),
        current: one.id == here.id,
    });
    Ok(Some(Picker { label: "Environment".into(), current: here.name.clone(), options: options.collect() }))
}

fn host_picker(hosts: &[&Named<EnvironmentId>], here: &Named<EnvironmentId>, path: &str) -> Picker {
    let room = path.strip_prefix("/hosts/").and_then(|rest| rest.split('/').nth(1)).unwrap_or("pipelines");
    let options = hosts.iter().map(|host| PickerOption {
        label: host.name.clone(),
        href: format!("/hosts/{}/{room}", host.id),
        current: host.id == here.id,
    });
    Picker { label: "Host".into(), current: here.name.clone(), options: options.collect() }
}
