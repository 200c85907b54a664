-- The tables of a tenant, in SQL that SQLite and PostgreSQL both take. Keys are made by the program (UUIDv7), so
-- their order is the order of creation; what a person typed to be unique also has a folded *_key column.

-- the tenant itself: one row
CREATE TABLE tenant (
    id TEXT PRIMARY KEY,
    demo BOOLEAN NOT NULL,
    setup_token_hash TEXT,
    setup_expires_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL
);

-- people and groups ------------------------------------------------------------------------------------------
CREATE TABLE people (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL UNIQUE,
    password_hash TEXT,
    system_administrator BOOLEAN NOT NULL,
    active BOOLEAN NOT NULL,
    time_zone TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL
);

CREATE TABLE password_links (
    id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES people (id),
    token_hash TEXT NOT NULL UNIQUE,
    expires_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL
);

CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    person_id TEXT REFERENCES people (id),
    state TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    last_seen_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX sessions_person ON sessions (person_id);

CREATE TABLE groups (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    description TEXT NOT NULL,
    retired_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX groups_live_name ON groups (name_key) WHERE retired_at IS NULL;

CREATE TABLE group_members (
    group_id TEXT NOT NULL REFERENCES groups (id),
    person_id TEXT NOT NULL REFERENCES people (id),
    PRIMARY KEY (group_id, person_id)
);
CREATE INDEX group_members_person ON group_members (person_id);

CREATE TABLE audit (
    id TEXT PRIMARY KEY,
    at TIMESTAMP NOT NULL,
    person_id TEXT REFERENCES people (id),
    person_name TEXT NOT NULL,
    action TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    subject_name TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE INDEX audit_by_subject ON audit (subject_id, id);

-- environments and hosts -------------------------------------------------------------------------------------
CREATE TABLE environments (
    id TEXT PRIMARY KEY,
    guid TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    region TEXT NOT NULL,
    kind TEXT NOT NULL,
    managed BOOLEAN NOT NULL,
    dataverse BOOLEAN NOT NULL,
    platform TEXT NOT NULL,
    bound_host_id TEXT,
    retired_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX environments_live_name ON environments (name_key) WHERE retired_at IS NULL;

-- a host is an environment in which Power Platform Pipelines has been installed; it shares that environment's id
CREATE TABLE hosts (
    id TEXT PRIMARY KEY REFERENCES environments (id),
    allow_cross_region BOOLEAN NOT NULL,
    require_managed BOOLEAN NOT NULL,
    installed_by TEXT NOT NULL REFERENCES people (id),
    installed_at TIMESTAMP NOT NULL
);

CREATE TABLE environment_roles (
    id TEXT PRIMARY KEY,
    environment_id TEXT NOT NULL REFERENCES environments (id),
    person_id TEXT REFERENCES people (id),
    group_id TEXT REFERENCES groups (id),
    role TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (environment_id, person_id),
    UNIQUE (environment_id, group_id)
);

CREATE TABLE host_roles (
    id TEXT PRIMARY KEY,
    host_id TEXT NOT NULL REFERENCES hosts (id),
    person_id TEXT REFERENCES people (id),
    group_id TEXT REFERENCES groups (id),
    role TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (host_id, person_id, role),
    UNIQUE (host_id, group_id, role)
);

-- configuration ----------------------------------------------------------------------------------------------
CREATE TABLE deployment_environments (
    id TEXT PRIMARY KEY,
    host_id TEXT NOT NULL REFERENCES hosts (id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    kind TEXT NOT NULL,
    environment_guid TEXT NOT NULL,
    environment_id TEXT REFERENCES environments (id),
    description TEXT NOT NULL,
    status TEXT NOT NULL,
    message TEXT NOT NULL,
    revision INTEGER NOT NULL,
    validated_at TIMESTAMP,
    registered_by TEXT NOT NULL REFERENCES people (id),
    retired_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX deployment_environments_live_name
    ON deployment_environments (host_id, name_key) WHERE retired_at IS NULL;
CREATE UNIQUE INDEX deployment_environments_live_environment_guid
    ON deployment_environments (host_id, environment_guid) WHERE retired_at IS NULL;
CREATE INDEX deployment_environments_pending ON deployment_environments (id) WHERE status = 'pending';

CREATE TABLE pipelines (
    id TEXT PRIMARY KEY,
    host_id TEXT NOT NULL REFERENCES hosts (id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    description TEXT NOT NULL,
    allow_redeploy BOOLEAN NOT NULL,
    retired_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX pipelines_live_name ON pipelines (host_id, name_key) WHERE retired_at IS NULL;

CREATE TABLE pipeline_sources (
    pipeline_id TEXT NOT NULL REFERENCES pipelines (id),
    deployment_environment_id TEXT NOT NULL REFERENCES deployment_environments (id),
    PRIMARY KEY (pipeline_id, deployment_environment_id)
);

CREATE TABLE stages (
    id TEXT PRIMARY KEY,
    pipeline_id TEXT NOT NULL REFERENCES pipelines (id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    description TEXT NOT NULL,
    previous_stage_id TEXT REFERENCES stages (id),
    target_id TEXT NOT NULL REFERENCES deployment_environments (id),
    retired_at TIMESTAMP,
    created_at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX stages_live_name ON stages (pipeline_id, name_key) WHERE retired_at IS NULL;
CREATE UNIQUE INDEX stages_live_target ON stages (pipeline_id, target_id) WHERE retired_at IS NULL;
CREATE UNIQUE INDEX stages_live_first
    ON stages (pipeline_id) WHERE retired_at IS NULL AND previous_stage_id IS NULL;

CREATE TABLE shares (
    id TEXT PRIMARY KEY,
    pipeline_id TEXT NOT NULL REFERENCES pipelines (id),
    person_id TEXT REFERENCES people (id),
    group_id TEXT REFERENCES groups (id),
    access TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (pipeline_id, person_id),
    UNIQUE (pipeline_id, group_id)
);

-- what was moved, and what moves -----------------------------------------------------------------------------
CREATE TABLE artifacts (
    id TEXT PRIMARY KEY,
    source_environment_id TEXT NOT NULL REFERENCES environments (id),
    unique_name TEXT NOT NULL,
    unique_name_key TEXT NOT NULL,
    display_name TEXT NOT NULL,
    publisher TEXT NOT NULL,
    version TEXT NOT NULL,
    managed_hash TEXT NOT NULL,
    managed_size BIGINT NOT NULL,
    unmanaged_hash TEXT NOT NULL,
    unmanaged_size BIGINT NOT NULL,
    manifest TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL
);

-- which artifact a version of a solution is, since its first success; version_key is the four numbers
CREATE TABLE artifact_bindings (
    source_environment_id TEXT NOT NULL REFERENCES environments (id),
    unique_name_key TEXT NOT NULL,
    version_key TEXT NOT NULL,
    artifact_id TEXT NOT NULL REFERENCES artifacts (id),
    run_id TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (source_environment_id, unique_name_key, version_key)
);

CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    host_id TEXT NOT NULL REFERENCES hosts (id),
    pipeline_id TEXT NOT NULL REFERENCES pipelines (id),
    stage_id TEXT NOT NULL REFERENCES stages (id),
    source_environment_id TEXT NOT NULL REFERENCES environments (id),
    target_environment_id TEXT NOT NULL REFERENCES environments (id),
    artifact_id TEXT REFERENCES artifacts (id),
    retry_of TEXT REFERENCES runs (id),
    redeploy BOOLEAN NOT NULL,
    state TEXT NOT NULL,
    host_name TEXT NOT NULL,
    pipeline_name TEXT NOT NULL,
    stage_name TEXT NOT NULL,
    previous_stage_name TEXT,
    source_name TEXT NOT NULL,
    source_guid TEXT NOT NULL,
    target_name TEXT NOT NULL,
    target_guid TEXT NOT NULL,
    solution_name TEXT NOT NULL,
    solution_key TEXT NOT NULL,
    solution_display_name TEXT NOT NULL,
    publisher TEXT NOT NULL,
    version TEXT NOT NULL,
    version_before TEXT,
    managed_hash TEXT,
    managed_size BIGINT,
    unmanaged_hash TEXT,
    unmanaged_size BIGINT,
    checks TEXT,
    judgement TEXT,
    settings TEXT NOT NULL,
    notes TEXT NOT NULL,
    error_code TEXT,
    error_message TEXT,
    error_advice TEXT,
    error_raw TEXT,
    started_by TEXT NOT NULL REFERENCES people (id),
    started_by_name TEXT NOT NULL,
    started_at TIMESTAMP NOT NULL,
    deployed_by TEXT REFERENCES people (id),
    deployed_by_name TEXT,
    deployed_at TIMESTAMP,
    canceled_by TEXT REFERENCES people (id),
    canceled_by_name TEXT,
    scheduled_for TIMESTAMP,
    schedule_zone TEXT,
    ended_at TIMESTAMP
);
CREATE INDEX runs_by_pipeline ON runs (pipeline_id, id);
CREATE INDEX runs_by_host ON runs (host_id, id);
CREATE INDEX runs_by_stage_solution ON runs (stage_id, solution_key, id);
CREATE INDEX runs_by_solution ON runs (source_environment_id, solution_key, id);
CREATE INDEX runs_by_starter ON runs (started_by, pipeline_id);
CREATE INDEX runs_by_state ON runs (state, id);
CREATE INDEX runs_by_target ON runs (target_environment_id, solution_key, id);
CREATE INDEX runs_unfinished ON runs (id) WHERE ended_at IS NULL;

CREATE TABLE run_steps (
    id TEXT PRIMARY KEY,
    run_id TEXT NOT NULL REFERENCES runs (id),
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    message TEXT NOT NULL,
    percent INTEGER,
    started_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP
);
CREATE INDEX run_steps_by_run ON run_steps (run_id, id);

CREATE TABLE operations (
    id TEXT PRIMARY KEY,
    environment_id TEXT NOT NULL REFERENCES environments (id),
    run_id TEXT REFERENCES runs (id),
    kind TEXT NOT NULL,
    lane BOOLEAN NOT NULL,
    input TEXT NOT NULL,
    state TEXT NOT NULL,
    handle TEXT,
    result TEXT,
    error TEXT,
    percent INTEGER,
    message TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    due_at TIMESTAMP NOT NULL,
    holder TEXT,
    lease_until TIMESTAMP,
    fence BIGINT NOT NULL,
    started_by TEXT NOT NULL REFERENCES people (id),
    created_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP
);
CREATE INDEX operations_due ON operations (due_at) WHERE ended_at IS NULL;
CREATE INDEX operations_by_run ON operations (run_id, id);
CREATE INDEX operations_lane ON operations (environment_id, id) WHERE ended_at IS NULL;

CREATE TABLE lanes (
    environment_id TEXT PRIMARY KEY REFERENCES environments (id),
    operation_id TEXT REFERENCES operations (id),
    fence BIGINT NOT NULL
);

CREATE TABLE sightings (
    environment_id TEXT NOT NULL REFERENCES environments (id),
    unique_name_key TEXT NOT NULL,
    unique_name TEXT NOT NULL,
    display_name TEXT NOT NULL,
    publisher TEXT NOT NULL,
    version TEXT NOT NULL,
    managed BOOLEAN NOT NULL,
    system BOOLEAN NOT NULL,
    modified_at TIMESTAMP NOT NULL,
    seen_at TIMESTAMP NOT NULL,
    PRIMARY KEY (environment_id, unique_name_key)
);

-- what the embedded platform keeps for itself ----------------------------------------------------------------
CREATE TABLE embedded_solutions (
    id TEXT PRIMARY KEY,
    environment_id TEXT NOT NULL REFERENCES environments (id),
    unique_name TEXT NOT NULL,
    unique_name_key TEXT NOT NULL,
    display_name TEXT NOT NULL,
    description TEXT NOT NULL,
    version TEXT NOT NULL,
    managed BOOLEAN NOT NULL,
    publisher TEXT NOT NULL,
    publisher_name TEXT NOT NULL,
    prefix TEXT NOT NULL,
    package_hash TEXT NOT NULL,
    package_size BIGINT NOT NULL,
    installed_at TIMESTAMP NOT NULL,
    modified_at TIMESTAMP NOT NULL,
    UNIQUE (environment_id, unique_name_key)
);

CREATE TABLE embedded_components (
    id TEXT PRIMARY KEY,
    solution_id TEXT NOT NULL REFERENCES embedded_solutions (id) ON DELETE CASCADE,
    environment_id TEXT NOT NULL REFERENCES environments (id),
    kind TEXT NOT NULL,
    kind_name TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    guid TEXT,
    display_name TEXT
);
CREATE INDEX embedded_components_solution ON embedded_components (solution_id);
CREATE INDEX embedded_components_key ON embedded_components (environment_id, kind, name_key);

CREATE TABLE embedded_requirements (
    id TEXT PRIMARY KEY,
    solution_id TEXT NOT NULL REFERENCES embedded_solutions (id) ON DELETE CASCADE,
    environment_id TEXT NOT NULL REFERENCES environments (id),
    kind TEXT NOT NULL,
    kind_name TEXT NOT NULL,
    label TEXT NOT NULL,
    name_key TEXT,
    guid TEXT,
    parent_key TEXT,
    required_solution TEXT,
    required_version TEXT
);
CREATE INDEX embedded_requirements_solution ON embedded_requirements (solution_id);
CREATE INDEX embedded_requirements_environment ON embedded_requirements (environment_id);

CREATE TABLE embedded_connections (
    id TEXT PRIMARY KEY,
    environment_id TEXT NOT NULL REFERENCES environments (id),
    name TEXT NOT NULL,
    connector_id TEXT NOT NULL,
    created_by TEXT NOT NULL REFERENCES people (id),
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX embedded_connections_environment ON embedded_connections (environment_id);

CREATE TABLE embedded_references (
    environment_id TEXT NOT NULL REFERENCES environments (id),
    logical_name_key TEXT NOT NULL,
    logical_name TEXT NOT NULL,
    display_name TEXT NOT NULL,
    connector_id TEXT NOT NULL,
    connection_id TEXT REFERENCES embedded_connections (id),
    PRIMARY KEY (environment_id, logical_name_key)
);

CREATE TABLE embedded_variables (
    environment_id TEXT NOT NULL REFERENCES environments (id),
    schema_name_key TEXT NOT NULL,
    schema_name TEXT NOT NULL,
    display_name TEXT NOT NULL,
    description TEXT NOT NULL,
    kind TEXT NOT NULL,
    required BOOLEAN NOT NULL,
    default_value TEXT,
    value TEXT,
    PRIMARY KEY (environment_id, schema_name_key)
);

-- what each operation did, so that doing one twice does it once
CREATE TABLE embedded_journal (
    operation_id TEXT PRIMARY KEY,
    environment_id TEXT NOT NULL REFERENCES environments (id),
    kind TEXT NOT NULL,
    outcome TEXT NOT NULL,
    at TIMESTAMP NOT NULL
);
