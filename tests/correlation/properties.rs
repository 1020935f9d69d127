//! Random correlations over random streams.

use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, Strategy, TestCaseError, any, proptest};
use sigmatic::correlation::Options;

use super::checks::{against_reference, hostile, restarted, sharded, shuffled};
use super::{Setup, stream};
use crate::generate::{self, Choices};
use crate::shared::is_full_run;

/// Printed as nothing: a failure prints what was made of them.
struct Numbers(Vec<u16>);

impl std::fmt::Debug for Numbers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "({} numbers)", self.0.len())
    }
}

fn numbers() -> impl Strategy<Value = Numbers> {
    vec(any::<u16>(), 0..700).prop_map(Numbers)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: if is_full_run() { 20_000 } else { 300 },
        failure_persistence: None,
        max_shrink_iters: 10_000,
        ..ProptestConfig::default()
    })]

    #[test]
    fn sorted_input_gives_what_the_reference_gives(numbers in numbers()) {
        against_reference(&numbers.0).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn any_order_within_the_lateness_is_the_sorted_one(numbers in numbers()) {
        shuffled(&numbers.0).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn shards_together_are_one(numbers in numbers()) {
        sharded(&numbers.0).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn no_order_and_no_time_brings_it_down(numbers in numbers(), times in vec(any::<i64>(), 40)) {
        hostile(&numbers.0, &times);
    }
}

proptest! {
    // Each case restarts at every event.
    #![proptest_config(ProptestConfig {
        cases: if is_full_run() { 2_000 } else { 60 },
        failure_persistence: None,
        max_shrink_iters: 1_000,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_restart_at_any_point_changes_nothing(numbers in numbers()) {
        restarted(&numbers.0).map_err(TestCaseError::fail)?;
    }
}

/// The properties are worth something only as long as correlations fire.
#[test]
fn generated_correlations_fire() {
    let (mut fired, mut results, mut rules) = (0, 0, 0);
    for seed in 0..200 {
        let numbers = generate::numbers(seed, 700);
        let choices = &mut Choices::new(&numbers);
        let setup = Setup::new(&stream::correlations(choices));
        let out = setup.run(Options::default(), &stream::events(choices, true));
        fired += usize::from(!out.matches.is_empty());
        results += out.matches.len();
        rules += out
            .matches
            .iter()
            .filter(|found| found.rules().count() > 1)
            .count();
    }
    assert!(
        fired > 100 && results > 1_500 && rules > 300,
        "{fired} {results} {rules}"
    );
}
