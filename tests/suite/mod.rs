//! Conformance: cases written as data, each under every setting of the engine and by the plain evaluator.
//!
//! In: the case files of `tests/data/cases/` (format in their README) and, where it is at hand, the shared
//! `conformance/` folder. Out: one test for each source, which lists every case that did not give what it expects.

mod case;
mod conformance;
mod engines;
mod own;
mod run;

pub(crate) use self::engines::{
    Setup, alone, build, engines, engines_in_turn, matches, placeholders,
};

use self::case::Case;
use crate::shared::shared;

#[test]
fn own_cases() {
    let cases = own::cases();
    assert!(!cases.is_empty(), "no case files in tests/data/cases");
    run_all(&cases);
}

#[test]
fn conformance_cases() {
    if let Some(folder) = shared("conformance") {
        run_all(&conformance::cases(&folder));
    }
}

/// S-564: what a rule means does not depend on the rules beside it. Every case again, in one set with all others.
#[test]
fn all_cases_in_one_set() {
    let mut cases = own::cases();
    if let Some(folder) = shared("conformance") {
        cases.extend(conformance::cases(&folder));
    }
    cases.retain(|case| !case.has_correlations());
    report("in one set", &run::run_together(&cases));
}

fn run_all(cases: &[Case]) {
    let failures: Vec<String> = cases.iter().flat_map(run::run).collect();
    report(&format!("{} cases", cases.len()), &failures);
}

#[allow(
    clippy::print_stdout,
    reason = "how many cases were run belongs on the terminal"
)]
fn report(what: &str, failures: &[String]) {
    println!("run: {what}");
    assert!(
        failures.is_empty(),
        "{} failures:\n{}",
        failures.len(),
        failures.join("\n")
    );
}
