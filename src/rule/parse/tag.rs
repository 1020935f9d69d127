//! The list `tags` (S-052), and what the namespaces hold (S-055).

use std::collections::HashSet;

use crate::error::{RuleDetail, nearest};
use crate::rule::parse::metadata::Fields;
use crate::syntax::Node;

impl<'n> Fields<'n, '_, '_> {
    /// The tags as written; none of them if one is wrong.
    pub(super) fn tags(&mut self) -> Vec<String> {
        let items = self.list("tags").unwrap_or_default();
        let mut seen = HashSet::new();
        let tags: Vec<Option<String>> =
            items.iter().map(|item| self.tag(item, &mut seen)).collect();
        tags.into_iter().collect::<Option<_>>().unwrap_or_default()
    }

    fn tag(&mut self, item: &'n Node, seen: &mut HashSet<&'n str>) -> Option<String> {
        let Some(text) = item.as_str() else {
            self.reader.metadata_error(
                RuleDetail::ItemType {
                    key: "tags",
                    found: item.kind_name(),
                },
                item,
            );
            return None;
        };
        let tag = text.to_owned();
        let Some((namespace, name)) = text.split_once('.') else {
            self.reader
                .metadata_error(RuleDetail::TagWithoutDot { tag }, item);
            return None;
        };
        self.check_item("tags", text, item, seen.insert(text), 0);
        let detail = match oddity(namespace, name) {
            None => return Some(tag),
            Some(Oddity::Form) => RuleDetail::TagForm { tag: tag.clone() },
            Some(Oddity::Namespace { nearest }) => RuleDetail::TagNamespace {
                tag: tag.clone(),
                nearest,
            },
            Some(Oddity::Name { expected }) => RuleDetail::TagName {
                tag: tag.clone(),
                expected,
            },
        };
        self.reader.warning(detail, item);
        Some(tag)
    }
}

/// What is odd about a tag.
#[derive(Debug, PartialEq, Eq)]
enum Oddity {
    Form,
    Namespace { nearest: Option<&'static str> },
    Name { expected: &'static str },
}

/// Looks at a tag that has a dot.
fn oddity(namespace: &str, name: &str) -> Option<Oddity> {
    if !is_form(namespace, name) {
        return Some(Oddity::Form);
    }
    let Some(known) = NAMESPACES.iter().find(|known| known.name == namespace) else {
        let names = NAMESPACES.iter().map(|known| known.name);
        return Some(Oddity::Namespace {
            nearest: nearest(namespace, names),
        });
    };
    (!(known.holds)(name)).then_some(Oddity::Name {
        expected: known.expected,
    })
}

/// `^[a-z0-9_-]+\.[a-z0-9._-]+$`, split at the first dot.
fn is_form(namespace: &str, name: &str) -> bool {
    let is_plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-');
    !namespace.is_empty()
        && !name.is_empty()
        && namespace.bytes().all(is_plain)
        && name.bytes().all(|byte| is_plain(byte) || byte == b'.')
}

struct Namespace {
    name: &'static str,
    holds: fn(&str) -> bool,
    expected: &'static str,
}

fn is_attack(name: &str) -> bool {
    let numbered = |prefix: &str| {
        name.strip_prefix(prefix)
            .is_some_and(|rest| is_number(rest, 4))
    };
    ["t", "g", "s", "ds", "m", "a"].into_iter().any(numbered)
        || is_sub_technique(name)
        || TACTICS.contains(&name)
}

/// `t1059.001`.
fn is_sub_technique(name: &str) -> bool {
    let parts = name.strip_prefix('t').and_then(|rest| rest.split_once('.'));
    parts.is_some_and(|(technique, sub)| is_number(technique, 4) && is_number(sub, 3))
}

/// `2016-04-005`.
fn is_car(name: &str) -> bool {
    let mut parts = name.split('-');
    let mut next = |digits| parts.next().is_some_and(|part| is_number(part, digits));
    next(4) && next(2) && next(3) && parts.next().is_none()
}

/// `2021-44228`.
fn is_cve(name: &str) -> bool {
    name.split_once('-').is_some_and(|(year, number)| {
        is_number(year, 4) && number.len() >= 4 && is_number(number, number.len())
    })
}

fn is_d3fend(name: &str) -> bool {
    ["d3-", "d3f-"].into_iter().any(|prefix| {
        name.strip_prefix(prefix)
            .is_some_and(|rest| !rest.is_empty())
    }) || [
        "model", "harden", "detect", "isolate", "deceive", "evict", "restore",
    ]
    .contains(&name)
}

/// `[1-5][auk]?`.
fn is_summiting(name: &str) -> bool {
    matches!(
        name.as_bytes(),
        [b'1'..=b'5'] | [b'1'..=b'5', b'a' | b'u' | b'k']
    )
}

fn is_number(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// ATT&CK's tactics, of all its versions that SigmaHQ's rules carry.
const TACTICS: [&str; 16] = [
    "reconnaissance",
    "resource-development",
    "initial-access",
    "execution",
    "persistence",
    "privilege-escalation",
    "defense-evasion",
    "defense-impairment",
    "stealth",
    "credential-access",
    "discovery",
    "lateral-movement",
    "collection",
    "command-and-control",
    "exfiltration",
    "impact",
];

const NAMESPACES: [Namespace; 7] = [
    Namespace {
        name: "attack",
        holds: is_attack,
        expected: "a tactic such as 'initial-access' or an id such as 't1059.001'",
    },
    Namespace {
        name: "car",
        holds: is_car,
        expected: "an id such as '2016-04-005'",
    },
    Namespace {
        name: "cve",
        holds: is_cve,
        expected: "a number such as '2021-44228'",
    },
    Namespace {
        name: "d3fend",
        holds: is_d3fend,
        expected: "a tactic such as 'detect' or an id such as 'd3-pa'",
    },
    Namespace {
        name: "detection",
        holds: |name| ["dfir", "emerging-threats", "threat-hunting"].contains(&name),
        expected: "'dfir', 'emerging-threats' or 'threat-hunting'",
    },
    Namespace {
        name: "stp",
        holds: is_summiting,
        expected: "a level '1' to '5', and 'a', 'u' or 'k'",
    },
    Namespace {
        name: "tlp",
        holds: |name| ["red", "amber", "amber-strict", "green", "clear"].contains(&name),
        expected: "'red', 'amber', 'amber-strict', 'green' or 'clear'",
    },
];
