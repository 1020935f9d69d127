//! Whether a page holds only the markup that we write.

use std::collections::BTreeMap;

const TAGS: &[&str] = &[
    "html", "head", "meta", "title", "style", "body", "nav", "main", "h1", "h2", "h3", "p", "ul",
    "li", "dl", "dt", "dd", "div", "table", "tr", "th", "td", "pre", "code", "span", "strong",
    "br", "a", "details", "summary", "footer", "section", "form", "input", "select", "option",
];
const ATTRIBUTES: &[&str] = &[
    "lang",
    "charset",
    "name",
    "content",
    "class",
    "title",
    "href",
    "rel",
    "role",
    "hidden",
    "type",
    "placeholder",
    "aria-label",
    "id",
    "open",
    "value",
    "data-level",
    "data-status",
    "data-source",
    "data-techniques",
];
const WITHOUT_END: &[&str] = &["meta", "br", "input"];

/// Every tag and attribute is known, quoted, and closed in its order; links are local or of the web.
pub(crate) fn check(name: &str, html: &str, may_have_script: bool) {
    let html = html.strip_prefix("<!doctype html>").expect("a page");
    let (html, script) = match html.split_once("<script>") {
        Some((before, rest)) => {
            let (script, after) = rest.split_once("</script>").expect("the script ends");
            (format!("{before}{after}"), Some(script))
        }
        None => (html.to_owned(), None),
    };
    assert_eq!(
        script.is_some(),
        may_have_script,
        "{name}: scripts are on the index only"
    );
    let mut open = Vec::new();
    for tag in tags(&html) {
        assert!(TAGS.contains(&tag.name.as_str()), "{name}: {tag:?}");
        for (attribute, value) in &tag.attributes {
            assert!(ATTRIBUTES.contains(&attribute.as_str()), "{name}: {tag:?}");
            let is_web = value.starts_with("http://")
                || value.starts_with("https://")
                || value.starts_with("HTTPS://");
            let is_local = value.ends_with(".html") && !value.contains(':');
            assert!(attribute != "href" || is_web || is_local, "{name}: {tag:?}");
        }
        if tag.is_end {
            assert_eq!(open.pop(), Some(tag.name.clone()), "{name}: {tag:?}");
        } else if !WITHOUT_END.contains(&tag.name.as_str()) {
            open.push(tag.name);
        }
    }
    assert_eq!(open, [""; 0], "{name}");
    assert!(
        !html.contains(['\u{202e}', '\0']),
        "{name}: hidden characters"
    );
}

/// Outside of code, nothing but the marks that we write: whatever has a meaning has a backslash before it.
pub(crate) fn check_markdown(text: &str) {
    let mut in_block = None;
    for line in text.lines() {
        let fence = line.len() - line.trim_start_matches('`').len();
        match in_block {
            Some(open) if fence == open && line.len() == fence => in_block = None,
            None if fence >= 3 => in_block = Some(fence),
            None => check_line(line),
            Some(_) => {}
        }
    }
    assert!(in_block.is_none(), "a code block was left open");
}

/// A line outside of code blocks.
fn check_line(line: &str) {
    let (mark, rest) = ["# ", "## ", "### ", "- ", "  - "]
        .into_iter()
        .find_map(|mark| Some((mark, line.strip_prefix(mark)?)))
        .unwrap_or(("", line));
    let is_list_item = {
        let digits = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let is_numbered = digits.len() < rest.len() && digits.starts_with(['.', ')']);
        is_numbered || rest.starts_with(['-', '+', '='])
    };
    let is_indented = rest.starts_with([' ', '\t']);
    assert!(!is_list_item && !is_indented, "a block begins: {line:?}");
    let address = rest
        .strip_prefix('<')
        .and_then(|rest| rest.strip_suffix('>'));
    let address = address.filter(|text| text.to_ascii_lowercase().starts_with("http"));
    if let Some(address) = address.filter(|_| mark == "- ") {
        let ends = |c: char| c.is_ascii_control() || matches!(c, ' ' | '<' | '>');
        assert!(!address.contains(ends), "{line:?}");
        return;
    }
    let in_table = rest.starts_with("| ") || rest.starts_with("|---");
    let bare = without_code(rest);
    let is_mark = |c: char| "`*_[]<>#!~".contains(c) || c == '|' && !in_table;
    assert!(!bare.contains(is_mark), "{line:?}");
    for (at, _) in bare.match_indices('&') {
        let name =
            bare[at + 1..].trim_start_matches(|c: char| c == '#' || c.is_ascii_alphanumeric());
        assert!(!name.starts_with(';'), "an entity: {line:?}");
    }
}

/// A line without escaped characters and code spans.
fn without_code(line: &str) -> String {
    let mut bare = String::new();
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        if c == '\\' {
            let escaped = rest[1..].chars().next().map_or(0, char::len_utf8);
            rest = &rest[1 + escaped..];
        } else if c == '`' {
            let fence = &rest[..rest.len() - rest.trim_start_matches('`').len()];
            rest = behind_code(&rest[fence.len()..], fence.len());
        } else {
            bare.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    bare
}

/// What follows the next run of just so many backticks.
fn behind_code(text: &str, fence: usize) -> &str {
    let mut rest = text;
    loop {
        let at = rest
            .find('`')
            .unwrap_or_else(|| panic!("code is left open: {text:?}"));
        rest = &rest[at..];
        let run = rest.len() - rest.trim_start_matches('`').len();
        rest = &rest[run..];
        if run == fence {
            return rest;
        }
    }
}

#[derive(Debug)]
pub(crate) struct Tag {
    name: String,
    is_end: bool,
    pub(crate) attributes: BTreeMap<String, String>,
}

/// The tags of a page, style and script left out. Panics at whatever is not as we write it.
pub(crate) fn tags(html: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        check_text(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(doctype) = rest.strip_prefix("!doctype html>") {
            rest = doctype;
            continue;
        }
        let is_end = rest.starts_with('/');
        rest = rest.trim_start_matches('/');
        let end = rest
            .find(|c: char| !c.is_ascii_alphanumeric())
            .expect("a tag ends");
        let name = rest[..end].to_owned();
        rest = &rest[end..];
        let mut attributes = BTreeMap::new();
        while let Some(after) = rest.strip_prefix(' ') {
            let end = after.find(['=', ' ', '>']).expect("an attribute ends");
            let attribute = after[..end].to_owned();
            rest = &after[end..];
            let mut value = String::new();
            if let Some(quoted) = rest.strip_prefix("=\"") {
                let end = quoted.find('"').expect("a value ends");
                value = quoted[..end].to_owned();
                check_text(&value);
                rest = &quoted[end + 1..];
            }
            attributes.insert(attribute, value);
        }
        rest = rest
            .strip_prefix('>')
            .unwrap_or_else(|| panic!("a tag ends: {name} {}", &rest[..rest.len().min(80)]));
        if !is_end && (name == "style" || name == "script") {
            let close = format!("</{name}>");
            rest = &rest[rest.find(&close).expect("it ends")..];
        }
        tags.push(Tag {
            name,
            is_end,
            attributes,
        });
    }
    tags
}

/// Text between tags and in attributes: nothing in it is markup.
fn check_text(text: &str) {
    assert!(!text.contains(['<', '>']), "{text:?}");
    for (at, _) in text.match_indices('&') {
        let known = [
            "&amp;", "&lt;", "&gt;", "&quot;", "&#39;", "&middot;", "&nbsp;",
        ];
        assert!(
            known.iter().any(|known| text[at..].starts_with(known)),
            "{text:?}"
        );
    }
}
