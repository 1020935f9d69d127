//! Sources of values outside of a pipeline, which only the embedder may ask.

/// Where an item of a pipeline takes values from: something that this crate never opens.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExternalSource {
    /// What kind of source it is.
    pub kind: ExternalKind,
    /// The id of the item.
    pub id: Option<String>,
    /// The path, the URL, or the command with its arguments.
    pub location: Vec<String>,
}

/// The kinds of sources outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExternalKind {
    /// `file_placeholders`.
    File,
    /// `http_placeholders`.
    Http,
    /// `command_placeholders`.
    Command,
}

impl ExternalKind {
    /// The parameter that says where.
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::File => "path",
            Self::Http => "url",
            Self::Command => "cmd",
        }
    }

    pub(super) const fn noun(self) -> &'static str {
        match self {
            Self::File => "a file",
            Self::Http => "a URL",
            Self::Command => "a command",
        }
    }
}
