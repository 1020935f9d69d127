//! Tables from `tests/data/regex`, and properties.

use proptest::prelude::*;

use super::*;

/// `flags`: `i`, `m`, `s`; `^` and `$` anchor.
fn options(flags: &str) -> RegexOptions {
    RegexOptions {
        max_nesting: usize::MAX,
        ignore_case: flags.contains('i'),
        multi_line: flags.contains('m'),
        dot_all: flags.contains('s'),
        anchor_start: flags.contains('^'),
        anchor_end: flags.contains('$'),
        max_pattern_bytes: 32 << 10,
        max_memory: 10 << 20,
    }
}

fn regex(pattern: &str, flags: &str) -> Regex {
    Regex::new(pattern, &options(flags)).unwrap_or_else(|error| panic!("{pattern:?}: {error}"))
}

fn error(pattern: &str) -> RegexError {
    Regex::new(pattern, &options("")).expect_err(pattern)
}

/// The lines of a table, comments left out, split at tabs.
fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table
        .lines()
        .filter(|line| !line.starts_with("# "))
        .map(|line| line.split('\t').collect())
}

/// The texts of a cell: `"a" "b\n"`. JSON's strings are Rust's but for `\u{…}`.
fn texts(cell: Option<&&str>) -> Vec<String> {
    let mut pieces = cell.copied().unwrap_or_default().split(r"\u{");
    let mut json = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (digits, rest) = piece.split_once('}').expect("a brace is closed");
        json.push_str(&format!(r"\u{digits:0>4}{rest}"));
    }
    serde_json::Deserializer::from_str(&json)
        .into_iter()
        .map(|text| text.unwrap_or_else(|error| panic!("{json}: {error}")))
        .collect()
}

#[test]
fn matches_as_re2_does() {
    for row in rows(include_str!("../../../tests/data/regex/match.txt")) {
        let [pattern, flags, ref cells @ ..] = row[..] else {
            panic!("{row:?}");
        };
        let regex = regex(pattern, flags);
        let mut cache = regex.cache();
        for (cell, expected) in [true, false].into_iter().enumerate() {
            for text in texts(cells.get(cell)) {
                assert_eq!(
                    regex.is_match(&mut cache, &text),
                    expected,
                    "{pattern} on {text:?}"
                );
                assert_eq!(
                    regex.is_match_pooled(&text),
                    expected,
                    "{pattern} on {text:?}"
                );
                assert_eq!(
                    regex.find(&text).is_some(),
                    expected,
                    "{pattern} on {text:?}"
                );
            }
        }
    }
}

#[test]
fn rejects_by_name() {
    for row in rows(include_str!("../../../tests/data/regex/reject.txt")) {
        assert_eq!(error(row[0]).to_string(), row[1], "{}", row[0]);
    }
}

#[test]
fn errors_point_at_the_culprit() {
    for (pattern, offset) in [
        ("é(?=a)", 2),
        ("ab\\Z", 2),
        ("(a(b)", 0),
        ("ab(c", 2),
        ("[a][b-a]", 4),
        ("aa++", 2),
    ] {
        assert_eq!(error(pattern).offset(), Some(offset), "{pattern}");
    }
}

#[test]
fn messages_are_short_and_of_one_line() {
    let message = error(&format!("[\n{}", "a".repeat(1000))).to_string();
    assert!(message.len() < 200 && !message.contains('\n'), "{message}");
}

#[test]
fn the_empty_pattern_matches_everything() {
    assert!(regex("", "").is_match_pooled(""));
    assert!(regex("", "").is_match_pooled("\n"));
}

/// RE2 finds this empty match between the two bytes of 'é'. To us a text is a sequence of characters.
#[test]
fn empty_matches_lie_between_characters() {
    assert_eq!(regex(r"\B", "").find("aéa"), None);
    assert_eq!(regex(r"\B", "").find("aéé"), Some(3..3));
}

#[test]
fn finds_the_leftmost_match() {
    assert_eq!(regex("b+", "").find("abbcb"), Some(1..3));
    assert_eq!(regex("b+?", "").find("abbcb"), Some(1..2));
    assert_eq!(regex("(?U)b+", "").find("abbcb"), Some(1..2));
    assert_eq!(regex("b|bb", "").find("bb"), Some(0..1));
}

#[test]
fn time_is_linear() {
    let many = "a".repeat(50_000);
    assert!(!regex("^(a+)+$", "").is_match_pooled(&format!("{many}b")));
    assert!(regex("^(a+)+$", "").is_match_pooled(&many));
    assert!(!regex("(x+x+)+y", "").is_match_pooled(&"x".repeat(50_000)));
    assert!(regex("(a?){500}a{500}", "").is_match_pooled(&"a".repeat(500)));
}

