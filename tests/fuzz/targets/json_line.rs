//! Raw JSON, one event a line: the parser accepts what `serde_json` accepts, and gives the same values and matches.

use std::sync::OnceLock;

use serde_json::Value;
use sigmatic::RuleSet;
use sigmatic::event::JsonParser;

use super::sets::{every_kind, hits};
use crate::json_line::compare;

pub(super) fn run(data: &[u8]) {
    static RULES: OnceLock<RuleSet> = OnceLock::new();
    let rules = RULES.get_or_init(every_kind);
    // One parser for all lines: it remembers what it read.
    let mut parser = JsonParser::new();
    let mut scratch = rules.scratch();
    for line in data.split(|byte| *byte == b'\n') {
        compare(&mut parser, line).unwrap_or_else(|difference| panic!("{difference}"));
        let (Ok(tree), Ok(event)) = (serde_json::from_slice::<Value>(line), parser.parse(line))
        else {
            continue;
        };
        let found = hits(rules, &event, &mut scratch);
        assert_eq!(found, hits(rules, &tree, &mut scratch), "{tree}");
    }
}
