//! A folder in memory, to be put back where it was: what the ledger writes down of paths must hold there.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, reason = "a harness for tests")]

use std::collections::BTreeMap;
use std::fs::{DirBuilder, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// Files with their content, and folders, named from the folder itself.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Snapshot {
    pub files: BTreeMap<PathBuf, Rc<Vec<u8>>>,
    pub folders: Vec<PathBuf>,
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
                    snapshot.files.insert(path.clone(), Rc::new(std::fs::read(root.join(path)).unwrap()));
                }
            }
            snapshot.folders.push(folder);
        }
        snapshot.folders.sort();
        snapshot
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
        for (path, bytes) in &self.files {
            let mut options = OpenOptions::new();
            let file = options.write(true).create_new(true).mode(0o600).open(root.join(path));
            file.unwrap().write_all(bytes).unwrap();
        }
    }
}
