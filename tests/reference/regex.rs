//! Regular expressions: the dialect of S-220 to S-226 rewritten for the `regex` crate.
//!
//! Every character goes through [`Rewriter`]: a construct of the dialect is written in a form that means the same
//! to `regex`, anything else is an error. Nothing is passed on unread, so what only `regex` knows never gets there.

use std::fmt::Write;
use std::iter::Peekable;
use std::str::Chars;

use super::chain::{Ends, Flags};

#[derive(Debug)]
pub(super) struct Regex(regex::Regex);

impl Regex {
    pub(super) fn new(pattern: &str, flags: Flags, ends: Ends) -> Result<Self, String> {
        let rewritten = Rewriter::rewrite(pattern)?;
        // S-226. Both ends open, or neither, is a search.
        let placed = match (ends.open_start, ends.open_end) {
            (false, true) => format!(r"\A(?:{rewritten})"),
            (true, false) => format!(r"(?:{rewritten})\z"),
            _ => rewritten,
        };
        regex::RegexBuilder::new(&placed)
            .case_insensitive(flags.ignore_case)
            .multi_line(flags.multi_line)
            .dot_matches_new_line(flags.dot_all)
            .build()
            .map(Self)
            .map_err(|error| format!("regular expression '{pattern}': {error}"))
    }

    pub(super) fn is_match(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

struct Rewriter<'a> {
    rest: Peekable<Chars<'a>>,
    out: String,
    /// Where in `out` the last thing begins that a quantifier can repeat.
    last: Option<usize>,
    /// Whether that has a quantifier already.
    repeated: bool,
    /// How often the last thing stands there once its counted repetitions are written out; RE2 allows 1000.
    copies: u32,
    /// The same for all that the innermost open group has so far.
    most_copies: u32,
    /// Where the open groups begin, and `most_copies` around each.
    open: Vec<(usize, u32)>,
    /// `(?i)` and its like, not yet written: to RE2 they are nothing, so that in `a(?i)*` the `a` is repeated.
    flags: String,
}

impl<'a> Rewriter<'a> {
    fn rewrite(pattern: &'a str) -> Result<String, String> {
        let mut rewriter = Self {
            rest: pattern.chars().peekable(),
            out: String::new(),
            last: None,
            repeated: false,
            copies: 1,
            most_copies: 1,
            open: Vec::new(),
            flags: String::new(),
        };
        while let Some(c) = rewriter.rest.next() {
            rewriter.one(c)?;
        }
        if !rewriter.open.is_empty() {
            return Err("a group without its end".to_owned());
        }
        Ok(rewriter.out + &rewriter.flags)
    }

    fn one(&mut self, c: char) -> Result<(), String> {
        match c {
            '\\' => self.escape(),
            '[' => self.class(),
            '(' => self.group(),
            ')' => self.group_end(),
            '*' | '+' | '?' => self.quantifier(&c.to_string(), 1),
            '{' => match self.counts() {
                Some(counts) => {
                    let (quantifier, copies) = counts?;
                    self.quantifier(&quantifier, copies)
                }
                // S-224: a brace that starts no repetition is a brace.
                None => self.literal('{'),
            },
            '|' => {
                self.write("|");
                self.last = None;
                Ok(())
            }
            '^' | '$' | '.' => self.atom(&c.to_string()),
            _ => self.literal(c),
        }
    }

    /// Writes what is no quantifier. Yields where it begins.
    fn write(&mut self, text: &str) -> usize {
        self.out += &std::mem::take(&mut self.flags);
        let start = self.out.len();
        self.out.push_str(text);
        self.repeated = false;
        start
    }

    fn atom(&mut self, text: &str) -> Result<(), String> {
        let start = self.write(text);
        self.last = Some(start);
        self.copies = 1;
        Ok(())
    }

    fn literal(&mut self, c: char) -> Result<(), String> {
        self.atom(&escaped(c))
    }

    /// A quantifier, perhaps lazy. Another one right behind it would be possessive or a repetition of nothing (S-223).
    fn quantifier(&mut self, quantifier: &str, copies: u32) -> Result<(), String> {
        let start = match self.last {
            Some(start) if !self.repeated => start,
            _ => return Err(format!("nothing for '{quantifier}' to repeat")),
        };
        self.copies *= copies.max(1);
        self.most_copies = self.most_copies.max(self.copies);
        if self.copies > 1000 {
            return Err(format!(
                "'{quantifier}' and those inside it repeat too often"
            ));
        }
        self.out.insert_str(start, "(?:");
        self.out.push(')');
        self.out.push_str(quantifier);
        if self.rest.next_if_eq(&'?').is_some() {
            self.out.push('?');
        }
        self.repeated = true;
        Ok(())
    }

