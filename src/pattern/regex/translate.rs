//! RE2 syntax into the pattern tree of the `regex` family.
//!
//! In: a pattern and its flags. Out: a tree in which nothing is left to interpretation: every literal, set
//! and position is explicit, so that the dialect of `regex-syntax`'s own parser (set operations in brackets,
//! Unicode `\w`, possessive-looking `a++`) never applies. An earlier plan was to write the pattern out again
//! in that dialect; the tree needs no quoting and is not parsed twice. Keeps no capture groups. Recursion:
//! none here, and the depth of the tree is bounded, because those who walk it recur.

use regex_syntax::hir::{Dot, Hir, Look, Repetition};

use super::RegexOptions;
use super::char_set::{self, CharSet};
use super::class::{ClassParser, NamedSet};
use super::cursor::Cursor;
use super::error::{Excess, Fault, MAX_REPETITIONS, RegexError};
use super::escape;
use super::group::{self, Flags, Opening};
use super::quantifier::Quantifier;

/// Parses `pattern` (S-221 to S-226).
pub(super) fn translate(pattern: &str, options: &RegexOptions) -> Result<Hir, RegexError> {
    let mut translator = Translator::new(pattern, options);
    translator.run()?;
    let hir = translator.finish()?;
    let start = options.anchor_start.then(|| Hir::look(Look::Start));
    let end = options.anchor_end.then(|| Hir::look(Look::End));
    Ok(Hir::concat(
        start.into_iter().chain([hir]).chain(end).collect(),
    ))
}

/// The memory that a tree may still take.
#[derive(Debug)]
pub(super) struct Budget {
    left: usize,
    limit: usize,
}

#[derive(Debug)]
struct Translator<'p> {
    cursor: Cursor<'p>,
    last_name_end: Option<usize>,
    flags: Flags,
    /// The groups around the current one, outermost first.
    outer: Vec<Group<'p>>,
    group: Group<'p>,
    budget: Budget,
    /// Groups inside each other; of groups and quantifiers together, twice as many: each group may be repeated.
    nesting: usize,
}

/// A group whose end has not come yet.
#[derive(Debug, Default)]
struct Group<'p> {
    opening: &'p str,
    offset: usize,
    /// What holds again after its end.
    flags_around: Flags,
    branches: Vec<Item>,
    /// The branch that is being read.
    sequence: Vec<Item>,
}

/// A part of the pattern that a quantifier may follow.
#[derive(Debug)]
struct Item {
    hir: Hir,
    /// Copies of its innermost part that counted repetition makes.
    copies: u32,
    /// Groups and quantifiers inside each other.
    depth: usize,
}

impl<'p> Translator<'p> {
    fn new(pattern: &'p str, options: &RegexOptions) -> Self {
        let limit = options.max_memory;
        Self {
            cursor: Cursor::new(pattern),
            last_name_end: pattern.rfind(":]"),
            flags: Flags {
                ignore_case: options.ignore_case,
                multi_line: options.multi_line,
                dot_all: options.dot_all,
                swap_greed: false,
            },
            outer: Vec::new(),
            group: Group::default(),
            budget: Budget { left: limit, limit },
            nesting: options.max_nesting.min(MAX_GROUPS),
        }
    }

