//! Where two engines disagree.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::engines::Engine;

/// Lists the rules on which the engines differ: how often each of them alone matches, and one event for it.
pub fn compare(ours: &mut impl Engine, other: &mut impl Engine, events: &[&Value]) {
    let mut equal = 0;
    let mut differing: BTreeMap<String, (usize, usize, String)> = BTreeMap::new();
    for event in events {
        let (mine, theirs) = (ours.ids(event), other.ids(event));
        equal += usize::from(mine == theirs);
        for id in mine.iter().filter(|id| !theirs.contains(id)) {
            note(&mut differing, id, event).0 += 1;
        }
        for id in theirs.iter().filter(|id| !mine.contains(id)) {
            note(&mut differing, id, event).1 += 1;
        }
    }
    println!(
        "\n{} and {}: {equal} of {} events have equal answers",
        ours.name(),
        other.name(),
        events.len()
    );
    for (id, (mine, theirs, event)) in &differing {
        let unknown = if other.knows(id) {
            ""
        } else {
            ", which does not load it"
        };
        println!(
            "  {id}: only {} {mine}, only {} {theirs}{unknown}",
            ours.name(),
            other.name()
        );
        if other.knows(id) {
            println!("    {event}");
        }
    }
}

fn note<'a>(
    differing: &'a mut BTreeMap<String, (usize, usize, String)>,
    id: &str,
    event: &Value,
) -> &'a mut (usize, usize, String) {
    differing.entry(id.to_owned()).or_insert_with(|| {
        let text = event.to_string();
        (0, 0, text.chars().take(300).collect())
    })
}