    /// `n}`, `n,}` or `n,m}` behind a brace, if that is what follows: numbers without needless zeros. Up to 1000
    /// (S-224). Yields the quantifier and how many copies it stands for.
    fn counts(&mut self) -> Option<Result<(String, u32), String>> {
        let mut ahead = self.rest.clone();
        let inside: String = ahead.by_ref().take_while(|&c| c != '}').collect();
        let ended = self.rest.clone().any(|c| c == '}');
        let (low, high) = inside.split_once(',').unwrap_or((&inside, &inside));
        let number = |text: &str| {
            let plain =
                text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
            text.parse::<u32>()
                .ok()
                .filter(|&number| plain && number < 100_000_000)
        };
        let (low, high) = match (number(low), high) {
            (Some(low), "") if ended => (low, None),
            (Some(low), high) if ended => (low, Some(number(high)?)),
            _ => return None,
        };
        self.rest = ahead;
        Some(match high {
            _ if low > 1000 || high.is_some_and(|high| high > 1000 || high < low) => Err(format!(
                "repetition '{{{inside}}}' is too large or upside down"
            )),
            None => Ok((format!("{{{low},}}"), low)),
            Some(high) => Ok((format!("{{{low},{high}}}"), high)),
        })
    }

    /// What follows a backslash outside a class.
    fn escape(&mut self) -> Result<(), String> {
        let Some(c) = self.rest.next() else {
            return Err("a backslash at the end".to_owned());
        };
        match c {
            'b' => self.atom(r"(?-u:\b)"),
            'B' => self.atom(r"(?-u:\B)"),
            'A' => self.atom(r"\A"),
            'z' => self.atom(r"\z"),
            'd' | 'D' | 's' | 'S' | 'w' | 'W' => self.atom(&format!("[{}]", perl_class(c))),
            'p' | 'P' => {
                let property = self.property(c)?;
                self.atom(&property)
            }
            'Q' => self.quoted(),
            _ => {
                let c = self.character(c)?;
                self.literal(c)
            }
        }
    }

    /// `\Q…\E`; without an end up to the end of the pattern.
    fn quoted(&mut self) -> Result<(), String> {
        // Not `for`: the body looks ahead.
        loop {
            let Some(c) = self.rest.next() else {
                return Ok(());
            };
            if c == '\\' && self.rest.next_if_eq(&'E').is_some() {
                return Ok(());
            }
            self.literal(c)?;
        }
    }

    /// `\pL`, `\p{Greek}`, `\p{^Greek}`.
    fn property(&mut self, p: char) -> Result<String, String> {
        let unended = || "a property without its name".to_owned();
        let first = self.rest.next().ok_or_else(unended)?;
        let mut negated = p == 'P';
        let mut name = String::new();
        if first == '{' {
            if self.rest.next_if_eq(&'^').is_some() {
                negated = !negated;
            }
            loop {
                match self.rest.next().ok_or_else(unended)? {
                    '}' => break,
                    c => name.push(c),
                }
            }
        } else {
            name.push(first);
        }
        if name == "C" {
            // All of it but the code points that stand for nothing yet.
            return Ok(if negated {
                r"[^\p{Cc}\p{Cf}\p{Co}]"
            } else {
                r"[\p{Cc}\p{Cf}\p{Co}]"
            }
            .to_owned());
        }
        if !is_property(&name) {
            return Err(format!("no property '{name}'"));
        }
        // `regex` knows `Letter`, `Emoji` and the like, too; those of two letters at most are categories.
        let script = if name.len() > 2 && name != "Any" {
            "sc="
        } else {
            ""
        };
        Ok(format!(
            r"\{}{{{script}{name}}}",
            if negated { 'P' } else { 'p' }
        ))
    }

    /// The character that an escape stands for, inside and outside classes. Everything that is neither punctuation
    /// nor listed is an error: back references, `\Z`, `\G`, `\K`, `\R`, `\h`, `\c`, `\u`, … (S-223).
    fn character(&mut self, escaped: char) -> Result<char, String> {
        match escaped {
            'a' => Ok('\x07'),
            'f' => Ok('\x0c'),
            'n' => Ok('\n'),
            'r' => Ok('\r'),
            't' => Ok('\t'),
            'v' => Ok('\x0b'),
            'x' => self.hexadecimal(),
            '0'..='7' => self.octal(escaped),
            c if c.is_ascii() && !c.is_ascii_alphanumeric() => Ok(c),
            c => Err(format!(r"escape '\{c}' is not supported (S-223)")),
        }
    }

