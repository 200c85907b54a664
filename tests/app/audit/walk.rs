//! Each route that changes something, used once with success: what the log says of it. A new route that changes
//! something fails here until it is walked or said to change nothing that is logged.

use std::collections::BTreeSet;

use actix_web::http::Method;
use sluice::routes;

use super::{people, places, runs};
use crate::support::{Browser, Page, TestApp};

/// Routes that send something and change nothing of what the log is about.
const SILENT: [(&str, &str); 2] = [
    ("/environments/{environment}/sightings", "looks again at what an environment has"),
    ("/environments/{environment}/imports", "only has a package checked"),
];

/// The routes that were used so far.
#[derive(Default)]
pub struct Walk {
    walked: BTreeSet<String>,
    untold: Vec<String>,
}

impl Walk {
    /// Sends a form to the route with these keys in it and expects an entry that begins so.
    #[track_caller]
    pub fn step<'a>(
        &'a mut self,
        app: &'a TestApp,
        browser: &'a mut Browser,
        (route, keys): (&'a str, &'a [&'a str]),
        form: &'a [(&'a str, &'a str)],
        entry: &'a str,
    ) -> impl Future<Output = Page> + 'a {
        let path = filled(route, keys);
        async move {
            let before = app.audit().len();
            let page = browser.post(&path, form).await;
            self.check(app, route, before, &page, entry);
            page
        }
    }

    /// Sees whether an answer of the route was a success and what the log, which had so many entries, says of it.
    pub fn check(&mut self, app: &TestApp, route: &str, before: usize, page: &Page, entry: &str) {
        assert!([200, 303].contains(&page.status), "{route}: {} {}", page.status, page.text());
        let new = app.audit().split_off(before);
        if !new.iter().any(|line| line.starts_with(entry)) {
            self.untold.push(format!("{route}: no entry “{entry}” in {new:#?}"));
        }
        self.walked.insert(route.to_owned());
    }
}

// The route with its names replaced, in order.
fn filled(route: &str, keys: &[&str]) -> String {
    let mut keys = keys.iter();
    let part = |part: &str| match part.starts_with('{') {
        true => (*keys.next().unwrap_or_else(|| panic!("{route} has more names"))).to_owned(),
        false => part.to_owned(),
    };
    route.split('/').map(part).collect::<Vec<_>>().join("/")
}

#[actix_web::test]
async fn every_route_that_changes_something_is_in_the_log() {
    let mut walk = Walk::default();
    people::walk(&mut walk).await;
    places::walk(&mut walk).await;
    runs::walk(&mut walk).await;
    assert!(walk.untold.is_empty(), "{}", walk.untold.join("\n"));
    let posts = routes::ALL.iter().filter(|route| route.method == Method::POST).map(|route| route.path);
    let silent = |path: &str| SILENT.iter().any(|(silent, _)| *silent == path);
    let missing: Vec<_> = posts.filter(|path| !silent(path) && !walk.walked.contains(*path)).collect();
    assert!(missing.is_empty(), "not walked: {missing:#?}");
}
