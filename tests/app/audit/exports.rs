//! The log as a file.

use serde_json::Value;
use sluice::{
    db,
    models::audit::{By, Kind, Subject, Verb},
};

use crate::support::TestApp;

#[actix_web::test]
async fn csv_is_safe_for_spreadsheets() {
    let app = TestApp::new();
    let mut ada = app.sign_in(&app.administrator("Ada")).await;
    let form = [("name", "=1+1, \"so\""), ("description", "@SUM(A1)")];
    assert_eq!(ada.post("/admin/groups", &form).await.status, 303);
    let page = ada.post("/admin/audit/exports", &[("format", "csv"), ("kind", "group")]).await;
    assert_eq!(page.header("content-type"), "text/csv; charset=utf-8");
    let name = format!("attachment; filename=\"sluice-audit-{}.csv\"", db::now().date());
    assert_eq!(page.header("content-disposition"), name);
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    let text = page.html();
    let lines: Vec<&str> = text.split("\r\n").collect();
    assert_eq!(lines.len(), 4, "the head, two changed values, nothing after the last end of line: {text}");
    assert!(
        lines[0].starts_with("Entry,Time,Person,Person key,Address,Action,Kind,Name,Key,Field,Old value,New value")
    );
    assert!(lines[1].contains(",create,group,\"'=1+1, \"\"so\"\"\","), "{}", lines[1]);
    assert!(lines[1].contains(",Name,,\"'=1+1, \"\"so\"\"\","), "{}", lines[1]);
    assert!(lines[2].contains(",Description,,'@SUM(A1),"), "{}", lines[2]);
}

#[actix_web::test]
async fn json_lines_hold_all_that_is_filtered_and_the_export_is_logged() {
    let app = TestApp::new();
    let mut ada = app.sign_in(&app.administrator("Ada")).await;
    app.write(|c| {
        (0..1200).try_for_each(|n| {
            let lab = Subject::new(Kind::Environment, n, &format!("Lab {n}"));
            By::sluice().did(Verb::Change, lab).changed("Name", n, n + 1).because("two\nlines").record(c)
        })
    });
    let page = ada.post("/admin/audit/exports", &[("format", "jsonl"), ("q", "lab")]).await;
    assert!(page.header("content-disposition").ends_with(".jsonl\""));
    let text = page.html();
    let all: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let names: Vec<&str> = all.iter().map(|entry| entry["name"].as_str().unwrap()).collect();
    assert_eq!(names, (0..1200).rev().map(|n| format!("Lab {n}")).collect::<Vec<_>>());
    let newest = &all[0];
    assert_eq!(newest["changes"][0]["old"], "1199");
    assert_eq!((&newest["person"], &newest["person_key"]), (&Value::from("Sluice"), &Value::Null));
    assert_eq!((&newest["reason"], &newest["address"]), (&Value::from("two\nlines"), &Value::from("")));
    assert!(newest["time"].as_str().unwrap().ends_with('Z'));
    let told = "Ada export log Audit log; Format:  → JSON lines; Filter q:  → lab";
    assert_eq!(app.audit().last().unwrap(), told);
}

#[actix_web::test]
async fn an_export_that_makes_no_sense_is_refused_and_not_logged() {
    let app = TestApp::new();
    let mut ada = app.sign_in(&app.administrator("Ada")).await;
    let before = app.audit();
    for form in
        [&[][..], &[("format", "exe")], &[("format", "csv"), ("since", "soon")], &[("format", "csv"), ("kind", "x")]]
    {
        assert_eq!(ada.post("/admin/audit/exports", form).await.status, 400, "{form:?}");
    }
    assert_eq!(app.audit(), before);
    let page = ada.post("/admin/audit/exports", &[("format", "csv"), ("q", "nothing like it")]).await;
    assert_eq!(page.html().matches("\r\n").count(), 1, "the head alone");
    let page = ada.post("/admin/audit/exports", &[("format", "jsonl"), ("q", "nothing like it")]).await;
    assert_eq!((page.status, page.html().as_str()), (200, ""));
}
