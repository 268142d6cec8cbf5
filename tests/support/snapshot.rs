//! A folder in memory, to be put back where it was: what the ledger writes down of paths must hold there.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, reason = "a harness for tests")]

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::fs::{DirBuilder, OpenOptions};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use sha2::{Digest as _, Sha256};

/// Files with their content, and folders, named from the folder itself.
#[derive(Clone, Default)]
pub struct Snapshot {
    pub files: BTreeMap<PathBuf, Rc<File>>,
    pub folders: Vec<PathBuf>,
}

/// The content of a file, and its digest once somebody has asked for it.
#[derive(Clone, Default)]
pub struct File {
    bytes: Vec<u8>,
    digest: OnceCell<[u8; 32]>,
}

impl File {
    pub fn new(bytes: Vec<u8>) -> Rc<File> {
        Rc::new(File { bytes, digest: OnceCell::new() })
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub fn change(&mut self) -> &mut Vec<u8> {
        self.digest.take();
        &mut self.bytes
    }

    fn digest(&self) -> &[u8; 32] {
        self.digest.get_or_init(|| Sha256::digest(&self.bytes).into())
    }
}

impl Snapshot {
    pub fn of(root: &Path) -> Snapshot {
        let mut snapshot = Snapshot::default();
        let mut open = vec![PathBuf::new()];
        while let Some(folder) = open.pop() {
            for entry in std::fs::read_dir(root.join(&folder)).unwrap() {
                let path = folder.join(entry.unwrap().file_name());
                if root.join(&path).is_dir() {
                    open.push(path);
                } else {
                    snapshot.files.insert(path.clone(), File::new(std::fs::read(root.join(path)).unwrap()));
                }
            }
            snapshot.folders.push(folder);
        }
        snapshot.folders.sort();
        snapshot
    }

    /// The same for the same names and contents.
    pub fn identity(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.folders.hash(&mut hasher);
        for (path, file) in &self.files {
            (path, file.digest()).hash(&mut hasher);
        }
        hasher.finish()
    }

    /// Replaces whatever is there; all belongs to its owner alone.
    pub fn restore(&self, root: &Path) {
        for entry in std::fs::read_dir(root).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) }.unwrap();
        }
        for folder in &self.folders {
            DirBuilder::new().recursive(true).mode(0o700).create(root.join(folder)).unwrap();
        }
        for (path, file) in &self.files {
            let mut options = OpenOptions::new();
            let made = options.write(true).create_new(true).mode(0o600).open(root.join(path));
            made.unwrap().write_all(file.bytes()).unwrap();
        }
    }
}
