//! Two years of runs with their steps, findings and entries in the audit log, as many as one likes.

use std::time::{Duration, Instant};

use super::tenant::{OLD, Tenant};
use crate::{
    db::{
        self,
        seed::{Dialect, Seeding},
    },
    error::Error,
    package::checks::{Checks, Finding, Severity, VariableCheck, VariableKind},
    rules::verdict::{Judgement, Reason, Rule, Verdict},
};

/// How many runs are written by one statement.
const BATCH: u64 = 50_000;
const LONG: Duration = Duration::from_secs(2 * 365 * 24 * 60 * 60);
/// How many of the newest runs wait for Deploy, one of four of them.
const WAITING: u64 = 40;

/// The tables that grow with runs.
const TABLES: [&str; 3] = ["runs", "run_steps", "audit"];

/// What is kept beside the runs when each of them is written alone.
const NEWEST: &str = "INSERT INTO newest_runs (pipeline_id, solution_key, stage_id, run_id) \
    SELECT pipeline_id, solution_key, stage_id, max(id) FROM runs GROUP BY pipeline_id, solution_key, stage_id";

struct History {
    dialect: Dialect,
    runs: u64,
    /// When the first one began, in milliseconds since the epoch.
    since: i64,
}

/// Writes so many runs of a tenant; how many a second.
pub fn write(tenant: &Tenant, runs: u64) -> Result<f64, Error> {
    let begun = Instant::now();
    let mut seeding = Seeding::open(&tenant.home.database)?;
    let since = db::now().and_utc().timestamp_millis() - LONG.as_millis() as i64;
    let history = History { dialect: seeding.dialect, runs, since };
    history.casts().iter().try_for_each(|sql| seeding.run(sql).map(drop))?;
    let fill = |seeding: &mut Seeding| {
        for first in (0..runs).step_by(BATCH as usize) {
            let last = runs.min(first + BATCH) - 1;
            for sql in [history.runs(first, last), history.steps(first, last), history.entries(first, last)] {
                seeding.run(&sql)?;
            }
            let so_far = (last + 1) as f64 / begun.elapsed().as_secs_f64();
            eprintln!("{} of {runs} runs are written, {so_far:.0} a second", last + 1);
        }
        Ok(())
    };
    seeding.without_indexes(&TABLES, fill, |index, seconds| eprintln!("the index {index} took {seconds:.1} s"))?;
    seeding.run(NEWEST)?;
    seeding.finish()?;
    Ok(runs as f64 / begun.elapsed().as_secs_f64())
}

impl History {
    // Who and what runs are of, each with a number: a stage's is twice its pipeline's and one more for the second.
    fn casts(&self) -> [String; 4] {
        [
            "CREATE TEMP TABLE bench_stages AS SELECT ROW_NUMBER() OVER (ORDER BY s.pipeline_id, s.id) - 1 AS number, \
             p.host_id, s.pipeline_id, s.id AS stage_id, h.name AS host_name, p.name AS pipeline_name, \
             s.name AS stage_name, b.name AS previous_stage_name, d.environment_id AS source_environment_id, \
             d.name AS source_name, d.environment_guid AS source_guid, t.environment_id AS target_environment_id, \
             t.name AS target_name, t.environment_guid AS target_guid \
             FROM stages s JOIN pipelines p ON p.id = s.pipeline_id JOIN environments h ON h.id = p.host_id \
             JOIN pipeline_sources l ON l.pipeline_id = p.id \
             JOIN deployment_environments d ON d.id = l.deployment_environment_id \
             JOIN deployment_environments t ON t.id = s.target_id LEFT JOIN stages b ON b.id = s.previous_stage_id \
             WHERE p.name LIKE '% pipeline %'",
            "CREATE TEMP TABLE bench_people AS SELECT ROW_NUMBER() OVER (ORDER BY id) - 1 AS number, id, name \
             FROM people",
            "CREATE UNIQUE INDEX bench_stages_number ON bench_stages (number)",
            "CREATE UNIQUE INDEX bench_people_number ON bench_people (number)",
        ]
        .map(str::to_owned)
    }

