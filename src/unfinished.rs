//! Files and folders that appear whole or not at all: made under another name beside their place, synced, then renamed.
//!
//! What is to lie at `NAME` is made at `NAME.unfinished-PID`. Whoever makes it holds a lock on `NAME.unfinished.lock`, so
//! that nothing is made twice at a time, and whoever comes next can tell what a killed process left from what is being made:
//! who has the lock has to do with dead ones alone. The lock file keeps a note, for what must be known of the left one; it
//! goes when nothing unfinished is left.
//!
//! Owns: these names, the lock, the syncing and renaming; whole files ([`Draft`]). Does not own: what a note says
//! (`export::folder`, `store::beginning`), telling a person.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use crate::private;

/// Why something cannot be made.
#[derive(Debug)]
pub enum Refused {
    /// There is something at its place already; nothing is overwritten.
    Exists(PathBuf),
    /// Another process is making it; where nothing can be locked, one may also have left this lock file.
    BeingMade(PathBuf, PathBuf),
    /// The operating system refused, at this path.
    Io(PathBuf, io::Error),
}

/// The right to make what is to lie at a place: nobody else does meanwhile.
#[derive(Debug)]
pub struct Making {
    target: PathBuf,
    lock: File,
    note: String,
}

/// A note is a few lines.
const MAX_NOTE: u64 = 16 * 1024;
/// So often a lock file may vanish under us, when others are just done.
const ATTEMPTS: usize = 100;

impl Making {
    /// Takes the right. What is at the place, and what was left beside it, stays as it is.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn start(target: &Path) -> Result<Making, Refused> {
        let target = &plain(target);
        let path = lock_path(target);
        let failed = |e| Refused::Io(target.to_owned(), e);
        for _ in 0..ATTEMPTS {
            let (mut lock, is_new) = private::file(&path).map_err(failed)?;
            match lock.try_lock() {
                Ok(()) => {}
                // Where nothing can be locked, having made the file is the lock.
                Err(TryLockError::Error(_)) if is_new => {}
                Err(TryLockError::Error(_) | TryLockError::WouldBlock) => {
                    return Err(Refused::BeingMade(target.to_owned(), path));
                }
            }
            // The one before may have removed it after we opened it.
            if is_same(&lock, &path) {
                let mut note = String::new();
                // A note that is no text was never written by us: it says nothing.
                let read = (&mut lock).take(MAX_NOTE).read_to_string(&mut note);
                if read.is_err() {
                    note.clear();
                }
                return Ok(Making { target: target.to_owned(), lock, note });
            }
        }
        Err(Refused::BeingMade(target.to_owned(), path))
    }

    /// The place.
    #[must_use]
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// What the one before noted; empty without.
    #[must_use]
    pub fn note(&self) -> &str {
        &self.note
    }

    /// Notes something, durably, in the place of what was noted before.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn set_note(&mut self, note: &str) -> io::Result<()> {
        use io::Seek as _;
        self.lock.rewind()?;
        self.lock.set_len(0)?;
        self.lock.write_all(note.as_bytes())?;
        self.lock.sync_all()?;
        self.note = note.to_owned();
        sync_parent(&self.target)
    }

    /// What lies unfinished beside the place, in the order of its names: nobody makes it any more, save this process.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn left(&self) -> io::Result<Vec<PathBuf>> {
        left(&self.target)
    }

    /// A name at which nothing lies.
    #[must_use]
    pub fn unfinished(&self) -> PathBuf {
        let own = format!(".unfinished-{}", std::process::id());
        let names = (0..ATTEMPTS).map(|n| match n {
            0 => beside(&self.target, &own),
            n => beside(&self.target, &format!("{own}-{n}")),
        });
        names.into_iter().find(|path| !is_there(path)).unwrap_or_else(|| beside(&self.target, &own))
    }

    /// Gives a file or folder a name, durably. Nothing is overwritten.
    ///
    /// # Errors
    /// Those of the operating system; [`io::ErrorKind::AlreadyExists`].
    pub fn place(&self, from: &Path, to: &Path) -> io::Result<()> {
        // rename() would put a file in the place of another, and a folder in that of an empty one.
        if is_there(to) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        fs::rename(from, to)?;
        sync_parent(to)
    }
}

impl Drop for Making {
    fn drop(&mut self) {
        // With something unfinished its note is needed; where that cannot be seen, too.
        if self.left().is_ok_and(|left| left.is_empty()) {
            let _ = fs::remove_file(lock_path(&self.target));
        }
    }
}

