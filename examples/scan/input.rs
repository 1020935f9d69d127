//! Files and standard input, cut into batches of lines.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use indicatif::ProgressBar;
#[cfg(feature = "evtx")]
use sigmatic::event::EvtxEvent;

use crate::zstd;

const BUFFER: usize = 256 << 10;
/// Bytes of the parts of an event log file.
#[cfg(feature = "evtx")]
const LOG_HEADER: u64 = 4 << 10;
#[cfg(feature = "evtx")]
const LOG_CHUNK: u64 = 64 << 10;

/// Lines of one file that stand together.
pub(crate) struct Batch {
    pub(crate) file: Arc<str>,
    text: Vec<u8>,
    lines: Vec<Place>,
}

/// A line, without its end.
pub(crate) struct Line<'a> {
    /// Zero-based position among all lines that are not blank.
    pub(crate) event: u64,
    /// One-based, in its file.
    pub(crate) number: u64,
    /// Or why there is none.
    pub(crate) text: Result<&'a [u8], &'a str>,
}

struct Place {
    event: u64,
    number: u64,
    end: usize,
    fault: Option<Box<str>>,
}

impl Batch {
    fn new(file: &Arc<str>) -> Self {
        Self {
            file: Arc::clone(file),
            text: Vec::new(),
            lines: Vec::new(),
        }
    }

    pub(crate) fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        let mut start = 0;
        self.lines.iter().map(move |place| {
            let text = self.text[start..place.end].trim_ascii_end();
            start = place.end;
            Line {
                event: place.event,
                number: place.number,
                text: place.fault.as_deref().map_or(Ok(text), Err),
            }
        })
    }
}

/// Reads the inputs in order and numbers their lines.
pub(crate) struct Reader<'a> {
    max_line: u64,
    bar: &'a ProgressBar,
    next_event: u64,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(max_line: u64, bar: &'a ProgressBar) -> Self {
        Self {
            max_line,
            bar,
            next_event: 0,
        }
    }

    /// Hands over all lines, as early as they are there; returns the inputs that could not be read (to their end).
    /// Stops when `send` says that nobody listens any more.
    pub(crate) fn read(
        mut self,
        paths: &[PathBuf],
        send: &mut dyn FnMut(Batch) -> bool,
    ) -> Vec<String> {
        let stdin = [PathBuf::from("-")];
        let paths = if paths.is_empty() { &stdin } else { paths };
        let mut failures = Vec::new();
        for path in paths {
            let name: Arc<str> = path.display().to_string().into();
            let read = match is_event_log(path) {
                true => self.read_log(path, &name, send),
                false => open(path, self.bar).and_then(|input| self.read_one(input, &name, send)),
            };
            match read {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => failures.push(format!("{name}: {error}")),
            }
        }
        failures
    }

    fn read_one(
        &mut self,
        mut input: impl Source,
        file: &Arc<str>,
        send: &mut dyn FnMut(Batch) -> bool,
    ) -> io::Result<bool> {
        let mut batch = Batch::new(file);
        let mut number = 0;
        loop {
            // What is complete goes out before a read that may wait for more (`tail -f … | scan`).
            let waits = !input.buffered().contains(&b'\n');
            if waits && !batch.lines.is_empty() {
                let full = std::mem::replace(&mut batch, Batch::new(file));
                if !send(full) {
                    return Ok(false);
                }
            }
            match self.read_line(&mut input, &mut batch, number + 1) {
                Ok(true) => number += 1,
                Ok(false) => return Ok(batch.lines.is_empty() || send(batch)),
                Err(error) => {
                    send(batch);
                    return Err(error);
                }
            }
        }
    }

    /// Appends the next line unless it is blank; `false` at the end of the input.
    fn read_line(
        &mut self,
        input: &mut impl BufRead,
        batch: &mut Batch,
        number: u64,
    ) -> io::Result<bool> {
        let start = batch.text.len();
        let read = input
            .by_ref()
            .take(self.max_line.saturating_add(1))
            .read_until(b'\n', &mut batch.text);
        let Ok(length @ 1..) = read else {
            batch.text.truncate(start);
            return read.map(|_| false);
        };
        let too_long = length as u64 > self.max_line && batch.text.last() != Some(&b'\n');
        if too_long {
            batch.text.truncate(start);
            input.skip_until(b'\n')?;
        } else if batch.text[start..].trim_ascii().is_empty() {
            batch.text.truncate(start);
            return Ok(true);
        }
        batch.lines.push(Place {
            event: self.next_event,
            number,
            end: batch.text.len(),
            fault: too_long.then(|| "longer than --max-line allows".into()),
        });
        self.next_event += 1;
        Ok(true)
    }

    /// The records of an event log file, each as a line of JSON; its number is the record's place in the file.
    #[cfg(feature = "evtx")]
    fn read_log(
        &mut self,
        path: &Path,
        file: &Arc<str>,
        send: &mut dyn FnMut(Batch) -> bool,
    ) -> io::Result<bool> {
        let mut parser = evtx::EvtxParser::from_path(path).map_err(io::Error::other)?;
        let mut batch = Batch::new(file);
        for (record, number) in parser.records_json_value().zip(1..) {
            let fault = match record {
                Ok(record) => {
                    serde_json::to_writer(&mut batch.text, &EvtxEvent::from(record))?;
                    None
                }
                Err(error) => Some(error.to_string().into()),
            };
            batch.lines.push(Place {
                event: self.next_event,
                number,
                end: batch.text.len(),
                fault,
            });
            self.next_event += 1;
            if batch.text.len() > BUFFER {
                let full = std::mem::replace(&mut batch, Batch::new(file));
                if !send(full) {
                    return Ok(false);
                }
            }
        }
        let size = path.metadata()?.len();
        self.bar.inc(size);
        let goes_on = batch.lines.is_empty() || send(batch);
        // A cut chunk is the end to the parser, not an error.
        let chunks = u64::from(parser.header().chunk_count);
        if size < LOG_HEADER + chunks * LOG_CHUNK {
            return Err(io::Error::other("the event log ends too early"));
        }
        Ok(goes_on)
    }

    #[cfg(not(feature = "evtx"))]
    fn read_log(
        &mut self,
        _: &Path,
        _: &Arc<str>,
        _: &mut dyn FnMut(Batch) -> bool,
    ) -> io::Result<bool> {
        Err(io::Error::other(
            "is a Windows event log file (run with --features evtx)",
        ))
    }
}

