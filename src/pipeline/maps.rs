//! Pipelines that come with the crate: files as anybody can write them, from public facts. What each does not map is
//! listed in its file and checked against SigmaHQ's rules (`tests/pipeline/maps.rs`).

use crate::error::Limits;

use super::{Pipeline, parse};

/// A file that comes with the crate: `maps/NAME.yml`.
macro_rules! maps {
    ($($(#[$doc:meta])* $function:ident: $file:literal),* $(,)?) => {
        impl Pipeline {$(
            $(#[$doc])*
            #[must_use]
            pub fn $function() -> Self {
                parse_map(concat!("maps/", $file), include_str!(concat!("maps/", $file)))
            }
        )*}
    };
}

maps! {
    /// Sigma's generic log sources as events of Sysmon: channel and event ids, by `add_condition` and
    /// `change_logsource`. The [file](https://docs.rs/crate/sigmatic/latest/source/src/pipeline/maps/sysmon.yml) lists
    /// the categories for which Sysmon has no event.
    ///
    /// # Example
    /// ```
    /// use sigmatic::pipeline::Pipeline;
    ///
    /// # fn main() -> Result<(), sigmatic::Error> {
    /// let rule = sigmatic::Rule::from_yaml(r"
    /// title: Whoami
    /// logsource: { category: process_creation, product: windows }
    /// detection: { selection: { Image|endswith: '\whoami.exe' }, condition: selection }
    /// ")?;
    /// let applied = Pipeline::sysmon().apply(&rule)?;
    /// assert_eq!(applied.document.log_source.service.as_deref(), Some("sysmon"));
    /// assert_eq!(applied.document.detections.conditions[0].text, "_sysmon and selection");
    /// # Ok(())
    /// # }
    /// ```
    sysmon: "sysmon.yml",
    /// Process creations and network connections as events 4688 and 5156 of the Windows security log, with their field
    /// names. The [file](https://docs.rs/crate/sigmatic/latest/source/src/pipeline/maps/windows_audit.yml) lists the
    /// fields that these events do not have.
    windows_audit: "windows_audit.yml",
    /// Windows rules on events in the Elastic Common Schema. What has no field there is looked for under
    /// `winlog.event_data.`; the [file](https://docs.rs/crate/sigmatic/latest/source/src/pipeline/maps/ecs_windows.yml)
    /// lists it.
    ecs_windows: "ecs_windows.yml",
    /// Linux rules on events in the Elastic Common Schema. What has no field there is listed in the
    /// [file](https://docs.rs/crate/sigmatic/latest/source/src/pipeline/maps/ecs_linux.yml).
    ecs_linux: "ecs_linux.yml",
}

#[expect(
    clippy::expect_used,
    reason = "the texts are part of the crate, and a test reads each"
)]
fn parse_map(name: &str, text: &str) -> Pipeline {
    parse::parse(Some(name.into()), text.as_bytes(), &Limits::default())
        .expect("the pipelines of the crate are sound, which a test of it shows")
}
