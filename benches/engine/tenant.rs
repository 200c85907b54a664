//! A tenant with many targets, each at the end of a pipeline of its own, and runs that wait there for their turn.

use sluice::{
    id::RunId,
    models::{
        run::{DeployRun, Run, Start},
        seen_pipeline::RunPipeline,
        stage::Stage,
    },
    package::Builder,
    rules::{connections::Connections, settings::DeploymentSettings, state::State, validation::RecordKind},
};

use crate::support::{Contoso, id};

/// The tenant, and the one stage of each of its pipelines.
pub struct Tenant {
    pub contoso: Contoso,
    stages: Vec<Stage>,
    solutions: Vec<String>,
}

impl Tenant {
    /// With so many targets beside a first one, and small solutions to deploy to each.
    pub async fn new(targets: usize, solutions: usize) -> Tenant {
        let contoso = Contoso::new();
        let stages = (0..=targets).map(|number| stage(&contoso, number)).collect();
        let solutions: Vec<String> = (0..solutions).map(|number| format!("con_solution{number}")).collect();
        Tenant { contoso, stages, solutions }
    }

    /// Has every solution in a new version wait for every target; how many runs these are. The first target of all gets
    /// each at once, so that all others take the same artifact.
    pub async fn queue(&self, version: usize) -> usize {
        let (first, others) = self.stages.split_first().expect("a tenant has targets");
        for solution in &self.solutions {
            self.contoso.import(&self.contoso.development, &package(solution, version)).await;
        }
        self.validate(std::slice::from_ref(first)).await.into_iter().for_each(|run| self.deploy(run));
        self.contoso.app.run_worker().await;
        let runs = self.validate(others).await;
        runs.iter().for_each(|run| self.deploy(*run));
        runs.len()
    }

    async fn validate(&self, stages: &[Stage]) -> Vec<RunId> {
        let solutions = self.solutions.iter();
        let runs = solutions.flat_map(|solution| stages.iter().map(move |stage| self.start(stage, solution))).collect();
        self.contoso.app.run_worker().await;
        runs
    }

    fn start(&self, stage: &Stage, solution: &str) -> RunId {
        let Contoso { app, ada, development, .. } = &self.contoso;
        let may = app.permit::<RunPipeline>(ada, &[id("pipeline", stage.pipeline_id)]);
        app.write(|c| Run::start(c, &may, &Start::next(stage.id, solution, Some(development.id)))).id
    }

    fn deploy(&self, run: RunId) {
        let Contoso { app, ada, .. } = &self.contoso;
        assert_eq!(self.contoso.run(run).state, State::ValidationSucceeded);
        let may = app.permit::<DeployRun>(ada, &[id("run", run)]);
        let (settings, none) = (DeploymentSettings::default(), Connections::Listed(Vec::new()));
        app.write(|c| Run::deploy(c, &may, &settings, &none, ""));
    }
}

fn stage(contoso: &Contoso, number: usize) -> Stage {
    let Contoso { app, host, ada, source, .. } = contoso;
    let target = app.validated(host, ada, &format!("Target {number}"), RecordKind::Target);
    let pipeline = app.pipeline(host, ada, &format!("Pipeline {number}"));
    app.link(&pipeline, ada, source);
    app.stage(&pipeline, ada, "Production", None, &target)
}

fn package(name: &str, version: usize) -> Builder {
    Builder::new(name)
        .version(format!("1.0.0.{version}"))
        .publisher("contoso", "Contoso", "con")
        .table(format!("{name}_expense"), "Expense")
}
