//! The tables as Diesel sees them; `migrations/` makes them.

use diesel::{allow_tables_to_appear_in_same_query, joinable, table};

table! {
    tenant (id) {
        id -> Text,
        demo -> Bool,
        setup_token_hash -> Nullable<Text>,
        setup_expires_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        cookie_key_id -> Nullable<Text>,
        sealing_key_id -> Nullable<Text>,
        retention_days -> Nullable<Integer>,
        retention_versions -> Nullable<Integer>,
        retention_at -> Nullable<Timestamp>,
        swept_at -> Nullable<Timestamp>,
    }
}

table! {
    people (id) {
        id -> Text,
        name -> Text,
        name_key -> Text,
        email -> Text,
        email_key -> Text,
        password_hash -> Nullable<Text>,
        system_administrator -> Bool,
        active -> Bool,
        time_zone -> Text,
        created_at -> Timestamp,
        locale -> Text,
    }
}

table! {
    password_links (id) {
        id -> Text,
        person_id -> Text,
        token_hash -> Text,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
    }
}

table! {
    sessions (id) {
        id -> Text,
        key_hash -> Text,
        person_id -> Text,
        browser -> Text,
        address -> Text,
        state -> Text,
        created_at -> Timestamp,
        last_seen_at -> Timestamp,
    }
}

table! {
    sign_in_attempts (key) {
        key -> Text,
        failures -> Integer,
        last_failed_at -> Timestamp,
        blocked_until -> Nullable<Timestamp>,
    }
}

table! {
    groups (id) {
        id -> Text,
        name -> Text,
        name_key -> Text,
        description -> Text,
        retired_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
    }
}

table! {
    group_members (group_id, person_id) {
        group_id -> Text,
        person_id -> Text,
    }
}

table! {
    audit (id) {
        id -> Text,
        at -> Timestamp,
        person_id -> Nullable<Text>,
        person_name -> Text,
        action -> Text,
        subject_kind -> Text,
        subject_id -> Text,
        subject_name -> Text,
        detail -> Text,
        address -> Text,
        changes -> Text,
        search_key -> Text,
    }
}

table! {
    environments (id) {
        id -> Text,
        guid -> Text,
        name -> Text,
        name_key -> Text,
        region -> Text,
        kind -> Text,
        managed -> Bool,
        dataverse -> Bool,
        platform -> Text,
        bound_host_id -> Nullable<Text>,
        retired_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
    }
}

table! {
    hosts (id) {
        id -> Text,
        allow_cross_region -> Bool,
        require_managed -> Bool,
        installed_by -> Text,
        installed_at -> Timestamp,
    }
}

table! {
    environment_roles (id) {
        id -> Text,
        environment_id -> Text,
        person_id -> Nullable<Text>,
        group_id -> Nullable<Text>,
        role -> Text,
        created_at -> Timestamp,
    }
}

table! {
    host_roles (id) {
        id -> Text,
        host_id -> Text,
        person_id -> Nullable<Text>,
        group_id -> Nullable<Text>,
        role -> Text,
        created_at -> Timestamp,
    }
}

table! {
    deployment_environments (id) {
        id -> Text,
        host_id -> Text,
        name -> Text,
        name_key -> Text,
        kind -> Text,
        environment_guid -> Text,
        environment_id -> Nullable<Text>,
        description -> Text,
        status -> Text,
        message -> Text,
        revision -> Integer,
        validated_at -> Nullable<Timestamp>,
        registered_by -> Text,
        retired_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
    }
}

table! {
    pipelines (id) {
        id -> Text,
        host_id -> Text,
        name -> Text,
        name_key -> Text,
        description -> Text,
        allow_redeploy -> Bool,
        retired_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
    }
}

table! {
    pipeline_sources (pipeline_id, deployment_environment_id) {
        pipeline_id -> Text,
        deployment_environment_id -> Text,
    }
}

table! {
    stages (id) {
        id -> Text,
        pipeline_id -> Text,
        name -> Text,
        name_key -> Text,
        description -> Text,
        previous_stage_id -> Nullable<Text>,
        target_id -> Text,
        retired_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
    }
}

table! {
    shares (id) {
        id -> Text,
        pipeline_id -> Text,
        person_id -> Nullable<Text>,
        group_id -> Nullable<Text>,
        access -> Text,
        created_at -> Timestamp,
    }
}

table! {
    artifacts (id) {
        id -> Text,
        source_environment_id -> Text,
        unique_name -> Text,
        unique_name_key -> Text,
        display_name -> Text,
        publisher -> Text,
        version -> Text,
        managed_hash -> Text,
        managed_size -> BigInt,
        unmanaged_hash -> Text,
        unmanaged_size -> BigInt,
        manifest -> Text,
        created_at -> Timestamp,
        retired_at -> Nullable<Timestamp>,
        brought_back_at -> Nullable<Timestamp>,
    }
}

