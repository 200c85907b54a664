//! The table: what each route answers to each kind of people.
//!
//! The columns are a anybody, s a stranger with an account, v a viewer, b a runner without environment rights, r a
//! runner, p a pipeline administrator, o an administrator of another host, d a deactivated administrator, t a system
//! administrator of the tenant. What they get:
//!
//! - `s` the way to sign in, `n` not found, as if nothing were there, `f` forbidden, and whom to ask;
//! - `o` a page, `r` a redirect, `x` the way to sign in for who has signed out; in answer to a POST, each after something
//!   changed;
//! - `b` back to the page, which says why not, `i` the form again, `c` a conflict: nothing changed.

use super::table::Row;

/// All rows.
pub fn all() -> impl Iterator<Item = &'static Row<'static>> {
    [ENTRANCE, MAKERS, SOLUTION, RUNS, HOST, PIPELINES, ADMIN_ENVIRONMENTS, ADMIN_PEOPLE, ADMIN_RETENTION]
        .into_iter()
        .flatten()
}

#[rustfmt::skip]
pub const ENTRANCE: &[Row] = &[
    //                                      asvbrpodt
    ("GET /",                              "sooooooso", ""),
    ("GET /static/{version}/{name:.+}",    "ooooooooo", ""),
    ("GET /healthz",                       "ooooooooo", ""),
    ("GET /readyz",                        "ooooooooo", ""),
    ("GET /sign-in",                       "orrrrrror", ""),
    ("POST /sign-in",                      "rrrrrrrrr", "email=zed@example.com password=correct+horse+battery"),
    ("POST /sign-out",                     "sxxxxxxsx", ""),
    ("GET /first-administrator/{token}",   "nnnnnnnnn", "token:setup"),
    ("POST /first-administrator/{token}",  "nnnnnnnnn", "token:setup name=Eve email=eve@example.com password=correct+horse+battery password_again=correct+horse+battery"),
    ("GET /set-password/{token}",          "ooooooooo", ""),
    ("POST /set-password/{token}",         "rrrrrrrrr", "password=another+horse+battery password_again=another+horse+battery"),
    ("GET /account",                       "sooooooso", ""),
    ("POST /account/formats",              "srrrrrrsr", "time_zone=Europe/Berlin locale=de-DE"),
    ("POST /account/password",             "srrrrrrsr", "current_password=correct+horse+battery password=another+horse+battery password_again=another+horse+battery"),
    ("GET /account/sessions",              "sooooooso", ""),
    ("GET /help",                          "sooooooso", ""),
    ("GET /help/{page}",                   "sooooooso", ""),
    ("POST /account/sessions/removal",     "srrrrrrsr", ""),
    // One of the runner's.
    ("POST /account/sessions/{session}/removal", "snnnrnnsn", ""),
];

#[rustfmt::skip]
pub const MAKERS: &[Row] = &[
    //                                                                        asvbrpodt
    ("GET /solutions",                                                       "sooorrrsr", ""),
    ("GET /environments/{environment}/solutions",                            "snnnoonso", ""),
    ("POST /environments/{environment}/solutions",                           "snnnrfnsr", "display_name=New version=1.0 publisher=contoso"),
    ("GET /environments/{environment}/new-solution",                         "snnnofnso", ""),
    ("POST /environments/{environment}/sightings",                           "snnnrrnsr", ""),
    ("GET /environments/{environment}/imports/new",                          "snnnofnso", ""),
    ("POST /environments/{environment}/imports",                             "snnnrfnsr", "file:package=package"),
    ("GET /environments/{environment}/imports/{operation}",                  "snnnofnsn", "operation:check"),
    ("POST /environments/{environment}/imports/{operation}",                 "snnnrfnsn", "operation:check"),
    ("GET /environments/{environment}/connections",                          "snnnoonso", ""),
    ("POST /environments/{environment}/connections",                         "snnnrfnsr", "name=Mail connector=shared_office365"),
    ("GET /environments/{environment}/connections/new",                      "snnnofnso", ""),
    ("POST /environments/{environment}/connections/{connection}",            "snnnrfnsr", "name=Mail"),
    ("GET /environments/{environment}/connections/{connection}/edit",        "snnnofnso", ""),
    ("GET /environments/{environment}/connections/{connection}/removal",     "snnnofnso", ""),
    ("POST /environments/{environment}/connections/{connection}/removal",    "snnnrfnsr", ""),
];

