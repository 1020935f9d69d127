//! Replays what fuzzing found: every file under `tests/data/fuzz/TARGET/` holds an input that once failed, or the first
//! input of its target.
//!
//! A find is kept twice: raw as the fuzzer wrote it, and reduced by hand to a case that says what was wrong.

mod targets;

use std::path::Path;
use std::{fs, io};

#[test]
fn finds_stay_fixed() -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/fuzz");
    for (target, run) in targets::TARGETS {
        let mut replayed = 0;
        for file in fs::read_dir(folder.join(target))? {
            run(&fs::read(file?.path())?);
            replayed += 1;
        }
        assert!(
            replayed > 0,
            "{target}: the folder holds at least its first input"
        );
    }
    Ok(())
}
