//! Heap bytes that rules hold: counted and printed, not timed.
//!
//! The counting allocator is that of the whole binary, so every topic pays its few instructions per allocation.

use criterion::Criterion;
use sigmatic::Collection;

use crate::generate;
use crate::work::{SETTINGS, build_loaded};

#[allow(clippy::print_stdout, reason = "a table is what it is for")]
pub(crate) fn define(_: &mut Criterion) {
    if !is_wanted() {
        return;
    }
    for count in [30, 300, 3_000] {
        let text = generate::yaml(&generate::rules(count));
        let (loaded, bytes) = held(|| Collection::from_yaml(&text));
        assert_eq!(loaded.rules().count(), count);
        let per_rule = |bytes: i64| bytes as f64 / count as f64;
        println!(
            "memory/loaded/{count}: {:.0} bytes per rule",
            per_rule(bytes)
        );
        for (name, index) in SETTINGS {
            let (rules, bytes) = held(|| build_loaded(&loaded, index));
            assert_eq!(rules.len(), count);
            let bytes = per_rule(bytes);
            println!("memory/built/{count}/{name}: {bytes:.0} bytes per rule beside the loaded");
        }
    }
}

fn held<T>(make: impl FnOnce() -> T) -> (T, i64) {
    let mut made = None;
    let info = allocation_counter::measure(|| made = Some(make()));
    (made.expect("it was just made"), info.bytes_current)
}

/// Criterion keeps its filter to itself. Without one, or with one that begins like this topic, the table is printed.
fn is_wanted() -> bool {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let is_filter = |it: &&String| !it.starts_with('-') && it.parse::<f64>().is_err();
    let filter = arguments.iter().find(is_filter);
    !arguments.iter().any(|it| it == "--list") && filter.is_none_or(|it| it.starts_with("memory"))
}