table! {
    artifact_bindings (source_environment_id, unique_name_key, version_key) {
        source_environment_id -> Text,
        unique_name_key -> Text,
        version_key -> Text,
        artifact_id -> Text,
        run_id -> Text,
        created_at -> Timestamp,
    }
}

table! {
    runs (id) {
        id -> Text,
        host_id -> Text,
        pipeline_id -> Text,
        stage_id -> Text,
        source_environment_id -> Text,
        target_environment_id -> Text,
        artifact_id -> Nullable<Text>,
        retry_of -> Nullable<Text>,
        redeploy -> Bool,
        state -> Text,
        host_name -> Text,
        pipeline_name -> Text,
        stage_name -> Text,
        previous_stage_name -> Nullable<Text>,
        source_name -> Text,
        source_guid -> Text,
        target_name -> Text,
        target_guid -> Text,
        solution_name -> Text,
        solution_key -> Text,
        solution_display_name -> Text,
        publisher -> Text,
        version -> Text,
        version_before -> Nullable<Text>,
        managed_hash -> Nullable<Text>,
        managed_size -> Nullable<BigInt>,
        unmanaged_hash -> Nullable<Text>,
        unmanaged_size -> Nullable<BigInt>,
        checks -> Nullable<Text>,
        judgement -> Nullable<Text>,
        settings -> Text,
        notes -> Text,
        error_code -> Nullable<Text>,
        error_message -> Nullable<Text>,
        error_advice -> Nullable<Text>,
        error_raw -> Nullable<Text>,
        started_by -> Text,
        started_by_name -> Text,
        started_at -> Timestamp,
        deployed_by -> Nullable<Text>,
        deployed_by_name -> Nullable<Text>,
        deployed_at -> Nullable<Timestamp>,
        canceled_by -> Nullable<Text>,
        canceled_by_name -> Nullable<Text>,
        scheduled_for -> Nullable<Timestamp>,
        schedule_zone -> Nullable<Text>,
        scheduled_by_name -> Nullable<Text>,
        ended_at -> Nullable<Timestamp>,
        way_began_at -> Nullable<Timestamp>,
    }
}

table! {
    newest_runs (pipeline_id, solution_key, stage_id) {
        pipeline_id -> Text,
        solution_key -> Text,
        stage_id -> Text,
        run_id -> Text,
    }
}

table! {
    run_steps (id) {
        id -> Text,
        run_id -> Text,
        kind -> Text,
        state -> Text,
        message -> Text,
        percent -> Nullable<Integer>,
        started_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
    }
}

table! {
    operations (id) {
        id -> Text,
        environment_id -> Text,
        run_id -> Nullable<Text>,
        kind -> Text,
        lane -> Bool,
        input -> Text,
        state -> Text,
        handle -> Nullable<Text>,
        result -> Nullable<Text>,
        error -> Nullable<Text>,
        percent -> Nullable<Integer>,
        message -> Text,
        attempts -> Integer,
        due_at -> Timestamp,
        holder -> Nullable<Text>,
        fence -> BigInt,
        started_by -> Text,
        created_at -> Timestamp,
        ended_at -> Nullable<Timestamp>,
        ready -> Bool,
        started_at -> Nullable<Timestamp>,
        cancel_due -> Bool,
    }
}

table! {
    lanes (environment_id) {
        environment_id -> Text,
        operation_id -> Nullable<Text>,
        fence -> BigInt,
    }
}

table! {
    sightings (environment_id, unique_name_key) {
        environment_id -> Text,
        unique_name_key -> Text,
        unique_name -> Text,
        display_name -> Text,
        publisher -> Text,
        version -> Text,
        managed -> Bool,
        system -> Bool,
        modified_at -> Timestamp,
        seen_at -> Timestamp,
    }
}

table! {
    embedded_solutions (id) {
        id -> Text,
        environment_id -> Text,
        unique_name -> Text,
        unique_name_key -> Text,
        display_name -> Text,
        description -> Text,
        version -> Text,
        managed -> Bool,
        publisher -> Text,
        publisher_name -> Text,
        prefix -> Text,
        package_hash -> Text,
        package_size -> BigInt,
        installed_at -> Timestamp,
        modified_at -> Timestamp,
    }
}

table! {
    embedded_components (id) {
        id -> Text,
        solution_id -> Text,
        environment_id -> Text,
        kind -> Text,
        kind_name -> Text,
        name -> Text,
        name_key -> Text,
        guid -> Nullable<Text>,
        display_name -> Nullable<Text>,
    }
}

