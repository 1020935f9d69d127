//! Kinds of patterns against long values: one rule a pattern, so that the number of matches says which were found.

use std::net::Ipv4Addr;

use criterion::{Criterion, Throughput};
use regex::Regex;
use serde_json::{Value, json};

use crate::generate::Dice;
use crate::work::{Work, bench, build};

/// How to make patterns of one kind, and values for them.
struct Kind {
    name: &'static str,
    needle: fn(&mut Dice) -> Needle,
    /// One part of a value; parts are joined by spaces, or make a list.
    part: fn(&mut Dice) -> String,
    is_list: bool,
}

struct Needle {
    modifier: &'static str,
    value: String,
    /// A part that the pattern finds.
    plant: String,
    /// The plain answer.
    holds: Box<dyn Fn(&str) -> bool>,
}

pub(crate) fn define(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("patterns");
    let text = |name, needle| Kind {
        name,
        needle,
        part: Dice::word,
        is_list: false,
    };
    let kinds = [
        text("contains", contains),
        text("endswith", ends_with),
        text("wildcard", wildcard),
        text("regex", regex),
        Kind {
            name: "cidr",
            needle: network,
            part: address,
            is_list: true,
        },
    ];
    for kind in &kinds {
        for count in [1, 100] {
            let id = format!("{}/{count}", kind.name);
            let rate = Throughput::Bytes((VALUES * VALUE_BYTES) as u64);
            bench(&mut group, &id, rate, || kind.work(count));
        }
    }
    group.finish();
}

impl Kind {
    fn work(&self, count: usize) -> Work {
        let mut dice = Dice(0x2545_F491_4F6C_DD1D);
        let needles: Vec<Needle> = (0..count).map(|_| (self.needle)(&mut dice)).collect();
        let values: Vec<String> = (0..VALUES)
            .map(|number| {
                // Every other value ends in what one of the patterns finds.
                let planted = (number % 2 == 0).then(|| &needles[number * 7 % count].plant);
                self.value(&mut dice, planted)
            })
            .collect();
        let found = |value: &String| needles.iter().filter(|it| (it.holds)(value)).count();
        let expected: usize = values.iter().map(found).sum();
        assert!(expected >= VALUES / 2, "what was planted is found");
        let events = values.iter().map(|value| self.event(value)).collect();
        Work::new(build(&yaml(&needles), true), events, expected)
    }

    fn value(&self, dice: &mut Dice, planted: Option<&String>) -> String {
        let mut value = (self.part)(dice);
        while value.len() < VALUE_BYTES {
            value.push(' ');
            value.push_str(&(self.part)(dice));
        }
        if let Some(plant) = planted {
            value.push(' ');
            value.push_str(plant);
        }
        value
    }

    fn event(&self, value: &str) -> Value {
        if self.is_list {
            json!({ "F": value.split(' ').collect::<Vec<_>>() })
        } else {
            json!({ "F": value })
        }
    }
}

fn yaml(needles: &[Needle]) -> String {
    let texts: Vec<String> = needles
        .iter()
        .map(
            |Needle {
                 modifier, value, ..
             }| {
                format!(
                    "title: Pattern\nlogsource: {{ category: test }}\ndetection:\n  s:\n    \
                 F{modifier}: '{value}'\n  condition: s\n"
                )
            },
        )
        .collect();
    texts.join("---\n")
}

fn contains(dice: &mut Dice) -> Needle {
    let word = dice.word() + &dice.word();
    Needle {
        modifier: "|contains",
        value: word.clone(),
        plant: word.clone(),
        holds: Box::new(move |text| text.contains(&word)),
    }
}

fn ends_with(dice: &mut Dice) -> Needle {
    let word = dice.word() + &dice.word();
    Needle {
        modifier: "|endswith",
        value: word.clone(),
        plant: word.clone(),
        holds: Box::new(move |text| text.ends_with(&word)),
    }
}

fn wildcard(dice: &mut Dice) -> Needle {
    let [first, second, third] = [dice.word(), dice.word(), dice.word()];
    let plain = Regex::new(&format!("{first}.*{second}.{third}")).expect("words and dots");
    Needle {
        modifier: "",
        value: format!("*{first}*{second}?{third}*"),
        plant: format!("{first} and {second}-{third}"),
        holds: Box::new(move |text| plain.is_match(text)),
    }
}

fn regex(dice: &mut Dice) -> Needle {
    let pattern = format!("{}[0-9]{{2,6}}(x|yz)+{}", dice.word(), dice.word());
    let plain = Regex::new(&pattern).expect("words and a fixed form");
    Needle {
        modifier: "|re",
        plant: pattern.replace("[0-9]{2,6}(x|yz)+", "0042xyz"),
        value: pattern,
        holds: Box::new(move |text| plain.is_match(text)),
    }
}

/// A network of 256 or 65,536 addresses.
fn network(dice: &mut Dice) -> Needle {
    let bits = [16, 24][dice.below(2)];
    let inside = u32::from(random_address(dice));
    let mask = u32::MAX << (32 - bits);
    let is_inside = move |address: Ipv4Addr| u32::from(address) & mask == inside & mask;
    Needle {
        modifier: "|cidr",
        value: format!("{}/{bits}", Ipv4Addr::from(inside & mask)),
        plant: Ipv4Addr::from(inside).to_string(),
        holds: Box::new(move |text| {
            let mut addresses = text.split(' ').filter_map(|part| part.parse().ok());
            addresses.any(is_inside)
        }),
    }
}

fn address(dice: &mut Dice) -> String {
    random_address(dice).to_string()
}

fn random_address(dice: &mut Dice) -> Ipv4Addr {
    let [a, b, c, _] = (dice.next() as u32).to_be_bytes();
    Ipv4Addr::new(10, a, b, c)
}

const VALUES: usize = 16;
const VALUE_BYTES: usize = 64 << 10;
