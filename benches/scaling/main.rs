//! Work against size: `.ci/scaling` runs each case under callgrind with an input of size n and one of 2n, and fails where
//! the second takes more than 2.2 times the instructions.
//!
//! `scaling` lists the cases, `scaling CASE TIMES` runs one: once small, so that what is made but once is made, then with
//! TIMES n. Counted is what happens inside [`counted_work`], which callgrind knows by its name: not the making of the
//! input. Each case checks the answer it gets, so that none measures the quick way to an error by mistake.

#![allow(
    clippy::print_stdout,
    reason = "what a program of the command line is for"
)]

mod events;
mod json;
mod readers;
mod rules;
mod stream;
mod texts;

use std::hint::black_box;
use std::time::Instant;

/// What is done to one input: everything made before, all of it to be counted.
type Work = Box<dyn FnMut()>;

/// A kind of input that grows.
struct Case {
    name: &'static str,
    /// n: large enough that what does not grow is small beside what does.
    size: usize,
    make: fn(usize) -> Work,
}

fn main() {
    let cases: Vec<Case> = [
        texts::cases(),
        rules::cases(),
        events::cases(),
        json::cases(),
        stream::cases(),
        readers::cases(),
    ]
    .into_iter()
    .flatten()
    .collect();
    let argument = std::env::args().nth(1).filter(|it| it != "--bench");
    match argument.as_deref() {
        None => cases.iter().for_each(|case| println!("{}", case.name)),
        // Seconds instead of instructions, for choosing sizes: `scaling time PART TIMES`.
        Some("time") => cases.iter().for_each(time),
        Some(name) => {
            let case = cases.iter().find(|case| case.name == name);
            let case = case.unwrap_or_else(|| panic!("no case is called '{name}'"));
            let times = std::env::args()
                .nth(2)
                .map_or(1, |times| times.parse().expect("a number"));
            (case.make)(case.size / 8 + 1)();
            counted_work(&mut *(case.make)(times * case.size));
        }
    }
}

/// What callgrind counts.
#[inline(never)]
fn counted_work(work: &mut dyn FnMut()) {
    work();
    black_box(());
}

fn time(case: &Case) {
    if std::env::args()
        .nth(2)
        .is_some_and(|part| !case.name.contains(&part))
    {
        return;
    }
    let times = std::env::args()
        .nth(3)
        .map_or(1, |times| times.parse().expect("a number"));
    let size = case.size * times;
    (case.make)(case.size / 8 + 1)();
    let [once, twice] = [size, 2 * size].map(|size| {
        let mut work = (case.make)(size);
        let start = Instant::now();
        work();
        start.elapsed().as_secs_f64() * 1e3
    });
    println!(
        "{:<40} {once:9.2} ms {twice:9.2} ms {:5.2}",
        case.name,
        twice / once
    );
}

/// The pieces `piece(0)` to `piece(count - 1)` in a row.
fn repeated(count: usize, piece: impl Fn(usize) -> String) -> String {
    (0..count).map(piece).collect()
}

/// The same, with something between each two.
fn joined(count: usize, between: &str, piece: impl Fn(usize) -> String) -> String {
    (0..count).map(piece).collect::<Vec<_>>().join(between)
}

/// A rule whose detection section is this, each line of it with two blanks before.
fn rule(detection: &str) -> String {
    named_rule("rule", detection)
}

fn named_rule(name: &str, detection: &str) -> String {
    let mut text =
        format!("title: {name}\nname: {name}\nlogsource: {{ category: test }}\ndetection:\n");
    for line in detection.lines() {
        text += "  ";
        text += line;
        text.push('\n');
    }
    text
}
