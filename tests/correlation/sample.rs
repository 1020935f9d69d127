//! Rules for examples written by hand.

/// `rule_a`, `rule_b`, `rule_c` by the letters in `F`, and one correlation over them.
pub(super) fn with(correlation: &str) -> String {
    let mut text = String::new();
    for letter in ["a", "b", "c"] {
        text += &format!(
            "title: base {letter}\nname: rule_{letter}\nlogsource: {{ category: test }}\n\
             detection: {{ sel: {{ F|contains: {letter} }}, condition: sel }}\n---\n"
        );
    }
    text + correlation
}

/// `rule_a` counted by `U`.
pub(super) fn counted(span: &str, condition: &str) -> String {
    with(&format!(
        "title: counted\nname: counted\ncorrelation: {{ type: event_count, rules: [rule_a], group-by: [U], \
         timespan: {span}, condition: {condition} }}\n"
    ))
}

/// An event of `rule_a` by `user` at so many seconds.
pub(super) fn event(letters: &str, user: &str, seconds: i64) -> serde_json::Value {
    serde_json::json!({ "F": letters, "U": user, "timestamp": seconds })
}