    /// What is so of each run by its number alone. Some pipelines are used far more than others, and some not any more; of
    /// a pipeline, ten people take turns with five solutions.
    fn numbers(&self, first: u64, last: u64) -> String {
        let History { runs, since, .. } = self;
        let long = LONG.as_millis();
        let (waiting, middle) = (runs.saturating_sub(WAITING), runs / 2);
        let stages = "(SELECT count(*) FROM bench_stages)";
        let numbers = self.dialect.numbers(first, last);
        format!(
            "(SELECT n, h, stage, at, \
             CASE WHEN n >= {waiting} AND n % 4 = 0 THEN 'validation_succeeded' WHEN h % 100 < 5 THEN 'failed' \
             WHEN h % 100 < 8 THEN 'canceled' ELSE 'succeeded' END AS state, \
             'solution_' || (stage / 2 * 5 + h % 5) AS solution, \
             (stage / 2 * 7 + h / 8 % 10) % (SELECT count(*) FROM bench_people) AS person \
             FROM (SELECT n, h, {since} + n * {long} / {runs} + h % (1 + {long} / {runs} / 2) AS at, \
             u * u / 65536 * CASE WHEN n < {middle} THEN stages ELSE stages - {old} END / 65536 AS stage \
             FROM (SELECT n, n * 2654435761 % 4294967296 / 65536 AS u, n * 40503 % 1000003 AS h, \
             {stages} AS stages FROM {numbers}) drawn) placed)",
            old = 2 * OLD,
        )
    }

    fn runs(&self, first: u64, last: u64) -> String {
        let dialect = self.dialect;
        let version =
            |n: &str| format!("'1.' || (({n}) / 100000) || '.' || (({n}) / 1000 % 100) || '.' || (({n}) % 1000)");
        let (checks, judgement, refused) = (json(&checks()), json(&allowed()), json(&refused()));
        format!(
            "INSERT INTO runs (id, host_id, pipeline_id, stage_id, source_environment_id, target_environment_id, redeploy, \
             state, host_name, pipeline_name, stage_name, previous_stage_name, source_name, source_guid, target_name, \
             target_guid, solution_name, solution_key, solution_display_name, publisher, version, version_before, \
             managed_hash, managed_size, unmanaged_hash, unmanaged_size, checks, judgement, settings, notes, error_code, \
             error_message, error_advice, started_by, started_by_name, started_at, deployed_by, deployed_by_name, \
             deployed_at, canceled_by, canceled_by_name, ended_at, way_began_at) \
             SELECT {id}, s.host_id, s.pipeline_id, s.stage_id, s.source_environment_id, s.target_environment_id, FALSE, \
             r.state, s.host_name, s.pipeline_name, s.stage_name, s.previous_stage_name, s.source_name, s.source_guid, \
             s.target_name, s.target_guid, r.solution, r.solution, 'Solution ' || substr(r.solution, 10), 'Contoso', \
             {version}, CASE WHEN r.n >= 1000 THEN {before} END, {hash}, 40000 + r.h, {other_hash}, 38000 + r.h, \
             CASE WHEN r.n % 3 = 0 OR r.state <> 'succeeded' THEN {checks} END, \
             CASE WHEN r.state = 'failed' THEN {refused} WHEN r.n % 3 = 0 OR r.state <> 'succeeded' THEN {judgement} END, \
             '{{}}', CASE WHEN r.n % 2 = 0 THEN \
             'What was asked for in the meeting on Monday, and the correction of the totals.' ELSE '' END, \
             CASE WHEN r.state = 'failed' THEN 'missing_dependency' END, \
             CASE WHEN r.state = 'failed' THEN 'It requires a solution that is not in the target.' END, \
             CASE WHEN r.state = 'failed' THEN 'Deploy that solution first, then try again.' END, \
             p.id, p.name, {started}, \
             CASE WHEN r.state IN ('succeeded', 'failed') THEN p.id END, \
             CASE WHEN r.state IN ('succeeded', 'failed') THEN p.name END, \
             CASE WHEN r.state IN ('succeeded', 'failed') THEN {deployed} END, \
             CASE WHEN r.state = 'canceled' THEN p.id END, CASE WHEN r.state = 'canceled' THEN p.name END, \
             CASE WHEN r.state <> 'validation_succeeded' THEN {ended} END, \
             CASE WHEN r.state = 'succeeded' THEN {began} END \
             FROM {numbers} r CROSS JOIN bench_stages s CROSS JOIN bench_people p \
             WHERE s.number = r.stage AND p.number = r.person",
            id = dialect.key("r.at", "r.n"),
            version = version("r.n"),
            before = version("r.n - 1000"),
            hash = dialect.hash("r.n + 1"),
            other_hash = dialect.hash("r.n + 100000001"),
            started = dialect.instant("r.at"),
            deployed = dialect.instant("r.at + 20000"),
            ended = dialect.instant("r.at + 30000 + r.h % 90000"),
            // Each brings what was never there, the most there can be: to the first stage at once, to the second in a week.
            began = dialect.instant("r.at - r.stage % 2 * (r.h % 604800) * 1000"),
            numbers = self.numbers(first, last),
        )
    }

