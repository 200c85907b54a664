//! Exports by hand and the downloads of what they brought.

use sluice::package::{Builder, Package};

use crate::support::{Browser, Makers};

async fn exported(makers: &Makers, browser: &mut Browser) -> String {
    let page = browser.post(&makers.at("solutions/Expenses/exports"), &[]).await;
    let there = page.location().unwrap_or_else(|| panic!("refused: {}", page.text())).to_owned();
    makers.app.run_worker().await;
    there
}

#[actix_web::test]
async fn an_export_ends_with_both_packages_to_download() {
    let makers = Makers::new();
    let mut maya = makers.maya().await;
    let package =
        Builder::new("Expenses").display_name("Contoso Expenses").version("1.0.0.4").table("contoso_claim", "Claim");
    makers.import(&mut maya, &package).await;
    let page = maya.post(&makers.at("solutions/Expenses/exports"), &[]).await;
    let there = page.location().unwrap().to_owned();
    let page = maya.get(&there).await;
    assert!(page.attribute("#progress", "hx-get").is_some());
    assert_eq!(maya.get(&format!("{there}/managed")).await.status, 404, "not yet");
    makers.app.run_worker().await;
    let page = maya.get_partial(&there).await;
    assert!(page.attribute("#progress", "hx-get").is_none());
    for (label, file, managed) in [
        ("Download managed", "Expenses_1_0_0_4_managed.zip", true),
        ("Download unmanaged", "Expenses_1_0_0_4.zip", false),
    ] {
        let page = maya.get(&page.link(label)).await;
        assert_eq!(page.header("content-type"), "application/zip");
        assert_eq!(page.header("content-disposition"), format!("attachment; filename=\"{file}\""));
        let read = Package::read(std::io::Cursor::new(page.body.to_vec()), &Default::default()).unwrap();
        assert_eq!(read.manifest.managed, managed);
    }
    let list = maya.get(&makers.at("solutions")).await;
    assert_eq!(list.link("Download the packages"), there);
}

#[actix_web::test]
async fn the_bytes_are_those_that_are_kept() {
    let makers = Makers::new();
    let mut maya = makers.maya().await;
    makers.import(&mut maya, &Builder::new("Expenses").filler(300_000)).await;
    let there = exported(&makers, &mut maya).await;
    let export = makers.operations().into_iter().find(|operation| there.ends_with(&operation.id.to_string())).unwrap();
    let result: serde_json::Value = serde_json::from_str(&export.result.unwrap()).unwrap();
    let page = maya.get(&format!("{there}/unmanaged")).await;
    assert_eq!(result["unmanaged"]["size"], page.body.len());
    let mut spool = makers.app.app.artifacts.spool().unwrap();
    std::io::Write::write_all(&mut spool, &page.body).unwrap();
    assert_eq!(result["unmanaged"]["hash"], spool.finish().unwrap().stored().hash.as_str());
}

#[actix_web::test]
async fn only_who_may_export_there_may_download() {
    let makers = Makers::new();
    let mut maya = makers.maya().await;
    makers.import(&mut maya, &Builder::new("Expenses")).await;
    makers.import(&mut maya, &Builder::new("Travel")).await;
    let there = exported(&makers, &mut maya).await;
    let download = format!("{there}/managed");
    let zed = makers.app.person("Zed");
    assert_eq!(makers.app.sign_in(&makers.bo).await.get(&download).await.status, 403);
    assert_eq!(makers.app.sign_in(&zed).await.get(&download).await.status, 404);
    assert_eq!(makers.app.sign_in(&makers.ada).await.get(&download).await.status, 200);
    assert_eq!(maya.get(&download.replace("/Expenses/", "/Travel/")).await.status, 404);
    assert_eq!(maya.get(&format!("{there}/other")).await.status, 404);
    let import = makers.operations().into_iter().find(|operation| operation.kind.as_str() == "import").unwrap();
    assert_eq!(maya.get(&makers.at(&format!("solutions/Expenses/exports/{}", import.id))).await.status, 404);
}

#[actix_web::test]
async fn packages_that_are_no_longer_kept_are_to_be_exported_again() {
    let makers = Makers::new();
    let mut maya = makers.maya().await;
    makers.import(&mut maya, &Builder::new("Expenses")).await;
    let there = exported(&makers, &mut maya).await;
    makers.app.empty("artifacts");
    let page = maya.get(&format!("{there}/managed")).await;
    assert_eq!(page.status, 409);
    page.assert_has("p", "Export the solution again");
}
