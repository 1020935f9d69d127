//! The bodies of the targets, and what they need of the package's tests: generators, the plain reference, checks.
//!
//! The modules stand at the same paths as in the tests, where what was found is replayed.

#![allow(
    dead_code,
    unused_imports,
    reason = "the tests use more of these modules"
)]

#[path = "../tests/card"]
mod card {
    pub(crate) mod markup;
}

#[path = "../tests/correlation"]
mod correlation {
    pub(crate) mod checks;
    mod run;
    mod sample;
    mod stream;

    use self::run::{Out, Setup, all_shown, all_shown_with_events};
}

#[path = "../tests/generate/mod.rs"]
mod generate;

#[path = "../tests/json_line"]
mod json_line {
    mod compare;

    pub(crate) use self::compare::compare;
}

#[path = "../tests/reference/mod.rs"]
mod reference;

#[path = "../tests/suite"]
mod suite {
    mod engines;

    pub(crate) use self::engines::{Setup, build, matches};
}

#[path = "../tests/fuzz/targets/mod.rs"]
mod targets;

/// Runs a target on an input.
pub fn run(target: &str, data: &[u8]) {
    targets::run(target, data);
}