    /// `\x41` or `\x{263a}`.
    fn hexadecimal(&mut self) -> Result<char, String> {
        let braced = self.rest.next_if_eq(&'{').is_some();
        let closed = self.rest.clone().any(|c| c == '}');
        let digits: String = if braced && closed {
            self.rest.by_ref().take_while(|&c| c != '}').collect()
        } else {
            self.rest.by_ref().take(2).collect()
        };
        let is_hexadecimal = digits.bytes().all(|b| b.is_ascii_hexdigit());
        let is_whole = if braced { closed } else { digits.len() == 2 };
        u32::from_str_radix(&digits, 16)
            .ok()
            .filter(|_| is_hexadecimal && is_whole)
            .and_then(char::from_u32)
            .ok_or_else(|| format!(r"no character '\x{digits}'"))
    }

    /// Up to three octal digits. One that is not 0 alone would be a back reference (S-223).
    fn octal(&mut self, first: char) -> Result<char, String> {
        let mut digits = first.to_string();
        while let Some(digit) = self
            .rest
            .next_if(|c| digits.len() < 3 && ('0'..='7').contains(c))
        {
            digits.push(digit);
        }
        match u32::from_str_radix(&digits, 8)
            .ok()
            .and_then(char::from_u32)
        {
            Some(c) if digits.len() > 1 || first == '0' => Ok(c),
            _ => Err(format!(
                r"back reference '\{digits}' is not supported (S-223)"
            )),
        }
    }

    /// Behind a round bracket.
    fn group(&mut self) -> Result<(), String> {
        if self.rest.next_if_eq(&'?').is_none() {
            self.group_start("(");
            return Ok(());
        }
        let mut head = String::new();
        for c in self.rest.by_ref() {
            head.push(c);
            if matches!(c, ':' | ')' | '>') || head.ends_with(['=', '!']) {
                break;
            }
        }
        if let Some(name) = head.strip_prefix("P<").or_else(|| head.strip_prefix('<')) {
            return self.named_group(name);
        }
        let Some(flags) = head
            .strip_suffix([':', ')'])
            .filter(|flags| are_flags(flags))
        else {
            return Err(format!("group '(?{head}' is not supported (S-223)"));
        };
        let (on, off) = flags.split_once('-').unwrap_or((flags, ""));
        // `regex` takes each flag once, and what is set and cleared is cleared.
        let each_once = |flags: &str, but: &str| -> String {
            "imsU"
                .chars()
                .filter(|c| flags.contains(*c) && !but.contains(*c))
                .collect()
        };
        let mut flags = each_once(on, off);
        if !off.is_empty() {
            flags = format!("{flags}-{}", each_once(off, ""));
        }
        if head.ends_with(':') {
            self.group_start(&format!("(?{flags}:"));
        } else if !flags.is_empty() {
            self.flags += &format!("(?{flags})");
            self.repeated = false;
        }
        Ok(())
    }

    fn group_start(&mut self, text: &str) {
        let start = self.write(text);
        self.open.push((start, self.most_copies));
        self.most_copies = 1;
        self.last = None;
    }

    fn group_end(&mut self) -> Result<(), String> {
        let (start, around) = self.open.pop().ok_or("an end without its group")?;
        self.write(")");
        self.last = Some(start);
        self.copies = self.most_copies;
        self.most_copies = self.copies.max(around);
        Ok(())
    }

    /// The name is of no use here, but it must be one.
    fn named_group(&mut self, name: &str) -> Result<(), String> {
        let name = name.strip_suffix('>').unwrap_or("");
        let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
        if !is_name {
            return Err(format!("group name '{name}' is none (S-223)"));
        }
        self.group_start("(");
        Ok(())
    }

    /// Behind a square bracket (S-224: `[`, `&&`, `--`, `~~` are nothing special in it).
    fn class(&mut self) -> Result<(), String> {
        let mut class = String::from("[");
        if self.rest.next_if_eq(&'^').is_some() {
            class.push('^');
        }
        let mut first = true;
        loop {
            let c = self.rest.next().ok_or("a class without its end")?;
            match c {
                // `]` at the start is a literal.
                ']' if !first => break,
                '[' if self.rest.peek() == Some(&':') => match self.posix_class()? {
                    Some(posix) => class.push_str(&posix),
                    None => self.range('[', &mut class)?,
                },
                '\\' => match self.rest.peek() {
                    Some('d' | 'D' | 's' | 'S' | 'w' | 'W') => {
                        let c = self.rest.next().unwrap_or_default();
                        write!(class, "[{}]", perl_class(c)).expect("writing to a string");
                    }
                    Some('p' | 'P') => {
                        let p = self.rest.next().unwrap_or_default();
                        class.push_str(&self.property(p)?);
                    }
                    _ => {
                        let c = self.class_character('\\')?;
                        self.range(c, &mut class)?;
                    }
                },
                c => self.range(c, &mut class)?,
            }
            first = false;
        }
        class.push(']');
        self.atom(&class)
    }

