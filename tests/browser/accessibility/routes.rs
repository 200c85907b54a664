//! The addresses of the site, by its table of routes.

use actix_web::http::Method;
use sluice::routes;

/// What answers who only looks, but is no page, with the reason.
const NO_PAGES: [(&str, &str); 12] = [
    ("/static/{version}/{name:.+}", "files of pages"),
    ("/healthz", "for programs"),
    ("/readyz", "for programs"),
    ("/environments/{environment}/solutions/{solution}/exports/{operation}/{package}", "a download"),
    ("/runs/{run}/settings-file", "a download"),
    ("/runs/{run}/packages/{kind}", "a download"),
    ("/deployments/matches", "a part of a page"),
    ("/hosts/{host}/runs/matches", "a part of a page"),
    ("/hosts/{host}/security/matches", "a part of a page"),
    ("/hosts/{host}/pipelines/{pipeline}/shares/matches", "a part of a page"),
    ("/admin/environments/{environment}/roles/matches", "a part of a page"),
    ("/admin/groups/{group}/members/matches", "a part of a page"),
];

/// The patterns of all pages.
pub fn pages() -> impl Iterator<Item = &'static str> {
    looked_at().filter(|pattern| is_page(pattern))
}

/// Whether this pattern is one of a page.
pub fn is_page(pattern: &str) -> bool {
    NO_PAGES.iter().all(|(other, _)| *other != pattern)
}

/// The pattern that answers this path; the first that fits, as on the server.
pub fn of(path: &str) -> Option<&'static str> {
    looked_at().find(|pattern| fits(pattern, path))
}

fn looked_at() -> impl Iterator<Item = &'static str> {
    routes::ALL.iter().filter(|route| route.method == Method::GET).map(|route| route.path)
}

fn fits(pattern: &str, path: &str) -> bool {
    let (mut parts, mut words) = (pattern.split('/'), path.split('/'));
    loop {
        match (parts.next(), words.next()) {
            (None, None) => return true,
            // Takes the rest, slashes included.
            (Some(part), Some(_)) if part.ends_with(":.+}") => return true,
            (Some(part), Some(word)) if part.starts_with('{') && !word.is_empty() => (),
            (Some(part), Some(word)) if part == word => (),
            _ => return false,
        }
    }
}
