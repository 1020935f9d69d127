//! Maps of log sources: what tells the events of a log source (S-471).
//!
//! In: rows of a log source, the detection that such events match, and what fields are called in them; from a YAML
//! file, from code, or built in. Out: for the log source of a rule its kinds of events ([`resolve`]); rules that ask
//! for them ([`LogSources::apply`]).

mod read;
mod resolve;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crate::error::{Error, Location};
use crate::rule::rewrite::FieldNames;
use crate::rule::{Detection, DetectionItem, LogSource, Source};

use self::read::Reading;
pub(crate) use self::resolve::Mapped;

/// What tells the events of a log source: a map from category, product and service to fields such as `Channel` and
/// `EventID`.
///
/// A rule says for which log source it is written (S-053), an event does not say from which it comes. With such a map,
/// given to [`RuleSetBuilder::log_sources`](crate::RuleSetBuilder::log_sources), every rule also asks for what tells its
/// events; a rule whose log source is not in the map never fires, and is left out of the set.
///
/// Which rows a rule means:
///
/// - Rows whose attributes the rule all has. Of two such rows, one with more attributes takes the place of one with less;
///   of rows that differ (one has the category, one the service) both must hold. Every attribute of the rule must stand
///   in one of them.
/// - If there are none: rows that have all attributes of the rule and more. Any of them may hold: a rule for
///   `category: process_creation` is for that of every product in the map.
///
/// # Example
/// ```
/// use sigmatic::RuleSet;
/// use sigmatic::pipeline::LogSources;
/// # use sigmatic::Collection;
///
/// # fn main() -> Result<(), sigmatic::Error> {
/// # let loaded = Collection::from_yaml(r"
/// # title: Whoami
/// # logsource: { category: process_creation, product: windows }
/// # detection: { selection: { CommandLine|contains: whoami }, condition: selection }
/// # ");
/// let mut map = LogSources::windows();
/// map.extend(LogSources::from_yaml("
/// log_sources:
///   - logsource: { product: acme, service: door }
///     events: { facility: door }
/// ")?);
/// let rules = RuleSet::builder().collection(&loaded).log_sources(map).build()?;
///
/// let mut scratch = rules.scratch();
/// let started = [("Channel", "Microsoft-Windows-Sysmon/Operational"), ("EventID", "1"), ("CommandLine", "whoami")];
/// let ended = [("Channel", "Microsoft-Windows-Sysmon/Operational"), ("EventID", "5"), ("CommandLine", "whoami")];
/// assert!(rules.is_match(&started, &mut scratch));
/// assert!(!rules.is_match(&ended, &mut scratch));
/// # Ok(())
/// # }
/// ```
///
/// # File
/// `log_sources` is a list of rows. `events` is written as a search identifier is (S-091): a map all of which must hold, or a list of such
/// maps. Several rows of one log source are alternatives. `fields` gives, for fields of the rule, what they are called in
/// these events:
///
/// ```yaml
/// log_sources:
///   - logsource: { category: process_creation, product: windows }
///     events: { Channel: Microsoft-Windows-Sysmon/Operational, EventID: 1 }
///   - logsource: { category: process_creation, product: windows }
///     events: { Channel: Security, EventID: 4688 }
///     fields: { Image: NewProcessName, ParentImage: ParentProcessName }
/// ```
#[derive(Clone, Debug, Default)]
pub struct LogSources {
    rows: BTreeMap<Attributes, Vec<Row>>,
}

/// Category, product, service.
type Attributes = [Option<String>; 3];

/// One kind of events of a log source.
#[derive(Clone, Debug)]
struct Row {
    events: Arc<Detection>,
    fields: FieldNames,
    /// Where it was written.
    source: Arc<Source>,
    location: Location,
}

impl LogSources {
    /// An empty map, in which no rule finds its log source.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The log sources of Windows that SigmaHQ's rules and the taxonomy of Sigma name, as they stand in Windows event
    /// logs: by `Channel`, `EventID` and `Provider_Name`.
    ///
    /// Rules for process creation fire on events of Sysmon and on event 4688 of the security log, where `Image` is
    /// called `NewProcessName`.
    #[must_use]
    pub fn windows() -> Self {
        Self::built_in("log_source/windows.yml", include_str!("windows.yml"))
    }

