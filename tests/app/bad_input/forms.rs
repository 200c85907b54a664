//! The fields of every form. Where the table of who may what does not fill a form in, it is filled in here.

use super::kinds::Kind::{self, *};

/// A form: its route, how it is filled in well (as in the table of who may what, whose row counts where this is empty),
/// and its fields.
pub struct FormOf {
    pub route: &'static str,
    pub filled: &'static str,
    pub fields: &'static [(&'static str, Kind)],
}

/// All forms but uploads and that of the first administrator, who is there already.
pub fn all() -> impl Iterator<Item = &'static FormOf> {
    [ENTRANCE, MAKERS, RUNS, HOST, PIPELINES, ADMIN_ENVIRONMENTS, ADMIN_PEOPLE].into_iter().flatten()
}

const fn form(route: &'static str, fields: &'static [(&'static str, Kind)]) -> FormOf {
    FormOf { route, filled: "", fields }
}

const fn filled(route: &'static str, filled: &'static str, fields: &'static [(&'static str, Kind)]) -> FormOf {
    FormOf { route, filled, fields }
}

/// A name and a description.
const NAMED: &[(&str, Kind)] = &[("name", Line(100)), ("description", Text)];
/// One of several who fit what was typed.
const CHOSEN: &[(&str, Kind)] = &[("chosen", Match("principal"))];
const NO_FIELDS: &[(&str, Kind)] = &[];

pub const ENTRANCE: &[FormOf] = &[
    form("/sign-in", &[("email", Line(100)), ("password", Held)]),
    form("/sign-out", NO_FIELDS),
    form("/set-password/{token}", &[("password", Password), ("password_again", Password)]),
    filled("/account/formats", "time_zone=Europe/Berlin locale=de-DE", &[("time_zone", Choice), ("locale", Choice)]),
    form("/account/sessions/removal", NO_FIELDS),
    form("/account/sessions/{session}/removal", NO_FIELDS),
    form("/account/password", &[("current_password", Held), ("password", Password), ("password_again", Password)]),
];

pub const MAKERS: &[FormOf] = &[
    filled(
        "/environments/{environment}/solutions",
        "display_name=New unique_name=new version=1.0 publisher={plus} publisher_display_name=Fabrikam publisher_name=fabrikam \
         prefix=fab",
        &[
            ("display_name", Line(100)),
            ("unique_name", OptionalLine(65)),
            ("version", Line(100)),
            ("publisher", Choice),
            ("publisher_display_name", Line(100)),
            ("publisher_name", Line(65)),
            ("prefix", Line(100)),
        ],
    ),
    form("/environments/{environment}/sightings", NO_FIELDS),
    form("/environments/{environment}/imports/{operation}", NO_FIELDS),
    form(
        "/environments/{environment}/connections",
        &[("name", Line(100)), ("connector", Line(200)), ("credential", Secret)],
    ),
    filled(
        "/environments/{environment}/connections/{connection}",
        "name=Mail change=replace credential=key",
        &[("name", Line(100)), ("change", Choice), ("credential", Secret)],
    ),
    form("/environments/{environment}/connections/{connection}/removal", NO_FIELDS),
    form("/environments/{environment}/solutions/{solution}/version", &[("version", Line(100))]),
    form("/environments/{environment}/solutions/{solution}/removal", NO_FIELDS),
    // A target of runs is changed by hand only with a reason.
    filled(
        "/environments/{environment}/solutions/{solution}/removal",
        "environment:target reason=Why",
        &[("reason", Line(2000))],
    ),
    form("/environments/{environment}/solutions/{solution}/exports", NO_FIELDS),
];

pub const RUNS: &[FormOf] = &[
    form("/pipelines/{pipeline}/stages/{stage}/runs", &[("solution", Hidden), ("source", Hidden)]),
    filled(
        "/runs/{run}/deployment",
        "run:asking notes=New variable:con_limit=300 variable:con_sender=me connection:con_mail={mail} when=later \
         at={tomorrow}",
        &[
            ("notes", Text),
            ("when", OptionalChoice),
            ("at", Line(100)),
            ("variable:con_limit", Text),
            ("variable:con_sender", Text),
            ("connection:con_mail", Choice),
        ],
    ),
    form("/runs/{run}/schedule", &[("when", OptionalChoice), ("at", Line(100))]),
    form("/runs/{run}/cancellation", NO_FIELDS),
    form("/runs/{run}/retry", NO_FIELDS),
    form("/runs/{run}/promotion", &[("stage", Hidden)]),
    form("/runs/{run}/redeployment", NO_FIELDS),
];