#[test]
fn repetition_is_bounded() {
    assert!(regex("^a{1000}$", "").is_match_pooled(&"a".repeat(1000)));
    assert!(regex("^((a{10}){10}){10}$", "").is_match_pooled(&"a".repeat(1000)));
    for many in ["(a{10}){101}", "((a{10}){10}){11}"] {
        assert!(error(many).to_string().contains("1000"), "{many}");
    }
    // As RE2 counts, a repetition without bound is one copy, and neighbours do not add up.
    assert!(regex("^(?:a{1000})*b{1000}$", "").is_match_pooled(&"b".repeat(1000)));
}

#[test]
fn nesting_is_bounded() {
    let nested = |levels| format!("{}a{}", "(x|".repeat(levels), ")*".repeat(levels));
    let deep = regex(&nested(64), "");
    assert!(deep.is_match_pooled("a"));
    assert_eq!(deep.required_literals(&|c| c), None);
    let stacked = format!("a{}", "(?i)*".repeat(6000));
    let groups = |levels| format!("{}a{}", "(".repeat(levels), ")".repeat(levels));
    assert!(regex(&groups(64), "").is_match_pooled("a"));
    // Groups and quantifiers count both.
    let quantified = nested(64).replace('a', "a*");
    for pattern in [
        nested(65),
        groups(65),
        quantified,
        "(".repeat(30_000),
        stacked,
    ] {
        assert!(matches!(
            error(&pattern),
            RegexError::TooLarge(Excess::Nesting { .. })
        ));
    }
}

#[test]
fn size_is_bounded() {
    let limited = |pattern: &str| {
        let options = RegexOptions {
            max_pattern_bytes: 2000,
            max_memory: 1 << 20,
            ..options("")
        };
        Regex::new(pattern, &options)
            .expect_err(pattern)
            .to_string()
    };
    assert_eq!(
        limited(&"a".repeat(2001)),
        "regular expression has 2001 bytes, but 2000 are allowed"
    );
    let too_large = "regular expression takes more than the 1048576 bytes of memory allowed";
    for pattern in [
        r"\pL{1000}",
        ".{1000}.{1000}",
        &r"(?i)\pL".repeat(200),
        &format!("[{}]", r"\PL".repeat(600)),
    ] {
        assert_eq!(limited(pattern), too_large);
    }
}

/// What is exactly as large as allowed is read.
#[test]
fn limits_are_reached() {
    let limited = |pattern: &str, max_pattern_bytes, max_memory| {
        let options = RegexOptions {
            max_pattern_bytes,
            max_memory,
            ..options("")
        };
        Regex::new(pattern, &options).is_ok()
    };
    assert!(limited("abcd", 4, 1 << 20) && !limited("abcde", 4, 1 << 20));
    // The memory of the automaton counts too, not only that of the tree.
    let pattern = r"\pL{100}";
    assert!(limited(pattern, 100, 10 << 20) && !limited(pattern, 100, 1 << 18));
    // Small parts cost little.
    assert!(limited(&r"\d".repeat(9_000), 32 << 10, 10 << 20));
}

/// Nine digits are a number, and ten are text, as to RE2.
#[test]
fn long_counts_are_text() {
    assert_eq!(
        error("a{123456789}").to_string(),
        error("a{1001}").to_string().replace("1001", "123456789")
    );
    assert!(regex("^a{1234567890}$", "").is_match_pooled("a{1234567890}"));
}

#[test]
fn ranges_may_hold_one_character() {
    assert!(regex("^[a-a]$", "").is_match_pooled("a"));
    assert!(!regex("^[a-a]$", "").is_match_pooled("-"));
}

#[test]
fn folded_literals_are_those_of_the_pattern() {
    let literals = |pattern| {
        regex(pattern, "i")
            .folded_literals()
            .map(<[String]>::to_vec)
    };
    assert_eq!(literals(r"\d+xFOObar$"), Some(vec!["xfoobar".to_owned()]));
    assert_eq!(literals(r"\d+"), None);
}

/// Texts for examples: not all alike, and each one matches.
#[test]
fn samples_match() {
    for (pattern, expected) in [
        ("a(b|c)d*", &["ab", "acd"][..]),
        ("a(bb|c)d*", &["abb", "acd"]),
        ("[a-c]{2}", &["aa", "bb", "cc"]),
        (r"x?\d", &["0", "9", "x0", "x1"]),
        ("[!-/]", &["\"", "-", ".", "/"]),
        (r"[\x{1}-\x{3}]", &["\u{1}"]),
        ("a$b", &[]),
    ] {
        let mut found = regex(pattern, "").samples();
        found.sort();
        found.dedup();
        assert_eq!(found, expected, "{pattern}");
    }
    // Long ones are given up.
    assert_eq!(regex("(?:abcdefg){1000}", "").samples(), [""; 0]);
    let longest = format!("a{{1000}}{}$", "b".repeat(3_096));
    assert_eq!(regex(&longest, "").samples().len(), 4);
}