#[rustfmt::skip]
pub const SOLUTION: &[Row] = &[
    //                                                                                       asvbrpodt
    ("GET /environments/{environment}/solutions/{solution}",                                "snnnoonso", ""),
    ("GET /environments/{environment}/solutions/{solution}/contents",                       "snnnoonso", ""),
    ("GET /environments/{environment}/solutions/{solution}/pipelines",                      "snnnoonso", ""),
    ("GET /environments/{environment}/solutions/{solution}/version",                        "snnnofnso", ""),
    ("POST /environments/{environment}/solutions/{solution}/version",                       "snnnrfnsr", "version=9.0"),
    ("GET /environments/{environment}/solutions/{solution}/removal",                        "snnnofnso", ""),
    ("POST /environments/{environment}/solutions/{solution}/removal",                       "snnnrfnsr", ""),
    ("POST /environments/{environment}/solutions/{solution}/exports",                       "snnnrfnsr", ""),
    ("GET /environments/{environment}/solutions/{solution}/exports/{operation}",            "snnnofnso", ""),
    ("GET /environments/{environment}/solutions/{solution}/exports/{operation}/{package}",  "snnnofnso", ""),
];

#[rustfmt::skip]
pub const RUNS: &[Row] = &[
    //                                                        asvbrpodt
    ("GET /deployments",                                     "sooooooso", ""),
    ("GET /deployments/matches",                             "sooooooso", "?pipeline=contoso"),
    ("GET /matrix",                                          "sooooooso", ""),
    ("GET /matrix/{solution}",                               "snoooonso", ""),
    ("GET /search",                                          "sooooooso", "?q=contoso"),
    ("GET /hosts/{host}/runs",                               "snnnnonso", ""),
    ("GET /hosts/{host}/runs/matches",                       "snnnnonso", "?pipeline=contoso"),
    ("GET /pipelines/{pipeline}",                            "snoooonso", ""),
    ("GET /pipelines/{pipeline}/stages/{stage}/runs/new",    "snfnoonso", "?solution=contoso_core&source={environment}"),
    ("POST /pipelines/{pipeline}/stages/{stage}/runs",       "snfnrcnsr", "solution=contoso_core source={environment}"),
    ("GET /runs/{run}",                                      "snoooonso", ""),
    ("POST /runs/{run}/deployment",                          "snfirinsr", ""),
    ("GET /runs/{run}/settings-file",                        "snfooonso", ""),
    ("POST /runs/{run}/settings-file",                       "snfrrrnsr", "file:file=settings"),
    ("GET /runs/{run}/schedule",                             "snffoonso", "run:scheduled"),
    ("POST /runs/{run}/schedule",                            "snffrrnsr", "run:scheduled when=later at={tomorrow}"),
    ("POST /runs/{run}/cancellation",                        "snffrrnsr", ""),
    ("POST /runs/{run}/retry",                               "snfcrcnsr", "run:canceled"),
    ("POST /runs/{run}/promotion",                           "snfcrcnsr", "run:succeeded stage={live}"),
    ("GET /runs/{run}/redeployment",                         "snfooonso", "run:succeeded"),
    ("POST /runs/{run}/redeployment",                        "snfcrcnsr", "run:succeeded"),
    ("GET /runs/{run}/packages/{kind}",                      "snffofnso", "run:succeeded"),
];

