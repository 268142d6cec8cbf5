//! A folder that appears whole or not at all, and not before the log says that it left the house.
//!
//! All files are written and synced under an unfinished name; then the entry about the folder is committed; then the folder
//! gets its name. Before the commit the entry is noted beside the folder, so that whoever finds it there after a kill can
//! look it up: with its entry in the log the folder is complete and gets its name, without it it is removed.
//!
//! Owns: that order, what is noted, cleaning up. Does not own: what is in the files, the entry, the names and locks
//! ([`crate::unfinished`]).

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::ledger::Digest;
use crate::private;
use crate::unfinished::{Making, added, is_there, remove, sync_folder, sync_parent};

pub use crate::unfinished::Refused as FolderError;

/// The entry about a folder, as it is noted beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noted {
    /// The ledger, by the `ledger_id` of its genesis.
    pub ledger: String,
    /// Index of the entry.
    pub index: u64,
    /// Its leaf hash: salts make it another one for every entry.
    pub leaf: Digest,
}

const TITLE: &str = "provlog folder 1";

impl Noted {
    /// `folder`: what its name has behind the final one.
    fn text(&self, folder: &str) -> String {
        let Noted { ledger, index, leaf } = self;
        format!("{TITLE}\nfolder {folder}\nledger {ledger}\nindex {index}\nleaf {leaf}\n")
    }

    /// What the name of the folder has behind the final one, and what was noted of it.
    fn parse(note: &str) -> Option<(&str, Noted)> {
        let mut lines = note.strip_suffix('\n')?.split('\n');
        if lines.next()? != TITLE {
            return None;
        }
        let mut next = |key: &str| lines.next()?.strip_prefix(key)?.strip_prefix(' ');
        let folder = next("folder")?;
        let (ledger, index, leaf) = (next("ledger")?.to_owned(), next("index")?, next("leaf")?);
        let noted = Noted { ledger, index: index.parse().ok()?, leaf: Digest::from_text(leaf.as_bytes())? };
        (noted.text(folder) == note).then_some((folder, noted))
    }
}

/// The right to make a folder, before anything is made.
pub struct FolderPlace(Making);

/// What a process that was ended left beside the place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// Where it lies.
    pub path: PathBuf,
    /// The entry about it, if it came to that: whether it was committed, the log knows.
    pub noted: Option<Noted>,
}

impl FolderPlace {
    /// Takes the right to make a folder.
    ///
    /// # Errors
    /// [`FolderError::BeingMade`], [`FolderError::Io`].
    pub fn take(target: &Path) -> Result<FolderPlace, FolderError> {
        Making::start(target).map(FolderPlace)
    }

    /// What was left there.
    ///
    /// # Errors
    /// [`FolderError::Io`].
    pub fn left(&self) -> Result<Vec<Left>, FolderError> {
        let noted = Noted::parse(self.0.note());
        let left = self.0.left().map_err(|e| FolderError::Io(self.0.target().to_owned(), e))?;
        let of = |path: PathBuf| {
            let is_its = |(folder, _): &&(&str, Noted)| added(&path, self.0.target()) == folder.as_bytes();
            let noted = noted.as_ref().filter(is_its).map(|(_, noted)| noted.clone());
            Left { path, noted }
        };
        Ok(left.into_iter().map(of).collect())
    }

    /// Removes what was left and is not in the log.
    ///
    /// # Errors
    /// [`FolderError::Io`].
    pub fn remove(&self, left: &Left) -> Result<(), FolderError> {
        remove(&left.path).map_err(|e| FolderError::Io(left.path.clone(), e))
    }

    /// Gives a folder that was left its name: it is complete, and in the log.
    ///
    /// # Errors
    /// Those of the operating system; [`io::ErrorKind::AlreadyExists`].
    pub fn finish(&self, left: &Left) -> io::Result<()> {
        self.0.place(&left.path, self.0.target())
    }

    /// Starts an empty folder, for its owner alone: it will hold personal data.
    ///
    /// # Errors
    /// [`FolderError::Exists`] when something is at the place.
    pub fn start(self) -> Result<Folder, FolderError> {
        if is_there(self.0.target()) {
            return Err(FolderError::Exists(self.0.target().to_owned()));
        }
        let path = self.0.unfinished();
        private::new_folder(&path).map_err(|e| FolderError::Io(self.0.target().to_owned(), e))?;
        Ok(Folder { making: self.0, path, stays: false })
    }
}

/// A folder in the making. Dropped before it has its name, it is removed again, unless it is told to stay.
pub struct Folder {
    making: Making,
    path: PathBuf,
    stays: bool,
}

impl Folder {
    /// Makes a folder in the folder.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn folder(&self, name: &str) -> Result<(), FolderError> {
        let path = self.path.join(name);
        private::new_folder(&path).map_err(|e| FolderError::Io(path, e))
    }

    /// Makes a file in the folder.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn file(&self, name: &str) -> Result<File, FolderError> {
        let path = self.path.join(name);
        private::new_file(&path).map_err(|e| FolderError::Io(path, e))
    }

    /// Where it lies for now.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where it will lie.
    #[must_use]
    pub fn target(&self) -> &Path {
        self.making.target()
    }

    /// Makes the names of everything in it durable; the files were synced one by one.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn sync(&self) -> Result<(), FolderError> {
        sync_within(&self.path)?;
        sync_parent(&self.path).map_err(|e| FolderError::Io(self.path.clone(), e))
    }

    /// Notes the entry that is about to be committed, durably. From here on a kill leaves the folder to whom comes next.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn note(&mut self, noted: &Noted) -> Result<(), FolderError> {
        let text = noted.text(&String::from_utf8_lossy(added(&self.path, self.making.target())));
        self.making.set_note(&text).map_err(|e| FolderError::Io(self.path.clone(), e))
    }

    /// Leaves the folder where it lies: its entry is committed, or may be.
    pub fn stay(&mut self) {
        self.stays = true;
    }

    /// Gives the folder its name. What fails leaves it where it is if it was told to stay.
    ///
    /// # Errors
    /// Those of the operating system; [`io::ErrorKind::AlreadyExists`].
    pub fn finish(&mut self) -> io::Result<()> {
        self.making.place(&self.path, self.making.target())?;
        self.stays = true;
        Ok(())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.stays {
            // Nobody is left to be told; the next one with this name removes it.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

/// From the innermost on.
fn sync_within(folder: &Path) -> Result<(), FolderError> {
    let failed = |e| FolderError::Io(folder.to_owned(), e);
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if entry.file_type().map_err(failed)?.is_dir() {
            sync_within(&entry.path())?;
        }
    }
    sync_folder(folder).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_read_as_it_was_written_and_nothing_else_is_one() {
        let noted = Noted { ledger: "00ff".into(), index: 12, leaf: Digest([7; 32]) };
        let text = noted.text(".unfinished-7");
        assert_eq!(Noted::parse(&text), Some((".unfinished-7", noted)));
        for other in
            ["", "\n", &text[1..], &text[..text.len() - 1], &text.replace("12", "012"), &format!("{text}\n")]
        {
            assert_eq!(Noted::parse(other), None, "{other:?}");
        }
    }
}
