//! Values of each kind, with events' values made to meet them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::choices::Choices;
use super::text::{self, Written};
use crate::reference::Table;

/// A value as it stands in YAML.
#[derive(Clone, Debug)]
pub(crate) enum Scalar {
    Text(String),
    /// A plain scalar: number, boolean, null.
    Plain(String),
}

/// A value, and what an event may have for it.
#[derive(Clone, Debug)]
pub(crate) struct Sampled {
    pub(crate) scalar: Scalar,
    pub(crate) samples: Vec<Value>,
}

impl Sampled {
    fn text(source: impl Into<String>, samples: Vec<Value>) -> Self {
        Self {
            scalar: Scalar::Text(source.into()),
            samples,
        }
    }

    fn plain(source: impl ToString, samples: Vec<Value>) -> Self {
        Self {
            scalar: Scalar::Plain(source.to_string()),
            samples,
        }
    }
}

/// The placeholders that generated rules may use.
pub(crate) fn table() -> Table {
    [
        ("one", vec!["a"]),
        ("two", vec!["x*", r"B\*", "k"]),
        ("srv", vec!["443", "ß"]),
    ]
    .into_iter()
    .map(|(name, values)| {
        (
            name.to_owned(),
            values.into_iter().map(str::to_owned).collect(),
        )
    })
    .collect()
}

/// A string under any of `contains`, `startswith`, `endswith`, `cased`, `windash`.
pub(crate) fn string(choices: &mut Choices<'_>, modifiers: &[&str]) -> Sampled {
    let Written { source, sample } = text::written(choices, true);
    let sample = surrounded(&sample, choices, modifiers);
    let number = sample.parse::<i64>().ok().map(Value::from);
    Sampled::text(
        source,
        number.into_iter().chain([Value::from(sample)]).collect(),
    )
}

fn surrounded(sample: &str, choices: &mut Choices<'_>, modifiers: &[&str]) -> String {
    let mut surrounded = sample.to_owned();
    if modifiers
        .iter()
        .any(|m| matches!(*m, "contains" | "startswith" | ""))
    {
        surrounded += &text::text(choices, 2);
    }
    if modifiers
        .iter()
        .any(|m| matches!(*m, "contains" | "endswith" | ""))
    {
        surrounded.insert_str(0, &text::text(choices, 2));
    }
    surrounded
}

/// A string under UTF-16 and base64 in the order of the modifiers.
pub(crate) fn encoded(choices: &mut Choices<'_>, modifiers: &[&str]) -> Sampled {
    let Written { source, sample } = text::written(choices, false);
    let mut bytes = sample.into_bytes();
    for modifier in modifiers {
        let utf16 = || {
            String::from_utf8_lossy(&bytes)
                .encode_utf16()
                .collect::<Vec<_>>()
        };
        bytes = match *modifier {
            "wide" | "utf16le" => utf16().into_iter().flat_map(u16::to_le_bytes).collect(),
            "utf16be" => utf16().into_iter().flat_map(u16::to_be_bytes).collect(),
            "utf16" => [0xfeff]
                .into_iter()
                .chain(utf16())
                .flat_map(u16::to_le_bytes)
                .collect(),
            "base64" => STANDARD.encode(&bytes).into_bytes(),
            "base64offset" => {
                let before = choices.below(4);
                let after = choices.below(3);
                let whole = [&b"xyz"[..before.min(3)], &bytes, &b"qr"[..after]].concat();
                STANDARD.encode(whole).into_bytes()
            }
            _ => continue,
        };
    }
    // What is text with the mark as two bytes is text with the mark as one character to an event.
    let sample = match bytes.strip_prefix(&[0xff, 0xfe]) {
        Some(rest) => format!("\u{feff}{}", String::from_utf8_lossy(rest)),
        None => String::from_utf8_lossy(&bytes).into_owned(),
    };
    let sample = surrounded(&sample, choices, modifiers);
    Sampled::text(source, vec![Value::from(sample)])
}

const INTEGERS: &[i128] = &[
    0,
    1,
    5,
    -5,
    10,
    4624,
    9_007_199_254_740_993,
    i64::MIN as i128,
    u64::MAX as i128,
    i128::MAX,
];