    /// The log sources of Linux that Sysmon for Linux records. For other services (`auditd`, `sshd`, …) no field tells
    /// where an event is from: add rows for what your events have.
    #[must_use]
    pub fn linux() -> Self {
        Self::built_in("log_source/linux.yml", include_str!("linux.yml"))
    }

    /// Reads a map from a YAML text.
    ///
    /// # Errors
    /// The first error of the text, with its place.
    pub fn from_yaml(text: &str) -> Result<Self, Error> {
        Reading::new(None).text(text.as_bytes())
    }

    /// Reads a map from a YAML file.
    ///
    /// # Errors
    /// If the file cannot be read; the first error of its text, with its place.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, Error> {
        read::file(path.as_ref())
    }

    #[expect(
        clippy::expect_used,
        reason = "the texts are part of the crate, and a test reads each"
    )]
    fn built_in(name: &str, text: &str) -> Self {
        Reading::new(Some(name.into()))
            .text(text.as_bytes())
            .expect("test 'built_in_maps_are_read' reads it")
    }

    /// Sets the kinds of events of a log source, replacing those it had. Each is a list of fields with the value that
    /// they all must have, read as Sigma strings.
    ///
    /// # Example
    /// ```
    /// use sigmatic::pipeline::LogSources;
    /// use sigmatic::rule::LogSource;
    ///
    /// let mut map = LogSources::new();
    /// let ssh = LogSource::new("", "linux", "sshd");
    /// map.insert(&ssh, [[("process", "sshd")], [("unit", "ssh.service")]]);
    /// assert!(map.contains(&ssh));
    /// ```
    pub fn insert<K, F, V>(&mut self, log_source: &LogSource, kinds: impl IntoIterator<Item = K>)
    where
        K: IntoIterator<Item = (F, V)>,
        F: Into<String>,
        V: Into<String>,
    {
        let rows = kinds.into_iter().map(|fields| {
            let items = fields.into_iter();
            let items =
                items.map(|(field, value)| DetectionItem::equal(field.into(), value.into()));
            Row::new(Detection::All(items.collect()))
        });
        self.rows.insert(attributes(log_source), rows.collect());
    }

    /// Takes over the log sources of another map, in place of those that this one has too.
    pub fn extend(&mut self, other: Self) {
        self.rows.extend(other.rows);
    }

    /// Removes a log source; whether it was there.
    pub fn remove(&mut self, log_source: &LogSource) -> bool {
        self.rows.remove(&attributes(log_source)).is_some()
    }

    /// Gives the fields that tell events another name, for events that do not call them as Windows does.
    ///
    /// # Example
    /// ```
    /// use sigmatic::pipeline::LogSources;
    ///
    /// let ecs = LogSources::windows().rename_field("Channel", "winlog.channel").rename_field("EventID", "event.code");
    /// ```
    #[must_use]
    pub fn rename_field(mut self, from: &str, to: &str) -> Self {
        let fields = FieldNames::from([(from.to_owned(), to.to_owned())]);
        for row in self.rows.values_mut().flatten() {
            Arc::make_mut(&mut row.events).rename_fields(&fields);
        }
        self
    }

    /// What tells events, row by row, with where it was written.
    pub(crate) fn detections(&self) -> impl Iterator<Item = (&Detection, &Source)> {
        let rows = self.rows.values().flatten();
        rows.map(|row| (&*row.events, &*row.source))
    }

    /// Whether rules for a log source can fire.
    #[must_use]
    pub fn contains(&self, log_source: &LogSource) -> bool {
        !self.kinds(&attributes(log_source)).is_empty()
    }

    /// The log sources that have rows of their own, in the order of category, product, service.
    pub fn log_sources(&self) -> impl ExactSizeIterator<Item = LogSource> {
        self.rows
            .keys()
            .map(|[category, product, service]| LogSource {
                category: category.clone(),
                product: product.clone(),
                service: service.clone(),
                ..LogSource::default()
            })
    }
}

impl Row {
    fn new(events: Detection) -> Self {
        Self {
            events: Arc::new(events),
            fields: FieldNames::new(),
            source: Arc::default(),
            location: Location::NOWHERE,
        }
    }
}

fn attributes(log_source: &LogSource) -> Attributes {
    let LogSource {
        category,
        product,
        service,
        ..
    } = log_source;
    [category.clone(), product.clone(), service.clone()]
}
