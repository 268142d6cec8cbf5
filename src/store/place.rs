//! Where an anchor lies: one file on another disk or share, or a folder of files on write-once storage.
//!
//! Owns: reading, writing and locking there. Does not own: the anchor's text (`ledger::anchor`), when it may advance
//! (`anchor`).

use std::fs::{File, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::file::A_LITTLE;
use super::file::beside;
use crate::ledger::anchor::{Anchor, MAX_ANCHOR};
use crate::private;
use crate::unfinished::sync_parent;

/// Where an anchor lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnchorPlace {
    /// One file, replaced each time.
    File(PathBuf),
    /// A folder on write-once storage: one file a state, never changed.
    Folder(PathBuf),
}

impl AnchorPlace {
    /// The place that a path names: a folder that is there, or a file.
    pub(super) fn of(path: &Path) -> AnchorPlace {
        if path.is_dir() { AnchorPlace::Folder(path.to_owned()) } else { AnchorPlace::File(path.to_owned()) }
    }

    /// The path as it was given.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            AnchorPlace::File(path) | AnchorPlace::Folder(path) => path,
        }
    }

    /// Locks the place, waiting for others for at most so long: [`io::ErrorKind::TimedOut`] after that.
    pub(super) fn lock(&self, limit: Duration) -> io::Result<File> {
        let path = match self {
            AnchorPlace::File(path) => beside(path, ".lock"),
            AnchorPlace::Folder(path) => path.join("lock"),
        };
        let (file, _) = private::file(&path)?;
        let mut waited = Duration::ZERO;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::WouldBlock) if waited < limit => {
                    std::thread::sleep(A_LITTLE);
                    waited += A_LITTLE;
                }
                Err(TryLockError::WouldBlock) => return Err(io::ErrorKind::TimedOut.into()),
                Err(TryLockError::Error(e)) => return Err(e),
            }
        }
    }

    /// The newest anchor; `Ok(None)`: there is none yet. An unreadable one is [`io::ErrorKind::InvalidData`].
    pub(super) fn read(&self) -> io::Result<Option<Anchor>> {
        let parse = |bytes: Vec<u8>| Anchor::parse(&bytes).ok_or(io::ErrorKind::InvalidData.into());
        match self {
            AnchorPlace::File(path) => match read_bounded(path) {
                Ok(bytes) => parse(bytes).map(Some),
                Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
                Err(e) => Err(e),
            },
            AnchorPlace::Folder(path) => {
                let mut states = Vec::new();
                for entry in std::fs::read_dir(path)? {
                    let file = entry?.path();
                    if let Some(size) = size_in_name(&file) {
                        states.push((size, file));
                    }
                }
                // The newest first. What a crash cut short was never acknowledged; its state came again under another
                // name, or is still to come.
                states.sort_unstable_by(|a, b| b.cmp(a));
                for (size, file) in states {
                    if let Some(found) = Anchor::parse(&read_bounded(&file)?).filter(|a| a.state.size == size)
                    {
                        return Ok(Some(found));
                    }
                }
                Ok(None)
            }
        }
    }

    /// Removes the anchor of a ledger that was never finished, and no other.
    pub(super) fn clear(&self, ledger_id: &str) -> io::Result<()> {
        while self.read()?.is_some_and(|anchor| anchor.ledger_id == ledger_id) {
            match self {
                AnchorPlace::File(path) => {
                    std::fs::remove_file(path)?;
                    std::fs::remove_file(beside(path, ".lock"))?;
                }
                AnchorPlace::Folder(path) => {
                    let newest = self.read()?.map_or(0, |anchor| anchor.state.size);
                    std::fs::remove_file(path.join(format!("{newest:020}.anchor")))?;
                }
            }
        }
        Ok(())
    }

    pub(super) fn write(&self, anchor: &Anchor) -> io::Result<()> {
        let text = anchor.text();
        match self {
            AnchorPlace::File(path) => replace(path, &text),
            AnchorPlace::Folder(path) => {
                let size = anchor.state.size;
                for attempt in 0..100 {
                    let again = if attempt == 0 { String::new() } else { format!("-{attempt}") };
                    let name = path.join(format!("{size:020}{again}.anchor"));
                    match private::new_file(&name) {
                        Ok(mut file) => {
                            file.write_all(text.as_bytes())?;
                            file.sync_all()?;
                            return sync_parent(&name);
                        }
                        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                        Err(e) => return Err(e),
                    }
                }
                Err(io::ErrorKind::AlreadyExists.into())
            }
        }
    }
}

/// Puts a file in the place of another, whole or not at all.
pub(super) fn replace(path: &Path, text: &str) -> io::Result<()> {
    let new = beside(path, ".new");
    let mut file = private::replacement(&new, path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&new, path)?;
    sync_parent(path)
}

/// The size that the name of a state's file begins with: `SIZE.anchor` or `SIZE-N.anchor`.
fn size_in_name(file: &Path) -> Option<u64> {
    let name = file.file_name()?.to_str()?.strip_suffix(".anchor")?;
    let digits = name.get(..20)?;
    let rest = &name[20..];
    (rest.is_empty() || rest.starts_with('-')).then(|| digits.parse().ok())?
}

fn read_bounded(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_ANCHOR as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
