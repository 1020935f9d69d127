//! Rule texts and event lines of the corpus.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use walkdir::WalkDir;

/// The text of every rule file under the folders `rules*`, placeholder rules left out, in path order.
pub fn rules(folder: &Path) -> Vec<String> {
    let active = |name: &str| name.starts_with("rules") && name != "rules-placeholder";
    let files = WalkDir::new(folder).sort_by_file_name().into_iter().flatten().filter(|entry| {
        let inside = entry.path().strip_prefix(folder).ok().and_then(|path| path.iter().next()?.to_str());
        entry.path().extension().is_some_and(|extension| extension == "yml") && inside.is_some_and(active)
    });
    files.filter_map(|entry| std::fs::read_to_string(entry.path()).ok()).collect()
}

/// Lines of all event files, evenly drawn until there are `count`. Lines with a log source beside the event give the
/// event.
pub fn lines(folder: &Path, count: usize) -> Vec<String> {
    let mut all = Vec::new();
    let mut files: Vec<_> = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    files.sort();
    for file in files.iter().filter(|file| file.to_string_lossy().ends_with(".jsonl.zst")) {
        let opened = File::open(file).expect("the file was listed");
        let decoder = ruzstd::decoding::StreamingDecoder::new(opened).expect("the file is zstd");
        all.extend(BufReader::with_capacity(1 << 20, decoder).lines().map_while(Result::ok).map(event));
    }
    let step = (all.len() / count.max(1)).max(1);
    all.into_iter().step_by(step).take(count).collect()
}

fn event(line: String) -> String {
    if !line.starts_with("{\"logsource\"") {
        return line;
    }
    let wrapped: serde_json::Value = serde_json::from_str(&line).unwrap_or_default();
    wrapped.get("event").map(ToString::to_string).unwrap_or(line)
}