pub const HOST: &[FormOf] = &[
    form("/hosts/{host}/security", &[("principal", Somebody), ("role", Choice)]),
    filled("/hosts/{host}/security", "principal=a role=user", CHOSEN),
    form("/hosts/{host}/security/{role}/removal", NO_FIELDS),
    form("/hosts/{host}/settings", &[("allow_cross_region", Tick), ("require_managed", Tick)]),
    form(
        "/hosts/{host}/environments",
        &[("name", Line(100)), ("kind", Choice), ("guid", Line(100)), ("description", Text)],
    ),
    form("/hosts/{host}/environments/{record}", NAMED),
    form("/hosts/{host}/environments/{record}/validation", NO_FIELDS),
    form("/hosts/{host}/environments/{record}/force-link", NO_FIELDS),
    form("/hosts/{host}/environments/{record}/retirement", NO_FIELDS),
    form("/hosts/{host}/pipelines", &[("name", Line(100)), ("description", Text), ("allow_redeploy", Tick)]),
];

pub const PIPELINES: &[FormOf] = &[
    form("/hosts/{host}/pipelines/{pipeline}", &[("name", Line(100)), ("description", Text), ("allow_redeploy", Tick)]),
    form("/hosts/{host}/pipelines/{pipeline}/retirement", NO_FIELDS),
    form("/hosts/{host}/pipelines/{pipeline}/environments", &[("record", Choice)]),
    form("/hosts/{host}/pipelines/{pipeline}/environments/{record}/removal", NO_FIELDS),
    form(
        "/hosts/{host}/pipelines/{pipeline}/stages",
        &[("name", Line(100)), ("description", Text), ("previous", OptionalChoice), ("target", Choice)],
    ),
    form(
        "/hosts/{host}/pipelines/{pipeline}/stages/{stage}",
        &[("name", Line(100)), ("description", Text), ("previous", OptionalChoice), ("target", Choice)],
    ),
    form("/hosts/{host}/pipelines/{pipeline}/stages/{stage}/retirement", NO_FIELDS),
    form("/hosts/{host}/pipelines/{pipeline}/shares", &[("principal", Somebody), ("access", Choice)]),
    filled("/hosts/{host}/pipelines/{pipeline}/shares", "principal=a access=view", CHOSEN),
    form("/hosts/{host}/pipelines/{pipeline}/shares/{share}", &[("access", RowChoice)]),
    form("/hosts/{host}/pipelines/{pipeline}/shares/{share}/removal", NO_FIELDS),
];

const ENVIRONMENT: &[(&str, Kind)] =
    &[("name", Line(100)), ("region", Choice), ("kind", Choice), ("managed", Tick), ("dataverse", Tick)];

pub const ADMIN_ENVIRONMENTS: &[FormOf] = &[
    form("/admin/environments", ENVIRONMENT),
    form("/admin/environments/{environment}", ENVIRONMENT),
    form("/admin/environments/{environment}/host", NO_FIELDS),
    form("/admin/environments/{environment}/roles", &[("principal", Somebody), ("role", Choice)]),
    filled("/admin/environments/{environment}/roles", "principal=a role=basic_user", CHOSEN),
    form("/admin/environments/{environment}/roles/{role}", &[("role", RowChoice)]),
    form("/admin/environments/{environment}/roles/{role}/removal", NO_FIELDS),
    form("/admin/environments/{environment}/retirement", NO_FIELDS),
];

pub const ADMIN_PEOPLE: &[FormOf] = &[
    form("/admin/people", &[("name", Line(100)), ("email", Line(100)), ("system_administrator", Tick)]),
    filled(
        "/admin/people/{person}",
        "name=Nora email=nora@example.com time_zone=Europe/Berlin locale=de-DE",
        &[
            ("name", Line(100)),
            ("email", Line(100)),
            ("system_administrator", Tick),
            ("time_zone", Choice),
            ("locale", Choice),
        ],
    ),
    form("/admin/people/{person}/password-link", NO_FIELDS),
    form("/admin/people/{person}/sessions/removal", NO_FIELDS),
    form("/admin/people/{person}/deactivation", NO_FIELDS),
    form("/admin/people/{person}/reactivation", NO_FIELDS),
    filled(
        "/admin/audit/exports",
        "format=csv",
        &[
            ("format", Hidden),
            ("q", Filter),
            ("person", Filter),
            ("kind", Filter),
            ("action", Filter),
            ("subject", Filter),
            ("address", Filter),
            ("since", Filter),
            ("until", Filter),
        ],
    ),
    filled(
        "/admin/retention",
        "mode=remove days=30 versions=3",
        &[("mode", Choice), ("days", Line(100)), ("versions", Line(100))],
    ),
    form("/admin/retention/removal", NO_FIELDS),
    form("/admin/retention/packages/{artifact}/return", NO_FIELDS),
    form("/admin/groups", NAMED),
    form("/admin/groups/{group}", NAMED),
    form("/admin/groups/{group}/members", &[("person", Somebody)]),
    filled("/admin/groups/{group}/members", "person=a", &[("chosen", Match("person"))]),
    form("/admin/groups/{group}/members/{person}/removal", NO_FIELDS),
    form("/admin/groups/{group}/retirement", NO_FIELDS),
];
