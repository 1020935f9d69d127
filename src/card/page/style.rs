//! What all pages share: head, style, foot.

use crate::card::attack;
use crate::card::page::Html;

/// A whole page around a body.
pub(in crate::card) fn document(title: &str, body: impl FnOnce(&mut Html)) -> String {
    let mut html = Html::default();
    html.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .raw("<meta name=\"color-scheme\" content=\"light dark\">\n<title>")
        .text(title)
        .raw("</title>\n<style>\n")
        .raw(STYLE)
        .raw("</style>\n</head>\n<body>\n");
    body(&mut html);
    html.raw("</body>\n</html>\n");
    html.finish()
}

/// The notice that ATT&CK's terms of use ask for.
pub(in crate::card) fn footer(html: &mut Html) {
    html.raw("<footer><p>")
        .text(attack::version())
        .raw(". ")
        .text(attack::NOTICE)
        .raw(" Rules belong to their authors, under the licences that their collections state.</p></footer>\n");
}

const STYLE: &str = include_str!("style.css");
