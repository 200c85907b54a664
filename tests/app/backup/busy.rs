//! Backups that are made while people deploy.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use sluice::{backup, rules::state::State};

use super::{problems, restore};
use crate::support::{Contoso, TestApp, contoso};

#[actix_web::test]
async fn each_is_whole_while_a_worker_keeps_deploying() {
    let c = Contoso::new();
    let mut maya = c.app.sign_in(&c.maya).await;
    let ended = Arc::new(AtomicBool::new(false));
    let (app, folder, over) = (c.app.app.clone(), c.app.folder().to_owned(), ended.clone());
    let backups = thread::spawn(move || {
        let mut files = Vec::new();
        while !over.load(Ordering::Relaxed) {
            let file = folder.join(format!("backup-{}.zip", files.len()));
            let made = actix_web::rt::System::new().block_on(backup::write(&app.db, &app.artifacts, &file)).unwrap();
            made.keep().unwrap();
            files.push(file);
        }
        files
    });
    for number in 1..=8 {
        c.import(&c.development, &contoso::tables(&format!("1.0.0.{number}"))).await;
        for stage in [&c.test, &c.live] {
            assert_eq!(c.deploy(&mut maya, stage, "contoso_core").await.state, State::Succeeded);
        }
    }
    ended.store(true, Ordering::Relaxed);
    let files = backups.join().unwrap();
    assert!(files.len() > 1, "only {} backups were made meanwhile", files.len());
    // A few of them, the first and the last included.
    for file in files.iter().step_by(files.len().div_ceil(5)).chain(files.last()) {
        let back = TestApp::new();
        restore(file, &back).await.unwrap();
        assert_eq!(problems(&back).await, [""; 0]);
        back.run_worker().await;
        assert_eq!(problems(&back).await, [""; 0]);
    }
}