    /// One character of a class, or a range that begins with it.
    fn range(&mut self, low: char, class: &mut String) -> Result<(), String> {
        let mut ahead = self.rest.clone();
        let is_range = ahead.next() == Some('-') && ahead.next().is_some_and(|c| c != ']');
        class.push_str(&escaped(low));
        if is_range {
            self.rest.next();
            let next = self.rest.next().unwrap_or_default();
            let high = self.class_character(next)?;
            if high < low {
                return Err(format!("range '{low}-{high}' is upside down"));
            }
            class.push('-');
            class.push_str(&escaped(high));
        }
        Ok(())
    }

    fn class_character(&mut self, c: char) -> Result<char, String> {
        match c {
            '\\' => {
                let escaped = self.rest.next().ok_or("a backslash at the end")?;
                self.character(escaped)
            }
            c => Ok(c),
        }
    }

    /// `[:alpha:]`; `None` if no `:]` follows, so that the bracket is a literal.
    fn posix_class(&mut self) -> Result<Option<String>, String> {
        const NAMES: [&str; 14] = [
            "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print",
            "punct", "space", "upper", "word", "xdigit",
        ];
        let rest: String = self.rest.clone().collect();
        // The colon that opens it is none that closes it.
        let Some(end) = rest[1..].find(":]").map(|end| end + 1) else {
            return Ok(None);
        };
        let inside = &rest[1..end];
        if !NAMES.contains(&inside.strip_prefix('^').unwrap_or(inside)) {
            return Err(format!("no class '[:{inside}:]'"));
        }
        for _ in rest[..end + 2].chars() {
            self.rest.next();
        }
        Ok(Some(format!("[:{inside}:]")))
    }
}

/// Some of RE2's flags, perhaps followed by some to clear.
fn are_flags(text: &str) -> bool {
    text.chars().all(|c| "imsU-".contains(c))
        && text.matches('-').count() <= 1
        && !text.ends_with('-')
}

/// Whether RE2 has the property: a category, or a script in its usual spelling. Which scripts there are `regex` knows.
fn is_property(name: &str) -> bool {
    const CATEGORIES: &str = "L M N P S Z Any Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp \
         Cc Cf Co";
    let is_word = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().is_some_and(|c| c.is_ascii_uppercase());
        first && letters.all(|c| c.is_ascii_lowercase())
    };
    CATEGORIES.split(' ').any(|category| category == name)
        || name == "SignWriting"
        || name.len() > 2 && name.split('_').all(is_word)
}

/// What stands inside brackets for a Perl class (S-224).
fn perl_class(c: char) -> &'static str {
    match c {
        'd' => "0-9",
        'D' => "^0-9",
        's' => r"\t\n\f\r ",
        'S' => r"^\t\n\f\r ",
        'w' => "0-9A-Za-z_",
        _ => "^0-9A-Za-z_",
    }
}

/// The character, so that it means itself to `regex` anywhere.
fn escaped(c: char) -> String {
    if c.is_ascii_alphanumeric() {
        c.to_string()
    } else {
        format!(r"\x{{{:x}}}", u32::from(c))
    }
}

#[cfg(test)]
fn search(pattern: &str, text: &str) -> Result<bool, String> {
    Regex::new(pattern, Flags::default(), Ends::default()).map(|regex| regex.is_match(text))
}

