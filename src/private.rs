//! Files and folders for their owner alone: what this program makes can hold personal data, or let a guess about it be
//! confirmed, so nobody else may read it, whatever the umask. Whoever is to have it gets it from its owner.
//!
//! Owns: the permissions that things are made with, and finding out what is open to others. Does not own: what is in them, nor what
//! is said. Where the system has no such permissions (not Unix), its own defaults hold.

use std::fs::{DirBuilder, File, Metadata, OpenOptions, Permissions};
use std::io;
use std::path::Path;

/// Makes a file that must not exist yet, readable and writable by its owner alone.
///
/// # Errors
/// Those of the operating system; [`io::ErrorKind::AlreadyExists`] where something is there.
pub fn new_file(path: &Path) -> io::Result<File> {
    let file = made_privately().create_new(true).open(path)?;
    only_mode(&file, 0o600)?;
    Ok(file)
}

/// Opens a file that may be there as it is, for reading and writing, and says whether it was made just now: for its owner alone then.
///
/// # Errors
/// Those of the operating system.
pub fn file(path: &Path) -> io::Result<(File, bool)> {
    match new_file(path) {
        Ok(file) => Ok((file, true)),
        // It may be gone again by now.
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {
            Ok((made_privately().create(true).truncate(false).open(path)?, false))
        }
        Err(e) => Err(e),
    }
}

/// Makes a folder that must not exist yet, for its owner alone.
///
/// # Errors
/// Those of the operating system; [`io::ErrorKind::AlreadyExists`] where something is there.
pub fn new_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)?;
    only(path.metadata()?, 0o700, |mode| std::fs::set_permissions(path, mode))
}

/// Makes a file that is to take the place of `replaced`, over what an earlier try has left: for whom that was, where it is
/// there (somebody may have opened it to a group on purpose), else for its owner alone.
///
/// # Errors
/// Those of the operating system.
pub fn replacement(path: &Path, replaced: &Path) -> io::Result<File> {
    let file = made_privately().create(true).truncate(true).open(path)?;
    only_mode(&file, mode_of(replaced).unwrap_or(0o600))?;
    Ok(file)
}

/// Whether everybody who has an account can read or write what lies there: the bits for others are set, and no folder above it keeps
/// them out. A group is a choice of its owner's.
#[must_use]
pub fn is_open_to_others(path: &Path) -> bool {
    let Ok(whole) = std::fs::canonicalize(path) else { return false };
    let may = |path: &Path, bits: u32| mode_of(path).is_some_and(|mode| mode & bits != 0);
    may(&whole, 0o006) && whole.ancestors().skip(1).all(|folder| may(folder, 0o001))
}

fn made_privately() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// A umask takes bits away, from the owner too; these are set whatever it is.
fn only_mode(file: &File, wanted: u32) -> io::Result<()> {
    only(file.metadata()?, wanted, |mode| file.set_permissions(mode))
}

#[cfg(unix)]
fn only(made: Metadata, wanted: u32, set: impl FnOnce(Permissions) -> io::Result<()>) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let found = made.permissions().mode() & 0o777;
    match set(Permissions::from_mode(wanted)) {
        // A file system that keeps no permissions, as on many a stick or share, shows all of them and changes none.
        Err(_) if found & wanted == wanted => Ok(()),
        done => done,
    }
}

#[cfg(not(unix))]
fn only(_: Metadata, _: u32, _: impl FnOnce(Permissions) -> io::Result<()>) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn mode_of(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata().ok().map(|meta| meta.permissions().mode() & 0o777)
}

#[cfg(not(unix))]
fn mode_of(_: &Path) -> Option<u32> {
    None
}