pub(crate) fn number(choices: &mut Choices<'_>, _: &[&str]) -> Sampled {
    if choices.chance(25) {
        let float = choices.pick(&[1.5, 0.1, -2.25, 1e-7, 4624.5]);
        let text = format!("{float:?}").replace("e-", ".0e-");
        return Sampled::plain(
            text,
            vec![json!(float), json!(float.to_string()), json!(float + 1.0)],
        );
    }
    let integer = choices.pick(INTEGERS);
    let near = [
        integer.saturating_sub(1),
        integer,
        integer.saturating_add(1),
    ];
    // The text of a float from 10^16 on is unspecified.
    let as_float = |value: i128| {
        if value.abs() < 10_i128.pow(16) {
            json!(value as f64)
        } else {
            json!(0.5)
        }
    };
    let as_number = |value: i128| match (i64::try_from(value), u64::try_from(value)) {
        (Ok(value), _) => json!(value),
        (_, Ok(value)) => json!(value),
        _ => as_float(value),
    };
    let mut samples = vec![
        as_number(integer),
        json!(integer.to_string()),
        as_float(integer),
    ];
    samples.extend(near.map(as_number));
    samples.extend(near.map(|value| json!(value.to_string())));
    samples.extend(["", " ", "+", "0"].map(|before| json!(format!("{before}{integer}"))));
    samples.extend([".0", "e0", ".", "x", " a"].map(|after| json!(format!("{integer}{after}"))));
    Sampled::plain(integer, samples)
}

pub(crate) fn boolean(choices: &mut Choices<'_>, _: &[&str]) -> Sampled {
    let value = choices.chance(50);
    let samples = vec![
        json!(value),
        json!(value.to_string()),
        json!("TRUE"),
        json!("falſe"),
        json!(1),
        json!("yes"),
    ];
    Sampled::plain(value, samples)
}

pub(crate) fn null(_: &mut Choices<'_>, _: &[&str]) -> Sampled {
    Sampled::plain(
        "null",
        vec![
            Value::Null,
            json!([]),
            json!([[]]),
            json!(["a", null]),
            json!(""),
            json!({}),
        ],
    )
}

pub(crate) fn presence(choices: &mut Choices<'_>, _: &[&str]) -> Sampled {
    let value = choices.chance(50);
    Sampled::plain(value, vec![json!("a"), Value::Null, json!([]), json!({})])
}

const NETWORKS: &[(&str, &[&str])] = &[
    (
        "10.0.0.0/8",
        &[
            "10.1.2.3",
            "::ffff:10.1.2.3",
            "11.0.0.1",
            "10.1.2.3:80",
            "010.1.2.3",
            "10.1.2.3%a",
        ],
    ),
    ("192.168.4.0/22", &["192.168.7.255", "192.168.8.0"]),
    ("10.0.0.1", &["10.0.0.1", "10.0.0.2"]),
    ("172.16.0.0/255.240.0.0", &["172.31.1.1", "172.32.1.1"]),
    ("0.0.0.0/0", &["1.2.3.4", "::1"]),
    (
        "fe80::/10",
        &["fe80::1", "FEBF::1%eth0", "fec0::1", "[fe80::1]"],
    ),
    ("::/0", &["::1", "10.0.0.1"]),
    ("::ffff:0:0/96", &["::ffff:1.2.3.4", "1.2.3.4"]),
    ("10.0.0.1/8", &["10.0.0.1"]),
    ("10.*", &["10.0.0.1"]),
];

pub(crate) fn network(choices: &mut Choices<'_>, _: &[&str]) -> Sampled {
    let (network, samples) = choices.pick(NETWORKS);
    Sampled::text(
        network,
        samples.iter().map(|sample| json!(sample)).collect(),
    )
}

/// Timestamps, and for each modifier the number that is right for them.
const TIMES: &[(&str, [(&str, i64); 6])] = &[
    (
        "\"2024-07-10T14:30:05Z\"",
        [
            ("minute", 30),
            ("hour", 14),
            ("day", 10),
            ("week", 28),
            ("month", 7),
            ("year", 2024),
        ],
    ),
    (
        "1720621805",
        [
            ("minute", 30),
            ("hour", 14),
            ("day", 10),
            ("week", 28),
            ("month", 7),
            ("year", 2024),
        ],
    ),
    (
        "\"2024-12-30 23:59:59.5+02:00\"",
        [
            ("minute", 59),
            ("hour", 23),
            ("day", 30),
            ("week", 1),
            ("month", 12),
            ("year", 2024),
        ],
    ),
    (
        "\"2021-01-01\"",
        [
            ("minute", 0),
            ("hour", 0),
            ("day", 1),
            ("week", 53),
            ("month", 1),
            ("year", 2021),
        ],
    ),
    (
        "-1",
        [
            ("minute", 59),
            ("hour", 23),
            ("day", 31),
            ("week", 1),
            ("month", 12),
            ("year", 1969),
        ],
    ),
    (
        "1709210096000",
        [
            ("minute", 34),
            ("hour", 12),
            ("day", 29),
            ("week", 9),
            ("month", 2),
            ("year", 2024),
        ],
    ),
];

