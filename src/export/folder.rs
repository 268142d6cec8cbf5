//! A folder that appears whole or not at all: written under another name beside its place, synced, then renamed.
//!
//! Owns: that name, the syncing, the renaming, cleaning up. Does not own: what is in the files.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// A folder in the making. Dropped without [`Folder::finish`], it is removed again.
pub struct Folder {
    target: PathBuf,
    temporary: Option<PathBuf>,
}

/// Why a folder cannot be made.
#[derive(Debug)]
pub enum FolderError {
    /// There is something at its place already; nothing is overwritten.
    Exists(PathBuf),
    /// The operating system refused, at this path.
    Io(PathBuf, io::Error),
}

impl Folder {
    /// Starts an empty folder.
    ///
    /// # Errors
    /// [`FolderError::Exists`] when something is at the target.
    pub fn start(target: &Path) -> Result<Folder, FolderError> {
        if target.symlink_metadata().is_ok() {
            return Err(FolderError::Exists(target.to_owned()));
        }
        let mut name = target.as_os_str().to_owned();
        name.push(format!(".unfinished-{}", std::process::id()));
        let temporary = PathBuf::from(name);
        own_folder(&temporary).map_err(|e| FolderError::Io(temporary.clone(), e))?;
        Ok(Folder { target: target.to_owned(), temporary: Some(temporary) })
    }

    /// Makes a folder in the folder.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn folder(&self, name: &str) -> Result<(), FolderError> {
        let path = self.path().join(name);
        own_folder(&path).map_err(|e| FolderError::Io(path, e))
    }

    /// Makes a file in the folder.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn file(&self, name: &str) -> Result<File, FolderError> {
        let path = self.path().join(name);
        OpenOptions::new().write(true).create_new(true).open(&path).map_err(|e| FolderError::Io(path, e))
    }

    /// Where it lies for now.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.temporary.as_deref().unwrap_or(&self.target)
    }

    /// Makes everything durable and gives the folder its name.
    ///
    /// # Errors
    /// Those of the operating system; the folder is then removed.
    pub fn finish(mut self) -> Result<(), FolderError> {
        let Some(temporary) = self.temporary.clone() else { return Ok(()) };
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |e| FolderError::Io(path, e)
        };
        for folder in [
            temporary.join("data/proofs"),
            temporary.join("data/summary"),
            temporary.join("data"),
            temporary.clone(),
        ] {
            if folder.is_dir() {
                sync(&folder).map_err(failed(&folder))?;
            }
        }
        // rename() would replace an empty folder that appeared meanwhile; nothing of anybody's is lost by that.
        fs::rename(&temporary, &self.target).map_err(failed(&self.target))?;
        self.temporary = None;
        let parent = self.target.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        sync(parent).map_err(failed(parent))
    }
}

/// A folder for its owner alone: it will hold personal data.
fn own_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(path)
}

fn sync(folder: &Path) -> io::Result<()> {
    // Elsewhere a folder cannot be opened as a file, and need not be synced.
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Some(temporary) = &self.temporary {
            // Nobody is left to be told; the name says that it is unfinished.
            let _ = fs::remove_dir_all(temporary);
        }
    }
}
