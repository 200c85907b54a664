//! What the environment itself notices about a package: whose components it would take, and what it would break.

use super::{
    builtin,
    contents::{Broken, Contents},
    home::Home,
    solution::Installed,
};
use crate::package::{
    Component, Manifest, Package,
    checks::{Finding, Severity},
    kinds,
};

/// What is wrong with taking over components that other solutions of the environment have, and not this one.
pub fn of_components(home: &Home, contents: &Contents, package: &Package) -> Vec<Finding> {
    let own = contents.solution(&package.manifest.unique_name).map(|solution| solution.id);
    let components = package.inventory.components.iter();
    // An unmanaged package only adds a layer, whoever made the component.
    let taken = components.filter(|component| package.manifest.managed && is_custom(component));
    let found = taken.filter_map(|component| {
        let others: Vec<&Installed> = contents.holders(&component.kind, &component.name).collect();
        if others.iter().any(|other| Some(other.id) == own) {
            return None;
        }
        unmanaged_base(home, component, &others).or_else(|| other_owner(home, package, component, &others))
    });
    found.collect()
}

/// Whether people made it: the platform's own tables, forms and the like belong to every solution.
fn is_custom(component: &Component) -> bool {
    match component.kind.as_str() {
        kinds::PROCESS => true,
        "60" | "62" => false,
        _ => component.name.contains('_'),
    }
}

fn unmanaged_base(home: &Home, component: &Component, others: &[&Installed]) -> Option<Finding> {
    let first = others.first().filter(|_| others.iter().all(|other| !other.managed))?;
    let message = format!(
        "{} is unmanaged in {}, in the solution {}; a managed solution cannot take it over.",
        called(component),
        home.name,
        first.display_name,
    );
    let advice = format!("Delete it from {} first, or choose another target.", home.name);
    let absorbed = [kinds::CONNECTION_REFERENCE, kinds::VARIABLE].contains(&component.kind.as_str());
    Some(match absorbed {
        false => Finding::new(Severity::Error, "0x8004F016", message, advice),
        true => {
            let message = format!("{} is unmanaged in {} and becomes managed.", called(component), home.name);
            Finding::new(Severity::Warning, "0x8004F016", message, "Uninstalling the solution will take it away.")
        }
    })
}

fn other_owner(home: &Home, package: &Package, component: &Component, others: &[&Installed]) -> Option<Finding> {
    let manifest = &package.manifest;
    let owner = others.iter().find(|other| other.managed)?;
    if owner.publisher.to_lowercase() == manifest.publisher.unique_name.to_lowercase() || !is_whole(manifest, component)
    {
        return None;
    }
    let message = format!(
        "{} belongs to {} in {}, in the solution {}; {} cannot take it over.",
        called(component),
        owner.publisher_name,
        home.name,
        owner.display_name,
        manifest.publisher.display_name,
    );
    let advice = format!("Take it out of {}, or give both solutions the same publisher.", manifest.display_name);
    let shared = [kinds::CONNECTION_REFERENCE, kinds::VARIABLE].contains(&component.kind.as_str());
    let severity = if shared { Severity::Warning } else { Severity::Error };
    Some(Finding::new(severity, "0x8004F031", message, advice))
}

/// Whether the package has all of the component, not only a layer on someone else's.
fn is_whole(manifest: &Manifest, component: &Component) -> bool {
    let mut roots = manifest.root_components.iter();
    let root = roots.find(|root| root.kind == component.kind && root.name() == component.name);
    root.is_none_or(|root| !matches!(root.behavior, Some(1 | 2)))
}

/// What is wrong with the package's name, or with what it patches.
pub fn of_manifest(home: &Home, contents: &Contents, manifest: &Manifest) -> Vec<Finding> {
    let restricted = builtin::restricted(&manifest.unique_name).map(|code| {
        let message = format!("{} is the name of a solution of the platform itself.", manifest.unique_name);
        Finding::new(Severity::Error, code, message, "Give the solution another unique name.")
    });
    let patch = manifest.parent.as_deref().and_then(|parent| of_patch(home, contents, manifest, parent));
    restricted.into_iter().chain(patch).collect()
}

fn of_patch(home: &Home, contents: &Contents, manifest: &Manifest, parent: &str) -> Option<Finding> {
    let Some(base) = contents.solution(parent).filter(|base| base.managed == manifest.managed) else {
        let message = format!("{} is a patch of {parent}, which {} does not have.", manifest.unique_name, home.name);
        let advice = format!("Import {parent} first.");
        return Some(Finding::new(Severity::Error, "0x80048540", message, advice));
    };
    let (ours, theirs) = (&manifest.version, &base.version);
    let fits = ours.numbers()[..2] == theirs.numbers()[..2] && ours > theirs;
    (!fits).then(|| {
        let message = format!("The patch version {ours} does not fit {parent} {theirs} in {}.", home.name);
        let advice = "A patch has the first two numbers of its solution and is higher.";
        Finding::new(Severity::Error, "0x80048539", message, advice)
    })
}

/// What other solutions would lose.
pub fn of_broken(manifest: &Manifest, broken: Vec<Broken>) -> Vec<Finding> {
    let one = |broken: Broken| {
        let (solution, need) = (&broken.solution, &broken.need);
        let message = format!(
            "{solution} needs {} {}, which {} {} no longer brings.",
            need.kind_name, need.label, manifest.display_name, manifest.version
        );
        let advice = format!("Put it back into {}, or update {solution} first.", manifest.display_name);
        Finding::new(Severity::Error, "0x8004F01F", message, advice)
    };
    broken.into_iter().map(one).collect()
}

fn called(component: &Component) -> String {
    let name = component.display_name.as_deref().unwrap_or(&component.name);
    format!("{} {name}", component.kind_name)
}
