//! zstd files of any number of frames, checksums compared.

use std::io::{self, BufRead, Read};

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// Whether a text that starts so is compressed; `zstd` itself may put skippable frames first.
pub(crate) fn is_compressed(start: &[u8]) -> bool {
    matches!(
        start,
        [0x28, 0xB5, 0x2F, 0xFD, ..] | [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..]
    )
}

pub(crate) struct Decoder<R> {
    source: R,
    frame: FrameDecoder,
    /// Whether `frame` is in the middle of one.
    started: bool,
}

impl<R: BufRead> Decoder<R> {
    pub(crate) fn new(source: R) -> Self {
        Self {
            source,
            frame: FrameDecoder::new(),
            started: false,
        }
    }

    /// Reads the header of the next frame; `false` at the end of the source.
    fn start(&mut self) -> io::Result<bool> {
        while !self.source.fill_buf()?.is_empty() {
            match self.frame.init(&mut self.source) {
                Ok(()) => {
                    self.started = true;
                    return Ok(true);
                }
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => skip(&mut self.source, length.into())?,
                Err(_) => return Err(self.broken()),
            }
        }
        Ok(false)
    }

    fn decode(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.frame.can_collect() == 0 && !self.frame.is_finished() {
            if self
                .frame
                .decode_blocks(&mut self.source, BlockDecodingStrategy::UptoBlocks(1))
                .is_err()
            {
                return Err(self.broken());
            }
        }
        self.frame.read(buffer)
    }

    fn finish(&mut self) -> io::Result<()> {
        self.started = false;
        match self.frame.get_checksum_from_data() {
            Some(stored) if self.frame.get_calculated_checksum() != Some(stored) => Err(
                io::Error::other("the checksum of the compressed data is wrong"),
            ),
            _ => Ok(()),
        }
    }

    /// The decoder's own words name its inner states; what a person can use is whether the file is complete.
    fn broken(&mut self) -> io::Error {
        match self.source.fill_buf() {
            Ok([]) => io::Error::other("the compressed data ends too early"),
            Ok(_) => io::Error::other("the compressed data is damaged"),
            Err(error) => error,
        }
    }
}

impl<R: BufRead> Read for Decoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.started || self.start()? {
            match self.decode(buffer)? {
                0 => self.finish()?,
                length => return Ok(length),
            }
        }
        Ok(0)
    }
}

fn skip(source: &mut impl Read, length: u64) -> io::Result<()> {
    io::copy(&mut source.take(length), &mut io::sink()).map(drop)
}
