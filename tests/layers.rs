//! The layers hold: a module imports only what the table of the design allows, the stand-in for crate boundaries.

use std::collections::BTreeSet;
use std::path::Path;

use crate::shared::{files, read};

/// A module and what it may use, `lib.rs` left out: it may see all. Reasons stand in the design page.
const ALLOWED: &[(&str, &[&str])] = &[
    ("error", &[]),
    ("util", &[]),
    ("event", &[]),
    ("pattern", &["util"]),
    ("syntax", &["error"]),
    ("condition", &["error"]),
    ("rule", &["condition", "syntax", "error"]),
    ("collection", &["rule", "syntax", "error"]),
    (
        "pipeline",
        &["rule", "collection", "condition", "syntax", "error"],
    ),
    (
        "compile",
        &["rule", "condition", "pattern", "event", "util", "error"],
    ),
    (
        "engine",
        &["compile", "pattern", "event", "rule", "util", "error"],
    ),
    // The one place where the language side is handed to the engine.
    (
        "builder",
        &[
            "collection",
            "compile",
            "engine",
            "pipeline",
            "rule",
            "error",
        ],
    ),
    // Beside what it correlates: the texts, numbers and times of events mean what they mean to rules (`pattern`), and
    // conditions over rules are expressions (`condition`).
    (
        "correlation",
        &[
            "engine",
            "rule",
            "condition",
            "pattern",
            "event",
            "util",
            "error",
        ],
    ),
    // The same for correlations.
    ("correlator", &["collection", "correlation"]),
    // Names the parts of conditions too.
    (
        "explain",
        &["engine", "compile", "condition", "rule", "event"],
    ),
    // Reads predicates, and with them the patterns of values; makes events to show what does not follow.
    ("proof", &["compile", "pattern", "event"]),
    // Beside what a rule says: the patterns of its predicates, proofs, and the engine, which finds the rules that match
    // an event made for another one.
    (
        "card",
        &[
            "rule",
            "condition",
            "pipeline",
            "compile",
            "pattern",
            "proof",
            "engine",
        ],
    ),
    // Made by proofs of what does not follow, and put to the engine; knows the items of the rule, to miss each.
    (
        "synthesis",
        &["rule", "compile", "proof", "engine", "event"],
    ),
    (
        "lint",
        // And the verdicts of the card, which are proofs: nothing is proven twice.
        &["rule", "collection", "compile", "card", "error"],
    ),
];

#[test]
fn imports_follow_the_table() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for file in files(&src, ".rs") {
        let relative = file.strip_prefix(&src).expect("a file of src");
        let module = module_of(relative);
        if module == "lib" {
            continue;
        }
        let Some((_, allowed)) = ALLOWED.iter().find(|(name, _)| *name == module) else {
            wrong.push(format!(
                "{}: module '{module}' is not in the table",
                relative.display()
            ));
            continue;
        };
        for used in used_modules(&code_of(&read(&file)), depth_of(relative)) {
            if used != module && !allowed.contains(&used.as_str()) {
                wrong.push(format!("{}: uses '{used}'", relative.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The first folder below `src`, or the file's own name.
fn module_of(relative: &Path) -> String {
    let first = relative.components().next().expect("a path with a name");
    Path::new(first.as_os_str())
        .with_extension("")
        .to_string_lossy()
        .into_owned()
}

/// How many modules the file's code stands in: so many times `super` is the crate root.
fn depth_of(relative: &Path) -> usize {
    let folders = relative.components().count() - 1;
    folders + usize::from(!relative.ends_with("mod.rs"))
}

/// The modules of the crate root that the code names, by `crate::x`, `crate::{x, y}` or a chain of `super`.
fn used_modules(code: &str, depth: usize) -> BTreeSet<String> {
    let root = format!("{}::", vec!["super"; depth].join("::"));
    ["crate::", &root]
        .iter()
        .flat_map(|path| {
            code.match_indices(path)
                // Not the tail of a longer chain or name.
                .filter(|(at, _)| {
                    !code[..*at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | ':'))
                })
                .map(|(at, path)| &code[at + path.len()..])
        })
        .flat_map(first_names)
        // A type that the root exports belongs to no layer above it; say where it comes from instead.
        .collect()
}

/// `x` of `x::y`; `x` and `z` of `{x::{y}, z}`.
fn first_names(path: &str) -> Vec<String> {
    let name = |text: &str| -> String {
        text.trim_start()
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect()
    };
    let Some(group) = path.trim_start().strip_prefix('{') else {
        return vec![name(path)];
    };
    let mut names = vec![name(group)];
    let mut open = 1;
    for (at, c) in group.char_indices() {
        match c {
            '{' => open += 1,
            '}' => open -= 1,
            ',' if open == 1 => names.push(name(&group[at + 1..])),
            _ => {}
        }
        if open == 0 {
            break;
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

/// The source without comments, literals and test modules. Test modules come last in a file.
fn code_of(source: &str) -> String {
    let blanked = without_comments_and_literals(source);
    let end = blanked.find("#[cfg(test)]\nmod ").unwrap_or(blanked.len());
    blanked[..end].to_owned()
}

fn without_comments_and_literals(source: &str) -> String {
    let mut code = String::new();
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        let skipped = skipped(rest, &code);
        if skipped == 0 {
            code.push(c);
            rest = &rest[c.len_utf8()..];
        } else {
            code.push(' ');
            rest = &rest[skipped..];
        }
    }
    code
}

/// The length of the comment or literal at the start of `rest`, if there is one. Block comments are not nested here.
fn skipped(rest: &str, before: &str) -> usize {
    let until = |start: usize, end: &str| {
        rest[start..]
            .find(end)
            .map_or(rest.len(), |at| start + at + end.len())
    };
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return until(2, "*/");
    }
    let in_a_name = before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
    if !in_a_name {
        let hashes = rest
            .strip_prefix('r')
            .map_or(0, |raw| raw.bytes().take_while(|&b| b == b'#').count());
        if rest.starts_with('r') && rest[1 + hashes..].starts_with('"') {
            return until(2 + hashes, &format!("\"{}", "#".repeat(hashes)));
        }
    }
    if rest.starts_with('"') {
        let mut escaped = false;
        for (at, c) in rest.char_indices().skip(1) {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => return at + 1,
                _ => {}
            }
        }
        return rest.len();
    }
    // `'"'` and its like would otherwise open a string; a lifetime has no second quote there.
    for char_literal in ["'\"'", "'\\\"'", "'\\''", "'/'"] {
        if rest.starts_with(char_literal) {
            return char_literal.len();
        }
    }
    0
}

#[test]
fn imports_are_found() {
    let code = code_of(
        "//! [`crate::a`]\nuse crate::b::{c, d};\nuse crate::{e::{f, g}, h};\nfn x() { crate::i::j(\"crate::k\") }\n\
         /* crate::l */ pub(in crate::m) use super::super::n::o; let c = '\"'; $crate::p!(); r#\"crate::q\"#;\n\
         use super::r;\n#[cfg(test)]\nmod tests { use crate::s; }",
    );
    let used: Vec<String> = used_modules(&code, 2).into_iter().collect();
    assert_eq!(used, ["b", "e", "h", "i", "m", "n", "p"]);
}