#[rustfmt::skip]
pub const HOST: &[Row] = &[
    //                                                        asvbrpodt
    ("GET /hosts/{host}/security",                           "snnnnonso", ""),
    ("POST /hosts/{host}/security",                          "snnnnrnsr", "principal=person:{person} role=user"),
    ("GET /hosts/{host}/security/matches",                   "snnnnonso", "?principal=nora"),
    ("GET /hosts/{host}/security/{role}/removal",            "snnnnonso", ""),
    ("POST /hosts/{host}/security/{role}/removal",           "snnnnrnsr", ""),
    ("GET /hosts/{host}/settings",                           "snnnnonso", ""),
    ("POST /hosts/{host}/settings",                          "snnnnrnsr", "require_managed=on"),
    ("GET /hosts/{host}/environments",                       "snnnnonso", ""),
    ("POST /hosts/{host}/environments",                      "snnnnrnsr", "name=New kind=target guid={guid}"),
    ("GET /hosts/{host}/environments/new",                   "snnnnonso", ""),
    ("GET /hosts/{host}/environments/{record}",              "snnnnonso", ""),
    ("POST /hosts/{host}/environments/{record}",             "snnnnrnsr", "name=Renamed"),
    ("GET /hosts/{host}/environments/{record}/edit",         "snnnnonso", ""),
    ("POST /hosts/{host}/environments/{record}/validation",  "snnnnrnsr", ""),
    ("GET /hosts/{host}/environments/{record}/force-link",   "snnnnfnso", "record:taken"),
    ("POST /hosts/{host}/environments/{record}/force-link",  "snnnnfnsr", "record:taken"),
    ("GET /hosts/{host}/environments/{record}/retirement",   "snnnnonso", ""),
    ("POST /hosts/{host}/environments/{record}/retirement",  "snnnnrnsr", ""),
    ("GET /hosts/{host}/pipelines",                          "snnnnonso", ""),
    ("POST /hosts/{host}/pipelines",                         "snnnnrnsr", "name=New"),
    ("GET /hosts/{host}/pipelines/new",                      "snnnnonso", ""),
];

#[rustfmt::skip]
pub const PIPELINES: &[Row] = &[
    //                                                                             asvbrpodt
    ("GET /hosts/{host}/pipelines/{pipeline}",                                    "snfffonso", ""),
    ("POST /hosts/{host}/pipelines/{pipeline}",                                   "snfffrnsr", "name=Renamed"),
    ("GET /hosts/{host}/pipelines/{pipeline}/edit",                               "snfffonso", ""),
    ("GET /hosts/{host}/pipelines/{pipeline}/retirement",                         "snfffonso", "pipeline:spare"),
    ("POST /hosts/{host}/pipelines/{pipeline}/retirement",                        "snfffrnsr", "pipeline:spare"),
    ("GET /hosts/{host}/pipelines/{pipeline}/environments/new",                   "snfffonso", ""),
    ("POST /hosts/{host}/pipelines/{pipeline}/environments",                      "snfffrnsr", "record={unlinked}"),
    ("GET /hosts/{host}/pipelines/{pipeline}/environments/{record}/removal",      "snfffonso", "record:source"),
    ("POST /hosts/{host}/pipelines/{pipeline}/environments/{record}/removal",     "snfffrnsr", "record:source"),
    ("GET /hosts/{host}/pipelines/{pipeline}/stages/new",                         "snfffonso", ""),
    ("POST /hosts/{host}/pipelines/{pipeline}/stages",                            "snfffrnsr", "name=New previous={live} target={record}"),
    ("GET /hosts/{host}/pipelines/{pipeline}/stages/{stage}/edit",                "snfffonso", ""),
    ("POST /hosts/{host}/pipelines/{pipeline}/stages/{stage}",                    "snfffrnsr", "name=Renamed target={qa}"),
    ("GET /hosts/{host}/pipelines/{pipeline}/stages/{stage}/people",              "snfffonso", ""),
    ("GET /hosts/{host}/pipelines/{pipeline}/stages/{stage}/retirement",          "snfffonso", "pipeline:spare stage:last"),
    ("POST /hosts/{host}/pipelines/{pipeline}/stages/{stage}/retirement",         "snfffrnsr", "pipeline:spare stage:last"),
    ("GET /hosts/{host}/pipelines/{pipeline}/shares",                             "snfffonso", ""),
    ("POST /hosts/{host}/pipelines/{pipeline}/shares",                            "snfffrnsr", "principal=person:{person} access=view"),
    ("GET /hosts/{host}/pipelines/{pipeline}/shares/matches",                     "snfffonso", "?principal=nora"),
    ("POST /hosts/{host}/pipelines/{pipeline}/shares/{share}",                    "snfffrnsr", "access=run"),
    ("GET /hosts/{host}/pipelines/{pipeline}/shares/{share}/removal",             "snfffonso", ""),
    ("POST /hosts/{host}/pipelines/{pipeline}/shares/{share}/removal",            "snfffrnsr", ""),
];

