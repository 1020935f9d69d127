//! Pages that no rule can break: every tag, attribute and link of every page is one of ours, and every link leads somewhere.

use std::collections::BTreeSet;

use sigmatic::card::{Corpus, Page, Site};
use sigmatic::{Collection, RuleSet};

use super::manifest;
use super::markup::{check, check_markdown, tags};
use crate::shared::read;

fn hostile() -> Corpus {
    let loader = Collection::loader()
        .text("psexec.yml", read(&manifest("examples/data/psexec.yml")))
        .text(
            "around-psexec.yml",
            read(&manifest("tests/data/card/around-psexec.yml")),
        )
        .text(
            "</dd><script>.yml",
            read(&manifest("tests/data/card/hostile.yml")),
        );
    let loaded = loader.load();
    assert_eq!(loaded.errors().count(), 0, "{:?}", loaded.problems());
    let rules = RuleSet::builder()
        .collection(&loaded)
        .build()
        .expect("rules compile");
    assert!(
        rules.rules().any(|rule| rule.title().contains("<script>")),
        "{:?}",
        rules.problems()
    );
    Corpus::new(&rules)
}

fn pages(corpus: &Corpus) -> Vec<Page> {
    let site = Site::new(corpus);
    (0..site.len())
        .map(|index| site.page(index).expect("as many as it says"))
        .collect()
}

#[test]
fn hostile_rules_stay_text() {
    let corpus = hostile();
    for page in pages(&corpus) {
        check(&page.path, &page.html, page.path == "index.html");
    }
    for index in 0..corpus.len() {
        let html = corpus.card(index).expect("there is such a rule").to_html();
        check("a card by itself", &html, false);
        assert!(
            !html.contains("href=\"../"),
            "a card by itself has no other page"
        );
    }
}

#[test]
fn links_lead_somewhere() {
    let pages = pages(&hostile());
    let paths: BTreeSet<&str> = pages.iter().map(|page| page.path.as_str()).collect();
    assert_eq!(paths.len(), pages.len(), "paths are distinct");
    let mut local = 0;
    for page in &pages {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-./".contains(c);
        assert!(
            page.path.chars().all(plain) && !page.path.contains(".."),
            "{}",
            page.path
        );
        for href in tags(&page.html)
            .iter()
            .filter_map(|tag| tag.attributes.get("href"))
        {
            if href.to_ascii_lowercase().starts_with("http") {
                continue;
            }
            let target = match href.strip_prefix("../") {
                Some(target) => {
                    assert!(page.path.contains('/'), "{}: {href}", page.path);
                    target
                }
                None => href.as_str(),
            };
            assert!(
                paths.contains(target),
                "{}: {href} leads nowhere",
                page.path
            );
            local += 1;
        }
    }
    assert!(local > 50, "{local}");
}

#[test]
fn markdown_keeps_texts_as_text() {
    let corpus = hostile();
    let index = (0..corpus.len()).last().expect("there are rules");
    let text = corpus
        .card(index)
        .expect("there is such a rule")
        .to_markdown();
    check_markdown(&text);
    assert!(
        !text.contains('\u{202e}') && text.contains("\\u{202e}"),
        "hidden characters are shown"
    );
}
