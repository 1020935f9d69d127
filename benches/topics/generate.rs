//! Rules and Windows-like events from a fixed seed, and the plain answer to which rule matches which event.
//!
//! The proportions are those of the public rules, roughly: most look at the program and its command line, a literal is
//! rarely common. Absolute times are not those of the corpus; `match/corpus` is there for them.

use std::collections::HashMap;
use std::fmt::Write;

use regex::Regex;
use serde_json::{Map, Value};

/// A generated rule, as data, so that the plain evaluation shares nothing with the crate.
pub(crate) struct SampleRule {
    selection: Vec<Item>,
    filter: Option<Item>,
}

struct Item {
    field: &'static str,
    relation: Relation,
    /// All values must hold, not any.
    all: bool,
    values: Vec<String>,
}

enum Relation {
    Equals,
    StartsWith,
    EndsWith,
    Contains,
    Matches(Regex),
}

/// A generated event: fields and texts. `EventID` becomes a number in JSON.
pub(crate) struct SampleEvent(Vec<(&'static str, String)>);

/// `count` rules. A larger count begins with the same rules.
pub(crate) fn rules(count: usize) -> Vec<SampleRule> {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    (0..count).map(|_| SampleRule::drawn(&mut dice)).collect()
}

/// `count` events. A larger count begins with the same events.
pub(crate) fn events(count: usize) -> Vec<SampleEvent> {
    let mut dice = Dice(0xD1B5_4A32_D192_ED03);
    (0..count).map(|_| SampleEvent::drawn(&mut dice)).collect()
}

/// The rules as one text of many documents.
pub(crate) fn yaml(rules: &[SampleRule]) -> String {
    let texts: Vec<String> = rules
        .iter()
        .enumerate()
        .map(|(number, rule)| rule.yaml(number))
        .collect();
    texts.join("---\n")
}

/// How often a rule matches an event, every rule held against every event.
pub(crate) fn count_matches(rules: &[SampleRule], events: &[SampleEvent]) -> usize {
    let count = |event: &SampleEvent| {
        let lowered: HashMap<&str, String> = event
            .0
            .iter()
            .map(|(field, text)| (*field, text.to_lowercase()))
            .collect();
        rules.iter().filter(|rule| rule.holds(&lowered)).count()
    };
    events.iter().map(count).sum()
}

impl SampleRule {
    fn drawn(dice: &mut Dice) -> Self {
        let programs = |field, dice: &mut Dice| {
            let values = dice.some(1, 4, Dice::program);
            Item::any(field, Relation::EndsWith, values)
        };
        let arguments = |least, most, dice: &mut Dice| {
            let values = dice.some(least, most, Dice::literal);
            Item::any("CommandLine", Relation::Contains, values)
        };
        let mut filter = None;
        let selection = match dice.below(20) {
            0..=6 => vec![programs("Image", dice), arguments(1, 4, dice)],
            7..=8 => vec![arguments(1, 12, dice)],
            9..=11 => {
                let mut all = arguments(2, 3, dice);
                all.all = true;
                vec![programs("Image", dice), all]
            }
            12..=14 => vec![Item::any(
                "TargetFilename",
                Relation::EndsWith,
                dice.some(1, 6, Dice::file),
            )],
            15 => vec![Item::regex(
                "CommandLine",
                dice.word() + "[0-9]{2,4} -[a-z]+",
            )],
            16..=17 => {
                filter = Some(arguments(1, 2, dice));
                vec![programs("ParentImage", dice), programs("Image", dice)]
            }
            18 => vec![Item::any(
                "OriginalFileName",
                Relation::Equals,
                dice.some(1, 2, |dice| dice.name() + ".exe"),
            )],
            _ => {
                filter = Some(programs("Image", dice));
                vec![
                    Item::any("EventID", Relation::Equals, vec!["11".to_owned()]),
                    Item::any(
                        "TargetFilename",
                        Relation::StartsWith,
                        vec![format!(r"C:\Users\{}", dice.word())],
                    ),
                ]
            }
        };
        Self { selection, filter }
    }

    fn yaml(&self, number: usize) -> String {
        let mut text = format!(
            "title: Generated {number}\nid: {number:08x}-0000-4000-8000-000000000000\nstatus: test\n\
             description: Made from a fixed seed\nlogsource:\n    category: process_creation\n    \
             product: windows\ndetection:\n    selection:\n"
        );
        for item in &self.selection {
            item.write(&mut text);
        }
        if let Some(filter) = &self.filter {
            text.push_str("    filter_main_known:\n");
            filter.write(&mut text);
        }
        text.push_str(match self.filter {
            Some(_) => "    condition: selection and not 1 of filter_main_*\n",
            None => "    condition: selection\n",
        });
        text.push_str("falsepositives:\n    - Unknown\nlevel: medium\n");
        text
    }

    fn holds(&self, lowered: &HashMap<&str, String>) -> bool {
        self.selection.iter().all(|item| item.holds(lowered))
            && !self.filter.as_ref().is_some_and(|item| item.holds(lowered))
    }
}

impl Item {
    fn any(field: &'static str, relation: Relation, values: Vec<String>) -> Self {
        Self {
            field,
            relation,
            all: false,
            values,
        }
    }

    fn regex(field: &'static str, pattern: String) -> Self {
        let regex = Regex::new(&pattern).expect("words and a fixed form are a pattern");
        Self::any(field, Relation::Matches(regex), vec![pattern])
    }

    fn write(&self, text: &mut String) {
        let modifier = match self.relation {
            Relation::Equals => "",
            Relation::StartsWith => "|startswith",
            Relation::EndsWith => "|endswith",
            Relation::Contains => "|contains",
            Relation::Matches(_) => "|re",
        };
        let all = if self.all { "|all" } else { "" };
        let _ = writeln!(text, "        {}{modifier}{all}:", self.field);
        for value in &self.values {
            let _ = match value.parse::<u32>() {
                Ok(number) => writeln!(text, "            - {number}"),
                Err(_) => writeln!(text, "            - '{value}'"),
            };
        }
    }

    fn holds(&self, lowered: &HashMap<&str, String>) -> bool {
        let Some(text) = lowered.get(self.field) else {
            return false;
        };
        let mut values = self.values.iter().map(|value| value.to_lowercase());
        let holds = |value: String| match &self.relation {
            Relation::Equals => *text == value,
            Relation::StartsWith => text.starts_with(&value),
            Relation::EndsWith => text.ends_with(&value),
            Relation::Contains => text.contains(&value),
            // Generated patterns and what they can match are lower case, as written.
            Relation::Matches(regex) => regex.is_match(text),
        };
        if self.all {
            values.all(holds)
        } else {
            values.any(holds)
        }
    }
}

impl SampleEvent {
    fn drawn(dice: &mut Dice) -> Self {
        let is_file = dice.below(4) == 0;
        let path = |dice: &mut Dice| match dice.below(3) {
            0 => format!(r"C:\Program Files\{}{}", dice.word(), dice.program()),
            _ => format!(r"C:\Windows\System32{}", dice.program()),
        };
        let mut fields = vec![
            ("EventID", if is_file { "11" } else { "1" }.to_owned()),
            ("Channel", "Microsoft-Windows-Sysmon/Operational".to_owned()),
            ("Provider_Name", "Microsoft-Windows-Sysmon".to_owned()),
            ("Computer", format!("WS{:02}.corp.example", dice.below(40))),
            (
                "UtcTime",
                format!("2025-09-01 12:{:02}:07.041", dice.below(60)),
            ),
            ("ProcessGuid", dice.guid()),
            ("ProcessId", dice.below(20_000).to_string()),
            ("Image", path(dice)),
            ("User", format!(r"CORP\{}", dice.word())),
        ];
        if is_file {
            let name = format!(r"C:\Users\{}\AppData{}", dice.word(), dice.file());
            fields.push(("TargetFilename", name));
        } else {
            let hash = format!("SHA256={:016X}{:016X}", dice.next(), dice.next());
            fields.extend([
                ("OriginalFileName", dice.name() + ".exe"),
                ("CommandLine", dice.command_line()),
                ("CurrentDirectory", format!(r"C:\Users\{}\", dice.word())),
                ("IntegrityLevel", dice.pick(&["High", "Medium", "System"])),
                ("Hashes", hash),
                ("ParentProcessGuid", dice.guid()),
                ("ParentImage", path(dice)),
                ("ParentCommandLine", dice.command_line()),
            ]);
        }
        Self(fields)
    }

    pub(crate) fn value(&self) -> Value {
        let value = |(field, text): &(&'static str, String)| {
            let number = text.parse::<u32>().ok().filter(|_| *field == "EventID");
            let value = number.map_or_else(|| text.as_str().into(), Value::from);
            ((*field).to_owned(), value)
        };
        Value::Object(self.0.iter().map(value).collect::<Map<_, _>>())
    }
}

/// A xorshift generator (Marsaglia's 13, 7, 17): no randomness is asked of it but variety.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() >> 33) as usize % end
    }

    fn pick(&mut self, from: &[&str]) -> String {
        from[self.below(from.len())].to_owned()
    }

    /// Distinct values.
    fn some(&mut self, least: usize, most: usize, draw: fn(&mut Self) -> String) -> Vec<String> {
        let count = least + self.below(most - least + 1);
        let mut drawn = Vec::new();
        while drawn.len() < count {
            let value = draw(self);
            if !drawn.contains(&value) {
                drawn.push(value);
            }
        }
        drawn
    }

    /// A made-up word of three to five syllables: hardly ever drawn twice.
    pub(crate) fn word(&mut self) -> String {
        let count = 3 + self.below(3);
        (0..count).map(|_| self.pick(&SYLLABLES)).collect()
    }

    /// A program that most machines have, or a made-up one.
    fn name(&mut self) -> String {
        match self.below(3) {
            0 => self.word(),
            _ => self.pick(&PROGRAMS),
        }
    }

    fn program(&mut self) -> String {
        format!(r"\{}.exe", self.name())
    }

    fn file(&mut self) -> String {
        let name = match self.below(8) {
            0 => self.pick(&PROGRAMS),
            _ => self.word(),
        };
        format!(
            r"\{name}{}",
            self.pick(&[".dll", ".ps1", ".tmp", ".lnk", ".exe"])
        )
    }

    /// What a rule looks for in a command line.
    fn literal(&mut self) -> String {
        match self.below(12) {
            0 => self.pick(&ARGUMENTS),
            1..=4 => format!(" -{}", self.word()),
            5..=8 => format!(r"\{}", self.word()),
            _ => self.word(),
        }
    }

    fn command_line(&mut self) -> String {
        let mut line = format!(r#""C:\Windows\System32{}""#, self.program());
        for _ in 0..1 + self.below(6) {
            match self.below(3) {
                0 => line += &self.pick(&ARGUMENTS),
                1 => line += &format!(" -{} {}", self.word(), self.below(5_000)),
                _ => line += &format!(r" C:\Users\{}{}", self.word(), self.file()),
            }
        }
        line
    }

    fn guid(&mut self) -> String {
        let (high, low) = (self.next(), self.next());
        format!("{{{:08x}-{:04x}-{low:016x}}}", high >> 32, high & 0xFFFF)
    }
}

const SYLLABLES: [&str; 24] = [
    "ba", "cor", "del", "fi", "gan", "hu", "jo", "kel", "lum", "mi", "nor", "pa", "qui", "ras",
    "se", "tor", "ul", "vex", "wi", "xan", "yo", "zet", "dri", "sta",
];

const PROGRAMS: [&str; 20] = [
    "powershell",
    "cmd",
    "rundll32",
    "regsvr32",
    "wscript",
    "cscript",
    "mshta",
    "certutil",
    "bitsadmin",
    "reg",
    "schtasks",
    "net",
    "net1",
    "svchost",
    "explorer",
    "wmic",
    "msiexec",
    "whoami",
    "tasklist",
    "notepad",
];

const ARGUMENTS: [&str; 20] = [
    " -enc ",
    " /c ",
    " -nop",
    " -w hidden",
    " -ExecutionPolicy Bypass",
    " /create ",
    " /tn ",
    " add ",
    " /transfer ",
    " -urlcache ",
    " -f ",
    ",DllRegisterServer",
    " process call create ",
    " /quiet ",
    " /all",
    " localgroup ",
    "IEX(",
    "DownloadString",
    " -decode ",
    r"\AppData\Local\Temp\",
];
