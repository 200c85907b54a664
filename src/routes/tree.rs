//! Routes as a tree of the segments of their paths.

use std::collections::BTreeMap;

use actix_web::{
    Route, Scope,
    web::{ServiceConfig, scope},
};

/// Routes that begin alike. Those of the site are many, and a path with a name in it is a regular expression: in a tree
/// few are tried for a request, not all that stand before the one that fits.
#[derive(Default)]
pub(super) struct Tree {
    /// What ends here, with what is left of its path.
    routes: Vec<(&'static str, Route)>,
    /// What goes on, by its next segment; names come after words, as `{` comes after letters.
    below: BTreeMap<&'static str, Tree>,
}

impl Tree {
    pub(super) fn add(&mut self, path: &'static str, route: Route) {
        let end = path.char_indices().skip(1).find(|(_, sign)| *sign == '/').map_or(path.len(), |(at, _)| at);
        let (segment, rest) = path.split_at(end);
        // A name with a pattern of its own may be several segments.
        let ends = matches!(segment, "" | "/") || segment.contains(':');
        match ends {
            true => self.routes.push((path, route)),
            false => self.below.entry(segment).or_default().add(rest, route),
        }
    }

    pub(super) fn serve(self, site: &mut ServiceConfig) {
        for (path, route) in self.routes {
            site.route(path, route);
        }
        for (segment, tree) in self.below {
            site.service(tree.scope(segment));
        }
    }

    fn scope(self, at: &str) -> Scope {
        let here = self.routes.into_iter().fold(scope(at), |scope, (path, route)| scope.route(path, route));
        self.below.into_iter().fold(here, |scope, (segment, tree)| scope.service(tree.scope(segment)))
    }
}
