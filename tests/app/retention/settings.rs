//! The settings: who changes them, what they take, and what the log says.

use sluice::{models::retention, rules::retention::Policy};

use super::{PATH, save};
use crate::support::{Contoso, TestApp};

#[actix_web::test]
async fn nothing_is_removed_until_somebody_says_so() {
    let c = Contoso::new();
    assert_eq!(c.app.read(retention::policy), None);
    let mut ada = c.app.sign_in(&c.ada).await;
    let page = ada.get(PATH).await;
    assert!(page.attribute("input[value=keep]", "checked").is_some());
    assert_eq!(page.attribute("#days", "value").as_deref(), Some("90"));
    page.assert_has("nav a[aria-current]", "Retention");
}

#[actix_web::test]
async fn they_are_kept_as_typed_and_told_to_the_log() {
    let c = Contoso::new();
    let page = save(&c, "30", "3").await;
    page.assert_has(".flash", "Saved. What may go is removed within the hour.");
    assert!(page.attribute("input[value=remove]", "checked").is_some());
    assert_eq!(page.attribute("#days", "value").as_deref(), Some("30"));
    page.assert_has("h2", "What these settings remove");
    assert_eq!(c.app.read(retention::policy), Some(Policy { days: 30, versions: 3 }));
    save(&c, "60", "3").await;
    let mut ada = c.app.sign_in(&c.ada).await;
    let page = ada.submit(PATH, &[("mode", "keep"), ("days", "nonsense"), ("versions", "")]).await;
    page.assert_has(".flash", "Saved. Every package is kept.");
    assert_eq!(c.app.read(retention::policy), None);
    let told: Vec<String> = c.app.audit().into_iter().filter(|line| line.contains("Retention")).collect();
    assert_eq!(
        told,
        [
            "Ada change settings Retention; Remove packages not used for: never → 30 days; Always keep the newest \
             versions: all → 3",
            "Ada change settings Retention; Remove packages not used for: 30 days → 60 days",
            "Ada change settings Retention; Remove packages not used for: 60 days → never; Always keep the newest \
             versions: 3 → all",
        ]
    );
}

#[actix_web::test]
async fn what_makes_no_sense_is_said_beside_the_field() {
    let app = TestApp::new();
    let mut ada = app.sign_in(&app.administrator("Ada")).await;
    for (days, versions, field, said) in [
        ("0", "1", "days", "Enter a whole number from 1 to 3650."),
        ("3651", "1", "days", "Enter a whole number from 1 to 3650."),
        ("+3", "1", "days", "Enter a whole number from 1 to 3650."),
        ("1.5", "1", "days", "Enter a whole number from 1 to 3650."),
        ("99999999999", "1", "days", "Enter a whole number from 1 to 3650."),
        ("", "1", "days", "Enter a number."),
        ("30", "0", "versions", "Enter a whole number from 1 to 100."),
        ("30", "101", "versions", "Enter a whole number from 1 to 100."),
    ] {
        let form = [("mode", "remove"), ("days", days), ("versions", versions)];
        let saved = ada.post(PATH, &form).await;
        let shown = ada.get(&format!("{PATH}?mode=remove&days={}&versions={versions}", days.replace('+', "%2B"))).await;
        for page in [saved, shown] {
            assert_eq!(page.status, 422, "{days} {versions}");
            page.assert_has(&format!("#{field}-error"), said);
            assert_eq!(page.attribute("#days", "value").as_deref(), Some(days));
        }
    }
    let page = ada.post(PATH, &[("mode", "nonsense")]).await;
    page.assert_has("#mode-error", "Choose one from the list.");
    assert_eq!(app.read(retention::policy), None);
}
