//! What a deployment does, in one sentence that is true when it is read.

use sluice::handlers::runs::told::{Tense, installs};

#[test]
fn a_deployment_is_told_as_it_was_is_and_will_be() {
    let told = |before| {
        [Tense::Past, Tense::Present, Tense::Future].map(|tense| installs(tense, "Core 1.2", "1.2", before, "QA"))
    };
    assert_eq!(
        told(Some("1.1")),
        ["Core 1.2 replaced 1.1 in QA", "Core 1.2 replaces 1.1 in QA", "Core 1.2 will replace 1.1 in QA"]
    );
    assert_eq!(
        told(Some("1.2")),
        [
            "Core 1.2 was installed in QA again",
            "Core 1.2 will be installed in QA again",
            "Core 1.2 will be installed in QA again"
        ]
    );
    assert_eq!(
        told(None),
        [
            "Core 1.2 was installed in QA for the first time",
            "Core 1.2 will be installed in QA for the first time",
            "Core 1.2 will be installed in QA for the first time"
        ]
    );
}
