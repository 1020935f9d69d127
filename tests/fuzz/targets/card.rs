//! Pages about any rules that load: no text of a rule becomes markup, in HTML or in Markdown.

use sigmatic::card::{Corpus, Site};
use sigmatic::{Collection, Settings};

use super::sets::build;
use crate::card::markup::{check, check_markdown};

pub(super) fn run(text: &str) {
    let loader = Collection::loader().lenient(true);
    let loaded = loader.text("</dd><script>.yml", text).load();
    let rules = build(&loaded, &Settings::default());
    if rules.is_empty() {
        return;
    }
    let corpus = Corpus::new(&rules);
    let site = Site::new(&corpus);
    for page in (0..site.len()).map_while(|index| site.page(index)) {
        check(&page.path, &page.html, page.path == "index.html");
    }
    for card in (0..corpus.len()).map_while(|index| corpus.card(index)) {
        check("a card by itself", &card.to_html(), false);
        check_markdown(&card.to_markdown());
        serde_json::to_string(&card).expect("a card is data");
    }
}
