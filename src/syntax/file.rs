//! Files of text, read to the limit of a text and not much further.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use crate::error::{CollectionDetail, Error, Limits};

/// The text of a file; of one that is longer than `limit`, one byte more than that.
pub(crate) fn read_file(path: &Path, limit: usize) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    File::open(path)?.take(most).read_to_end(&mut text)?;
    Ok(text)
}

/// The name and the text of a file, within the default limit.
pub(crate) fn read_named(path: &Path) -> Result<(Arc<str>, Vec<u8>), Error> {
    let name: Arc<str> = path.to_string_lossy().into();
    match read_file(path, Limits::default().text_bytes) {
        Ok(text) => Ok((name, text)),
        Err(error) => {
            let message = error.to_string();
            Err(Error::new(CollectionDetail::Io { message }).in_file(name))
        }
    }
}
