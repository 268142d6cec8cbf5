//! Where the bytes of an input come from.
//!
//! Owns: opening them, any number of times, because a file is read twice (checked, then taken).
//! Does not own: what they mean (`encoding`, `sheet`), nor standard input: the command line reads it into memory.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::PathBuf;
use std::sync::Arc;
use std::{error, fmt};

/// The file is not what it was when it was opened: put into an [`io::Error`], for whoever says it.
#[derive(Clone, Copy, Debug)]
pub struct Changed;

impl fmt::Display for Changed {
    /// For developers; people get the texts of the command line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl error::Error for Changed {}

/// Bytes that can be opened any number of times.
#[derive(Clone, Debug)]
pub enum Source {
    /// A file.
    File(PathBuf),
    /// Bytes in memory, such as those of standard input.
    Memory(Arc<[u8]>),
}

impl Source {
    /// Opens the bytes from their start. What is returned does not buffer.
    ///
    /// # Errors
    /// As [`File::open`].
    pub fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(match self {
            Source::File(path) => Box::new(File::open(path)?),
            Source::Memory(bytes) => Box::new(Cursor::new(Arc::clone(bytes))),
        })
    }

    /// How many bytes there are now.
    ///
    /// # Errors
    /// As [`std::fs::metadata`].
    pub fn len(&self) -> io::Result<u64> {
        Ok(match self {
            Source::File(path) => std::fs::metadata(path)?.len(),
            Source::Memory(bytes) => bytes.len() as u64,
        })
    }

    /// Whether there are no bytes.
    ///
    /// # Errors
    /// As [`Source::len`].
    pub fn is_empty(&self) -> io::Result<bool> {
        Ok(self.len()? == 0)
    }
}
