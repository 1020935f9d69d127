//! An embedder's own record as an event: nothing is copied, converted or turned into JSON.
//!
//! The engine asks by Sigma's field names and gets borrowed, typed values: a list is walked in place, a nested struct
//! is an event of its own, addresses and numbers are compared as such.

use std::io::{self, Write};
use std::net::IpAddr;
use std::time::{Duration, SystemTime};

use sigmatic::event::{AsFieldValue, Event, FieldValue};
use sigmatic::{Collection, RuleSet};

/// A network connection as a sensor might hold it.
struct Connection {
    time: SystemTime,
    process: Process,
    destination: IpAddr,
    port: u16,
    bytes_sent: u64,
    host_names: Vec<String>,
}

struct Process {
    image: String,
    elevated: Option<bool>,
}

/// Writes both methods of [`Event`] from one list of names and values.
macro_rules! fields {
    ($type:ty { $($name:literal => $($field:ident).+),* $(,)? }) => {
        impl Event for $type {
            fn field(&self, name: &str) -> Option<FieldValue<'_>> {
                match name {
                    $($name => Some(self.$($field).+.as_field_value()),)*
                    _ => None,
                }
            }

            fn for_each_field<'a>(&'a self, visit: &mut dyn FnMut(&'a str, FieldValue<'a>)) {
                $(visit($name, self.$($field).+.as_field_value());)*
            }
        }
    };
}

fields!(Connection {
    "UtcTime" => time,
    "Image" => process.image,
    "process" => process,
    "DestinationIp" => destination,
    "DestinationPort" => port,
    "DestinationHostname" => host_names,
    "bytes_sent" => bytes_sent,
});

fields!(Process { "image" => image, "elevated" => elevated });

/// A struct inside a struct is a map to the rules: `process.elevated` finds its field.
impl AsFieldValue for Process {
    fn as_field_value(&self) -> FieldValue<'_> {
        FieldValue::Map(self)
    }
}

const RULE: &str = r"
title: Large Upload to an Unusual Port
logsource: { category: network_connection }
detection:
    upload:
        Image|endswith: '\curl.exe'
        process.elevated: true
        bytes_sent|gte: 100000000
        DestinationHostname|endswith: '.example'
        UtcTime|hour|lt: 6
    internal:
        DestinationIp|cidr: [10.0.0.0/8, fe80::/10]
    usual:
        DestinationPort: [80, 443]
    condition: upload and not 1 of internal and not usual
level: medium
";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let rules = RuleSet::builder()
        .collection(&Collection::from_yaml(RULE))
        .build()?;
    let mut scratch = rules.scratch();
    let mut connection = Connection {
        time: SystemTime::UNIX_EPOCH + Duration::from_secs(1_720_580_000),
        process: Process {
            image: r"C:\Windows\System32\curl.exe".into(),
            elevated: Some(true),
        },
        destination: [203, 0, 113, 9].into(),
        port: 8443,
        bytes_sent: 4_000_000_000,
        host_names: vec!["cdn.test".into(), "drop.EXAMPLE".into()],
    };
    let mut out = io::stdout().lock();
    for destination in ["203.0.113.9", "::ffff:10.1.2.3", "2001:db8::9"] {
        connection.destination = destination.parse()?;
        let verdict = match rules.matches(&connection, &mut scratch).next() {
            Some(hit) => format!("{} ({})", hit.rule().title(), hit.rule().level()),
            None => "no match".into(),
        };
        writeln!(out, "upload to {destination:<17} {verdict}")?;
    }
    Ok(())
}
