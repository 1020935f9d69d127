//! Replays what fuzzing found: every file under `tests/data/fuzz/TARGET/` holds an input that once failed.
//!
//! A find is kept twice: raw as the fuzzer wrote it, and reduced by hand to a case that says what was wrong.

mod targets;

use std::path::Path;
use std::{fs, io};

#[test]
fn finds_stay_fixed() -> io::Result<()> {
    let mut replayed = 0;
    for target in [
        "rule_text",
        "condition",
        "match_event",
        "json_event",
        "pipeline_text",
    ] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/data/fuzz")
            .join(target);
        for file in fs::read_dir(&folder)? {
            targets::run(target, &fs::read(file?.path())?);
            replayed += 1;
        }
    }
    assert!(replayed > 0, "the folders hold at least their first seed");
    Ok(())
}