/// The tables of the library's own tests, which were checked against RE2 itself.
#[test]
fn tables_of_re2() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/regex");
    let rows = |name: &str| -> Vec<Vec<String>> {
        let table = crate::shared::read(&folder.join(name));
        let rows = table.lines().filter(|line| !line.starts_with("# "));
        rows.map(|row| row.split('\t').map(str::to_owned).collect())
            .collect()
    };
    let mut wrong = Vec::new();
    for row in rows("match.txt") {
        let flags = |flag: char| row[1].contains(flag);
        // Two anchors cannot be asked for (S-226), and no text has half a surrogate pair.
        if row[1] == "^$" || row[0].contains("D800") || row[0].contains("{Cs}") {
            continue;
        }
        let regex = Regex::new(
            &row[0],
            Flags {
                ignore_case: flags('i'),
                multi_line: flags('m'),
                dot_all: flags('s'),
            },
            Ends {
                open_start: flags('$'),
                open_end: flags('^'),
            },
        );
        for (cell, expected) in row[2..].iter().zip([true, false]) {
            for text in texts(cell) {
                let found = regex.as_ref().map(|regex| regex.is_match(&text));
                if found != Ok(expected) {
                    wrong.push(format!("{row:?} {text:?}: {found:?}"));
                }
            }
        }
    }
    let accepted = rows("reject.txt")
        .into_iter()
        .filter(|row| search(&row[0], "").is_ok());
    wrong.extend(accepted.map(|row| format!("{row:?} is accepted")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// `"a" "b\u{e9}"`, written as in Rust.
#[cfg(test)]
fn texts(cell: &str) -> Vec<String> {
    let unicode = regex::Regex::new(r"\\u\{([0-9a-f]+)\}").expect("a good pattern");
    let yaml = unicode.replace_all(cell, |found: &regex::Captures<'_>| {
        format!("\\U{:0>8}", &found[1])
    });
    serde_yaml::from_str(&format!("[{}]", yaml.replace("\" \"", "\", \""))).expect("a row of texts")
}

#[test]
fn dialect() {
    for (pattern, text, found) in [
        (r"^\w+$", "abc", true),
        (r"^\w+$", "äbc", false),
        (r"^\d$", "٣", false),
        (r"^\s$", "\u{b}", false),
        (r"b$", "ab\n", false),
        (r"[a&&b]", "&", true),
        (r"[a~~b]", "~", true),
        (r"^[+--]$", ",", true),
        (r"^[a[b]$", "[", true),
        (r"^[]a]$", "]", true),
        (r"^[^]a]$", "]", false),
        (r"^[\w-]$", "-", true),
        (r"^[a-]$", "-", true),
        (r"^[[:^alpha:]x]$", "1", true),
        (r"^[[:x]$", ":", true),
        (r"a{", "a{", true),
        (r"^a{,3}$", "a{,3}", true),
        (r"^a{2}$", "aa", true),
        (r"^a{2,}?$", "aaa", true),
        (r"\<", "a", false),
        (r"\<", "<", true),
        (r"a\b{start}", "a{start}", true),
        (r"\Qa.b\E+", "a.bbb", true),
        (r"\Qa.b", "axb", false),
        (r"\x41\x{263a}", "A\u{263a}", true),
        (r"^\p{^Greek}$", "a", true),
        (r"(?P<x>a)(?<y>b)", "ab", true),
        (r"a(?i:b)(?-i)c", "aBc", true),
        (r"(?i)straſe", "STRASE", true),
        (r"^a(?i)*B$", "aab", true),
        (r"^a*(?i)?b$", "AB", false),
        (r"", "", true),
        (r"a||b", "", true),
        (r"a#b c", "a#b c", true),
        (r"x\Bé", "xé", false),
        (r"^\B$", "", true),
        (r"é\B", "é", true),
        (r"^a\B", "aé", false),
    ] {
        assert_eq!(search(pattern, text), Ok(found), "{pattern} {text:?}");
    }
}

#[test]
fn unsupported_constructs_are_errors() {
    for pattern in [
        "(?=a)",
        "(?!a)",
        "(?<=a)",
        "(?<!a)",
        r"(a)\1",
        "(?>a)",
        "a++",
        "a*+",
        "a?+",
        "a{2}+",
        r"a\Z",
        r"\Ga",
        r"\Ka",
        r"\R",
        r"\h",
        r"\cA",
        r"\u0041",
        "(?#x)",
        "(?x)a",
        "(?(1)a)",
        "(?R)",
        "(?1)",
        "(?P=x)",
        "(?P>x)",
        "(?|a)",
        "(?u)a",
        "(?é",
        "(?R)a",
        "(?i",
        "(a",
        "a)",
        "[a",
        "[]",
        "[^]",
        "[b-a]",
        "[a--b]",
        "*a",
        "a|*",
        "(*a)",
        "a**",
        "{2}",
        "a{2}{3}",
        "a{1001}",
        "a{3,2}",
        "a\\",
        r"\é",
        r"[\b]",
        r"[a-\d]",
        r"\x4",
        r"\x{}",
        r"\x{d800}",
        r"\p",
        r"\p{x=y}",
        r"[\Qa\E]",
        "[[:foo:]]",
        "[[:]][[:punct:]]",
        r"\E",
        "(?--i)a",
        "(?i-)a",
        "(?<>a)",
    ] {
        assert!(search(pattern, "").is_err(), "{pattern}");
    }
}
