//! The part of the `watch` example that reads a folder: rules come, change and go, and no half-written file costs one.

#[path = "../examples/watch/folder.rs"]
mod folder;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, RwLock};
use std::thread;

use sigmatic::RuleSet;

use self::folder::{Folder, Update};

/// A folder of its own, removed at the end.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        let path =
            std::env::temp_dir().join(format!("sigmatic-watch-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    fn write(&self, file: &str, text: &str) {
        fs::write(self.0.join(file), text).expect("a writable file");
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn rule(title: &str, value: &str) -> String {
    format!(
        "title: {title}\nlogsource: {{ product: p }}\ndetection:\n  s: {{ F: {value} }}\n  condition: s\n"
    )
}

fn titles(rules: &RuleSet) -> Vec<String> {
    rules.rules().map(|rule| rule.title().to_owned()).collect()
}

/// Looks until the folder has come to rest.
fn look(folder: &mut Folder) -> Option<Update> {
    let first = folder.look().expect("a readable folder");
    assert!(
        first.is_none(),
        "a change counts only when it has come to rest"
    );
    folder.look().expect("a readable folder")
}

#[test]
fn rules_come_change_and_go() {
    let place = Place::new("changes");
    place.write("a.yml", &rule("a", "1"));
    place.write("note.txt", "no rule");
    let mut folder = Folder::new(&place.0);
    assert_eq!(titles(&folder.load().expect("a folder").rules), ["a"]);
    assert!(
        folder.look().expect("a folder").is_none(),
        "nothing has changed"
    );

    place.write("b.yaml", &rule("b", "2"));
    assert_eq!(
        titles(&look(&mut folder).expect("a change").rules),
        ["a", "b"]
    );
    place.write("a.yml", &rule("a, longer", "3"));
    assert_eq!(
        titles(&look(&mut folder).expect("a change").rules),
        ["a, longer", "b"]
    );
    fs::remove_file(place.0.join("a.yml")).expect("a file");
    assert_eq!(titles(&look(&mut folder).expect("a change").rules), ["b"]);
}

/// Cut at any byte, a file is whole only as far as its last complete document goes: what it was before stays.
#[test]
fn half_written_files_cost_no_rule() {
    let place = Place::new("half");
    let (old, new) = (rule("a", "1"), rule("a, changed", "22"));
    place.write("a.yml", &old);
    place.write("b.yml", &rule("b", "2"));
    let mut folder = Folder::new(&place.0);
    folder.load().expect("a folder");
    let mut seen = BTreeSet::new();
    for end in 0..new.len() - "s\n".len() {
        place.write("a.yml", &new[..end]);
        let update = look(&mut folder).expect("a change");
        assert_eq!(titles(&update.rules), ["a", "b"], "{:?}", &new[..end]);
        assert_eq!(update.kept, [place.0.join("a.yml")]);
        seen.extend(update.problems.iter().map(ToString::to_string));
    }
    assert!(
        seen.iter().any(|problem| problem.contains("a.yml:")),
        "{seen:?}"
    );
    place.write("a.yml", &new);
    let update = look(&mut folder).expect("a change");
    assert_eq!(titles(&update.rules), ["a, changed", "b"]);
    assert!(update.kept.is_empty() && update.problems.iter().all(|problem| !problem.is_error()));
}

/// What is wrong from the start is reported and keeps nothing else from being used.
#[test]
fn files_in_error_are_reported() {
    let place = Place::new("error");
    place.write("a.yml", &rule("a", "1"));
    place.write("b.yml", &rule("b", "{ x: y }"));
    place.write("c.yml", "title: c\ncorrelation: { type: event_count, rules: [a], timespan: 1m, condition: { gte: 2 } }\n");
    let mut folder = Folder::new(&place.0);
    let update = folder.load().expect("a folder");
    assert_eq!(titles(&update.rules), ["a"]);
    let errors: Vec<String> = update
        .problems
        .iter()
        .filter(|problem| problem.is_error())
        .map(ToString::to_string)
        .collect();
    assert_eq!(errors.len(), 2, "{errors:?}");
    // The name that the correlation asks for appears in another file.
    place.write("a.yml", &format!("name: a\n{}", rule("a", "1")));
    let update = look(&mut folder).expect("a change");
    let errors = update
        .problems
        .iter()
        .filter(|problem| problem.is_error())
        .count();
    assert_eq!((titles(&update.rules), errors), (vec!["a".to_owned()], 1));
}

/// Threads match while sets are swapped: every event meets the rule that all contents have.
#[test]
fn no_event_is_lost_while_rules_change() {
    let place = Place::new("swap");
    place.write("a.yml", &rule("stays", "1"));
    let mut folder = Folder::new(&place.0);
    let first = folder.load().expect("a folder").rules;
    let current = RwLock::new(Arc::new(first));
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let matching = scope.spawn(|| {
            let mut scratch = RuleSet::builder().build().expect("a set").scratch();
            let mut events = 0_u64;
            while !is_over.load(Ordering::Relaxed) {
                let rules = Arc::clone(&current.read().expect("no panic"));
                let count = rules.matches(&[("F", "1")], &mut scratch).count();
                assert!(count > 0, "an event was lost");
                events += 1;
            }
            events
        });
        for round in 0..50 {
            let half = &rule("half", "1")[..20 + round % 40];
            place.write("b.yml", half);
            place.write("a.yml", &rule(&format!("stays {}", "x".repeat(round)), "1"));
            if let Some(update) = look(&mut folder) {
                *current.write().expect("no panic") = Arc::new(update.rules);
            }
        }
        is_over.store(true, Ordering::Relaxed);
        assert!(matching.join().expect("no event is lost") > 0);
    });
}