#[test]
fn warm_searches_do_not_grow_the_cache() {
    let regex = regex(r"(?i)cmd.{0,5}(?:/c|/r).+clip(?:\.exe)?.{0,4}&&", "");
    let text = "C:\\Windows\\cmd.exe /c echo abc | clip.exe é && powershell".repeat(20);
    let mut cache = regex.cache();
    assert!(regex.is_match(&mut cache, &text));
    let warm = cache.heap_bytes();
    assert!(regex.is_match(&mut cache, &text));
    assert_eq!(cache.heap_bytes(), warm);
}

#[test]
fn flags_tell_equal_sources_apart() {
    let keys: std::collections::BTreeSet<u8> = ["", "i", "m", "s", "^", "$", "im^$"]
        .map(|flags| regex("a", flags).options_key())
        .into();
    assert_eq!(keys.len(), 7);
}

#[test]
fn shared_between_threads() {
    fn is_shared<T: Send + Sync>() {}
    is_shared::<Regex>();
    is_shared::<Cache>();
}

#[test]
fn literals_as_listed() {
    for row in rows(include_str!("../../../tests/data/regex/literals.txt")) {
        let mut found = regex(row[0], row[1]).required_literals(&lower);
        let mut expected = match row[2] {
            "-" => None,
            _ => Some(texts(row.get(2))),
        };
        found
            .iter_mut()
            .chain(&mut expected)
            .for_each(|texts| texts.sort());
        assert_eq!(found, expected, "{}", row[0]);
    }
}

/// Not simple folding, for it leaves `ſ` alone; the literals must be right under any mapping.
fn lower(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

fn pattern() -> impl Strategy<Value = String> {
    let atom = prop::sample::select(vec![
        "a",
        "b",
        "ab",
        "K",
        "s",
        "ſ",
        "é",
        "ß",
        "abc",
        "bca",
        "(?i)",
        "(?-i)",
        "(?i:cab)",
        r"\b",
        "^",
        "$",
        ".",
        "[ab]",
        "[^a]",
        "[a-c]",
        r"\w",
        r"\pL",
        r"\x{d800}",
        "",
    ])
    .prop_map(str::to_owned);
    atom.prop_recursive(4, 24, 4, |inner| {
        let quantifier = prop::sample::select(vec!["*", "+", "?", "{2}", "{1,2}", "{0}", "{2,}", "+?"]);
        prop_oneof![
            3 => prop::collection::vec(inner.clone(), 1..5).prop_map(|parts| parts.concat()),
            1 => prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| format!("(?:{})", parts.join("|"))),
            2 => (inner, quantifier).prop_map(|(part, quantifier)| format!("({part}){quantifier}")),
        ]
    })
}

fn text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a", "b", "c", "AB", "abc", "bca", "K", "k", "s", "ſ", "S", "é", "É", "ß", "ẞ", "\n", " ",
    ]);
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn every_matching_text_holds_a_required_literal(pattern in pattern(), texts in prop::collection::vec(text(), 8)) {
        let regex = regex(&pattern, "");
        for fold in [&lower as &dyn Fn(char) -> char, &|c| c] {
            let Some(literals) = regex.required_literals(fold) else {
                continue;
            };
            for text in texts.iter().filter(|text| regex.is_match_pooled(text)) {
                let folded: String = text.chars().map(fold).collect();
                prop_assert!(literals.iter().any(|literal| folded.contains(literal)), "{text:?}: {literals:?}");
            }
        }
    }

    #[test]
    fn no_pattern_panics(pattern in r"[ab()\[\]{}*+?|^$.\\:=!<>PQEpxnU&,0-9-]{0,20}", text in text()) {
        if let Ok(regex) = Regex::new(&pattern, &options("")) {
            let mut cache = regex.cache();
            prop_assert_eq!(regex.is_match(&mut cache, &text), regex.find(&text).is_some());
            regex.required_literals(&lower);
        }
    }

    #[test]
    fn a_quoted_text_matches_itself_alone(quoted in r"[^\\]{0,12}", text in text()) {
        let pattern = format!(r"^\Q{quoted}\E$");
        let matches = regex(&pattern, "").is_match_pooled(&text);
        prop_assert!(regex(&pattern, "").is_match_pooled(&quoted));
        prop_assert_eq!(matches, text == quoted);
    }
}
