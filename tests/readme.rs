//! The tables of `src/docs/spec.md` and `README.md` say what the case files show, and no supported requirement is
//! without a case or a test. Rewritten with `UPDATE=1 cargo test readme`.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{env, fs, io};

const SPEC: &str = "src/docs/spec.md";
const README: &str = "README.md";
const CASES: &str = "tests/data/cases";
const CHAPTERS_BEGIN: &str = "<!-- chapters: written by `UPDATE=1 cargo test readme` -->\n";
const CHAPTERS_END: &str = "<!-- end of chapters -->\n";

/// By requirement, the cases that show it, each with its file.
type Shown = BTreeMap<String, BTreeSet<(String, String)>>;

#[test]
fn tables_tell_what_the_cases_show() -> io::Result<()> {
    let shown = shown_by_cases()?;
    let spec = read(SPEC)?;
    let new_spec: String = spec
        .split_inclusive('\n')
        .map(|line| filled(line, &shown))
        .collect();
    let readme = read(README)?;
    let (head, rest) = readme
        .split_once(CHAPTERS_BEGIN)
        .expect("README.md has the place of the table");
    let (_, tail) = rest
        .split_once(CHAPTERS_END)
        .expect("README.md has the end of the table");
    let table = chapters(&new_spec, &shown);
    let new_readme = format!("{head}{CHAPTERS_BEGIN}\n{table}\n{CHAPTERS_END}{tail}");
    if env::var_os("UPDATE").is_some() {
        fs::write(path(SPEC), new_spec)?;
        fs::write(path(README), new_readme)?;
        return Ok(());
    }
    for (file, is, should) in [(SPEC, spec, new_spec), (README, readme, new_readme)] {
        let differs = is
            .lines()
            .zip(should.lines())
            .find(|(is, should)| is != should);
        assert!(
            is == should,
            "{file} is not up to date (UPDATE=1 cargo test readme): {differs:#?}"
        );
    }
    Ok(())
}

#[test]
fn every_supported_requirement_is_shown() -> io::Result<()> {
    let shown = shown_by_cases()?;
    let mut supported = false;
    let mut missing = Vec::new();
    for line in read(SPEC)?.lines() {
        if let Some(chapter) = line.strip_prefix("# ") {
            supported = chapter.ends_with(" — supported");
        }
        let Some((number, _, by)) = row(line) else {
            continue;
        };
        let tests = by
            .split('`')
            .skip(1)
            .step_by(2)
            .filter(|name| name.starts_with("tests/"));
        missing.extend(
            tests
                .filter(|test| !path(test).exists())
                .map(|test| format!("{number}: no {test}")),
        );
        if supported && by.is_empty() && !shown.contains_key(number) {
            missing.push(number.to_owned());
        }
    }
    assert!(
        missing.is_empty(),
        "requirements without a case in {CASES} or a named test: {missing:?}"
    );
    Ok(())
}

#[test]
fn cases_name_known_requirements() -> io::Result<()> {
    let spec = read(SPEC)?;
    let known: BTreeSet<&str> = spec
        .lines()
        .filter_map(row)
        .map(|(number, ..)| number)
        .collect();
    let shown = shown_by_cases()?;
    let unknown: Vec<_> = shown
        .iter()
        .filter(|(number, _)| !known.contains(number.as_str()))
        .collect();
    assert!(
        unknown.is_empty(),
        "requirements that {SPEC} does not list: {unknown:?}"
    );
    Ok(())
}

/// A row of a requirement: number, text, what shows it.
fn row(line: &str) -> Option<(&str, &str, &str)> {
    let mut cells = line
        .strip_prefix("| S-")?
        .trim_end()
        .trim_end_matches('|')
        .split(" | ");
    let number = cells.next()?;
    let start = line.find("S-")?;
    let number = &line[start..start + 2 + number.len()];
    Some((
        number,
        cells.next()?,
        cells.next().unwrap_or_default().trim(),
    ))
}

/// The line, and if it is a requirement's with cases, with the files of these.
fn filled(line: &str, shown: &Shown) -> String {
    match row(line) {
        Some((number, text, _)) if shown.contains_key(number) => {
            format!("| {number} | {text} | {} |\n", files(&shown[number]))
        }
        _ => line.to_owned(),
    }
}

/// The files of cases, those with the most first; many are cut to a few.
fn files<'a>(cases: impl IntoIterator<Item = &'a (String, String)>) -> String {
    const LISTED: usize = 4;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (file, _) in cases {
        *counts.entry(file).or_default() += 1;
    }
    let mut files: Vec<(&str, usize)> = counts.into_iter().collect();
    files.sort_by_key(|&(_, count)| Reverse(count));
    let more = files.len().saturating_sub(LISTED);
    let listed: Vec<&str> = files
        .into_iter()
        .take(LISTED)
        .map(|(file, _)| file)
        .collect();
    match more {
        0 => listed.join(", "),
        more => format!("{} and {more} more", listed.join(", ")),
    }
}

/// The table of README.md: each chapter with its number of cases and its files.
fn chapters(spec: &str, shown: &Shown) -> String {
    let mut table = String::from("| chapter | status | cases | case files |\n|---|---|---:|---|\n");
    for chapter in spec.split("\n# Chapter ").skip(1) {
        let (title, body) = chapter.split_once('\n').unwrap_or((chapter, ""));
        let (title, status) = title.split_once(" — ").unwrap_or((title, ""));
        let numbers = body.lines().filter_map(row).map(|(number, ..)| number);
        let cases: BTreeSet<_> = numbers
            .filter_map(|number| shown.get(number))
            .flatten()
            .collect();
        let (title, count) = (title.replace(": ", ". "), cases.len());
        table += &format!("| {title} | {status} | {count} | {} |\n", files(cases));
    }
    table
}

fn shown_by_cases() -> io::Result<Shown> {
    let mut shown = Shown::new();
    for entry in fs::read_dir(path(CASES))? {
        let file = entry?.path();
        if file.extension().is_none_or(|extension| extension != "yml") {
            continue;
        }
        let name = file
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned())
            .unwrap_or_default();
        let cases: Vec<serde_yaml::Value> = serde_yaml::from_str(&fs::read_to_string(&file)?)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        for case in &cases {
            let title = case["name"].as_str().unwrap_or_default();
            for number in case["spec"].as_sequence().into_iter().flatten() {
                let number = number
                    .as_str()
                    .unwrap_or_else(|| panic!("{name}: {title}: 'spec' holds texts"));
                shown
                    .entry(number.to_owned())
                    .or_default()
                    .insert((name.clone(), title.to_owned()));
            }
        }
    }
    Ok(shown)
}

fn read(file: &str) -> io::Result<String> {
    fs::read_to_string(path(file))
}

fn path(file: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(file)
}