table! {
    embedded_requirements (id) {
        id -> Text,
        solution_id -> Text,
        environment_id -> Text,
        kind -> Text,
        kind_name -> Text,
        label -> Text,
        name_key -> Nullable<Text>,
        guid -> Nullable<Text>,
        parent_key -> Nullable<Text>,
        required_solution -> Nullable<Text>,
        required_version -> Nullable<Text>,
    }
}

table! {
    embedded_connections (id) {
        id -> Text,
        environment_id -> Text,
        name -> Text,
        connector_id -> Text,
        created_by -> Text,
        created_at -> Timestamp,
        sealed_credential -> Nullable<Text>,
    }
}

table! {
    embedded_references (environment_id, logical_name_key) {
        environment_id -> Text,
        logical_name_key -> Text,
        logical_name -> Text,
        display_name -> Text,
        connector_id -> Text,
        connection_id -> Nullable<Text>,
    }
}

table! {
    embedded_variables (environment_id, schema_name_key) {
        environment_id -> Text,
        schema_name_key -> Text,
        schema_name -> Text,
        display_name -> Text,
        description -> Text,
        kind -> Text,
        required -> Bool,
        default_value -> Nullable<Text>,
        value -> Nullable<Text>,
    }
}

table! {
    embedded_journal (operation_id) {
        operation_id -> Text,
        environment_id -> Text,
        kind -> Text,
        outcome -> Text,
        at -> Timestamp,
    }
}

joinable!(password_links -> people (person_id));
joinable!(sessions -> people (person_id));
joinable!(group_members -> groups (group_id));
joinable!(group_members -> people (person_id));
joinable!(audit -> people (person_id));
joinable!(hosts -> environments (id));
joinable!(hosts -> people (installed_by));
joinable!(environment_roles -> environments (environment_id));
joinable!(environment_roles -> people (person_id));
joinable!(environment_roles -> groups (group_id));
joinable!(host_roles -> hosts (host_id));
joinable!(host_roles -> people (person_id));
joinable!(host_roles -> groups (group_id));
joinable!(deployment_environments -> hosts (host_id));
joinable!(deployment_environments -> environments (environment_id));
joinable!(deployment_environments -> people (registered_by));
joinable!(pipelines -> hosts (host_id));
joinable!(pipeline_sources -> pipelines (pipeline_id));
joinable!(pipeline_sources -> deployment_environments (deployment_environment_id));
joinable!(stages -> pipelines (pipeline_id));
joinable!(stages -> deployment_environments (target_id));
joinable!(shares -> pipelines (pipeline_id));
joinable!(shares -> people (person_id));
joinable!(shares -> groups (group_id));
joinable!(artifacts -> environments (source_environment_id));
joinable!(artifact_bindings -> environments (source_environment_id));
joinable!(artifact_bindings -> artifacts (artifact_id));
joinable!(runs -> hosts (host_id));
joinable!(runs -> pipelines (pipeline_id));
joinable!(runs -> stages (stage_id));
joinable!(runs -> artifacts (artifact_id));
joinable!(newest_runs -> pipelines (pipeline_id));
joinable!(newest_runs -> stages (stage_id));
joinable!(newest_runs -> runs (run_id));
joinable!(run_steps -> runs (run_id));
joinable!(operations -> environments (environment_id));
joinable!(operations -> runs (run_id));
joinable!(operations -> people (started_by));
joinable!(lanes -> environments (environment_id));
joinable!(lanes -> operations (operation_id));
joinable!(sightings -> environments (environment_id));
joinable!(embedded_solutions -> environments (environment_id));
joinable!(embedded_components -> embedded_solutions (solution_id));
joinable!(embedded_components -> environments (environment_id));
joinable!(embedded_requirements -> embedded_solutions (solution_id));
joinable!(embedded_requirements -> environments (environment_id));
joinable!(embedded_connections -> environments (environment_id));
joinable!(embedded_connections -> people (created_by));
joinable!(embedded_references -> environments (environment_id));
joinable!(embedded_references -> embedded_connections (connection_id));
joinable!(embedded_variables -> environments (environment_id));
joinable!(embedded_journal -> environments (environment_id));

allow_tables_to_appear_in_same_query!(
    tenant,
    people,
    password_links,
    sessions,
    sign_in_attempts,
    groups,
    group_members,
    audit,
    environments,
    hosts,
    environment_roles,
    host_roles,
    deployment_environments,
    pipelines,
    pipeline_sources,
    stages,
    shares,
    artifacts,
    artifact_bindings,
    runs,
    newest_runs,
    run_steps,
    operations,
    lanes,
    sightings,
    embedded_solutions,
    embedded_components,
    embedded_requirements,
    embedded_connections,
    embedded_references,
    embedded_variables,
    embedded_journal,
);