    // Export, check and import; a failed one got as far as the check or the import.
    fn steps(&self, first: u64, last: u64) -> String {
        let dialect = self.dialect;
        format!(
            "INSERT INTO run_steps (id, run_id, kind, state, message, started_at, ended_at) \
             SELECT {id}, {run}, k.kind, \
             CASE WHEN r.state = 'failed' AND (k.k = 2 OR (k.k = 1 AND r.n % 2 = 0)) THEN 'failed' \
             WHEN r.state = 'canceled' AND k.k = 1 THEN 'canceled' ELSE 'succeeded' END, k.told, {started}, {ended} \
             FROM {numbers} r CROSS JOIN (SELECT 0 AS k, 'export' AS kind, 'Exported from development' AS told \
             UNION ALL SELECT 1, 'check', 'Checked against the target' \
             UNION ALL SELECT 2, 'import', 'Imported into the target') k \
             WHERE k.k < 2 OR r.state = 'succeeded' OR (r.state = 'failed' AND r.n % 2 = 1)",
            id = dialect.key("r.at + k.k * 10000", "r.n * 4 + k.k"),
            run = dialect.key("r.at", "r.n"),
            started = dialect.instant("r.at + k.k * 10000"),
            ended = dialect.instant("r.at + k.k * 10000 + 9000"),
            numbers = self.numbers(first, last),
        )
    }

    // That of who deployed, for every fifth run: the log is as long as that of a tenant which keeps less of it.
    fn entries(&self, first: u64, last: u64) -> String {
        let dialect = self.dialect;
        format!(
            "INSERT INTO audit (id, at, person_id, person_name, address, action, subject_kind, subject_id, subject_name, \
             changes, detail, search_key) \
             SELECT {id}, {at}, p.id, p.name, '10.0.0.' || r.person, 'deploy', 'run', {run}, r.solution, '[]', '', \
             lower(p.name || ' ' || r.solution) \
             FROM {numbers} r CROSS JOIN bench_people p WHERE r.n % 5 = 0 AND p.number = r.person",
            id = dialect.key("r.at + 20000", "r.n"),
            at = dialect.instant("r.at + 20000"),
            run = dialect.key("r.at", "r.n"),
            numbers = self.numbers(first, last),
        )
    }
}

fn json(value: &impl serde::Serialize) -> String {
    let text = serde_json::to_string(value).unwrap_or_default();
    format!("'{}'", text.replace('\'', "''"))
}

// What a target says of a package with a few questions.
fn checks() -> Checks {
    let variable = |number: usize| VariableCheck {
        schema_name: format!("con_variable{number}"),
        display_name: format!("Variable {number}"),
        description: "What the flows of this solution need to know of the environment.".into(),
        kind: VariableKind::Text,
        required: true,
        default: None,
        packaged: None,
        current: Some("value".into()),
    };
    let finding = Finding::new(
        Severity::Warning,
        "missing_translation",
        "Some labels of the app have no French translation.",
        "Add them where French is used.",
    );
    Checks { variables: (0..4).map(variable).collect(), findings: vec![finding], ..Checks::default() }
}

fn allowed() -> Judgement {
    let rules = [Rule::Pipeline, Rule::Target, Rule::Person, Rule::Order, Rule::Bytes, Rule::Version, Rule::Check];
    Judgement { verdicts: rules.map(|rule| (rule, Verdict::Yes)).to_vec(), warnings: checks().findings }
}

fn refused() -> Judgement {
    let reason = Reason {
        rule: Rule::Check,
        message: "It requires a solution that is not in the target.".into(),
        help: "Deploy that solution first, then try again.".into(),
    };
    let mut judgement = allowed();
    judgement.verdicts.pop();
    judgement.verdicts.push((Rule::Check, Verdict::No(reason)));
    judgement
}
