//! Adding, changing and retiring stages; the rules of the tree are asked with the pipeline held still.

use diesel::prelude::*;

use super::Stage;
use crate::{
    db::{self, Conn},
    error::Error,
    id::{DeploymentEnvironmentId, StageId},
    models::{
        audit::{Entry, Verb},
        deployment_environment::DeploymentEnvironment,
        permit::Permit,
        pipeline::Pipeline,
        problem::{Attempt, Problem},
        seen_pipeline::ManagePipeline,
    },
    rules::{
        stages::{self as rules, StageFacts, StageField},
        validation::RecordKind,
    },
    schema::{runs, stages},
};

/// What a person says of a stage.
#[derive(Debug, Clone)]
pub struct StageInput {
    pub name: String,
    pub description: String,
    pub previous: Option<StageId>,
    pub target: DeploymentEnvironmentId,
}

impl Stage {
    /// Adds a stage.
    pub fn add(conn: &mut Conn, permit: &Permit<ManagePipeline>, new: &StageInput) -> Attempt<Stage> {
        let pipeline = Pipeline::lock(conn, permit.id)?;
        let id = StageId::new();
        let problems = new.problems(conn, &pipeline, id)?;
        if !problems.is_empty() {
            return Ok(Err(problems));
        }
        diesel::insert_into(stages::table)
            .values((
                stages::id.eq(id),
                stages::pipeline_id.eq(pipeline.id),
                stages::name.eq(&new.name),
                stages::name_key.eq(db::fold(&new.name)),
                stages::description.eq(&new.description),
                stages::previous_stage_id.eq(new.previous),
                stages::target_id.eq(new.target),
                stages::created_at.eq(db::now()),
            ))
            .execute(conn)?;
        let stage = Stage::by_id(conn, id)?;
        let entry = permit.by().did(Verb::AddStage, pipeline.subject());
        stage.told(conn, entry, None)?.record(conn)?;
        Ok(Ok(stage))
    }

    /// Changes a stage; its place and target only while nothing moves through it.
    pub fn edit(conn: &mut Conn, permit: &Permit<ManagePipeline>, id: StageId, new: &StageInput) -> Attempt<Stage> {
        let pipeline = Pipeline::lock(conn, permit.id)?;
        let stage = Stage::of(conn, &pipeline, id)?;
        let mut problems = new.problems(conn, &pipeline, id)?;
        problems.extend(stage.held_fast(conn, new)?);
        if !problems.is_empty() {
            return Ok(Err(problems));
        }
        diesel::update(stages::table.find(id))
            .set((
                stages::name.eq(&new.name),
                stages::name_key.eq(db::fold(&new.name)),
                stages::description.eq(&new.description),
                stages::previous_stage_id.eq(new.previous),
                stages::target_id.eq(new.target),
            ))
            .execute(conn)?;
        let changed = Stage::by_id(conn, id)?;
        let entry = permit.by().did(Verb::ChangeStage, pipeline.subject());
        changed.told(conn, entry, Some(&stage))?.record(conn)?;
        Ok(Ok(changed))
    }

    /// Ends a stage.
    ///
    /// # Errors
    /// A conflict while another stage follows it or a deployment to it is not finished.
    pub fn retire(conn: &mut Conn, permit: &Permit<ManagePipeline>, id: StageId) -> Result<Stage, Error> {
        let pipeline = Pipeline::lock(conn, permit.id)?;
        let stage = Stage::of(conn, &pipeline, id)?;
        if let Some(why) = stage.needed(conn)? {
            return Err(Error::Conflict(why));
        }
        diesel::update(stages::table.find(id)).set(stages::retired_at.eq(db::now())).execute(conn)?;
        let entry = permit.by().did(Verb::RetireStage, pipeline.subject());
        entry
            .cleared("Stage", &stage.name)
            .cleared("Target Deployment Environment", &stage.target.name)
            .record(conn)?;
        Ok(stage)
    }

    /// Why the stage cannot be retired; none when it can.
    pub fn needed(&self, conn: &mut Conn) -> Result<Option<String>, Error> {
        let name = &self.name;
        let stages = Stage::of_pipeline(conn, self.pipeline_id)?;
        if let Some(next) = stages.iter().find(|next| next.previous_stage_id == Some(self.id)) {
            let next = &next.name;
            return Ok(Some(format!(
                "{next} follows {name}. Retire {next} first, or choose another previous stage for it."
            )));
        }
        let unfinished = self.has_unfinished_runs(conn)?;
        Ok(unfinished.then(|| {
            format!(
                "{name} has a deployment that is not finished. Wait for it, or cancel it under Run history, and \
                 retire {name} then."
            )
        }))
    }