/// A buffered reader that tells what it can give without waiting.
trait Source: BufRead {
    fn buffered(&self) -> &[u8];
}

impl<R: Read> Source for BufReader<R> {
    fn buffered(&self) -> &[u8] {
        self.buffer()
    }
}

/// The bytes of all files together, or `None` if that is not known.
pub(crate) fn total_bytes(paths: &[PathBuf]) -> Option<u64> {
    let sizes = paths
        .iter()
        .map(|path| path.metadata().ok().filter(|data| data.is_file()));
    sizes
        .map(|data| data.map(|data| data.len()))
        .sum::<Option<u64>>()
        .filter(|&total| total > 0)
}

/// Windows event log files are recognised by their first bytes too. They must be files: what comes from a pipe cannot be
/// looked at twice.
fn is_event_log(path: &Path) -> bool {
    if !path.is_file() {
        return false;
    }
    let mut start = [0; 8];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut start));
    read.is_ok() && start == *b"ElfFile\0"
}

/// zstd is recognised by its first bytes, so standard input may be compressed too.
fn open(path: &Path, bar: &ProgressBar) -> io::Result<BufReader<Box<dyn Read + Send>>> {
    let raw: Box<dyn Read + Send> = if path.as_os_str() == "-" {
        Box::new(io::stdin())
    } else {
        Box::new(bar.wrap_read(File::open(path)?))
    };
    let mut raw = BufReader::with_capacity(BUFFER, raw);
    let plain: Box<dyn Read + Send> = if zstd::is_compressed(raw.fill_buf()?) {
        Box::new(zstd::Decoder::new(raw))
    } else {
        Box::new(raw)
    };
    let mut plain = BufReader::with_capacity(BUFFER, plain);
    if plain.fill_buf()?.starts_with(b"\xEF\xBB\xBF") {
        plain.consume(3);
    }
    Ok(plain)
}
