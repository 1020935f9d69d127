//! The folder of shared test data, which lies beside the repository and not in it.
//!
//! `SIGMATIC_SHARED` names it; without that it is looked for at `../shared`. On a machine that has none, what needs
//! it passes and says that it was skipped.

use std::path::{Path, PathBuf};

/// A file or folder of the shared data; `None`, and a line on the terminal, if it is not here.
#[allow(clippy::print_stdout, reason = "a skipped test has to say so")]
pub(crate) fn shared(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("SIGMATIC_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"),
        PathBuf::from,
    );
    let path = folder.join(name);
    if path.exists() {
        return Some(path);
    }
    println!(
        "skipped: no {} (SIGMATIC_SHARED names the folder)",
        path.display()
    );
    None
}

/// The files below a folder whose names end so, in a fixed order.
pub(crate) fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = walkdir::WalkDir::new(folder)
        .into_iter()
        .map(|entry| entry.expect("a readable folder").into_path())
        .filter(|path| path.is_file() && path.to_string_lossy().ends_with(ending))
        .collect();
    files.sort();
    files
}

/// The content of a text file.
pub(crate) fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Whether the long runs were asked for: `SIGMATIC_FULL=1`.
pub(crate) fn is_full_run() -> bool {
    std::env::var_os("SIGMATIC_FULL").is_some_and(|value| value == "1")
}