    /// The live stage with this key among those of a pipeline.
    pub fn of(conn: &mut Conn, pipeline: &Pipeline, id: StageId) -> Result<Stage, Error> {
        let stages = Stage::of_pipeline(conn, pipeline.id)?;
        stages.into_iter().find(|stage| stage.id == id).ok_or(Error::NotFound)
    }

    /// The target records that a stage of this pipeline may have, by name.
    pub fn targets(conn: &mut Conn, permit: &Permit<ManagePipeline>) -> Result<Vec<DeploymentEnvironment>, Error> {
        let records = DeploymentEnvironment::of_host(conn, &permit.host)?;
        Ok(records.into_iter().filter(|record| record.kind == RecordKind::Target).collect())
    }

    // Why place and target stay as they are, beside each of the two that would change.
    fn held_fast(&self, conn: &mut Conn, new: &StageInput) -> Result<Vec<Problem>, Error> {
        let moved = self.previous_stage_id != new.previous;
        let retargeted = self.target_id != new.target;
        if !(moved || retargeted) || !self.has_unfinished_runs(conn)? {
            return Ok(Vec::new());
        }
        let name = &self.name;
        let sentence = format!(
            "{name} has a deployment that is not finished, so this stays for now. Wait for it, or cancel it under Run \
             history."
        );
        let fields = [(moved, "previous"), (retargeted, "target")];
        Ok(fields.into_iter().filter(|(is, _)| *is).map(|(_, field)| Problem::new(field, &sentence)).collect())
    }

    fn has_unfinished_runs(&self, conn: &mut Conn) -> Result<bool, Error> {
        let unfinished = runs::table.filter(runs::stage_id.eq(self.id)).filter(runs::ended_at.is_null());
        Ok(diesel::select(diesel::dsl::exists(unfinished)).get_result(conn)?)
    }

    // How it came to be as it is now, each field by its label.
    fn told(&self, conn: &mut Conn, entry: Entry, before: Option<&Stage>) -> Result<Entry, Error> {
        let text = |of: fn(&Stage) -> &str| before.map_or("", of);
        let previous = |conn: &mut Conn, id: Option<StageId>| {
            Ok::<_, Error>(id.map(|id| Stage::by_id(conn, id)).transpose()?.map_or(String::new(), |stage| stage.name))
        };
        let (old, new) = (before.and_then(|before| before.previous_stage_id), self.previous_stage_id);
        let (old, new) = (previous(conn, old)?, previous(conn, new)?);
        let entry = match before {
            Some(before) => entry.because(format!("Stage {}", before.name)),
            None => entry,
        };
        Ok(entry
            .changed("Stage", text(|before| &before.name), &self.name)
            .changed("Description", text(|before| &before.description), &self.description)
            .changed("Previous Deployment Stage", old, new)
            .changed("Target Deployment Environment", text(|before| &before.target.name), &self.target.name))
    }
}

impl StageInput {
    fn problems(&self, conn: &mut Conn, pipeline: &Pipeline, id: StageId) -> Result<Vec<Problem>, Error> {
        let stages = Stage::of_pipeline(conn, pipeline.id)?;
        let mut problems = Vec::new();
        let key = db::fold(&self.name);
        if stages.iter().any(|other| other.id != id && db::fold(&other.name) == key) {
            problems
                .push(Problem::new("name", "This pipeline has a stage with this name already. Choose another name."));
        }
        let Some(target) = self.target(conn, pipeline)? else {
            problems.push(Problem::new("target", "Choose a target environment of this host from the list."));
            return Ok(problems);
        };
        let (name, previous) = (self.name.clone(), self.previous);
        let facts = StageFacts { id, name, previous, target: target.id, target_name: target.name };
        let others: Vec<_> = stages.iter().map(Stage::facts).collect();
        problems.extend(rules::problems_of(&facts, &others).into_iter().map(|problem| match problem.field {
            StageField::Previous => Problem::new("previous", problem.message),
            StageField::Target => Problem::new("target", problem.message),
        }));
        Ok(problems)
    }

    // Held, so that it is not retired under the stage.
    fn target(&self, conn: &mut Conn, pipeline: &Pipeline) -> Result<Option<DeploymentEnvironment>, Error> {
        match DeploymentEnvironment::lock(conn, self.target) {
            Ok(record) if record.host_id == pipeline.host_id && record.kind == RecordKind::Target => Ok(Some(record)),
            Ok(_) | Err(Error::NotFound | Error::Conflict(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