pub(crate) fn time(choices: &mut Choices<'_>, modifiers: &[&str]) -> Sampled {
    let (source, parts) = choices.pick(TIMES);
    let part = parts.iter().find(|(name, _)| modifiers.contains(name));
    let value = part.map_or(1, |(_, value)| *value) + choices.pick(&[0, 0, 0, 1, -1]);
    let sample = serde_json::from_str(source).expect("the table is JSON");
    Sampled::plain(value, vec![sample])
}

/// Pieces of patterns with a text each.
const FRAGMENTS: &[(&str, &str)] = &[
    ("a", "a"),
    ("a+", "aaa"),
    ("[ab]", "b"),
    (r"\d", "7"),
    (r"\w+", "k1"),
    (r"\s", " "),
    ("(?:ab|c)", "c"),
    (".", "x"),
    ("a{2}", "aa"),
    (r"\.", "."),
    ("(?i:k)", "\u{212a}"),
    ("ß", "ß"),
    ("[^a]", "b"),
    (r"\b", ""),
    (r"\B", ""),
    ("^", ""),
    ("$", ""),
    ("x?", "x"),
    ("[a&&b]", "&"),
    ("é*?", "é"),
    (r"\x41", "A"),
    ("[[:alpha:]]", "q"),
    (r"\pL", "Ж"),
    ("{", "{"),
    ("(?:a|bb|)", "bb"),
    (r"\Q*\E", "*"),
    ("K", "k"),
    (r"\W", "é"),
    ("(a|(?P<n>b))", "b"),
    (".*", "ab\ncd"),
    (r"\\", r"\"),
    ("σ", "ς"),
    ("%one%", "a"),
    (r"\A", ""),
    (r"\z", ""),
    ("powershell", "powershell"),
    ("(?:https?|ftp)://", "https://"),
    ("(?i)", ""),
    ("]", "]"),
    ("a{1,3}", "a"),
    ("\n", "\n"),
    (r"\D", "٣"),
    ("😀", "😀"),
    ("[^\\d\\s-]", "x"),
];

/// Pieces that make a pattern an error, mostly.
const UNSUPPORTED: &[&str] = &[
    "(?=a)",
    "a++",
    "[",
    "(",
    ")",
    r"\1",
    "(?<!b)",
    "(?>a)",
    r"\Z",
    "*",
    "a{2,1}",
    "(?x)",
    r"\u0041",
    "[[:foo:]]",
    r"\",
];

pub(crate) fn regex(choices: &mut Choices<'_>, modifiers: &[&str]) -> Sampled {
    let mut pattern = String::new();
    let mut sample = String::new();
    for _ in 0..=choices.below(4) {
        let (fragment, text) = choices.pick(FRAGMENTS);
        pattern.push_str(fragment);
        sample.push_str(text);
    }
    if choices.chance(3) {
        pattern.push_str(choices.pick(UNSUPPORTED));
    }
    // The test is a search, unless anchored.
    let sample = surrounded(&sample, choices, &[modifiers, &[""]].concat());
    Sampled::text(pattern, vec![Value::from(sample)])
}

const PLACEHOLDERS: &[(&str, &str)] = &[
    ("%one%", "a"),
    ("%two%", "xyz"),
    ("%two%", "b*"),
    ("%srv%", "443"),
    (r"\%one\%", "%one%"),
    ("%", "%"),
    ("%%one%", "%a"),
    (r"\\%one%", r"\a"),
    ("%one", "%one"),
    ("b", "B"),
    ("-", "/"),
];

pub(crate) fn expanded(choices: &mut Choices<'_>, modifiers: &[&str]) -> Sampled {
    let mut source = String::new();
    let mut sample = String::new();
    for _ in 0..=choices.below(3) {
        let (piece, text) = choices.pick(PLACEHOLDERS);
        source.push_str(piece);
        sample.push_str(text);
    }
    if choices.chance(3) {
        source.push_str("%none%");
    }
    let sample = surrounded(&sample, choices, modifiers);
    Sampled::text(source, vec![Value::from(sample)])
}

/// Any value at all, to be put under any modifiers at all.
pub(crate) fn any(choices: &mut Choices<'_>, modifiers: &[&str]) -> Sampled {
    let kinds = [
        string, encoded, number, boolean, null, network, time, regex, expanded,
    ];
    let kind = choices.pick(&kinds);
    kind(choices, modifiers)
}