    fn run(&mut self) -> Result<(), RegexError> {
        while let Some(next) = self.cursor.peek() {
            match next {
                '(' => self.open_group()?,
                ')' => self.close_group()?,
                '|' => self.end_branch(),
                '^' => self.push_position(1, line_start(self.flags)),
                '$' => self.push_position(1, line_end(self.flags)),
                '.' => self.push_dot()?,
                '[' => self.push_brackets()?,
                '\\' => self.push_escape()?,
                _ => self.push_quantifier_or_literal()?,
            }
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Hir, RegexError> {
        if !self.outer.is_empty() {
            let Group {
                opening, offset, ..
            } = self.group;
            return Err(RegexError::syntax(Fault::UnclosedGroup, opening, offset));
        }
        self.group.end_branch();
        Ok(alternation(self.group.branches).hir)
    }

    fn open_group(&mut self) -> Result<(), RegexError> {
        let start = self.cursor;
        match group::parse(&mut self.cursor, self.flags)? {
            Opening::Flags(flags) => self.flags = flags,
            Opening::Group(flags) => {
                check_depth(self.outer.len() + 1, self.nesting)?;
                let inner = Group {
                    opening: self.cursor.since(&start),
                    offset: start.offset(),
                    flags_around: self.flags,
                    ..Group::default()
                };
                self.outer.push(std::mem::replace(&mut self.group, inner));
                self.flags = flags;
            }
        }
        Ok(())
    }

    fn close_group(&mut self) -> Result<(), RegexError> {
        let Some(around) = self.outer.pop() else {
            return Err(RegexError::syntax(
                Fault::UnopenedGroup,
                ")",
                self.cursor.offset(),
            ));
        };
        self.cursor.bump();
        self.group.end_branch();
        let ended = std::mem::replace(&mut self.group, around);
        self.flags = ended.flags_around;
        let mut item = alternation(ended.branches);
        item.depth += 1;
        check_depth(item.depth, 2 * self.nesting)?;
        self.group.sequence.push(item);
        Ok(())
    }

    fn end_branch(&mut self) {
        self.cursor.bump();
        self.group.end_branch();
    }

    /// A position, written in so many ASCII characters.
    fn push_position(&mut self, characters: usize, look: Look) {
        self.cursor.eat_while(characters, |_| true);
        self.group.push(Hir::look(look));
    }

    fn push_dot(&mut self) -> Result<(), RegexError> {
        self.cursor.bump();
        let dot = match self.flags.dot_all {
            true => Dot::AnyChar,
            false => Dot::AnyCharExceptLF,
        };
        self.budget.charge_ranges(2)?;
        self.group.push(Hir::dot(dot));
        Ok(())
    }

    fn push_brackets(&mut self) -> Result<(), RegexError> {
        let parser = ClassParser::new(self.flags.ignore_case, self.last_name_end);
        let class = parser.parse(&mut self.cursor, &mut self.budget)?;
        self.budget.charge_ranges(class.ranges().len())?;
        self.group.push(char_set::to_hir(class));
        Ok(())
    }

    /// A position, a set, a quote or a character, whichever the escape is.
    fn push_escape(&mut self) -> Result<(), RegexError> {
        let second = self.cursor.rest().chars().nth(1);
        match second {
            Some('A') => self.push_position(2, Look::Start),
            Some('z') => self.push_position(2, Look::End),
            Some('b') => self.push_position(2, Look::WordAscii),
            Some('B') => self.push_position(2, Look::WordAsciiNegate),
            Some('Q') => self.push_quote()?,
            _ => match NamedSet::parse(&mut self.cursor)? {
                Some(named) => self.push_named_set(&named)?,
                None => {
                    let code_point = escape::parse(&mut self.cursor)?;
                    self.push_code_point(code_point)?;
                }
            },
        }
        Ok(())
    }

    fn push_named_set(&mut self, named: &NamedSet) -> Result<(), RegexError> {
        let ignore_case = self.flags.ignore_case;
        let mut set = CharSet::default();
        named.add_to(&mut set, ignore_case);
        let class = set.finish(false, ignore_case);
        self.budget.charge_ranges(class.ranges().len())?;
        self.group.push(char_set::to_hir(class));
        Ok(())
    }

    /// `\Q…\E`: characters up to `\E` or the end of the pattern.
    fn push_quote(&mut self) -> Result<(), RegexError> {
        self.cursor.eat("\\Q");
        while !self.cursor.eat("\\E") {
            let Some(c) = self.cursor.bump() else {
                break;
            };
            self.push_code_point(u32::from(c))?;
        }
        Ok(())
    }

    fn push_quantifier_or_literal(&mut self) -> Result<(), RegexError> {
        if let Some(quantifier) = Quantifier::parse(&mut self.cursor)? {
            return self.repeat(quantifier);
        }
        match self.cursor.bump() {
            Some(c) => self.push_code_point(u32::from(c)),
            None => Ok(()),
        }
    }

    fn push_code_point(&mut self, code_point: u32) -> Result<(), RegexError> {
        let class = CharSet::of(code_point).finish(false, self.flags.ignore_case);
        self.budget.charge_ranges(1)?;
        self.group.push(char_set::to_hir(class));
        Ok(())
    }

    /// Applies a quantifier to what was read last, be it a position or the end of a quote, as RE2 does.
    fn repeat(&mut self, quantifier: Quantifier<'_>) -> Result<(), RegexError> {
        let Some(item) = self.group.sequence.pop() else {
            return Err(quantifier.fault(Fault::NothingToRepeat));
        };
        let copies = item.copies.saturating_mul(quantifier.copies());
        if quantifier.copies() > 1 && copies > MAX_REPETITIONS {
            return Err(quantifier.fault(Fault::NestedRepetitions));
        }
        check_depth(item.depth + 1, 2 * self.nesting)?;
        let repetition = Repetition {
            min: quantifier.min,
            max: quantifier.max,
            greedy: quantifier.lazy == self.flags.swap_greed,
            sub: Box::new(item.hir),
        };
        self.group.sequence.push(Item {
            hir: Hir::repetition(repetition),
            copies,
            depth: item.depth + 1,
        });
        Ok(())
    }
}

impl Group<'_> {
    fn push(&mut self, hir: Hir) {
        self.sequence.push(Item {
            hir,
            copies: 1,
            depth: 0,
        });
    }

    fn end_branch(&mut self) {
        let sequence = std::mem::take(&mut self.sequence);
        self.branches.push(combine(sequence, Hir::concat));
    }
}

impl Budget {
    /// Takes the memory of a part with so many ranges of characters off.
    pub(super) fn charge_ranges(&mut self, ranges: usize) -> Result<(), RegexError> {
        let bytes = PART_BYTES + ranges * RANGE_BYTES;
        match self.left.checked_sub(bytes) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => Err(RegexError::TooLarge(Excess::Memory { limit: self.limit })),
        }
    }
}

fn alternation(branches: Vec<Item>) -> Item {
    combine(branches, Hir::alternation)
}

fn combine(items: Vec<Item>, join: fn(Vec<Hir>) -> Hir) -> Item {
    let copies = items.iter().map(|item| item.copies).max().unwrap_or(1);
    let depth = items.iter().map(|item| item.depth).max().unwrap_or(0);
    let hir = join(items.into_iter().map(|item| item.hir).collect());
    Item { hir, copies, depth }
}

fn line_start(flags: Flags) -> Look {
    match flags.multi_line {
        true => Look::StartLF,
        false => Look::Start,
    }
}

fn line_end(flags: Flags) -> Look {
    match flags.multi_line {
        true => Look::EndLF,
        false => Look::End,
    }
}

fn check_depth(depth: usize, limit: usize) -> Result<(), RegexError> {
    if depth > limit {
        return Err(RegexError::TooLarge(Excess::Nesting { limit }));
    }
    Ok(())
}

/// Groups inside each other. At this depth the compiler of `regex-automata` takes 200 kB of stack,
/// unoptimised 1.4 MB, and threads have 2 MB.
const MAX_GROUPS: usize = 64;
/// A node of the tree with its properties, about.
const PART_BYTES: usize = 160;
const RANGE_BYTES: usize = 8;