#[rustfmt::skip]
pub const ADMIN_ENVIRONMENTS: &[Row] = &[
    //                                                                   asvbrpodt
    ("GET /admin/environments",                                         "sffffffso", ""),
    ("POST /admin/environments",                                        "sffffffsr", "name=New region=Europe kind=sandbox dataverse=on"),
    ("GET /admin/environments/new",                                     "sffffffso", ""),
    ("GET /admin/environments/{environment}",                           "snnnffnso", ""),
    ("POST /admin/environments/{environment}",                          "snnnffnsr", "name=Renamed region=Europe kind=sandbox dataverse=on"),
    ("GET /admin/environments/{environment}/edit",                      "snnnffnso", ""),
    ("GET /admin/environments/{environment}/host",                      "snnnffnso", "environment:fresh"),
    ("POST /admin/environments/{environment}/host",                     "snnnffnsr", "environment:fresh"),
    ("POST /admin/environments/{environment}/roles",                    "snnnffnsr", "principal=person:{zed} role=basic_user"),
    ("GET /admin/environments/{environment}/roles/matches",             "snnnffnso", "?principal=nora"),
    ("POST /admin/environments/{environment}/roles/{role}",             "snnnffnsr", "role:member role=system_administrator"),
    ("POST /admin/environments/{environment}/roles/{role}/removal",     "snnnffnsr", "role:member"),
    ("GET /admin/environments/{environment}/retirement",                "snnnffnso", "environment:fresh"),
    ("POST /admin/environments/{environment}/retirement",               "snnnffnsr", "environment:fresh"),
];

#[rustfmt::skip]
pub const ADMIN_PEOPLE: &[Row] = &[
    //                                                         asvbrpodt
    ("GET /admin/people",                                     "sffffffso", ""),
    ("POST /admin/people",                                    "sffffffso", "name=Eve email=eve@example.com"),
    ("GET /admin/people/new",                                 "sffffffso", ""),
    ("GET /admin/people/{person}",                            "snnnnnnso", ""),
    ("POST /admin/people/{person}",                           "snnnnnnsr", "name=Eve email=eve@example.com time_zone=UTC locale=en-GB system_administrator=on"),
    ("GET /admin/people/{person}/edit",                       "snnnnnnso", ""),
    ("POST /admin/people/{person}/password-link",             "snnnnnnso", ""),
    ("POST /admin/people/{person}/sessions/removal",          "snnnnnnsr", ""),
    ("GET /admin/people/{person}/deactivation",               "snnnnnnso", ""),
    ("POST /admin/people/{person}/deactivation",              "snnnnnnsr", ""),
    ("GET /admin/people/{person}/reactivation",               "snnnnnnso", "person:dora"),
    ("POST /admin/people/{person}/reactivation",              "snnnnnnsr", "person:dora"),
    ("GET /admin/groups",                                     "sffffffso", ""),
    ("POST /admin/groups",                                    "sffffffsr", "name=New"),
    ("GET /admin/groups/new",                                 "sffffffso", ""),
    ("GET /admin/groups/{group}",                             "snnnnnnso", ""),
    ("POST /admin/groups/{group}",                            "snnnnnnsr", "name=Renamed"),
    ("GET /admin/groups/{group}/edit",                        "snnnnnnso", ""),
    ("POST /admin/groups/{group}/members",                    "snnnnnnsr", "person={zed}"),
    ("GET /admin/groups/{group}/members/matches",             "snnnnnnso", "?person=nora"),
    ("POST /admin/groups/{group}/members/{person}/removal",   "snnnnnnsr", ""),
    ("GET /admin/groups/{group}/retirement",                  "snnnnnnso", ""),
    ("POST /admin/groups/{group}/retirement",                 "snnnnnnsr", ""),
    ("GET /admin/audit",                                      "sffffffso", ""),
    ("POST /admin/audit/exports",                             "sffffffso", "format=csv"),
];

#[rustfmt::skip]
pub const ADMIN_RETENTION: &[Row] = &[
    //                                                         asvbrpodt
    ("GET /admin/retention",                                  "sffffffso", "?mode=remove&days=1&versions=1&show=stays"),
    ("POST /admin/retention",                                 "sffffffsr", "mode=remove days=30 versions=3"),
    ("GET /admin/retention/removal",                          "sffffffso", ""),
    // Nothing may go while every package is kept.
    ("POST /admin/retention/removal",                         "sffffffsc", ""),
    ("POST /admin/retention/packages/{artifact}/return",      "snnnnnnsr", ""),
];