/// What lies unfinished beside a place, whoever makes it, in the order of its names.
///
/// # Errors
/// Those of the operating system.
pub fn left(target: &Path) -> io::Result<Vec<PathBuf>> {
    let begins = [target.file_name().unwrap_or_default().as_encoded_bytes(), b".unfinished-"].concat();
    let mut left = Vec::new();
    for entry in fs::read_dir(parent(target))? {
        let name = entry?.file_name();
        let number = name.as_encoded_bytes().strip_prefix(&begins[..]).and_then(<[u8]>::first);
        if number.is_some_and(u8::is_ascii_digit) {
            left.push(target.with_file_name(name));
        }
    }
    left.sort_unstable();
    Ok(left)
}

/// Removes the lock file beside a place if it tells of nothing any more: a process may have been killed when it was just done.
pub fn tidy(target: &Path) {
    let target = plain(target);
    if is_there(&lock_path(&target)) {
        // Whoever holds it needs it; where it cannot be opened, somebody else will remove it.
        drop(Making::start(&target));
    }
}

/// What the name of an unfinished file or folder has behind the final one: ASCII, whatever the name.
#[must_use]
pub fn added<'p>(path: &'p Path, target: &Path) -> &'p [u8] {
    let name = path.file_name().unwrap_or_default().as_encoded_bytes();
    name.get(target.file_name().unwrap_or_default().len()..).unwrap_or(name)
}

/// Removes a file, or a folder with all that is in it.
///
/// # Errors
/// Those of the operating system.
pub fn remove(path: &Path) -> io::Result<()> {
    if path.symlink_metadata()?.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }
}

/// Makes the names in the folder of a path durable.
///
/// # Errors
/// Those of the operating system.
pub fn sync_parent(path: &Path) -> io::Result<()> {
    sync_folder(parent(path))
}

/// Makes the names in a folder durable.
///
/// # Errors
/// Those of the operating system.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    // Elsewhere a folder cannot be opened as a file, and need not be synced.
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Whether anything lies at a path, were it a link that leads nowhere.
#[must_use]
pub fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

#[cfg(unix)]
fn is_same(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let id = |meta: fs::Metadata| (meta.dev(), meta.ino());
    matches!((file.metadata().map(id), path.symlink_metadata().map(id)), (Ok(a), Ok(b)) if a == b)
}

#[cfg(not(unix))]
fn is_same(_: &File, path: &Path) -> bool {
    // An open file cannot be removed there.
    is_there(path)
}

fn lock_path(target: &Path) -> PathBuf {
    beside(target, ".unfinished.lock")
}

fn beside(target: &Path, suffix: &str) -> PathBuf {
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(suffix);
    target.with_file_name(name)
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The path without a separator at its end, which would make what is to lie beside it lie in it.
fn plain(path: &Path) -> PathBuf {
    path.components().collect()
}

/// A file that gets its name when it is whole; dropped before, it is gone again.
#[derive(Debug)]
pub struct Draft {
    making: Making,
    path: PathBuf,
    file: File,
    is_done: bool,
}

impl Draft {
    /// Starts an empty file, readable and writable by its owner alone. What a killed process left of one with the same name
    /// is removed, and handed back to be told.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn start(target: &Path) -> Result<(Draft, Vec<PathBuf>), Refused> {
        let target = &plain(target);
        if is_there(target) {
            tidy(target);
            return Err(Refused::Exists(target.to_owned()));
        }
        let failed = |e| Refused::Io(target.to_owned(), e);
        let making = Making::start(target)?;
        let left = making.left().map_err(failed)?;
        for path in &left {
            remove(path).map_err(|e| Refused::Io(path.clone(), e))?;
        }
        let path = making.unfinished();
        let file = private::new_file(&path).map_err(failed)?;
        Ok((Draft { making, path, file, is_done: false }, left))
    }

    /// The file as long as it has no name.
    #[must_use]
    pub fn file(&self) -> &File {
        &self.file
    }

    /// Where it will lie.
    #[must_use]
    pub fn target(&self) -> &Path {
        &self.making.target
    }

    /// Makes what is written durable.
    ///
    /// # Errors
    /// [`Refused::Io`].
    pub fn sync(&self) -> Result<(), Refused> {
        self.file.sync_all().map_err(|e| Refused::Io(self.making.target.clone(), e))
    }

    /// Makes the file durable and gives it its name.
    ///
    /// # Errors
    /// [`Refused`]; the file is then gone.
    pub fn finish(mut self) -> Result<(), Refused> {
        self.sync()?;
        let target = self.making.target.clone();
        match self.making.place(&self.path, &target) {
            Ok(()) => {
                self.is_done = true;
                Ok(())
            }
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Err(Refused::Exists(target)),
            Err(e) => {
                // It may have its name already, and not durably.
                if !is_there(&self.path) {
                    let _ = fs::remove_file(&target);
                }
                Err(Refused::Io(target, e))
            }
        }
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.is_done {
            // Nobody is left to be told; the next one with this name removes it.
            let _ = fs::remove_file(&self.path);
        }
    }
}
